/** dX = dY f', element by element. */
import {
  dHardSigmoid, dLeakyRelu, dPiecewiseLinear, dRelu, dSoftsign,
} from "./activationPiecewise";
import {
  ELU, EXPONENTIAL, HARD_SIGMOID, LEAKY_RELU, PIECEWISE_LINEAR, RELU, SELU, SIGMOID, SIGN, SOFTSIGN, TANH, UNIT_STEP,
} from "./activationKinds";
import { SELU_ALPHA, SELU_SCALE, dScaledElu, dSigmoid, dTanh } from "./activationSmooth";
import { LANES, VECTOR_BYTES, wholeVectorBytes } from "./simd";
import { SECOND_SPARE, SPARE, spareTail, takeSpareTail } from "./spare";

/** dY f'. `source` is y for relu, sigmoid, tanh and exponential, else x. */
// @ts-ignore: decorator
@inline function backward(kind: i32, source: v128, dY: v128, alpha: v128, scale: v128): v128 {
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
  kind: i32, source: usize, dY: usize, dX: usize, bytes: usize, alpha: f32, scale: f32,
): void {
  const alphas = f32x4.splat(alpha);
  const scales = f32x4.splat(scale);
  const end = dY + bytes;
  while (dY < end) {
    v128.store(dX, backward(kind, v128.load(source), v128.load(dY), alphas, scales));
    source += VECTOR_BYTES;
    dY += VECTOR_BYTES;
    dX += VECTOR_BYTES;
  }
}

// A function for each kind, for the reason that activationForward.ts gives.

function reluBackward(y: usize, dY: usize, dX: usize, bytes: usize): void {
  backwardAll(RELU, y, dY, dX, bytes, 0, 1);
}

function leakyReluBackward(x: usize, dY: usize, dX: usize, bytes: usize, alpha: f32): void {
  backwardAll(LEAKY_RELU, x, dY, dX, bytes, alpha, 1);
}

function sigmoidBackward(y: usize, dY: usize, dX: usize, bytes: usize): void {
  backwardAll(SIGMOID, y, dY, dX, bytes, 0, 1);
}

function tanhBackward(y: usize, dY: usize, dX: usize, bytes: usize): void {
  backwardAll(TANH, y, dY, dX, bytes, 0, 1);
}

function exponentialBackward(y: usize, dY: usize, dX: usize, bytes: usize): void {
  backwardAll(EXPONENTIAL, y, dY, dX, bytes, 0, 1);
}

/** selu too. */
function eluBackward(x: usize, dY: usize, dX: usize, bytes: usize, alpha: f32, scale: f32): void {
  backwardAll(ELU, x, dY, dX, bytes, alpha, scale);
}

function softsignBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  backwardAll(SOFTSIGN, x, dY, dX, bytes, 0, 1);
}

function hardSigmoidBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  backwardAll(HARD_SIGMOID, x, dY, dX, bytes, 0, 1);
}

function piecewiseLinearBackward(x: usize, dY: usize, dX: usize, bytes: usize): void {
  backwardAll(PIECEWISE_LINEAR, x, dY, dX, bytes, 0, 1);
}

/** The whole vectors. There are two copies of this, or the compiler would inline what it calls. */
// @ts-ignore: decorator
@inline function backwardVectors(kind: i32, source: usize, dY: usize, dX: usize, bytes: usize, alpha: f32): void {
  switch (kind) {
    case RELU: reluBackward(source, dY, dX, bytes); break;
    case LEAKY_RELU: leakyReluBackward(source, dY, dX, bytes, alpha); break;
    case SIGMOID: sigmoidBackward(source, dY, dX, bytes); break;
    case TANH: tanhBackward(source, dY, dX, bytes); break;
    case EXPONENTIAL: exponentialBackward(source, dY, dX, bytes); break;
    case ELU: eluBackward(source, dY, dX, bytes, alpha, 1); break;
    case SELU: eluBackward(source, dY, dX, bytes, SELU_ALPHA, SELU_SCALE); break;
    case SOFTSIGN: softsignBackward(source, dY, dX, bytes); break;
    case HARD_SIGMOID: hardSigmoidBackward(source, dY, dX, bytes); break;
    case PIECEWISE_LINEAR: piecewiseLinearBackward(source, dY, dX, bytes); break;
    case UNIT_STEP:
    case SIGN: memory.fill(dX, 0, bytes); break;
    default: if (dX != dY) memory.copy(dX, dY, bytes);
  }
}

/**
 * dX = dY * f'(x). unitStep and sign have the gradient 0.
 *
 * relu, sigmoid, tanh and exponential take f' from y, and linear, unitStep and sign need neither; for them x
 * may be 0. The others take it from x, and y may be 0.
 *
 * @param x [count], what went into the activation
 * @param y [count], what came out
 * @param dY [count]
 * @param dX [count], overwritten; may be dY
 */
export function activationBackward(
  kind: i32, x: usize, y: usize, dY: usize, dX: usize, count: i32, alpha: f32,
): void {
  const isFromResult = kind == RELU || (kind >= SIGMOID && kind <= EXPONENTIAL);
  const source = isFromResult ? y : x;
  const bytes = wholeVectorBytes(count);
  backwardVectors(kind, source, dY, dX, bytes, alpha);
  const tail = count & (LANES - 1);
  if (tail) {
    spareTail(SECOND_SPARE, source + bytes, tail);
    spareTail(SPARE, dY + bytes, tail);
    backwardVectors(kind, SECOND_SPARE, SPARE, SPARE, VECTOR_BYTES, alpha);
    takeSpareTail(dX + bytes, tail);
  }
}
