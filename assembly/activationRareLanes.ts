/**
 * The formulas of activationRareForward.ts and activationRareBackward.ts on four lanes, with their gradients: those of Keras 3.
 *
 * f(x) is followed by df(dY, x, ...) = dY * f'. At a corner the slope is the one that TensorFlow's
 * gradient of Keras's formula has. NaN stays in f; where the slope is a mask, a NaN is not masked.
 */
import { limitBelow, limitBoth } from "./activationGate";
import { clamp, hardSigmoid, keepNaN } from "./activationPiecewise";
import { softplus } from "./activationSmooth";
import { expVector, expm1Vector, sigmoidVector, tanhVector } from "./math";

/** The largest float32 below 6: what exceeds it is at least 6. */
// @ts-ignore: decorator
@inline const BELOW_6: f32 = 5.9999995;

/** hardSigmoid is 0 or 1 from here on. */
// @ts-ignore: decorator
@inline const HARD_SIGMOID_END: f32 = 3;

/** Up to here x^2 is finite in float32; beyond, sqrt(x^2 + b) is |x|, unless b is as large as x^2. */
// @ts-ignore: decorator
@inline const LARGEST_SQUARED: f32 = 1e19;

/** 0, or -Infinity where nothing bounds above: Keras cuts off at both ends or at none. */
// @ts-ignore: decorator
@inline function lowestOf(highest: v128): v128 {
  return v128.and(f32x4.eq(highest, f32x4.splat(Infinity)), f32x4.splat(-Infinity));
}

/** x where x > threshold, else 0, cut off at 0 and highest unless that is Infinity; less slope * max(threshold - x, 0). */
// @ts-ignore: decorator
@inline export function generalRelu(x: v128, slope: v128, threshold: v128, highest: v128): v128 {
  const above = v128.andnot(x, f32x4.le(x, threshold));
  const kept = f32x4.pmin(f32x4.pmax(above, lowestOf(highest)), highest);
  const isBelow = v128.and(f32x4.lt(x, threshold), f32x4.ne(slope, f32x4.splat(0))); // 0 * Infinity is no 0
  return f32x4.add(kept, v128.and(f32x4.mul(slope, f32x4.sub(x, threshold)), isBelow));
}

/** The slope is 1 at `highest` and 0 at the threshold. */
// @ts-ignore: decorator
@inline export function dGeneralRelu(dY: v128, x: v128, slope: v128, threshold: v128, highest: v128): v128 {
  const isCut = v128.or(f32x4.lt(x, lowestOf(highest)), f32x4.gt(x, highest));
  const kept = v128.andnot(dY, v128.or(f32x4.le(x, threshold), isCut));
  return f32x4.add(kept, v128.and(f32x4.mul(slope, dY), f32x4.lt(x, threshold)));
}

/** relu cut off at 6, where the slope is 0; less slope * max(-x, 0). */
// @ts-ignore: decorator
@inline export function dRelu6(dY: v128, x: v128, slope: v128): v128 {
  return dGeneralRelu(dY, x, slope, f32x4.splat(0), f32x4.splat(BELOW_6));
}

/** x relu6(x + 3) / 6. Howard et al. 2019. */
// @ts-ignore: decorator
@inline export function hardSilu(x: v128): v128 {
  return f32x4.mul(limitBelow(x, HARD_SIGMOID_END), hardSigmoid(x));
}

/** f' = (2 x + 3) / 6 between -3 and 3; 0 and 1 outside and at the ends. */
// @ts-ignore: decorator
@inline export function dHardSilu(dY: v128, x: v128): v128 {
  const inside = f32x4.mul(f32x4.add(f32x4.add(x, x), f32x4.splat(3)), f32x4.splat(1.0 / 6.0));
  const right = v128.bitselect(f32x4.splat(1), inside, f32x4.ge(x, f32x4.splat(HARD_SIGMOID_END)));
  return f32x4.mul(dY, v128.andnot(right, f32x4.le(x, f32x4.splat(-HARD_SIGMOID_END))));
}

/** x where it is positive, else alpha (e^(x / alpha) - 1). Barron 2017. */
// @ts-ignore: decorator
@inline export function celu(x: v128, alpha: v128): v128 {
  const curve = f32x4.mul(alpha, expm1Vector(f32x4.div(x, alpha)));
  return v128.bitselect(x, curve, f32x4.gt(x, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline export function dCelu(dY: v128, x: v128, alpha: v128): v128 {
  return f32x4.mul(dY, expVector(f32x4.div(f32x4.pmin(x, f32x4.splat(0)), alpha)));
}

/** sqrt(x^2 + b), and |x| where the square would overflow or underflow. */
// @ts-ignore: decorator
@inline function squareplusRoot(x: v128, b: v128): v128 {
  const magnitude = f32x4.abs(x);
  const root = f32x4.sqrt(f32x4.add(f32x4.mul(x, x), b));
  const isLarge = f32x4.gt(magnitude, f32x4.splat(LARGEST_SQUARED));
  return v128.bitselect(magnitude, f32x4.max(root, magnitude), isLarge);
}

/** (x + root) / 2, as b / (2 (|x| + root)) where x is negative and the sum would cancel. */
// @ts-ignore: decorator
@inline function squareplusOf(x: v128, b: v128, root: v128): v128 {
  const half = f32x4.splat(0.5);
  const upper = f32x4.add(f32x4.mul(f32x4.abs(x), half), f32x4.mul(root, half));
  const lower = f32x4.div(f32x4.mul(b, f32x4.splat(0.25)), upper);
  return v128.bitselect(lower, upper, f32x4.lt(x, f32x4.splat(0)));
}

/** (x + sqrt(x^2 + b)) / 2. Barron 2021. */
// @ts-ignore: decorator
@inline export function squareplus(x: v128, b: v128): v128 {
  return squareplusOf(x, b, squareplusRoot(x, b));
}

/** f' = f / sqrt(x^2 + b); 0 at the corner that b = 0 makes. */
// @ts-ignore: decorator
@inline export function dSquareplus(dY: v128, x: v128, b: v128): v128 {
  const limited = limitBoth(x, LARGEST_SQUARED); // no Infinity / Infinity
  const root = squareplusRoot(limited, b);
  const slope = f32x4.div(squareplusOf(limited, b, root), root);
  return f32x4.mul(dY, v128.andnot(slope, f32x4.eq(root, f32x4.splat(0))));
}

/** x cut off at -1 and 1. */
// @ts-ignore: decorator
@inline export function hardTanh(x: v128): v128 {
  return clamp(x, -1, 1);
}

/** The slope is 1 at both ends. */
// @ts-ignore: decorator
@inline export function dHardTanh(dY: v128, x: v128): v128 {
  return v128.andnot(dY, f32x4.gt(f32x4.abs(x), f32x4.splat(1)));
}

/** x where |x| > threshold, else 0. So too its gradient, of x and dY, and that of softShrink. */
// @ts-ignore: decorator
@inline export function hardShrink(value: v128, x: v128, threshold: v128): v128 {
  return v128.andnot(value, f32x4.le(f32x4.abs(x), threshold));
}

/** x moved towards 0 by the threshold, 0 where |x| is no larger. */
// @ts-ignore: decorator
@inline export function softShrink(x: v128, threshold: v128): v128 {
  return f32x4.sub(x, f32x4.pmax(f32x4.pmin(x, threshold), f32x4.neg(threshold)));
}

/** x - tanh(x). */
// @ts-ignore: decorator
@inline export function tanhShrink(x: v128): v128 {
  return f32x4.sub(x, tanhVector(x));
}

/** f' = tanh(x)^2. */
// @ts-ignore: decorator
@inline export function dTanhShrink(dY: v128, x: v128): v128 {
  const y = tanhVector(x);
  return f32x4.mul(dY, f32x4.mul(y, y));
}

/** x where x > limit, else value. */
// @ts-ignore: decorator
@inline export function threshold(x: v128, limit: v128, value: v128): v128 {
  return keepNaN(v128.bitselect(x, value, f32x4.gt(x, limit)), x);
}

// @ts-ignore: decorator
@inline export function dThreshold(dY: v128, x: v128, limit: v128): v128 {
  return v128.andnot(dY, f32x4.le(x, limit));
}

/** ln(sigmoid(x)) = -softplus(-x). */
// @ts-ignore: decorator
@inline export function logSigmoid(x: v128): v128 {
  return f32x4.neg(softplus(f32x4.neg(x)));
}

// @ts-ignore: decorator
@inline export function dLogSigmoid(dY: v128, x: v128): v128 {
  return f32x4.mul(dY, sigmoidVector(f32x4.neg(x)));
}

/** (x + 1) / 2 cut off at 0 and 1. Blondel, Martins and Niculae 2019. The slope of sparsePlus, too. */
// @ts-ignore: decorator
@inline export function sparseSigmoid(x: v128): v128 {
  return f32x4.mul(clamp(f32x4.add(x, f32x4.splat(1)), 0, 2), f32x4.splat(0.5));
}

/** 0 up to -1, (x + 1)^2 / 4 up to 1, then x. */
// @ts-ignore: decorator
@inline export function sparsePlus(x: v128): v128 {
  const y = sparseSigmoid(x);
  return v128.bitselect(x, f32x4.mul(y, y), f32x4.ge(x, f32x4.splat(1)));
}
