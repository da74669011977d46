/**
 * The gradients of layer, root mean square and unit normalisation, along rows. The sums over rows for gamma and beta
 * go by tiles, whose totals are those of batchNormReduce.ts.
 */
import { TILE_ROWS, addToTotals, clearTotals, firstSums, secondSums, totalsOf } from "./batchNormReduce";
import { loadOptional } from "./channelRows";
import { BLOCK, addBlock, sumPairs } from "./normalizationRows";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, loadTail, madd, nmadd, storeLanes } from "./simd";

/** dY * gamma of up to four elements, zeros in the other lanes. */
// @ts-ignore: decorator
@inline function loadProduct(dY: usize, gamma: usize, p: usize, lanes: i32): v128 {
  const slope = loadLanes(dY + p, lanes);
  return gamma ? f32x4.mul(slope, loadLanes(gamma + p, lanes)) : slope;
}

/**
 * Adds dY to dBeta and dY * inverse * (x - center) to dGamma, and stores dX = dY * inverse * gamma - dMean -
 * (x - center) * slope, of up to four elements of a row.
 */
// @ts-ignore: decorator
@inline export function backwardLanes(
  x: usize, dY: usize, gamma: usize, dX: usize, dGamma: usize, dBeta: usize, p: usize,
  center: v128, inverse: v128, dMean: v128, slope: v128, lanes: i32,
): void {
  const dValue = loadLanes(dY + p, lanes);
  const deviation = f32x4.sub(loadLanes(x + p, lanes), center);
  const product = f32x4.mul(dValue, inverse);
  if (dBeta) storeLanes(dBeta + p, f32x4.add(loadLanes(dBeta + p, lanes), dValue), lanes);
  if (dGamma) storeLanes(dGamma + p, madd(product, deviation, loadLanes(dGamma + p, lanes)), lanes);
  if (dX) {
    const scaled = gamma ? f32x4.mul(product, loadLanes(gamma + p, lanes)) : product;
    storeLanes(dX + p, nmadd(deviation, slope, f32x4.sub(scaled, dMean)), lanes);
  }
}

/**
 * The sums of g and of g * (x - center) along one row, with g = dY * gamma, as two float64 lanes. With `finishes`, a
 * constant, `backwardLanes` works on another row on the way.
 *
 * @param next x, dNext dY and nextCenter the center of the row that is summed; x and dY the other row
 */
// @ts-ignore: decorator
@inline function sumGradients(
  finishes: bool, next: usize, dNext: usize, gamma: usize, nextCenter: v128, count: i32,
  x: usize, dY: usize, dX: usize, dGamma: usize, dBeta: usize, center: v128, inverse: v128, dMean: v128, slope: v128,
): v128 {
  let slopes = f64x2.splat(0), products = f64x2.splat(0);
  let p: usize = 0;
  while (count >= LANES) {
    const block = min(count, BLOCK) & ~(LANES - 1);
    const end = p + <usize>block * FLOAT_BYTES;
    count -= block;
    let slopeSum = f32x4.splat(0), productSum = slopeSum;
    for (; p < end; p += VECTOR_BYTES) {
      const g = loadProduct(dNext, gamma, p, LANES);
      slopeSum = f32x4.add(slopeSum, g);
      productSum = madd(g, f32x4.sub(v128.load(next + p), nextCenter), productSum);
      if (finishes) backwardLanes(x, dY, gamma, dX, dGamma, dBeta, p, center, inverse, dMean, slope, LANES);
    }
    slopes = addBlock(slopes, slopeSum);
    products = addBlock(products, productSum);
  }
  if (count) {
    const g = loadProduct(dNext, gamma, p, count);
    slopes = addBlock(slopes, g);
    products = addBlock(products, f32x4.mul(g, f32x4.sub(loadTail(next + p, count), nextCenter)));
    if (finishes) backwardLanes(x, dY, gamma, dX, dGamma, dBeta, p, center, inverse, dMean, slope, count);
  }
  return sumPairs(slopes, products);
}

/** The mean of a row in all lanes, or 0. */
// @ts-ignore: decorator
@inline function loadCenter(mean: usize): v128 {
  return f32x4.splat(mean ? load<f32>(mean) : 0);
}

/** `sumGradients` of the first row. */
function sumFirstGradients(x: usize, dY: usize, gamma: usize, mean: usize, columns: i32): v128 {
  const zero = f32x4.splat(0);
  return sumGradients(false, x, dY, gamma, loadCenter(mean), columns, 0, 0, 0, 0, 0, zero, zero, zero, zero);
}

/** `sumGradients` of the row `step` bytes on, and all that is wanted of this one, whose own sums are given. */
function finishRow(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: f32, dX: usize, dGamma: usize, dBeta: usize,
  columns: i32, divisor: f64, constantInverse: f32, sums: v128, step: usize,
): v128 {
  const scale = <f64>inverse / divisor;
  const dMean = f32x4.splat(mean ? <f32>(f64x2.extract_lane(sums, 0) * scale) : 0);
  const product = f64x2.extract_lane(sums, 1) * <f64>inverse * <f64>inverse * scale;
  const slope = f32x4.splat(inverse >= constantInverse ? 0 : <f32>product);
  const nextMean = mean && step ? mean + FLOAT_BYTES : mean;
  return sumGradients(
    true, x + step, dY + step, gamma, loadCenter(nextMean), columns,
    x, dY, dX, dGamma, dBeta, loadCenter(mean), f32x4.splat(inverse), dMean, slope);
}

/** Adds the sums of a tile to their totals. */
function addTile(dGamma: usize, dBeta: usize, totals: usize, columns: i32): void {
  for (let left = columns, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    addToTotals(totalsOf(totals, p), loadOptional(dBeta, p, lanes, 0), loadOptional(dGamma, p, lanes, 0));
  }
}

/**
 * The gradients of y = (x - mean) * inverse * gamma + beta, along rows. With g = dY * gamma and n = divisor:
 *
 *     dX     = inverse * (g - sum(g) / n - (x - mean) * inverse^2 * sum(g * (x - mean)) / n)
 *     dGamma = sum over rows of dY * (x - mean) * inverse
 *     dBeta  = sum over rows of dY
 *
 * dX is without the second term where there is no mean, and without the second and third in a row whose
 * inverse is a constant. The next row is summed while a row is finished. The sums over rows are float32 within a
 * tile, in the place of the results, and float64 between tiles.
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param gamma [columns] or 0 for ones
 * @param mean [rows] or 0 for a mean that is 0 and not subtracted
 * @param inverse [rows]
 * @param dX [rows, columns] or 0, overwritten; may be dY
 * @param dGamma [columns] or 0, overwritten
 * @param dBeta [columns] or 0, overwritten
 * @param constantInverse an inverse of this or more does not depend on x
 * @param totals [4 * columns, rounded up to a multiple of 16] floats, overwritten: workspace; or 0 without dGamma
 *   and dBeta
 */
export function backwardRows(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: usize, dX: usize, dGamma: usize, dBeta: usize,
  rows: i32, columns: i32, divisor: f64, constantInverse: f32, totals: usize,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  if (totals) clearTotals(totals, columns);
  let sums = sumFirstGradients(x, dY, gamma, mean, columns);
  for (let row = 1; row <= rows; row++) {
    if (row % TILE_ROWS == 1) {
      if (dGamma) memory.fill(dGamma, 0, rowBytes);
      if (dBeta) memory.fill(dBeta, 0, rowBytes);
    }
    // The last row is summed again in the place of the next.
    sums = finishRow(
      x, dY, gamma, mean, load<f32>(inverse), dX, dGamma, dBeta,
      columns, divisor, constantInverse, sums, row < rows ? rowBytes : 0);
    if (totals && (row == rows || row % TILE_ROWS == 0)) addTile(dGamma, dBeta, totals, columns);
    x += rowBytes;
    dY += rowBytes;
    inverse += FLOAT_BYTES;
    if (mean) mean += FLOAT_BYTES;
    if (dX) dX += rowBytes;
  }
  for (let left = columns, p: usize = 0; left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    if (dBeta) storeLanes(dBeta + p, firstSums(totalsOf(totals, p)), lanes);
    if (dGamma) storeLanes(dGamma + p, secondSums(totalsOf(totals, p)), lanes);
  }
}
