import type { Regularizer } from "../regularizers/regularizer.js";
import { kernels } from "../runtime/runtime.js";
import type { Operation, StepContext } from "./operation.js";
import type { LossTerm, PlanBuilder } from "./planBuilder.js";
import { Pointer } from "./slot.js";
import type { GradientSink, Slot } from "./slot.js";

/** Takes a penalty on a tensor down in a plan, as a part of its loss. */
export function addActivityPenalty(plan: PlanBuilder, regularizer: Regularizer, y: Slot): void {
  const shape = [1, ...y.shape.slice(1).map(Number)];
  const floats = regularizer.workspaceFloats(kernels(), shape);
  const workspace = floats === 0 ? new Pointer() : plan.temporary(floats, true);
  const penalty = new ActivityPenalty(regularizer, y, plan.gradientOf(y), shape, workspace);
  plan.add(penalty);
  plan.lossTerms.push(penalty);
}

/** The penalty on the values of a tensor, divided by the rows of the batch (Keras 3's Layer). */
class ActivityPenalty implements Operation, LossTerm {
  readonly value = new Float64Array(1);
  /** The first size is that of the batch. */
  readonly #shape: number[];

  constructor(
    readonly regularizer: Regularizer,
    readonly y: Slot,
    readonly dY: GradientSink,
    shape: readonly number[],
    readonly workspace: Pointer,
  ) {
    this.#shape = [...shape];
  }

  forward({ kernels: k, rows }: StepContext): void {
    this.value[0] = this.#penalty(k, rows, 0) / rows;
  }

  backward({ kernels: k, rows }: StepContext): void {
    const { address } = this.dY;
    const count = rows * this.y.rowSize;
    k.fill(address, count, 0);
    this.#penalty(k, rows, address);
    k.scale(address, count, 1 / rows);
  }

  #penalty(k: StepContext["kernels"], rows: number, gradient: number): number {
    this.#shape[0] = rows;
    return this.regularizer.penalty(k, this.y.value, gradient, this.#shape, this.workspace.address);
  }
}
