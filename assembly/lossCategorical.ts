/**
 * Cross-entropies over classes, from probabilities or logits, with targets as distributions
 * (usually one-hot rows) or as class numbers. Formulas as in Keras 3. Four rows at once, one in each lane.
 *
 * All kernels share one form:
 *
 *   returns sum_i weight_i loss_i, in float64, not divided by the number of rows
 *   perSample[i] = loss_i, without its weight
 *   dPred[i, j] = gradientScale weight_i d loss_i / d yPred[i, j]
 *
 * yTrue         [rows, columns], or [rows] of class numbers: whole numbers from 0 to columns - 1
 * yPred         [rows, columns]
 * sampleWeight  0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * perSample     0, or [rows], overwritten
 * dPred         0, or [rows, columns], overwritten; may be yPred
 * a             dense targets: their smoothing, t = yTrue (1 - a) + a / columns
 * a, b          class numbers: if b is not 0, rows of the class a have loss and slopes 0, and yTrue may hold
 *               any number there that is a float32
 */
import { LANES, FLOAT_BYTES, madd, storeLanes } from "./simd";
import { log1pVector, logVector } from "./math";
import { FIXED_TABLE, exponentialOf } from "./mathTable";
import { firstLanes, gatherRows, rowOffset, scatterRows, weightsOfRows } from "./lossLanes";
import { lowDoubles, highDoubles, sumOfDoubles, toFloats } from "./lossLanes";

/** Probabilities are clipped to [SMALLEST, LARGEST]: 1e-7 and the float32 next to 1 - 1e-7, as in Keras. */
// @ts-ignore: decorator
@inline const SMALLEST_PROBABILITY: f32 = 1e-7;
// @ts-ignore: decorator
@inline const LARGEST_PROBABILITY: f32 = 0.99999988;

/** The target of one column: from class numbers 1 where it is the class, else the smoothed entry of yTrue. */
// @ts-ignore: decorator
@inline function targetOf(sparse: bool, yTrue: usize, classes: v128, column: i32, columns: i32, a: f32,
  second: usize, third: usize, fourth: usize): v128 {
  if (sparse) return v128.and(f32x4.eq(classes, f32x4.splat(<f32>column)), f32x4.splat(1));
  const t = gatherRows(yTrue + (<usize>column) * FLOAT_BYTES, second, third, fourth);
  return madd(t, f32x4.splat(1 - a), f32x4.splat(a / <f32>columns));
}

/** The sum of the targets of rows with class numbers: 1, or 0 for what is ignored, whose number has become -1. */
// @ts-ignore: decorator
@inline function targetSums(classes: v128): v128 {
  return v128.and(f32x4.ge(classes, f32x4.splat(0)), f32x4.splat(1));
}

/**
 * log-sum-exp for four rows: returns their losses. Gradient: softmax(z) sum(t) - t, times `scale`. Of class
 * numbers the sums over the targets are the one term of the class.
 */
// @ts-ignore: decorator
@inline function lossOfLogits(sparse: bool, yTrue: usize, classes: v128, yPred: usize, dPred: usize,
  columns: i32, scale: v128, a: f32, second: usize, third: usize, fourth: usize): v128 {
  let largest = gatherRows(yPred, second, third, fourth);
  for (let column = 1; column < columns; column++) {
    largest = f32x4.max(largest, gatherRows(yPred + (<usize>column) * FLOAT_BYTES, second, third, fourth));
  }

  const zero = f64x2.splat(0);
  let sumLow = zero, sumHigh = zero, targetLow = zero, targetHigh = zero, productLow = zero, productHigh = zero;
  let ofClass = f32x4.splat(0);
  for (let column = 0; column < columns; column++) {
    const offsetBytes = (<usize>column) * FLOAT_BYTES;
    const shifted = f32x4.sub(gatherRows(yPred + offsetBytes, second, third, fourth), largest);
    const exponential = exponentialOf(shifted, FIXED_TABLE);
    if (dPred) scatterRows(dPred + offsetBytes, exponential, second, third, fourth);
    sumLow = f64x2.add(sumLow, lowDoubles(exponential));
    sumHigh = f64x2.add(sumHigh, highDoubles(exponential));
    if (sparse) {
      ofClass = v128.bitselect(shifted, ofClass, f32x4.eq(classes, f32x4.splat(<f32>column)));
    } else {
      const t = targetOf(sparse, yTrue, classes, column, columns, a, second, third, fourth);
      // A class ruled out by a logit of -Infinity costs nothing while its target is 0.
      const product = v128.and(f32x4.mul(t, shifted), f32x4.ne(t, f32x4.splat(0)));
      targetLow = f64x2.add(targetLow, lowDoubles(t));
      targetHigh = f64x2.add(targetHigh, highDoubles(t));
      productLow = f64x2.add(productLow, lowDoubles(product));
      productHigh = f64x2.add(productHigh, highDoubles(product));
    }
  }

  const targetSum = sparse ? targetSums(classes) : toFloats(targetLow, targetHigh);
  const productSum = sparse ? ofClass : toFloats(productLow, productHigh);
  if (dPred) {
    const factor = f32x4.div(targetSum, toFloats(sumLow, sumHigh));
    for (let column = 0; column < columns; column++) {
      const pointer = dPred + (<usize>column) * FLOAT_BYTES;
      const t = targetOf(sparse, yTrue, classes, column, columns, a, second, third, fourth);
      const share = f32x4.mul(gatherRows(pointer, second, third, fourth), factor);
      scatterRows(pointer, f32x4.mul(f32x4.sub(share, t), scale), second, third, fourth);
    }
  }
  // The largest logit's own term is 1: log1p of the others keeps losses far below 1e-7.
  const one = f64x2.splat(1);
  const logSum = log1pVector(toFloats(f64x2.sub(sumLow, one), f64x2.sub(sumHigh, one)));
  return f32x4.sub(f32x4.mul(targetSum, logSum), productSum);
}

/** Four rows of logits with distributions as targets. */
function lossOfDenseLogits(yTrue: usize, yPred: usize, dPred: usize,
  columns: i32, scale: v128, a: f32, second: usize, third: usize, fourth: usize): v128 {
  return lossOfLogits(false, yTrue, scale, yPred, dPred, columns, scale, a, second, third, fourth);
}

/** Four rows of logits with class numbers. */
function lossOfClassLogits(classes: v128, yPred: usize, dPred: usize,
  columns: i32, scale: v128, second: usize, third: usize, fourth: usize): v128 {
  return lossOfLogits(true, 0, classes, yPred, dPred, columns, scale, 0, second, third, fourth);
}

/** Clips probabilities. NaN stays. */
// @ts-ignore: decorator
@inline function clip(p: v128): v128 {
  const raised = f32x4.pmax(p, f32x4.splat(SMALLEST_PROBABILITY));
  return f32x4.pmin(raised, f32x4.splat(LARGEST_PROBABILITY));
}

/**
 * -sum t log q for four rows, q = clip(p / s), s = sum(p). Returns their losses.
 * Gradient: (sum_k t_k (p_k / s) / q_k - t_j / q_j) / s, times `scale`.
 */
function lossOfProbabilities(yTrue: usize, yPred: usize, dPred: usize,
  columns: i32, scale: v128, a: f32, second: usize, third: usize, fourth: usize): v128 {
  const zero = f64x2.splat(0);
  let sumLow = zero, sumHigh = zero;
  for (let column = 0; column < columns; column++) {
    const p = gatherRows(yPred + (<usize>column) * FLOAT_BYTES, second, third, fourth);
    sumLow = f64x2.add(sumLow, lowDoubles(p));
    sumHigh = f64x2.add(sumHigh, highDoubles(p));
  }
  const sum = toFloats(sumLow, sumHigh);

  let lossLow = zero, lossHigh = zero, commonLow = zero, commonHigh = zero;
  for (let column = 0; column < columns; column++) {
    const offsetBytes = (<usize>column) * FLOAT_BYTES;
    const share = f32x4.div(gatherRows(yPred + offsetBytes, second, third, fourth), sum);
    const t = targetOf(false, yTrue, share, column, columns, a, second, third, fourth);
    const clipped = clip(share);
    const loss = f32x4.mul(t, logVector(clipped));
    lossLow = f64x2.sub(lossLow, lowDoubles(loss));
    lossHigh = f64x2.sub(lossHigh, highDoubles(loss));
    if (dPred) {
      const slope = f32x4.div(t, clipped);
      const common = f32x4.mul(slope, share);
      commonLow = f64x2.add(commonLow, lowDoubles(common));
      commonHigh = f64x2.add(commonHigh, highDoubles(common));
      scatterRows(dPred + offsetBytes, slope, second, third, fourth);
    }
  }

  if (dPred) {
    const common = toFloats(commonLow, commonHigh);
    const factor = f32x4.div(scale, sum);
    for (let column = 0; column < columns; column++) {
      const pointer = dPred + (<usize>column) * FLOAT_BYTES;
      const slope = gatherRows(pointer, second, third, fourth);
      scatterRows(pointer, f32x4.mul(f32x4.sub(common, slope), factor), second, third, fourth);
    }
  }
  return toFloats(lossLow, lossHigh);
}

/**
 * The same with class numbers, where one logarithm and one slope are left of the sums over the columns:
 * -log q_c. Gradient: ((p_c / s) / q_c - [j = c] / q_c) / s, times `scale`.
 */
// @ts-ignore: decorator
@inline function lossOfClassProbabilities(classes: v128, yPred: usize, dPred: usize,
  columns: i32, scale: v128, second: usize, third: usize, fourth: usize): v128 {
  let sumLow = f64x2.splat(0), sumHigh = f64x2.splat(0), ofClass = f32x4.splat(0);
  for (let column = 0; column < columns; column++) {
    const p = gatherRows(yPred + (<usize>column) * FLOAT_BYTES, second, third, fourth);
    sumLow = f64x2.add(sumLow, lowDoubles(p));
    sumHigh = f64x2.add(sumHigh, highDoubles(p));
    ofClass = v128.bitselect(p, ofClass, f32x4.eq(classes, f32x4.splat(<f32>column)));
  }
  const sum = toFloats(sumLow, sumHigh);
  // An infinite prediction of another class has no share either: sum - sum is NaN then, and else 0.
  const share = f32x4.add(f32x4.div(ofClass, sum), f32x4.sub(sum, sum));
  const clipped = clip(share);
  const target = targetSums(classes);
  if (dPred) {
    const slope = f32x4.div(target, clipped);
    const common = f32x4.mul(slope, share);
    const factor = f32x4.div(scale, sum);
    for (let column = 0; column < columns; column++) {
      const own = v128.and(slope, f32x4.eq(classes, f32x4.splat(<f32>column)));
      const gradient = f32x4.mul(f32x4.sub(common, own), factor);
      scatterRows(dPred + (<usize>column) * FLOAT_BYTES, gradient, second, third, fourth);
    }
  }
  return f32x4.neg(f32x4.mul(target, logVector(clipped)));
}

/** The common form: of class numbers and probabilities, or, shared, of the three others. */
// @ts-ignore: decorator
@inline function categoricalLoss(isShared: bool, logits: bool, sparse: bool, yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize,
  dPred: usize, rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  const trueBytes = sparse ? FLOAT_BYTES : rowBytes;
  let totalLow = f64x2.splat(0);
  let totalHigh = f64x2.splat(0);
  for (let row = 0; row < rows; row += LANES) {
    const lanes = min(rows - row, LANES);
    const second = rowOffset(1, lanes, rowBytes);
    const third = rowOffset(2, lanes, rowBytes);
    const fourth = rowOffset(3, lanes, rowBytes);
    let classes = f32x4.splat(0);
    if (sparse) {
      classes = gatherRows(yTrue, rowOffset(1, lanes, FLOAT_BYTES), rowOffset(2, lanes, FLOAT_BYTES), rowOffset(3, lanes, FLOAT_BYTES));
      // No column has the number -1: all targets of the row are 0.
      if (b) classes = v128.bitselect(f32x4.splat(-1), classes, f32x4.eq(classes, f32x4.splat(a)));
    }
    const weights = weightsOfRows(sampleWeight, row, lanes, rowsPerWeight);
    const scale = f32x4.mul(weights, f32x4.splat(<f32>gradientScale));
    const losses = !isShared
      ? lossOfClassProbabilities(classes, yPred, dPred, columns, scale, second, third, fourth)
      : !logits
        ? lossOfProbabilities(yTrue, yPred, dPred, columns, scale, a, second, third, fourth)
        : sparse
          ? lossOfClassLogits(classes, yPred, dPred, columns, scale, second, third, fourth)
          : lossOfDenseLogits(yTrue, yPred, dPred, columns, scale, a, second, third, fourth);
    if (perSample) storeLanes(perSample + (<usize>row) * FLOAT_BYTES, losses, lanes);
    const counted = v128.and(losses, firstLanes(lanes));
    totalLow = f64x2.add(totalLow, f64x2.mul(lowDoubles(counted), lowDoubles(weights)));
    totalHigh = f64x2.add(totalHigh, f64x2.mul(highDoubles(counted), highDoubles(weights)));
    yTrue += (<usize>LANES) * trueBytes;
    yPred += (<usize>LANES) * rowBytes;
    if (dPred) dPred += (<usize>LANES) * rowBytes;
  }
  return sumOfDoubles(totalLow, totalHigh);
}

/** One loop for what has a logarithm or an exponential in each column, beside which a call takes no time. */
function sharedLoss(logits: bool, sparse: bool, yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize,
  dPred: usize, rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return categoricalLoss(true, logits, sparse, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, b);
}

/**
 * loss_i = -sum_j t log q, with q = yPred / (row sum of yPred), clipped to [1e-7, 1 - 1e-7]. The
 * gradient includes the division. Where q was clipped the slope is that at the clipped value. A row
 * that sums to 0 gives NaN.
 */
export function categoricalCrossentropyLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return sharedLoss(false, false, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, 0);
}

/** loss_i = sum_j t (log sum_k e^z_k - z_j), with z = yPred: the cross-entropy of softmax(z). */
export function categoricalCrossentropyFromLogitsLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return sharedLoss(true, false, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, 0);
}

/** categoricalCrossentropyLoss with class numbers as targets: yTrue [rows]. */
export function sparseCategoricalCrossentropyLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return categoricalLoss(false, false, true, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, b);
}

/** categoricalCrossentropyFromLogitsLoss with class numbers as targets: yTrue [rows]. */
export function sparseCategoricalCrossentropyFromLogitsLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, b: f32): f64 {
  return sharedLoss(true, true, yTrue, yPred, sampleWeight, perSample, dPred, rows, columns, rowsPerWeight, gradientScale, a, b);
}
