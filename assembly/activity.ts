/** Statistics of activity and change, for diagnostics. */
import { raiseToColumnMaxima } from "./data";
import { highDoubles, lowDoubles, sumOfDoubles } from "./lossLanes";
import { loadDoubles } from "./reduce";
import { LANES, VECTOR_BYTES, loadTail, wholeVectorBytes } from "./simd";

/**
 * destination[j] = max(destination[j], |x[i, j]|) over all rows i. NaN is ignored, as in columnAbsMax.
 *
 * @param x [rows, columns]
 * @param destination [columns], updated
 */
export function columnAbsMaxInto(x: usize, destination: usize, rows: i32, columns: i32): void {
  raiseToColumnMaxima(x, destination, rows, columns);
}

/** Both halves of (a - b)^2, in float64. */
// @ts-ignore: decorator
@inline function squaredDifferenceOf(a: v128, b: v128): v128 {
  const difference = f64x2.sub(a, b);
  return f64x2.mul(difference, difference);
}

/**
 * The sum of (a - b)^2, in float64.
 *
 * @param a [count]
 * @param b [count]
 */
export function squaredDifference(a: usize, b: usize, count: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    low = f64x2.add(low, squaredDifferenceOf(loadDoubles(a + at), loadDoubles(b + at)));
    high = f64x2.add(high, squaredDifferenceOf(loadDoubles(a + at + 8), loadDoubles(b + at + 8)));
  }
  const tail = count & (LANES - 1);
  if (tail) {
    const x = loadTail(a + at, tail);
    const y = loadTail(b + at, tail);
    low = f64x2.add(low, squaredDifferenceOf(lowDoubles(x), lowDoubles(y)));
    high = f64x2.add(high, squaredDifferenceOf(highDoubles(x), highDoubles(y)));
  }
  return sumOfDoubles(low, high);
}
