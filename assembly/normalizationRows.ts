/**
 * What layer, root mean square and unit normalisation have in common: all are
 *
 *     y = (x - mean) * inverse * gamma + beta
 *
 * along rows, with a mean (or 0) and an inverse size of the row itself. Tensors are [rows, columns];
 * what belongs to a row is [rows], what belongs to a column is [columns].
 *
 * Sums along a row go by blocks: float32 in a block, whose sum is added to a float64 total, so that
 * the error does not grow with the length of the row.
 */
import { promoteHigh, promoteLow } from "./reduce";
import {
  FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, loadTail, madd, nmadd, storeLanes, storeTail, wholeVectorBytes,
} from "./simd";

/** Elements of a block. */
// @ts-ignore: decorator
@inline const BLOCK: i32 = 256;

/** Elements that a round of the forward sums takes: a vector for each of four running sums. */
// @ts-ignore: decorator
@inline const FORWARD_ROUND: i32 = 16;

/** Elements that a round of the backward sums takes: a vector for each of two running sums. */
// @ts-ignore: decorator
@inline const BACKWARD_ROUND: i32 = 8;

/** Adds the four lanes of a block's sum to a total of two float64 lanes. */
// @ts-ignore: decorator
@inline function addBlock(total: v128, block: v128): v128 {
  return f64x2.add(total, f64x2.add(promoteLow(block), promoteHigh(block)));
}

/** The sum of two float64 lanes. */
// @ts-ignore: decorator
@inline function sumLanes(total: v128): f64 {
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}

/** The last 1, 2 or 3 elements of a row, with the center in the other lanes. */
// @ts-ignore: decorator
@inline function loadTailAround(x: usize, center: v128, count: i32): v128 {
  const present = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
  return v128.bitselect(loadTail(x, count), center, present);
}

/** sum + (x - center), or sum + (x - center)^2. */
// @ts-ignore: decorator
@inline function accumulate(squared: bool, x: v128, center: v128, sum: v128): v128 {
  const deviation = f32x4.sub(x, center);
  return squared ? madd(deviation, deviation, sum) : f32x4.add(sum, deviation);
}

/** The loops of both forward sums. */
// @ts-ignore: decorator
@inline function sumTerms(squared: bool, x: usize, center: v128, count: i32): f64 {
  let total = f64x2.splat(0);
  while (count >= FORWARD_ROUND) {
    const block = min(count, BLOCK) & ~(FORWARD_ROUND - 1);
    const end = x + <usize>block * FLOAT_BYTES;
    count -= block;
    let sum0 = f32x4.splat(0), sum1 = f32x4.splat(0), sum2 = f32x4.splat(0), sum3 = f32x4.splat(0);
    for (; x < end; x += 4 * VECTOR_BYTES) {
      sum0 = accumulate(squared, v128.load(x), center, sum0);
      sum1 = accumulate(squared, v128.load(x, 16), center, sum1);
      sum2 = accumulate(squared, v128.load(x, 32), center, sum2);
      sum3 = accumulate(squared, v128.load(x, 48), center, sum3);
    }
    total = addBlock(total, f32x4.add(f32x4.add(sum0, sum2), f32x4.add(sum1, sum3)));
  }
  let rest = f32x4.splat(0);
  for (; count >= LANES; count -= LANES, x += VECTOR_BYTES)
    rest = accumulate(squared, v128.load(x), center, rest);
  if (count) rest = accumulate(squared, loadTailAround(x, center, count), center, rest);
  return sumLanes(addBlock(total, rest));
}

/**
 * The sum of x - center.
 *
 * @param x [count]
 */
export function sumOfDeviations(x: usize, center: f32, count: i32): f64 {
  return sumTerms(false, x, f32x4.splat(center), count);
}

/**
 * The sum of (x - center)^2.
 *
 * @param x [count]
 */
export function sumOfSquaredDeviations(x: usize, center: f32, count: i32): f64 {
  return sumTerms(true, x, f32x4.splat(center), count);
}

/**
 * y = (x - center) * inverse * gamma + beta along one row.
 *
 * @param x [count]
 * @param gamma [count] or 0 for ones
 * @param beta [count] or 0 for zeros
 * @param y [count], overwritten; may be x
 */
export function normalizeRow(
  x: usize, gamma: usize, beta: usize, y: usize, center: f32, inverse: f32, count: i32,
): void {
  const centers = f32x4.splat(center);
  const inverses = f32x4.splat(inverse);
  const vectorBytes = wholeVectorBytes(count);
  let p: usize = 0;
  if (gamma != 0 && beta != 0) {
    for (; p < vectorBytes; p += VECTOR_BYTES) {
      const scale = f32x4.mul(v128.load(gamma + p), inverses);
      v128.store(y + p, madd(f32x4.sub(v128.load(x + p), centers), scale, v128.load(beta + p)));
    }
  } else {
    for (; p < vectorBytes; p += VECTOR_BYTES) {
      const scale = gamma ? f32x4.mul(v128.load(gamma + p), inverses) : inverses;
      const scaled = f32x4.mul(f32x4.sub(v128.load(x + p), centers), scale);
      v128.store(y + p, beta ? f32x4.add(scaled, v128.load(beta + p)) : scaled);
    }
  }
  const tail = count & (LANES - 1);
  if (tail) {
    const scale = gamma ? f32x4.mul(loadTail(gamma + p, tail), inverses) : inverses;
    const shift = beta ? loadTail(beta + p, tail) : f32x4.splat(0);
    storeTail(y + p, madd(f32x4.sub(loadTail(x + p, tail), centers), scale, shift), tail);
  }
}

/** Four elements of dY * gamma. */
// @ts-ignore: decorator
@inline function loadProduct(dY: usize, gamma: usize, offsetBytes: usize): v128 {
  const slope = v128.load(dY + offsetBytes);
  return gamma ? f32x4.mul(slope, v128.load(gamma + offsetBytes)) : slope;
}

/** The last 1, 2 or 3 elements of dY * gamma, zeros in the other lanes. */
// @ts-ignore: decorator
@inline function loadProductTail(dY: usize, gamma: usize, offsetBytes: usize, count: i32): v128 {
  const slope = loadTail(dY + offsetBytes, count);
  return gamma ? f32x4.mul(slope, loadTail(gamma + offsetBytes, count)) : slope;
}

/** The sums of g and of g * (x - center) along one row, with g = dY * gamma, as two float64 lanes. */
function gradientSums(x: usize, dY: usize, gamma: usize, center: v128, count: i32): v128 {
  let slopes = f64x2.splat(0), products = f64x2.splat(0);
  let p: usize = 0;
  while (count >= BACKWARD_ROUND) {
    const block = min(count, BLOCK) & ~(BACKWARD_ROUND - 1);
    const end = p + <usize>block * FLOAT_BYTES;
    count -= block;
    let slope0 = f32x4.splat(0), slope1 = f32x4.splat(0);
    let product0 = f32x4.splat(0), product1 = f32x4.splat(0);
    for (; p < end; p += 2 * VECTOR_BYTES) {
      const g0 = loadProduct(dY, gamma, p);
      const g1 = loadProduct(dY, gamma, p + VECTOR_BYTES);
      slope0 = f32x4.add(slope0, g0);
      slope1 = f32x4.add(slope1, g1);
      product0 = madd(g0, f32x4.sub(v128.load(x + p), center), product0);
      product1 = madd(g1, f32x4.sub(v128.load(x + p, 16), center), product1);
    }
    slopes = addBlock(slopes, f32x4.add(slope0, slope1));
    products = addBlock(products, f32x4.add(product0, product1));
  }
  let slope = f32x4.splat(0), product = f32x4.splat(0);
  if (count >= LANES) {
    slope = loadProduct(dY, gamma, p);
    product = f32x4.mul(slope, f32x4.sub(v128.load(x + p), center));
    p += VECTOR_BYTES;
    count -= LANES;
  }
  if (count) {
    const g = loadProductTail(dY, gamma, p, count);
    slope = f32x4.add(slope, g);
    product = madd(g, f32x4.sub(loadTail(x + p, count), center), product);
  }
  slopes = addBlock(slopes, slope);
  products = addBlock(products, product);
  return f64x2.add(v128.shuffle<f64>(slopes, products, 0, 2), v128.shuffle<f64>(slopes, products, 1, 3));
}

/** Adds dY to dBeta and dY * (x - center) * inverse to dGamma, and stores dX, of up to four elements of a row. */
// @ts-ignore: decorator
@inline function backwardLanes(
  x: usize, dY: usize, gamma: usize, dX: usize, dGamma: usize, dBeta: usize, p: usize,
  center: v128, inverse: v128, dMean: v128, slope: v128, lanes: i32,
): void {
  const dValue = loadLanes(dY + p, lanes);
  const deviation = f32x4.sub(loadLanes(x + p, lanes), center);
  if (dBeta) storeLanes(dBeta + p, f32x4.add(loadLanes(dBeta + p, lanes), dValue), lanes);
  if (dGamma) {
    const product = madd(f32x4.mul(deviation, inverse), dValue, loadLanes(dGamma + p, lanes));
    storeLanes(dGamma + p, product, lanes);
  }
  if (dX) {
    const scaled = gamma ? f32x4.mul(dValue, loadLanes(gamma + p, lanes)) : dValue;
    storeLanes(dX + p, f32x4.mul(nmadd(deviation, slope, f32x4.sub(scaled, dMean)), inverse), lanes);
  }
}

/**
 * The gradients of y = (x - mean) * inverse * gamma + beta, along rows. With g = dY * gamma and n = divisor:
 *
 *     dX = inverse * (g - sum(g) / n - (x - mean) * inverse^2 * sum(g * (x - mean)) / n)
 *
 * without the second term where there is no mean, and without the second and third in a row whose
 * inverse is a constant. The sums over rows are float32, so rows are few where they are wanted.
 *
 * @param x [rows, columns]
 * @param dY [rows, columns]
 * @param gamma [columns] or 0 for ones
 * @param mean [rows] or 0 for a mean that is 0 and not subtracted
 * @param inverse [rows]
 * @param dX [rows, columns] or 0, overwritten; may be dY
 * @param dGamma [columns] or 0, accumulated into: the sum over rows of dY * (x - mean) * inverse
 * @param dBeta [columns] or 0, accumulated into: the sum over rows of dY
 * @param constantInverse an inverse of this or more does not depend on x
 */
export function backwardRows(
  x: usize, dY: usize, gamma: usize, mean: usize, inverse: usize, dX: usize, dGamma: usize, dBeta: usize,
  rows: i32, columns: i32, divisor: f64, constantInverse: f32,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const vectorBytes = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  for (let row = 0; row < rows; row++, x += rowBytes, dY += rowBytes) {
    const offsetBytes = <usize>row * FLOAT_BYTES;
    const center = f32x4.splat(mean ? load<f32>(mean + offsetBytes) : 0);
    const rowInverse = load<f32>(inverse + offsetBytes);
    const sums = dX ? gradientSums(x, dY, gamma, center, columns) : f64x2.splat(0);
    const product = f64x2.extract_lane(sums, 1) * <f64>rowInverse * <f64>rowInverse / divisor;
    const dMean = f32x4.splat(mean ? <f32>(f64x2.extract_lane(sums, 0) / divisor) : 0);
    const slope = f32x4.splat(rowInverse >= constantInverse ? 0 : <f32>product);
    const scale = f32x4.splat(rowInverse);
    let p: usize = 0;
    for (; p < vectorBytes; p += VECTOR_BYTES)
      backwardLanes(x, dY, gamma, dX, dGamma, dBeta, p, center, scale, dMean, slope, LANES);
    if (tail) backwardLanes(x, dY, gamma, dX, dGamma, dBeta, p, center, scale, dMean, slope, tail);
    if (dX) dX += rowBytes;
  }
}
