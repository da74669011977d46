/**
 * Group normalisation (Wu and He 2018), as Keras's GroupNormalization with the channels last:
 * x is [batchRows, positions, channels], and the statistics of an example and a group of consecutive
 * channels are those over all positions and the channels of the group.
 *
 * Lanes are channels. Sums over positions are made channel by channel and then added up, in float64,
 * for each group; what belongs to a group stands once for each of its channels, so that the passes
 * over elements do not know about groups.
 *
 * An example needs two passes and may be larger than the caches: the next example is summed, tile by tile, while this
 * one is written, so memory reads and writes at the same time.
 */
import {
  TILE_ROWS, addMomentsOfTile, addProductsOfTile, clearTotals, firstSums, secondSums, sumMoments, sumProducts, totalsOf,
} from "./batchNormReduce";
import { loadOptional } from "./channelRows";
import { backwardLanes } from "./normalizationBackward";
import { normalizeLanes } from "./normalizationRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes, wholeVectorBytes } from "./simd";

/**
 * Brings memory near that is read soon. Nobody wants the value, but a load could trap, so it is not left out; where
 * an engine checks addresses otherwise, it may be.
 */
// @ts-ignore: decorator
@inline function touch(x: usize): void {
  load<f32>(x);
}

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

/** y = (x - mean) * scale + beta of some rows, while as many rows elsewhere are touched. */
function normalizeTile(
  x: usize, scale: usize, beta: usize, mean: usize, y: usize, ahead: usize, rows: i32, channels: i32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const end = wholeVectorBytes(channels);
  const tail = channels & (LANES - 1);
  for (; rows > 0; rows--, x += rowBytes, y += rowBytes, ahead += rowBytes) {
    let p: usize = 0;
    for (; p < end; p += VECTOR_BYTES) {
      touch(ahead + p);
      normalizeLanes(x, 0, beta, y, p, v128.load(mean + p), v128.load(scale + p), LANES);
    }
    if (tail) normalizeLanes(x, 0, beta, y, p, loadLanes(mean + p, tail), loadLanes(scale + p, tail), tail);
  }
}

/**
 * Normalises an example, and makes the totals of the next one as `sumMoments` does, if next is not 0.
 *
 * @param x, next, y [positions, channels], the last overwritten: may be x
 * @param gamma, beta, mean, inverse [channels]
 */
function forwardExample(
  x: usize, gamma: usize, beta: usize, mean: usize, inverse: usize, y: usize,
  next: usize, totals: usize, positions: i32, channels: i32,
): void {
  const tileBytes = <usize>TILE_ROWS * <usize>channels * FLOAT_BYTES;
  const first = next;
  // gamma * inverse stands where the next example has its inverse later, or where no totals are needed.
  const scale = next ? inverse + <usize>channels * FLOAT_BYTES : totals;
  if (next) clearTotals(totals, channels);
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    storeLanes(scale + p, f32x4.mul(loadOptional(gamma, p, lanes, 1), loadLanes(inverse + p, lanes)), lanes);
  }
  for (let row = 0; row < positions; row += TILE_ROWS, x += tileBytes, y += tileBytes) {
    const rows = min(TILE_ROWS, positions - row);
    normalizeTile(x, scale, beta, mean, y, next ? next : x, rows, channels);
    if (next) {
      addMomentsOfTile(next, first, totals, rows, row, channels);
      next += tileBytes;
    }
  }
}

/**
 * mean and inverse [channels] of one example, from its totals. A group's sum of squares around its mean is that of
 * its channels around theirs, and what their means differ by.
 */
function groupStatistics(
  x: usize, mean: usize, inverse: usize, positions: i32, channels: i32, groupBytes: usize, epsilon: f64, totals: usize,
): void {
  const end = <usize>channels * FLOAT_BYTES;
  const rows = <f64>positions;
  const members = <f64>(groupBytes / FLOAT_BYTES);
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
  sumMoments(x, totals, positions, channels);
  for (; batchRows > 0; batchRows--) {
    groupStatistics(x, mean, inverseDeviation, positions, channels, groupBytes, <f64>epsilon, totals);
    const next = batchRows > 1 ? x + exampleBytes : 0;
    forwardExample(x, gamma, beta, mean, inverseDeviation, y, next, totals, positions, channels);
    x = next;
    y += exampleBytes;
    mean += channelBytes;
    inverseDeviation += channelBytes;
  }
}

/**
 * From the sums over positions of dY and dY * u, for each channel: what dX = dY * gamma * inverse - dMean -
 * (x - mean) * slope needs, the mean over each group of g * inverse, and of g * u * inverse^2.
 */
function groupGradientMeans(
  slopes: usize, products: usize, gamma: usize, inverse: usize, dMeans: usize, groupSlopes: usize,
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
    const groupInverse = <f64>load<f32>(inverse + start);
    fill(dMeans + start, groupBytes, <f32>(slope * groupInverse / count));
    fill(groupSlopes + start, groupBytes, <f32>(product * groupInverse * groupInverse / count));
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

/** `backwardLanes` of up to four channels, `p` bytes on. */
// @ts-ignore: decorator
@inline function gradientLanes(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: usize, dX: usize, dMeans: usize, slopes: usize,
  p: usize, lanes: i32,
): void {
  backwardLanes(
    x, dY, gamma, dX, 0, 0, p, loadLanes(mean + p, lanes), loadLanes(inverse + p, lanes),
    loadLanes(dMeans + p, lanes), loadLanes(slopes + p, lanes), lanes);
}

/** dX of some rows, while as many rows of the next example are touched. */
function gradientTile(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: usize, dX: usize, groupMeans: usize,
  ahead: usize, dAhead: usize, rows: i32, channels: i32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const slopes = groupMeans + rowBytes;
  const end = wholeVectorBytes(channels);
  const tail = channels & (LANES - 1);
  for (; rows > 0; rows--) {
    let p: usize = 0;
    for (; p < end; p += VECTOR_BYTES) {
      touch(ahead + p);
      touch(dAhead + p);
      gradientLanes(x, dY, gamma, mean, inverse, dX, groupMeans, slopes, p, LANES);
    }
    if (tail) gradientLanes(x, dY, gamma, mean, inverse, dX, groupMeans, slopes, p, tail);
    x += rowBytes;
    dY += rowBytes;
    dX += rowBytes;
    ahead += rowBytes;
    dAhead += rowBytes;
  }
}

/**
 * Writes dX of an example, if dX is not 0, and makes the totals of the next one as `sumProducts` does, unless
 * apart, the bytes to it, is 0.
 */
function backwardExample(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: usize, dX: usize, groupMeans: usize,
  apart: usize, positions: i32, channels: i32, totals: usize,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  if (apart) clearTotals(totals, channels);
  for (; positions > 0; positions -= TILE_ROWS, x += tileBytes, dY += tileBytes) {
    const rows = min(TILE_ROWS, positions);
    if (dX) {
      gradientTile(x, dY, gamma, mean, inverse, dX, groupMeans, x + apart, dY + apart, rows, channels);
      dX += tileBytes;
    }
    if (apart) addProductsOfTile(x + apart, dY + apart, mean + rowBytes, totals, rows, channels);
  }
}

/** slopes and products [channels] of one example, from their totals. */
function storeSums(slopes: usize, products: usize, inverse: usize, totals: usize, channels: i32): void {
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const total = totalsOf(totals, p);
    storeLanes(slopes + p, firstSums(total), lanes);
    storeLanes(products + p, f32x4.mul(secondSums(total), loadLanes(inverse + p, lanes)), lanes);
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
  let slopes = sums, products = allProducts;
  sumProducts(x, dY, mean, totals, positions, channels);
  for (let left = batchRows; left > 0; left--) {
    storeSums(slopes, products, inverseDeviation, totals, channels);
    groupGradientMeans(
      slopes, products, gamma, inverseDeviation, groupMeans, groupMeans + channelBytes,
      positions, channels, groupBytes);
    backwardExample(
      x, dY, gamma, mean, inverseDeviation, dX, groupMeans,
      left > 1 ? exampleBytes : 0, positions, channels, totals);
    slopes += channelBytes;
    products += channelBytes;
    x += exampleBytes;
    dY += exampleBytes;
    mean += channelBytes;
    inverseDeviation += channelBytes;
    if (dX) dX += exampleBytes;
  }
  if (dBeta) sumExamples(sums, dBeta, batchRows, channels, totals);
  if (dGamma) sumExamples(allProducts, dGamma, batchRows, channels, totals);
}
