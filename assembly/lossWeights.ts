/** What losses are divided by, and how losses that were computed outside the kernels get their weights. */
import { FLOAT_BYTES } from "./simd";
import { weightOfRow } from "./lossLanes";

/**
 * The sum of the weights of the rows that count, in float64.
 *
 * @param sampleWeight 0 (every row weighs 1), or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * @param yTrue 0 (every row counts), or [rows] of class numbers
 * @param ignoredClass rows of this class do not count
 */
export function sumOfRowWeights(sampleWeight: usize, rows: i32, rowsPerWeight: i32, yTrue: usize, ignoredClass: f32): f64 {
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    if (!yTrue || load<f32>(yTrue + (<usize>row) * FLOAT_BYTES) != ignoredClass) total += weight;
  }
  return total;
}

/**
 * Returns sum_i weight_i perSample[i], in float64. dPred[i, j] *= gradientScale weight_i.
 *
 * @param perSample [rows], only read
 * @param dPred 0, or [rows, columns] slopes without weights, overwritten
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 */
export function weighLosses(perSample: usize, dPred: usize, sampleWeight: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64): f64 {
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    total += weight * <f64>load<f32>(perSample + (<usize>row) * FLOAT_BYTES);
    if (!dPred) continue;
    const factor = <f32>(gradientScale * weight);
    for (let column = 0; column < columns; column++) {
      store<f32>(dPred, load<f32>(dPred) * factor);
      dPred += FLOAT_BYTES;
    }
  }
  return total;
}
