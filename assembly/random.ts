/**
 * Random numbers. All of them are functions of a key and the index of the element, so they are the
 * same on every engine and in both builds: integer arithmetic, and float64 without fused operations.
 *
 * The vector kernels give 8 elements to 4 counters: element i of a group of 8 gets the first word
 * of counter i, or, from 4 on, the second word of counter i - 4.
 */
import { LANES, VECTOR_BYTES, FLOAT_BYTES, loadTail, storeTail } from "./simd";
import { log64, sin64, cos64 } from "./mathScalar";
import { threefry, threefry4, secondWords } from "./threefry";

/** Elements of four counters. */
// @ts-ignore: decorator
@inline const GROUP: i32 = 2 * LANES;

// @ts-ignore: decorator
@inline const TWO_TO_32: f64 = 4294967296;
// @ts-ignore: decorator
@inline const TWO_PI: f64 = 6.283185307179586;

/** Truncated normal numbers lie within this many standard deviations. */
// @ts-ignore: decorator
@inline const TRUNCATION: f64 = 2;

/** Stores up to four lanes: as many as there are elements left, which may be none. */
// @ts-ignore: decorator
@inline function storeUpTo(pointer: usize, x: v128, left: i32): void {
  if (left >= LANES) v128.store(pointer, x);
  else if (left > 0) storeTail(pointer, x, left);
}

/**
 * The key for one purpose and index below a key: threefry with the counter (purpose, index).
 *
 * @param destination [2] of u32, overwritten
 */
export function deriveKey(key0: u32, key1: u32, purpose: u32, index: u32, destination: usize): void {
  store<u64>(destination, threefry(purpose, index, key0, key1));
}

/** low + range u for the 24-bit fractions u of two lanes of words, in float64. */
// @ts-ignore: decorator
@inline function uniformPair(words: v128, low: v128, step: v128): v128 {
  const whole = f64x2.convert_low_i32x4_u(i32x4.shr_u(words, 8));
  return f32x4.demote_f64x2_zero(f64x2.add(low, f64x2.mul(whole, step)));
}

/**
 * Four uniform numbers. u is at most 1 - 2^-24, so float64 stays below high by far more than its
 * error, and rounding to float32 is monotone: no number leaves [low, high].
 */
// @ts-ignore: decorator
@inline function uniform4(words: v128, low: f32, high: f32): v128 {
  const start = f64x2.splat(low);
  const step = f64x2.splat((<f64>high - <f64>low) * (1.0 / 16777216.0));
  const pair0 = uniformPair(words, start, step);
  const pair1 = uniformPair(v128.shuffle<i32>(words, words, 2, 3, 2, 3), start, step);
  return v128.shuffle<f32>(pair0, pair1, 0, 1, 4, 5);
}

/**
 * Uniform numbers low + (high - low) u, with u a multiple of 2^-24 below 1. Never beyond [low, high].
 *
 * @param destination [count], overwritten
 */
export function randomUniform(
  destination: usize, count: i32, low: f32, high: f32, key0: u32, key1: u32,
): void {
  let counters = i32x4(0, 1, 2, 3);
  for (let left = count; left > 0; left -= GROUP) {
    const firsts = threefry4(counters, 0, key0, key1);
    const seconds = secondWords();
    storeUpTo(destination, uniform4(firsts, low, high), left);
    storeUpTo(destination + VECTOR_BYTES, uniform4(seconds, low, high), left - LANES);
    destination += 2 * VECTOR_BYTES;
    counters = i32x4.add(counters, i32x4.splat(LANES));
  }
}

/** The radius of Box and Muller from a word: the middle of its interval, so never log 0. */
// @ts-ignore: decorator
@inline export function radius(words: u64): f64 {
  return sqrt<f64>(-2 * log64((<f64>(<u32>words) + 0.5) * (1 / TWO_TO_32)));
}

/** The angle of Box and Muller from the other word. */
// @ts-ignore: decorator
@inline export function angle(words: u64): f64 {
  return <f64>(<u32>(words >> 32)) * (TWO_PI / TWO_TO_32);
}

/** A standard normal number within the truncation: redrawn with the next attempt in the counter. */
function truncatedNormal(index: u32, key0: u32, key1: u32): f64 {
  let normal: f64 = Infinity;
  for (let attempt: u32 = 0; abs<f64>(normal) > TRUNCATION; attempt++) {
    const words = threefry(index, attempt, key0, key1);
    const length = radius(words);
    const turn = angle(words);
    normal = length * cos64(turn);
    if (abs<f64>(normal) > TRUNCATION) normal = length * sin64(turn);
  }
  return normal;
}

/**
 * Normal numbers (Box and Muller 1958), two of a counter; in float64, then rounded.
 *
 * @param destination [count], overwritten
 * @param truncated 1: numbers beyond 2 standard deviations are redrawn
 */
export function randomNormal(
  destination: usize, count: i32, mean: f32, standardDeviation: f32, key0: u32, key1: u32, truncated: i32,
): void {
  const center = <f64>mean;
  const spread = <f64>standardDeviation;
  if (truncated) {
    for (let i = 0; i < count; i++, destination += FLOAT_BYTES) {
      store<f32>(destination, <f32>(center + spread * truncatedNormal(i, key0, key1)));
    }
    return;
  }
  for (let i = 0; i < count; i += 2, destination += 2 * FLOAT_BYTES) {
    const words = threefry(<u32>i >> 1, 0, key0, key1);
    const length = radius(words);
    const turn = angle(words);
    store<f32>(destination, <f32>(center + spread * (length * cos64(turn))));
    if (i + 1 < count) {
      store<f32>(destination, <f32>(center + spread * (length * sin64(turn))), FLOAT_BYTES);
    }
  }
}

/**
 * A whole number below `bound` from 64 random bits: the top 32 bits of bits * bound / 2^32
 * (Lemire 2019, without the rejection: of 64 bits the bias is below bound / 2^64).
 */
// @ts-ignore: decorator
@inline function below(bound: u32, bits: u64): u32 {
  const wide = <u64>bound;
  return <u32>(((bits >> 32) * wide + (((bits & 0xffffffff) * wide) >> 32)) >> 32);
}

/**
 * A random permutation of 0 .. count - 1 (Fisher and Yates, Durstenfeld's form of 1964).
 *
 * @param order [count] of u32, overwritten
 */
export function shuffle(order: usize, count: i32, key0: u32, key1: u32): void {
  for (let i = 0; i < count; i++) store<u32>(order + <usize>i * sizeof<u32>(), i);
  for (let i = count - 1; i > 0; i--) {
    const other = order + <usize>below(i + 1, threefry(i, 0, key0, key1)) * sizeof<u32>();
    const here = order + <usize>i * sizeof<u32>();
    const value = load<u32>(here);
    store<u32>(here, load<u32>(other));
    store<u32>(other, value);
  }
}

/** Four elements: x scaled where the word is not below the threshold, +0 where it is. */
// @ts-ignore: decorator
@inline function dropped(x: v128, words: v128, threshold: v128, factor: v128): v128 {
  return v128.and(f32x4.mul(x, factor), i32x4.ge_u(words, threshold));
}

/** `dropped` of up to four elements. */
// @ts-ignore: decorator
@inline function dropUpTo(
  x: usize, y: usize, words: v128, threshold: v128, factor: v128, left: i32,
): void {
  if (left >= LANES) v128.store(y, dropped(v128.load(x), words, threshold, factor));
  else if (left > 0) storeTail(y, dropped(loadTail(x, left), words, threshold, factor), left);
}

/**
 * Dropout (Srivastava et al. 2014), inverted: y = x / (1 - rate) where kept, else 0, even for a NaN
 * or an infinity. What is kept is a function of (key, step, index of the element) only, so the same
 * call on dY gives dX. The quotient is a product with the reciprocal rounded to float32.
 *
 * @param x [count], read
 * @param y [count], overwritten; may be x
 * @param rate from 0, below 1
 */
export function dropout(
  x: usize, y: usize, count: i32, rate: f32, key0: u32, key1: u32, step: u32,
): void {
  const threshold = i32x4.splat(<u32>(<f64>rate * TWO_TO_32));
  const factor = f32x4.splat(<f32>(1 / (1 - <f64>rate)));
  let counters = i32x4(0, 1, 2, 3);
  for (let left = count; left > 0; left -= GROUP) {
    const firsts = threefry4(counters, step, key0, key1);
    const seconds = secondWords();
    dropUpTo(x, y, firsts, threshold, factor, left);
    dropUpTo(x + VECTOR_BYTES, y + VECTOR_BYTES, seconds, threshold, factor, left - LANES);
    x += 2 * VECTOR_BYTES;
    y += 2 * VECTOR_BYTES;
    counters = i32x4.add(counters, i32x4.splat(LANES));
  }
}
