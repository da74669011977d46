/**
 * Batch normalisation over the last axis (Ioffe and Szegedy 2015), with the conventions of Keras:
 * the variance is biased, and moving = momentum * moving + (1 - momentum) * batch.
 *
 * All tensors are [rows, channels] or [channels]; rows are the product of the other axes. gamma and
 * beta may be 0, for 1 and 0.
 */
import {
  firstHigh, firstLow, firstSums, secondHigh, secondLow, secondSums, sumMoments, sumProducts, toFloats, totalsOf,
} from "./batchNormReduce";
import { INVERSE, gradientRows, inverseRoot, loadInverse, loadOptional, normalizeRows, storeNumbers } from "./channelRows";
import { promoteHigh, promoteLow } from "./reduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";

/** moving = momentum * moving + (1 - momentum) * batch, in float64 before the result is rounded. */
// @ts-ignore: decorator
@inline function updateMoving(moving: usize, low: v128, high: v128, momentum: f64, lanes: i32): void {
  const old = loadLanes(moving, lanes);
  const kept = f64x2.splat(momentum);
  const share = f64x2.splat(1 - momentum);
  const newLow = f64x2.add(f64x2.mul(kept, promoteLow(old)), f64x2.mul(share, low));
  const newHigh = f64x2.add(f64x2.mul(kept, promoteHigh(old)), f64x2.mul(share, high));
  storeLanes(moving, toFloats(newLow, newHigh), lanes);
}

/** 1 / sqrt(variance + epsilon) in float64. */
// @ts-ignore: decorator
@inline function inverseDeviation64(variance: v128, epsilon: f64): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.add(variance, f64x2.splat(epsilon))));
}

/** From the totals of `sumMoments`: mean, inverse standard deviation, and the moving statistics. */
function finishStatistics(
  first: usize, totals: usize, mean: usize, inverse: usize, movingMean: usize, movingVariance: usize,
  rows: i32, channels: i32, momentum: f64, epsilon: f64,
): void {
  const count = f64x2.splat(<f64>rows);
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const total = totalsOf(totals, p);
    const start = loadLanes(first + p, lanes);
    const meanLow = f64x2.add(promoteLow(start), f64x2.div(firstLow(total), count));
    const meanHigh = f64x2.add(promoteHigh(start), f64x2.div(firstHigh(total), count));
    const varianceLow = f64x2.div(secondLow(total), count);
    const varianceHigh = f64x2.div(secondHigh(total), count);
    updateMoving(movingMean + p, meanLow, meanHigh, momentum, lanes);
    updateMoving(movingVariance + p, varianceLow, varianceHigh, momentum, lanes);
    storeLanes(mean + p, toFloats(meanLow, meanHigh), lanes);
    const inverseLow = inverseDeviation64(varianceLow, epsilon);
    const inverseHigh = inverseDeviation64(varianceHigh, epsilon);
    storeLanes(inverse + p, toFloats(inverseLow, inverseHigh), lanes);
  }
}

/**
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of the batch.
 *
 * One pass for mean and variance (see sumMoments), one for y.
 *
 * @param x [rows, channels], at least one row
 * @param gamma [channels] or 0
 * @param beta [channels] or 0
 * @param y [rows, channels], overwritten; may be x
 * @param mean [channels], overwritten, for the backward pass
 * @param inverseStandardDeviation [channels], overwritten, for the backward pass:
 *   1 / sqrt(variance + epsilon)
 * @param movingMean [channels], updated
 * @param movingVariance [channels], updated
 * @param totals [4 * channels, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function batchNormForwardTraining(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverseStandardDeviation: usize,
  movingMean: usize, movingVariance: usize, rows: i32, channels: i32, momentum: f32, epsilon: f32, totals: usize,
): void {
  sumMoments(x, totals, rows, channels);
  finishStatistics(
    x, totals, mean, inverseStandardDeviation, movingMean, movingVariance, rows, channels, momentum, epsilon);
  normalizeRows(x, gamma, beta, mean, inverseStandardDeviation, y, rows, channels, INVERSE, totals);
}

/** From the totals of `sumProducts`: dBeta, and dGamma, which is the sum of products times the inverse. */
function finishGradients(
  totals: usize, spread: usize, dGamma: usize, dBeta: usize, channels: i32, epsilon: f32,
): void {
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const total = totalsOf(totals, p);
    storeLanes(dBeta + p, firstSums(total), lanes);
    storeLanes(dGamma + p, f32x4.mul(secondSums(total), loadInverse(spread + p, epsilon, lanes)), lanes);
  }
}

/** The numbers of `gradientRows` for dX of batchNormBackwardTraining. */
function storeGradientNumbers(
  gamma: usize, mean: usize, inverseDeviation: usize, dGamma: usize, dBeta: usize, rows: i32, channels: i32,
  totals: usize,
): void {
  const perRow = f32x4.splat(1 / <f32>rows);
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const inverse = loadLanes(inverseDeviation + p, lanes);
    const scale = f32x4.mul(loadOptional(gamma, p, lanes, 1), inverse);
    const share = f32x4.mul(scale, perRow);
    const dMean = f32x4.mul(loadLanes(dBeta + p, lanes), share);
    const slope = f32x4.mul(f32x4.mul(loadLanes(dGamma + p, lanes), inverse), share);
    storeNumbers(totalsOf(totals, p), loadLanes(mean + p, lanes), scale, dMean, slope);
  }
}

/**
 * The gradients of batchNormForwardTraining. With n rows and u = (x - mean) * inverseStandardDeviation:
 *
 *     dBeta  = sum over rows of dY
 *     dGamma = sum over rows of dY * u
 *     dX     = gamma * inverseStandardDeviation * (dY - dBeta / n - u * dGamma / n)
 *
 * @param x [rows, channels]
 * @param dY [rows, channels]
 * @param gamma [channels] or 0
 * @param mean [channels], from the forward pass
 * @param inverseStandardDeviation [channels], from the forward pass
 * @param dX [rows, channels] or 0, overwritten; may be dY
 * @param dGamma [channels], overwritten
 * @param dBeta [channels], overwritten
 * @param totals [4 * channels, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function batchNormBackwardTraining(
  x: usize, dY: usize, gamma: usize, mean: usize, inverseStandardDeviation: usize,
  dX: usize, dGamma: usize, dBeta: usize, rows: i32, channels: i32, totals: usize,
): void {
  sumProducts(x, dY, mean, totals, rows, channels);
  finishGradients(totals, inverseStandardDeviation, dGamma, dBeta, channels, INVERSE);
  if (!dX) return;

  storeGradientNumbers(gamma, mean, inverseStandardDeviation, dGamma, dBeta, rows, channels, totals);
  gradientRows(x, dY, dX, rows, channels, totals);
}

/**
 * y = gamma * (x - movingMean) / sqrt(movingVariance + epsilon) + beta
 *
 * With INVERSE as epsilon the inverse standard deviation is in the place of the variance.
 *
 * @param x [rows, channels]
 * @param gamma [channels] or 0
 * @param beta [channels] or 0
 * @param movingMean [channels]
 * @param movingVariance [channels]
 * @param y [rows, channels], overwritten; may be x
 * @param totals [4 * channels, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function batchNormForwardInference(
  x: usize, gamma: usize, beta: usize, movingMean: usize, movingVariance: usize,
  y: usize, rows: i32, channels: i32, epsilon: f32, totals: usize,
): void {
  normalizeRows(x, gamma, beta, movingMean, movingVariance, y, rows, channels, epsilon, totals);
}

/**
 * The gradients of batchNormForwardInference; the moving statistics are constants. With
 * u = (x - movingMean) / sqrt(movingVariance + epsilon):
 *
 *     dBeta  = sum over rows of dY
 *     dGamma = sum over rows of dY * u
 *     dX     = dY * gamma / sqrt(movingVariance + epsilon)
 *
 * With INVERSE as epsilon the inverse standard deviation is in the place of the variance, for dBeta and dGamma alone: dX is 0.
 *
 * @param x [rows, channels]
 * @param dY [rows, channels]
 * @param gamma [channels] or 0
 * @param movingMean [channels]
 * @param movingVariance [channels]
 * @param dX [rows, channels] or 0, overwritten; may be dY
 * @param dGamma [channels], overwritten
 * @param dBeta [channels], overwritten
 * @param totals [4 * channels, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function batchNormBackwardInference(
  x: usize, dY: usize, gamma: usize, movingMean: usize, movingVariance: usize,
  dX: usize, dGamma: usize, dBeta: usize, rows: i32, channels: i32, epsilon: f32, totals: usize,
): void {
  sumProducts(x, dY, movingMean, totals, rows, channels);
  finishGradients(totals, movingVariance, dGamma, dBeta, channels, epsilon);
  if (!dX) return;

  const rowBytes = <usize>channels * FLOAT_BYTES;
  for (; rows > 0; rows--, dY += rowBytes, dX += rowBytes) {
    for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
      const lanes = min(left, LANES);
      const inverse = inverseRoot(loadLanes(movingVariance + p, lanes), f32x4.splat(epsilon));
      const scale = f32x4.mul(loadOptional(gamma, p, lanes, 1), inverse);
      storeLanes(dX + p, f32x4.mul(loadLanes(dY + p, lanes), scale), lanes);
    }
  }
}
