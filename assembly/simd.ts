/**
 * The one file that knows the instruction set.
 *
 * Every kernel is written once, in terms of these functions, and compiled for relaxed SIMD, where a
 * multiply and an add are one fused instruction with a single rounding. scripts/build/kernels.js makes the
 * build for plain SIMD of that: it has a multiply and an add in the place of each such instruction.
 */

/** Elements of a 128-bit vector of float32. */
// @ts-ignore: decorator
@inline export const LANES: i32 = 4;

/** Bytes of one float32. */
// @ts-ignore: decorator
@inline export const FLOAT_BYTES: usize = 4;

/** Bytes of a vector. */
// @ts-ignore: decorator
@inline export const VECTOR_BYTES: usize = 16;

/** a * b + c on four lanes: one rounding in the relaxed build, two in the plain one. */
// @ts-ignore: decorator
@inline export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c - a * b on four lanes: one rounding in the relaxed build, two in the plain one. */
// @ts-ignore: decorator
@inline export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** Whether `madd` rounds once: never in the plain build, and in the relaxed one where the machine can. */
export function isFused(): bool {
  const x = f32x4.splat(1 + 1 / 4096);
  // x^2 is 2^-24 more than what it rounds to.
  return v128.any_true(madd(x, x, f32x4.splat(-(1 + 2 / 4096))));
}

/** (x0 + x2) + (x1 + x3), the same order in both builds. */
// @ts-ignore: decorator
@inline export function horizontalSum(x: v128): f32 {
  const pairs = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(pairs, 0) + f32x4.extract_lane(pairs, 1);
}

/** The horizontal sums of four vectors, in the order of horizontalSum. */
// @ts-ignore: decorator
@inline export function fourSums(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  const pairs01 = f32x4.add(v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), v128.shuffle<f32>(x0, x1, 2, 6, 3, 7));
  const pairs23 = f32x4.add(v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), v128.shuffle<f32>(x2, x3, 2, 6, 3, 7));
  return f32x4.add(
    v128.shuffle<f32>(pairs01, pairs23, 0, 1, 4, 5),
    v128.shuffle<f32>(pairs01, pairs23, 2, 3, 6, 7),
  );
}

/** The largest lane. NaN in any lane gives NaN. */
// @ts-ignore: decorator
@inline export function horizontalMax(x: v128): f32 {
  const pairs = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(pairs, 0), f32x4.extract_lane(pairs, 1));
}

/** Loads 1, 2 or 3 floats into the low lanes; the others are zero. Reads no byte beyond them. */
// @ts-ignore: decorator
@inline export function loadTail(pointer: usize, count: i32): v128 {
  if (count == 1) return v128.load32_zero(pointer);
  const pair = v128.load64_zero(pointer);
  return count == 2 ? pair : v128.load_lane<f32>(pointer, pair, 2, 8);
}

/** All bits set in the lanes below count. */
// @ts-ignore: decorator
@inline export function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

/** Stores the 1, 2 or 3 low lanes. Writes no byte beyond them. */
// @ts-ignore: decorator
@inline export function storeTail(pointer: usize, x: v128, count: i32): void {
  if (count == 1) {
    v128.store_lane<f32>(pointer, x, 0);
  } else {
    v128.store_lane<f64>(pointer, x, 0);
    if (count == 3) v128.store_lane<f32>(pointer, x, 2, 8);
  }
}

/** Loads 1 to 4 floats into the low lanes; the others are zero. Where `lanes` is a constant the test folds away. */
// @ts-ignore: decorator
@inline export function loadLanes(pointer: usize, lanes: i32): v128 {
  if (lanes == LANES) return v128.load(pointer);
  return loadTail(pointer, lanes);
}

/** Stores the 1 to 4 low lanes. */
// @ts-ignore: decorator
@inline export function storeLanes(pointer: usize, x: v128, lanes: i32): void {
  if (lanes == LANES) v128.store(pointer, x);
  else storeTail(pointer, x, lanes);
}

/** Bytes of the elements that fill whole vectors. */
// @ts-ignore: decorator
@inline export function wholeVectorBytes(count: i32): usize {
  return <usize>(count & ~(LANES - 1)) * FLOAT_BYTES;
}

/**
 * The same 32 bits in every lane, from a count that is not negative: what the compiler cannot know. V8 makes
 * a constant anew by three instructions wherever a loop uses it, but keeps what it takes for a variable.
 */
// @ts-ignore: decorator
@inline export function resident(bits: i32, count: i32): v128 {
  return i32x4.splat(bits | (count >>> 31));
}

/** The smallest normal number, for `flushBelow`. */
// @ts-ignore: decorator
@inline export const SMALLEST_NORMAL_BITS: i32 = 0x00800000;

/** All bits but the sign, for `flushBelow`. */
// @ts-ignore: decorator
@inline export const MAGNITUDE_BITS: i32 = 0x7fffffff;

/** `flushTiny` with its constants as variables. */
// @ts-ignore: decorator
@inline export function flushBelow(x: v128, smallest: v128, magnitude: v128): v128 {
  return v128.andnot(x, f32x4.lt(v128.and(x, magnitude), smallest));
}

/**
 * x, but 0 for what is smaller than the smallest normal number. Running means of nothing shrink into that
 * range and stay there (0.9 of the smallest number rounds to itself), where processors are some ten times
 * slower; other frameworks let the processor flush them. NaN stays.
 */
// @ts-ignore: decorator
@inline export function flushTiny(x: v128): v128 {
  return v128.andnot(x, f32x4.lt(f32x4.abs(x), f32x4.splat(f32.MIN_NORMAL_VALUE)));
}
