import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadLanes, loadTail, storeTail, wholeVectorBytes } from "./simd";

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

/** Two floats of memory as float64: without the lanes of a whole vector to move, which takes as long as the sum. */
// @ts-ignore: decorator
@inline export function loadDoubles(x: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(x));
}

/** The sum of four float64 lanes, (low0 + high0) + (low1 + high1). */
// @ts-ignore: decorator
@inline export function sumLanes64(low: v128, high: v128): f64 {
  const pairs = f64x2.add(low, high);
  return f64x2.extract_lane(pairs, 0) + f64x2.extract_lane(pairs, 1);
}

/** Two terms in float64, which holds the square of a float32 exactly: x, or its square, or that of x - y. */
// @ts-ignore: decorator
@inline function terms(isSquared: bool, hasOther: bool, x: v128, y: v128): v128 {
  const value = hasOther ? f64x2.sub(x, y) : x;
  return isSquared ? f64x2.mul(value, value) : value;
}

/** The two terms at x, and those of another array `apart` bytes from it. */
// @ts-ignore: decorator
@inline function termsAt(isSquared: bool, hasOther: bool, x: usize, apart: usize): v128 {
  const values = loadDoubles(x);
  return terms(isSquared, hasOther, values, hasOther ? loadDoubles(x + apart) : values);
}

/**
 * The sum of x, of x^2 or of (x - y)^2 in float64. Four quarters are walked at the same time: processors fetch
 * several runs of memory faster than one, and additions do not wait for each other. What is left goes to the first.
 *
 * @param hasOther a constant: whether there is an array y
 * @param apart the bytes from x to y
 */
// @ts-ignore: decorator
@inline export function sumTerms(isSquared: bool, hasOther: bool, x: usize, apart: usize, count: i32): f64 {
  const zero = f64x2.splat(0);
  let low0 = zero, high0 = zero, low1 = zero, high1 = zero, low2 = zero, high2 = zero, low3 = zero, high3 = zero;
  const quarterBytes = wholeVectorBytes(count >> 2);
  for (const end = x + quarterBytes; x < end; x += VECTOR_BYTES) {
    low0 = f64x2.add(low0, termsAt(isSquared, hasOther, x, apart));
    high0 = f64x2.add(high0, termsAt(isSquared, hasOther, x + 8, apart));
    low1 = f64x2.add(low1, termsAt(isSquared, hasOther, x + quarterBytes, apart));
    high1 = f64x2.add(high1, termsAt(isSquared, hasOther, x + quarterBytes + 8, apart));
    low2 = f64x2.add(low2, termsAt(isSquared, hasOther, x + 2 * quarterBytes, apart));
    high2 = f64x2.add(high2, termsAt(isSquared, hasOther, x + 2 * quarterBytes + 8, apart));
    low3 = f64x2.add(low3, termsAt(isSquared, hasOther, x + 3 * quarterBytes, apart));
    high3 = f64x2.add(high3, termsAt(isSquared, hasOther, x + 3 * quarterBytes + 8, apart));
  }
  x += 3 * quarterBytes;
  for (let left = count - <i32>quarterBytes; left > 0; left -= LANES, x += VECTOR_BYTES) {
    const values = loadLanes(x, min(left, LANES));
    const others = hasOther ? loadLanes(x + apart, min(left, LANES)) : values;
    low0 = f64x2.add(low0, terms(isSquared, hasOther, promoteLow(values), promoteLow(others)));
    high0 = f64x2.add(high0, terms(isSquared, hasOther, promoteHigh(values), promoteHigh(others)));
  }
  const low = f64x2.add(f64x2.add(low0, low1), f64x2.add(low2, low3));
  return sumLanes64(low, f64x2.add(f64x2.add(high0, high1), f64x2.add(high2, high3)));
}

/**
 * The sum of x in float64.
 *
 * @param x [count]
 */
export function sum(x: usize, count: i32): f64 {
  return sumTerms(false, false, x, 0, count);
}
