/**
 * Losses that compare through logarithms: the squared logarithmic error, Poisson's and the
 * Kullback-Leibler divergence. Formulas as in Keras 3. The form of the kernels stands in lossElements.ts.
 */
import { nmadd } from "./simd";
import { log1pVector, logVector } from "./math";
import { elementwiseLoss } from "./lossElements";

/** What keeps logarithms away from 0, as in Keras. */
// @ts-ignore: decorator
@inline const EPSILON: f32 = 1e-7;

/** x, at least EPSILON. NaN stays. */
// @ts-ignore: decorator
@inline function raised(x: v128): v128 {
  return f32x4.pmax(x, f32x4.splat(EPSILON));
}

/** x within [EPSILON, 1]. NaN stays. */
// @ts-ignore: decorator
@inline function asProbability(x: v128): v128 {
  return f32x4.pmin(raised(x), f32x4.splat(1));
}

/** What is shared is the difference of the logarithms. */
// @ts-ignore: decorator
@unmanaged class SquaredLogarithmicError {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return f32x4.sub(log1pVector(raised(p)), log1pVector(raised(t)));
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.mul(shared, shared);
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    const slope = f32x4.div(f32x4.add(shared, shared), f32x4.add(f32x4.splat(1), p));
    return v128.andnot(slope, f32x4.lt(p, f32x4.splat(EPSILON)));
  }
}

/** What is shared is p + EPSILON. */
// @ts-ignore: decorator
@unmanaged class Poisson {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return f32x4.add(p, f32x4.splat(EPSILON));
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return nmadd(t, logVector(shared), p);
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.sub(f32x4.splat(1), f32x4.div(t, shared));
  }
}

/** The target and what is shared are clipped. One logarithm, of their ratio: exactly 0 where they are equal. */
// @ts-ignore: decorator
@unmanaged class Divergence {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return asProbability(t);
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return asProbability(p);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.mul(t, logVector(f32x4.div(t, shared)));
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    const slope = f32x4.neg(f32x4.div(t, shared));
    return v128.andnot(slope, f32x4.gt(p, f32x4.splat(1)));
  }
}

/**
 * loss_i = mean_j (log(1 + p) - log(1 + t))^2, with p = max(yPred, 1e-7) and t = max(yTrue, 1e-7). The
 * slope is 0 where yPred is below 1e-7.
 */
export function meanSquaredLogarithmicErrorLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<SquaredLogarithmicError>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/**
 * loss_i = mean_j (yPred - yTrue log(yPred + 1e-7)): the negative log-likelihood of counts, without its
 * constant. NaN where yPred is below -1e-7.
 */
export function poissonLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<Poisson>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/**
 * loss_i = sum_j t log(t / p), with t = yTrue and p = yPred clipped to [1e-7, 1] (Kullback and Leibler
 * 1951). Where yPred is below 1e-7 the slope is that at the clipped value, so that a saturated wrong
 * answer still learns; above 1 it is 0.
 */
export function klDivergenceLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<Divergence>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, 1);
}
