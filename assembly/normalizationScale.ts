/**
 * The gradients of gamma and beta for layer and root mean square normalisation: sums over rows, of products
 * whose factors belong to the row. Tiles and totals are those of batchNormReduce.ts.
 */
import { TILE_ROWS, addToTotals, clearTotals, firstSums, secondSums, totalsOf } from "./batchNormReduce";
import { loadOptional } from "./channelRows";
import { backwardRows } from "./normalizationRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, storeLanes } from "./simd";

/** Adds the sums of a tile to their totals. */
function addTile(dGamma: usize, dBeta: usize, totals: usize, columns: i32): void {
  for (let left = columns, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    addToTotals(totalsOf(totals, p), loadOptional(dBeta, p, lanes, 0), loadOptional(dGamma, p, lanes, 0));
  }
}

/**
 * dX as in `backwardRows`, dGamma = sum over rows of dY * (x - mean) * inverse, and dBeta = sum over rows of dY;
 * a tile at a time in float32, in the place of the results, and in float64 between tiles.
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
  clearTotals(totals, columns);
  for (; rows > 0; rows -= TILE_ROWS, x += tileBytes, dY += tileBytes) {
    if (dGamma) memory.fill(dGamma, 0, rowBytes);
    if (dBeta) memory.fill(dBeta, 0, rowBytes);
    const tileRows = min(TILE_ROWS, rows);
    backwardRows(
      x, dY, gamma, mean, inverse, dX, dGamma, dBeta, tileRows, columns, <f64>columns, Infinity);
    if (dGamma || dBeta) addTile(dGamma, dBeta, totals, columns);
    if (dX) dX += tileBytes;
    if (mean) mean += <usize>TILE_ROWS * FLOAT_BYTES;
    inverse += <usize>TILE_ROWS * FLOAT_BYTES;
  }
  for (let left = columns, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    if (dBeta) storeLanes(dBeta + p, firstSums(totalsOf(totals, p)), lanes);
    if (dGamma) storeLanes(dGamma + p, secondSums(totalsOf(totals, p)), lanes);
  }
}
