/** Normalisations along the last axes by the size of a row alone: nothing is subtracted. */
import { backwardRows } from "./normalizationBackward";
import { forwardRows } from "./normalizationRows";

/**
 * y = gamma * x / sqrt(mean of x^2 along the row + epsilon) (Zhang and Sennrich 2019; Keras's
 * RMSNormalization, which calls gamma its scale).
 *
 * @param x [rows, columns], at least one column
 * @param gamma [columns] or 0 for ones
 * @param y [rows, columns], overwritten; may be x
 * @param inverseRoot [rows], overwritten, for the backward pass: 1 / sqrt(mean of x^2 + epsilon); or 0
 */
export function rmsNormForward(
  x: usize, gamma: usize, y: usize, inverseRoot: usize, rows: i32, columns: i32, epsilon: f32,
): void {
  forwardRows(x, gamma, 0, y, 0, inverseRoot, rows, columns, false, columns, epsilon, 0);
}

/**
 * The gradients of rmsNormForward. With u = x * inverseRoot, g = dY * gamma and the mean along the row:
 *
 *     dGamma = sum over rows of dY * u
 *     dX     = inverseRoot * (g - u * mean(g * u))
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param gamma [columns] or 0 for ones
 * @param inverseRoot [rows], from the forward pass
 * @param dX [rows, columns] or 0, overwritten; may be dY
 * @param dGamma [columns] or 0, overwritten
 * @param totals [4 * columns, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function rmsNormBackward(
  x: usize, dY: usize, gamma: usize, inverseRoot: usize, dX: usize, dGamma: usize, rows: i32, columns: i32,
  totals: usize,
): void {
  backwardRows(x, dY, gamma, 0, inverseRoot, dX, dGamma, 0, rows, columns, columns, Infinity, totals);
}

/** The inverse of a norm that is epsilon. */
// @ts-ignore: decorator
@inline function largestInverse(epsilon: f64): f32 {
  return <f32>(1 / sqrt<f64>(epsilon * epsilon));
}

/**
 * y = x / norm with norm = max(sqrt(sum of x^2 along the row), epsilon) (Keras's UnitNormalization,
 * which compares the squares). A row of zeros stays one.
 *
 * @param x [rows, columns]
 * @param y [rows, columns], overwritten; may be x
 * @param inverseNorm [rows], overwritten, for the backward pass: 1 / norm; or 0
 */
export function unitNormForward(
  x: usize, y: usize, inverseNorm: usize, rows: i32, columns: i32, epsilon: f32,
): void {
  const smallest = <f64>epsilon * <f64>epsilon;
  forwardRows(x, 0, 0, y, 0, inverseNorm, rows, columns, false, 1, 0, smallest);
}

/**
 * The gradient of unitNormForward: with u = x * inverseNorm,
 *
 *     dX = inverseNorm * (dY - u * sum(dY * u)),  or dY / epsilon where the norm is epsilon or less
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param inverseNorm [rows], from the forward pass
 * @param dX [rows, columns], overwritten; may be dY
 */
export function unitNormBackward(
  x: usize, dY: usize, inverseNorm: usize, dX: usize, rows: i32, columns: i32, epsilon: f32,
): void {
  backwardRows(x, dY, 0, 0, inverseNorm, dX, 0, 0, rows, columns, 1, largestInverse(epsilon), 0);
}
