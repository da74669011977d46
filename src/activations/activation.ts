import { LanegradError, showShape, unknownName } from "../errors.js";
import { checkKeys, finiteNumber, nonNegative } from "../options.js";
import { asRecord, camelCase, registeredPart } from "../registry.js";
import { CustomActivation } from "./custom.js";
import { aliases, definitions, GENERAL_RELU, LEAKY_RELU, names, RELU6 } from "./definitions.js";
import type { ActivationKind, Definition } from "./definitions.js";
import { describe, rareKind } from "./describe.js";
import { notLinked, rareActivations } from "./linked.js";
import type { ActivationFunction, ActivationSpec } from "./spec.js";

export type { ActivationName, ActivationSpec } from "./spec.js";

/** An activation function with its options, ready for a plan. */
export interface Activation {
  readonly name: string;
  readonly kind: ActivationKind;
  /** The one number that some kinds of `assembly/activationKinds.ts` have: a slope, alpha. Else 0. */
  readonly alpha: number;
  /** Whether the derivative is computed from the input rather than from the output. */
  readonly needsInput: boolean;
  /** The name and all options: a specification of the same activation. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * Finds an activation by name and checks its options.
 *
 * @param option the name of the option that holds the specification, for messages
 * @throws LanegradError UNKNOWN_NAME, NOT_LINKED, UNKNOWN_OPTION, INVALID_OPTION
 */
export function toActivation(option: string, spec: ActivationSpec | undefined): Activation {
  if (spec instanceof CustomActivation) return describeCustom(spec);
  const given = typeof spec === "function" ? linkedName(spec) : spec;
  const { name, ...options } =
    typeof given === "object" && given !== null
      ? asRecord(option, given)
      : { name: given === undefined ? "linear" : given };
  if (typeof name !== "string") throw unknownName(option, name, names);
  const plain = camelCase(name);
  const resolved = Object.hasOwn(aliases, plain) ? aliases[plain] : plain;
  const isBuiltIn = names.includes(resolved);
  const custom = registeredPart(option, name, options, CustomActivation, isBuiltIn);
  if (custom !== undefined) return describeCustom(custom);
  if (!isBuiltIn) throw unknownName(option, name, names);
  return describeBuiltIn(option, resolved, options);
}

function describeBuiltIn(option: string, name: string, options: Record<string, unknown>): Activation {
  const definition = definitions[name];
  const activation =
    name === "relu"
      ? describeRelu(definition, options)
      : definition !== undefined && describe(name, definition, options);
  if (activation && typeof activation.kind !== "object") return activation;
  const rare = rareActivations();
  if (rare === undefined) throw notLinked(option, name);
  return activation || rare.describe(name, options);
}

/** What a function of `activations` stands for, with its kernels linked; any other function as it is. */
function linkedName(spec: ActivationFunction): unknown {
  spec.link?.();
  return spec.activationName ?? spec;
}

function describeCustom(custom: CustomActivation): Activation {
  return {
    name: custom.name,
    kind: custom,
    alpha: 0,
    needsInput: true,
    // Its class may be registered later.
    get config() {
      return { name: custom.name, ...custom.getConfig() };
    },
  };
}

/** The simplest kernel that computes relu with these options; Keras makes the same distinctions. */
function describeRelu({ kind, needsInput }: Definition, options: Record<string, unknown>): Activation {
  checkKeys("relu", options, ["negativeSlope", "maxValue", "threshold"]);
  const negativeSlope = finiteNumber("negativeSlope", options.negativeSlope ?? 0);
  const maxValue = options.maxValue == null ? null : nonNegative("maxValue", options.maxValue);
  const threshold = finiteNumber("threshold", options.threshold ?? 0);
  const name = "relu";
  const config = { name, negativeSlope, maxValue, threshold };
  if (threshold === 0 && maxValue === null) {
    if (negativeSlope === 0) return { name, kind: kind as number, alpha: 0, needsInput, config };
    return { name, kind: LEAKY_RELU, alpha: negativeSlope, needsInput: true, config };
  }
  const generalKind =
    threshold === 0 && maxValue === 6
      ? rareKind(RELU6, negativeSlope)
      : rareKind(GENERAL_RELU, negativeSlope, threshold, maxValue ?? Infinity);
  return { name, kind: generalKind, alpha: 0, needsInput: true, config };
}

/**
 * The shape of what an activation makes: that of its input, or half as long on the last axis for glu.
 *
 * @throws LanegradError SHAPE_MISMATCH if glu cannot halve the last axis
 */
export function activatedShape<Size extends number | null>(
  { name, kind }: Activation,
  shape: readonly Size[],
): readonly Size[] {
  if (kind !== "glu") return shape;
  const columns: number | null | undefined = shape[shape.length - 1];
  if (!columns || columns % 2 !== 0) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${name} halves the last axis, which must have an even length. Received: shape ${showShape(shape)}`,
    );
  }
  return [...shape.slice(0, -1), (columns / 2) as Size];
}

/** @internal The error for an activation on tensors that its kernel cannot take. */
export function needsAxis(name: string, shape: readonly number[]): LanegradError {
  return new LanegradError(
    "SHAPE_MISMATCH",
    `${name} works along the last axis, of at least one. Received: shape ${showShape(shape)}`,
  );
}
