/**
 * Two sums for each column of a [rows, columns] tensor at once, for the normalisations.
 *
 * Lanes are columns. A tile of TILE_ROWS rows is summed in float32, and its sums are added to float64 totals,
 * so the error does not grow with the number of rows. Tiles go from the first row to the last and take all of
 * their columns before the next: memory is read once and in order.
 *
 * The totals of four columns are four vectors of two float64: the first sum of columns 0 and 1, of columns 2
 * and 3, then the second sum of both.
 */
import { promoteHigh, promoteLow } from "./reduce";
import {
  FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, wholeVectorBytes,
} from "./simd";

/** Rows of a tile: few enough for the tile to stay in the first-level cache at any row length. */
// @ts-ignore: decorator
@inline export const TILE_ROWS: i32 = 16;

/** Bytes of totals for each byte of a row. */
// @ts-ignore: decorator
@inline const TOTALS: usize = 4;

// The second sum of four columns, in their totals.
// @ts-ignore: decorator
@inline const SECOND: usize = 2 * VECTOR_BYTES;

/** The address of the totals of the columns from `offsetBytes` on. */
// @ts-ignore: decorator
@inline export function totalsOf(totals: usize, offsetBytes: usize): usize {
  return totals + TOTALS * offsetBytes;
}

/** The first sum of columns 0 and 1 of four. */
// @ts-ignore: decorator
@inline export function firstLow(total: usize): v128 {
  return v128.load(total);
}

/** The first sum of columns 2 and 3. */
// @ts-ignore: decorator
@inline export function firstHigh(total: usize): v128 {
  return v128.load(total, VECTOR_BYTES);
}

/** The second sum of columns 0 and 1. */
// @ts-ignore: decorator
@inline export function secondLow(total: usize): v128 {
  return v128.load(total, SECOND);
}

/** The second sum of columns 2 and 3. */
// @ts-ignore: decorator
@inline export function secondHigh(total: usize): v128 {
  return v128.load(total, SECOND + VECTOR_BYTES);
}

/** Four float64 numbers rounded to float32. */
// @ts-ignore: decorator
@inline export function toFloats(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** The first sums of up to four columns in float32. */
// @ts-ignore: decorator
@inline export function firstSums(total: usize): v128 {
  return toFloats(firstLow(total), firstHigh(total));
}

/** The second sums of up to four columns in float32. */
// @ts-ignore: decorator
@inline export function secondSums(total: usize): v128 {
  return toFloats(secondLow(total), secondHigh(total));
}

/** No sums yet. */
// @ts-ignore: decorator
@inline export function clearTotals(totals: usize, columns: i32): void {
  memory.fill(totals, 0, TOTALS * (<usize>((columns + LANES - 1) & ~(LANES - 1)) * FLOAT_BYTES));
}

/** Adds a tile's two sums of four columns to their totals. */
// @ts-ignore: decorator
@inline export function addToTotals(total: usize, first: v128, second: v128): void {
  v128.store(total, f64x2.add(firstLow(total), promoteLow(first)));
  v128.store(total, f64x2.add(firstHigh(total), promoteHigh(first)), VECTOR_BYTES);
  v128.store(total, f64x2.add(secondLow(total), promoteLow(second)), SECOND);
  v128.store(total, f64x2.add(secondHigh(total), promoteHigh(second)), SECOND + VECTOR_BYTES);
}

/**
 * Joins the moments of a tile with those of the rows before (Chan, Golub and LeVeque 1979), for two columns:
 * the sum of squares around the common mean is the sum of both and (difference of the means)^2 weight.
 *
 * @param start what the deviations of the tile are around, less what those of the total are around
 * @param sum of the tile's deviations; squares: of their squares
 */
// @ts-ignore: decorator
@inline function joinMoments(
  total: usize, start: v128, sum: v128, squares: v128, rows: v128, perTile: v128, perBefore: v128, weight: v128,
): void {
  const before = v128.load(total);
  const ownMean = f64x2.mul(sum, perTile);
  const mean = f64x2.add(start, ownMean);
  const difference = f64x2.sub(mean, f64x2.mul(before, perBefore));
  const within = f64x2.sub(squares, f64x2.mul(sum, ownMean));
  const between = f64x2.mul(f64x2.mul(difference, difference), weight);
  v128.store(total, f64x2.add(before, f64x2.mul(mean, rows)));
  v128.store(total, f64x2.add(v128.load(total, SECOND), f64x2.add(within, between)), SECOND);
}

/** `sumMoments` of up to four columns of one tile. */
// @ts-ignore: decorator
@inline function momentsOfTile(
  x: usize, first: usize, total: usize, rowBytes: usize, lanes: i32,
  rows: i32, perTile: v128, perBefore: v128, weight: v128,
): void {
  const half = f32x4.splat(0.5);
  const last = x + <usize>(rows - 1) * rowBytes;
  const shift = f32x4.add(f32x4.mul(loadLanes(x, lanes), half), f32x4.mul(loadLanes(last, lanes), half));
  const start = loadLanes(first, lanes);
  let sum = f32x4.splat(0);
  let squares = sum;
  let otherSquares = sum;
  let left = rows;
  for (; left >= 4; left -= 4, x += 4 * rowBytes) {
    const deviation0 = f32x4.sub(loadLanes(x, lanes), shift);
    const deviation1 = f32x4.sub(loadLanes(x + rowBytes, lanes), shift);
    const deviation2 = f32x4.sub(loadLanes(x + 2 * rowBytes, lanes), shift);
    const deviation3 = f32x4.sub(loadLanes(x + 3 * rowBytes, lanes), shift);
    sum = f32x4.add(sum, f32x4.add(f32x4.add(deviation0, deviation1), f32x4.add(deviation2, deviation3)));
    squares = madd(deviation0, deviation0, squares);
    otherSquares = madd(deviation1, deviation1, otherSquares);
    squares = madd(deviation2, deviation2, squares);
    otherSquares = madd(deviation3, deviation3, otherSquares);
  }
  for (; left > 0; left--, x += rowBytes) {
    const deviation = f32x4.sub(loadLanes(x, lanes), shift);
    sum = f32x4.add(sum, deviation);
    squares = madd(deviation, deviation, squares);
  }
  squares = f32x4.add(squares, otherSquares);
  const count = f64x2.splat(<f64>rows);
  const startLow = f64x2.sub(promoteLow(shift), promoteLow(start));
  const startHigh = f64x2.sub(promoteHigh(shift), promoteHigh(start));
  joinMoments(total, startLow, promoteLow(sum), promoteLow(squares), count, perTile, perBefore, weight);
  joinMoments(
    total + VECTOR_BYTES, startHigh, promoteHigh(sum), promoteHigh(squares), count, perTile, perBefore, weight);
}

/** `sumMoments` of one tile: joins its moments with those of rowsBefore rows from `first` on. */
function addMomentsOfTile(
  x: usize, first: usize, totals: usize, rows: i32, rowsBefore: i32, columns: i32,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const end = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  const count = <f64>rows;
  const before = <f64>rowsBefore;
  const perTile = f64x2.splat(1 / count);
  const perBefore = f64x2.splat(rowsBefore ? 1 / before : 0);
  const weight = f64x2.splat(count * before / (count + before));
  let p: usize = 0;
  for (; p < end; p += VECTOR_BYTES)
    momentsOfTile(x + p, first + p, totalsOf(totals, p), rowBytes, LANES, rows, perTile, perBefore, weight);
  if (tail)
    momentsOfTile(x + p, first + p, totalsOf(totals, p), rowBytes, tail, rows, perTile, perBefore, weight);
}

/**
 * Totals of x - x[0] and of (x - mean)^2, with x[0] the first row.
 *
 * The deviations of a tile are those from the mean of its first and last row, and its mean is taken out of their
 * squares in float64. No number of 16 is further from their mean than four standard deviations, so that costs
 * four bits at most and less than one as a rule, however large an offset is; and a constant column has exactly 0.
 *
 * @param x [rows, columns], at least one row
 * @param totals [4 * columns, rounded up to a multiple of 16] floats, overwritten
 */
export function sumMoments(x: usize, totals: usize, rows: i32, columns: i32): void {
  const tileBytes = <usize>TILE_ROWS * <usize>columns * FLOAT_BYTES;
  const first = x;
  clearTotals(totals, columns);
  for (let row = 0; row < rows; row += TILE_ROWS, x += tileBytes)
    addMomentsOfTile(x, first, totals, min(TILE_ROWS, rows - row), row, columns);
}

/** `sumProducts` of up to four columns of one tile. */
// @ts-ignore: decorator
@inline function productsOfTile(
  x: usize, dY: usize, center: v128, total: usize, rows: i32, rowBytes: usize, lanes: i32,
): void {
  let slopes = f32x4.splat(0);
  let products = slopes;
  for (const end = x + <usize>rows * rowBytes; x < end; x += rowBytes, dY += rowBytes) {
    const slope = loadLanes(dY, lanes);
    slopes = f32x4.add(slopes, slope);
    products = madd(slope, f32x4.sub(loadLanes(x, lanes), center), products);
  }
  addToTotals(total, slopes, products);
}

/** `sumProducts` of one tile: adds to the totals. */
export function addProductsOfTile(x: usize, dY: usize, center: usize, totals: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const end = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  let p: usize = 0;
  for (; p < end; p += VECTOR_BYTES)
    productsOfTile(x + p, dY + p, v128.load(center + p), totalsOf(totals, p), rows, rowBytes, LANES);
  if (tail)
    productsOfTile(x + p, dY + p, loadLanes(center + p, tail), totalsOf(totals, p), rows, rowBytes, tail);
}

/**
 * Totals of dY and of dY (x - center).
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param center [columns]
 * @param totals [4 * columns, rounded up to a multiple of 16] floats, overwritten
 */
export function sumProducts(x: usize, dY: usize, center: usize, totals: usize, rows: i32, columns: i32): void {
  const tileBytes = <usize>TILE_ROWS * <usize>columns * FLOAT_BYTES;
  clearTotals(totals, columns);
  for (; rows > 0; rows -= TILE_ROWS, x += tileBytes, dY += tileBytes)
    addProductsOfTile(x, dY, center, totals, min(TILE_ROWS, rows), columns);
}
