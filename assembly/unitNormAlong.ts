/**
 * Division by the Euclidean norm along one axis, as Keras has it: y = x / sqrt(max(sum of x^2, epsilon^2)).
 * Dot with `normalize`, and UnitNormalization. Sums are float64, so no square overflows or vanishes.
 */
import { highDoubles, lowDoubles, sumOfDoubles, toFloats } from "./lossLanes";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, nmadd, storeLanes } from "./simd";

/** 1 / sqrt(max(square, least)). NaN stays. */
// @ts-ignore: decorator
@inline function inverseNorm(square: v128, least: v128): v128 {
  return f64x2.div(f64x2.splat(1), f64x2.sqrt(f64x2.pmax(square, least)));
}

/** inverse^3 product, but 0 where the norm is held up by epsilon and has no slope. */
// @ts-ignore: decorator
@inline function slopeOf(product: v128, inverse: v128, square: v128, least: v128): v128 {
  const slope = f64x2.mul(f64x2.mul(product, inverse), f64x2.mul(inverse, inverse));
  return v128.andnot(slope, f64x2.lt(square, least));
}

/**
 * destination = g / norm - x (sum of x g) / norm^3 along an axis; without g, x / norm. A contiguous axis is
 * taken four elements at a time; along another one, `width` of them lie in the lanes beside each other.
 */
function normalizeAxis(
  x: usize, g: usize, destination: usize, length: i32, isContiguous: bool, stepBytes: usize, width: i32, epsilon: f64,
): void {
  const least = f64x2.splat(epsilon * epsilon);
  const zero = f64x2.splat(0);
  const advance = isContiguous ? LANES : 1;
  let squareLow = zero, squareHigh = zero, productLow = zero, productHigh = zero;
  for (let left = length, at: usize = 0; left > 0; left -= advance, at += stepBytes) {
    const lanes = isContiguous ? min(left, LANES) : width;
    const values = loadLanes(x + at, lanes);
    const slopes = loadLanes((g ? g : x) + at, lanes);
    const low = lowDoubles(values), high = highDoubles(values);
    squareLow = f64x2.add(squareLow, f64x2.mul(low, low));
    squareHigh = f64x2.add(squareHigh, f64x2.mul(high, high));
    productLow = f64x2.add(productLow, f64x2.mul(low, lowDoubles(slopes)));
    productHigh = f64x2.add(productHigh, f64x2.mul(high, highDoubles(slopes)));
  }
  if (isContiguous) {
    squareLow = squareHigh = f64x2.splat(sumOfDoubles(squareLow, squareHigh));
    productLow = productHigh = f64x2.splat(sumOfDoubles(productLow, productHigh));
  }
  const inverseLow = inverseNorm(squareLow, least), inverseHigh = inverseNorm(squareHigh, least);
  const inverse = toFloats(inverseLow, inverseHigh);
  const slope = toFloats(
    slopeOf(productLow, inverseLow, squareLow, least), slopeOf(productHigh, inverseHigh, squareHigh, least));
  for (let left = length, at: usize = 0; left > 0; left -= advance, at += stepBytes) {
    const lanes = isContiguous ? min(left, LANES) : width;
    const values = loadLanes(x + at, lanes);
    const result = g ? nmadd(values, slope, f32x4.mul(loadLanes(g + at, lanes), inverse)) : f32x4.mul(values, inverse);
    storeLanes(destination + at, result, lanes);
  }
}

/** `normalizeAxis` for every position beside the axis. */
function normalizeAll(x: usize, g: usize, destination: usize, outer: i32, length: i32, inner: i32, epsilon: f64): void {
  const runBytes = <usize>inner * FLOAT_BYTES;
  const blockBytes = <usize>length * runBytes;
  for (; outer > 0; outer--) {
    for (let i = 0; i < inner; i += LANES) {
      const at = <usize>i * FLOAT_BYTES;
      const slopes = g ? g + at : 0;
      const stepBytes = inner == 1 ? VECTOR_BYTES : runBytes;
      normalizeAxis(x + at, slopes, destination + at, length, inner == 1, stepBytes, min(LANES, inner - i), epsilon);
    }
    x += blockBytes;
    destination += blockBytes;
    if (g) g += blockBytes;
  }
}

/**
 * y = x / max(norm of x along the axis, epsilon).
 *
 * @param x [outer, length, inner]
 * @param y [outer, length, inner], overwritten; may be x
 */
export function unitNormAlongForward(x: usize, y: usize, outer: i32, length: i32, inner: i32, epsilon: f64): void {
  normalizeAll(x, 0, y, outer, length, inner, epsilon);
}

/**
 * dX = dY / norm - x (sum along the axis of x dY) / norm^3; where the norm is below epsilon, dY / epsilon.
 *
 * @param x [outer, length, inner]
 * @param dY [outer, length, inner]
 * @param dX [outer, length, inner], overwritten; may be dY
 */
export function unitNormAlongBackward(
  x: usize, dY: usize, dX: usize, outer: i32, length: i32, inner: i32, epsilon: f64,
): void {
  normalizeAll(x, dY, dX, outer, length, inner, epsilon);
}
