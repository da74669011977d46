/**
 * Layer, root mean square and unit normalisation, which have this in common: all are
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
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, loadTail, madd, storeLanes } from "./simd";

/** Elements of a block. */
// @ts-ignore: decorator
@inline export const BLOCK: i32 = 256;

/** Elements that a round of sums takes: a vector for each of two running sums. */
// @ts-ignore: decorator
@inline const ROUND: i32 = 8;

/** A sum of squares may be this many times that around the mean: four bits. */
// @ts-ignore: decorator
@inline export const LOSS: f64 = 16;

/** Adds the four lanes of a block's sum to a total of two float64 lanes. */
// @ts-ignore: decorator
@inline export function addBlock(total: v128, block: v128): v128 {
  return f64x2.add(total, f64x2.add(promoteLow(block), promoteHigh(block)));
}

/** The sum of the lanes of each of two totals. */
// @ts-ignore: decorator
@inline export function sumPairs(first: v128, second: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(first, second, 0, 2), v128.shuffle<f64>(first, second, 1, 3));
}

/** The last 1, 2 or 3 elements of a row, with the center in the other lanes. */
// @ts-ignore: decorator
@inline function loadTailAround(x: usize, center: v128, count: i32): v128 {
  const present = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
  return v128.bitselect(loadTail(x, count), center, present);
}

/** y = (x - center) * inverse * gamma + beta of up to four elements of a row, `p` bytes on. */
// @ts-ignore: decorator
@inline function normalizeLanes(
  x: usize, gamma: usize, beta: usize, y: usize, p: usize, center: v128, inverse: v128, lanes: i32,
): void {
  const scale = gamma ? f32x4.mul(loadLanes(gamma + p, lanes), inverse) : inverse;
  const deviation = f32x4.sub(loadLanes(x + p, lanes), center);
  const shift = beta ? loadLanes(beta + p, lanes) : f32x4.splat(0);
  storeLanes(y + p, madd(deviation, scale, shift), lanes);
}

/**
 * The sums of x - shift and of (x - shift)^2 of one row, as two float64 lanes. With `normalizes`, a constant, y of
 * another row is made on the way: memory reads one while it writes the other.
 *
 * @param x [count]
 * @param row [count], with center and inverse; y [count], overwritten: may be the row, not x unless it is the row
 */
// @ts-ignore: decorator
@inline function sumRow(
  normalizes: bool, x: usize, shift: v128, count: i32,
  row: usize, gamma: usize, beta: usize, y: usize, center: v128, inverse: v128,
): v128 {
  let sums = f64x2.splat(0), squares = f64x2.splat(0);
  let p: usize = 0;
  while (count >= ROUND) {
    const block = min(count, BLOCK) & ~(ROUND - 1);
    const end = p + <usize>block * FLOAT_BYTES;
    count -= block;
    let sum0 = f32x4.splat(0);
    let sum1 = sum0, squares0 = sum0, squares1 = sum0;
    for (; p < end; p += 2 * VECTOR_BYTES) {
      const deviation0 = f32x4.sub(v128.load(x + p), shift);
      const deviation1 = f32x4.sub(v128.load(x + p, VECTOR_BYTES), shift);
      sum0 = f32x4.add(sum0, deviation0);
      sum1 = f32x4.add(sum1, deviation1);
      squares0 = madd(deviation0, deviation0, squares0);
      squares1 = madd(deviation1, deviation1, squares1);
      if (normalizes) {
        normalizeLanes(row, gamma, beta, y, p, center, inverse, LANES);
        normalizeLanes(row, gamma, beta, y, p + VECTOR_BYTES, center, inverse, LANES);
      }
    }
    sums = addBlock(sums, f32x4.add(sum0, sum1));
    squares = addBlock(squares, f32x4.add(squares0, squares1));
  }
  if (count >= LANES) {
    const deviation = f32x4.sub(v128.load(x + p), shift);
    sums = addBlock(sums, deviation);
    squares = addBlock(squares, f32x4.mul(deviation, deviation));
    if (normalizes) normalizeLanes(row, gamma, beta, y, p, center, inverse, LANES);
    p += VECTOR_BYTES;
    count -= LANES;
  }
  if (count) {
    const deviation = f32x4.sub(loadTailAround(x + p, shift, count), shift);
    sums = addBlock(sums, deviation);
    squares = addBlock(squares, f32x4.mul(deviation, deviation));
    if (normalizes) normalizeLanes(row, gamma, beta, y, p, center, inverse, count);
  }
  return sumPairs(sums, squares);
}

/** The sums of x - shift and of (x - shift)^2 of one row. */
function sumDeviations(x: usize, shift: f32, count: i32): v128 {
  return sumRow(false, x, f32x4.splat(shift), count, 0, 0, 0, 0, f32x4.splat(0), f32x4.splat(0));
}

/** The same of the next row, while this one is normalised. */
function normalizeAndSum(
  x: usize, gamma: usize, beta: usize, y: usize, center: f32, inverse: f32, next: usize, shift: f32, count: i32,
): v128 {
  return sumRow(
    true, next, f32x4.splat(shift), count, x, gamma, beta, y, f32x4.splat(center), f32x4.splat(inverse));
}

/** The mean, from the sums of deviations from `shift`. */
// @ts-ignore: decorator
@inline function meanOf(shift: f32, sums: v128, count: f64): f32 {
  return <f32>(<f64>shift + f64x2.extract_lane(sums, 0) / count);
}

/** The sum of squares around the mean. */
// @ts-ignore: decorator
@inline function squaresAround(sums: v128, count: f64): f64 {
  const sum = f64x2.extract_lane(sums, 0);
  return f64x2.extract_lane(sums, 1) - sum * sum / count;
}

/**
 * y = (x - mean) * inverse * gamma + beta along rows, inverse = 1 / sqrt(max(squares / divisor + added, least)), with
 * the sum of squares of x - mean. The next row is summed while a row is written.
 *
 * With a mean, both sums are of the deviations from the row's first element, whose mean is taken out of their squares
 * (shifted data, Chan, Golub and LeVeque 1983). Where that would cost more than four bits, since this element is far
 * from the others, a second pass takes the deviations from the mean. So a large offset costs no digits, and a
 * constant row has variance 0 exactly.
 *
 * @param x [rows, columns], at least one column
 * @param gamma [columns] or 0 for ones
 * @param beta [columns] or 0 for zeros
 * @param y [rows, columns], overwritten; may be x
 * @param mean [rows], overwritten, or 0
 * @param inverses [rows], overwritten, or 0
 * @param isCentered whether there is a mean, or 0 in its place
 */
export function forwardRows(
  x: usize, gamma: usize, beta: usize, y: usize, mean: usize, inverses: usize, rows: i32, columns: i32,
  isCentered: bool, divisor: f64, added: f64, least: f64,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const count = <f64>columns;
  let shift: f32 = isCentered ? load<f32>(x) : 0;
  let sums = sumDeviations(x, shift, columns);
  for (let row = 0; row < rows; row++, y += rowBytes) {
    const offsetBytes = <usize>row * FLOAT_BYTES;
    let center: f32 = 0;
    let squares = f64x2.extract_lane(sums, 1);
    if (isCentered) {
      if (LOSS * squaresAround(sums, count) < squares) {
        shift = meanOf(shift, sums, count);
        sums = sumDeviations(x, shift, columns);
      }
      center = meanOf(shift, sums, count);
      squares = squaresAround(sums, count);
      if (mean) store<f32>(mean + offsetBytes, center);
    }
    // The maximum of WebAssembly keeps a NaN.
    const inverse = <f32>(1 / sqrt<f64>(max<f64>(squares / divisor + added, least)));
    if (inverses) store<f32>(inverses + offsetBytes, inverse);
    // The last row is summed again in the place of the next.
    const next = row + 1 < rows ? x + rowBytes : x;
    if (isCentered) shift = load<f32>(next);
    sums = normalizeAndSum(x, gamma, beta, y, center, inverse, next, shift, columns);
    x = next;
  }
}
