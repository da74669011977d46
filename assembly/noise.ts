/**
 * Layers of noise. What an element gets is a function of (key, step, index of the element) only, as in
 * `dropout`, so backward draws it again; and no operation is fused, so both builds give the same bits.
 */
import { angle, radius } from "./random";
import { log64, sin64, cos64 } from "./mathScalar";
import { secondWords, threefry, threefry4 } from "./threefry";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";

// @ts-ignore: decorator
@inline const TWO_TO_32: f64 = 4294967296;

/** What selu tends to below: -scale alpha, of Klambauer et al. 2017. */
// @ts-ignore: decorator
@inline const SATURATION: f64 = -1.0507009873554805 * 1.6732632423543772;

/** x + noise, or x (1 + noise). */
// @ts-ignore: decorator
@inline function disturbed(x: usize, noise: f64, multiplies: bool): f32 {
  const value = <f64>load<f32>(x);
  return <f32>(multiplies ? value * (1 + noise) : value + noise);
}

/** Elements 2 i and 2 i + 1 get the two normal numbers of counter i (Box and Muller 1958). */
function disturb(
  x: usize, y: usize, count: i32, standardDeviation: f64, key0: u32, key1: u32, step: u32, multiplies: bool,
): void {
  for (let i = 0; i < count; i += 2, x += 2 * FLOAT_BYTES, y += 2 * FLOAT_BYTES) {
    const words = threefry(<u32>i >> 1, step, key0, key1);
    const length = standardDeviation * radius(words);
    const turn = angle(words);
    store<f32>(y, disturbed(x, length * cos64(turn), multiplies));
    if (i + 1 < count) store<f32>(y + FLOAT_BYTES, disturbed(x + FLOAT_BYTES, length * sin64(turn), multiplies));
  }
}

/**
 * y = x + standardDeviation n, n standard normal; in float64, then rounded. The gradient is dY.
 *
 * @param x [count], read
 * @param y [count], overwritten; may be x
 */
export function gaussianNoise(
  x: usize, y: usize, count: i32, standardDeviation: f64, key0: u32, key1: u32, step: u32,
): void {
  disturb(x, y, count, standardDeviation, key0, key1, step, false);
}

/**
 * y = x (1 + sqrt(rate / (1 - rate)) n), n standard normal (Srivastava et al. 2014, section 10). The same
 * call on dY gives dX.
 *
 * @param x [count], read
 * @param y [count], overwritten; may be x
 * @param rate from 0, below 1
 */
export function gaussianDropout(
  x: usize, y: usize, count: i32, rate: f64, key0: u32, key1: u32, step: u32,
): void {
  disturb(x, y, count, sqrt<f64>(rate / (1 - rate)), key0, key1, step, true);
}

/** The factor that gives what is left of a unit variance back: ((1 - rate) (1 + rate SATURATION^2))^(-1/2). */
// @ts-ignore: decorator
@inline function varianceFactor(rate: f64): f64 {
  return 1 / sqrt<f64>((1 - rate) * (1 + rate * (SATURATION * SATURATION)));
}

/** y = factor x + shift where kept, else `dropped`. Kept is what `dropout` keeps. */
function dropAlpha(x: usize, y: usize, count: i32, factor: f64, shift: f64, dropped: f64,
  rate: f64, key0: u32, key1: u32, step: u32): void {
  const threshold = i32x4.splat(<u32>(rate * TWO_TO_32));
  const factors = f32x4.splat(<f32>factor);
  const shifts = f32x4.splat(<f32>shift);
  const constants = f32x4.splat(<f32>dropped);
  let counters = i32x4(0, 1, 2, 3);
  let words = counters;
  let isSecond = false;
  for (let left = count; left > 0; left -= LANES, x += VECTOR_BYTES, y += VECTOR_BYTES) {
    if (isSecond) {
      words = secondWords();
    } else {
      words = threefry4(counters, step, key0, key1);
      counters = i32x4.add(counters, i32x4.splat(LANES));
    }
    isSecond = !isSecond;
    const lanes = min(left, LANES);
    const kept = f32x4.add(f32x4.mul(loadLanes(x, lanes), factors), shifts);
    storeLanes(y, v128.bitselect(kept, constants, i32x4.ge_u(words, threshold)), lanes);
  }
}

/**
 * Alpha dropout (Klambauer et al. 2017): with s = -scale alpha of selu, y = a (kept ? x : s) + b, where
 * a = ((1 - rate) (1 + rate s^2))^(-1/2) and b = -a s rate keep mean 0 and variance 1. What is dropped is
 * so even for a NaN. The mask is that of `dropout`.
 *
 * @param x [count], read
 * @param y [count], overwritten; may be x
 * @param rate from 0, below 1
 */
export function alphaDropoutForward(
  x: usize, y: usize, count: i32, rate: f64, key0: u32, key1: u32, step: u32,
): void {
  const factor = varianceFactor(rate);
  const saturation = factor * SATURATION;
  dropAlpha(x, y, count, factor, -saturation * rate, saturation * (1 - rate), rate, key0, key1, step);
}

/**
 * dX = a dY where kept, else 0.
 *
 * @param dY [count], read
 * @param dX [count], overwritten; may be dY
 */
export function alphaDropoutBackward(
  dY: usize, dX: usize, count: i32, rate: f64, key0: u32, key1: u32, step: u32,
): void {
  dropAlpha(dY, dX, count, varianceFactor(rate), 0, 0, rate, key0, key1, step);
}
