/**
 * Activations that are seldom used, over whole tensors. Those made of straight pieces have a loop each, or they
 * would be slower than memory; the smooth ones share one, which asks for the kind at every vector, so that they
 * take little code.
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
import { LANES, VECTOR_BYTES, loadTail, storeTail, wholeVectorBytes } from "./simd";

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

/** Where `kind` is a constant, a single branch is left. */
// @ts-ignore: decorator
@inline function forward(kind: i32, x: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  if (kind == GENERAL_RELU) return generalRelu(x, alpha, beta, gamma);
  if (kind == RELU6) return generalRelu(x, alpha, f32x4.splat(0), f32x4.splat(6));
  if (kind == HARD_SILU) return hardSilu(x);
  if (kind == CELU) return celu(x, alpha);
  if (kind == SQUAREPLUS) return squareplus(x, alpha);
  if (kind == HARD_TANH) return hardTanh(x);
  if (kind == HARD_SHRINK) return hardShrink(x, x, alpha);
  if (kind == SOFT_SHRINK) return softShrink(x, alpha);
  if (kind == TANH_SHRINK) return tanhShrink(x);
  if (kind == THRESHOLD) return threshold(x, alpha, beta);
  if (kind == LOG_SIGMOID) return logSigmoid(x);
  if (kind == SPARSE_PLUS) return sparsePlus(x);
  if (kind == SPARSE_SIGMOID) return sparseSigmoid(x);
  return x;
}

/** dY f'(x). */
// @ts-ignore: decorator
@inline function backward(kind: i32, x: v128, dY: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  if (kind == GENERAL_RELU) return dGeneralRelu(dY, x, alpha, beta, gamma);
  if (kind == RELU6) return dRelu6(dY, x, alpha);
  if (kind == HARD_SILU) return dHardSilu(dY, x);
  if (kind == CELU) return dCelu(dY, x, alpha);
  if (kind == SQUAREPLUS) return dSquareplus(dY, x, alpha);
  if (kind == HARD_TANH) return dHardTanh(dY, x);
  if (kind == HARD_SHRINK || kind == SOFT_SHRINK) return hardShrink(dY, x, alpha);
  if (kind == TANH_SHRINK) return dTanhShrink(dY, x);
  if (kind == THRESHOLD) return dThreshold(dY, x, alpha);
  if (kind == LOG_SIGMOID) return dLogSigmoid(dY, x);
  if (kind == SPARSE_PLUS) return f32x4.mul(dY, sparseSigmoid(x));
  if (kind == SPARSE_SIGMOID) return dClamp(f32x4.mul(dY, f32x4.splat(0.5)), x, -1, 1);
  return dY;
}

/** `forward` of any kind, once in the module. */
function forwardAny(kind: i32, x: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  return forward(kind, x, alpha, beta, gamma);
}

/** `backward` of any kind, once in the module. */
function backwardAny(kind: i32, x: v128, dY: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  return backward(kind, x, dY, alpha, beta, gamma);
}

/** The whole vectors of a constant kind. */
// @ts-ignore: decorator
@inline function forwardRun(kind: i32, x: usize, y: usize, bytes: usize, alpha: v128, beta: v128, gamma: v128): void {
  for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
    v128.store(y + at, forward(kind, v128.load(x + at), alpha, beta, gamma));
}

/** The whole vectors of a constant kind. */
// @ts-ignore: decorator
@inline function backwardRun(
  kind: i32, x: usize, dY: usize, dX: usize, bytes: usize, alpha: v128, beta: v128, gamma: v128,
): void {
  for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
    v128.store(dX + at, backward(kind, v128.load(x + at), v128.load(dY + at), alpha, beta, gamma));
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
  const bytes = wholeVectorBytes(count);
  switch (kind) {
    case GENERAL_RELU: forwardRun(GENERAL_RELU, x, y, bytes, alphas, betas, gammas); break;
    case RELU6: forwardRun(RELU6, x, y, bytes, alphas, betas, gammas); break;
    case HARD_SILU: forwardRun(HARD_SILU, x, y, bytes, alphas, betas, gammas); break;
    case HARD_TANH: forwardRun(HARD_TANH, x, y, bytes, alphas, betas, gammas); break;
    case HARD_SHRINK: forwardRun(HARD_SHRINK, x, y, bytes, alphas, betas, gammas); break;
    case SOFT_SHRINK: forwardRun(SOFT_SHRINK, x, y, bytes, alphas, betas, gammas); break;
    case THRESHOLD: forwardRun(THRESHOLD, x, y, bytes, alphas, betas, gammas); break;
    default:
      for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
        v128.store(y + at, forwardAny(kind, v128.load(x + at), alphas, betas, gammas));
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(y + bytes, forwardAny(kind, loadTail(x + bytes, tail), alphas, betas, gammas), tail);
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
  const bytes = wholeVectorBytes(count);
  switch (kind) {
    case GENERAL_RELU: backwardRun(GENERAL_RELU, x, dY, dX, bytes, alphas, betas, gammas); break;
    case RELU6: backwardRun(RELU6, x, dY, dX, bytes, alphas, betas, gammas); break;
    case HARD_SILU: backwardRun(HARD_SILU, x, dY, dX, bytes, alphas, betas, gammas); break;
    case HARD_TANH: backwardRun(HARD_TANH, x, dY, dX, bytes, alphas, betas, gammas); break;
    case HARD_SHRINK:
    case SOFT_SHRINK: backwardRun(HARD_SHRINK, x, dY, dX, bytes, alphas, betas, gammas); break;
    case THRESHOLD: backwardRun(THRESHOLD, x, dY, dX, bytes, alphas, betas, gammas); break;
    default:
      for (let at: usize = 0; at < bytes; at += VECTOR_BYTES) {
        const slopes = backwardAny(kind, v128.load(x + at), v128.load(dY + at), alphas, betas, gammas);
        v128.store(dX + at, slopes);
      }
  }
  const tail = count & (LANES - 1);
  if (!tail) return;
  const slopes = backwardAny(
    kind, loadTail(x + bytes, tail), loadTail(dY + bytes, tail), alphas, betas, gammas);
  storeTail(dX + bytes, slopes, tail);
}
