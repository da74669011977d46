/**
 * The dense layer: y = activation(x.kernel + bias) and its gradients. Float32, row-major.
 */
import { activationForward } from "./activationForward";
import { matMulTransposedA, matMulTransposedB, matMulWithBias } from "./gemm";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

/**
 * z = x.kernel + bias; y = activation(z). The sums start from the bias, and the activation goes over
 * the result in the same call, while it is still in the cache.
 *
 * @param x [rows, inputs]
 * @param kernel [inputs, units]
 * @param bias [units], or 0 for none
 * @param preactivation [rows, units] where z is kept for the backward pass, or 0
 * @param y [rows, units], overwritten
 * @param activation a kind of activationKinds.ts
 * @param alpha the activation's number, if it has one
 * @param workspace workspaceBytes() bytes
 */
export function denseForward(
  x: usize,
  kernel: usize,
  bias: usize,
  preactivation: usize,
  y: usize,
  rows: i32,
  inputs: i32,
  units: i32,
  activation: i32,
  alpha: f32,
  workspace: usize,
): void {
  const z = preactivation ? preactivation : y;
  matMulWithBias(x, kernel, bias, z, rows, units, inputs, workspace);
  activationForward(activation, z, y, rows * units, alpha);
}

/**
 * dX = dZ.kernelT.
 *
 * @param dZ [rows, units], the gradient with respect to x.kernel + bias
 * @param kernel [inputs, units]
 * @param dX [rows, inputs], overwritten
 */
export function denseBackwardInput(
  dZ: usize,
  kernel: usize,
  dX: usize,
  rows: i32,
  inputs: i32,
  units: i32,
  workspace: usize,
): void {
  matMulTransposedB(dZ, kernel, dX, rows, inputs, units, workspace);
}

/**
 * dKernel = xT.dZ, dBias = the sum of dZ over the rows.
 *
 * @param x [rows, inputs]
 * @param dZ [rows, units]
 * @param dKernel [inputs, units], overwritten
 * @param dBias [units], overwritten, or 0 for none
 */
export function denseBackwardWeights(
  x: usize,
  dZ: usize,
  dKernel: usize,
  dBias: usize,
  rows: i32,
  inputs: i32,
  units: i32,
  workspace: usize,
): void {
  matMulTransposedA(x, dZ, dKernel, inputs, units, rows, workspace);
  if (dBias) sumRows(dZ, dBias, rows, units);
}

/** Rows that are summed in one go: large arrays take 3 to 9 % longer with 32. */
// @ts-ignore: decorator
@inline const SUM_ROWS: i32 = 16;

/**
 * sums[j] = the sum over i of x[i, j], row after row. The sums of a block of rows are written before the next block is read:
 * where each piece of the columns goes through all rows, memory brings a line of each row and leaves the next line for later.
 *
 * @param x [rows, columns]
 * @param sums [columns], overwritten
 */
export function sumRows(x: usize, sums: usize, rows: i32, columns: i32): void {
  const blockBytes = <usize>(SUM_ROWS * columns) * FLOAT_BYTES;
  let kept = 0;
  do {
    addRows(x, sums, min(rows, SUM_ROWS), columns, kept);
    x += blockBytes;
    rows -= SUM_ROWS;
    kept = -1;
  } while (rows > 0);
}

/**
 * sums[j] = the sum over i of x[i, j], row after row, after what was there.
 *
 * @param kept the bits that stay of what was in the sums: -1 for all of them, or 0 to start from 0
 */
function addRows(x: usize, sums: usize, rows: i32, columns: i32, kept: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const xEnd = x + <usize>rows * rowBytes;
  const start = i32x4.splat(kept);
  // Four vectors at a time, so that additions do not wait for each other; then one; then its rest.
  for (; columns >= 4 * LANES; columns -= 4 * LANES) {
    let sum0 = v128.and(v128.load(sums), start);
    let sum1 = v128.and(v128.load(sums, VECTOR_BYTES), start);
    let sum2 = v128.and(v128.load(sums, 2 * VECTOR_BYTES), start);
    let sum3 = v128.and(v128.load(sums, 3 * VECTOR_BYTES), start);
    for (let row = x; row < xEnd; row += rowBytes) {
      sum0 = f32x4.add(sum0, v128.load(row));
      sum1 = f32x4.add(sum1, v128.load(row, VECTOR_BYTES));
      sum2 = f32x4.add(sum2, v128.load(row, 2 * VECTOR_BYTES));
      sum3 = f32x4.add(sum3, v128.load(row, 3 * VECTOR_BYTES));
    }
    v128.store(sums, sum0);
    v128.store(sums, sum1, VECTOR_BYTES);
    v128.store(sums, sum2, 2 * VECTOR_BYTES);
    v128.store(sums, sum3, 3 * VECTOR_BYTES);
    x += 4 * VECTOR_BYTES;
    sums += 4 * VECTOR_BYTES;
  }
  for (; columns >= LANES; columns -= LANES) {
    let sum = v128.and(v128.load(sums), start);
    for (let row = x; row < xEnd; row += rowBytes) sum = f32x4.add(sum, v128.load(row));
    v128.store(sums, sum);
    x += VECTOR_BYTES;
    sums += VECTOR_BYTES;
  }
  if (columns) {
    let sum = v128.and(loadTail(sums, columns), start);
    for (let row = x; row < xEnd; row += rowBytes) sum = f32x4.add(sum, loadTail(row, columns));
    storeTail(sums, sum, columns);
  }
}
