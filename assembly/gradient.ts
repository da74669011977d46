/** What is done to weights and gradients around an update: weight decay, clipping, regularization. */
import { promoteHigh, promoteLow, sumLanes64, sumTerms } from "./reduce";
import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadTail, storeTail, madd } from "./simd";

/**
 * x *= factor: weight decay, clipping by norm.
 *
 * @param x [count], updated
 */
export function scale(x: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  const end = x + <usize>(count & ~(LANES - 1)) * FLOAT_BYTES;
  for (; x < end; x += VECTOR_BYTES) v128.store(x, f32x4.mul(v128.load(x), factors));
  const tail = count & (LANES - 1);
  if (tail) storeTail(x, f32x4.mul(loadTail(x, tail), factors), tail);
}

/** x within [-limit, limit]. The order of the operands keeps a NaN. */
// @ts-ignore: decorator
@inline function clip(x: v128, limit: v128): v128 {
  return f32x4.pmax(f32x4.pmin(x, limit), f32x4.neg(limit));
}

/**
 * Clips each element to [-limit, limit]. NaN stays NaN.
 *
 * @param x [count], updated
 * @param limit not negative
 */
export function clipByValue(x: usize, count: i32, limit: f32): void {
  const limits = f32x4.splat(limit);
  const end = x + <usize>(count & ~(LANES - 1)) * FLOAT_BYTES;
  for (; x < end; x += VECTOR_BYTES) v128.store(x, clip(v128.load(x), limits));
  const tail = count & (LANES - 1);
  if (tail) storeTail(x, clip(loadTail(x, tail), limits), tail);
}

/** The squares of two float64 lanes that were float32: exact. */
// @ts-ignore: decorator
@inline function squared(x: v128): v128 {
  return f64x2.mul(x, x);
}

/**
 * The sum of x^2 in float64: float32 overflows and loses small elements beside large ones.
 *
 * @param x [count], read
 */
export function sumOfSquares(x: usize, count: i32): f64 {
  return sumTerms(true, x, count);
}

/** l1 sign(w) + 2 l2 w. The sign of 0 is 0; NaN comes through the product. */
// @ts-ignore: decorator
@inline function penaltySlope(w: v128, l1: v128, twiceL2: v128): v128 {
  const signBit = i32x4.splat(0x80000000);
  const signed = v128.or(l1, v128.and(w, signBit));
  return madd(twiceL2, w, v128.and(signed, f32x4.ne(w, f32x4.splat(0))));
}

/**
 * The penalty l1 sum|w| + l2 sum w^2, in float64, and its gradient (Keras L1L2):
 * dW += l1 sign(w) + 2 l2 w.
 *
 * @param w [count], read
 * @param dW [count], accumulated into, or 0
 * @param l1 not negative
 */
export function regularize(w: usize, dW: usize, count: i32, l1: f32, l2: f32): f64 {
  const first = f32x4.splat(l1);
  const second = f32x4.splat(2 * l2);
  const zero = f64x2.splat(0);
  let absoluteLow = zero, absoluteHigh = zero, squareLow = zero, squareHigh = zero;
  for (let left = count; left > 0; left -= LANES) {
    const whole = left >= LANES;
    const weights = whole ? v128.load(w) : loadTail(w, left);
    const low = promoteLow(weights), high = promoteHigh(weights);
    absoluteLow = f64x2.add(absoluteLow, f64x2.abs(low));
    absoluteHigh = f64x2.add(absoluteHigh, f64x2.abs(high));
    squareLow = f64x2.add(squareLow, squared(low));
    squareHigh = f64x2.add(squareHigh, squared(high));
    if (dW) {
      const slope = penaltySlope(weights, first, second);
      if (whole) v128.store(dW, f32x4.add(v128.load(dW), slope));
      else storeTail(dW, f32x4.add(loadTail(dW, left), slope), left);
      dW += VECTOR_BYTES;
    }
    w += VECTOR_BYTES;
  }
  return <f64>l1 * sumLanes64(absoluteLow, absoluteHigh) + <f64>l2 * sumLanes64(squareLow, squareHigh);
}
