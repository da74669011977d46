/**
 * Batch normalisation over the last axis (Ioffe and Szegedy 2015), with the conventions of Keras:
 * the variance is biased, and moving = momentum * moving + (1 - momentum) * batch.
 *
 * All tensors are [rows, channels] or [channels]; rows are the product of the other axes. gamma and
 * beta may be 0, for 1 and 0. Passes over elements go by tiles of rows, so that what belongs to a
 * channel is loaded once for a tile.
 */
import {
  SUM_DEVIATIONS, SUM_PRODUCTS, SUM_SQUARES, TILE_ROWS, loadLanes, storeLanes, sumRows,
} from "./batchNormReduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, madd, nmadd } from "./simd";

/** Four channels of an optional tensor, or `otherwise` in every lane. */
// @ts-ignore: decorator
@inline function loadOptional(tensor: usize, offsetBytes: usize, lanes: i32, otherwise: f32): v128 {
  return tensor ? loadLanes(tensor + offsetBytes, lanes) : f32x4.splat(otherwise);
}

/** 1 / sqrt(variance + epsilon) on four channels. */
// @ts-ignore: decorator
@inline function inverseRoot(variance: v128, epsilon: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, epsilon)));
}

/** moving = momentum * moving + (1 - momentum) * batch, in float64 before the result is rounded. */
// @ts-ignore: decorator
@inline function updateMoving(moving: usize, batch: f32, momentum: f64): void {
  store<f32>(moving, <f32>(momentum * <f64>load<f32>(moving) + (1 - momentum) * <f64>batch));
}

/** Updates the moving statistics, then turns each variance into its inverse standard deviation. */
function finishStatistics(
  mean: usize, variance: usize, movingMean: usize, movingVariance: usize,
  channels: i32, momentum: f64, epsilon: f64,
): void {
  const end = <usize>channels * FLOAT_BYTES;
  for (let offsetBytes: usize = 0; offsetBytes < end; offsetBytes += FLOAT_BYTES) {
    const batchVariance = load<f32>(variance + offsetBytes);
    updateMoving(movingMean + offsetBytes, load<f32>(mean + offsetBytes), momentum);
    updateMoving(movingVariance + offsetBytes, batchVariance, momentum);
    store<f32>(variance + offsetBytes, <f32>(1 / sqrt<f64>(<f64>batchVariance + epsilon)));
  }
}

/** y = (x - mean) * scale + shift for one vector of channels in a tile of rows. */
// @ts-ignore: decorator
@inline function normalizeTile(
  x: usize, y: usize, mean: v128, scale: v128, shift: v128, rows: i32, rowBytes: usize, lanes: i32,
): void {
  for (; rows > 0; rows--, x += rowBytes, y += rowBytes)
    storeLanes(y, madd(f32x4.sub(loadLanes(x, lanes), mean), scale, shift), lanes);
}

/**
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and variance of the batch.
 *
 * The mean is the first row plus the mean deviation from it, and the variance is summed around the
 * mean in a second pass (the two-pass algorithm), so a large offset costs no digits and a constant
 * channel has variance 0 exactly.
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
 */
export function batchNormForwardTraining(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverseStandardDeviation: usize,
  movingMean: usize, movingVariance: usize, rows: i32, channels: i32, momentum: f32, epsilon: f32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  sumRows(SUM_DEVIATIONS, x, x, x, mean, rows, channels, rows);
  for (let offsetBytes: usize = 0; offsetBytes < rowBytes; offsetBytes += FLOAT_BYTES)
    store<f32>(mean + offsetBytes, load<f32>(x + offsetBytes) + load<f32>(mean + offsetBytes));
  sumRows(SUM_SQUARES, x, x, mean, inverseStandardDeviation, rows, channels, rows);
  finishStatistics(mean, inverseStandardDeviation, movingMean, movingVariance, channels, momentum, epsilon);

  for (let row = 0; row < rows; row += TILE_ROWS, x += tileBytes, y += tileBytes) {
    const tileRows = min(TILE_ROWS, rows - row);
    let offsetBytes: usize = 0;
    for (let channel = 0; channel < channels; channel += LANES, offsetBytes += VECTOR_BYTES) {
      const lanes = min(LANES, channels - channel);
      const inverse = loadLanes(inverseStandardDeviation + offsetBytes, lanes);
      const scale = f32x4.mul(loadOptional(gamma, offsetBytes, lanes, 1), inverse);
      const shift = loadOptional(beta, offsetBytes, lanes, 0);
      const center = loadLanes(mean + offsetBytes, lanes);
      normalizeTile(x + offsetBytes, y + offsetBytes, center, scale, shift, tileRows, rowBytes, lanes);
    }
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
 */
export function batchNormBackwardTraining(
  x: usize, dY: usize, gamma: usize, mean: usize, inverseStandardDeviation: usize,
  dX: usize, dGamma: usize, dBeta: usize, rows: i32, channels: i32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  sumRows(SUM_DEVIATIONS, dY, dY, 0, dBeta, rows, channels, 1);
  sumRows(SUM_PRODUCTS, x, dY, mean, dGamma, rows, channels, 1);
  for (let offsetBytes: usize = 0; offsetBytes < rowBytes; offsetBytes += FLOAT_BYTES) {
    const inverse = load<f32>(inverseStandardDeviation + offsetBytes);
    store<f32>(dGamma + offsetBytes, load<f32>(dGamma + offsetBytes) * inverse);
  }
  if (!dX) return;

  const count = f32x4.splat(<f32>rows);
  for (let row = 0; row < rows; row += TILE_ROWS, x += tileBytes, dY += tileBytes, dX += tileBytes) {
    const tileRows = min(TILE_ROWS, rows - row);
    let offsetBytes: usize = 0;
    for (let channel = 0; channel < channels; channel += LANES, offsetBytes += VECTOR_BYTES) {
      const lanes = min(LANES, channels - channel);
      const inverse = loadLanes(inverseStandardDeviation + offsetBytes, lanes);
      const scale = f32x4.mul(loadOptional(gamma, offsetBytes, lanes, 1), inverse);
      const center = loadLanes(mean + offsetBytes, lanes);
      const dMean = f32x4.div(loadLanes(dBeta + offsetBytes, lanes), count);
      const slope = f32x4.div(f32x4.mul(loadLanes(dGamma + offsetBytes, lanes), inverse), count);
      for (let i = 0, p = offsetBytes; i < tileRows; i++, p += rowBytes) {
        const deviation = f32x4.sub(loadLanes(x + p, lanes), center);
        const centered = nmadd(deviation, slope, f32x4.sub(loadLanes(dY + p, lanes), dMean));
        storeLanes(dX + p, f32x4.mul(centered, scale), lanes);
      }
    }
  }
}

/**
 * y = gamma * (x - movingMean) / sqrt(movingVariance + epsilon) + beta
 *
 * @param x [rows, channels]
 * @param gamma [channels] or 0
 * @param beta [channels] or 0
 * @param movingMean [channels]
 * @param movingVariance [channels]
 * @param y [rows, channels], overwritten; may be x
 */
export function batchNormForwardInference(
  x: usize, gamma: usize, beta: usize, movingMean: usize, movingVariance: usize,
  y: usize, rows: i32, channels: i32, epsilon: f32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  const epsilons = f32x4.splat(epsilon);
  for (let row = 0; row < rows; row += TILE_ROWS, x += tileBytes, y += tileBytes) {
    const tileRows = min(TILE_ROWS, rows - row);
    let offsetBytes: usize = 0;
    for (let channel = 0; channel < channels; channel += LANES, offsetBytes += VECTOR_BYTES) {
      const lanes = min(LANES, channels - channel);
      const inverse = inverseRoot(loadLanes(movingVariance + offsetBytes, lanes), epsilons);
      const scale = f32x4.mul(loadOptional(gamma, offsetBytes, lanes, 1), inverse);
      const shift = loadOptional(beta, offsetBytes, lanes, 0);
      const center = loadLanes(movingMean + offsetBytes, lanes);
      normalizeTile(x + offsetBytes, y + offsetBytes, center, scale, shift, tileRows, rowBytes, lanes);
    }
  }
}

/**
 * The gradients of batchNormForwardInference; the moving statistics are constants. With
 * u = (x - movingMean) / sqrt(movingVariance + epsilon):
 *
 *     dBeta  = sum over rows of dY
 *     dGamma = sum over rows of dY * u
 *     dX     = dY * gamma / sqrt(movingVariance + epsilon)
 *
 * @param x [rows, channels]
 * @param dY [rows, channels]
 * @param gamma [channels] or 0
 * @param movingMean [channels]
 * @param movingVariance [channels]
 * @param dX [rows, channels] or 0, overwritten; may be dY
 * @param dGamma [channels], overwritten
 * @param dBeta [channels], overwritten
 */
export function batchNormBackwardInference(
  x: usize, dY: usize, gamma: usize, movingMean: usize, movingVariance: usize,
  dX: usize, dGamma: usize, dBeta: usize, rows: i32, channels: i32, epsilon: f32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  const epsilons = f32x4.splat(epsilon);
  sumRows(SUM_DEVIATIONS, dY, dY, 0, dBeta, rows, channels, 1);
  sumRows(SUM_PRODUCTS, x, dY, movingMean, dGamma, rows, channels, 1);
  for (let channel = 0; channel < channels; channel += LANES) {
    const lanes = min(LANES, channels - channel);
    const offsetBytes = <usize>channel * FLOAT_BYTES;
    const inverse = inverseRoot(loadLanes(movingVariance + offsetBytes, lanes), epsilons);
    const products = loadLanes(dGamma + offsetBytes, lanes);
    storeLanes(dGamma + offsetBytes, f32x4.mul(products, inverse), lanes);
  }
  if (!dX) return;

  for (let row = 0; row < rows; row += TILE_ROWS, dY += tileBytes, dX += tileBytes) {
    const tileRows = min(TILE_ROWS, rows - row);
    let offsetBytes: usize = 0;
    for (let channel = 0; channel < channels; channel += LANES, offsetBytes += VECTOR_BYTES) {
      const lanes = min(LANES, channels - channel);
      const inverse = inverseRoot(loadLanes(movingVariance + offsetBytes, lanes), epsilons);
      const scale = f32x4.mul(loadOptional(gamma, offsetBytes, lanes, 1), inverse);
      for (let i = 0, p = offsetBytes; i < tileRows; i++, p += rowBytes)
        storeLanes(dX + p, f32x4.mul(loadLanes(dY + p, lanes), scale), lanes);
    }
  }
}
