/** y = f(x), element by element, so that the shape does not matter. */
import {
  hardSigmoid, leakyRelu, piecewiseLinear, relu, sign, softsign, unitStep,
} from "./activationPiecewise";
import { gelu, geluTanh } from "./activationGelu";
import {
  ELU, EXPONENTIAL, GELU, GELU_TANH, HARD_SIGMOID, LEAKY_RELU, MISH, PIECEWISE_LINEAR, RELU, SELU, SIGMOID, SIGN,
  SILU, SOFTPLUS, SOFTSIGN, TANH, UNIT_STEP,
} from "./activationKinds";
import { elu, mish, selu, silu, softplus } from "./activationSmooth";
import { expVector, sigmoidVector, tanhVector } from "./math";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

/** `kind` is a constant in every call, so a single branch is left of each. */
// @ts-ignore: decorator
@inline function forward(kind: i32, x: v128, alpha: v128): v128 {
  if (kind == RELU) return relu(x);
  if (kind == LEAKY_RELU) return leakyRelu(x, alpha);
  if (kind == SIGMOID) return sigmoidVector(x);
  if (kind == TANH) return tanhVector(x);
  if (kind == EXPONENTIAL) return expVector(x);
  if (kind == ELU) return elu(x, alpha);
  if (kind == SELU) return selu(x);
  if (kind == SOFTPLUS) return softplus(x);
  if (kind == SOFTSIGN) return softsign(x);
  if (kind == GELU) return gelu(x);
  if (kind == GELU_TANH) return geluTanh(x);
  if (kind == SILU) return silu(x);
  if (kind == MISH) return mish(x);
  if (kind == HARD_SIGMOID) return hardSigmoid(x);
  if (kind == PIECEWISE_LINEAR) return piecewiseLinear(x);
  if (kind == UNIT_STEP) return unitStep(x);
  return sign(x);
}

// @ts-ignore: decorator
@inline function forwardAll(kind: i32, x: usize, y: usize, count: i32, alpha: f32): void {
  const alphas = f32x4.splat(alpha);
  const end = x + <usize>(count & ~(LANES - 1)) * FLOAT_BYTES;
  while (x < end) {
    v128.store(y, forward(kind, v128.load(x), alphas));
    x += VECTOR_BYTES;
    y += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(y, forward(kind, loadTail(x, tail), alphas), tail);
}

// A function for each kind, of which the compiler inlines the short ones: engines optimize whole functions, and one that
// held all kinds took V8 18 ms of a first fit, on another thread but not always on another core.

function reluForward(x: usize, y: usize, count: i32): void {
  forwardAll(RELU, x, y, count, 0);
}

function leakyReluForward(x: usize, y: usize, count: i32, alpha: f32): void {
  forwardAll(LEAKY_RELU, x, y, count, alpha);
}

function sigmoidForward(x: usize, y: usize, count: i32): void {
  forwardAll(SIGMOID, x, y, count, 0);
}

function tanhForward(x: usize, y: usize, count: i32): void {
  forwardAll(TANH, x, y, count, 0);
}

function exponentialForward(x: usize, y: usize, count: i32): void {
  forwardAll(EXPONENTIAL, x, y, count, 0);
}

function eluForward(x: usize, y: usize, count: i32, alpha: f32): void {
  forwardAll(ELU, x, y, count, alpha);
}

function seluForward(x: usize, y: usize, count: i32): void {
  forwardAll(SELU, x, y, count, 0);
}

function softplusForward(x: usize, y: usize, count: i32): void {
  forwardAll(SOFTPLUS, x, y, count, 0);
}

function softsignForward(x: usize, y: usize, count: i32): void {
  forwardAll(SOFTSIGN, x, y, count, 0);
}

function geluForward(x: usize, y: usize, count: i32): void {
  forwardAll(GELU, x, y, count, 0);
}

function geluTanhForward(x: usize, y: usize, count: i32): void {
  forwardAll(GELU_TANH, x, y, count, 0);
}

function siluForward(x: usize, y: usize, count: i32): void {
  forwardAll(SILU, x, y, count, 0);
}

function mishForward(x: usize, y: usize, count: i32): void {
  forwardAll(MISH, x, y, count, 0);
}

function hardSigmoidForward(x: usize, y: usize, count: i32): void {
  forwardAll(HARD_SIGMOID, x, y, count, 0);
}

function piecewiseLinearForward(x: usize, y: usize, count: i32): void {
  forwardAll(PIECEWISE_LINEAR, x, y, count, 0);
}

function unitStepForward(x: usize, y: usize, count: i32): void {
  forwardAll(UNIT_STEP, x, y, count, 0);
}

function signForward(x: usize, y: usize, count: i32): void {
  forwardAll(SIGN, x, y, count, 0);
}

/**
 * y = f(x), f being the activation of that kind; an unknown kind is linear. NaN gives NaN.
 *
 * @param x [count]
 * @param y [count], overwritten; may be x
 * @param alpha the negative slope of leakyRelu, the alpha of elu; else unused
 */
export function activationForward(kind: i32, x: usize, y: usize, count: i32, alpha: f32): void {
  switch (kind) {
    case RELU: return reluForward(x, y, count);
    case LEAKY_RELU: return leakyReluForward(x, y, count, alpha);
    case SIGMOID: return sigmoidForward(x, y, count);
    case TANH: return tanhForward(x, y, count);
    case EXPONENTIAL: return exponentialForward(x, y, count);
    case ELU: return eluForward(x, y, count, alpha);
    case SELU: return seluForward(x, y, count);
    case SOFTPLUS: return softplusForward(x, y, count);
    case SOFTSIGN: return softsignForward(x, y, count);
    case GELU: return geluForward(x, y, count);
    case GELU_TANH: return geluTanhForward(x, y, count);
    case SILU: return siluForward(x, y, count);
    case MISH: return mishForward(x, y, count);
    case HARD_SIGMOID: return hardSigmoidForward(x, y, count);
    case PIECEWISE_LINEAR: return piecewiseLinearForward(x, y, count);
    case UNIT_STEP: return unitStepForward(x, y, count);
    case SIGN: return signForward(x, y, count);
    default: if (x != y) memory.copy(y, x, <usize>count * FLOAT_BYTES);
  }
}
