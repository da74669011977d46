/**
 * Losses that are a mean, over the columns of a row, of a loss of single elements: the squared,
 * absolute and Huber errors and the binary cross-entropies. Formulas as in Keras 3.
 *
 * All kernels share one form:
 *
 *   returns sum_i weight_i loss_i, in float64, not divided by the number of rows
 *   perSample[i] = loss_i, without its weight
 *   dPred[i, j] = gradientScale weight_i d loss_i / d yPred[i, j]
 *
 * yTrue         [rows, columns]
 * yPred         [rows, columns]
 * sampleWeight  0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * perSample     0, or [rows], overwritten
 * dPred         0, or [rows, columns], overwritten; may be yPred
 * a, b          parameters of the loss, if it has any
 */
import { LANES, FLOAT_BYTES, madd, nmadd } from "./simd";
import { copySign, expVector, log1pUnitVector, logVector } from "./math";
import { firstLanes, loadLanes, storeLanes, weightOfRow, weightsOfRows } from "./lossLanes";
import { lowDoubles, highDoubles, sumOfDoubles } from "./lossLanes";

// The kind of loss is a constant in every call, so its tests vanish when the functions are inlined.
// @ts-ignore: decorator
@inline const SQUARED: i32 = 0;
// @ts-ignore: decorator
@inline const ABSOLUTE: i32 = 1;
// @ts-ignore: decorator
@inline const HUBER: i32 = 2;
// @ts-ignore: decorator
@inline const PROBABILITY: i32 = 3;
// @ts-ignore: decorator
@inline const LOGIT: i32 = 4;

/** Probabilities are clipped to [SMALLEST, LARGEST]: 1e-7 and the float32 next to 1 - 1e-7, as in Keras. */
// @ts-ignore: decorator
@inline const SMALLEST_PROBABILITY: f32 = 1e-7;
// @ts-ignore: decorator
@inline const LARGEST_PROBABILITY: f32 = 0.99999988;

/** What the element is compared with: t, for cross-entropies smoothed to t (1 - a) + a / 2. */
// @ts-ignore: decorator
@inline function targetOf(kind: i32, t: v128, a: f32): v128 {
  if (kind < PROBABILITY) return t;
  return madd(t, f32x4.splat(1 - a), f32x4.splat(a * 0.5));
}

/** What the loss and its slope both need: the error, the clipped probability, or e^-|logit|. */
// @ts-ignore: decorator
@inline function sharedTerm(kind: i32, t: v128, p: v128): v128 {
  if (kind < PROBABILITY) return f32x4.sub(p, t);
  if (kind == LOGIT) return expVector(f32x4.neg(f32x4.abs(p)));
  const raised = f32x4.pmax(p, f32x4.splat(SMALLEST_PROBABILITY));
  return f32x4.pmin(raised, f32x4.splat(LARGEST_PROBABILITY));
}

/** 1 - p, clipped on its own because 1 - 1e-7 is no float32 number. */
// @ts-ignore: decorator
@inline function complementOf(p: v128): v128 {
  return f32x4.pmax(f32x4.sub(f32x4.splat(1), p), f32x4.splat(SMALLEST_PROBABILITY));
}

/** The loss of each element. */
// @ts-ignore: decorator
@inline function elementLoss(kind: i32, t: v128, p: v128, shared: v128, a: f32): v128 {
  if (kind == SQUARED) return f32x4.mul(shared, shared);
  if (kind == ABSOLUTE) return f32x4.abs(shared);
  if (kind == HUBER) {
    // m (|d| - m / 2) with m = min(|d|, a) is both of Huber's branches.
    const magnitude = f32x4.abs(shared);
    const limited = f32x4.pmin(magnitude, f32x4.splat(a));
    return f32x4.mul(limited, nmadd(limited, f32x4.splat(0.5), magnitude));
  }
  if (kind == PROBABILITY) {
    const other = f32x4.sub(f32x4.splat(1), t);
    const otherTerm = f32x4.mul(other, logVector(complementOf(p)));
    return f32x4.neg(madd(t, logVector(shared), otherTerm));
  }
  return f32x4.add(nmadd(p, t, f32x4.pmax(p, f32x4.splat(0))), log1pUnitVector(shared));
}

/** The derivative of each element's loss with respect to p. */
// @ts-ignore: decorator
@inline function elementSlope(kind: i32, t: v128, p: v128, shared: v128, a: f32): v128 {
  const one = f32x4.splat(1);
  if (kind == SQUARED) return f32x4.add(shared, shared);
  if (kind == ABSOLUTE) {
    const sign = v128.and(copySign(one, shared), f32x4.ne(shared, f32x4.splat(0)));
    return v128.or(sign, f32x4.ne(shared, shared)); // all bits set is a NaN
  }
  if (kind == HUBER) return f32x4.pmax(f32x4.pmin(shared, f32x4.splat(a)), f32x4.splat(-a));
  const other = f32x4.sub(one, t);
  if (kind == PROBABILITY) {
    return f32x4.sub(f32x4.div(other, complementOf(p)), f32x4.div(t, shared));
  }
  // sigmoid(z) - t; for z >= 0 as (1 - t) - sigmoid(-z), which keeps what 1 - sigmoid(-z) would round away.
  const tail = f32x4.div(shared, f32x4.add(one, shared));
  return v128.bitselect(f32x4.sub(tail, t), f32x4.sub(other, tail), f32x4.lt(p, f32x4.splat(0)));
}

/**
 * The common form for one column, and the loop over all elements as if they were rows of one column
 * where nothing tells the rows apart. dPred is scaled by gradientScale.
 */
// @ts-ignore: decorator
@inline function lossOfElements(kind: i32, yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  count: i32, rowsPerWeight: i32, gradientScale: f64, a: f32): f64 {
  let totalLow = f64x2.splat(0);
  let totalHigh = f64x2.splat(0);
  const scale = f32x4.splat(<f32>gradientScale);
  for (let i = 0; i < count; i += LANES) {
    const lanes = min(count - i, LANES);
    const offsetBytes = (<usize>i) * FLOAT_BYTES;
    const t = targetOf(kind, loadLanes(yTrue + offsetBytes, lanes), a);
    const p = loadLanes(yPred + offsetBytes, lanes);
    const shared = sharedTerm(kind, t, p);
    const loss = v128.and(elementLoss(kind, t, p, shared, a), firstLanes(lanes));
    const weights = weightsOfRows(sampleWeight, i, lanes, rowsPerWeight);
    if (perSample) storeLanes(perSample + offsetBytes, loss, lanes);
    if (dPred) {
      const slope = elementSlope(kind, t, p, shared, a);
      storeLanes(dPred + offsetBytes, f32x4.mul(slope, f32x4.mul(weights, scale)), lanes);
    }
    totalLow = f64x2.add(totalLow, f64x2.mul(lowDoubles(loss), lowDoubles(weights)));
    totalHigh = f64x2.add(totalHigh, f64x2.mul(highDoubles(loss), highDoubles(weights)));
  }
  return sumOfDoubles(totalLow, totalHigh);
}

/** The sum of the losses of one row, and its gradient times `scale`. */
// @ts-ignore: decorator
@inline function lossOfRow(kind: i32, yTrue: usize, yPred: usize, dPred: usize, columns: i32, scale: f32, a: f32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let column = 0; column < columns; column += LANES) {
    const lanes = min(columns - column, LANES);
    const offsetBytes = (<usize>column) * FLOAT_BYTES;
    const t = targetOf(kind, loadLanes(yTrue + offsetBytes, lanes), a);
    const p = loadLanes(yPred + offsetBytes, lanes);
    const shared = sharedTerm(kind, t, p);
    const loss = v128.and(elementLoss(kind, t, p, shared, a), firstLanes(lanes));
    if (dPred) {
      const slope = elementSlope(kind, t, p, shared, a);
      storeLanes(dPred + offsetBytes, f32x4.mul(slope, f32x4.splat(scale)), lanes);
    }
    low = f64x2.add(low, lowDoubles(loss));
    high = f64x2.add(high, highDoubles(loss));
  }
  return sumOfDoubles(low, high);
}

/** The common form. */
// @ts-ignore: decorator
@inline function elementwiseLoss(kind: i32, yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32): f64 {
  const scale = gradientScale / <f64>columns;
  if (columns == 1 || !(sampleWeight | perSample)) {
    const sum = lossOfElements(kind, yTrue, yPred, sampleWeight, perSample, dPred, rows * columns, rowsPerWeight, scale, a);
    return sum / <f64>columns;
  }
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    const loss = lossOfRow(kind, yTrue, yPred, dPred, columns, <f32>(scale * weight), a) / <f64>columns;
    if (perSample) store<f32>(perSample + (<usize>row) * FLOAT_BYTES, <f32>loss);
    total += weight * loss;
    yTrue += rowBytes;
    yPred += rowBytes;
    if (dPred) dPred += rowBytes;
  }
  return total;
}

/** loss_i = mean_j (yPred - yTrue)^2. */
export function meanSquaredErrorLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss(SQUARED, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a);
}

/** loss_i = mean_j |yPred - yTrue|. The slope is 0 where they are equal. */
export function meanAbsoluteErrorLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss(ABSOLUTE, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a);
}

/**
 * loss_i = mean_j of d^2 / 2 where |d| <= a, and a |d| - a^2 / 2 beyond, with d = yPred - yTrue
 * (Huber 1964).
 *
 * @param a delta, from which on the loss is linear
 */
export function huberLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss(HUBER, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a);
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
  return elementwiseLoss(PROBABILITY, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a);
}

/**
 * loss_i = mean_j (max(z, 0) - z t + log(1 + e^-|z|)), with t = yTrue (1 - a) + a / 2 and logits
 * z = yPred: the binary cross-entropy of sigmoid(z), without overflow.
 *
 * @param a label smoothing
 */
export function binaryCrossentropyFromLogitsLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return elementwiseLoss(LOGIT, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a);
}
