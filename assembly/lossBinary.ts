/**
 * Binary cross-entropies: the mean, over the columns of a row, of -(t log p + (1 - t) log(1 - p)). Formulas
 * as in Keras 3. The form of the kernels stands in lossElements.ts.
 */
import { madd, nmadd } from "./simd";
import { log1pUnitVector, logVector } from "./math";
import { FIXED_TABLE, exponentialOf } from "./mathTable";
import { elementwiseLoss } from "./lossElements";

/** Probabilities are clipped to [SMALLEST, LARGEST]: 1e-7 and the float32 next to 1 - 1e-7, as in Keras. */
// @ts-ignore: decorator
@inline const SMALLEST_PROBABILITY: f32 = 1e-7;
// @ts-ignore: decorator
@inline const LARGEST_PROBABILITY: f32 = 0.99999988;

/** Smoothed labels: t (1 - a) + a / 2. */
// @ts-ignore: decorator
@inline function smoothed(t: v128, a: f32): v128 {
  return madd(t, f32x4.splat(1 - a), f32x4.splat(a * 0.5));
}

/** 1 - p, clipped on its own because 1 - 1e-7 is no float32 number. */
// @ts-ignore: decorator
@inline function complementOf(p: v128): v128 {
  return f32x4.pmax(f32x4.sub(f32x4.splat(1), p), f32x4.splat(SMALLEST_PROBABILITY));
}

/** From probabilities. What is shared is p, clipped. */
// @ts-ignore: decorator
@unmanaged class OfProbabilities {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return smoothed(t, a);
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    const raised = f32x4.pmax(p, f32x4.splat(SMALLEST_PROBABILITY));
    return f32x4.pmin(raised, f32x4.splat(LARGEST_PROBABILITY));
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    const other = f32x4.sub(f32x4.splat(1), t);
    const otherTerm = f32x4.mul(other, logVector(complementOf(p)));
    return f32x4.neg(madd(t, logVector(shared), otherTerm));
  }

  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    const other = f32x4.sub(f32x4.splat(1), t);
    return f32x4.sub(f32x4.div(other, complementOf(p)), f32x4.div(t, shared));
  }
}

/** From logits. What is shared is e^-|logit|. */
// @ts-ignore: decorator
@unmanaged class OfLogits {
  // @ts-ignore: decorator
  @inline target(t: v128, a: f32): v128 {
    return smoothed(t, a);
  }

  // @ts-ignore: decorator
  @inline shared(t: v128, p: v128): v128 {
    return exponentialOf(f32x4.neg(f32x4.abs(p)), FIXED_TABLE);
  }

  // @ts-ignore: decorator
  @inline loss(t: v128, p: v128, shared: v128, a: f32): v128 {
    return f32x4.add(nmadd(p, t, f32x4.pmax(p, f32x4.splat(0))), log1pUnitVector(shared));
  }

  /** sigmoid(z) - t; for z >= 0 as (1 - t) - sigmoid(-z), which keeps what 1 - sigmoid(-z) would round away. */
  // @ts-ignore: decorator
  @inline slope(t: v128, p: v128, shared: v128, a: f32): v128 {
    const one = f32x4.splat(1);
    const tail = f32x4.div(shared, f32x4.add(one, shared));
    const upper = f32x4.sub(f32x4.sub(one, t), tail);
    return v128.bitselect(f32x4.sub(tail, t), upper, f32x4.lt(p, f32x4.splat(0)));
  }
}

/**
 * loss_i = -mean_j (t log p + (1 - t) log(1 - p)), with t = yTrue (1 - a) + a / 2 and p = yPred
 * clipped to [1e-7, 1 - 1e-7]. Where p was clipped the slope is that at the clipped value, so that a
 * saturated wrong answer still learns.
 *
 * @param a label smoothing
 */
export function binaryCrossentropyLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<OfProbabilities>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}

/**
 * loss_i = mean_j (max(z, 0) - z t + log(1 + e^-|z|)), with t = yTrue (1 - a) + a / 2 and logits
 * z = yPred: the binary cross-entropy of sigmoid(z), without overflow.
 *
 * @param a label smoothing
 */
export function binaryCrossentropyFromLogitsLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss<OfLogits>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, columns);
}
