/** Statistics of activity and change, for diagnostics. */
import { highDoubles, lowDoubles, sumOfDoubles } from "./lossLanes";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";

/**
 * destination[j] = max(destination[j], |x[i, j]|) over all rows i. NaN is ignored, as in columnAbsMax.
 *
 * @param x [rows, columns]
 * @param destination [columns], updated
 */
export function columnAbsMaxInto(x: usize, destination: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const end = x + <usize>rows * rowBytes;
  for (let left = columns, at: usize = 0; left > 0; left -= LANES, at += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    let largest = loadLanes(destination + at, lanes);
    for (let row = x; row < end; row += rowBytes)
      largest = f32x4.pmax(largest, f32x4.abs(loadLanes(row + at, lanes)));
    storeLanes(destination + at, largest, lanes);
  }
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
  for (let left = count, at: usize = 0; left > 0; left -= LANES, at += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const x = loadLanes(a + at, lanes);
    const y = loadLanes(b + at, lanes);
    const differenceLow = f64x2.sub(lowDoubles(x), lowDoubles(y));
    const differenceHigh = f64x2.sub(highDoubles(x), highDoubles(y));
    low = f64x2.add(low, f64x2.mul(differenceLow, differenceLow));
    high = f64x2.add(high, f64x2.mul(differenceHigh, differenceHigh));
  }
  return sumOfDoubles(low, high);
}
