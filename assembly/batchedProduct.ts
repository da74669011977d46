/** Products of many small matrices, one pair for each sample: the layer Dot. Float32, row-major. */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, horizontalSum, loadLanes, madd, storeLanes } from "./simd";

/** The sum of a b, both contiguous. */
// @ts-ignore: decorator
@inline function dot(a: usize, b: usize, count: i32): f32 {
  let sum = f32x4.splat(0);
  for (; count > 0; count -= LANES, a += VECTOR_BYTES, b += VECTOR_BYTES) {
    const lanes = min(count, LANES);
    sum = madd(loadLanes(a, lanes), loadLanes(b, lanes), sum);
  }
  return horizontalSum(sum);
}

/** One row of c with columns of b side by side in the lanes. The strides of a and b along k are bytes. */
// @ts-ignore: decorator
@inline function rowOfColumns(a: usize, b: usize, c: usize, n: i32, k: i32, aStep: usize, bStep: usize): void {
  for (; n > 0; n -= LANES, b += VECTOR_BYTES, c += VECTOR_BYTES) {
    const lanes = min(n, LANES);
    let sum = f32x4.splat(0);
    for (let i = 0, left = a, right = b; i < k; i++, left += aStep, right += bStep)
      sum = madd(v128.load32_splat(left), loadLanes(right, lanes), sum);
    storeLanes(c, sum, lanes);
  }
}

/** One row of c where b is transposed. The stride of a along k is bytes. */
// @ts-ignore: decorator
@inline function rowOfDots(a: usize, b: usize, c: usize, n: i32, k: i32, aStep: usize): void {
  const runBytes = <usize>k * FLOAT_BYTES;
  for (const end = c + <usize>n * FLOAT_BYTES; c < end; c += FLOAT_BYTES, b += runBytes) {
    if (aStep == FLOAT_BYTES) {
      store<f32>(c, dot(a, b, k));
    } else {
      let sum: f32 = 0;
      for (let at: usize = 0, left = a; at < runBytes; at += FLOAT_BYTES, left += aStep)
        sum += load<f32>(left) * load<f32>(b + at);
      store<f32>(c, sum);
    }
  }
}

/**
 * c = a.b for each of the batches.
 *
 * @param a [batches, m, k], or [batches, k, m] if transposedA is 1
 * @param b [batches, k, n], or [batches, n, k] if transposedB is 1
 * @param c [batches, m, n], overwritten; not overlapping a or b
 */
export function batchedMatMul(a: usize, b: usize, c: usize, batches: i32, m: i32, n: i32, k: i32,
  transposedA: i32, transposedB: i32): void {
  const aRow = (transposedA ? <usize>1 : <usize>k) * FLOAT_BYTES;
  const aStep = (transposedA ? <usize>m : <usize>1) * FLOAT_BYTES;
  const cRow = <usize>n * FLOAT_BYTES;
  const aBytes = <usize>(m * k) * FLOAT_BYTES;
  const bBytes = <usize>(k * n) * FLOAT_BYTES;
  for (; batches > 0; batches--, a += aBytes, b += bBytes) {
    for (let i = 0, row = a; i < m; i++, row += aRow, c += cRow) {
      if (transposedB) rowOfDots(row, b, c, n, k, aStep);
      else rowOfColumns(row, b, c, n, k, aStep, cRow);
    }
  }
}

/**
 * The gradients of batchedMatMul: dA = dC.bT and dB = aT.dC, each in the layout of its operand.
 *
 * @param a as in batchedMatMul
 * @param b as in batchedMatMul
 * @param dC [batches, m, n]
 * @param dA the shape of a, overwritten, or 0 for none
 * @param dB the shape of b, overwritten, or 0 for none
 */
export function batchedMatMulBackward(a: usize, b: usize, dC: usize, dA: usize, dB: usize,
  batches: i32, m: i32, n: i32, k: i32, transposedA: i32, transposedB: i32): void {
  if (dA) {
    if (transposedA) batchedMatMul(b, dC, dA, batches, k, m, n, transposedB, 1);
    else batchedMatMul(dC, b, dA, batches, m, k, n, 0, 1 - transposedB);
  }
  if (dB) {
    if (transposedB) batchedMatMul(dC, a, dB, batches, n, k, m, 1, transposedA);
    else batchedMatMul(a, dC, dB, batches, k, n, m, 1 - transposedA, 0);
  }
}
