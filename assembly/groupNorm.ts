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
import { TILE_ROWS, addToTotals, clearTotals, totalsOf } from "./batchNormReduce";
import { loadOptional, storeNumbers } from "./channelRows";
import { LOSS } from "./normalizationRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes, wholeVectorBytes } from "./simd";

/**
 * Brings memory near that is read soon. Nobody wants the value, but a load could trap, so it is not left out; where
 * an engine checks addresses otherwise, it may be.
 */
// @ts-ignore: decorator
@inline export function touch(x: usize): void {
  load<f32>(x);
}

/** Writes one number for each channel of a group. */
// @ts-ignore: decorator
@inline export function fill(destination: usize, bytes: usize, value: f32): void {
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

/** y = (x - mean) * scale + shift of up to four channels of two rows, `apart` bytes from each other. */
// @ts-ignore: decorator
@inline function normalizePair(x: usize, y: usize, apart: usize, numbers: usize, lanes: i32): void {
  const mean = v128.load(numbers);
  const scale = v128.load(numbers, VECTOR_BYTES);
  const shift = v128.load(numbers, 2 * VECTOR_BYTES);
  const first = madd(f32x4.sub(loadLanes(x, lanes), mean), scale, shift);
  const second = madd(f32x4.sub(loadLanes(x + apart, lanes), mean), scale, shift);
  storeLanes(y, first, lanes);
  storeLanes(y + apart, second, lanes);
}

/** `normalizePair` of some rows and those `apart` bytes on, while as many rows elsewhere are touched. */
function normalizeTile(
  x: usize, y: usize, ahead: usize, apart: usize, numbers: usize, rows: i32, channels: i32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const end = wholeVectorBytes(channels);
  const tail = channels & (LANES - 1);
  for (; rows > 0; rows--, x += rowBytes, y += rowBytes, ahead += rowBytes) {
    let p: usize = 0;
    for (; p < end; p += VECTOR_BYTES) {
      touch(ahead + p);
      touch(ahead + apart + p);
      normalizePair(x + p, y + p, apart, totalsOf(numbers, p), LANES);
    }
    if (tail) normalizePair(x + p, y + p, apart, totalsOf(numbers, p), tail);
  }
}

/** `sumTile` of up to four channels. */
// @ts-ignore: decorator
@inline function sumColumns(
  x: usize, apart: usize, origin: v128, total: usize, rows: i32, rowBytes: usize, share: v128, lanes: i32,
): void {
  let sum = f32x4.splat(0);
  let otherSum = sum, squares = sum, otherSquares = sum;
  for (; rows > 0; rows--, x += rowBytes) {
    const deviation = f32x4.sub(loadLanes(x, lanes), origin);
    const other = f32x4.sub(loadLanes(x + apart, lanes), origin);
    sum = f32x4.add(sum, deviation);
    otherSum = f32x4.add(otherSum, other);
    squares = madd(deviation, deviation, squares);
    otherSquares = madd(other, other, otherSquares);
  }
  addToTotals(
    total, f32x4.mul(f32x4.add(sum, otherSum), share), f32x4.mul(f32x4.add(squares, otherSquares), share));
}

/**
 * Adds x - origin and its square, of some rows and those `apart` bytes on, to the totals. Each counts `share` times:
 * a row that has no other is its own, and both count a half.
 */
function sumTile(
  x: usize, apart: usize, origin: usize, totals: usize, rows: i32, channels: i32, share: f32,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const end = wholeVectorBytes(channels);
  const tail = channels & (LANES - 1);
  const shares = f32x4.splat(share);
  let p: usize = 0;
  for (; p < end; p += VECTOR_BYTES)
    sumColumns(x + p, apart, v128.load(origin + p), totalsOf(totals, p), rows, rowBytes, shares, LANES);
  if (tail)
    sumColumns(x + p, apart, loadLanes(origin + p, tail), totalsOf(totals, p), rows, rowBytes, shares, tail);
}

/**
 * Normalises an example, if y is not 0, and makes the totals of the next one around its origin, if next is not 0.
 * Both halves are walked at the same time: memory brings several streams sooner than one.
 *
 * @param x, next, y [positions, channels], the last overwritten: may be x
 * @param numbers mean, scale and shift of each channel, by `storeNumbers`
 * @param origin [channels]
 */
function forwardExample(
  x: usize, y: usize, next: usize, numbers: usize, origin: usize, totals: usize, positions: i32, channels: i32,
): void {
  const half = positions >> 1;
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const halfBytes = <usize>half * rowBytes;
  if (next) clearTotals(totals, channels);
  for (let row = 0, rows = 0; row < positions - half; row += rows) {
    // The last of an odd number of rows.
    const isAlone = row == half;
    const offset: usize = isAlone ? 2 * halfBytes : <usize>row * rowBytes;
    const apart: usize = isAlone ? 0 : halfBytes;
    rows = isAlone ? 1 : min(TILE_ROWS, half - row);
    if (y) normalizeTile(x + offset, y + offset, (next ? next : x) + offset, apart, numbers, rows, channels);
    if (next) sumTile(next + offset, apart, origin, totals, rows, channels, isAlone ? 0.5 : 1);
  }
}

/**
 * mean and inverse [channels] of one example, from its totals around the origin. A group's sum of squares around its
 * mean is that of its channels around theirs, and what their means differ by.
 *
 * @returns whether this cost more than four bits, since the origin is far from a group's elements
 */
function groupStatistics(
  origin: usize, mean: usize, inverse: usize, positions: i32, channels: i32, groupBytes: usize, epsilon: f64,
  totals: usize,
): bool {
  const end = <usize>channels * FLOAT_BYTES;
  const rows = <f64>positions;
  const perRow = 1 / rows;
  const members = <f64>(groupBytes / FLOAT_BYTES);
  let isLost = false;
  for (let start: usize = 0; start < end; start += groupBytes) {
    const first = <f64>load<f32>(origin + start);
    let deviation: f64 = 0;
    for (let p = start; p < start + groupBytes; p += FLOAT_BYTES)
      deviation += <f64>load<f32>(origin + p) - first + totalAt(totals, p, 0) * perRow;
    deviation /= members;
    let all: f64 = 0, squares: f64 = 0;
    for (let p = start; p < start + groupBytes; p += FLOAT_BYTES) {
      const average = totalAt(totals, p, 0) * perRow;
      const apart = <f64>load<f32>(origin + p) - first + average - deviation;
      const around = totalAt(totals, p, SECOND_BYTES);
      all += around;
      squares += around + rows * (apart * apart - average * average);
    }
    if (LOSS * squares < all) isLost = true;
    fill(mean + start, groupBytes, <f32>(first + deviation));
    fill(inverse + start, groupBytes, <f32>(1 / sqrt<f64>(squares / (rows * members) + epsilon)));
  }
  return isLost;
}

/**
 * y = gamma * (x - mean) / sqrt(variance + epsilon) + beta, with mean and biased variance of each
 * example and group.
 *
 * The sums of a channel are of the deviations from its first element. Where that would cost more than four bits, since
 * this element is far from the others of its group, a second pass takes the deviations from the group's mean.
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
 * @param totals [2, 4 * channels, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function groupNormForward(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverseDeviation: usize,
  batchRows: i32, positions: i32, channels: i32, groups: i32, epsilon: f32, totals: usize,
): void {
  const channelBytes = <usize>channels * FLOAT_BYTES;
  const exampleBytes = <usize>positions * channelBytes;
  const groupBytes = channelBytes / <usize>groups;
  const numbers = totalsOf(totals, (channelBytes + VECTOR_BYTES - 1) & ~(VECTOR_BYTES - 1));
  forwardExample(0, 0, x, 0, x, totals, positions, channels);
  for (; batchRows > 0; batchRows--) {
    if (groupStatistics(x, mean, inverseDeviation, positions, channels, groupBytes, <f64>epsilon, totals)) {
      forwardExample(0, 0, x, 0, mean, totals, positions, channels);
      groupStatistics(mean, mean, inverseDeviation, positions, channels, groupBytes, <f64>epsilon, totals);
    }
    for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
      const lanes = min(left, LANES);
      const scale = f32x4.mul(loadOptional(gamma, p, lanes, 1), loadLanes(inverseDeviation + p, lanes));
      storeNumbers(
        totalsOf(numbers, p), loadLanes(mean + p, lanes), scale, loadOptional(beta, p, lanes, 0), scale);
    }
    const next = batchRows > 1 ? x + exampleBytes : 0;
    forwardExample(x, y, next, numbers, next, totals, positions, channels);
    x = next;
    y += exampleBytes;
    mean += channelBytes;
    inverseDeviation += channelBytes;
  }
}
