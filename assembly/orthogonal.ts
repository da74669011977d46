/**
 * The penalty on rows or columns that are not orthogonal to each other (Keras OrthogonalRegularizer).
 *
 * The vectors are normalised into memory beside the weight, one after the other; then panels of the matrix
 * of their products are made, used and forgotten, so that it never lies in memory as a whole.
 */
import { matMul, matMulTransposedB, workspaceBytes } from "./gemm";
import { highDoubles, lowDoubles, sumOfDoubles } from "./lossLanes";
import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";

/** Vectors whose products with all others are made together. */
// @ts-ignore: decorator
@inline const PANEL: i32 = 32;

/** Norms are held up at Keras's epsilon. */
// @ts-ignore: decorator
@inline const SMALLEST_NORM: f64 = 1e-7;

/** The floats that `orthogonalPenalty` needs as workspace for `count` vectors of `length` elements. */
export function orthogonalWorkspaceFloats(count: i32, length: i32): i32 {
  return workspaceBytes() / <i32>FLOAT_BYTES + count * length + count + PANEL * (count + length);
}

/** u = w r with r = 1 / max(|w|, 1e-7), for one vector of w. Returns r. */
function normalise(w: usize, u: usize, length: i32, strideBytes: usize): f64 {
  let square: f64 = 0;
  let p = w;
  for (let i = 0; i < length; i++) {
    const value = <f64>load<f32>(p);
    square += value * value;
    p += strideBytes;
  }
  // The instruction keeps a NaN.
  const inverse = 1 / sqrt<f64>(max<f64>(square, SMALLEST_NORM * SMALLEST_NORM));
  for (let i = 0; i < length; i++) {
    store<f32>(u, <f32>(<f64>load<f32>(w) * inverse));
    u += FLOAT_BYTES;
    w += strideBytes;
  }
  return inverse;
}

/** Overwrites products with their signs, that of 0 being 0. Returns the sum of their magnitudes. */
function takeSigns(products: usize, count: i32): f64 {
  const signBit = i32x4.splat(0x80000000);
  const zero = f32x4.splat(0);
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let left = count; left > 0; left -= LANES) {
    const lanes = min(left, LANES);
    const values = loadLanes(products, lanes);
    const magnitudes = f32x4.abs(values);
    low = f64x2.add(low, lowDoubles(magnitudes));
    high = f64x2.add(high, highDoubles(magnitudes));
    const signed = v128.or(f32x4.splat(1), v128.and(values, signBit));
    storeLanes(products, v128.and(signed, f32x4.ne(values, zero)), lanes);
    products += VECTOR_BYTES;
  }
  return sumOfDoubles(low, high);
}

/** dW += factor dU for one vector. */
function addGradient(dW: usize, dU: usize, length: i32, strideBytes: usize, factor: f64): void {
  for (let i = 0; i < length; i++) {
    store<f32>(dW, <f32>(<f64>load<f32>(dW) + factor * <f64>load<f32>(dU)));
    dU += FLOAT_BYTES;
    dW += strideBytes;
  }
}

/**
 * The penalty factor / pairs * sum_{i<j} |u_i . u_j|, with u_i = w_i / max(|w_i|, 1e-7) and
 * pairs = count (count - 1) / 2, and its gradient, with S_i = sum_{j!=i} |u_i . u_j|:
 *
 *   dW_i += factor / pairs / |w_i| (sum_{j!=i} sign(u_i . u_j) u_j - S_i u_i)
 *
 * A norm that is held up has no slope: there S_i is left out. One vector alone has no pairs: 0, where
 * Keras divides 0 by 0.
 *
 * @param w element e of vector v at w + v vectorStride + e elementStride (floats), read
 * @param dW as w, accumulated into, or 0
 * @param workspace orthogonalWorkspaceFloats(count, length) floats, overwritten
 */
export function orthogonalPenalty(
  w: usize, dW: usize, count: i32, length: i32, vectorStride: i32, elementStride: i32, factor: f64, workspace: usize,
): f64 {
  if (count < 2) return 0;
  const vectorStrideBytes = <usize>vectorStride * FLOAT_BYTES;
  const elementStrideBytes = <usize>elementStride * FLOAT_BYTES;
  const vectorBytes = <usize>length * FLOAT_BYTES;
  const productBytes = <usize>count * FLOAT_BYTES;
  const u = workspace + <usize>workspaceBytes();
  const inverses = u + <usize>count * vectorBytes;
  const products = inverses + productBytes;
  const dU = products + <usize>PANEL * productBytes;
  for (let v = 0; v < count; v++) {
    const inverse = normalise(w + <usize>v * vectorStrideBytes, u + <usize>v * vectorBytes, length, elementStrideBytes);
    store<f32>(inverses + <usize>v * FLOAT_BYTES, <f32>inverse);
  }
  const slope = factor / (0.5 * <f64>count * (<f64>count - 1));
  let total: f64 = 0;
  for (let first = 0; first < count; first += PANEL) {
    const vectors = min(PANEL, count - first);
    matMulTransposedB(u + <usize>first * vectorBytes, u, products, vectors, count, length, workspace);
    for (let i = 0; i < vectors; i++) {
      const row = products + <usize>i * productBytes;
      const diagonal = row + <usize>(first + i) * FLOAT_BYTES;
      store<f32>(diagonal, 0);
      const magnitudes = takeSigns(row, count);
      const isHeldUp = load<f32>(inverses + <usize>(first + i) * FLOAT_BYTES) == <f32>(1 / SMALLEST_NORM);
      store<f32>(diagonal, isHeldUp ? 0 : <f32>-magnitudes);
      total += magnitudes;
    }
    if (!dW) continue;
    matMul(products, u, dU, vectors, length, count, workspace);
    for (let i = 0; i < vectors; i++) {
      const inverse = <f64>load<f32>(inverses + <usize>(first + i) * FLOAT_BYTES);
      const dVector = dW + <usize>(first + i) * vectorStrideBytes;
      addGradient(dVector, dU + <usize>i * vectorBytes, length, elementStrideBytes, slope * inverse);
    }
  }
  return 0.5 * slope * total;
}
