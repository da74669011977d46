// The activation functions on tensors.
import { activationKernels } from "../runtime/kernels/activations.js";
import { kernels, memory } from "../runtime/runtime.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { sizeOf } from "../tensor/nested.js";
import { CustomActivation } from "./custom.js";
import { activatedShape, needsAxis, toActivation } from "./activation.js";
import type { RareKind } from "./definitions.js";
import { linkRareKernels, rareKernels } from "./linked.js";
import type { ActivationSpec, ReluOptions, ThresholdOptions } from "./spec.js";

export { CustomActivation };
export type { ActivationName, ActivationSpec, ReluOptions, ThresholdOptions } from "./spec.js";

/** Room behind the tensors, so that a tensor of no values has an address too. */
const PADDING_BYTES = 64;

function evaluate(spec: Exclude<ActivationSpec, CustomActivation>, x: TensorLike): Tensor {
  const activation = toActivation("activation", spec);
  const input = fromValues(x, "x");
  const { kind, alpha, name } = activation;
  const columns = input.shape[input.rank - 1];
  if (typeof kind === "string" && !columns) throw needsAxis(name, input.shape);
  const shape = activatedShape(activation, input.shape);
  const size = sizeOf(shape);
  const xPointer = memory().scratch(4 * (input.size + size) + PADDING_BYTES);
  const yPointer = xPointer + 4 * input.size;
  const { floats } = memory();
  floats.set(input.data, xPointer >>> 2);
  if (typeof kind === "number") kernels().activationForward(kind, xPointer, yPointer, size, alpha);
  else if (kind === "softmax") kernels().softmaxForward(xPointer, yPointer, input.size / columns, columns);
  else if (typeof kind === "string")
    rareKernels()()[`${kind}Forward`](xPointer, yPointer, input.size / columns, columns);
  else {
    const { rare, alpha, beta, gamma } = kind as RareKind;
    rareKernels()().rareActivationForward(rare, xPointer, yPointer, size, alpha, beta, gamma);
  }
  return new Tensor(floats.slice(yPointer >>> 2, (yPointer >>> 2) + size), shape);
}

/** The same for activations that are not in the core. */
function evaluateRare(spec: Exclude<ActivationSpec, CustomActivation>, x: TensorLike): Tensor {
  linkAll();
  return evaluate(spec, x);
}

/**
 * Lets names stand for all activations, in options and in configurations, as `linkParts({ activations })` does. A
 * program that a bundler has made finds linear, relu (without maxValue and threshold), leakyRelu, elu, selu, sigmoid,
 * tanh, exponential, softmax, softsign, hardSigmoid, piecewiseLinear, unitStep and sign by name, and the others only
 * after this. What runs without a bundler finds all without it.
 *
 * @example
 * import { activations, layers } from "lanegrad";
 * activations.linkAll();
 * const hidden = layers.dense({ units: 64, activation: "gelu" });
 */
export function linkAll(): void {
  linkRareKernels(activationKernels);
}

/** f(x) = x. */
export function linear(x: TensorLike): Tensor {
  return evaluate("linear", x);
}

/**
 * f(x) = max(x, 0) (Nair and Hinton 2010). With options, as Keras: x above the threshold, else 0; cut off
 * at 0 and maxValue, if that is given; less negativeSlope * max(threshold - x, 0).
 */
export function relu(x: TensorLike, options: ReluOptions = {}): Tensor {
  return evaluateRare({ name: "relu", ...options }, x);
}

/** f(x) = min(max(x, 0), 6) (Krizhevsky 2010). */
export function relu6(x: TensorLike): Tensor {
  return evaluateRare("relu6", x);
}

/** f(x) = x for x > 0, else negativeSlope * x; default 0.2, as Keras's function (Maas et al. 2013). */
export function leakyRelu(x: TensorLike, options: { negativeSlope?: number } = {}): Tensor {
  return evaluate({ name: "leakyRelu", ...options }, x);
}

/** f(x) = 1 / (1 + exp(-x)). */
export function sigmoid(x: TensorLike): Tensor {
  return evaluate("sigmoid", x);
}

/** The hyperbolic tangent. */
export function tanh(x: TensorLike): Tensor {
  return evaluate("tanh", x);
}

/** f(x) = exp(x). */
export function exponential(x: TensorLike): Tensor {
  return evaluate("exponential", x);
}

/** f(x) = x for x > 0, else alpha * (exp(x) - 1); default alpha 1 (Clevert et al. 2016). */
export function elu(x: TensorLike, options: { alpha?: number } = {}): Tensor {
  return evaluate({ name: "elu", ...options }, x);
}

/** 1.0507 * elu(x, 1.6733), which keeps mean 0 and variance 1 (Klambauer et al. 2017). */
export function selu(x: TensorLike): Tensor {
  return evaluate("selu", x);
}

/** f(x) = x for x > 0, else alpha * (exp(x / alpha) - 1); default alpha 1 (Barron 2017). */
export function celu(x: TensorLike, options: { alpha?: number } = {}): Tensor {
  return evaluateRare({ name: "celu", ...options }, x);
}

/** f(x) = log(1 + exp(x)). */
export function softplus(x: TensorLike): Tensor {
  return evaluateRare("softplus", x);
}

/** f(x) = (x + sqrt(x^2 + b)) / 2; default b 4, 0 or more (Barron 2021). */
export function squareplus(x: TensorLike, options: { b?: number } = {}): Tensor {
  return evaluateRare({ name: "squareplus", ...options }, x);
}

/** f(x) = 0 up to -1, (x + 1)^2 / 4 up to 1, then x, as in Keras 3. */
export function sparsePlus(x: TensorLike): Tensor {
  return evaluateRare("sparsePlus", x);
}

/** f(x) = x / (1 + |x|). */
export function softsign(x: TensorLike): Tensor {
  return evaluate("softsign", x);
}

/** f(x) = x * Phi(x), Phi the normal distribution; `approximate` uses tanh. Default exact (Hendrycks and Gimpel 2016). */
export function gelu(x: TensorLike, options: { approximate?: boolean } = {}): Tensor {
  return evaluateRare({ name: "gelu", ...options }, x);
}

/** f(x) = x * sigmoid(x), also called swish (Elfwing et al. 2018). */
export function silu(x: TensorLike): Tensor {
  return evaluateRare("silu", x);
}

/** f(x) = x * tanh(softplus(x)) (Misra 2019). */
export function mish(x: TensorLike): Tensor {
  return evaluateRare("mish", x);
}

/** f(x) = relu6(x + 3) / 6, as in Keras 3. */
export function hardSigmoid(x: TensorLike): Tensor {
  return evaluate("hardSigmoid", x);
}

/** f(x) = x * relu6(x + 3) / 6, also called hardSwish (Howard et al. 2019). */
export function hardSilu(x: TensorLike): Tensor {
  return evaluateRare("hardSilu", x);
}

/** f(x) = x, cut off at -1 and 1. */
export function hardTanh(x: TensorLike): Tensor {
  return evaluateRare("hardTanh", x);
}

/** f(x) = log(1 / (1 + exp(-x))). */
export function logSigmoid(x: TensorLike): Tensor {
  return evaluateRare("logSigmoid", x);
}

/** f(x) = (x + 1) / 2, cut off at 0 and 1 (Blondel, Martins and Niculae 2019). */
export function sparseSigmoid(x: TensorLike): Tensor {
  return evaluateRare("sparseSigmoid", x);
}

/** f(x) = x where |x| > threshold, else 0; default threshold 0.5, 0 or more, as in Keras 3. */
export function hardShrink(x: TensorLike, options: { threshold?: number } = {}): Tensor {
  return evaluateRare({ name: "hardShrink", ...options }, x);
}

/** f(x) = sign(x) * max(|x| - threshold, 0); default threshold 0.5, 0 or more, as in Keras 3. */
export function softShrink(x: TensorLike, options: { threshold?: number } = {}): Tensor {
  return evaluateRare({ name: "softShrink", ...options }, x);
}

/** f(x) = x - tanh(x). */
export function tanhShrink(x: TensorLike): Tensor {
  return evaluateRare("tanhShrink", x);
}

/** f(x) = x where x > threshold, else defaultValue, as in Keras 3. Both must be given. */
export function threshold(x: TensorLike, options: ThresholdOptions): Tensor {
  return evaluateRare({ name: "threshold", ...options }, x);
}

/** f(x) = x + 0.5, cut off at 0 and 1. */
export function piecewiseLinear(x: TensorLike): Tensor {
  return evaluate("piecewiseLinear", x);
}

/** 1 where x > 0, else 0. Has no derivative to learn by. */
export function unitStep(x: TensorLike): Tensor {
  return evaluate("unitStep", x);
}

/** -1, 0 or 1. Has no derivative to learn by. */
export function sign(x: TensorLike): Tensor {
  return evaluate("sign", x);
}

/** exp(x) / sum exp(x) along the last axis. */
export function softmax(x: TensorLike): Tensor {
  return evaluate("softmax", x);
}

/** x - log(sum exp(x)) along the last axis. */
export function logSoftmax(x: TensorLike): Tensor {
  return evaluateRare("logSoftmax", x);
}

/**
 * The point of the probability simplex nearest to x, along the last axis: max(x - t, 0), t being such
 * that it adds up to 1 (Martins and Astudillo 2016).
 */
export function sparsemax(x: TensorLike): Tensor {
  return evaluateRare("sparsemax", x);
}

/**
 * a * sigmoid(b), a and b being the halves of x along the last axis (Dauphin et al. 2017).
 *
 * @returns a tensor half as long on the last axis
 * @throws LanegradError SHAPE_MISMATCH if the last axis has an odd length
 */
export function glu(x: TensorLike): Tensor {
  return evaluateRare("glu", x);
}
