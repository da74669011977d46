// The rare losses of one row in float64, as the formulas are usually written. Their slopes are differences.

export interface RowLoss {
  /** The loss of a row. */
  loss(t: number[], p: number[]): number;
  /** The arguments after gradientScale. */
  parameters: number[];
}

const clip = (p: number) => Math.min(Math.max(p, 1e-7), 1 - 1e-7);
const mean = (x: number[]) => x.reduce((sum, value) => sum + value, 0) / x.length;
const sum = (x: number[]) => x.reduce((total, value) => total + value, 0);
const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));

function softmax(z: number[]): number[] {
  const exponentials = z.map((x) => Math.exp(x - Math.max(...z)));
  return exponentials.map((x) => x / sum(exponentials));
}

export function binaryFocal(
  positive: number,
  negative: number,
  gamma: number,
  smoothing: number,
  logits: boolean,
): RowLoss {
  const element = (label: number, x: number): number => {
    const t = label * (1 - smoothing) + smoothing / 2;
    const p = logits ? sigmoid(x) : x;
    const crossentropy = -t * Math.log(clip(p)) - (1 - t) * Math.log(clip(1 - p));
    const hit = t * p + (1 - t) * (1 - p);
    return (t * positive + (1 - t) * negative) * (1 - hit) ** gamma * crossentropy;
  };
  return {
    loss: (t, p) => mean(t.map((label, j) => element(label, p[j]))),
    parameters: [positive, negative, gamma, smoothing, Number(logits)],
  };
}

export function categoricalFocal(alpha: number, gamma: number, smoothing: number, logits: boolean): RowLoss {
  return {
    loss(t, p) {
      const shares = logits ? softmax(p) : p.map((x) => x / sum(p));
      const targets = t.map((x) => x * (1 - smoothing) + smoothing / t.length);
      return sum(
        shares.map((share, j) => -alpha * (1 - clip(share)) ** gamma * targets[j] * Math.log(clip(share))),
      );
    },
    parameters: [alpha, gamma, smoothing, Number(logits)],
  };
}

export const dice: RowLoss = {
  loss: (t, p) => 1 - (2 * sum(t.map((x, j) => x * p[j]))) / (sum(t) + sum(p) + 1e-7),
  parameters: [0, 0],
};

export function tversky(a: number, b: number): RowLoss {
  return {
    loss(t, p) {
      const hits = sum(t.map((x, j) => x * p[j]));
      const falsePositives = sum(t.map((x, j) => (1 - x) * p[j]));
      const falseNegatives = sum(t.map((x, j) => x * (1 - p[j])));
      return 1 - hits / (hits + a * falsePositives + b * falseNegatives + 1e-7);
    },
    parameters: [a, b],
  };
}

/** `t` is one class number. */
export function generalized(q: number): RowLoss {
  return { loss: ([right], p) => (1 - p[right] ** q) / q, parameters: [q, 0] };
}

const moved = (p: number[], at: number, to: number) => p.map((x, j) => (j === at ? to : x));

/** d loss / d p[j] by central differences with Richardson's extrapolation. */
export function slopesOf({ loss }: RowLoss, t: number[], p: number[]): number[] {
  return p.map((x, j) => {
    const at = (step: number): number =>
      (loss(t, moved(p, j, x + step)) - loss(t, moved(p, j, x - step))) / (2 * step);
    return (4 * at(5e-5) - at(1e-4)) / 3;
  });
}
