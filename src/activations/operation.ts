import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { floatsAt } from "../tensor/inMemory.js";
import { activatedShape } from "./activation.js";
import type { Activation } from "./activation.js";
import { CustomActivation } from "./custom.js";
import { rareActivations } from "./linked.js";
import type { RareActivations } from "./rare.js";

/** Takes an activation down in a plan. */
export function applyActivation(plan: PlanBuilder, x: Slot, activation: Activation): Slot {
  if (activation.kind === 0) return plan.alias(x, x.shape);
  const y = plan.output(activatedShape(activation, x.shape), [x]);
  plan.add(makeOperation(activation, x, y, plan.gradientOf(x)));
  return y;
}

function makeOperation(
  { kind, alpha, needsInput }: Activation,
  x: Slot,
  y: Slot,
  dX: GradientSink,
): Operation {
  if (typeof kind === "number") return new ElementwiseOperation(kind, alpha, x, y, dX);
  if (kind instanceof CustomActivation) return new CustomOperation(kind, x, y, dX);
  if (kind === "softmax") return new SoftmaxOperation(x, y, dX);
  return (rareActivations() as RareActivations).operation(kind, needsInput, x, y, dX);
}

/** y = f(x), value by value. */
class ElementwiseOperation implements Operation {
  constructor(
    readonly kind: number,
    readonly alpha: number,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ kernels, rows }: StepContext): void {
    const { kind, alpha, x, y } = this;
    kernels.activationForward(kind, x.value, y.value, rows * x.rowSize, alpha);
  }

  backward({ kernels, rows }: StepContext): void {
    const { kind, alpha, x, y, dX } = this;
    kernels.activationBackward(kind, x.value, y.value, y.gradient, dX.address, rows * x.rowSize, alpha);
  }
}

/** y = f(x) in TypeScript. The views are made in each call. */
class CustomOperation implements Operation {
  constructor(
    readonly activation: CustomActivation,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { x, y } = this;
    const count = rows * x.rowSize;
    this.activation.forward(floatsAt(x.value, count), floatsAt(y.value, count));
  }

  backward({ rows }: StepContext): void {
    const { x, y, dX } = this;
    const count = rows * x.rowSize;
    const [inputs, outputs] = [floatsAt(x.value, count), floatsAt(y.value, count)];
    this.activation.backward(inputs, outputs, floatsAt(y.gradient, count), floatsAt(dX.address, count));
  }
}

/** Softmax along the last axis. */
class SoftmaxOperation implements Operation {
  readonly #columns: number;

  constructor(
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#columns = x.shape[x.shape.length - 1] ?? 1;
  }

  forward({ kernels, rows }: StepContext): void {
    const { x, y } = this;
    kernels.softmaxForward(x.value, y.value, (rows * x.rowSize) / this.#columns, this.#columns);
  }

  backward({ kernels, rows }: StepContext): void {
    const { x, y, dX } = this;
    const count = (rows * x.rowSize) / this.#columns;
    kernels.softmaxBackward(y.value, y.gradient, dX.address, count, this.#columns);
  }
}
