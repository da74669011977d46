// The activations beside the core's.
import type { Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { activationKernels } from "../runtime/kernels/activations.js";
import type { RareActivationKernels } from "../runtime/kernels/activations.js";
import type { RareKind, RareRowwiseKind } from "./definitions.js";

/** What computes them. */
export interface RareActivations {
  kernels(): RareActivationKernels;
  operation(
    kind: RareKind | RareRowwiseKind,
    needsInput: boolean,
    x: Slot,
    y: Slot,
    dX: GradientSink,
  ): Operation;
}

export const rare: RareActivations = {
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
