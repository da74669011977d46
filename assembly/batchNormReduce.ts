/**
 * Sums over the rows of a [rows, channels] tensor, one for each channel, for batch normalisation.
 *
 * Lanes are channels. A tile of TILE_ROWS rows is summed in float32 and its sum added to a float64
 * total, so the error does not grow with the number of rows. Sixteen channels, one cache line of a
 * row, are summed together, so that each line comes from memory once.
 */
import { promoteHigh, promoteLow } from "./reduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, madd, storeTail } from "./simd";

/** Rows of a tile: few enough for the tile to stay in the first-level cache at any row length. */
// @ts-ignore: decorator
@inline export const TILE_ROWS: i32 = 16;

/** Channels summed together: a cache line of 64 bytes. */
// @ts-ignore: decorator
@inline const STRIP_CHANNELS: i32 = 16;

/** The sum of x - center. */
// @ts-ignore: decorator
@inline export const SUM_DEVIATIONS: i32 = 0;
/** The sum of (x - center)^2. */
// @ts-ignore: decorator
@inline export const SUM_SQUARES: i32 = 1;
/** The sum of dY * (x - center). */
// @ts-ignore: decorator
@inline export const SUM_PRODUCTS: i32 = 2;

/** Loads the channels a vector covers: 4, or fewer at the end of a row. */
// @ts-ignore: decorator
@inline export function loadLanes(pointer: usize, lanes: i32): v128 {
  return lanes == LANES ? v128.load(pointer) : loadTail(pointer, lanes);
}

/** Stores the channels a vector covers. */
// @ts-ignore: decorator
@inline export function storeLanes(pointer: usize, x: v128, lanes: i32): void {
  if (lanes == LANES) v128.store(pointer, x);
  else storeTail(pointer, x, lanes);
}

/** Zero where there is no tensor or no channel. */
// @ts-ignore: decorator
@inline function loadOrZero(tensor: usize, offsetBytes: usize, lanes: i32): v128 {
  return tensor != 0 && lanes > 0 ? loadLanes(tensor + offsetBytes, lanes) : f32x4.splat(0);
}

/** Up to 4 channels of up to TILE_ROWS rows, summed in the order of the rows. */
function tileSum(kind: i32, x: usize, dY: usize, center: v128, rows: i32, rowBytes: usize, lanes: i32): v128 {
  let sum = f32x4.splat(0);
  if (kind == SUM_DEVIATIONS) {
    for (; rows > 0; rows--, x += rowBytes)
      sum = f32x4.add(sum, f32x4.sub(loadLanes(x, lanes), center));
  } else if (kind == SUM_SQUARES) {
    for (; rows > 0; rows--, x += rowBytes) {
      const deviation = f32x4.sub(loadLanes(x, lanes), center);
      sum = madd(deviation, deviation, sum);
    }
  } else {
    for (; rows > 0; rows--, x += rowBytes, dY += rowBytes)
      sum = madd(loadLanes(dY, lanes), f32x4.sub(loadLanes(x, lanes), center), sum);
  }
  return sum;
}

/** The four totals, divided and rounded to float32. */
// @ts-ignore: decorator
@inline function storeQuotients(pointer: usize, low: v128, high: v128, divisor: v128, lanes: i32): void {
  const first = f32x4.demote_f64x2_zero(f64x2.div(low, divisor));
  const second = f32x4.demote_f64x2_zero(f64x2.div(high, divisor));
  storeLanes(pointer, v128.shuffle<f32>(first, second, 0, 1, 4, 5), lanes);
}

/** One strip of sumRows: four vectors, of which the last ones may be short or missing. */
function sumStrip(
  kind: i32, x: usize, dY: usize, center: usize, destination: usize,
  rows: i32, rowBytes: usize, width: i32, divisor: f64,
): void {
  const lanes0 = min(LANES, width);
  const lanes1 = min(LANES, width - LANES);
  const lanes2 = min(LANES, width - 2 * LANES);
  const lanes3 = min(LANES, width - 3 * LANES);
  const center0 = loadOrZero(center, 0, lanes0);
  const center1 = loadOrZero(center, VECTOR_BYTES, lanes1);
  const center2 = loadOrZero(center, 2 * VECTOR_BYTES, lanes2);
  const center3 = loadOrZero(center, 3 * VECTOR_BYTES, lanes3);
  const zero = f64x2.splat(0);
  let low0 = zero, low1 = zero, low2 = zero, low3 = zero;
  let high0 = zero, high1 = zero, high2 = zero, high3 = zero;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const tileRows = min(TILE_ROWS, rows - row);
    const sum0 = tileSum(kind, x, dY, center0, tileRows, rowBytes, lanes0);
    low0 = f64x2.add(low0, promoteLow(sum0));
    high0 = f64x2.add(high0, promoteHigh(sum0));
    if (lanes1 > 0) {
      const offsetBytes: usize = VECTOR_BYTES;
      const sum1 = tileSum(kind, x + offsetBytes, dY + offsetBytes, center1, tileRows, rowBytes, lanes1);
      low1 = f64x2.add(low1, promoteLow(sum1));
      high1 = f64x2.add(high1, promoteHigh(sum1));
    }
    if (lanes2 > 0) {
      const offsetBytes: usize = 2 * VECTOR_BYTES;
      const sum2 = tileSum(kind, x + offsetBytes, dY + offsetBytes, center2, tileRows, rowBytes, lanes2);
      low2 = f64x2.add(low2, promoteLow(sum2));
      high2 = f64x2.add(high2, promoteHigh(sum2));
    }
    if (lanes3 > 0) {
      const offsetBytes: usize = 3 * VECTOR_BYTES;
      const sum3 = tileSum(kind, x + offsetBytes, dY + offsetBytes, center3, tileRows, rowBytes, lanes3);
      low3 = f64x2.add(low3, promoteLow(sum3));
      high3 = f64x2.add(high3, promoteHigh(sum3));
    }
    x += <usize>TILE_ROWS * rowBytes;
    dY += <usize>TILE_ROWS * rowBytes;
  }
  const divisors = f64x2.splat(divisor);
  storeQuotients(destination, low0, high0, divisors, lanes0);
  if (lanes1 > 0) storeQuotients(destination + VECTOR_BYTES, low1, high1, divisors, lanes1);
  if (lanes2 > 0) storeQuotients(destination + 2 * VECTOR_BYTES, low2, high2, divisors, lanes2);
  if (lanes3 > 0) storeQuotients(destination + 3 * VECTOR_BYTES, low3, high3, divisors, lanes3);
}

/**
 * destination[c] = (sum over rows of the term that `kind` names) / divisor
 *
 * @param x [rows, channels]
 * @param dY [rows, channels], read by SUM_PRODUCTS only
 * @param center [channels] or 0 for zeros
 * @param destination [channels], overwritten
 */
export function sumRows(
  kind: i32, x: usize, dY: usize, center: usize, destination: usize,
  rows: i32, channels: i32, divisor: f64,
): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  for (let channel = 0; channel < channels; channel += STRIP_CHANNELS) {
    const offsetBytes = <usize>channel * FLOAT_BYTES;
    const width = min(STRIP_CHANNELS, channels - channel);
    const stripCenter = center ? center + offsetBytes : 0;
    sumStrip(
      kind, x + offsetBytes, dY + offsetBytes, stripCenter, destination + offsetBytes,
      rows, rowBytes, width, divisor,
    );
  }
}
