/**
 * The grid of a self-organizing map. Unit j stands in row j / columns and column j % columns. On a hexagonal grid odd
 * rows lie half a unit to the right and rows are sqrt(3)/2 apart, so a unit has six neighbours at distance 1.
 */
import { expVector } from "./math";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, horizontalSum, loadLanes, madd, storeLanes } from "./simd";

/** Kinds of neighbourhood. */
// @ts-ignore: decorator
@inline const GAUSSIAN: i32 = 0;
// @ts-ignore: decorator
@inline const BUBBLE: i32 = 1;

/** 2^-100: what is smaller counts as none, since its products would lose bits where processors are slow besides. */
// @ts-ignore: decorator
@inline const SMALLEST_SHARE: f32 = 7.888609052210118e-31;

/** The square of the distance between two units on the grid. Exact for grids of less than some 1000 rows or columns. */
function gridDistance(a: i32, b: i32, columns: i32, isHexagonal: i32): f32 {
  const rowA = a / columns, rowB = b / columns;
  const down = <f32>(rowA - rowB);
  let across = <f32>(a - rowA * columns - (b - rowB * columns));
  if (!isHexagonal) return down * down + across * across;
  across += <f32>0.5 * <f32>((rowA & 1) - (rowB & 1));
  return <f32>0.75 * down * down + across * across;
}

/** Whether two units are neighbours: of the eight around it on a rectangular grid, of the six on a hexagonal one. */
export function areNeighbours(a: i32, b: i32, columns: i32, isHexagonal: i32): bool {
  return a != b && gridDistance(a, b, columns, isHexagonal) <= (isHexagonal ? <f32>1 : <f32>2);
}

/** The share of a unit at squared grid distances, `square` being that of the radius. */
// @ts-ignore: decorator
@inline function shareAt(kind: i32, distances: v128, square: v128): v128 {
  const one = f32x4.splat(1);
  if (kind == BUBBLE) return v128.and(one, f32x4.le(distances, square));
  const ratio = f32x4.div(distances, square);
  if (kind != GAUSSIAN) return f32x4.pmax(f32x4.sub(one, ratio), f32x4.splat(0));
  // e^-70 is none already. What is smaller would underflow, which takes processors some ten times as long.
  const share = expVector(f32x4.max(f32x4.mul(ratio, f32x4.splat(-0.5)), f32x4.splat(-70)));
  return v128.and(share, f32x4.ge(share, f32x4.splat(SMALLEST_SHARE)));
}

/**
 * How much a unit learns of what another one matches best, by their squared distance s on the grid (Kohonen,
 * Self-Organizing Maps, 3rd ed. 2001, chapter 3): gaussian e^(-s / (2 radius^2)), bubble 1 up to the radius and else 0,
 * epanechnikov max(0, 1 - s / radius^2).
 *
 * @param shares [units, units], overwritten; symmetric
 * @param kind 0 gaussian, 1 bubble, 2 epanechnikov
 * @param radius greater than 0
 */
export function mapNeighbourhood(
  shares: usize, rows: i32, columns: i32, isHexagonal: i32, kind: i32, radius: f32,
): void {
  const units = rows * columns;
  let at = shares;
  for (let a = 0; a < units; a++) {
    for (let b = 0; b < units; b++, at += FLOAT_BYTES) store<f32>(at, gridDistance(a, b, columns, isHexagonal));
  }
  const square = f32x4.splat(radius * radius);
  for (let left = units * units; left > 0; left -= LANES, shares += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    storeLanes(shares, shareAt(kind, loadLanes(shares, lanes), square), lanes);
  }
}

/** The sum of (a - b)^2. */
export function squaredDistance(a: usize, b: usize, count: i32): f32 {
  let sum = f32x4.splat(0);
  for (; count > 0; count -= LANES, a += VECTOR_BYTES, b += VECTOR_BYTES) {
    const lanes = min(count, LANES);
    const difference = f32x4.sub(loadLanes(a, lanes), loadLanes(b, lanes));
    sum = madd(difference, difference, sum);
  }
  return horizontalSum(sum);
}

/**
 * The U-matrix (Ultsch and Siemon 1990): the mean distance between the weights of each unit and those of its neighbours
 * on the grid. 0 for a map of one unit.
 *
 * @param weights [rows columns, features]
 * @param means [rows, columns], overwritten
 */
export function neighbourDistances(
  weights: usize, means: usize, rows: i32, columns: i32, isHexagonal: i32, features: i32,
): void {
  const rowBytes = <usize>features * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, means += FLOAT_BYTES) {
      const unit = row * columns + column;
      let sum: f32 = 0;
      let count = 0;
      for (let down = max(row - 1, 0); down <= min(row + 1, rows - 1); down++) {
        for (let across = max(column - 1, 0); across <= min(column + 1, columns - 1); across++) {
          const other = down * columns + across;
          if (!areNeighbours(unit, other, columns, isHexagonal)) continue;
          sum += sqrt<f32>(squaredDistance(weights + <usize>unit * rowBytes, weights + <usize>other * rowBytes, features));
          count++;
        }
      }
      store<f32>(means, count ? sum / <f32>count : 0);
    }
  }
}
