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

const log1pRaised = (x: number) => Math.log1p(Math.max(x, SMALLEST));
const asProbability = (x: number) => Math.min(Math.max(x, SMALLEST), 1);
const asSign = (t: number) => (t === 0 ? -1 : t);

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
  meanAbsolutePercentageErrorLoss(t, p) {
    const percent = 100 / Math.max(Math.abs(t), SMALLEST);
    return [percent * Math.abs(p - t), percent * Math.sign(p - t)];
  },
  meanSquaredLogarithmicErrorLoss(t, p) {
    const difference = log1pRaised(p) - log1pRaised(t);
    return [difference ** 2, p < SMALLEST ? 0 : (2 * difference) / (1 + p)];
  },
  logCoshLoss(t, p) {
    const d = Math.abs(p - t);
    // Near 0 the second form loses its digits; far from it the first overflows.
    const loss = d < 1 ? Math.log(Math.cosh(d)) : d + Math.log1p(Math.exp(-2 * d)) - Math.LN2;
    return [loss, Math.tanh(p - t)];
  },
  poissonLoss: (t, p) => [p - t * Math.log(p + SMALLEST), 1 - t / (p + SMALLEST)],
  klDivergenceLoss(t, p) {
    const [target, q] = [asProbability(t), asProbability(p)];
    return [target * Math.log(target / q), p > 1 ? 0 : -target / q];
  },
  hingeLoss(t, p) {
    const missing = 1 - asSign(t) * p;
    return [Math.max(missing, 0), missing > 0 ? -asSign(t) : 0];
  },
  squaredHingeLoss(t, p) {
    const missing = Math.max(1 - asSign(t) * p, 0);
    return [missing ** 2, -2 * asSign(t) * missing];
  },
};

/** The elementwise losses that are sums along a row, not means. */
const SUMS = ["klDivergenceLoss"];

/** What the elements of a row are divided by. */
export function divisorOf(name: string, columns: number): number {
  return SUMS.includes(name) ? 1 : columns;
}

export function elementwiseTwin(
  element: Element,
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  columns: number,
  a: number,
  divisor = columns,
): TwinLoss {
  const perSample: number[] = [];
  const slopes: number[] = [];
  for (let start = 0; start < yPred.length; start += columns) {
    let sum = 0;
    for (let i = start; i < start + columns; i++) {
      const [loss, slope] = element(yTrue[i], yPred[i], a);
      sum += loss;
      slopes.push(slope / divisor);
    }
    perSample.push(sum / divisor);
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

type Row = (t: number[], p: number[]) => { loss: number; slopes: number[] };

const dot = (x: number[], y: number[]) => x.reduce((sum, value, j) => sum + value * y[j], 0);

/** Each loss of a whole row, and its slopes. */
export const rowTwins: Record<string, Row> = {
  cosineSimilarityLoss(t, p) {
    const [trueNorm, norm] = [t, p].map((x) => Math.max(Math.sqrt(dot(x, x)), SMALLEST));
    const cosine = dot(t, p) / (trueNorm * norm);
    const varies = Math.sqrt(dot(p, p)) > SMALLEST;
    const slopes = p.map((x, j) => -t[j] / (trueNorm * norm) + (varies ? (cosine * x) / norm ** 2 : 0));
    return { loss: -cosine, slopes };
  },
  categoricalHingeLoss(t, p) {
    const wrong = p.map((x, j) => (1 - t[j]) * x);
    const rival = argmax(wrong);
    const margin = wrong[rival] - dot(t, p) + 1;
    const slopes = t.map((x, j) => (margin > 0 ? (j === rival ? 1 - x : 0) - x : 0));
    return { loss: Math.max(margin, 0), slopes };
  },
};

export function rowwiseTwin(
  row: Row,
  yTrue: ArrayLike<number>,
  yPred: ArrayLike<number>,
  columns: number,
): TwinLoss {
  const results = Array.from({ length: yPred.length / columns }, (_, i) => {
    const slice = (x: ArrayLike<number>) => Array.from({ length: columns }, (__, j) => x[i * columns + j]);
    return row(slice(yTrue), slice(yPred));
  });
  return {
    perSample: results.map(({ loss }) => loss),
    slopes: results.flatMap(({ slopes }) => slopes),
  };
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
