/**
 * The dense layer: y = activation(x.kernel + bias) and its gradients. Float32, row-major.
 */
import { activationForward } from "./activation";
import { matMul, matMulTransposedA, matMulTransposedB, matMulWithBias } from "./gemm";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

/** The kind of activation that leaves values as they are. */
// @ts-ignore: decorator
@inline const LINEAR: i32 = 0;

/**
 * z = x.kernel + bias; y = activation(z). The sums start from the bias, and the activation goes over
 * the result in the same call, while it is still in the cache.
 *
 * @param x [rows, inputs]
 * @param kernel [inputs, units]
 * @param bias [units], or 0 for none
 * @param preactivation [rows, units] where z is kept for the backward pass, or 0
 * @param y [rows, units], overwritten
 * @param activation a kind of activation.ts
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
  if (bias) {
    matMulWithBias(x, kernel, bias, z, rows, units, inputs, workspace);
  } else {
    matMul(x, kernel, z, rows, units, inputs, workspace);
  }
  if (activation != LINEAR || z != y) activationForward(activation, z, y, rows * units, alpha);
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

/** sums[j] = sum over i of x[i, j], rows added one after another. */
function sumRows(x: usize, sums: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  let j = 0;
  for (; j <= columns - LANES; j += LANES) {
    let sum = f32x4.splat(0);
    let row = x;
    for (let i = rows; i > 0; i--) {
      sum = f32x4.add(sum, v128.load(row));
      row += rowBytes;
    }
    v128.store(sums, sum);
    x += VECTOR_BYTES;
    sums += VECTOR_BYTES;
  }
  const tail = columns - j;
  if (tail == 0) return;
  let sum = f32x4.splat(0);
  for (let i = rows; i > 0; i--) {
    sum = f32x4.add(sum, loadTail(x, tail));
    x += rowBytes;
  }
  storeTail(sums, sum, tail);
}
