/**
 * Activations that few networks have, over whole tensors. Those made of straight pieces have a loop each, or they
 * would be slower than memory, and so have the smooth ones that many use; the others share one, which asks for the kind
 * at every vector, so that they take little code.
 */
import { gelu, geluTanh } from "./activationGelu";
import {
  CELU, GELU, GELU_TANH, GENERAL_RELU, HARD_SHRINK, HARD_SILU, HARD_TANH, LOG_SIGMOID, MISH, RELU6, SILU, SOFTPLUS,
  SOFT_SHRINK, SPARSE_PLUS, SPARSE_SIGMOID, SQUAREPLUS, TANH_SHRINK, THRESHOLD,
} from "./activationRareKinds";
import {
  celu, generalRelu, hardShrink, hardSilu, hardTanh, logSigmoid, softShrink, sparsePlus, sparseSigmoid, squareplus,
  tanhShrink, threshold,
} from "./activationRareLanes";
import { mish, silu, softplus } from "./activationSmooth";
import { LANES, VECTOR_BYTES, loadTail, storeTail, wholeVectorBytes } from "./simd";

/** `kind` is a constant in every call, so a single branch is left of each. */
// @ts-ignore: decorator
@inline function forward(kind: i32, x: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  if (kind == GENERAL_RELU) return generalRelu(x, alpha, beta, gamma);
  if (kind == RELU6) return generalRelu(x, alpha, f32x4.splat(0), f32x4.splat(6));
  if (kind == HARD_SILU) return hardSilu(x);
  if (kind == HARD_TANH) return hardTanh(x);
  if (kind == HARD_SHRINK) return hardShrink(x, x, alpha);
  if (kind == SOFT_SHRINK) return softShrink(x, alpha);
  if (kind == THRESHOLD) return threshold(x, alpha, beta);
  return x;
}

/** The kinds without a function of their own, once in the module. */
function forwardAny(kind: i32, x: v128, alpha: v128, beta: v128, gamma: v128): v128 {
  if (kind == CELU) return celu(x, alpha);
  if (kind == SQUAREPLUS) return squareplus(x, alpha);
  if (kind == TANH_SHRINK) return tanhShrink(x);
  if (kind == LOG_SIGMOID) return logSigmoid(x);
  if (kind == SPARSE_PLUS) return sparsePlus(x);
  if (kind == SPARSE_SIGMOID) return sparseSigmoid(x);
  return forward(kind, x, alpha, beta, gamma);
}

/** The whole vectors of a constant kind. */
// @ts-ignore: decorator
@inline function forwardRun(kind: i32, x: usize, y: usize, bytes: usize, alpha: v128, beta: v128, gamma: v128): void {
  for (let at: usize = 0; at < bytes; at += VECTOR_BYTES)
    v128.store(y + at, forward(kind, v128.load(x + at), alpha, beta, gamma));
}

/** The smooth kinds that many use, which have no numbers. */
// @ts-ignore: decorator
@inline function smooth(kind: i32, x: v128): v128 {
  if (kind == GELU) return gelu(x);
  if (kind == GELU_TANH) return geluTanh(x);
  if (kind == SILU) return silu(x);
  if (kind == SOFTPLUS) return softplus(x);
  return mish(x);
}

// @ts-ignore: decorator
@inline function forwardSmooth(kind: i32, x: usize, y: usize, count: i32): void {
  const end = x + wholeVectorBytes(count);
  while (x < end) {
    v128.store(y, smooth(kind, v128.load(x)));
    x += VECTOR_BYTES;
    y += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(y, smooth(kind, loadTail(x, tail)), tail);
}

// A function for each, for the reason that activationForward.ts gives.

function geluForward(x: usize, y: usize, count: i32): void {
  forwardSmooth(GELU, x, y, count);
}

function geluTanhForward(x: usize, y: usize, count: i32): void {
  forwardSmooth(GELU_TANH, x, y, count);
}

function siluForward(x: usize, y: usize, count: i32): void {
  forwardSmooth(SILU, x, y, count);
}

function softplusForward(x: usize, y: usize, count: i32): void {
  forwardSmooth(SOFTPLUS, x, y, count);
}

function mishForward(x: usize, y: usize, count: i32): void {
  forwardSmooth(MISH, x, y, count);
}

/** All kinds but these. */
function othersForward(kind: i32, x: usize, y: usize, count: i32, alpha: f32, beta: f32, gamma: f32): void {
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
  switch (kind) {
    case GELU: return geluForward(x, y, count);
    case GELU_TANH: return geluTanhForward(x, y, count);
    case SILU: return siluForward(x, y, count);
    case SOFTPLUS: return softplusForward(x, y, count);
    case MISH: return mishForward(x, y, count);
    default: othersForward(kind, x, y, count, alpha, beta, gamma);
  }
}
