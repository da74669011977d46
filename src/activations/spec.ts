// How activations are written down: by name, by name and options, as a function on tensors, or one of the user's own.
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { CustomActivation } from "./custom.js";

type RectifierName = "relu" | "leakyRelu" | "leaky_relu";
type AlphaName = "elu" | "celu";
type ShrinkName = "hardShrink" | "hard_shrink" | "softShrink" | "soft_shrink";

/** The activations that have no options. */
type PlainName =
  | "linear"
  | "relu6"
  | "sigmoid"
  | "tanh"
  | "exponential"
  | "selu"
  | "softplus"
  | "softsign"
  | "silu"
  | "swish"
  | "mish"
  | "hardSigmoid"
  | "hard_sigmoid"
  | "hardSilu"
  | "hard_silu"
  | "hardSwish"
  | "hard_swish"
  | "hardTanh"
  | "hard_tanh"
  | "tanhShrink"
  | "tanh_shrink"
  | "logSigmoid"
  | "log_sigmoid"
  | "sparsePlus"
  | "sparse_plus"
  | "sparseSigmoid"
  | "sparse_sigmoid"
  | "piecewiseLinear"
  | "piecewise_linear"
  | "unitStep"
  | "unit_step"
  | "heaviside"
  | "sign"
  | "glu"
  | "softmax"
  | "logSoftmax"
  | "log_softmax"
  | "sparsemax";

/** The names of the activations that can do without options: all but threshold. */
export type ActivationName = PlainName | RectifierName | AlphaName | ShrinkName | "gelu" | "squareplus";

/** Options of `relu`. */
export interface ReluOptions {
  /** The slope below the threshold. Default 0. */
  negativeSlope?: number;
  /** The largest value, 0 or more; null for none. Default null. */
  maxValue?: number | null;
  /** Up to here there is no positive part. Default 0. */
  threshold?: number;
}

/** Options of `threshold`; both must be given. */
export interface ThresholdOptions {
  /** Values above it stay. */
  threshold: number;
  /** What the others become. */
  defaultValue: number;
}

/** A function of `activations`: computes an activation of tensors, and goes wherever an activation is named. */
export interface ActivationFunction {
  (x: TensorLike): Tensor;
  /** What options and files call it. */
  readonly activationName: ActivationName;
  /** @internal Gives the program the kernels, where they are not in the core. */
  readonly link?: () => void;
}

/** The same with options. Where an activation is named, it stands for the one with the default options. */
export interface ConfigurableActivation<Options extends object> extends ActivationFunction {
  (x: TensorLike, options?: Options): Tensor;
}

/** An activation of the library, in writing. */
export type NamedActivation =
  | ActivationName
  | { name: PlainName }
  | ({ name: "relu" } & ReluOptions)
  | { name: "leakyRelu" | "leaky_relu"; negativeSlope?: number }
  | { name: AlphaName; alpha?: number }
  | { name: "gelu"; approximate?: boolean }
  | { name: "squareplus"; b?: number }
  | { name: ShrinkName; threshold?: number }
  | ({ name: "threshold" } & ThresholdOptions);

/**
 * An activation's name, an object with its name and options, a function of `activations` (but `threshold`, which has no
 * default), or an activation of one's own.
 */
export type ActivationSpec = CustomActivation | ActivationFunction | NamedActivation;
