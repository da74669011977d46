/** dX = dY f', element by element. */
import {
  dHardSigmoid, dLeakyRelu, dPiecewiseLinear, dRelu, dSoftsign,
} from "./activationPiecewise";
import { dGelu, dGeluTanh } from "./activationGelu";
import {
  ELU, EXPONENTIAL, GELU, GELU_TANH, HARD_SIGMOID, LEAKY_RELU, MISH, PIECEWISE_LINEAR, RELU, SELU, SIGMOID, SIGN,
  SILU, SOFTPLUS, SOFTSIGN, TANH, UNIT_STEP,
} from "./activationKinds";
import { dElu, dMish, dSelu, dSigmoid, dSilu, dSoftplus, dTanh } from "./activationSmooth";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

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

// A function for each kind, for the reason that activationForward.ts gives.

function reluBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(RELU, y, dY, dX, count, 0);
}

function leakyReluBackward(x: usize, dY: usize, dX: usize, count: i32, alpha: f32): void {
  backwardAll(LEAKY_RELU, x, dY, dX, count, alpha);
}

function sigmoidBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(SIGMOID, y, dY, dX, count, 0);
}

function tanhBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(TANH, y, dY, dX, count, 0);
}

function exponentialBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(EXPONENTIAL, y, dY, dX, count, 0);
}

function eluBackward(x: usize, dY: usize, dX: usize, count: i32, alpha: f32): void {
  backwardAll(ELU, x, dY, dX, count, alpha);
}

function seluBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(SELU, x, dY, dX, count, 0);
}

function softplusBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(SOFTPLUS, x, dY, dX, count, 0);
}

function softsignBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(SOFTSIGN, x, dY, dX, count, 0);
}

function geluBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(GELU, x, dY, dX, count, 0);
}

function geluTanhBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(GELU_TANH, x, dY, dX, count, 0);
}

function siluBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(SILU, x, dY, dX, count, 0);
}

function mishBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(MISH, x, dY, dX, count, 0);
}

function hardSigmoidBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(HARD_SIGMOID, x, dY, dX, count, 0);
}

function piecewiseLinearBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(PIECEWISE_LINEAR, x, dY, dX, count, 0);
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
    case RELU: return reluBackward(y, dY, dX, count);
    case LEAKY_RELU: return leakyReluBackward(x, dY, dX, count, alpha);
    case SIGMOID: return sigmoidBackward(y, dY, dX, count);
    case TANH: return tanhBackward(y, dY, dX, count);
    case EXPONENTIAL: return exponentialBackward(y, dY, dX, count);
    case ELU: return eluBackward(x, dY, dX, count, alpha);
    case SELU: return seluBackward(x, dY, dX, count);
    case SOFTPLUS: return softplusBackward(x, dY, dX, count);
    case SOFTSIGN: return softsignBackward(x, dY, dX, count);
    case GELU: return geluBackward(x, dY, dX, count);
    case GELU_TANH: return geluTanhBackward(x, dY, dX, count);
    case SILU: return siluBackward(x, dY, dX, count);
    case MISH: return mishBackward(x, dY, dX, count);
    case HARD_SIGMOID: return hardSigmoidBackward(x, dY, dX, count);
    case PIECEWISE_LINEAR: return piecewiseLinearBackward(x, dY, dX, count);
    case UNIT_STEP:
    case SIGN: memory.fill(dX, 0, <usize>count * FLOAT_BYTES); return;
    default: if (dX != dY) memory.copy(dX, dY, <usize>count * FLOAT_BYTES);
  }
}
