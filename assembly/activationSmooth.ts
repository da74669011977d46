/**
 * Smooth activations on four lanes, with their gradients. f(x) is followed by df(dY, ...) = dY * f'.
 *
 * Formulas are those of Keras 3.
 */
import { gatedSlope, limitBelow, limitBoth } from "./activationGate";
import { expVector, log1pUnitVector, sigmoidVector } from "./math";
import { FIXED_TABLE, exponentialMinus1Of, exponentialOf } from "./mathTable";
import { madd } from "./simd";

/** What make scaled elu to selu, which keeps mean 0 and variance 1. Klambauer et al. 2017, equation 2. */
// @ts-ignore: decorator
@inline export const SELU_ALPHA: f32 = 1.6732632423543772;
// @ts-ignore: decorator
@inline export const SELU_SCALE: f32 = 1.0507009873554805;

/** e^-120 is 0 in float32, so here sigmoid is 0 or 1 and its slope 0. */
// @ts-ignore: decorator
@inline const SIGMOID_SATURATED: f32 = 120;

/** From here on mish(x) is x; up to here e^2x is finite. */
// @ts-ignore: decorator
@inline const MISH_LINEAR: f32 = 20;

/** sigmoid: f' = y (1 - y), from the result y. */
// @ts-ignore: decorator
@inline export function dSigmoid(dY: v128, y: v128): v128 {
  return f32x4.mul(dY, f32x4.mul(y, f32x4.sub(f32x4.splat(1), y)));
}

/** tanh: f' = (1 - y) (1 + y), from the result y. */
// @ts-ignore: decorator
@inline export function dTanh(dY: v128, y: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.mul(dY, f32x4.mul(f32x4.sub(one, y), f32x4.add(one, y)));
}

/** scale times x where it is positive, else scale alpha (e^x - 1). A scale of 1 is exact. */
// @ts-ignore: decorator
@inline export function scaledElu(x: v128, alpha: v128, scale: v128): v128 {
  const elu = v128.bitselect(x, f32x4.mul(alpha, exponentialMinus1Of(x, FIXED_TABLE)), f32x4.gt(x, f32x4.splat(0)));
  return f32x4.mul(scale, elu);
}

// @ts-ignore: decorator
@inline export function dScaledElu(dY: v128, x: v128, alpha: v128, scale: v128): v128 {
  const slope = f32x4.mul(alpha, exponentialOf(x, FIXED_TABLE));
  const dElu = f32x4.mul(dY, v128.bitselect(f32x4.splat(1), slope, f32x4.gt(x, f32x4.splat(0))));
  return f32x4.mul(scale, dElu);
}

/** ln(1 + e^x), as max(x, 0) + ln(1 + e^-|x|). */
// @ts-ignore: decorator
@inline export function softplus(x: v128): v128 {
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), log1pUnitVector(expVector(f32x4.neg(f32x4.abs(x)))));
}

// @ts-ignore: decorator
@inline export function dSoftplus(dY: v128, x: v128): v128 {
  return f32x4.mul(dY, sigmoidVector(x));
}

/** x sigmoid(x) (swish). */
// @ts-ignore: decorator
@inline export function silu(x: v128): v128 {
  return f32x4.mul(limitBelow(x, SIGMOID_SATURATED), sigmoidVector(x));
}

// @ts-ignore: decorator
@inline export function dSilu(dY: v128, x: v128): v128 {
  const limited = limitBoth(x, SIGMOID_SATURATED);
  return f32x4.mul(dY, gatedSlope(limited, limited));
}

/** x tanh(softplus(x)) = x n / (n + 2) with n = e (e + 2), e = e^x. Misra 2019. */
// @ts-ignore: decorator
@inline export function mish(x: v128): v128 {
  const two = f32x4.splat(2);
  const e = expVector(f32x4.pmin(x, f32x4.splat(MISH_LINEAR)));
  const n = f32x4.mul(e, f32x4.add(e, two));
  return f32x4.mul(limitBelow(x, SIGMOID_SATURATED), f32x4.div(n, f32x4.add(n, two)));
}

/** f' = (n + 4 x e (e + 1) / (n + 2)) / (n + 2). */
// @ts-ignore: decorator
@inline export function dMish(dY: v128, x: v128): v128 {
  const two = f32x4.splat(2);
  const limited = f32x4.pmin(limitBelow(x, SIGMOID_SATURATED), f32x4.splat(MISH_LINEAR));
  const e = expVector(limited);
  const n = f32x4.mul(e, f32x4.add(e, two));
  const inverse = f32x4.div(f32x4.splat(1), f32x4.add(n, two));
  const rise = f32x4.mul(f32x4.mul(e, f32x4.add(e, f32x4.splat(1))), inverse);
  const slope = madd(f32x4.mul(f32x4.splat(4), limited), rise, n);
  return f32x4.mul(dY, f32x4.mul(slope, inverse));
}
