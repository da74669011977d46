/**
 * Hinge losses: 0 for answers that are right by a margin of 1. Formulas as in Keras 3. The form of the
 * kernels stands in lossElements.ts.
 */
import { nmadd } from "./simd";
import { elementwiseLoss } from "./lossElements";

/** Labels -1 and 1, or 0 and 1: a 0 counts as -1. */
// @ts-ignore: decorator
@inline function signOf(t: v128): v128 {
  return v128.bitselect(f32x4.splat(-1), t, f32x4.eq(t, f32x4.splat(0)));
}

/** max(1 - t p, 0): how much of the margin is missing. NaN stays. */
// @ts-ignore: decorator
@inline function missingMargin(t: v128, p: v128): v128 {
  return f32x4.pmax(nmadd(t, p, f32x4.splat(1)), f32x4.splat(0));
}

// @ts-ignore: decorator
@unmanaged class Hinge {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return signOf(t);
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return missingMargin(t, p);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return shared;
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    const slope = v128.and(f32x4.neg(t), f32x4.gt(shared, f32x4.splat(0)));
    return v128.or(slope, f32x4.ne(shared, shared)); // all bits set is a NaN
  }
}

// @ts-ignore: decorator
@unmanaged class SquaredHinge {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return signOf(t);
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return missingMargin(t, p);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.mul(shared, shared);
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.mul(f32x4.mul(f32x4.splat(-2), t), shared);
  }
}

/**
 * loss_i = mean_j max(1 - t yPred, 0), with t = yTrue, and -1 where yTrue is 0. The slope is 0 where t yPred
 * is 1 (Cortes and Vapnik 1995).
 */
export function hingeLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<Hinge>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/** loss_i = mean_j max(1 - t yPred, 0)^2, with t = yTrue, and -1 where yTrue is 0. */
export function squaredHingeLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<SquaredHinge>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}
