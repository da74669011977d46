/**
 * The generalized cross-entropy, which wrong labels disturb less. Formula as in Keras 3. Scalar, in float64.
 */
import { FLOAT_BYTES } from "./simd";
import { pow64 } from "./mathScalar";
import { weightOfRow } from "./lossLanes";

/** The slope at 0 is that here, since that at 0 is infinite. */
// @ts-ignore: decorator
@inline const SMALLEST_PROBABILITY: f64 = 1e-7;

/**
 * loss_i = (1 - p^a) / a, with p = yPred[i, yTrue[i]] (Zhang and Sabuncu 2018). NaN where p is below 0.
 *
 *   returns sum_i weight_i loss_i, in float64, not divided by the number of rows
 *   perSample[i] = loss_i, without its weight
 *   dPred[i, j] = gradientScale weight_i d loss_i / d yPred[i, j]
 *
 * @param yTrue [rows] of class numbers: whole numbers from 0 to columns - 1
 * @param yPred [rows, columns] probabilities
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * @param perSample 0, or [rows], overwritten
 * @param dPred 0, or [rows, columns], overwritten; may be yPred
 * @param a from 0, almost the cross-entropy, to 1, the absolute error; both excluded
 * @param b not used
 */
export function categoricalGeneralizedCrossEntropyLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  const q = <f64>a;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const rightBytes = <usize>load<f32>(yTrue + (<usize>row) * FLOAT_BYTES) * FLOAT_BYTES;
    const p = <f64>load<f32>(yPred + rightBytes);
    const loss = (1 - pow64(p, q)) / q;
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    if (dPred) {
      const base = p >= 0 ? max(p, SMALLEST_PROBABILITY) : p;
      memory.fill(dPred, 0, rowBytes);
      store<f32>(dPred + rightBytes, <f32>(-gradientScale * weight * pow64(base, q - 1)));
      dPred += rowBytes;
    }
    if (perSample) store<f32>(perSample + (<usize>row) * FLOAT_BYTES, <f32>loss);
    total += weight * loss;
    yPred += rowBytes;
  }
  return total;
}
