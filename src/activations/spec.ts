// How activations are written down: by name, by name and options, or one of the user's own.
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

/** An activation's name, an object with its name and options, or an activation of one's own. */
export type ActivationSpec =
  | CustomActivation
  | ActivationName
  | { name: PlainName }
  | ({ name: "relu" } & ReluOptions)
  | { name: "leakyRelu" | "leaky_relu"; negativeSlope?: number }
  | { name: AlphaName; alpha?: number }
  | { name: "gelu"; approximate?: boolean }
  | { name: "squareplus"; b?: number }
  | { name: ShrinkName; threshold?: number }
  | ({ name: "threshold" } & ThresholdOptions);
