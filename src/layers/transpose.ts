// Another order of axes, in a plan.
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { rowSize } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import { layerKernels } from "../runtime/kernels/layers.js";

/** The axes of the kernel behind the batch. */
const AXES = 4;

/** An axis of the result, or several that stay beside each other: its length, and the floats between elements. */
interface Run {
  readonly size: number;
  readonly stride: number;
}

/** The axes of a result, whose first is the batch: axis i is axis order[i] of x. */
function runsOf(shape: Shape, order: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const axis of order.slice(1)) {
    const size = shape[axis] ?? 1;
    if (size === 1) continue;
    const stride = rowSize([null, ...shape.slice(axis + 1)]);
    const before = runs.at(-1);
    if (before !== undefined && before.stride === size * stride) {
      runs[runs.length - 1] = { size: before.size * size, stride };
    } else runs.push({ size, stride });
  }
  return runs;
}

/** The order that undoes another one. */
function inverseOf(order: readonly number[]): number[] {
  return order.map((_, axis) => order.indexOf(axis));
}

/** Whether the kernel has enough axes. */
export function isWithinTransposition(shape: Shape, order: readonly number[]): boolean {
  return runsOf(shape, order).length <= AXES;
}

/** The shape whose axis i is axis order[i] of another one. */
export function transposedShape(shape: Shape, order: readonly number[]): Shape {
  return order.map((axis) => shape[axis]);
}

/**
 * Takes a transposition down in a plan.
 *
 * @param order for each axis of the result, the axis of x; the batch stays the first
 */
export function applyTranspose(plan: PlanBuilder, x: Slot, order: readonly number[]): Slot {
  const shape = transposedShape(x.shape, order);
  // Axes of length 1 aside, all lie as they are.
  if (runsOf(x.shape, order).length <= 1) return plan.alias(x, shape);
  const y = plan.output(shape, [x]);
  plan.add(new TransposeOperation(order, x, y, plan.gradientOf(x)));
  return y;
}

/** Runs as the kernel takes them. */
class Walk {
  readonly sizes = new Int32Array(AXES).fill(1);
  readonly strides = new Int32Array(AXES);

  constructor(runs: readonly Run[]) {
    const unused = AXES - runs.length;
    runs.forEach(({ size, stride }, i) => {
      this.sizes[unused + i] = size;
      this.strides[unused + i] = stride;
    });
  }

  run(from: number, to: number, rows: number, rowSize: number): void {
    const { sizes: n, strides: s } = this;
    layerKernels().permute(from, to, rows, n[0], n[1], n[2], n[3], rowSize, s[0], s[1], s[2], s[3]);
  }
}

class TransposeOperation implements Operation {
  readonly #forward: Walk;
  readonly #backward: Walk;

  constructor(
    order: readonly number[],
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#forward = new Walk(runsOf(x.shape, order));
    this.#backward = new Walk(runsOf(y.shape, inverseOf(order)));
  }

  forward({ rows }: StepContext): void {
    this.#forward.run(this.x.value, this.y.value, rows, this.x.rowSize);
  }

  backward({ rows }: StepContext): void {
    this.#backward.run(this.y.gradient, this.dX.address, rows, this.x.rowSize);
  }
}
