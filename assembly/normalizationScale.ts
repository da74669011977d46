/**
 * The gradients of gamma and beta for layer and root mean square normalisation: sums over rows, of products
 * whose factors belong to the row. Tiles and totals are those of batchNormReduce.ts.
 */
import { TILE_ROWS, addToTotals, clearTotals, firstSums, secondSums, totalsOf } from "./batchNormReduce";
import { backwardRows } from "./normalizationRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes, wholeVectorBytes } from "./simd";

/** The sums of dY and of dY * (x - mean) * inverse for up to 4 columns of one tile. */
// @ts-ignore: decorator
@inline function sumTile(
  x: usize, dY: usize, mean: usize, inverse: usize, total: usize, rows: i32, rowBytes: usize, lanes: i32,
): void {
  let slopes = f32x4.splat(0);
  let products = slopes;
  for (let p: usize = 0; rows > 0; rows--, p += FLOAT_BYTES, x += rowBytes, dY += rowBytes) {
    const values = loadLanes(x, lanes);
    const slope = loadLanes(dY, lanes);
    const deviation = mean ? f32x4.sub(values, v128.load32_splat(mean + p)) : values;
    slopes = f32x4.add(slopes, slope);
    products = madd(f32x4.mul(deviation, v128.load32_splat(inverse + p)), slope, products);
  }
  addToTotals(total, slopes, products);
}

/**
 * dX as in `backwardRows`, dGamma = sum over rows of dY * (x - mean) * inverse, and dBeta = sum over rows of dY;
 * a tile at a time, so that x and dY come from memory once.
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param gamma [columns] or 0 for ones
 * @param mean [rows] or 0 for zeros
 * @param inverse [rows]
 * @param dX [rows, columns] or 0, overwritten; may be dY
 * @param dGamma [columns] or 0, overwritten
 * @param dBeta [columns] or 0, overwritten
 * @param totals [4 * columns, rounded up to a multiple of 16] floats, overwritten: workspace
 */
export function affineBackward(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: usize, dX: usize, dGamma: usize, dBeta: usize,
  rows: i32, columns: i32, totals: usize,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const tileBytes = <usize>TILE_ROWS * rowBytes;
  const end = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  clearTotals(totals, columns);
  for (; rows > 0; rows -= TILE_ROWS, x += tileBytes, dY += tileBytes) {
    const tileRows = min(TILE_ROWS, rows);
    if (dGamma || dBeta) {
      let p: usize = 0;
      for (; p < end; p += VECTOR_BYTES)
        sumTile(x + p, dY + p, mean, inverse, totalsOf(totals, p), tileRows, rowBytes, LANES);
      if (tail) sumTile(x + p, dY + p, mean, inverse, totalsOf(totals, p), tileRows, rowBytes, tail);
    }
    if (dX) {
      backwardRows(x, dY, gamma, mean, inverse, dX, tileRows, columns, <f64>columns, Infinity);
      dX += tileBytes;
    }
    if (mean) mean += <usize>TILE_ROWS * FLOAT_BYTES;
    inverse += <usize>TILE_ROWS * FLOAT_BYTES;
  }
  for (let left = columns, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    if (dBeta) storeLanes(dBeta + p, firstSums(totalsOf(totals, p)), lanes);
    if (dGamma) storeLanes(dGamma + p, secondSums(totalsOf(totals, p)), lanes);
  }
}
