/**
 * Activations that are seldom used, over whole tensors: one loop for all, which asks for the kind at
 * every vector, so that they take little code. activation.ts has those that a loop each is worth.
 */
import { dClamp } from "./activationPiecewise";
import {
  celu,
  dCelu,
  dGeneralRelu,
  dHardSilu,
  dHardTanh,
  dLogSigmoid,
  dRelu6,
  dSquareplus,
  dTanhShrink,
  dThreshold,
  generalRelu,
  hardShrink,
  hardSilu,
  hardTanh,
  logSigmoid,
  softShrink,
  sparsePlus,
  sparseSigmoid,
  squareplus,
  tanhShrink,
  threshold,
} from "./activationRareLanes";
import { FLOAT_BYTES, LANES, loadLanes, storeLanes } from "./simd";

// The kinds. src/activations/definitions.ts has the same list.
// @ts-ignore: decorator
@inline const GENERAL_RELU: i32 = 0;
// @ts-ignore: decorator
@inline const RELU6: i32 = 1;
// @ts-ignore: decorator
@inline const HARD_SILU: i32 = 2;
// @ts-ignore: decorator
@inline const CELU: i32 = 3;
// @ts-ignore: decorator
@inline const SQUAREPLUS: i32 = 4;
// @ts-ignore: decorator
@inline const HARD_TANH: i32 = 5;
// @ts-ignore: decorator
@inline const HARD_SHRINK: i32 = 6;
// @ts-ignore: decorator
@inline const SOFT_SHRINK: i32 = 7;
// @ts-ignore: decorator
@inline const TANH_SHRINK: i32 = 8;
// @ts-ignore: decorator
@inline const THRESHOLD: i32 = 9;
// @ts-ignore: decorator
@inline const LOG_SIGMOID: i32 = 10;
// @ts-ignore: decorator
@inline const SPARSE_PLUS: i32 = 11;
// @ts-ignore: decorator
@inline const SPARSE_SIGMOID: i32 = 12;

function forward(kind: i32, x: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  switch (kind) {
    case GENERAL_RELU: return generalRelu(x, alpha, beta, gamma);
    case RELU6: return generalRelu(x, alpha, f32x4.splat(0), f32x4.splat(6));
    case HARD_SILU: return hardSilu(x);
    case CELU: return celu(x, alpha);
    case SQUAREPLUS: return squareplus(x, alpha);
    case HARD_TANH: return hardTanh(x);
    case HARD_SHRINK: return hardShrink(x, x, alpha);
    case SOFT_SHRINK: return softShrink(x, alpha);
    case TANH_SHRINK: return tanhShrink(x);
    case THRESHOLD: return threshold(x, alpha, beta);
    case LOG_SIGMOID: return logSigmoid(x);
    case SPARSE_PLUS: return sparsePlus(x);
    case SPARSE_SIGMOID: return sparseSigmoid(x);
    default: return x;
  }
}

/** dY f'(x). */
function backward(kind: i32, x: v128, dY: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  switch (kind) {
    case GENERAL_RELU: return dGeneralRelu(dY, x, alpha, beta, gamma);
    case RELU6: return dRelu6(dY, x, alpha);
    case HARD_SILU: return dHardSilu(dY, x);
    case CELU: return dCelu(dY, x, alpha);
    case SQUAREPLUS: return dSquareplus(dY, x, alpha);
    case HARD_TANH: return dHardTanh(dY, x);
    case HARD_SHRINK:
    case SOFT_SHRINK: return hardShrink(dY, x, alpha);
    case TANH_SHRINK: return dTanhShrink(dY, x);
    case THRESHOLD: return dThreshold(dY, x, alpha);
    case LOG_SIGMOID: return dLogSigmoid(dY, x);
    case SPARSE_PLUS: return f32x4.mul(dY, sparseSigmoid(x));
    case SPARSE_SIGMOID: return dClamp(f32x4.mul(dY, f32x4.splat(0.5)), x, -1, 1);
    default: return dY;
  }
}

/**
 * y = f(x), f being the activation of that kind; an unknown kind is linear. NaN gives NaN.
 *
 * The numbers of a formula are, in this order (else unused):
 * - general relu: negative slope, threshold, highest value (Infinity for none); relu6: negative slope
 * - celu: alpha; squareplus: b, 0 or more; hardShrink and softShrink: threshold, 0 or more
 * - threshold: threshold, the value at or below it
 *
 * @param x [count]
 * @param y [count], overwritten; may be x
 */
export function rareActivationForward(
  kind: i32, x: usize, y: usize, count: i32, alpha: f32, beta: f32, gamma: f32,
): void {
  const alphas = f32x4.splat(alpha);
  const betas = f32x4.splat(beta);
  const gammas = f32x4.splat(gamma);
  for (let i = 0; i < count; i += LANES) {
    const lanes = min(LANES, count - i);
    const offsetBytes = <usize>i * FLOAT_BYTES;
    storeLanes(y + offsetBytes, forward(kind, loadLanes(x + offsetBytes, lanes), alphas, betas, gammas), lanes);
  }
}

/**
 * dX = dY * f'(x), with the numbers of rareActivationForward.
 *
 * @param x [count], what went into the activation
 * @param dY [count]
 * @param dX [count], overwritten; may be dY
 */
export function rareActivationBackward(
  kind: i32, x: usize, dY: usize, dX: usize, count: i32, alpha: f32, beta: f32, gamma: f32,
): void {
  const alphas = f32x4.splat(alpha);
  const betas = f32x4.splat(beta);
  const gammas = f32x4.splat(gamma);
  for (let i = 0; i < count; i += LANES) {
    const lanes = min(LANES, count - i);
    const offsetBytes = <usize>i * FLOAT_BYTES;
    const slopes = backward(kind, loadLanes(x + offsetBytes, lanes), loadLanes(dY + offsetBytes, lanes), alphas, betas, gammas);
    storeLanes(dX + offsetBytes, slopes, lanes);
  }
}
