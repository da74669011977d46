// Normalisations over each example as their formulas say it, in float64.

type Numbers = ArrayLike<number>;

/** What a kind of normalisation subtracts from a set of values, and what it multiplies them by. */
export interface Kind {
  /** Whether the mean is subtracted. */
  centered: boolean;
  inverse(deviations: readonly number[], epsilon: number): number;
}

const meanSquare = (values: readonly number[]) =>
  values.reduce((total, value) => total + value * value, 0) / values.length;

export const KINDS = {
  layer: { centered: true, inverse: (d, epsilon) => 1 / Math.sqrt(meanSquare(d) + epsilon) },
  rms: { centered: false, inverse: (d, epsilon) => 1 / Math.sqrt(meanSquare(d) + epsilon) },
  unit: {
    centered: false,
    inverse: (d, epsilon) => 1 / Math.sqrt(Math.max(meanSquare(d) * d.length, epsilon ** 2)),
  },
} satisfies Record<string, Kind>;

/** Elements that are normalised together, as indices; and the gamma and beta of each element. */
export interface Layout {
  sets: number[][];
  parameter(index: number): number;
}

/** Rows of a matrix, whose parameters belong to the columns. */
export function rowsLayout(rows: number, columns: number): Layout {
  const sets = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (__, column) => row * columns + column),
  );
  return { sets, parameter: (index) => index % columns };
}

/** For each example and group, all positions and the channels of the group. */
export function groupsLayout(batch: number, positions: number, channels: number, groups: number): Layout {
  const width = channels / groups;
  const sets = Array.from({ length: batch * groups }, () => [] as number[]);
  for (let i = 0; i < batch * positions * channels; i++) {
    const example = Math.floor(i / (positions * channels));
    sets[example * groups + Math.floor((i % channels) / width)].push(i);
  }
  return { sets, parameter: (index) => index % channels };
}

/** The values normalised, with the mean and the inverse of each set. */
export function normalizeTwin(
  kind: Kind,
  { sets, parameter }: Layout,
  x: Numbers,
  gamma: Numbers | null,
  beta: Numbers | null,
  epsilon: number,
): { y: Float64Array; mean: Float64Array; inverse: Float64Array } {
  const y = new Float64Array(x.length);
  const mean = new Float64Array(sets.length);
  const inverse = new Float64Array(sets.length);
  sets.forEach((set, s) => {
    if (kind.centered) mean[s] = set.reduce((total, i) => total + x[i], 0) / set.length;
    inverse[s] = kind.inverse(
      set.map((i) => x[i] - mean[s]),
      epsilon,
    );
    for (const i of set) {
      const unit = (x[i] - mean[s]) * inverse[s];
      y[i] = unit * (gamma?.[parameter(i)] ?? 1) + (beta?.[parameter(i)] ?? 0);
    }
  });
  return { y, mean, inverse };
}

/**
 * Gradients of normalizeTwin by the chain rule through the mean and the inverse: with a size
 * s = inverse^-2 whose slope in x is 2 (x - mean) / divisor, d inverse / dx = -inverse^3 (x - mean) / divisor.
 *
 * @param divisor what the sum of squares is divided by: the number of elements, 1 for the unit norm,
 * Infinity where the inverse is a constant
 */
export function normalizeGradientTwin(
  kind: Kind,
  layout: Layout,
  x: Numbers,
  dY: Numbers,
  gamma: Numbers | null,
  epsilon: number,
  divisor: number,
): { dX: Float64Array; dGamma: Float64Array; dBeta: Float64Array } {
  const { sets, parameter } = layout;
  const { mean, inverse } = normalizeTwin(kind, layout, x, gamma, null, epsilon);
  const count = 1 + Math.max(...sets.flat().map(parameter));
  const dX = new Float64Array(x.length);
  const dGamma = new Float64Array(count);
  const dBeta = new Float64Array(count);
  sets.forEach((set, s) => {
    const slope = (i: number) => dY[i] * (gamma?.[parameter(i)] ?? 1);
    const dInverse = set.reduce((total, i) => total + slope(i) * (x[i] - mean[s]), 0);
    const dMean = kind.centered ? -inverse[s] * set.reduce((total, i) => total + slope(i), 0) : 0;
    for (const i of set) {
      const deviation = x[i] - mean[s];
      dX[i] = slope(i) * inverse[s] + dMean / set.length - (dInverse * inverse[s] ** 3 * deviation) / divisor;
      dGamma[parameter(i)] += dY[i] * deviation * inverse[s];
      dBeta[parameter(i)] += dY[i];
    }
  });
  return { dX, dGamma, dBeta };
}
