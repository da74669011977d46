/** Constraints: what is done to a weight after its update. */
import { scale, sumOfSquares } from "./gradient";
import { highDoubles, lowDoubles, toFloats } from "./lossLanes";
import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadLanes, loadTail, storeLanes, storeTail, wholeVectorBytes } from "./simd";

/** Keras's epsilon, which keeps a vector of zeros from a division by 0. */
// @ts-ignore: decorator
@inline const EPSILON: f64 = 1e-7;

/**
 * w = max(w, 0) (Keras NonNeg). NaN stays NaN.
 *
 * @param w [count], updated
 */
export function constrainNonNegative(w: usize, count: i32): void {
  const zero = f32x4.splat(0);
  const end = w + wholeVectorBytes(count);
  for (; w < end; w += VECTOR_BYTES) v128.store(w, f32x4.pmax(v128.load(w), zero));
  const tail = count & (LANES - 1);
  if (tail) storeTail(w, f32x4.pmax(loadTail(w, tail), zero), tail);
}

/** desired / (epsilon + norm) for two sums of squares; see constrainNorm. The order of the operands keeps a NaN. */
// @ts-ignore: decorator
@inline function normFactor(squares: v128, minimum: f64, maximum: f64, rate: f64): v128 {
  const norm = f64x2.sqrt(squares);
  const clipped = f64x2.pmin(f64x2.pmax(norm, f64x2.splat(minimum)), f64x2.splat(maximum));
  const kept = f64x2.mul(f64x2.splat(1 - rate), norm);
  const desired = rate == 1 ? clipped : f64x2.add(f64x2.mul(f64x2.splat(rate), clipped), kept);
  return f64x2.div(desired, f64x2.add(f64x2.splat(EPSILON), norm));
}

/** One to four vectors side by side, element by element `strideBytes` apart. */
function constrainColumns(
  w: usize, lanes: i32, reduced: i32, strideBytes: usize, minimum: f64, maximum: f64, rate: f64,
): void {
  const end = w + <usize>reduced * strideBytes;
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let p = w; p < end; p += strideBytes) {
    const values = loadLanes(p, lanes);
    const lowValues = lowDoubles(values);
    const highValues = highDoubles(values);
    low = f64x2.add(low, f64x2.mul(lowValues, lowValues));
    high = f64x2.add(high, f64x2.mul(highValues, highValues));
  }
  const factors = toFloats(normFactor(low, minimum, maximum, rate), normFactor(high, minimum, maximum, rate));
  for (let p = w; p < end; p += strideBytes) storeLanes(p, f32x4.mul(loadLanes(p, lanes), factors), lanes);
}

/**
 * Every vector w[o, :, i] times desired / (1e-7 + n), where n is its Euclidean norm, summed in float64, and
 * desired = rate clip(n, minimum, maximum) + (1 - rate) n (Keras MinMaxNorm). MaxNorm has minimum 0 and
 * rate 1, UnitNorm minimum = maximum = rate = 1. A NaN makes its vector NaN.
 *
 * @param w [outer, reduced, inner], updated
 * @param minimum not above maximum
 */
export function constrainNorm(
  w: usize, outer: i32, reduced: i32, inner: i32, minimum: f64, maximum: f64, rate: f64,
): void {
  const strideBytes = <usize>inner * FLOAT_BYTES;
  for (let o = 0; o < outer; o++) {
    if (inner == 1) {
      const factor = normFactor(f64x2.splat(sumOfSquares(w, reduced)), minimum, maximum, rate);
      scale(w, reduced, <f32>f64x2.extract_lane(factor, 0));
    } else {
      for (let i = 0; i < inner; i += LANES) {
        constrainColumns(w + <usize>i * FLOAT_BYTES, min(LANES, inner - i), reduced, strideBytes, minimum, maximum, rate);
      }
    }
    w += <usize>reduced * strideBytes;
  }
}
