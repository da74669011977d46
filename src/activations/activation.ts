import { camelCase } from "../registry.js";
import { LanegradError, showShape, unknownName } from "../errors.js";
import { checkKeys, finiteNumber, flag } from "../options.js";

/** Which kernel computes an activation: the numbers of `assembly/activation.ts`, or a row-wise one. */
export type ActivationKind = number | "softmax" | "logSoftmax";

/** An activation function with its options, ready for a plan. */
export interface Activation {
  readonly name: string;
  readonly kind: ActivationKind;
  /** The one number that some activations have: a slope, alpha. */
  readonly alpha: number;
  /** Whether the derivative is computed from the input rather than from the output. */
  readonly needsInput: boolean;
  readonly config: Readonly<Record<string, unknown>>;
}

interface Definition {
  readonly kind: ActivationKind;
  readonly needsInput: boolean;
  /** The name and default of its number. */
  readonly number?: readonly [string, number];
}

/** The exact and the approximate form of gelu are two kernels. */
const GELU = 10;
const GELU_TANH = 11;

const definitions: Readonly<Record<string, Definition>> = {
  linear: { kind: 0, needsInput: false },
  relu: { kind: 1, needsInput: false },
  leakyRelu: { kind: 2, needsInput: true, number: ["negativeSlope", 0.2] },
  sigmoid: { kind: 3, needsInput: false },
  tanh: { kind: 4, needsInput: false },
  exponential: { kind: 5, needsInput: false },
  elu: { kind: 6, needsInput: true, number: ["alpha", 1] },
  selu: { kind: 7, needsInput: true },
  softplus: { kind: 8, needsInput: true },
  softsign: { kind: 9, needsInput: true },
  gelu: { kind: GELU, needsInput: true },
  silu: { kind: 12, needsInput: true },
  mish: { kind: 13, needsInput: true },
  hardSigmoid: { kind: 14, needsInput: true },
  piecewiseLinear: { kind: 15, needsInput: true },
  unitStep: { kind: 16, needsInput: true },
  sign: { kind: 17, needsInput: true },
  softmax: { kind: "softmax", needsInput: false },
  logSoftmax: { kind: "logSoftmax", needsInput: false },
};

const aliases: Readonly<Record<string, string>> = { swish: "silu", heaviside: "unitStep" };

/** The names of the activations. */
export type ActivationName =
  | "linear"
  | "relu"
  | "leakyRelu"
  | "leaky_relu"
  | "sigmoid"
  | "tanh"
  | "exponential"
  | "elu"
  | "selu"
  | "softplus"
  | "softsign"
  | "gelu"
  | "silu"
  | "swish"
  | "mish"
  | "hardSigmoid"
  | "hard_sigmoid"
  | "piecewiseLinear"
  | "piecewise_linear"
  | "unitStep"
  | "unit_step"
  | "heaviside"
  | "sign"
  | "softmax"
  | "logSoftmax"
  | "log_softmax";

/** An activation's name, or an object with its name and options. */
export type ActivationSpec =
  | ActivationName
  | { name: "leakyRelu" | "leaky_relu"; negativeSlope?: number }
  | { name: "elu"; alpha?: number }
  | { name: "gelu"; approximate?: boolean }
  | { name: ActivationName };

/** Finds an activation by name and checks its options. */
export function toActivation(option: string, spec: ActivationSpec | undefined): Activation {
  const { name, ...options } =
    typeof spec === "object" && spec !== null ? spec : { name: spec === undefined ? "linear" : spec };
  if (typeof name !== "string") throw unknownName(option, name, Object.keys(definitions));
  const plain = camelCase(name);
  const resolved = Object.hasOwn(aliases, plain) ? aliases[plain] : plain;
  if (!Object.hasOwn(definitions, resolved)) throw unknownName(option, name, Object.keys(definitions));
  return describe(resolved, definitions[resolved], options);
}

function describe(name: string, definition: Definition, options: Record<string, unknown>): Activation {
  const { kind, needsInput, number } = definition;
  if (kind === GELU) {
    checkKeys(name, options, ["approximate"]);
    const approximate = flag("approximate", options.approximate ?? false);
    return {
      name,
      kind: approximate ? GELU_TANH : GELU,
      alpha: 0,
      needsInput,
      config: { name, approximate },
    };
  }
  checkKeys(name, options, number === undefined ? [] : [number[0]]);
  if (number === undefined) return { name, kind, alpha: 0, needsInput, config: { name } };
  const [key, standard] = number;
  const alpha = finiteNumber(key, options[key] ?? standard);
  return { name, kind, alpha, needsInput, config: { name, [key]: alpha } };
}

/** @internal The error for an activation on tensors that its kernel cannot take. */
export function needsAxis(name: string, shape: readonly number[]): LanegradError {
  return new LanegradError(
    "SHAPE_MISMATCH",
    `${name} works along the last axis, of at least one. Received: shape ${showShape(shape)}`,
  );
}
