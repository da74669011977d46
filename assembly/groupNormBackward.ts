/**
 * The gradients of group normalisation (groupNorm.ts). The next example is summed, tile by tile, while the gradient of
 * this one is written.
 */
import {
  TILE_ROWS, addProductsOfTile, addToTotals, clearTotals, firstSums, secondSums, sumProducts, totalsOf,
} from "./batchNormReduce";
import { fill, touch } from "./groupNorm";
import { backwardLanes } from "./normalizationBackward";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes, wholeVectorBytes } from "./simd";

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
  const zero = f32x4.splat(0);
  clearTotals(totals, channels);
  for (; batchRows > 0; batchRows--) {
    for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES)
      addToTotals(totalsOf(totals, p), loadLanes(x + p, min(left, LANES)), zero);
    x += <usize>channels * FLOAT_BYTES;
  }
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES)
    storeLanes(destination + p, firstSums(totalsOf(totals, p)), min(left, LANES));
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
