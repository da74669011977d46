// Metrics in float64, one element at a time, as the formulas are usually written.

export interface Batch {
  rows: number;
  columns: number;
  yTrue: ArrayLike<number>;
  yPred: ArrayLike<number>;
  /** The weight of each row. */
  weights: ArrayLike<number>;
}

/** The columns of a row by falling value; of equal values the first column first; NaN is left out. */
export function ranking(row: ArrayLike<number>): number[] {
  const columns = Array.from(row, (_, column) => column).filter((column) => !Number.isNaN(row[column]));
  return columns.sort((a, b) => (row[a] === row[b] ? a - b : row[a] > row[b] ? -1 : 1));
}

export const rowOf = (x: ArrayLike<number>, row: number, columns: number): number[] =>
  Array.from({ length: columns }, (_, column) => x[row * columns + column]);

export interface Decisions {
  isSparse: boolean;
  isSoft: boolean;
  classId: number;
  choice: number;
  thresholds: number[];
  isPerColumn: boolean;
}

/** [groups, 2, thresholds + 1]. */
export function decisionCounts(batch: Batch, options: Decisions): Float64Array {
  const { rows, columns, yTrue, yPred, weights } = batch;
  const { isSparse, isSoft, classId, choice, thresholds, isPerColumn } = options;
  const buckets = thresholds.length + 1;
  const counts = new Float64Array((isPerColumn ? columns : 1) * 2 * buckets);
  for (let i = 0; i < rows; i++) {
    const row = rowOf(yPred, i, columns);
    const chosen = ranking(row).slice(0, Math.max(choice, 0));
    const largest = Math.max(...row.filter((p) => !Number.isNaN(p)));
    row.forEach((p, j) => {
      if (classId >= 0 && j !== classId) return;
      let isChosen = choice === 0 || chosen.includes(j);
      if (choice === -1) isChosen = p === largest && Math.abs(p) > 1e-9;
      const label = isSparse ? Number(yTrue[i] === j) : Math.max(yTrue[i * columns + j], 0);
      const t = isSoft || isSparse ? label : Number(label !== 0);
      const bucket = isChosen ? thresholds.filter((threshold) => p > threshold).length : 0;
      const start = (isPerColumn ? j : 0) * 2 * buckets;
      counts[start + bucket] += weights[i] * t;
      counts[start + buckets + bucket] += weights[i] * (1 - t);
    });
  }
  return counts;
}

/** The weight of the rows whose class has fewer than k larger rivals. */
export function topK(
  { rows, columns, yPred, weights }: Batch,
  classes: ArrayLike<number>,
  k: number,
): number {
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const row = rowOf(yPred, i, columns);
    const own = row[classes[i]];
    if (row.filter((p) => p > own).length < k && !Number.isNaN(own) && own !== undefined) total += weights[i];
  }
  return total;
}

/** [classes, classes]; a class of undefined or out of range is left out. */
export function confusion(
  actual: ArrayLike<number>,
  predicted: ArrayLike<number>,
  weights: ArrayLike<number>,
  classes: number,
  ignored: number,
): Float64Array {
  const matrix = new Float64Array(classes * classes);
  const isClass = (value: number): boolean => Math.trunc(value) >= 0 && Math.trunc(value) < classes;
  for (let i = 0; i < actual.length; i++) {
    if (!isClass(actual[i]) || !isClass(predicted[i]) || Math.trunc(actual[i]) === ignored) continue;
    matrix[Math.trunc(actual[i]) * classes + Math.trunc(predicted[i])] += weights[i];
  }
  return matrix;
}

/** [6 columns + 2]. */
export function columnMoments({ rows, columns, yTrue, yPred, weights }: Batch): Float64Array {
  const sums = new Float64Array(6 * columns + 2);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const [t, p, w] = [yTrue[i * columns + j], yPred[i * columns + j], weights[i]];
      [t, t * t, (t - p) ** 2, p, p * p, t * p].forEach((value, n) => (sums[6 * j + n] += w * value));
    }
    sums[6 * columns] += weights[i];
    sums[6 * columns + 1] += Number(weights[i] !== 0);
  }
  return sums;
}

const mean = (x: number[]): number => x.reduce((sum, value) => sum + value, 0) / x.length;

export function rowCorrelations(
  { rows, columns, yTrue, yPred, weights }: Batch,
  isConcordance: boolean,
): number {
  let total = 0;
  for (let i = 0; i < rows; i++) {
    const [t, p] = [rowOf(yTrue, i, columns), rowOf(yPred, i, columns)];
    const [meanTrue, meanPred] = [mean(t), mean(p)];
    const covariance = mean(t.map((value, j) => (value - meanTrue) * (p[j] - meanPred)));
    const trueVariance = mean(t.map((value) => (value - meanTrue) ** 2));
    const predVariance = mean(p.map((value) => (value - meanPred) ** 2));
    const r = isConcordance
      ? (2 * covariance) / (trueVariance + predVariance + (meanTrue - meanPred) ** 2 + 1e-7)
      : covariance / Math.sqrt(trueVariance) / Math.sqrt(predVariance);
    total += weights[i] * r;
  }
  return total;
}
