/**
 * Group normalisation (Wu and He 2018), as Keras's GroupNormalization with the channels last:
 * x is [batchRows, positions, channels], and the statistics of an example and a group of consecutive
 * channels are those over all positions and the channels of the group.
 *
 * Lanes are channels. Sums over positions are made channel by channel and then added up, in float64,
 * for each group; what belongs to a group stands once for each of its channels, so that the passes
 * over elements do not know about groups.
 */
import { SUM_DEVIATIONS, SUM_PRODUCTS, SUM_SQUARES, TILE_ROWS, sumRows } from "./batchNormReduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, nmadd, storeLanes } from "./simd";

/** Writes one number for each channel of a group. */
// @ts-ignore: decorator
@inline function fill(destination: usize, bytes: usize, value: f32): void {
  for (let p: usize = 0; p < bytes; p += FLOAT_BYTES) store<f32>(destination + p, value);
}

/** The sum over the channels of a group. */
// @ts-ignore: decorator
@inline function sumGroup(x: usize, bytes: usize): f64 {
  let total: f64 = 0;
  for (let p: usize = 0; p < bytes; p += FLOAT_BYTES) total += <f64>load<f32>(x + p);
  return total;
}

/** Four channels of an optional tensor, or `otherwise` in every lane. */
// @ts-ignore: decorator
@inline function loadOptional(tensor: usize, offsetBytes: usize, lanes: i32, otherwise: f32): v128 {
  return tensor ? loadLanes(tensor + offsetBytes, lanes) : f32x4.splat(otherwise);
}

/** mean and inverse [channels] of one example: the two-pass algorithm around each group's first element. */
function groupStatistics(
  x: usize, mean: usize, inverse: usize, positions: i32, channels: i32, groupBytes: usize, epsilon: f64,
): void {
  const end = <usize>channels * FLOAT_BYTES;
  const count = <f64>positions * <f64>(groupBytes / FLOAT_BYTES);
  for (let p: usize = 0; p < end; p += groupBytes) fill(mean + p, groupBytes, load<f32>(x + p));
  sumRows(SUM_DEVIATIONS, x, x, mean, inverse, positions, channels, 1);
  for (let p: usize = 0; p < end; p += groupBytes) {
    const deviation = sumGroup(inverse + p, groupBytes) / count;
    fill(mean + p, groupBytes, <f32>(<f64>load<f32>(x + p) + deviation));
  }
  sumRows(SUM_SQUARES, x, x, mean, inverse, positions, channels, 1);
  for (let p: usize = 0; p < end; p += groupBytes) {
    const variance = sumGroup(inverse + p, groupBytes) / count;
    fill(inverse + p, groupBytes, <f32>(1 / sqrt<f64>(variance + epsilon)));
  }
}

/** y = (x - mean) * inverse * gamma + beta for one example, by tiles of positions. */
function normalizeExample(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverse: usize, positions: i32, channels: i32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  for (let position = 0; position < positions; position += TILE_ROWS, x += tileBytes, y += tileBytes) {
    const tileRows = min(TILE_ROWS, positions - position);
    let offsetBytes: usize = 0;
    for (let channel = 0; channel < channels; channel += LANES, offsetBytes += VECTOR_BYTES) {
      const lanes = min(LANES, channels - channel);
      const center = loadLanes(mean + offsetBytes, lanes);
      const scale = f32x4.mul(loadOptional(gamma, offsetBytes, lanes, 1), loadLanes(inverse + offsetBytes, lanes));
      const shift = loadOptional(beta, offsetBytes, lanes, 0);
      for (let i = 0, p = offsetBytes; i < tileRows; i++, p += rowBytes)
        storeLanes(y + p, madd(f32x4.sub(loadLanes(x + p, lanes), center), scale, shift), lanes);
    }
  }
}

/**
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and biased variance of each
 * example and group.
 *
 * @param x [batchRows, positions, channels], at least one position
 * @param gamma [channels] or 0 for ones
 * @param beta [channels] or 0 for zeros
 * @param y [batchRows, positions, channels], overwritten; may be x
 * @param mean [batchRows, channels], overwritten, for the backward pass; a group's number stands for
 *   each of its channels
 * @param inverseDeviation [batchRows, channels], overwritten, for the backward pass:
 *   1 / sqrt(variance + epsilon), likewise
 * @param groups divides channels
 */
export function groupNormForward(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverseDeviation: usize,
  batchRows: i32, positions: i32, channels: i32, groups: i32, epsilon: f32,
): void {
  const channelBytes = <usize>channels * FLOAT_BYTES;
  const exampleBytes = <usize>positions * channelBytes;
  const groupBytes = channelBytes / <usize>groups;
  for (let row = 0; row < batchRows; row++) {
    groupStatistics(x, mean, inverseDeviation, positions, channels, groupBytes, <f64>epsilon);
    normalizeExample(x, gamma, beta, y, mean, inverseDeviation, positions, channels);
    x += exampleBytes;
    y += exampleBytes;
    mean += channelBytes;
    inverseDeviation += channelBytes;
  }
}

/**
 * Turns the sums over positions of dY and dY * u, for each channel of one example, into the means
 * over each group of g and of g * u * inverse, in place; g = dY * gamma.
 */
function groupGradientMeans(
  slopes: usize, products: usize, gamma: usize, inverse: usize, positions: i32, channels: i32, groupBytes: usize,
): void {
  const end = <usize>channels * FLOAT_BYTES;
  const count = <f64>positions * <f64>(groupBytes / FLOAT_BYTES);
  for (let start: usize = 0; start < end; start += groupBytes) {
    let slope: f64 = 0;
    let product: f64 = 0;
    for (let p = start; p < start + groupBytes; p += FLOAT_BYTES) {
      const scale: f64 = gamma ? <f64>load<f32>(gamma + p) : 1;
      slope += scale * <f64>load<f32>(slopes + p);
      product += scale * <f64>load<f32>(products + p);
    }
    fill(slopes + start, groupBytes, <f32>(slope / count));
    fill(products + start, groupBytes, <f32>(product * <f64>load<f32>(inverse + start) / count));
  }
}

/** dX = inverse * (dY * gamma - dMean - (x - mean) * slope) for one example, by tiles of positions. */
function backwardExample(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: usize, dX: usize,
  dMean: usize, slope: usize, positions: i32, channels: i32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  for (let position = 0; position < positions; position += TILE_ROWS) {
    const tileRows = min(TILE_ROWS, positions - position);
    let offsetBytes: usize = 0;
    for (let channel = 0; channel < channels; channel += LANES, offsetBytes += VECTOR_BYTES) {
      const lanes = min(LANES, channels - channel);
      const scale = loadLanes(inverse + offsetBytes, lanes);
      const gammas = loadOptional(gamma, offsetBytes, lanes, 1);
      const center = loadLanes(mean + offsetBytes, lanes);
      const dMeans = loadLanes(dMean + offsetBytes, lanes);
      const slopes = loadLanes(slope + offsetBytes, lanes);
      for (let i = 0, p = offsetBytes; i < tileRows; i++, p += rowBytes) {
        const deviation = f32x4.sub(loadLanes(x + p, lanes), center);
        const centered = f32x4.sub(f32x4.mul(loadLanes(dY + p, lanes), gammas), dMeans);
        storeLanes(dX + p, f32x4.mul(nmadd(deviation, slopes, centered), scale), lanes);
      }
    }
    x += tileBytes;
    dY += tileBytes;
    dX += tileBytes;
  }
}

/**
 * The gradients of groupNormForward. With u = (x - mean) * inverseDeviation, g = dY * gamma and means
 * over an example's positions and a group's channels:
 *
 *     dBeta  = sum over examples and positions of dY
 *     dGamma = sum over examples and positions of dY * u
 *     dX     = inverseDeviation * (g - mean(g) - u * mean(g * u))
 *
 * @param x [batchRows, positions, channels]
 * @param dY [batchRows, positions, channels]
 * @param gamma [channels] or 0 for ones
 * @param mean [batchRows, channels], from the forward pass
 * @param inverseDeviation [batchRows, channels], from the forward pass
 * @param dX [batchRows, positions, channels] or 0, overwritten; may be dY
 * @param dGamma [channels] or 0, overwritten
 * @param dBeta [channels] or 0, overwritten
 * @param sums [2, batchRows, channels], overwritten: workspace
 * @param groups divides channels
 */
export function groupNormBackward(
  x: usize, dY: usize, gamma: usize, mean: usize, inverseDeviation: usize,
  dX: usize, dGamma: usize, dBeta: usize, sums: usize,
  batchRows: i32, positions: i32, channels: i32, groups: i32,
): void {
  const channelBytes = <usize>channels * FLOAT_BYTES;
  const exampleBytes = <usize>positions * channelBytes;
  const groupBytes = channelBytes / <usize>groups;
  const slopes = sums;
  const products = sums + <usize>batchRows * channelBytes;
  for (let row = 0; row < batchRows; row++) {
    const start = <usize>row * channelBytes;
    const example = <usize>row * exampleBytes;
    sumRows(SUM_DEVIATIONS, dY + example, dY + example, 0, slopes + start, positions, channels, 1);
    sumRows(SUM_PRODUCTS, x + example, dY + example, mean + start, products + start, positions, channels, 1);
    for (let p = start; p < start + channelBytes; p += FLOAT_BYTES)
      store<f32>(products + p, load<f32>(products + p) * load<f32>(inverseDeviation + p));
  }
  if (dBeta) sumRows(SUM_DEVIATIONS, slopes, slopes, 0, dBeta, batchRows, channels, 1);
  if (dGamma) sumRows(SUM_DEVIATIONS, products, products, 0, dGamma, batchRows, channels, 1);
  if (!dX) return;

  for (let row = 0; row < batchRows; row++) {
    const start = <usize>row * channelBytes;
    const example = <usize>row * exampleBytes;
    const inverse = inverseDeviation + start;
    groupGradientMeans(slopes + start, products + start, gamma, inverse, positions, channels, groupBytes);
    backwardExample(
      x + example, dY + example, gamma, mean + start, inverse, dX + example,
      slopes + start, products + start, positions, channels,
    );
  }
}
