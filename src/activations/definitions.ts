// The activations: which kernel computes each, and with which numbers.
import { finiteNumber } from "../options.js";
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
  /** For a rare kind, its number alone. */
  readonly kind: number | { readonly rare: number } | RowwiseKind;
  /** Whether the derivative is computed from the input rather than from the output. */
  readonly needsInput: boolean;
  /** In the order in which the kernel takes them. */
  readonly numbers?: readonly NumberOption[];
}

// relu is several kernels, depending on its options.

/** A number of `assembly/activationKinds.ts`. */
export const LEAKY_RELU = 2;

/** Numbers of `assembly/activationRareKinds.ts`. */
export const GENERAL_RELU = 0;
export const RELU6 = 1;

/** Those that the core computes. */
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
  softmax: { kind: "softmax", needsInput: false },
  softsign: { kind: 9, needsInput: true },
  hardSigmoid: { kind: 14, needsInput: true },
  piecewiseLinear: { kind: 15, needsInput: true },
  unitStep: { kind: 16, needsInput: true },
  sign: { kind: 17, needsInput: true },
};

/** All names: those of the core, then those that rare.ts defines. */
export const names: readonly string[] = [
  ...Object.keys(definitions),
  "softplus",
  "gelu",
  "silu",
  "mish",
  "relu6",
  "hardSilu",
  "celu",
  "squareplus",
  "hardTanh",
  "hardShrink",
  "softShrink",
  "tanhShrink",
  "threshold",
  "logSigmoid",
  "sparsePlus",
  "sparseSigmoid",
  "logSoftmax",
  "sparsemax",
  "glu",
];

export const aliases: Readonly<Record<string, string>> = {
  swish: "silu",
  hardSwish: "hardSilu",
  heaviside: "unitStep",
};
