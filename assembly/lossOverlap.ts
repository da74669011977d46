/**
 * Losses on how much two masks overlap: Dice's and Tversky's. Formulas as in Keras 3. A row is what is
 * compared as one: a batch as a whole is one row. Scalar, in float64, two passes over a row.
 *
 * The form of the kernels, with I = sum_j t p, T = sum_j t and P = sum_j p for t = yTrue and p = yPred:
 *
 *   returns sum_i weight_i loss_i, in float64, not divided by the number of rows
 *   perSample[i] = loss_i = 1 - I / D, without its weight
 *       D = (1 - a - b) I + a P + b T + epsilon
 *   dPred[i, j] = gradientScale weight_i (I ((1 - a - b) t + a) - t D) / D^2
 *
 * yTrue         [rows, columns]
 * yPred         [rows, columns]
 * sampleWeight  0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * perSample     0, or [rows], overwritten
 * dPred         0, or [rows, columns], overwritten; may be yPred
 */
import { FLOAT_BYTES } from "./simd";
import { weightOfRow } from "./lossLanes";

/** Keeps empty masks from dividing by 0, as in Keras. */
// @ts-ignore: decorator
@inline const EPSILON: f64 = 1e-7;

function overlapLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f64, b: f64, epsilon: f64): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  const both = 1 - a - b;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    let intersection: f64 = 0, trueSum: f64 = 0, predictedSum: f64 = 0;
    for (let at: usize = 0; at < rowBytes; at += FLOAT_BYTES) {
      const t = <f64>load<f32>(yTrue + at), p = <f64>load<f32>(yPred + at);
      intersection += t * p;
      trueSum += t;
      predictedSum += p;
    }
    const divisor = both * intersection + a * predictedSum + b * trueSum + epsilon;
    const share = intersection / divisor;
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    if (dPred) {
      const factor = gradientScale * weight / divisor;
      for (let at: usize = 0; at < rowBytes; at += FLOAT_BYTES) {
        const t = <f64>load<f32>(yTrue + at);
        store<f32>(dPred + at, <f32>(factor * (share * (both * t + a) - t)));
      }
      dPred += rowBytes;
    }
    if (perSample) store<f32>(perSample + (<usize>row) * FLOAT_BYTES, <f32>(1 - share));
    total += weight * (1 - share);
    yTrue += rowBytes;
    yPred += rowBytes;
  }
  return total;
}

/** loss_i = 1 - 2 I / (T + P + 1e-7) (Milletari et al. 2016, without squares). a and b are not used. */
export function diceLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return overlapLoss(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, 0.5, 0.5, 0.5 * EPSILON);
}

/**
 * loss_i = 1 - I / (I + a (P - I) + b (T - I) + 1e-7) (Salehi et al. 2017).
 *
 * @param a what false positives count
 * @param b what false negatives count
 */
export function tverskyLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return overlapLoss(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, b, EPSILON);
}
