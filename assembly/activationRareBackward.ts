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
import { LANES, VECTOR_BYTES, wholeVectorBytes } from "./simd";
import { SECOND_SPARE, SPARE, spareTail, takeSpareTail } from "./spare";

/** dY f'(x). `kind` is a constant in every call, so a single branch is left of each. */
// @ts-ignore: decorator
@inline function backward(kind: i32, x: v128, dY: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  if (kind == GENERAL_RELU) return dGeneralRelu(dY, x, alpha, beta, gamma);
  if (kind == RELU6) return dRelu6(dY, x, alpha);
  if (kind == HARD_SILU) return dHardSilu(dY, x);
  if (kind == HARD_TANH) return dHardTanh(dY, x);
  if (kind == HARD_SHRINK) return hardShrink(dY, x, alpha);
  if (kind == THRESHOLD) return dThreshold(dY, x, alpha);
  if (kind == GELU) return dGelu(dY, x);
  if (kind == GELU_TANH) return dGeluTanh(dY, x);
  if (kind == SILU) return dSilu(dY, x);
  if (kind == SOFTPLUS) return dSoftplus(dY, x);
  return dMish(dY, x);
}

/** dY f'(x) of the kinds that share a loop. */
// @ts-ignore: decorator
@inline function backwardAny(kind: i32, x: v128, dY: v128, alpha: v128): v128 {
  if (kind == CELU) return dCelu(dY, x, alpha);
  if (kind == SQUAREPLUS) return dSquareplus(dY, x, alpha);
  if (kind == TANH_SHRINK) return dTanhShrink(dY, x);
  if (kind == LOG_SIGMOID) return dLogSigmoid(dY, x);
  if (kind == SPARSE_PLUS) return f32x4.mul(dY, sparseSigmoid(x));
  if (kind == SPARSE_SIGMOID) return dClamp(f32x4.mul(dY, f32x4.splat(0.5)), x, -1, 1);
  return dY;
}

/** The whole vectors of a constant kind. */
// @ts-ignore: decorator
@inline function backwardRun(
  kind: i32, x: usize, dY: usize, dX: usize, bytes: usize, alpha: v128, beta: v128, gamma: v128,
): void {
  for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
    v128.store(dX + at, backward(kind, v128.load(x + at), v128.load(dY + at), alpha, beta, gamma));
}

// A function for each, for the reason that activationForward.ts gives.

function geluBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  backwardRun(GELU, x, dY, dX, bytes, none, none, none);
}

function geluTanhBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  backwardRun(GELU_TANH, x, dY, dX, bytes, none, none, none);
}

function siluBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  backwardRun(SILU, x, dY, dX, bytes, none, none, none);
}

function softplusBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  backwardRun(SOFTPLUS, x, dY, dX, bytes, none, none, none);
}

function mishBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  const none = f32x4.splat(0);
  backwardRun(MISH, x, dY, dX, bytes, none, none, none);
}

/** The whole vectors of all kinds but those that have a function. */
function othersBackward(
  kind: i32, x: usize, dY: usize, dX: usize, bytes: usize, alpha: f32, beta: f32, gamma: f32,
): void {
  const alphas = f32x4.splat(alpha);
  const betas = f32x4.splat(beta);
  const gammas = f32x4.splat(gamma);
  switch (kind) {
    case GENERAL_RELU: return backwardRun(GENERAL_RELU, x, dY, dX, bytes, alphas, betas, gammas);
    case RELU6: return backwardRun(RELU6, x, dY, dX, bytes, alphas, betas, gammas);
    case HARD_SILU: return backwardRun(HARD_SILU, x, dY, dX, bytes, alphas, betas, gammas);
    case HARD_TANH: return backwardRun(HARD_TANH, x, dY, dX, bytes, alphas, betas, gammas);
    case HARD_SHRINK:
    case SOFT_SHRINK: return backwardRun(HARD_SHRINK, x, dY, dX, bytes, alphas, betas, gammas);
    case THRESHOLD: return backwardRun(THRESHOLD, x, dY, dX, bytes, alphas, betas, gammas);
    default:
      for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
        v128.store(dX + at, backwardAny(kind, v128.load(x + at), v128.load(dY + at), alphas));
  }
}

/** The whole vectors. There are two copies of this, or the compiler would inline what it calls. */
// @ts-ignore: decorator
@inline function backwardVectors(
  kind: i32, x: usize, dY: usize, dX: usize, bytes: usize, alpha: f32, beta: f32, gamma: f32,
): void {
  switch (kind) {
    case GELU: geluBackward(x, dY, dX, bytes); break;
    case GELU_TANH: geluTanhBackward(x, dY, dX, bytes); break;
    case SILU: siluBackward(x, dY, dX, bytes); break;
    case SOFTPLUS: softplusBackward(x, dY, dX, bytes); break;
    case MISH: mishBackward(x, dY, dX, bytes); break;
    default: othersBackward(kind, x, dY, dX, bytes, alpha, beta, gamma);
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
  const bytes = wholeVectorBytes(count);
  backwardVectors(kind, x, dY, dX, bytes, alpha, beta, gamma);
  const tail = count & (LANES - 1);
  if (tail) {
    spareTail(SECOND_SPARE, x + bytes, tail);
    spareTail(SPARE, dY + bytes, tail);
    backwardVectors(kind, SECOND_SPARE, SPARE, SPARE, VECTOR_BYTES, alpha, beta, gamma);
    takeSpareTail(dX + bytes, tail);
  }
}
