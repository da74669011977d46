// The activations beside the core's.
import type { Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { activationKernels } from "../runtime/kernels/activations.js";
import type { RareActivationKernels } from "../runtime/kernels/activations.js";
import { checkKeys, finiteNumber, flag, nonNegative, positive } from "../options.js";
import type { Activation } from "./activation.js";
import { RELU6 } from "./definitions.js";
import type { Definition, NumberOption, RareKind, RareRowwiseKind } from "./definitions.js";
import { describe, rareKind } from "./describe.js";

/** Their definitions, and what computes them. */
export interface RareActivations {
  describe(name: string, options: Record<string, unknown>): Activation;
  kernels(): RareActivationKernels;
  operation(
    kind: RareKind | RareRowwiseKind,
    needsInput: boolean,
    x: Slot,
    y: Slot,
    dX: GradientSink,
  ): Operation;
}

function define(kind: number, ...numbers: NumberOption[]): Definition {
  return { kind: { rare: kind }, needsInput: true, numbers };
}

const shrinkThreshold: NumberOption = { key: "threshold", standard: 0.5, check: nonNegative };

/** Numbers of `assembly/activationRareKinds.ts`. */
const GELU = 13;
const GELU_TANH = 14;

const definitions: Readonly<Record<string, Definition>> = {
  softplus: define(16),
  silu: define(15),
  mish: define(17),
  relu6: define(RELU6),
  hardSilu: define(2),
  celu: define(3, { key: "alpha", standard: 1, check: positive }),
  squareplus: define(4, { key: "b", standard: 4, check: nonNegative }),
  hardTanh: define(5),
  hardShrink: define(6, shrinkThreshold),
  softShrink: define(7, shrinkThreshold),
  tanhShrink: define(8),
  threshold: define(
    9,
    { key: "threshold", check: finiteNumber },
    { key: "defaultValue", check: finiteNumber },
  ),
  logSigmoid: define(10),
  sparsePlus: define(11),
  sparseSigmoid: define(12),
  logSoftmax: { kind: "logSoftmax", needsInput: false },
  sparsemax: { kind: "sparsemax", needsInput: false },
  glu: { kind: "glu", needsInput: true },
};

function describeGelu(options: Record<string, unknown>): Activation {
  checkKeys("gelu", options, ["approximate"]);
  const approximate = flag("approximate", options.approximate ?? false);
  return {
    name: "gelu",
    kind: rareKind(approximate ? GELU_TANH : GELU),
    alpha: 0,
    needsInput: true,
    config: { name: "gelu", approximate },
  };
}

export const rare: RareActivations = {
  describe: (name, options) =>
    name === "gelu" ? describeGelu(options) : describe(name, definitions[name], options),
  kernels: activationKernels,
  operation: (kind, needsInput, x, y, dX) =>
    typeof kind === "object"
      ? new RareOperation(kind, x, y, dX)
      : new RowwiseOperation(kind, needsInput, x, y, dX),
};

/** y = f(x), value by value, with the kernel of the rare activations. */
class RareOperation implements Operation {
  constructor(
    readonly kind: RareKind,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { x, y } = this;
    const { rare, alpha, beta, gamma } = this.kind;
    activationKernels().rareActivationForward(rare, x.value, y.value, rows * x.rowSize, alpha, beta, gamma);
  }

  backward({ rows }: StepContext): void {
    const { x, y, dX } = this;
    const { rare, alpha, beta, gamma } = this.kind;
    const count = rows * x.rowSize;
    const kernels = activationKernels();
    kernels.rareActivationBackward(rare, x.value, y.gradient, dX.address, count, alpha, beta, gamma);
  }
}

/** y = f(x), row by row along the last axis. */
class RowwiseOperation implements Operation {
  readonly #forward: `${RareRowwiseKind}Forward`;
  readonly #backward: `${RareRowwiseKind}Backward`;
  readonly #columns: number;

  constructor(
    kind: RareRowwiseKind,
    readonly needsInput: boolean,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#forward = `${kind}Forward`;
    this.#backward = `${kind}Backward`;
    this.#columns = x.shape[x.shape.length - 1] ?? 1;
  }

  forward({ rows }: StepContext): void {
    const count = (rows * this.x.rowSize) / this.#columns;
    activationKernels()[this.#forward](this.x.value, this.y.value, count, this.#columns);
  }

  backward({ rows }: StepContext): void {
    const { x, y, dX } = this;
    const count = (rows * x.rowSize) / this.#columns;
    const source = this.needsInput ? x.value : y.value;
    activationKernels()[this.#backward](source, y.gradient, dX.address, count, this.#columns);
  }
}
