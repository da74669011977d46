/** dX = dY f', element by element. */
import {
  dHardSigmoid, dLeakyRelu, dPiecewiseLinear, dRelu, dSoftsign,
} from "./activationPiecewise";
import {
  ELU, EXPONENTIAL, HARD_SIGMOID, LEAKY_RELU, PIECEWISE_LINEAR, RELU, SELU, SIGMOID, SIGN, SOFTSIGN, TANH, UNIT_STEP,
} from "./activationKinds";
import { SELU_ALPHA, SELU_SCALE, dScaledElu, dSigmoid, dTanh } from "./activationSmooth";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail, wholeVectorBytes } from "./simd";

/** dY f'. `source` is y for relu, sigmoid, tanh and exponential, else x. */
// @ts-ignore: decorator
@inline export function backward(kind: i32, source: v128, dY: v128, alpha: v128, scale: v128): v128 {
  if (kind == RELU) return dRelu(dY, source);
  if (kind == LEAKY_RELU) return dLeakyRelu(dY, source, alpha);
  if (kind == SIGMOID) return dSigmoid(dY, source);
  if (kind == TANH) return dTanh(dY, source);
  if (kind == EXPONENTIAL) return f32x4.mul(dY, source);
  if (kind == ELU) return dScaledElu(dY, source, alpha, scale);
  if (kind == SOFTSIGN) return dSoftsign(dY, source);
  if (kind == HARD_SIGMOID) return dHardSigmoid(dY, source);
  return dPiecewiseLinear(dY, source);
}

// @ts-ignore: decorator
@inline function backwardAll(
  kind: i32, source: usize, dY: usize, dX: usize, count: i32, alpha: f32, scale: f32,
): void {
  const alphas = f32x4.splat(alpha);
  const scales = f32x4.splat(scale);
  const end = dY + wholeVectorBytes(count);
  while (dY < end) {
    v128.store(dX, backward(kind, v128.load(source), v128.load(dY), alphas, scales));
    source += VECTOR_BYTES;
    dY += VECTOR_BYTES;
    dX += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(dX, backward(kind, loadTail(source, tail), loadTail(dY, tail), alphas, scales), tail);
}

// A function for each kind, for the reason that activationForward.ts gives.

function reluBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(RELU, y, dY, dX, count, 0, 1);
}

function leakyReluBackward(x: usize, dY: usize, dX: usize, count: i32, alpha: f32): void {
  backwardAll(LEAKY_RELU, x, dY, dX, count, alpha, 1);
}

function sigmoidBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(SIGMOID, y, dY, dX, count, 0, 1);
}

function tanhBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(TANH, y, dY, dX, count, 0, 1);
}

function exponentialBackward(y: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(EXPONENTIAL, y, dY, dX, count, 0, 1);
}

/** selu too. */
function eluBackward(x: usize, dY: usize, dX: usize, count: i32, alpha: f32, scale: f32): void {
  backwardAll(ELU, x, dY, dX, count, alpha, scale);
}

function softsignBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(SOFTSIGN, x, dY, dX, count, 0, 1);
}

function hardSigmoidBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(HARD_SIGMOID, x, dY, dX, count, 0, 1);
}

function piecewiseLinearBackward(x: usize, dY: usize, dX: usize, count: i32): void {
  backwardAll(PIECEWISE_LINEAR, x, dY, dX, count, 0, 1);
}

/**
 * dX = dY * f'(x). unitStep and sign have the gradient 0.
 *
 * relu, sigmoid, tanh and exponential take f' from y, and linear, unitStep and sign need neither; for them x
 * is not read and may be 0. The others take it from x, and y is not read and may be 0.
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
    case ELU: return eluBackward(x, dY, dX, count, alpha, 1);
    case SELU: return eluBackward(x, dY, dX, count, SELU_ALPHA, SELU_SCALE);
    case SOFTSIGN: return softsignBackward(x, dY, dX, count);
    case HARD_SIGMOID: return hardSigmoidBackward(x, dY, dX, count);
    case PIECEWISE_LINEAR: return piecewiseLinearBackward(x, dY, dX, count);
    case UNIT_STEP:
    case SIGN: memory.fill(dX, 0, <usize>count * FLOAT_BYTES); return;
    default: if (dX != dY) memory.copy(dX, dY, <usize>count * FLOAT_BYTES);
  }
}
