import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

/**
 * target[i] += x[i].
 *
 * @param target [count], accumulated into
 * @param x [count]
 */
export function addInPlace(target: usize, x: usize, count: i32): void {
  const vectorEnd = target + (<usize>(count & ~(LANES - 1))) * FLOAT_BYTES;
  while (target < vectorEnd) {
    v128.store(target, f32x4.add(v128.load(target), v128.load(x)));
    target += VECTOR_BYTES;
    x += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(target, f32x4.add(loadTail(target, tail), loadTail(x, tail)), tail);
}

/** Lanes 0 and 1 as float64. */
// @ts-ignore: decorator
@inline export function promoteLow(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** Lanes 2 and 3 as float64. */
// @ts-ignore: decorator
@inline export function promoteHigh(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** The sum of four float64 lanes, (low0 + high0) + (low1 + high1). */
// @ts-ignore: decorator
@inline export function sumLanes64(low: v128, high: v128): f64 {
  const pairs = f64x2.add(low, high);
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}

/**
 * The sum of x in float64: four running sums, one for each remainder of the index by 4.
 *
 * @param x [count]
 */
export function sum(x: usize, count: i32): f64 {
  const vectorEnd = x + (<usize>(count & ~(LANES - 1))) * FLOAT_BYTES;
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (; x < vectorEnd; x += VECTOR_BYTES) {
    const values = v128.load(x);
    low = f64x2.add(low, promoteLow(values));
    high = f64x2.add(high, promoteHigh(values));
  }
  const tail = count & (LANES - 1);
  if (tail) {
    const values = loadTail(x, tail);
    low = f64x2.add(low, promoteLow(values));
    high = f64x2.add(high, promoteHigh(values));
  }
  return sumLanes64(low, high);
}
