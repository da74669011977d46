/**
 * Batch and group normalisation of elements, row after row: the numbers of a channel are made beforehand and lie
 * together, so that memory is read and written in order, and the numbers stay in the first-level cache.
 */
import { totalsOf } from "./batchNormReduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, nmadd, storeLanes, wholeVectorBytes } from "./simd";

/** Four channels of an optional tensor, or `otherwise` in every lane. */
// @ts-ignore: decorator
@inline export function loadOptional(tensor: usize, offsetBytes: usize, lanes: i32, otherwise: f32): v128 {
  return tensor ? loadLanes(tensor + offsetBytes, lanes) : f32x4.splat(otherwise);
}

/** 1 / sqrt(variance + epsilon) on four channels. */
// @ts-ignore: decorator
@inline export function inverseRoot(variance: v128, epsilon: v128): v128 {
  return f32x4.div(f32x4.splat(1), f32x4.sqrt(f32x4.add(variance, epsilon)));
}

/** In the place of epsilon: what is given is the inverse standard deviation and not the variance. */
// @ts-ignore: decorator
@inline export const INVERSE: f32 = -1;

/** The inverse standard deviation of up to four channels, from the variance unless epsilon is INVERSE. */
// @ts-ignore: decorator
@inline export function loadInverse(spread: usize, epsilon: f32, lanes: i32): v128 {
  const values = loadLanes(spread, lanes);
  return epsilon == INVERSE ? values : inverseRoot(values, f32x4.splat(epsilon));
}

/** The numbers of up to four channels, four vectors in the place of their totals. */
// @ts-ignore: decorator
@inline export function storeNumbers(numbers: usize, first: v128, second: v128, third: v128, fourth: v128): void {
  v128.store(numbers, first);
  v128.store(numbers, second, VECTOR_BYTES);
  v128.store(numbers, third, 2 * VECTOR_BYTES);
  v128.store(numbers, fourth, 3 * VECTOR_BYTES);
}

/** y = (x - mean) * scale + shift for up to four channels, whose numbers lie together. */
// @ts-ignore: decorator
@inline function normalizeLanes(x: usize, y: usize, numbers: usize, lanes: i32): void {
  const deviation = f32x4.sub(loadLanes(x, lanes), v128.load(numbers));
  storeLanes(y, madd(deviation, v128.load(numbers, VECTOR_BYTES), v128.load(numbers, 2 * VECTOR_BYTES)), lanes);
}

/**
 * y = (x - mean) * gamma * inverse + beta, row after row.
 *
 * @param spread [channels]: the variance, or with INVERSE as epsilon 1 / sqrt(variance + epsilon)
 * @param totals [4 * channels, rounded up to a multiple of 16] floats, overwritten by the numbers of
 *   the channels
 */
export function normalizeRows(
  x: usize, gamma: usize, beta: usize, mean: usize, spread: usize, y: usize,
  rows: i32, channels: i32, epsilon: f32, totals: usize,
): void {
  for (let left = channels, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const scale = f32x4.mul(loadOptional(gamma, p, lanes, 1), loadInverse(spread + p, epsilon, lanes));
    storeNumbers(totalsOf(totals, p), loadLanes(mean + p, lanes), scale, loadOptional(beta, p, lanes, 0), scale);
  }
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const pairs = rowBytes & ~(2 * VECTOR_BYTES - 1);
  const tail = channels & (LANES - 1);
  for (; rows > 0; rows--, x += rowBytes, y += rowBytes) {
    let p: usize = 0;
    for (; p < pairs; p += 2 * VECTOR_BYTES) {
      const numbers = totalsOf(totals, p);
      normalizeLanes(x + p, y + p, numbers, LANES);
      normalizeLanes(x + p + VECTOR_BYTES, y + p + VECTOR_BYTES, totalsOf(numbers, VECTOR_BYTES), LANES);
    }
    if (channels & LANES) {
      normalizeLanes(x + p, y + p, totalsOf(totals, p), LANES);
      p += VECTOR_BYTES;
    }
    if (tail) normalizeLanes(x + p, y + p, totalsOf(totals, p), tail);
  }
}

/** dX = scale dY - dMean - (x - mean) slope for up to four channels, whose numbers lie together. */
// @ts-ignore: decorator
@inline function gradientLanes(x: usize, dY: usize, dX: usize, numbers: usize, lanes: i32): void {
  const deviation = f32x4.sub(loadLanes(x, lanes), v128.load(numbers));
  const scaled = f32x4.mul(loadLanes(dY, lanes), v128.load(numbers, VECTOR_BYTES));
  const centered = f32x4.sub(scaled, v128.load(numbers, 2 * VECTOR_BYTES));
  storeLanes(dX, nmadd(deviation, v128.load(numbers, 3 * VECTOR_BYTES), centered), lanes);
}

/**
 * dX = scale dY - dMean - (x - mean) slope, row after row.
 *
 * @param x [rows, channels]
 * @param dY [rows, channels]
 * @param dX [rows, channels], overwritten; may be dY
 * @param totals mean, scale, dMean and slope of each channel, by `storeNumbers`
 */
export function gradientRows(x: usize, dY: usize, dX: usize, rows: i32, channels: i32, totals: usize): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const end = wholeVectorBytes(channels);
  const tail = channels & (LANES - 1);
  for (; rows > 0; rows--, x += rowBytes, dY += rowBytes, dX += rowBytes) {
    let p: usize = 0;
    for (; p < end; p += VECTOR_BYTES) gradientLanes(x + p, dY + p, dX + p, totalsOf(totals, p), LANES);
    if (tail) gradientLanes(x + p, dY + p, dX + p, totalsOf(totals, p), tail);
  }
}
