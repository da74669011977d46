/**
 * The softmax of one row of scores and its gradient, for attention: with the scale of the scores in the same passes, and the
 * constants of the exponential in memory. Both have the bits that softmax.ts gives for scores scaled before, or a gradient
 * scaled after: a positive factor, rounded or not, leaves the largest number the largest. What becomes of NaN and of infinities
 * is said there.
 */
import { FIXED_TABLE, exponentialOf } from "./mathTable";
import { promoteHigh, promoteLow, sumLanes64 } from "./reduce";
import { LANES, VECTOR_BYTES, horizontalMax, lanesBelow, loadTail, storeTail, wholeVectorBytes } from "./simd";
import { rowDot } from "./softmax";

/**
 * The largest number of a row, NaN left out: pmax is one instruction where max is several, and NaN in a row comes back by the
 * sum of exponentials. Two vectors at a time, so that comparisons do not wait for each other.
 */
// @ts-ignore: decorator
@inline function largest(x: usize, end: usize, tail: i32): f32 {
  let even = f32x4.splat(-Infinity);
  let odd = even;
  for (; x + VECTOR_BYTES < end; x += 2 * VECTOR_BYTES) {
    even = f32x4.pmax(even, v128.load(x));
    odd = f32x4.pmax(odd, v128.load(x, VECTOR_BYTES));
  }
  if (x < end) even = f32x4.pmax(even, v128.load(x));
  if (tail) odd = f32x4.pmax(odd, v128.bitselect(loadTail(end, tail), odd, lanesBelow(tail)));
  return horizontalMax(f32x4.pmax(even, odd));
}

/** e^x for x up to 0. Below -104 it is 0 at once: what underflows, as all hidden scores would, is many times slower on most processors. */
// @ts-ignore: decorator
@inline function exponentials(x: v128): v128 {
  const gone = f32x4.lt(x, f32x4.splat(-104));
  return v128.andnot(exponentialOf(v128.andnot(x, gone), FIXED_TABLE), gone);
}

/**
 * x[i] = e^(scale x[i]) / sum over j of e^(scale x[j])
 *
 * @param x [columns], overwritten
 * @param scale above 0, at most 1
 */
export function softmaxScaled(x: usize, columns: i32, scale: f32): void {
  const tail = columns & (LANES - 1);
  const end = x + wholeVectorBytes(columns);
  const factor = f32x4.splat(scale);
  const maximum = f32x4.splat(largest(x, end, tail) * scale);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let at = x; at < end; at += VECTOR_BYTES) {
    const e = exponentials(f32x4.sub(f32x4.mul(v128.load(at), factor), maximum));
    v128.store(at, e);
    low = f64x2.add(low, promoteLow(e));
    high = f64x2.add(high, promoteHigh(e));
  }
  let last = f32x4.splat(0);
  if (tail) {
    const shifted = f32x4.sub(f32x4.mul(loadTail(end, tail), factor), maximum);
    last = exponentials(v128.bitselect(shifted, f32x4.splat(-Infinity), lanesBelow(tail)));
    low = f64x2.add(low, promoteLow(last));
    high = f64x2.add(high, promoteHigh(last));
  }
  const sum = f32x4.splat(<f32>sumLanes64(low, high));
  for (; x < end; x += VECTOR_BYTES) v128.store(x, f32x4.div(v128.load(x), sum));
  if (tail) storeTail(x, f32x4.div(last, sum), tail);
}

/**
 * dP[i] = scale p[i] (dP[i] - sum over j of p[j] dP[j])
 *
 * @param p [columns], the result of softmaxScaled
 * @param dP [columns], overwritten
 */
export function softmaxScaledBackward(p: usize, dP: usize, columns: i32, scale: f32): void {
  const tail = columns & (LANES - 1);
  const vectorBytes = wholeVectorBytes(columns);
  const factor = f32x4.splat(scale);
  const dot = rowDot(p, dP, vectorBytes, tail);
  for (const end = p + vectorBytes; p < end; p += VECTOR_BYTES, dP += VECTOR_BYTES)
    v128.store(dP, f32x4.mul(f32x4.mul(v128.load(p), f32x4.sub(v128.load(dP), dot)), factor));
  if (tail) {
    const difference = f32x4.sub(loadTail(dP, tail), dot);
    storeTail(dP, f32x4.mul(f32x4.mul(loadTail(p, tail), difference), factor), tail);
  }
}
