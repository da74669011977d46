/** What is done to weights and gradients around an update: weight decay, clipping, regularization. */
import { promoteHigh, promoteLow, sumLanes64, sumTerms } from "./reduce";
import {
  LANES, FLOAT_BYTES, MAGNITUDE_BITS, VECTOR_BYTES, loadLanes, loadTail, madd, resident, storeLanes,
  storeTail, wholeVectorBytes,
} from "./simd";

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
  return sumTerms(true, false, x, 0, count);
}

/** l1 sign(w) + 2 l2 w. The sign of 0 is 0; NaN comes through the product. */
// @ts-ignore: decorator
@inline function penaltySlope(w: v128, magnitude: v128, l1: v128, twiceL2: v128): v128 {
  const signed = v128.or(l1, v128.xor(w, magnitude));
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
  const noSign = resident(MAGNITUDE_BITS, count);
  const zero = f64x2.splat(0);
  let absoluteLow = zero, absoluteHigh = zero, squareLow = zero, squareHigh = zero;
  // Both halves at the same time, as in sumTerms: memory brings several runs sooner.
  const halfBytes = wholeVectorBytes(count >> 1);
  for (let at: usize = 0; at < halfBytes; at += VECTOR_BYTES) {
    for (let p = at; p < 2 * halfBytes; p += halfBytes) {
      const weights = v128.load(w + p);
      const magnitude = v128.and(weights, noSign);
      const low = promoteLow(magnitude), high = promoteHigh(magnitude);
      absoluteLow = f64x2.add(absoluteLow, low);
      absoluteHigh = f64x2.add(absoluteHigh, high);
      squareLow = f64x2.add(squareLow, squared(low));
      squareHigh = f64x2.add(squareHigh, squared(high));
      if (dW) v128.store(dW + p, f32x4.add(v128.load(dW + p), penaltySlope(weights, magnitude, first, second)));
    }
  }
  let p: usize = 2 * halfBytes;
  for (let left = count - <i32>(p / FLOAT_BYTES); left > 0; left -= LANES, p += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    const weights = loadLanes(w + p, lanes);
    const magnitude = v128.and(weights, noSign);
    const low = promoteLow(magnitude), high = promoteHigh(magnitude);
    absoluteLow = f64x2.add(absoluteLow, low);
    absoluteHigh = f64x2.add(absoluteHigh, high);
    squareLow = f64x2.add(squareLow, squared(low));
    squareHigh = f64x2.add(squareHigh, squared(high));
    if (dW) {
      const slope = penaltySlope(weights, magnitude, first, second);
      storeLanes(dW + p, f32x4.add(loadLanes(dW + p, lanes), slope), lanes);
    }
  }
  return <f64>l1 * sumLanes64(absoluteLow, absoluteHigh) + <f64>l2 * sumLanes64(squareLow, squareHigh);
}
