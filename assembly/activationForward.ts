/** y = f(x), element by element, so that the shape does not matter. */
import {
  hardSigmoid, leakyRelu, piecewiseLinear, relu, sign, softsign, unitStep,
} from "./activationPiecewise";
import {
  ELU, EXPONENTIAL, HARD_SIGMOID, LEAKY_RELU, PIECEWISE_LINEAR, RELU, SELU, SIGMOID, SIGN, SOFTSIGN, TANH, UNIT_STEP,
} from "./activationKinds";
import { SELU_ALPHA, SELU_SCALE, scaledElu } from "./activationSmooth";
import { tanhForward } from "./activationTanh";
import { FIXED_TABLE, at, exponentialOf, sigmoidOf, tanhOf } from "./mathTable";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, loadTail, storeLanes, storeTail, wholeVectorBytes } from "./simd";

/** Where `kind` is a constant, a single branch is left. */
// @ts-ignore: decorator
@inline export function forward(kind: i32, x: v128, alpha: v128, scale: v128): v128 {
  if (kind == RELU) return relu(x);
  if (kind == LEAKY_RELU) return leakyRelu(x, alpha);
  if (kind == SIGMOID) return sigmoidOf(x, FIXED_TABLE);
  if (kind == TANH) return tanhOf(x, FIXED_TABLE);
  if (kind == EXPONENTIAL) return exponentialOf(f32x4.pmin(x, at(FIXED_TABLE, 22)), FIXED_TABLE);
  if (kind == ELU) return scaledElu(x, alpha, scale);
  if (kind == SOFTSIGN) return softsign(x);
  if (kind == HARD_SIGMOID) return hardSigmoid(x);
  if (kind == PIECEWISE_LINEAR) return piecewiseLinear(x);
  if (kind == UNIT_STEP) return unitStep(x);
  return sign(x);
}

// The tail has its own copy of the formula. That also lets V8 keep constants in registers: those that a loop alone uses it
// makes anew in each round, which takes half as long again.
// @ts-ignore: decorator
@inline function forwardAll(kind: i32, x: usize, y: usize, count: i32, alpha: f32, scale: f32): void {
  const alphas = f32x4.splat(alpha);
  const scales = f32x4.splat(scale);
  const end = x + wholeVectorBytes(count);
  while (x < end) {
    v128.store(y, forward(kind, v128.load(x), alphas, scales));
    x += VECTOR_BYTES;
    y += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(y, forward(kind, loadTail(x, tail), alphas, scales), tail);
}

/** The same with one copy of the formula, for those that have their constants in memory. */
// @ts-ignore: decorator
@inline function forwardInTurn(kind: i32, x: usize, y: usize, count: i32, alpha: f32, scale: f32): void {
  const alphas = f32x4.splat(alpha);
  const scales = f32x4.splat(scale);
  for (; count > 0; count -= LANES, x += VECTOR_BYTES, y += VECTOR_BYTES) {
    const lanes = min(count, LANES);
    storeLanes(y, forward(kind, loadLanes(x, lanes), alphas, scales), lanes);
  }
}

// A function for each kind, of which the compiler inlines the short ones: engines optimize whole functions, and one that
// held all kinds took V8 18 ms of a first fit, on another thread but not always on another core.

function reluForward(x: usize, y: usize, count: i32): void {
  forwardAll(RELU, x, y, count, 0, 1);
}

function leakyReluForward(x: usize, y: usize, count: i32, alpha: f32): void {
  forwardAll(LEAKY_RELU, x, y, count, alpha, 1);
}

function sigmoidForward(x: usize, y: usize, count: i32): void {
  forwardInTurn(SIGMOID, x, y, count, 0, 1);
}

function exponentialForward(x: usize, y: usize, count: i32): void {
  forwardAll(EXPONENTIAL, x, y, count, 0, 1);
}

/** selu too. */
function eluForward(x: usize, y: usize, count: i32, alpha: f32, scale: f32): void {
  forwardInTurn(ELU, x, y, count, alpha, scale);
}

function softsignForward(x: usize, y: usize, count: i32): void {
  forwardAll(SOFTSIGN, x, y, count, 0, 1);
}

function hardSigmoidForward(x: usize, y: usize, count: i32): void {
  forwardAll(HARD_SIGMOID, x, y, count, 0, 1);
}

function piecewiseLinearForward(x: usize, y: usize, count: i32): void {
  forwardAll(PIECEWISE_LINEAR, x, y, count, 0, 1);
}

function unitStepForward(x: usize, y: usize, count: i32): void {
  forwardAll(UNIT_STEP, x, y, count, 0, 1);
}

function signForward(x: usize, y: usize, count: i32): void {
  forwardAll(SIGN, x, y, count, 0, 1);
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
    case ELU: return eluForward(x, y, count, alpha, 1);
    case SELU: return eluForward(x, y, count, SELU_ALPHA, SELU_SCALE);
    case SOFTSIGN: return softsignForward(x, y, count);
    case HARD_SIGMOID: return hardSigmoidForward(x, y, count);
    case PIECEWISE_LINEAR: return piecewiseLinearForward(x, y, count);
    case UNIT_STEP: return unitStepForward(x, y, count);
    case SIGN: return signForward(x, y, count);
    default: if (x != y) memory.copy(y, x, <usize>count * FLOAT_BYTES);
  }
}
