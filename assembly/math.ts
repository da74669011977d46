/**
 * Elementary functions on four float32 lanes, right over the whole range: subnormal numbers,
 * infinities, signed zeros and NaN included.
 *
 * Largest error over all 2^32 inputs, in units of the last place of the float32 result, as
 * scripts/check/math.js measures and defines it (0.5 is correctly rounded), rounded up:
 *
 *                 exp    log    tanh   sigmoid  expm1  log1p
 *   simd          1.03   0.86   1.34   1.96     1.79   1.41
 *   relaxed-simd  1.06   0.84   1.34   1.87     1.65   1.40
 *
 * The polynomials are those of the single precision Cephes library (Stephen L. Moshier, expf.c, logf.c
 * and tanhf.c), but for log1pUnitVector's; the reductions around them are made for lanes, without
 * branches or tables.
 */
import { madd, nmadd } from "./simd";

export { cos64, exp64, log64, pow64, sin64 } from "./mathScalar";

/** 1.5 * 2^23: adding it rounds a small number to a whole one, found in the low bits of the sum. */
// @ts-ignore: decorator
@inline const ROUNDING_SHIFT: f32 = 12582912;

/** log2(e). */
// @ts-ignore: decorator
@inline const LOG2_E: f32 = 1.44269504;

/** ln 2 in two parts. The first has 9 significant bits, so its product with an exponent is exact. */
// @ts-ignore: decorator
@inline const LN2_HIGH: f32 = 0.693359375;
// @ts-ignore: decorator
@inline const LN2_LOW: f32 = -2.12194440e-4;

// @ts-ignore: decorator
@inline const EXPONENT_BIAS: i32 = 127;
// @ts-ignore: decorator
@inline const MANTISSA_BITS: i32 = 23;

/** Below it e^x rounds to 0; above the other, to infinity. */
// @ts-ignore: decorator
@inline const EXP_LOWEST: f32 = -104;
// @ts-ignore: decorator
@inline const EXP_HIGHEST: f32 = 89;

/** Below it e^x - 1 rounds to -1. */
// @ts-ignore: decorator
@inline const EXPM1_LOWEST: f32 = -20;

/** Above it tanh rounds to 1. */
// @ts-ignore: decorator
@inline const TANH_HIGHEST: f32 = 10;

/** Up to here tanh is x + x^3 P(x^2); beyond, it comes from an exponential. */
// @ts-ignore: decorator
@inline const TANH_POLYNOMIAL_END: f32 = 0.625;

/** The bits of sqrt(1/2): the lower end of the mantissas log works on. */
// @ts-ignore: decorator
@inline const SQRT_HALF_BITS: i32 = 0x3f3504f3;

/** 2^-126, the smallest normal number, and a power of two that makes subnormal numbers normal. */
// @ts-ignore: decorator
@inline const SMALLEST_NORMAL: f32 = 1.17549435e-38;
// @ts-ignore: decorator
@inline const SUBNORMAL_SCALE: f32 = 8388608;
// @ts-ignore: decorator
@inline const SUBNORMAL_SCALE_EXPONENT: f32 = 23;

/** The magnitude of `magnitude`, the sign of `sign`. */
// @ts-ignore: decorator
@inline export function copySign(magnitude: v128, sign: v128): v128 {
  return v128.bitselect(sign, magnitude, i32x4.splat(0x80000000));
}

/** x / ln 2 as a whole number n, still in the low bits of ROUNDING_SHIFT + n. */
// @ts-ignore: decorator
@inline function shiftedExponent(x: v128): v128 {
  return madd(x, f32x4.splat(LOG2_E), f32x4.splat(ROUNDING_SHIFT));
}

/** x - n ln 2, within half of ln 2 of zero. */
// @ts-ignore: decorator
@inline function reduceByLn2(x: v128, shifted: v128): v128 {
  const n = f32x4.sub(shifted, f32x4.splat(ROUNDING_SHIFT));
  return nmadd(n, f32x4.splat(LN2_LOW), nmadd(n, f32x4.splat(LN2_HIGH), x));
}

/** 2^n from ROUNDING_SHIFT + n: the shift's own bits fall off the top. n from -126 to 127. */
// @ts-ignore: decorator
@inline function powerOfTwo(shifted: v128): v128 {
  return i32x4.shl(i32x4.add(shifted, i32x4.splat(EXPONENT_BIAS)), MANTISSA_BITS);
}

/**
 * e^r - 1 for |r| up to 0.4. Here and below, even and odd powers are summed apart: half the waiting
 * time of one chain.
 */
// @ts-ignore: decorator
@inline function expm1Reduced(r: v128): v128 {
  const square = f32x4.mul(r, r);
  let odd = madd(f32x4.splat(1.9875691500e-4), square, f32x4.splat(8.3334519073e-3));
  odd = madd(odd, square, f32x4.splat(1.6666665459e-1));
  let even = madd(f32x4.splat(1.3981999507e-3), square, f32x4.splat(4.1665795894e-2));
  even = madd(even, square, f32x4.splat(5.0000001201e-1));
  return madd(madd(odd, r, even), square, r);
}

/** x within the range where e^x is neither 0 nor infinite, and a little beyond. NaN stays. */
// @ts-ignore: decorator
@inline function clampExponent(x: v128, lowest: f32): v128 {
  return f32x4.pmax(f32x4.pmin(x, f32x4.splat(EXP_HIGHEST)), f32x4.splat(lowest));
}

/** n as an integer, from ROUNDING_SHIFT + n. */
// @ts-ignore: decorator
@inline function integerOf(shifted: v128): v128 {
  return i32x4.sub(shifted, i32x4.splat(reinterpret<i32>(ROUNDING_SHIFT)));
}

/**
 * x 2^n from ROUNDING_SHIFT + n, in two steps: subnormal results are right, and so is the top binade,
 * for which 2^n alone would be infinite.
 */
// @ts-ignore: decorator
@inline function scaleByPower(x: v128, shifted: v128): v128 {
  const n = integerOf(shifted);
  const half = i32x4.shr_s(n, 1);
  return f32x4.mul(f32x4.mul(x, powerOfTwo(half)), powerOfTwo(i32x4.sub(n, half)));
}

/** e^x. */
// @ts-ignore: decorator
@inline export function expVector(x: v128): v128 {
  const clamped = clampExponent(x, EXP_LOWEST);
  const shifted = shiftedExponent(clamped);
  const fraction = f32x4.add(expm1Reduced(reduceByLn2(clamped, shifted)), f32x4.splat(1));
  return scaleByPower(fraction, shifted);
}

/** e^(x + xLow), for xLow up to 0.05 in magnitude: more of an exponent than one float32 holds. */
// @ts-ignore: decorator
@inline export function expOfSum(x: v128, xLow: v128): v128 {
  const clamped = clampExponent(x, EXP_LOWEST);
  const shifted = shiftedExponent(clamped);
  const r = f32x4.add(reduceByLn2(clamped, shifted), xLow);
  return scaleByPower(f32x4.add(expm1Reduced(r), f32x4.splat(1)), shifted);
}

/**
 * e^x - 1, without cancellation near 0: with e^r - 1 = q, it is 2^n (q + (1 - 2^-n)).
 * Doubling before a scale of 2^(n-1) keeps the top binade finite.
 */
// @ts-ignore: decorator
@inline export function expm1Vector(x: v128): v128 {
  const clamped = clampExponent(x, EXPM1_LOWEST);
  const shifted = shiftedExponent(clamped);
  const q = expm1Reduced(reduceByLn2(clamped, shifted));
  const n = integerOf(shifted);
  const inverseExponent = i32x4.max_s(i32x4.sub(i32x4.splat(EXPONENT_BIAS), n), i32x4.splat(0));
  const inverseScale = i32x4.shl(inverseExponent, MANTISSA_BITS);
  const sum = f32x4.add(q, f32x4.sub(f32x4.splat(1), inverseScale));
  const halfScale = powerOfTwo(i32x4.sub(n, i32x4.splat(1)));
  return copySign(f32x4.mul(f32x4.add(sum, sum), halfScale), x);
}

/** The exponent e of x = m 2^e with m from sqrt(1/2) to sqrt(2), as an integer. x normal, positive. */
// @ts-ignore: decorator
@inline function exponentOf(x: v128): v128 {
  return i32x4.shr_s(i32x4.sub(x, i32x4.splat(SQRT_HALF_BITS)), MANTISSA_BITS);
}

/** ln(1 + f) + e ln 2, for f from sqrt(1/2) - 1 to sqrt(2) - 1. */
// @ts-ignore: decorator
@inline function logReduced(f: v128, e: v128): v128 {
  const square = f32x4.mul(f, f);
  let even = madd(f32x4.splat(7.0376836292e-2), square, f32x4.splat(1.1676998740e-1));
  even = madd(even, square, f32x4.splat(1.4249322787e-1));
  even = madd(even, square, f32x4.splat(2.0000714765e-1));
  even = madd(even, square, f32x4.splat(3.3333331174e-1));
  let odd = madd(f32x4.splat(-1.1514610310e-1), square, f32x4.splat(-1.2420140846e-1));
  odd = madd(odd, square, f32x4.splat(-1.6668057665e-1));
  odd = madd(odd, square, f32x4.splat(-2.4999993993e-1));
  const p = madd(odd, f, even);
  let y = f32x4.mul(f32x4.mul(p, f), square);
  y = madd(e, f32x4.splat(LN2_LOW), y);
  y = nmadd(square, f32x4.splat(0.5), y);
  return madd(e, f32x4.splat(LN2_HIGH), f32x4.add(f, y));
}

/** ln x for x >= 2^-126 and below infinity: what softmax and the cross-entropies need. */
// @ts-ignore: decorator
@inline export function logNormalVector(x: v128): v128 {
  const e = exponentOf(x);
  const mantissa = i32x4.sub(x, i32x4.shl(e, MANTISSA_BITS));
  return logReduced(f32x4.sub(mantissa, f32x4.splat(1)), f32x4.convert_i32x4_s(e));
}

/** ln x. NaN below 0, -Infinity at 0. */
// @ts-ignore: decorator
@inline export function logVector(x: v128): v128 {
  const subnormal = f32x4.lt(x, f32x4.splat(SMALLEST_NORMAL));
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(SUBNORMAL_SCALE)), x, subnormal);
  const e = exponentOf(normal);
  const mantissa = i32x4.sub(normal, i32x4.shl(e, MANTISSA_BITS));
  const correction = v128.and(subnormal, f32x4.splat(SUBNORMAL_SCALE_EXPONENT));
  const exponent = f32x4.sub(f32x4.convert_i32x4_s(e), correction);
  return logLimits(x, logReduced(f32x4.sub(mantissa, f32x4.splat(1)), exponent));
}

/** y, or what the logarithm is where x is Infinity, NaN, 0 or below. */
// @ts-ignore: decorator
@inline function logLimits(x: v128, y: v128): v128 {
  const zero = f32x4.splat(0);
  let limited = v128.bitselect(y, x, f32x4.lt(x, f32x4.splat(Infinity)));
  limited = v128.bitselect(f32x4.splat(-Infinity), limited, f32x4.eq(x, zero));
  return v128.or(limited, f32x4.lt(x, zero)); // all bits set is a NaN
}

/**
 * ln(1 + x), exact in the small x that 1 + x loses: u = 1 + x is split into mantissa and exponent,
 * and what rounding took from u goes back into the mantissa.
 */
// @ts-ignore: decorator
@inline export function log1pVector(x: v128): v128 {
  const one = f32x4.splat(1);
  const u = f32x4.add(x, one);
  const xOfU = f32x4.sub(u, one);
  const lost = f32x4.add(f32x4.sub(one, f32x4.sub(u, xOfU)), f32x4.sub(x, xOfU)); // Knuth's two-sum
  const e = exponentOf(u);
  const mantissa = i32x4.sub(u, i32x4.shl(e, MANTISSA_BITS));
  const inverseExponent = i32x4.max_s(i32x4.sub(i32x4.splat(EXPONENT_BIAS), e), i32x4.splat(0));
  const inverseScale = i32x4.shl(inverseExponent, MANTISSA_BITS);
  const f = madd(lost, inverseScale, f32x4.sub(mantissa, one));
  const y = logReduced(f, f32x4.convert_i32x4_s(e));
  return copySign(logLimits(u, y), x);
}

/**
 * ln(1 + z) for z from 0 to 1, such as an e^-|x|, in a third of the time: 2 atanh(s), s = z / (2 + z).
 * atanh(s) / s - 1 is a polynomial in s^2 that interpolates at 5 Chebyshev nodes.
 */
// @ts-ignore: decorator
@inline export function log1pUnitVector(z: v128): v128 {
  const s = f32x4.div(z, f32x4.add(z, f32x4.splat(2)));
  const square = f32x4.mul(s, s);
  let p = madd(f32x4.splat(1.16121646e-1), square, f32x4.splat(1.08532879e-1));
  p = madd(p, square, f32x4.splat(1.4296179e-1));
  p = madd(p, square, f32x4.splat(1.99998532e-1));
  p = madd(p, square, f32x4.splat(3.33333337e-1));
  const twice = f32x4.add(s, s);
  return madd(f32x4.mul(p, square), twice, twice);
}

/** tanh x: a polynomial near 0, 1 - 2 / (e^2|x| + 1) beyond. */
// @ts-ignore: decorator
@inline export function tanhVector(x: v128): v128 {
  const one = f32x4.splat(1);
  const magnitude = f32x4.abs(x);
  const square = f32x4.mul(x, x);
  let p = madd(f32x4.splat(-5.70498872745e-3), square, f32x4.splat(2.06390887954e-2));
  p = madd(p, square, f32x4.splat(-5.37397155531e-2));
  p = madd(p, square, f32x4.splat(1.33314422036e-1));
  p = madd(p, square, f32x4.splat(-3.33332819422e-1));
  const near = madd(f32x4.mul(p, square), magnitude, magnitude);

  const limited = f32x4.pmin(magnitude, f32x4.splat(TANH_HIGHEST));
  const twice = f32x4.add(limited, limited);
  const shifted = shiftedExponent(twice);
  const fraction = f32x4.add(expm1Reduced(reduceByLn2(twice, shifted)), one);
  const exponential = f32x4.mul(fraction, powerOfTwo(shifted));
  const far = f32x4.sub(one, f32x4.div(f32x4.splat(2), f32x4.add(exponential, one)));

  return copySign(v128.bitselect(near, far, f32x4.lt(magnitude, f32x4.splat(TANH_POLYNOMIAL_END))), x);
}

/** 1 / (1 + e^-x): with z = e^-|x|, 1 / (1 + z), or z - z^2 / (1 + z) where x is negative. */
// @ts-ignore: decorator
@inline export function sigmoidVector(x: v128): v128 {
  const one = f32x4.splat(1);
  const z = expVector(f32x4.neg(f32x4.abs(x)));
  const upper = f32x4.div(one, f32x4.add(one, z));
  const lower = nmadd(f32x4.mul(z, upper), z, z);
  return v128.bitselect(lower, upper, f32x4.lt(x, f32x4.splat(0)));
}
