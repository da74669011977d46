/** y = f(x), element by element, so that the shape does not matter. */
import {
  hardSigmoid, leakyRelu, piecewiseLinear, relu, sign, softsign, unitStep,
} from "./activationPiecewise";
import {
  ELU, EXPONENTIAL, HARD_SIGMOID, LEAKY_RELU, PIECEWISE_LINEAR, RELU, SELU, SIGMOID, SIGN, SOFTSIGN, TANH, UNIT_STEP,
} from "./activationKinds";
import { SELU_ALPHA, SELU_SCALE, scaledElu } from "./activationSmooth";
import { expVector, sigmoidVector, tanhVector } from "./math";
import { LANES, VECTOR_BYTES, wholeVectorBytes } from "./simd";
import { SPARE, spareTail, takeSpareTail } from "./spare";

/** `kind` is a constant in every call, so a single branch is left of each. */
// @ts-ignore: decorator
@inline function forward(kind: i32, x: v128, alpha: v128, scale: v128): v128 {
  if (kind == RELU) return relu(x);
  if (kind == LEAKY_RELU) return leakyRelu(x, alpha);
  if (kind == SIGMOID) return sigmoidVector(x);
  if (kind == TANH) return tanhVector(x);
  if (kind == EXPONENTIAL) return expVector(x);
  if (kind == ELU) return scaledElu(x, alpha, scale);
  if (kind == SOFTSIGN) return softsign(x);
  if (kind == HARD_SIGMOID) return hardSigmoid(x);
  if (kind == PIECEWISE_LINEAR) return piecewiseLinear(x);
  if (kind == UNIT_STEP) return unitStep(x);
  return sign(x);
}

// @ts-ignore: decorator
@inline function forwardAll(kind: i32, x: usize, y: usize, bytes: usize, alpha: f32, scale: f32): void {
  const alphas = f32x4.splat(alpha);
  const scales = f32x4.splat(scale);
  const end = x + bytes;
  while (x < end) {
    v128.store(y, forward(kind, v128.load(x), alphas, scales));
    x += VECTOR_BYTES;
    y += VECTOR_BYTES;
  }
}

// A function for each kind, of which the compiler inlines the short ones: engines optimize whole functions, and one that
// held all kinds took V8 18 ms of a first fit, on another thread but not always on another core.

function reluForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(RELU, x, y, bytes, 0, 1);
}

function leakyReluForward(x: usize, y: usize, bytes: usize, alpha: f32): void {
  forwardAll(LEAKY_RELU, x, y, bytes, alpha, 1);
}

function sigmoidForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(SIGMOID, x, y, bytes, 0, 1);
}

function tanhForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(TANH, x, y, bytes, 0, 1);
}

function exponentialForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(EXPONENTIAL, x, y, bytes, 0, 1);
}

/** selu too. */
function eluForward(x: usize, y: usize, bytes: usize, alpha: f32, scale: f32): void {
  forwardAll(ELU, x, y, bytes, alpha, scale);
}

function softsignForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(SOFTSIGN, x, y, bytes, 0, 1);
}

function hardSigmoidForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(HARD_SIGMOID, x, y, bytes, 0, 1);
}

function piecewiseLinearForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(PIECEWISE_LINEAR, x, y, bytes, 0, 1);
}

function unitStepForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(UNIT_STEP, x, y, bytes, 0, 1);
}

function signForward(x: usize, y: usize, bytes: usize): void {
  forwardAll(SIGN, x, y, bytes, 0, 1);
}

/** The whole vectors. There are two copies of this, or the compiler would inline what it calls. */
// @ts-ignore: decorator
@inline function forwardVectors(kind: i32, x: usize, y: usize, bytes: usize, alpha: f32): void {
  switch (kind) {
    case RELU: reluForward(x, y, bytes); break;
    case LEAKY_RELU: leakyReluForward(x, y, bytes, alpha); break;
    case SIGMOID: sigmoidForward(x, y, bytes); break;
    case TANH: tanhForward(x, y, bytes); break;
    case EXPONENTIAL: exponentialForward(x, y, bytes); break;
    case ELU: eluForward(x, y, bytes, alpha, 1); break;
    case SELU: eluForward(x, y, bytes, SELU_ALPHA, SELU_SCALE); break;
    case SOFTSIGN: softsignForward(x, y, bytes); break;
    case HARD_SIGMOID: hardSigmoidForward(x, y, bytes); break;
    case PIECEWISE_LINEAR: piecewiseLinearForward(x, y, bytes); break;
    case UNIT_STEP: unitStepForward(x, y, bytes); break;
    case SIGN: signForward(x, y, bytes); break;
    default: if (x != y) memory.copy(y, x, bytes);
  }
}

/**
 * y = f(x), f being the activation of that kind; an unknown kind is linear. NaN gives NaN.
 *
 * @param x [count]
 * @param y [count], overwritten; may be x
 * @param alpha the negative slope of leakyRelu, the alpha of elu; else unused
 */
export function activationForward(kind: i32, x: usize, y: usize, count: i32, alpha: f32): void {
  const bytes = wholeVectorBytes(count);
  forwardVectors(kind, x, y, bytes, alpha);
  const tail = count & (LANES - 1);
  if (tail) {
    spareTail(SPARE, x + bytes, tail);
    forwardVectors(kind, SPARE, SPARE, VECTOR_BYTES, alpha);
    takeSpareTail(y + bytes, tail);
  }
}
