/**
 * Group normalisation (Wu and He 2018), as Keras's GroupNormalization with the channels last:
 * x is [batchRows, positions, channels], and the statistics of an example and a group of consecutive
 * channels are those over all positions and the channels of the group.
 *
 * Lanes are channels. Sums over positions are made channel by channel and then added up, in float64,
 * for each group; what belongs to a group stands once for each of its channels, so that the passes
 * over elements do not know about groups.
 */
import { firstSums, secondSums, sumMoments, sumProducts, totalsOf } from "./batchNormReduce";
import { INVERSE, gradientRows, loadOptional, normalizeRows, storeNumbers } from "./channelRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";

/** Writes one number for each channel of a group. */
// @ts-ignore: decorator
@inline function fill(destination: usize, bytes: usize, value: f32): void {
  for (let p: usize = 0; p < bytes; p += FLOAT_BYTES) store<f32>(destination + p, value);
}

/** One of the first sums in float64, of the channel at `p`; the second ones lie SECOND_BYTES further on. */
// @ts-ignore: decorator
@inline function totalAt(totals: usize, p: usize, further: usize): f64 {
  const channel = p / FLOAT_BYTES;
  const inVector = channel & <usize>(LANES - 1);
  return load<f64>(totalsOf(totals, (channel - inVector) * FLOAT_BYTES) + inVector * sizeof<f64>() + further);
}

// @ts-ignore: decorator
@inline const SECOND_BYTES: usize = 2 * VECTOR_BYTES;

/**
 * mean and inverse [channels] of one example. A group's sum of squares around its mean is that of its channels
 * around theirs, and what their means differ by.
 */
function groupStatistics(
  x: usize, mean: usize, inverse: usize, positions: i32, channels: i32, groupBytes: usize, epsilon: f64, totals: usize,
): void {
  const end = <usize>channels * FLOAT_BYTES;
  const rows = <f64>positions;
  const members = <f64>(groupBytes / FLOAT_BYTES);
  sumMoments(x, totals, positions, channels);
  for (let start: usize = 0; start < end; start += groupBytes) {
    const first = <f64>load<f32>(x + start);
    let deviation: f64 = 0;
    for (let p = start; p < start + groupBytes; p += FLOAT_BYTES)
      deviation += <f64>load<f32>(x + p) - first + totalAt(totals, p, 0) / rows;
    deviation /= members;
    let squares: f64 = 0;
    for (let p = start; p < start + groupBytes; p += FLOAT_BYTES) {
      const apart = <f64>load<f32>(x + p) - first + totalAt(totals, p, 0) / rows - deviation;
      squares += totalAt(totals, p, SECOND_BYTES) + rows * apart * apart;
    }
    fill(mean + start, groupBytes, <f32>(first + deviation));
    fill(inverse + start, groupBytes, <f32>(1 / sqrt<f64>(squares / (rows * members) + epsilon)));
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
 * @param totals [4 * channels, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function groupNormForward(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverseDeviation: usize,
  batchRows: i32, positions: i32, channels: i32, groups: i32, epsilon: f32, totals: usize,
): void {
  const channelBytes = <usize>channels * FLOAT_BYTES;
  const exampleBytes = <usize>positions * channelBytes;
  const groupBytes = channelBytes / <usize>groups;
  for (let row = 0; row < batchRows; row++) {
    groupStatistics(x, mean, inverseDeviation, positions, channels, groupBytes, <f64>epsilon, totals);
    normalizeRows(x, gamma, beta, mean, inverseDeviation, y, positions, channels, INVERSE, totals);
    x += exampleBytes;
    y += exampleBytes;
    mean += channelBytes;
    inverseDeviation += channelBytes;
  }
}

/** From the sums over positions of dY and dY * u, for each channel: the means over each group of g and of g * u * inverse. */
function groupGradientMeans(
  slopes: usize, products: usize, gamma: usize, inverse: usize, dMean: usize, slopeMean: usize,
  positions: i32, channels: i32, groupBytes: usize,
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
    fill(dMean + start, groupBytes, <f32>(slope / count));
    fill(slopeMean + start, groupBytes, <f32>(product * <f64>load<f32>(inverse + start) / count));
  }
}

/** destination = the sum over examples of x [batchRows, channels]. */
function sumExamples(x: usize, destination: usize, batchRows: i32, channels: i32, totals: usize): void {
  sumMoments(x, totals, batchRows, channels);
  const end = <usize>channels * FLOAT_BYTES;
  const count = <f64>batchRows;
  for (let p: usize = 0; p < end; p += FLOAT_BYTES)
    store<f32>(destination + p, <f32>(count * <f64>load<f32>(x + p) + totalAt(totals, p, 0)));
}

/** slopes and products [channels] of one example: the sums over its positions of dY and of dY * u. */
function sumPositions(
  x: usize, dY: usize, mean: usize, inverse: usize, slopes: usize, products: usize,
  positions: i32, channels: i32, totals: usize,
): void {
  sumProducts(x, dY, mean, totals, positions, channels);
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const total = totalsOf(totals, p);
    storeLanes(slopes + p, firstSums(total), lanes);
    storeLanes(products + p, f32x4.mul(secondSums(total), loadLanes(inverse + p, lanes)), lanes);
  }
}

/** The numbers of `gradientRows` for dX = inverse * (dY * gamma - dMean - (x - mean) * slope). */
function storeGradientNumbers(
  gamma: usize, mean: usize, inverse: usize, dMean: usize, slope: usize, channels: i32, totals: usize,
): void {
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const scale = loadLanes(inverse + p, lanes);
    storeNumbers(
      totalsOf(totals, p),
      loadLanes(mean + p, lanes),
      f32x4.mul(scale, loadOptional(gamma, p, lanes, 1)),
      f32x4.mul(scale, loadLanes(dMean + p, lanes)),
      f32x4.mul(scale, loadLanes(slope + p, lanes)),
    );
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
 * @param totals [4 * channels, rounded up to a multiple of 16] floats, overwritten: workspace
 * @param groupMeans [2, channels], overwritten: workspace
 */
export function groupNormBackward(
  x: usize, dY: usize, gamma: usize, mean: usize, inverseDeviation: usize,
  dX: usize, dGamma: usize, dBeta: usize, sums: usize,
  batchRows: i32, positions: i32, channels: i32, groups: i32, totals: usize, groupMeans: usize,
): void {
  const channelBytes = <usize>channels * FLOAT_BYTES;
  const exampleBytes = <usize>positions * channelBytes;
  const groupBytes = channelBytes / <usize>groups;
  const allProducts = sums + <usize>batchRows * channelBytes;
  for (let row = 0; row < batchRows; row++) {
    const start = <usize>row * channelBytes;
    const inverse = inverseDeviation + start;
    const slopes = sums + start;
    const products = allProducts + start;
    sumPositions(x, dY, mean + start, inverse, slopes, products, positions, channels, totals);
    if (dX) {
      const slopeMeans = groupMeans + channelBytes;
      groupGradientMeans(
        slopes, products, gamma, inverse, groupMeans, slopeMeans, positions, channels, groupBytes);
      storeGradientNumbers(gamma, mean + start, inverse, groupMeans, slopeMeans, channels, totals);
      gradientRows(x, dY, dX, positions, channels, totals);
      dX += exampleBytes;
    }
    x += exampleBytes;
    dY += exampleBytes;
  }
  if (dBeta) sumExamples(sums, dBeta, batchRows, channels, totals);
  if (dGamma) sumExamples(allProducts, dGamma, batchRows, channels, totals);
}
