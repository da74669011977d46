/**
 * gelu, exact and approximate, on four lanes. f(x) is followed by df(dY, x) = dY * f'(x).
 *
 * Source: Hendrycks and Gimpel, "Gaussian error linear units", 2016; Keras 3.
 */
import { gatedSlope, limitBelow, limitBoth } from "./activationGate";
import { expOfSum, sigmoidVector } from "./math";
import { madd } from "./simd";

/** At this distance from 0 the normal distribution, its density and 1 + tanh are 0 or saturated. */
// @ts-ignore: decorator
@inline const GELU_SATURATED: f32 = 20;

/** sqrt(2 / pi), and the factor of the cubic term. */
// @ts-ignore: decorator
@inline const GELU_SCALE: f32 = 0.7978845608028654;
// @ts-ignore: decorator
@inline const GELU_CUBIC: f32 = 0.044715;

/** 1 / sqrt(2 pi). */
// @ts-ignore: decorator
@inline const NORMAL_DENSITY_AT_ZERO: f32 = 0.3989422804014327;

/** The map t = K / (K + x) of the normal tail. */
// @ts-ignore: decorator
@inline const TAIL_K: f32 = 3.5;

/** Adding half a unit and masking leaves the nearest number of 12 bits, whose square is exact. */
// @ts-ignore: decorator
@inline const HALF_OF_LOW_BITS: i32 = 0x800;
// @ts-ignore: decorator
@inline const HIGH_BITS: i32 = 0xfffff000;

/** 2 sqrt(2/pi) (x + 0.044715 x^3): twice the argument of tanh, the argument of sigmoid. */
// @ts-ignore: decorator
@inline function geluTanhArgument(x: v128): v128 {
  const scaled = f32x4.mul(f32x4.splat(2 * GELU_SCALE), x);
  return f32x4.mul(scaled, madd(f32x4.mul(x, x), f32x4.splat(GELU_CUBIC), f32x4.splat(1)));
}

/** x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3))), as x sigmoid of twice that argument. */
// @ts-ignore: decorator
@inline export function geluTanh(x: v128): v128 {
  return f32x4.mul(limitBelow(x, GELU_SATURATED), sigmoidVector(geluTanhArgument(x)));
}

// @ts-ignore: decorator
@inline export function dGeluTanh(dY: v128, x: v128): v128 {
  const limited = limitBoth(x, GELU_SATURATED);
  const argument = geluTanhArgument(limited);
  const square = f32x4.mul(limited, limited);
  const rise = madd(square, f32x4.splat(3 * GELU_CUBIC), f32x4.splat(1));
  const weight = f32x4.mul(f32x4.mul(f32x4.splat(2 * GELU_SCALE), limited), rise);
  return f32x4.mul(dY, gatedSlope(argument, weight));
}

/** e^(-x^2 / 2), with x^2 as the exact square of its leading bits and the rest. |x| up to 20. */
// @ts-ignore: decorator
@inline function gaussian(x: v128): v128 {
  const high = v128.and(i32x4.add(x, i32x4.splat(HALF_OF_LOW_BITS)), i32x4.splat(HIGH_BITS));
  const minusHalf = f32x4.splat(-0.5);
  const rest = f32x4.mul(f32x4.sub(x, high), f32x4.add(x, high));
  return expOfSum(f32x4.mul(f32x4.mul(high, high), minusHalf), f32x4.mul(rest, minusHalf));
}

/**
 * Phi(x) = erfc(-x / sqrt 2) / 2, the normal distribution, from density = e^(-x^2/2).
 *
 * The tail Phi(-|x|) is density * t P(1 - 2t) with t = K / (K + |x|), after Shepherd and Laframboise,
 * "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x in 0 <= x < infinity", Math. Comp. 36, 1981. P is
 * the polynomial that interpolates at the 11 Chebyshev nodes; its relative error is below 4e-8.
 */
// @ts-ignore: decorator
@inline function normalDistribution(x: v128, density: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(f32x4.splat(TAIL_K), f32x4.add(f32x4.splat(TAIL_K), f32x4.abs(x)));
  const u = f32x4.sub(one, f32x4.add(t, t));
  let p = madd(f32x4.splat(-1.42191112e-5), u, f32x4.splat(9.89577166e-6));
  p = madd(p, u, f32x4.splat(1.2934112e-4));
  p = madd(p, u, f32x4.splat(-1.19362457e-4));
  p = madd(p, u, f32x4.splat(-9.08281686e-4));
  p = madd(p, u, f32x4.splat(1.84720974e-3));
  p = madd(p, u, f32x4.splat(4.97315964e-3));
  p = madd(p, u, f32x4.splat(-3.31568701e-2));
  p = madd(p, u, f32x4.splat(9.01214451e-2));
  p = madd(p, u, f32x4.splat(-1.61589117e-1));
  p = madd(p, u, f32x4.splat(2.12690307e-1));
  const tail = f32x4.mul(f32x4.mul(density, t), p);
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}

/** x Phi(x). */
// @ts-ignore: decorator
@inline export function gelu(x: v128): v128 {
  const limited = limitBoth(x, GELU_SATURATED);
  const distribution = normalDistribution(limited, gaussian(limited));
  return f32x4.mul(limitBelow(x, GELU_SATURATED), distribution);
}

/** f' = Phi(x) + x phi(x). */
// @ts-ignore: decorator
@inline export function dGelu(dY: v128, x: v128): v128 {
  const limited = limitBoth(x, GELU_SATURATED);
  const density = gaussian(limited);
  const distribution = normalDistribution(limited, density);
  const weight = f32x4.mul(limited, f32x4.splat(NORMAL_DENSITY_AT_ZERO));
  return f32x4.mul(dY, madd(weight, density, distribution));
}
