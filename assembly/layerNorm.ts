/** Layer normalisation along the last axes (Ba, Kiros and Hinton 2016), as Keras's LayerNormalization. */
import { normalizeRow, sumOfDeviations, sumOfSquaredDeviations } from "./normalizationRows";
import { affineBackward } from "./normalizationScale";
import { FLOAT_BYTES } from "./simd";

/**
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and biased variance of the row.
 *
 * The mean is the row's first element plus the mean deviation from it, and the variance is summed
 * around the mean in a second pass (the two-pass algorithm), so a large offset costs no digits and a
 * constant row has variance 0 exactly.
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
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const count = <f64>columns;
  for (let row = 0; row < rows; row++, x += rowBytes, y += rowBytes) {
    const offsetBytes = <usize>row * FLOAT_BYTES;
    const first = load<f32>(x);
    const center = <f32>(<f64>first + sumOfDeviations(x, first, columns) / count);
    const variance = sumOfSquaredDeviations(x, center, columns) / count;
    const inverse = <f32>(1 / sqrt<f64>(variance + <f64>epsilon));
    if (mean) store<f32>(mean + offsetBytes, center);
    if (inverseDeviation) store<f32>(inverseDeviation + offsetBytes, inverse);
    normalizeRow(x, gamma, beta, y, center, inverse, columns);
  }
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
  affineBackward(x, dY, gamma, mean, inverseDeviation, dX, dGamma, dBeta, rows, columns, totals);
}
