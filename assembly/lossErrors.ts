/**
 * Losses of the error yPred - yTrue: squared, absolute, relative, Huber's and log cosh, each the mean over
 * the columns of a row. Formulas as in Keras 3. The form of the kernels stands in lossElements.ts.
 */
import { madd, nmadd } from "./simd";
import { copySign, expm1Vector, log1pUnitVector } from "./math";
import { elementwiseLoss } from "./lossElements";

/** Relative errors are relative to at least this, as in Keras. */
// @ts-ignore: decorator
@inline const SMALLEST_TARGET: f32 = 1e-7;

// @ts-ignore: decorator
@inline const LN2: f32 = 0.693147181;

/** Up to here log cosh comes from cosh d - 1. */
// @ts-ignore: decorator
@inline const LOG_COSH_NEAR: f32 = 1;

/** x with the sign of d; 0 where d is 0, NaN where it is NaN. */
// @ts-ignore: decorator
@inline function withSign(x: v128, d: v128): v128 {
  const signed = v128.and(copySign(x, d), f32x4.ne(d, f32x4.splat(0)));
  return v128.or(signed, f32x4.ne(d, d)); // all bits set is a NaN
}

// @ts-ignore: decorator
@unmanaged class SquaredError {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return f32x4.sub(p, t);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.mul(shared, shared);
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.add(shared, shared);
  }
}

// @ts-ignore: decorator
@unmanaged class AbsoluteError {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return f32x4.sub(p, t);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.abs(shared);
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    return withSign(f32x4.splat(1), shared);
  }
}

/** The slope is the error itself, not that of the absolute error. */
// @ts-ignore: decorator
@unmanaged class PerceptronError {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return f32x4.sub(p, t);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.abs(shared);
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    return shared;
  }
}

/** 100 / max(|t|, SMALLEST_TARGET). */
// @ts-ignore: decorator
@inline function percentOf(t: v128): v128 {
  return f32x4.div(f32x4.splat(100), f32x4.pmax(f32x4.abs(t), f32x4.splat(SMALLEST_TARGET)));
}

// @ts-ignore: decorator
@unmanaged class PercentageError {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return f32x4.sub(p, t);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.mul(f32x4.abs(shared), percentOf(t));
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    return withSign(percentOf(t), shared);
  }
}

/** m (|d| - m / 2) with m = min(|d|, a) is both of Huber's branches. */
// @ts-ignore: decorator
@unmanaged class HuberError {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return f32x4.sub(p, t);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    const magnitude = f32x4.abs(shared);
    const limited = f32x4.pmin(magnitude, f32x4.splat(a));
    return f32x4.mul(limited, nmadd(limited, f32x4.splat(0.5), magnitude));
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.pmax(f32x4.pmin(shared, f32x4.splat(a)), f32x4.splat(-a));
  }
}

/**
 * With q = e^-|d| - 1 and e = 1 + q: cosh d - 1 = q^2 / (2 e), whose log1p is exact for small d;
 * |d| - ln 2 + log(1 + e^2), which does not overflow, for the others; tanh |d| = -q (1 + e) / (1 + e^2).
 */
// @ts-ignore: decorator
@unmanaged class LogCosh {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return t;
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return expm1Vector(f32x4.neg(f32x4.abs(f32x4.sub(p, t))));
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    const d = f32x4.abs(f32x4.sub(p, t));
    const exponential = f32x4.add(shared, f32x4.splat(1));
    const isNear = f32x4.lt(d, f32x4.splat(LOG_COSH_NEAR));
    const near = f32x4.div(f32x4.mul(shared, shared), f32x4.add(exponential, exponential));
    const far = f32x4.mul(exponential, exponential);
    const logarithm = log1pUnitVector(v128.bitselect(near, far, isNear));
    const linear = f32x4.sub(d, f32x4.splat(LN2));
    return f32x4.add(logarithm, v128.andnot(linear, isNear));
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    const exponential = f32x4.add(shared, f32x4.splat(1));
    const numerator = f32x4.neg(madd(shared, exponential, shared));
    const denominator = madd(exponential, exponential, f32x4.splat(1));
    return copySign(f32x4.div(numerator, denominator), f32x4.sub(p, t));
  }
}

/** loss_i = mean_j (yPred - yTrue)^2. */
export function meanSquaredErrorLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<SquaredError>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/** loss_i = mean_j |yPred - yTrue|. The slope is 0 where they are equal. */
export function meanAbsoluteErrorLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<AbsoluteError>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/**
 * loss_i = mean_j |yPred - yTrue|, with
 *
 *   dPred[i, j] = gradientScale weight_i (yPred[i, j] - yTrue[i, j])
 *
 * which is deliberately not the derivative of the loss, and not divided by the number of columns: passed
 * straight through a hard threshold, one row and a step of r change the weights by r (t - p) x at every
 * output, the rule of the perceptron (Rosenblatt 1958).
 */
export function perceptronLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  // The common form divides slopes by the number of columns.
  return elementwiseLoss<PerceptronError>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale * <f64>columns, a, columns);
}

/** loss_i = 100 mean_j |yPred - yTrue| / max(|yTrue|, 1e-7). The slope is 0 where they are equal. */
export function meanAbsolutePercentageErrorLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<PercentageError>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/**
 * loss_i = mean_j of d^2 / 2 where |d| <= a, and a |d| - a^2 / 2 beyond, with d = yPred - yTrue
 * (Huber 1964).
 *
 * @param a delta, from which on the loss is linear
 */
export function huberLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<HuberError>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/** loss_i = mean_j log(cosh(yPred - yTrue)), without overflow. */
export function logCoshLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<LogCosh>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}
