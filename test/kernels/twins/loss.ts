// Losses and accuracies in float64, one element at a time, as the formulas are usually written.

export interface TwinLoss {
  /** The loss of each row. */
  perSample: number[];
  /** d loss_i / d yPred of each element, without weights. */
  slopes: number[];
}

const SMALLEST = 1e-7;
const clip = (p: number) => Math.min(Math.max(p, SMALLEST), 1 - SMALLEST);

type Element = (t: number, p: number, a: number) => [loss: number, slope: number];

/** Each elementwise loss and its slope; a is the loss's parameter. */
export const elementTwins: Record<string, Element> = {
  meanSquaredErrorLoss: (t, p) => [(p - t) ** 2, 2 * (p - t)],
  meanAbsoluteErrorLoss: (t, p) => [Math.abs(p - t), Math.sign(p - t)],
  huberLoss(t, p, delta) {
    const d = p - t;
    if (Math.abs(d) <= delta) return [d ** 2 / 2, d];
    return [delta * Math.abs(d) - delta ** 2 / 2, delta * Math.sign(d)];
  },
  binaryCrossentropyLoss(t, p, smoothing) {
    const target = t * (1 - smoothing) + smoothing / 2;
    const q = clip(p);
    return [-(target * Math.log(q) + (1 - target) * Math.log1p(-q)), (1 - target) / (1 - q) - target / q];
  },
  binaryCrossentropyFromLogitsLoss(t, z, smoothing) {
    const target = t * (1 - smoothing) + smoothing / 2;
    const loss = Math.max(z, 0) - z * target + Math.log1p(Math.exp(-Math.abs(z)));
    return [loss, 1 / (1 + Math.exp(-z)) - target];
  },
};

export function elementwiseTwin(
  element: Element,
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  columns: number,
  a: number,
): TwinLoss {
  const perSample: number[] = [];
  const slopes: number[] = [];
  for (let start = 0; start < yPred.length; start += columns) {
    let sum = 0;
    for (let i = start; i < start + columns; i++) {
      const [loss, slope] = element(yTrue[i], yPred[i], a);
      sum += loss;
      slopes.push(slope / columns);
    }
    perSample.push(sum / columns);
  }
  return { perSample, slopes };
}

/** -sum t log softmax(z): slope softmax(z) sum(t) - t. `targets` is dense and smoothed. */
function logitsRow(targets: number[], z: number[]): { loss: number; slopes: number[] } {
  const largest = Math.max(...z);
  // Without the largest one's own term, for log1p.
  const others = z.reduce((sum, x) => sum + Math.exp(x - largest), 0) - 1;
  const logSum = Math.log1p(others);
  const targetSum = targets.reduce((sum, t) => sum + t, 0);
  const loss = targets.reduce((sum, t, j) => (t === 0 ? sum : sum + t * (logSum - (z[j] - largest))), 0);
  return { loss, slopes: z.map((x, j) => targetSum * Math.exp(x - largest - logSum) - targets[j]) };
}

/** -sum t log(clip(p / sum p)), with the slope at the clipped value and through the division. */
function probabilityRow(targets: number[], p: number[]): { loss: number; slopes: number[] } {
  const sum = p.reduce((total, x) => total + x, 0);
  const shares = p.map((x) => x / sum);
  const loss = targets.reduce((total, t, j) => total - t * Math.log(clip(shares[j])), 0);
  // The Jacobian of the division, written out: d share_k / d p_j = ((k == j) - share_k) / sum.
  const slopes = p.map((_, j) =>
    targets.reduce((total, t, k) => total - (t / clip(shares[k])) * ((Number(k === j) - shares[k]) / sum), 0),
  );
  return { loss, slopes };
}

/** The categorical losses; `yTrue` is dense, or class numbers if `sparse`. */
export function categoricalTwin(
  kind: { logits: boolean; sparse: boolean },
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  columns: number,
  smoothing: number,
): TwinLoss {
  const perSample: number[] = [];
  const slopes: number[] = [];
  for (let row = 0; row < yPred.length / columns; row++) {
    const start = row * columns;
    const targets = Array.from({ length: columns }, (_, j) =>
      kind.sparse ? Number(yTrue[row] === j) : yTrue[start + j] * (1 - smoothing) + smoothing / columns,
    );
    const predicted = Array.from({ length: columns }, (_, j) => yPred[start + j]);
    const result = (kind.logits ? logitsRow : probabilityRow)(targets, predicted);
    perSample.push(result.loss);
    slopes.push(...result.slopes);
  }
  return { perSample, slopes };
}

/** The first place of the largest number; NaN is none, and a row without any gives 0. */
export function argmax(row: ArrayLike<number>): number {
  let best = -Infinity;
  let found = 0;
  for (let j = 0; j < row.length; j++) {
    if (row[j] > best) {
      best = row[j];
      found = j;
    }
  }
  return found;
}
