/** Statistics of activity and change, for diagnostics. */
import { raiseToColumnMaxima } from "./data";
import { sumTerms } from "./reduce";

/**
 * destination[j] = max(destination[j], |x[i, j]|) over all rows i. NaN is ignored, as in columnAbsMax.
 *
 * @param x [rows, columns]
 * @param destination [columns], updated
 */
export function columnAbsMaxInto(x: usize, destination: usize, rows: i32, columns: i32): void {
  raiseToColumnMaxima(x, destination, rows, columns);
}

/**
 * The sum of (a - b)^2, in float64.
 *
 * @param a [count]
 * @param b [count]
 */
export function squaredDifference(a: usize, b: usize, count: i32): f64 {
  return sumTerms(true, true, a, b - a, count);
}
