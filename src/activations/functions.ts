// The activation functions on tensors.
import type { RareActivationKernels } from "../runtime/kernels/activations.js";
import { kernels, memory } from "../runtime/runtime.js";
import { tensorAt } from "../tensor/inMemory.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { sizeOf } from "../tensor/nested.js";
import { activatedShape, needsAxis, toActivation } from "./activation.js";
import type { RareKind } from "./definitions.js";
import { linkRareActivations, rareActivations } from "./linked.js";
import { rare } from "./rare.js";
import type { RareActivations } from "./rare.js";
import type {
  ActivationFunction,
  ActivationName,
  ConfigurableActivation,
  NamedActivation,
  ReluOptions,
  ThresholdOptions,
} from "./spec.js";

/** Room behind the tensors, so that a tensor of no values has an address too. */
const PADDING_BYTES = 64;

const rareKernels = (): RareActivationKernels => (rareActivations() as RareActivations).kernels();

function evaluate(spec: NamedActivation, x: TensorLike): Tensor {
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
    rareKernels()[`${kind}Forward`](xPointer, yPointer, input.size / columns, columns);
  else {
    const { rare, alpha, beta, gamma } = kind as RareKind;
    rareKernels().rareActivationForward(rare, xPointer, yPointer, size, alpha, beta, gamma);
  }
  return tensorAt(yPointer, shape);
}

/**
 * A function on tensors that goes wherever an activation is named.
 *
 * @param link gives the program the kernels of an activation that is not in the core
 */
function define(name: ActivationName, link?: () => void): ConfigurableActivation<object> {
  const compute = (x: TensorLike, options?: object): Tensor => {
    link?.();
    return evaluate({ ...options, name } as NamedActivation, x);
  };
  return Object.assign(compute, { activationName: name, link });
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
  linkRareActivations(rare);
}

/** f(x) = x. */
export const linear: ActivationFunction = /* @__PURE__ */ define("linear");

/**
 * f(x) = max(x, 0) (Nair and Hinton 2010). With options, as Keras: x above the threshold, else 0; cut off
 * at 0 and maxValue, if that is given; less negativeSlope * max(threshold - x, 0).
 */
export const relu: ConfigurableActivation<ReluOptions> = /* @__PURE__ */ define("relu", linkAll);

/** f(x) = min(max(x, 0), 6) (Krizhevsky 2010). */
export const relu6: ActivationFunction = /* @__PURE__ */ define("relu6", linkAll);

/** f(x) = x for x > 0, else negativeSlope * x; default 0.2, as Keras's function (Maas et al. 2013). */
export const leakyRelu: ConfigurableActivation<{ negativeSlope?: number }> =
  /* @__PURE__ */ define("leakyRelu");

/** f(x) = 1 / (1 + exp(-x)). */
export const sigmoid: ActivationFunction = /* @__PURE__ */ define("sigmoid");

/** The hyperbolic tangent. */
export const tanh: ActivationFunction = /* @__PURE__ */ define("tanh");

/** f(x) = exp(x). */
export const exponential: ActivationFunction = /* @__PURE__ */ define("exponential");

/** f(x) = x for x > 0, else alpha * (exp(x) - 1); default alpha 1 (Clevert et al. 2016). */
export const elu: ConfigurableActivation<{ alpha?: number }> = /* @__PURE__ */ define("elu");

/** 1.0507 * elu(x, 1.6733), which keeps mean 0 and variance 1 (Klambauer et al. 2017). */
export const selu: ActivationFunction = /* @__PURE__ */ define("selu");

/** f(x) = x for x > 0, else alpha * (exp(x / alpha) - 1); default alpha 1 (Barron 2017). */
export const celu: ConfigurableActivation<{ alpha?: number }> = /* @__PURE__ */ define("celu", linkAll);

/** f(x) = log(1 + exp(x)). */
export const softplus: ActivationFunction = /* @__PURE__ */ define("softplus", linkAll);

/** f(x) = (x + sqrt(x^2 + b)) / 2; default b 4, 0 or more (Barron 2021). */
export const squareplus: ConfigurableActivation<{ b?: number }> = /* @__PURE__ */ define(
  "squareplus",
  linkAll,
);

/** f(x) = 0 up to -1, (x + 1)^2 / 4 up to 1, then x, as in Keras 3. */
export const sparsePlus: ActivationFunction = /* @__PURE__ */ define("sparsePlus", linkAll);

/** f(x) = x / (1 + |x|). */
export const softsign: ActivationFunction = /* @__PURE__ */ define("softsign");

/** f(x) = x * Phi(x), Phi the normal distribution; `approximate` uses tanh. Default exact (Hendrycks and Gimpel 2016). */
export const gelu: ConfigurableActivation<{ approximate?: boolean }> = /* @__PURE__ */ define(
  "gelu",
  linkAll,
);

/** f(x) = x * sigmoid(x), also called swish (Elfwing et al. 2018). */
export const silu: ActivationFunction = /* @__PURE__ */ define("silu", linkAll);

/** f(x) = x * tanh(softplus(x)) (Misra 2019). */
export const mish: ActivationFunction = /* @__PURE__ */ define("mish", linkAll);

/** f(x) = relu6(x + 3) / 6, as in Keras 3. */
export const hardSigmoid: ActivationFunction = /* @__PURE__ */ define("hardSigmoid");

/** f(x) = x * relu6(x + 3) / 6, also called hardSwish (Howard et al. 2019). */
export const hardSilu: ActivationFunction = /* @__PURE__ */ define("hardSilu", linkAll);

/** f(x) = x, cut off at -1 and 1. */
export const hardTanh: ActivationFunction = /* @__PURE__ */ define("hardTanh", linkAll);

/** f(x) = log(1 / (1 + exp(-x))). */
export const logSigmoid: ActivationFunction = /* @__PURE__ */ define("logSigmoid", linkAll);

/** f(x) = (x + 1) / 2, cut off at 0 and 1 (Blondel, Martins and Niculae 2019). */
export const sparseSigmoid: ActivationFunction = /* @__PURE__ */ define("sparseSigmoid", linkAll);

/** f(x) = x where |x| > threshold, else 0; default threshold 0.5, 0 or more, as in Keras 3. */
export const hardShrink: ConfigurableActivation<{ threshold?: number }> = /* @__PURE__ */ define(
  "hardShrink",
  linkAll,
);

/** f(x) = sign(x) * max(|x| - threshold, 0); default threshold 0.5, 0 or more, as in Keras 3. */
export const softShrink: ConfigurableActivation<{ threshold?: number }> = /* @__PURE__ */ define(
  "softShrink",
  linkAll,
);

/** f(x) = x - tanh(x). */
export const tanhShrink: ActivationFunction = /* @__PURE__ */ define("tanhShrink", linkAll);

/** f(x) = x where x > threshold, else defaultValue, as in Keras 3. Both must be given. */
export function threshold(x: TensorLike, options: ThresholdOptions): Tensor {
  linkAll();
  return evaluate({ name: "threshold", ...options }, x);
}

/** f(x) = x + 0.5, cut off at 0 and 1. */
export const piecewiseLinear: ActivationFunction = /* @__PURE__ */ define("piecewiseLinear");

/** 1 where x > 0, else 0. Has no derivative to learn by. */
export const unitStep: ActivationFunction = /* @__PURE__ */ define("unitStep");

/** -1, 0 or 1. Has no derivative to learn by. */
export const sign: ActivationFunction = /* @__PURE__ */ define("sign");

/** exp(x) / sum exp(x) along the last axis. */
export const softmax: ActivationFunction = /* @__PURE__ */ define("softmax");

/** x - log(sum exp(x)) along the last axis. */
export const logSoftmax: ActivationFunction = /* @__PURE__ */ define("logSoftmax", linkAll);

/**
 * The point of the probability simplex nearest to x, along the last axis: max(x - t, 0), t being such
 * that it adds up to 1 (Martins and Astudillo 2016).
 */
export const sparsemax: ActivationFunction = /* @__PURE__ */ define("sparsemax", linkAll);

/**
 * a * sigmoid(b), a and b being the halves of x along the last axis (Dauphin et al. 2017).
 *
 * @returns a tensor half as long on the last axis
 * @throws LanegradError SHAPE_MISMATCH if the last axis has an odd length
 */
export const glu: ActivationFunction = /* @__PURE__ */ define("glu", linkAll);
