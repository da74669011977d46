import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { memory } from "../runtime/runtime.js";
import { activatedShape } from "./activation.js";
import type { Activation } from "./activation.js";
import { CustomActivation } from "./custom.js";
import type { RareKind, RareRowwiseKind } from "./definitions.js";
import { rareKernels } from "./linked.js";

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
  if (typeof kind === "object") return new RareOperation(kind, x, y, dX);
  if (kind === "softmax") return new SoftmaxOperation(x, y, dX);
  return new RowwiseOperation(kind, needsInput, x, y, dX);
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

/** y = f(x), value by value, with the kernel of the rare activations. */
class RareOperation implements Operation {
  readonly #kernels = rareKernels();

  constructor(
    readonly kind: RareKind,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { x, y } = this;
    const { rare, alpha, beta, gamma } = this.kind;
    this.#kernels().rareActivationForward(rare, x.value, y.value, rows * x.rowSize, alpha, beta, gamma);
  }

  backward({ rows }: StepContext): void {
    const { x, y, dX } = this;
    const { rare, alpha, beta, gamma } = this.kind;
    const count = rows * x.rowSize;
    const kernels = this.#kernels();
    kernels.rareActivationBackward(rare, x.value, y.gradient, dX.address, count, alpha, beta, gamma);
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
    this.activation.forward(view(x.value, count), view(y.value, count));
  }

  backward({ rows }: StepContext): void {
    const { x, y, dX } = this;
    const count = rows * x.rowSize;
    const [inputs, outputs] = [view(x.value, count), view(y.value, count)];
    this.activation.backward(inputs, outputs, view(y.gradient, count), view(dX.address, count));
  }
}

function view(address: number, floats: number): Float32Array {
  const start = address >>> 2;
  return memory().floats.subarray(start, start + floats);
}

/** Softmax along the last axis. */
class SoftmaxOperation implements Operation {
  readonly #columns: number;

  constructor(
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#columns = lastAxis(x);
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

/** Its like, with the kernels of the rare activations. */
class RowwiseOperation implements Operation {
  readonly #kernels = rareKernels();
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
    this.#columns = lastAxis(x);
  }

  forward({ rows }: StepContext): void {
    const count = (rows * this.x.rowSize) / this.#columns;
    this.#kernels()[this.#forward](this.x.value, this.y.value, count, this.#columns);
  }

  backward({ rows }: StepContext): void {
    const { x, y, dX } = this;
    const count = (rows * x.rowSize) / this.#columns;
    const source = this.needsInput ? x.value : y.value;
    this.#kernels()[this.#backward](source, y.gradient, dX.address, count, this.#columns);
  }
}

function lastAxis({ shape }: Slot): number {
  return shape[shape.length - 1] ?? 1;
}
