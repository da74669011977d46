/**
 * Adafactor: gradients divided by the root of a running mean of their squares, which a matrix remembers by
 * the means of its rows and columns alone (Shazeer and Stern 2018; Keras Adafactor).
 */
import {
  FLOAT_BYTES, LANES, VECTOR_BYTES, fourSums, loadLanes, madd, storeLanes, wholeVectorBytes,
} from "./simd";
import { sum } from "./reduce";

/** Rows worked on at once. */
// @ts-ignore: decorator
@inline const ROWS: i32 = 4;

/** Columns that are summed before their sum is added to the mean of a row. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;

// @ts-ignore: decorator
@inline function squareOf(x: usize, lanes: i32): v128 {
  const value = loadLanes(x, lanes);
  return f32x4.mul(value, value);
}

/**
 * Adds the squares of a block of four rows to the means of rows and columns.
 *
 * @param bytes of the columns in the block
 * @param together rows that are not the same: 4, or 1 where `apart` is 0
 * @param lanes a constant: the columns of a step
 */
// @ts-ignore: decorator
@inline function addBlock(
  g: usize, apart: usize, rowMeans: usize, columnMeans: usize, bytes: usize,
  rowShare: v128, columnShare: v128, together: i32, lanes: i32,
): void {
  let sum0 = f32x4.splat(0), sum1 = sum0, sum2 = sum0, sum3 = sum0;
  for (const end = g + bytes; g < end; g += <usize>lanes * FLOAT_BYTES, columnMeans += <usize>lanes * FLOAT_BYTES) {
    const square0 = squareOf(g, lanes);
    const square1 = squareOf(g + apart, lanes);
    const square2 = squareOf(g + 2 * apart, lanes);
    const square3 = squareOf(g + 3 * apart, lanes);
    const column = f32x4.add(f32x4.add(square0, square1), f32x4.add(square2, square3));
    storeLanes(columnMeans, madd(columnShare, column, loadLanes(columnMeans, lanes)), lanes);
    sum0 = f32x4.add(sum0, square0);
    sum1 = f32x4.add(sum1, square1);
    sum2 = f32x4.add(sum2, square2);
    sum3 = f32x4.add(sum3, square3);
  }
  const sums = fourSums(sum0, sum1, sum2, sum3);
  storeLanes(rowMeans, madd(rowShare, sums, loadLanes(rowMeans, together)), together);
}

// @ts-ignore: decorator
@inline function decay(x: usize, kept: v128, added: v128, lanes: i32): void {
  storeLanes(x, madd(kept, loadLanes(x, lanes), added), lanes);
}

/** Some columns of four rows, each divided by the roots of its factor and of the columns' v. */
// @ts-ignore: decorator
@inline function divideByRoots(
  g: usize, v: usize, apart: usize, factor0: v128, factor1: v128, factor2: v128, factor3: v128, lanes: i32,
): void {
  const inverse = f32x4.div(f32x4.splat(1), f32x4.sqrt(loadLanes(v, lanes)));
  // All are read before the first is written: they may be the same row.
  const g0 = loadLanes(g, lanes);
  const g1 = loadLanes(g + apart, lanes);
  const g2 = loadLanes(g + 2 * apart, lanes);
  const g3 = loadLanes(g + 3 * apart, lanes);
  storeLanes(g, f32x4.mul(g0, f32x4.mul(inverse, factor0)), lanes);
  storeLanes(g + apart, f32x4.mul(g1, f32x4.mul(inverse, factor1)), lanes);
  storeLanes(g + 2 * apart, f32x4.mul(g2, f32x4.mul(inverse, factor2)), lanes);
  storeLanes(g + 3 * apart, f32x4.mul(g3, f32x4.mul(inverse, factor3)), lanes);
}

/** x = kept x + added. */
function decayAll(x: usize, count: i32, kept: f32, added: f32): void {
  const factor = f32x4.splat(kept);
  const constant = f32x4.splat(added);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) decay(x + at, factor, constant, LANES);
  const tail = count & (LANES - 1);
  if (tail) decay(x + at, factor, constant, tail);
}

/** sqrt(overall / mean) in all lanes: what a row is multiplied by. */
// @ts-ignore: decorator
@inline function rowFactor(mean: usize, overall: f64): v128 {
  return f32x4.splat(<f32>sqrt<f64>(overall / <f64>load<f32>(mean)));
}

/** g = g / sqrt(rowMean / overall v) for four rows. */
function divideAllByRoots(
  g: usize, v: usize, apart: usize, columns: i32, rowMean: usize, meanBytes: usize, overall: f64,
): void {
  const factor0 = rowFactor(rowMean, overall);
  const factor1 = rowFactor(rowMean + meanBytes, overall);
  const factor2 = rowFactor(rowMean + 2 * meanBytes, overall);
  const factor3 = rowFactor(rowMean + 3 * meanBytes, overall);
  const end = <usize>columns * FLOAT_BYTES;
  const vectorEnd = wholeVectorBytes(columns);
  let at: usize = 0;
  for (; at < vectorEnd; at += VECTOR_BYTES)
    divideByRoots(g + at, v + at, apart, factor0, factor1, factor2, factor3, LANES);
  for (; at < end; at += FLOAT_BYTES)
    divideByRoots(g + at, v + at, apart, factor0, factor1, factor2, factor3, 1);
}

/** Adds the squares of four rows, or of one row with `together` and `apart` as in `addBlock`, to the means. */
function addRows(
  g: usize, apart: usize, rowMeans: usize, columnMeans: usize, columns: i32,
  rowShare: f32, columnShare: f32, together: i32,
): void {
  const rowShares = f32x4.splat(rowShare);
  const columnShares = f32x4.splat(columnShare);
  for (; columns >= LANES;) {
    const block = min(columns, BLOCK) & ~(LANES - 1);
    const bytes = <usize>block * FLOAT_BYTES;
    addBlock(g, apart, rowMeans, columnMeans, bytes, rowShares, columnShares, together, LANES);
    g += bytes;
    columnMeans += bytes;
    columns -= block;
  }
  if (columns)
    addBlock(g, apart, rowMeans, columnMeans, <usize>columns * FLOAT_BYTES, rowShares, columnShares, together, 1);
}

/**
 * Adds the squares of a matrix to the means of its rows and columns, four rows at once. The last one to three are
 * taken one by one, each as four rows in the same place, which count a quarter in the columns.
 */
function addMeans(
  g: usize, rowMeans: usize, columnMeans: usize, rows: i32, columns: i32, oneMinusBeta2: f32,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const rowShare = oneMinusBeta2 / <f32>columns;
  const columnShare = oneMinusBeta2 / <f32>rows;
  for (; rows >= ROWS; rows -= ROWS, g += <usize>ROWS * rowBytes, rowMeans += <usize>ROWS * FLOAT_BYTES)
    addRows(g, rowBytes, rowMeans, columnMeans, columns, rowShare, columnShare, ROWS);
  for (; rows > 0; rows--, g += rowBytes, rowMeans += FLOAT_BYTES)
    addRows(g, 0, rowMeans, columnMeans, columns, rowShare, columnShare / <f32>ROWS, 1);
}

/** Divides the rows of a matrix by their roots, in fours as `addMeans`, so that those of columns are taken less often. */
function divideRows(g: usize, rowMeans: usize, columnMeans: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const overall = sum(rowMeans, rows) / rows;
  for (; rows >= ROWS; rows -= ROWS, g += <usize>ROWS * rowBytes, rowMeans += <usize>ROWS * FLOAT_BYTES)
    divideAllByRoots(g, columnMeans, rowBytes, columns, rowMeans, FLOAT_BYTES, overall);
  for (; rows > 0; rows--, g += rowBytes, rowMeans += FLOAT_BYTES)
    divideAllByRoots(g, columnMeans, 0, columns, rowMeans, 0, overall);
}

/**
 * For each matrix, with s = g^2 + epsilon and beta2 = 1 - oneMinusBeta2:
 * rowMeans_i = beta2 rowMeans_i + oneMinusBeta2 mean_j s_ij; columnMeans_j likewise with mean_i s_ij;
 * g_ij = g_ij / sqrt(rowMeans_i / mean(rowMeans) columnMeans_j).
 *
 * @param g [matrices, rows, columns], the gradient, overwritten by the direction
 * @param rowMeans [matrices, rows], updated
 * @param columnMeans [matrices, columns], updated
 */
export function adafactorFactored(
  g: usize, rowMeans: usize, columnMeans: usize, matrices: i32, rows: i32, columns: i32,
  oneMinusBeta2: f32, epsilon: f32,
): void {
  const beta2: f32 = 1 - oneMinusBeta2;
  for (; matrices > 0; matrices--) {
    decayAll(rowMeans, rows, beta2, oneMinusBeta2 * epsilon);
    decayAll(columnMeans, columns, beta2, oneMinusBeta2 * epsilon);
    addMeans(g, rowMeans, columnMeans, rows, columns, oneMinusBeta2);
    divideRows(g, rowMeans, columnMeans, rows, columns);
    g += <usize>rows * <usize>columns * FLOAT_BYTES;
    rowMeans += <usize>rows * FLOAT_BYTES;
    columnMeans += <usize>columns * FLOAT_BYTES;
  }
}

/** `adafactorUnfactored` of up to four elements. */
// @ts-ignore: decorator
@inline function updateLanes(g: usize, v: usize, beta2: v128, added: v128, factor: v128, lanes: i32): void {
  const gradient = loadLanes(g, lanes);
  const kept = madd(beta2, loadLanes(v, lanes), added);
  const mean = madd(f32x4.mul(factor, gradient), gradient, kept);
  storeLanes(v, mean, lanes);
  storeLanes(g, f32x4.div(gradient, f32x4.sqrt(mean)), lanes);
}

/**
 * v = beta2 v + oneMinusBeta2 (g^2 + epsilon), then g = g / sqrt(v): for weights of fewer than two axes.
 *
 * @param g [count], the gradient, overwritten by the direction
 * @param v [count], updated
 */
export function adafactorUnfactored(g: usize, v: usize, count: i32, oneMinusBeta2: f32, epsilon: f32): void {
  const beta2 = f32x4.splat(1 - oneMinusBeta2);
  const added = f32x4.splat(oneMinusBeta2 * epsilon);
  const factor = f32x4.splat(oneMinusBeta2);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) updateLanes(g + at, v + at, beta2, added, factor, LANES);
  const tail = count & (LANES - 1);
  if (tail) updateLanes(g + at, v + at, beta2, added, factor, tail);
}
