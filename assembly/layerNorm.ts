/** Layer normalisation along the last axes (Ba, Kiros and Hinton 2016), as Keras's LayerNormalization. */
import { backwardRows } from "./normalizationBackward";
import { forwardRows } from "./normalizationRows";

/**
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and biased variance of the row.
 *
 * @param x [rows, columns], at least one column
 * @param gamma [columns] or 0 for ones
 * @param beta [columns] or 0 for zeros
 * @param y [rows, columns], overwritten; may be x
 * @param mean [rows], overwritten, for the backward pass; or 0
 * @param inverseDeviation [rows], overwritten, for the backward pass: 1 / sqrt(variance + epsilon);
 *   or 0
 */
export function layerNormForward(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverseDeviation: usize,
  rows: i32, columns: i32, epsilon: f32,
): void {
  forwardRows(x, gamma, beta, y, mean, inverseDeviation, rows, columns, true, columns, epsilon, 0);
}

/**
 * The gradients of layerNormForward. With u = (x - mean) * inverseDeviation, g = dY * gamma and means
 * along the row:
 *
 *     dBeta  = sum over rows of dY
 *     dGamma = sum over rows of dY * u
 *     dX     = inverseDeviation * (g - mean(g) - u * mean(g * u))
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param gamma [columns] or 0 for ones
 * @param mean [rows], from the forward pass
 * @param inverseDeviation [rows], from the forward pass
 * @param dX [rows, columns] or 0, overwritten; may be dY
 * @param dGamma [columns] or 0, overwritten
 * @param dBeta [columns] or 0, overwritten
 * @param totals [4 * columns, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function layerNormBackward(
  x: usize, dY: usize, gamma: usize, mean: usize, inverseDeviation: usize,
  dX: usize, dGamma: usize, dBeta: usize, rows: i32, columns: i32, totals: usize,
): void {
  backwardRows(
    x, dY, gamma, mean, inverseDeviation, dX, dGamma, dBeta, rows, columns, columns, Infinity, totals);
}
