// The activation functions on tensors.
import { kernels, memory } from "../runtime/runtime.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { needsAxis, toActivation } from "./activation.js";
import type { ActivationSpec } from "./activation.js";

export type { ActivationName, ActivationSpec } from "./activation.js";

/** Room behind the tensors, so that a tensor of no values has an address too. */
const PADDING_BYTES = 64;

function evaluate(spec: ActivationSpec, x: TensorLike): Tensor {
  const activation = toActivation("activation", spec);
  const input = fromValues(x, "x");
  const { kind, alpha, name } = activation;
  const columns = input.shape[input.rank - 1];
  if (typeof kind === "string" && !columns) throw needsAxis(name, input.shape);
  const xPointer = memory().scratch(8 * input.size + PADDING_BYTES);
  const yPointer = xPointer + 4 * input.size;
  const { floats } = memory();
  floats.set(input.data, xPointer >>> 2);
  if (kind === "softmax") kernels().softmaxForward(xPointer, yPointer, input.size / columns, columns);
  else if (kind === "logSoftmax")
    kernels().logSoftmaxForward(xPointer, yPointer, input.size / columns, columns);
  else kernels().activationForward(kind, xPointer, yPointer, input.size, alpha);
  return new Tensor(floats.slice(yPointer >>> 2, (yPointer >>> 2) + input.size), input.shape);
}

/** f(x) = x. */
export function linear(x: TensorLike): Tensor {
  return evaluate("linear", x);
}

/** f(x) = max(x, 0) (Nair and Hinton 2010). */
export function relu(x: TensorLike): Tensor {
  return evaluate("relu", x);
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

/** f(x) = log(1 + exp(x)). */
export function softplus(x: TensorLike): Tensor {
  return evaluate("softplus", x);
}

/** f(x) = x / (1 + |x|). */
export function softsign(x: TensorLike): Tensor {
  return evaluate("softsign", x);
}

/** f(x) = x * Phi(x), Phi the normal distribution; `approximate` uses tanh. Default exact (Hendrycks and Gimpel 2016). */
export function gelu(x: TensorLike, options: { approximate?: boolean } = {}): Tensor {
  return evaluate({ name: "gelu", ...options }, x);
}

/** f(x) = x * sigmoid(x), also called swish (Elfwing et al. 2018). */
export function silu(x: TensorLike): Tensor {
  return evaluate("silu", x);
}

/** f(x) = x * tanh(softplus(x)) (Misra 2019). */
export function mish(x: TensorLike): Tensor {
  return evaluate("mish", x);
}

/** f(x) = relu6(x + 3) / 6, as in Keras 3. */
export function hardSigmoid(x: TensorLike): Tensor {
  return evaluate("hardSigmoid", x);
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
  return evaluate("logSoftmax", x);
}
