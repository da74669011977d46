/**
 * What the activations of the form x g(x) share, g being a gate between 0 and 1.
 *
 * Where the gate has underflowed to 0, x is kept from infinity, so that the limit comes out and not NaN.
 */
import { expVector } from "./math";
import { madd } from "./simd";

/** max(x, -limit). NaN stays. */
// @ts-ignore: decorator
@inline export function limitBelow(x: v128, limit: f32): v128 {
  return f32x4.pmax(x, f32x4.splat(-limit));
}

/** x within [-limit, limit]. NaN stays. */
// @ts-ignore: decorator
@inline export function limitBoth(x: v128, limit: f32): v128 {
  return f32x4.pmin(limitBelow(x, limit), f32x4.splat(limit));
}

/** sigmoid(u) + w sigmoid'(u), without the cancellation of 1 - sigmoid(u): the slope of x sigmoid(u(x)). */
// @ts-ignore: decorator
@inline export function gatedSlope(u: v128, w: v128): v128 {
  const one = f32x4.splat(1);
  const z = expVector(f32x4.neg(f32x4.abs(u)));
  const upper = f32x4.div(one, f32x4.add(one, z));
  const lower = f32x4.mul(z, upper);
  const gate = v128.bitselect(lower, upper, f32x4.lt(u, f32x4.splat(0)));
  return madd(f32x4.mul(upper, lower), w, gate);
}
