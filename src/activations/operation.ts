import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Activation } from "./activation.js";

/** Takes an activation down in a plan. */
export function applyActivation(plan: PlanBuilder, x: Slot, activation: Activation): Slot {
  if (activation.kind === 0) return plan.alias(x, x.shape);
  const y = plan.output(x.shape, [x]);
  const dX = plan.gradientOf(x);
  const isRowwise = typeof activation.kind === "string";
  const operation = isRowwise
    ? new RowwiseOperation(activation.kind === "softmax", x, y, dX)
    : new ElementwiseOperation(activation, x, y, dX);
  plan.add(operation);
  return y;
}

/** y = f(x), value by value. */
class ElementwiseOperation implements Operation {
  readonly #kind: number;

  constructor(
    readonly activation: Activation,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#kind = activation.kind as number;
  }

  forward({ kernels, rows }: StepContext): void {
    kernels.activationForward(
      this.#kind,
      this.x.value,
      this.y.value,
      rows * this.x.rowSize,
      this.activation.alpha,
    );
  }

  backward({ kernels, rows }: StepContext): void {
    const { x, y, dX } = this;
    const count = rows * x.rowSize;
    kernels.activationBackward(
      this.#kind,
      x.value,
      y.value,
      y.gradient,
      dX.address,
      count,
      this.activation.alpha,
    );
  }
}

/** Softmax or its logarithm along the last axis. */
class RowwiseOperation implements Operation {
  readonly #columns: number;

  constructor(
    readonly isSoftmax: boolean,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#columns = x.shape[x.shape.length - 1] ?? 1;
  }

  forward({ kernels, rows }: StepContext): void {
    const count = (rows * this.x.rowSize) / this.#columns;
    if (this.isSoftmax) kernels.softmaxForward(this.x.value, this.y.value, count, this.#columns);
    else kernels.logSoftmaxForward(this.x.value, this.y.value, count, this.#columns);
  }

  backward({ kernels, rows }: StepContext): void {
    const { y, dX } = this;
    const count = (rows * this.x.rowSize) / this.#columns;
    if (this.isSoftmax) kernels.softmaxBackward(y.value, y.gradient, dX.address, count, this.#columns);
    else kernels.logSoftmaxBackward(y.value, y.gradient, dX.address, count, this.#columns);
  }
}
