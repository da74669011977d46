/** Activation functions over whole tensors: element by element, so that the shape does not matter. */
import {
  dHardSigmoid,
  dLeakyRelu,
  dPiecewiseLinear,
  dRelu,
  dSoftsign,
  hardSigmoid,
  leakyRelu,
  piecewiseLinear,
  relu,
  sign,
  softsign,
  unitStep,
} from "./activationPiecewise";
import { dGelu, dGeluTanh, gelu, geluTanh } from "./activationGelu";
import {
  dElu,
  dMish,
  dSelu,
  dSigmoid,
  dSilu,
  dSoftplus,
  dTanh,
  elu,
  mish,
  selu,
  silu,
  softplus,
} from "./activationSmooth";
import { expVector, sigmoidVector, tanhVector } from "./math";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

// The kinds. src/activations/definitions.ts has the same list.
// @ts-ignore: decorator
@inline export const LINEAR: i32 = 0;
// @ts-ignore: decorator
@inline export const RELU: i32 = 1;
// @ts-ignore: decorator
@inline export const LEAKY_RELU: i32 = 2;
// @ts-ignore: decorator
@inline export const SIGMOID: i32 = 3;
// @ts-ignore: decorator
@inline export const TANH: i32 = 4;
// @ts-ignore: decorator
@inline export const EXPONENTIAL: i32 = 5;
// @ts-ignore: decorator
@inline export const ELU: i32 = 6;
// @ts-ignore: decorator
@inline export const SELU: i32 = 7;
// @ts-ignore: decorator
@inline export const SOFTPLUS: i32 = 8;
// @ts-ignore: decorator
@inline export const SOFTSIGN: i32 = 9;
// @ts-ignore: decorator
@inline export const GELU: i32 = 10;
// @ts-ignore: decorator
@inline export const GELU_TANH: i32 = 11;
// @ts-ignore: decorator
@inline export const SILU: i32 = 12;
// @ts-ignore: decorator
@inline export const MISH: i32 = 13;
// @ts-ignore: decorator
@inline export const HARD_SIGMOID: i32 = 14;
// @ts-ignore: decorator
@inline export const PIECEWISE_LINEAR: i32 = 15;
// @ts-ignore: decorator
@inline export const UNIT_STEP: i32 = 16;
// @ts-ignore: decorator
@inline export const SIGN: i32 = 17;

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

/** dY f'. `source` is y for relu, sigmoid, tanh and exponential, else x. */
// @ts-ignore: decorator
@inline function backward(kind: i32, source: v128, dY: v128, alpha: v128): v128 {
  if (kind == RELU) return dRelu(dY, source);
  if (kind == LEAKY_RELU) return dLeakyRelu(dY, source, alpha);
  if (kind == SIGMOID) return dSigmoid(dY, source);
  if (kind == TANH) return dTanh(dY, source);
  if (kind == EXPONENTIAL) return f32x4.mul(dY, source);
  if (kind == ELU) return dElu(dY, source, alpha);
  if (kind == SELU) return dSelu(dY, source);
  if (kind == SOFTPLUS) return dSoftplus(dY, source);
  if (kind == SOFTSIGN) return dSoftsign(dY, source);
  if (kind == GELU) return dGelu(dY, source);
  if (kind == GELU_TANH) return dGeluTanh(dY, source);
  if (kind == SILU) return dSilu(dY, source);
  if (kind == MISH) return dMish(dY, source);
  if (kind == HARD_SIGMOID) return dHardSigmoid(dY, source);
  return dPiecewiseLinear(dY, source);
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

// @ts-ignore: decorator
@inline function backwardAll(kind: i32, source: usize, dY: usize, dX: usize, count: i32, alpha: f32): void {
  const alphas = f32x4.splat(alpha);
  const end = dY + <usize>(count & ~(LANES - 1)) * FLOAT_BYTES;
  while (dY < end) {
    v128.store(dX, backward(kind, v128.load(source), v128.load(dY), alphas));
    source += VECTOR_BYTES;
    dY += VECTOR_BYTES;
    dX += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(dX, backward(kind, loadTail(source, tail), loadTail(dY, tail), alphas), tail);
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
    case RELU: return forwardAll(RELU, x, y, count, alpha);
    case LEAKY_RELU: return forwardAll(LEAKY_RELU, x, y, count, alpha);
    case SIGMOID: return forwardAll(SIGMOID, x, y, count, alpha);
    case TANH: return forwardAll(TANH, x, y, count, alpha);
    case EXPONENTIAL: return forwardAll(EXPONENTIAL, x, y, count, alpha);
    case ELU: return forwardAll(ELU, x, y, count, alpha);
    case SELU: return forwardAll(SELU, x, y, count, alpha);
    case SOFTPLUS: return forwardAll(SOFTPLUS, x, y, count, alpha);
    case SOFTSIGN: return forwardAll(SOFTSIGN, x, y, count, alpha);
    case GELU: return forwardAll(GELU, x, y, count, alpha);
    case GELU_TANH: return forwardAll(GELU_TANH, x, y, count, alpha);
    case SILU: return forwardAll(SILU, x, y, count, alpha);
    case MISH: return forwardAll(MISH, x, y, count, alpha);
    case HARD_SIGMOID: return forwardAll(HARD_SIGMOID, x, y, count, alpha);
    case PIECEWISE_LINEAR: return forwardAll(PIECEWISE_LINEAR, x, y, count, alpha);
    case UNIT_STEP: return forwardAll(UNIT_STEP, x, y, count, alpha);
    case SIGN: return forwardAll(SIGN, x, y, count, alpha);
    default: if (x != y) memory.copy(y, x, <usize>count * FLOAT_BYTES);
  }
}

/**
 * dX = dY * f'(x). unitStep and sign have the gradient 0.
 *
 * relu, sigmoid, tanh and exponential take f' from y, and linear needs neither; for them x is not read
 * and may be 0. The others take it from x, and y is not read and may be 0.
 *
 * @param x [count], what went into the activation
 * @param y [count], what came out
 * @param dY [count]
 * @param dX [count], overwritten; may be dY
 */
export function activationBackward(
  kind: i32, x: usize, y: usize, dY: usize, dX: usize, count: i32, alpha: f32,
): void {
  switch (kind) {
    case RELU: return backwardAll(RELU, y, dY, dX, count, alpha);
    case LEAKY_RELU: return backwardAll(LEAKY_RELU, x, dY, dX, count, alpha);
    case SIGMOID: return backwardAll(SIGMOID, y, dY, dX, count, alpha);
    case TANH: return backwardAll(TANH, y, dY, dX, count, alpha);
    case EXPONENTIAL: return backwardAll(EXPONENTIAL, y, dY, dX, count, alpha);
    case ELU: return backwardAll(ELU, x, dY, dX, count, alpha);
    case SELU: return backwardAll(SELU, x, dY, dX, count, alpha);
    case SOFTPLUS: return backwardAll(SOFTPLUS, x, dY, dX, count, alpha);
    case SOFTSIGN: return backwardAll(SOFTSIGN, x, dY, dX, count, alpha);
    case GELU: return backwardAll(GELU, x, dY, dX, count, alpha);
    case GELU_TANH: return backwardAll(GELU_TANH, x, dY, dX, count, alpha);
    case SILU: return backwardAll(SILU, x, dY, dX, count, alpha);
    case MISH: return backwardAll(MISH, x, dY, dX, count, alpha);
    case HARD_SIGMOID: return backwardAll(HARD_SIGMOID, x, dY, dX, count, alpha);
    case PIECEWISE_LINEAR: return backwardAll(PIECEWISE_LINEAR, x, dY, dX, count, alpha);
    case UNIT_STEP:
    case SIGN: memory.fill(dX, 0, <usize>count * FLOAT_BYTES); return;
    default: if (dX != dY) memory.copy(dX, dY, <usize>count * FLOAT_BYTES);
  }
}
