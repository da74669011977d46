/** The gradients of the activations of activationRareForward.ts. */
import { dGelu, dGeluTanh } from "./activationGelu";
import { dClamp } from "./activationPiecewise";
import {
  CELU, GELU, GELU_TANH, GENERAL_RELU, HARD_SHRINK, HARD_SILU, HARD_TANH, LOG_SIGMOID, MISH, RELU6, SILU, SOFTPLUS,
  SOFT_SHRINK, SPARSE_PLUS, SPARSE_SIGMOID, SQUAREPLUS, TANH_SHRINK, THRESHOLD,
} from "./activationRareKinds";
import {
  dCelu, dGeneralRelu, dHardSilu, dHardTanh, dLogSigmoid, dRelu6, dSquareplus, dTanhShrink, dThreshold, hardShrink,
  sparseSigmoid,
} from "./activationRareLanes";
import { dMish, dSilu, dSoftplus } from "./activationSmooth";
import { LANES, VECTOR_BYTES, loadTail, storeTail, wholeVectorBytes } from "./simd";

/** dY f'(x). `kind` is a constant in every call, so a single branch is left of each. */
// @ts-ignore: decorator
@inline function backward(kind: i32, x: v128, dY: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  if (kind == GENERAL_RELU) return dGeneralRelu(dY, x, alpha, beta, gamma);
  if (kind == RELU6) return dRelu6(dY, x, alpha);
  if (kind == HARD_SILU) return dHardSilu(dY, x);
  if (kind == HARD_TANH) return dHardTanh(dY, x);
  if (kind == HARD_SHRINK) return hardShrink(dY, x, alpha);
  if (kind == THRESHOLD) return dThreshold(dY, x, alpha);
  return dY;
}

/** dY f'(x) of the kinds without a function of their own, once in the module. */
function backwardAny(kind: i32, x: v128, dY: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  if (kind == CELU) return dCelu(dY, x, alpha);
  if (kind == SQUAREPLUS) return dSquareplus(dY, x, alpha);
  if (kind == TANH_SHRINK) return dTanhShrink(dY, x);
  if (kind == LOG_SIGMOID) return dLogSigmoid(dY, x);
  if (kind == SPARSE_PLUS) return f32x4.mul(dY, sparseSigmoid(x));
  if (kind == SPARSE_SIGMOID) return dClamp(f32x4.mul(dY, f32x4.splat(0.5)), x, -1, 1);
  return backward(kind == SOFT_SHRINK ? HARD_SHRINK : kind, x, dY, alpha, beta, gamma);
}

/** The whole vectors of a constant kind. */
// @ts-ignore: decorator
@inline function backwardRun(
  kind: i32, x: usize, dY: usize, dX: usize, bytes: usize, alpha: v128, beta: v128, gamma: v128,
): void {
  for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
    v128.store(dX + at, backward(kind, v128.load(x + at), v128.load(dY + at), alpha, beta, gamma));
}

/** The smooth kinds that many use, which have no numbers. */
// @ts-ignore: decorator
@inline function smooth(kind: i32, x: v128, dY: v128): v128 {
  if (kind == GELU) return dGelu(dY, x);
  if (kind == GELU_TANH) return dGeluTanh(dY, x);
  if (kind == SILU) return dSilu(dY, x);
  if (kind == SOFTPLUS) return dSoftplus(dY, x);
  return dMish(dY, x);
}

// @ts-ignore: decorator
@inline function backwardSmooth(kind: i32, x: usize, dY: usize, dX: usize, count: i32): void {
  const end = dY + wholeVectorBytes(count);
  while (dY < end) {
    v128.store(dX, smooth(kind, v128.load(x), v128.load(dY)));
    x += VECTOR_BYTES;
    dY += VECTOR_BYTES;
    dX += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(dX, smooth(kind, loadTail(x, tail), loadTail(dY, tail)), tail);
}

// A function for each, for the reason that activationForward.ts gives.

function geluBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardSmooth(GELU, x, dY, dX, count);
}

function geluTanhBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardSmooth(GELU_TANH, x, dY, dX, count);
}

function siluBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardSmooth(SILU, x, dY, dX, count);
}

function softplusBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardSmooth(SOFTPLUS, x, dY, dX, count);
}

function mishBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardSmooth(MISH, x, dY, dX, count);
}

/** All kinds but these. */
function othersBackward(
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
      for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
        v128.store(dX + at, backwardAny(kind, v128.load(x + at), v128.load(dY + at), alphas, betas, gammas));
  }
  const tail = count & (LANES - 1);
  if (!tail) return;
  const slopes = backwardAny(
    kind, loadTail(x + bytes, tail), loadTail(dY + bytes, tail), alphas, betas, gammas);
  storeTail(dX + bytes, slopes, tail);
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
  switch (kind) {
    case GELU: return geluBackward(x, dY, dX, count);
    case GELU_TANH: return geluTanhBackward(x, dY, dX, count);
    case SILU: return siluBackward(x, dY, dX, count);
    case SOFTPLUS: return softplusBackward(x, dY, dX, count);
    case MISH: return mishBackward(x, dY, dX, count);
    default: othersBackward(kind, x, dY, dX, count, alpha, beta, gamma);
  }
}
