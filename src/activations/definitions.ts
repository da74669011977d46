// The activations: which kernel computes each, and with which numbers.
import { finiteNumber, nonNegative, positive } from "../options.js";
import type { CustomActivation } from "./custom.js";

/** Activations of whole rows along the last axis; the kernels are `softmaxForward`, `softmaxBackward` and so on. */
export type RowwiseKind = "softmax" | "logSoftmax" | "sparsemax" | "glu";

/** Those of them that are not in the core. */
export type RareRowwiseKind = Exclude<RowwiseKind, "softmax">;

/** A number of `assembly/activationRareKinds.ts`, with the numbers of its formula. */
export interface RareKind {
  readonly rare: number;
  readonly alpha: number;
  readonly beta: number;
  readonly gamma: number;
}

/**
 * Which kernel computes an activation: a number of `assembly/activationKinds.ts`, which the dense layer can
 * apply within its own kernel; a rare one; one of whole rows; or one of the user's own.
 */
export type ActivationKind = number | RareKind | RowwiseKind | CustomActivation;

/** A number among an activation's options. */
export interface NumberOption {
  readonly key: string;
  /** Left out where it must be given. */
  readonly standard?: number;
  readonly check: (name: string, value: unknown) => number;
}

export interface Definition {
  /** For a rare kind, its number alone: `rare(3)`. */
  readonly kind: number | { readonly rare: number } | RowwiseKind;
  /** Whether the derivative is computed from the input rather than from the output. */
  readonly needsInput: boolean;
  /** In the order in which the kernel takes them. */
  readonly numbers?: readonly NumberOption[];
}

// relu and gelu are several kernels each, depending on their options.

/** A number of `assembly/activationKinds.ts`. */
export const LEAKY_RELU = 2;

/** Numbers of `assembly/activationRareKinds.ts`. */
export const GENERAL_RELU = 0;
export const RELU6 = 1;
export const GELU = 13;
export const GELU_TANH = 14;

function rare(kind: number, ...numbers: NumberOption[]): Definition {
  return { kind: { rare: kind }, needsInput: true, numbers };
}

const shrinkThreshold: NumberOption = { key: "threshold", standard: 0.5, check: nonNegative };

export const definitions: Readonly<Record<string, Definition>> = {
  linear: { kind: 0, needsInput: false },
  relu: { kind: 1, needsInput: false },
  leakyRelu: {
    kind: LEAKY_RELU,
    needsInput: true,
    numbers: [{ key: "negativeSlope", standard: 0.2, check: finiteNumber }],
  },
  sigmoid: { kind: 3, needsInput: false },
  tanh: { kind: 4, needsInput: false },
  exponential: { kind: 5, needsInput: false },
  elu: { kind: 6, needsInput: true, numbers: [{ key: "alpha", standard: 1, check: finiteNumber }] },
  selu: { kind: 7, needsInput: true },
  softplus: rare(16),
  softsign: { kind: 9, needsInput: true },
  gelu: rare(GELU),
  silu: rare(15),
  mish: rare(17),
  hardSigmoid: { kind: 14, needsInput: true },
  piecewiseLinear: { kind: 15, needsInput: true },
  unitStep: { kind: 16, needsInput: true },
  sign: { kind: 17, needsInput: true },
  relu6: rare(RELU6),
  hardSilu: rare(2),
  celu: rare(3, { key: "alpha", standard: 1, check: positive }),
  squareplus: rare(4, { key: "b", standard: 4, check: nonNegative }),
  hardTanh: rare(5),
  hardShrink: rare(6, shrinkThreshold),
  softShrink: rare(7, shrinkThreshold),
  tanhShrink: rare(8),
  threshold: rare(9, { key: "threshold", check: finiteNumber }, { key: "defaultValue", check: finiteNumber }),
  logSigmoid: rare(10),
  sparsePlus: rare(11),
  sparseSigmoid: rare(12),
  softmax: { kind: "softmax", needsInput: false },
  logSoftmax: { kind: "logSoftmax", needsInput: false },
  sparsemax: { kind: "sparsemax", needsInput: false },
  glu: { kind: "glu", needsInput: true },
};

export const aliases: Readonly<Record<string, string>> = {
  swish: "silu",
  hardSwish: "hardSilu",
  heaviside: "unitStep",
};
