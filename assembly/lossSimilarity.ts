/**
 * Losses that compare a row of predictions with a row of labels as a whole: the cosine of the angle
 * between them, and the margin between the right class and the best wrong one. Formulas as in Keras 3.
 * The form of the kernels stands in lossRows.ts.
 */
import { FLOAT_BYTES, madd } from "./simd";
import { gatherRows, highDoubles, lowDoubles, scatterRows, toFloats } from "./lossLanes";
import { rowwiseLoss } from "./lossRows";

/** Norms are at least this, as in Keras. */
// @ts-ignore: decorator
@inline const SMALLEST_NORM: f64 = 1e-7;

/** 1 / max(sqrt(square), SMALLEST_NORM). NaN stays. */
// @ts-ignore: decorator
@inline function inverseNorm(square: v128): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.pmax(f64x2.sqrt(square), f64x2.splat(SMALLEST_NORM)));
}

/** x where the norm is not held up by SMALLEST_NORM, else 0: a norm that is held up has no slope. */
// @ts-ignore: decorator
@inline function whereNormVaries(x: v128, square: v128): v128 {
  return v128.and(x, f64x2.gt(square, f64x2.splat(SMALLEST_NORM * SMALLEST_NORM)));
}

// @ts-ignore: decorator
@unmanaged class CosineSimilarity {
  // @ts-ignore: decorator
  @inline rows(yTrue: usize, yPred: usize, dPred: usize, columns: i32, scale: v128,
    second: usize, third: usize, fourth: usize): v128 {
    const zero = f64x2.splat(0);
    let trueLow = zero, trueHigh = zero, predLow = zero, predHigh = zero, productLow = zero, productHigh = zero;
    for (let column = 0; column < columns; column++) {
      const offsetBytes = (<usize>column) * FLOAT_BYTES;
      const t = gatherRows(yTrue + offsetBytes, second, third, fourth);
      const p = gatherRows(yPred + offsetBytes, second, third, fourth);
      const tLow = lowDoubles(t), tHigh = highDoubles(t), pLow = lowDoubles(p), pHigh = highDoubles(p);
      trueLow = f64x2.add(trueLow, f64x2.mul(tLow, tLow));
      trueHigh = f64x2.add(trueHigh, f64x2.mul(tHigh, tHigh));
      predLow = f64x2.add(predLow, f64x2.mul(pLow, pLow));
      predHigh = f64x2.add(predHigh, f64x2.mul(pHigh, pHigh));
      productLow = f64x2.add(productLow, f64x2.mul(tLow, pLow));
      productHigh = f64x2.add(productHigh, f64x2.mul(tHigh, pHigh));
    }
    const inverseTrueLow = inverseNorm(trueLow), inverseTrueHigh = inverseNorm(trueHigh);
    const inversePredLow = inverseNorm(predLow), inversePredHigh = inverseNorm(predHigh);
    const cosineLow = f64x2.mul(f64x2.mul(productLow, inverseTrueLow), inversePredLow);
    const cosineHigh = f64x2.mul(f64x2.mul(productHigh, inverseTrueHigh), inversePredHigh);
    if (dPred) {
      const inverseTrue = toFloats(inverseTrueLow, inverseTrueHigh);
      const inversePred = toFloats(inversePredLow, inversePredHigh);
      const cosine = toFloats(whereNormVaries(cosineLow, predLow), whereNormVaries(cosineHigh, predHigh));
      const factor = f32x4.mul(inversePred, scale);
      for (let column = 0; column < columns; column++) {
        const offsetBytes = (<usize>column) * FLOAT_BYTES;
        const t = f32x4.mul(gatherRows(yTrue + offsetBytes, second, third, fourth), inverseTrue);
        const p = f32x4.mul(gatherRows(yPred + offsetBytes, second, third, fourth), inversePred);
        const slope = f32x4.mul(madd(cosine, p, f32x4.neg(t)), factor);
        scatterRows(dPred + offsetBytes, slope, second, third, fourth);
      }
    }
    return f32x4.neg(toFloats(cosineLow, cosineHigh));
  }
}

// @ts-ignore: decorator
@unmanaged class CategoricalHinge {
  // @ts-ignore: decorator
  @inline rows(yTrue: usize, yPred: usize, dPred: usize, columns: i32, scale: v128,
    second: usize, third: usize, fourth: usize): v128 {
    const one = f32x4.splat(1);
    const zero = f32x4.splat(0);
    let rightLow = f64x2.splat(0), rightHigh = f64x2.splat(0);
    let wrong = f32x4.splat(-Infinity);
    let rival = zero;
    for (let column = 0; column < columns; column++) {
      const offsetBytes = (<usize>column) * FLOAT_BYTES;
      const t = gatherRows(yTrue + offsetBytes, second, third, fourth);
      const p = gatherRows(yPred + offsetBytes, second, third, fourth);
      const right = f32x4.mul(t, p);
      rightLow = f64x2.add(rightLow, lowDoubles(right));
      rightHigh = f64x2.add(rightHigh, highDoubles(right));
      const candidate = f32x4.mul(f32x4.sub(one, t), p);
      rival = v128.bitselect(f32x4.splat(<f32>column), rival, f32x4.gt(candidate, wrong));
      wrong = f32x4.max(wrong, candidate);
    }
    const margin = f32x4.add(f32x4.sub(wrong, toFloats(rightLow, rightHigh)), one);
    if (dPred) {
      // All bits set in a row whose margin is NaN makes its slopes NaN.
      const isNaN = f32x4.ne(margin, margin);
      const isActive = f32x4.gt(margin, zero);
      for (let column = 0; column < columns; column++) {
        const offsetBytes = (<usize>column) * FLOAT_BYTES;
        const t = gatherRows(yTrue + offsetBytes, second, third, fourth);
        const ofRival = v128.and(f32x4.sub(one, t), f32x4.eq(rival, f32x4.splat(<f32>column)));
        const slope = v128.and(f32x4.mul(f32x4.sub(ofRival, t), scale), isActive);
        scatterRows(dPred + offsetBytes, v128.or(slope, isNaN), second, third, fourth);
      }
    }
    return f32x4.pmax(margin, zero);
  }
}

/**
 * loss_i = -sum_j t p / (max(|t|, 1e-7) max(|p|, 1e-7)), with t = yTrue[i] and p = yPred[i], the negative
 * cosine of their angle: -1 in the same direction, 0 where one of them is zero.
 */
export function cosineSimilarityLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return rowwiseLoss<CosineSimilarity>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale);
}

/**
 * loss_i = max(max_j (1 - t) p - sum_j t p + 1, 0), with t = yTrue and p = yPred. Of equal largest
 * (1 - t) p the first one has the slope.
 */
export function categoricalHingeLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return rowwiseLoss<CategoricalHinge>(yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale);
}
