/** Sums of powers and products, in float64, of which R^2 and correlations are made. Formulas as in Keras 3. */
import { FLOAT_BYTES } from "./simd";
import { weightOfRow } from "./lossLanes";

/** What keeps the concordance of two constants from being 0 / 0, as in Keras. */
// @ts-ignore: decorator
@inline const EPSILON: f64 = 1e-7;

/** The sums of one column. */
// @ts-ignore: decorator
@inline const MOMENTS: usize = 6;

/** target[index] += x. */
// @ts-ignore: decorator
@inline function addAt(target: usize, index: usize, x: f64): void {
  store<f64>(target + index * 8, load<f64>(target + index * 8) + x);
}

/**
 * For each column the weighted sums of t, t^2, (t - p)^2, p, p^2 and t p, with t = yTrue and p = yPred;
 * then the sum of the weights and the number of rows whose weight is not 0. Squares of float32 numbers
 * are exact in float64.
 *
 * @param yTrue [rows, columns]
 * @param yPred [rows, columns]
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * @param sums [6 columns + 2] of float64, overwritten
 */
export function columnMoments(yTrue: usize, yPred: usize, sampleWeight: usize, rows: i32, columns: i32, rowsPerWeight: i32, sums: usize): void {
  const ofAll = (<usize>columns) * MOMENTS;
  memory.fill(sums, 0, (ofAll + 2) * 8);
  for (let row = 0; row < rows; row++) {
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    for (let column = 0; column < columns; column++) {
      const target = sums + (<usize>column) * MOMENTS * 8;
      const t = <f64>load<f32>(yTrue);
      const p = <f64>load<f32>(yPred);
      addAt(target, 0, weight * t);
      addAt(target, 1, weight * t * t);
      addAt(target, 2, weight * (t - p) * (t - p));
      addAt(target, 3, weight * p);
      addAt(target, 4, weight * p * p);
      addAt(target, 5, weight * t * p);
      yTrue += FLOAT_BYTES;
      yPred += FLOAT_BYTES;
    }
    addAt(sums, ofAll, weight);
    addAt(sums, ofAll + 1, <f64>i32(weight != 0));
  }
}

/**
 * sum_i weight_i r_i over the rows with a weight, where r_i compares row i of yTrue with row i of yPred:
 *
 *   Pearson's correlation       cov / (std t std p); NaN where one of them is constant
 *   Lin's concordance (1989)    2 cov / (var t + var p + (mean t - mean p)^2 + 1e-7)
 *
 * @param yTrue [rows, columns]
 * @param yPred [rows, columns]
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 */
export function rowCorrelationSum(yTrue: usize, yPred: usize, sampleWeight: usize, rows: i32, columns: i32, rowsPerWeight: i32,
  isConcordance: bool): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    let meanTrue: f64 = 0, meanPred: f64 = 0;
    for (let offset: usize = 0; offset < rowBytes; offset += FLOAT_BYTES) {
      meanTrue += <f64>load<f32>(yTrue + offset);
      meanPred += <f64>load<f32>(yPred + offset);
    }
    meanTrue /= <f64>columns;
    meanPred /= <f64>columns;
    let squareTrue: f64 = 0, squarePred: f64 = 0, product: f64 = 0;
    for (let offset: usize = 0; offset < rowBytes; offset += FLOAT_BYTES) {
      const t = <f64>load<f32>(yTrue + offset) - meanTrue;
      const p = <f64>load<f32>(yPred + offset) - meanPred;
      squareTrue += t * t;
      squarePred += p * p;
      product += t * p;
    }
    const distance = meanTrue - meanPred;
    const r = isConcordance
      ? 2 * product / (squareTrue + squarePred + (distance * distance + EPSILON) * <f64>columns)
      : product / sqrt(squareTrue * squarePred);
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    if (weight != 0) total += weight * r;
    yTrue += rowBytes;
    yPred += rowBytes;
  }
  return total;
}
