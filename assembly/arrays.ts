/** Arrays that are combined, exchanged or copied as a whole: moving averages of weights, Muon's polynomials. */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes, wholeVectorBytes, madd } from "./simd";

// @ts-ignore: decorator
@inline function blendLanes(y: usize, x: usize, a: v128, b: v128, lanes: i32): void {
  storeLanes(y, madd(a, loadLanes(y, lanes), f32x4.mul(b, loadLanes(x, lanes))), lanes);
}

/**
 * y = a y + b x. With b = 1 - a, y is a moving average of x.
 *
 * @param y [count], updated
 * @param x [count], read
 */
export function blend(y: usize, x: usize, count: i32, a: f32, b: f32): void {
  const ofY = f32x4.splat(a);
  const ofX = f32x4.splat(b);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) blendLanes(y + at, x + at, ofY, ofX, LANES);
  const tail = count & (LANES - 1);
  if (tail) blendLanes(y + at, x + at, ofY, ofX, tail);
}

// @ts-ignore: decorator
@inline function swapLanes(a: usize, b: usize, lanes: i32): void {
  const old = loadLanes(a, lanes);
  storeLanes(a, loadLanes(b, lanes), lanes);
  storeLanes(b, old, lanes);
}

/**
 * Exchanges two arrays, bit for bit.
 *
 * @param a [count], overwritten
 * @param b [count], overwritten; not overlapping a
 */
export function swap(a: usize, b: usize, count: i32): void {
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) swapLanes(a + at, b + at, LANES);
  const tail = count & (LANES - 1);
  if (tail) swapLanes(a + at, b + at, tail);
}

/**
 * target = source, bit for bit.
 *
 * @param target [count], overwritten
 * @param source [count], read
 */
export function copy(target: usize, source: usize, count: i32): void {
  memory.copy(target, source, <usize>count * FLOAT_BYTES);
}
