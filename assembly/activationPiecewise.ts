/**
 * Activations made of straight pieces, on four lanes, with their gradients.
 *
 * f(x) is followed by df(dY, ...) = dY * f'. At a corner the slope is that of the piece on the left,
 * and NaN stays: the masks name the lanes where the slope is zero, and a NaN is in none.
 */
import { copySign } from "./math";

/** 1 + |x| is |x| from here on; a larger |x| must not make Infinity / Infinity. */
// @ts-ignore: decorator
@inline const SOFTSIGN_HIGHEST: f32 = 1e30;

/** max(x, 0). The order of the operands keeps a NaN. */
// @ts-ignore: decorator
@inline export function relu(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(0));
}

/** From the result y, which is positive where x is. */
// @ts-ignore: decorator
@inline export function dRelu(dY: v128, y: v128): v128 {
  return v128.andnot(dY, f32x4.le(y, f32x4.splat(0)));
}

/** x where it is positive, else alpha x. */
// @ts-ignore: decorator
@inline export function leakyRelu(x: v128, alpha: v128): v128 {
  return v128.bitselect(x, f32x4.mul(alpha, x), f32x4.gt(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline export function dLeakyRelu(dY: v128, x: v128, alpha: v128): v128 {
  return v128.bitselect(dY, f32x4.mul(alpha, dY), f32x4.gt(x, f32x4.splat(0)));
}

/** min(max(x, lowest), highest). The order of the operands keeps a NaN. */
// @ts-ignore: decorator
@inline export function clamp(x: v128, lowest: f32, highest: f32): v128 {
  return f32x4.pmin(f32x4.pmax(x, f32x4.splat(lowest)), f32x4.splat(highest));
}

/** dY, but 0 where x is outside (lowest, highest). */
// @ts-ignore: decorator
@inline export function dClamp(dY: v128, x: v128, lowest: f32, highest: f32): v128 {
  return v128.andnot(dY, v128.or(f32x4.le(x, f32x4.splat(lowest)), f32x4.ge(x, f32x4.splat(highest))));
}

/** relu6(x + 3) / 6, as in Keras 3. */
// @ts-ignore: decorator
@inline export function hardSigmoid(x: v128): v128 {
  return f32x4.mul(clamp(f32x4.add(x, f32x4.splat(3)), 0, 6), f32x4.splat(1.0 / 6.0));
}

// @ts-ignore: decorator
@inline export function dHardSigmoid(dY: v128, x: v128): v128 {
  return dClamp(f32x4.mul(dY, f32x4.splat(1.0 / 6.0)), x, -3, 3);
}

/** min(max(x + 1/2, 0), 1). */
// @ts-ignore: decorator
@inline export function piecewiseLinear(x: v128): v128 {
  return clamp(f32x4.add(x, f32x4.splat(0.5)), 0, 1);
}

// @ts-ignore: decorator
@inline export function dPiecewiseLinear(dY: v128, x: v128): v128 {
  return dClamp(dY, x, -0.5, 0.5);
}

/** x / (1 + |x|). */
// @ts-ignore: decorator
@inline export function softsign(x: v128): v128 {
  const magnitude = f32x4.pmin(f32x4.abs(x), f32x4.splat(SOFTSIGN_HIGHEST));
  return copySign(f32x4.div(magnitude, f32x4.add(magnitude, f32x4.splat(1))), x);
}

/** f' = 1 / (1 + |x|)^2. */
// @ts-ignore: decorator
@inline export function dSoftsign(dY: v128, x: v128): v128 {
  const one = f32x4.splat(1);
  const inverse = f32x4.div(one, f32x4.add(f32x4.abs(x), one));
  return f32x4.mul(f32x4.mul(dY, inverse), inverse);
}

/** 1 where x is positive, else 0. Its gradient is 0. */
// @ts-ignore: decorator
@inline export function unitStep(x: v128): v128 {
  return keepNaN(v128.and(f32x4.gt(x, f32x4.splat(0)), f32x4.splat(1)), x);
}

/** 1, 0 or -1. Its gradient is 0. */
// @ts-ignore: decorator
@inline export function sign(x: v128): v128 {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const positive = v128.and(f32x4.gt(x, zero), one);
  return keepNaN(f32x4.sub(positive, v128.and(f32x4.lt(x, zero), one)), x);
}

/** y, but x where that is NaN. */
// @ts-ignore: decorator
@inline export function keepNaN(y: v128, x: v128): v128 {
  return v128.bitselect(y, x, f32x4.eq(x, x));
}
