/**
 * Adafactor: gradients divided by the root of a running mean of their squares, which a matrix remembers by
 * the means of its rows and columns alone (Shazeer and Stern 2018; Keras Adafactor).
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes, wholeVectorBytes, madd } from "./simd";
import { sumOfSquares } from "./gradient";
import { sum } from "./reduce";

// @ts-ignore: decorator
@inline function addSquares(target: usize, g: usize, factor: v128, lanes: i32): void {
  const gradient = loadLanes(g, lanes);
  const scaled = f32x4.mul(factor, gradient);
  storeLanes(target, madd(scaled, gradient, loadLanes(target, lanes)), lanes);
}

// @ts-ignore: decorator
@inline function decay(x: usize, kept: v128, added: v128, lanes: i32): void {
  storeLanes(x, madd(kept, loadLanes(x, lanes), added), lanes);
}

// @ts-ignore: decorator
@inline function divideByRoot(g: usize, v: usize, factor: v128, lanes: i32): void {
  const root = f32x4.sqrt(f32x4.mul(factor, loadLanes(v, lanes)));
  storeLanes(g, f32x4.div(loadLanes(g, lanes), root), lanes);
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

/** target += factor g^2. */
function addAllSquares(target: usize, g: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) addSquares(target + at, g + at, factors, LANES);
  const tail = count & (LANES - 1);
  if (tail) addSquares(target + at, g + at, factors, tail);
}

/** g = g / sqrt(factor v). */
function divideAllByRoots(g: usize, v: usize, count: i32, factor: f32): void {
  const factors = f32x4.splat(factor);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) divideByRoot(g + at, v + at, factors, LANES);
  const tail = count & (LANES - 1);
  if (tail) divideByRoot(g + at, v + at, factors, tail);
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
  const rowBytes = <usize>columns * FLOAT_BYTES;
  for (let matrix = 0; matrix < matrices; matrix++) {
    decayAll(rowMeans, rows, beta2, oneMinusBeta2 * epsilon);
    decayAll(columnMeans, columns, beta2, oneMinusBeta2 * epsilon);
    for (let row = 0; row < rows; row++) {
      const at = g + <usize>row * rowBytes;
      const mean = rowMeans + <usize>row * FLOAT_BYTES;
      store<f32>(mean, load<f32>(mean) + oneMinusBeta2 * <f32>(sumOfSquares(at, columns) / columns));
      addAllSquares(columnMeans, at, columns, oneMinusBeta2 / <f32>rows);
    }
    const overall = sum(rowMeans, rows) / rows;
    for (let row = 0; row < rows; row++) {
      const factor = <f32>(<f64>load<f32>(rowMeans + <usize>row * FLOAT_BYTES) / overall);
      divideAllByRoots(g + <usize>row * rowBytes, columnMeans, columns, factor);
    }
    g += <usize>rows * rowBytes;
    rowMeans += <usize>rows * FLOAT_BYTES;
    columnMeans += rowBytes;
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
