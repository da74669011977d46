/**
 * The gradient of gamma for layer and root mean square normalisation: a sum over rows of products
 * whose factors belong to the row.
 *
 * As in batchNormReduce.ts, lanes are columns, a tile of TILE_ROWS rows is summed in float32 and its
 * sum added to a float64 total, and a strip of sixteen columns, one cache line of a row, goes together.
 */
import { TILE_ROWS } from "./batchNormReduce";
import { promoteHigh, promoteLow } from "./reduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes } from "./simd";

/** Columns summed together: a cache line of 64 bytes. */
// @ts-ignore: decorator
@inline const STRIP_COLUMNS: i32 = 16;

/** The sum of dY * (x - mean) * inverse for up to 4 columns of up to TILE_ROWS rows. */
function tileSum(
  x: usize, dY: usize, mean: usize, inverse: usize, rows: i32, rowBytes: usize, lanes: i32,
): v128 {
  let sum = f32x4.splat(0);
  for (let p: usize = 0; rows > 0; rows--, p += FLOAT_BYTES, x += rowBytes, dY += rowBytes) {
    const values = loadLanes(x, lanes);
    const deviation = mean ? f32x4.sub(values, v128.load32_splat(mean + p)) : values;
    sum = madd(f32x4.mul(deviation, v128.load32_splat(inverse + p)), loadLanes(dY, lanes), sum);
  }
  return sum;
}

/** Four totals rounded to float32. */
// @ts-ignore: decorator
@inline function storeTotals(pointer: usize, low: v128, high: v128, lanes: i32): void {
  const first = f32x4.demote_f64x2_zero(low);
  const second = f32x4.demote_f64x2_zero(high);
  storeLanes(pointer, v128.shuffle<f32>(first, second, 0, 1, 4, 5), lanes);
}

/** One strip of scaleGradient: four vectors, of which the last ones may be short or missing. */
function sumStrip(
  x: usize, dY: usize, mean: usize, inverse: usize, dGamma: usize, rows: i32, rowBytes: usize, width: i32,
): void {
  const lanes0 = min(LANES, width);
  const lanes1 = min(LANES, width - LANES);
  const lanes2 = min(LANES, width - 2 * LANES);
  const lanes3 = min(LANES, width - 3 * LANES);
  const zero = f64x2.splat(0);
  let low0 = zero, low1 = zero, low2 = zero, low3 = zero;
  let high0 = zero, high1 = zero, high2 = zero, high3 = zero;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const tileRows = min(TILE_ROWS, rows - row);
    const sum0 = tileSum(x, dY, mean, inverse, tileRows, rowBytes, lanes0);
    low0 = f64x2.add(low0, promoteLow(sum0));
    high0 = f64x2.add(high0, promoteHigh(sum0));
    if (lanes1 > 0) {
      const sum1 = tileSum(x + VECTOR_BYTES, dY + VECTOR_BYTES, mean, inverse, tileRows, rowBytes, lanes1);
      low1 = f64x2.add(low1, promoteLow(sum1));
      high1 = f64x2.add(high1, promoteHigh(sum1));
    }
    if (lanes2 > 0) {
      const p: usize = 2 * VECTOR_BYTES;
      const sum2 = tileSum(x + p, dY + p, mean, inverse, tileRows, rowBytes, lanes2);
      low2 = f64x2.add(low2, promoteLow(sum2));
      high2 = f64x2.add(high2, promoteHigh(sum2));
    }
    if (lanes3 > 0) {
      const p: usize = 3 * VECTOR_BYTES;
      const sum3 = tileSum(x + p, dY + p, mean, inverse, tileRows, rowBytes, lanes3);
      low3 = f64x2.add(low3, promoteLow(sum3));
      high3 = f64x2.add(high3, promoteHigh(sum3));
    }
    x += <usize>TILE_ROWS * rowBytes;
    dY += <usize>TILE_ROWS * rowBytes;
    if (mean) mean += <usize>TILE_ROWS * FLOAT_BYTES;
    inverse += <usize>TILE_ROWS * FLOAT_BYTES;
  }
  storeTotals(dGamma, low0, high0, lanes0);
  if (lanes1 > 0) storeTotals(dGamma + VECTOR_BYTES, low1, high1, lanes1);
  if (lanes2 > 0) storeTotals(dGamma + 2 * VECTOR_BYTES, low2, high2, lanes2);
  if (lanes3 > 0) storeTotals(dGamma + 3 * VECTOR_BYTES, low3, high3, lanes3);
}

/**
 * dGamma = sum over rows of dY * (x - mean) * inverse
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param mean [rows] or 0 for zeros
 * @param inverse [rows]
 * @param dGamma [columns], overwritten
 */
export function scaleGradient(
  x: usize, dY: usize, mean: usize, inverse: usize, dGamma: usize, rows: i32, columns: i32,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  for (let column = 0; column < columns; column += STRIP_COLUMNS) {
    const p = <usize>column * FLOAT_BYTES;
    sumStrip(x + p, dY + p, mean, inverse, dGamma + p, rows, rowBytes, min(STRIP_COLUMNS, columns - column));
  }
}
