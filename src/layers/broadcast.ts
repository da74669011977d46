// Functions of two tensors that broadcast against each other, element by element, in a plan.
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import type { Weight } from "../graph/weight.js";
import { layerKernels } from "../runtime/kernels/layers.js";

/** The functions of `assembly/broadcast.ts`. */
export const BroadcastKind = {
  add: 0,
  subtract: 1,
  multiply: 2,
  maximum: 3,
  minimum: 4,
  prelu: 5,
} as const;

export type BroadcastKind = (typeof BroadcastKind)[keyof typeof BroadcastKind];

/** The axes of the kernels. */
const AXES = 5;

const A_HAS = 1;
const B_HAS = 2;

/** Neighbouring axes that both tensors have, or the same one lacks. */
interface Run {
  /** A_HAS, B_HAS or both. */
  readonly owners: number;
  /** Elements, without the batch. */
  size: number;
}

/**
 * The shape of the result, or undefined if the shapes do not fit: the axes behind the batch are compared from
 * the last one on, and of two that differ one must have the length 1.
 */
export function broadcastShape(a: Shape, b: Shape): Shape | undefined {
  const rank = Math.max(a.length, b.length);
  const result: (number | null)[] = [null];
  for (let axis = 1; axis < rank; axis++) {
    const [first, second] = [lengthAt(a, axis, rank), lengthAt(b, axis, rank)];
    if (first !== second && first !== 1 && second !== 1) return undefined;
    result.push(first === 1 ? second : first);
  }
  return result;
}

/** The length of an axis behind the batch, of the shape filled up with 1 to a rank. */
function lengthAt(shape: Shape, axis: number, rank: number): number {
  const own = axis - (rank - shape.length);
  return own < 1 ? 1 : (shape[own] ?? 1);
}

/** The runs of two shapes, the first with the batch. What has no batch has the length 1 there. */
function runsOf(a: Shape, b: Shape): Run[] {
  const rank = Math.max(a.length, b.length);
  const owners = (a[0] === null ? A_HAS : 0) + (b[0] === null ? B_HAS : 0);
  const runs: Run[] = [{ owners, size: 1 }];
  for (let axis = 1; axis < rank; axis++) {
    const [first, second] = [lengthAt(a, axis, rank), lengthAt(b, axis, rank)];
    const size = Math.max(first, second);
    if (size === 1) continue;
    const having = (first === 1 ? 0 : A_HAS) + (second === 1 ? 0 : B_HAS);
    const last = runs[runs.length - 1];
    if (last.owners === having) last.size *= size;
    else runs.push({ owners: having, size });
  }
  return runs;
}

/** Whether the kernels have enough axes for two shapes. */
export function isWithinAxes(a: Shape, b: Shape): boolean {
  return runsOf(a, b).length <= AXES;
}

/** Two tensors as the kernels see them. */
class Extents {
  readonly aAxes: number;
  readonly bAxes: number;
  readonly sizes = new Int32Array(AXES).fill(1);
  /** The axis that holds the batch, and its length for each row. */
  readonly #batchAxis: number;
  readonly #batchSize: number;

  constructor(runs: readonly Run[]) {
    const unused = AXES - runs.length;
    // Axes that are not needed have the length 1 and count as everybody's.
    let aAxes = (1 << unused) - 1;
    let bAxes = aAxes;
    runs.forEach(({ owners, size }, i) => {
      this.sizes[unused + i] = size;
      if (owners & A_HAS) aAxes |= 1 << (unused + i);
      if (owners & B_HAS) bAxes |= 1 << (unused + i);
    });
    this.aAxes = aAxes;
    this.bAxes = bAxes;
    this.#batchAxis = unused;
    this.#batchSize = runs[0].size;
  }

  setRows(rows: number): void {
    this.sizes[this.#batchAxis] = rows * this.#batchSize;
  }
}

/** The second tensor of an operation: one of a batch, or a weight that all rows have in common. */
interface Operand {
  readonly shape: Shape;
  readonly values: Pointer;
  readonly gradient: GradientSink;
}

/** y = f(a, b), times a factor. */
class BroadcastOperation implements Operation {
  readonly #extents: Extents;

  constructor(
    readonly kind: BroadcastKind,
    readonly a: Slot,
    readonly b: Operand,
    readonly y: Slot,
    readonly dA: GradientSink,
    readonly factor: number,
  ) {
    this.#extents = new Extents(runsOf(a.shape, b.shape));
  }

  forward({ kernels, rows }: StepContext): void {
    this.#extents.setRows(rows);
    const { sizes: n, aAxes, bAxes } = this.#extents;
    const y = this.y.value;
    const b = this.b.values.address;
    layerKernels().broadcastForward(
      this.kind, this.a.value, b, y, n[0], n[1], n[2], n[3], n[4], aAxes, bAxes,
    ); // prettier-ignore
    if (this.factor !== 1) kernels.scale(y, rows * this.y.rowSize, this.factor);
  }

  backward({ kernels, rows }: StepContext): void {
    this.#extents.setRows(rows);
    const { sizes: n, aAxes, bAxes } = this.#extents;
    const a = this.a.value;
    const b = this.b.values.address;
    // Nobody reads dY after this operation, so it may be scaled in place.
    const dY = this.y.gradient;
    if (this.factor !== 1) kernels.scale(dY, rows * this.y.rowSize, this.factor);
    const { dA } = this;
    const dB = this.b.gradient;
    if (dA.isWanted) {
      layerKernels().broadcastBackwardFirst(
        this.kind, a, b, dY, dA.address, n[0], n[1], n[2], n[3], n[4], aAxes, bAxes,
      ); // prettier-ignore
    }
    if (dB.isWanted) {
      layerKernels().broadcastBackwardSecond(
        this.kind, a, b, dY, dB.address, n[0], n[1], n[2], n[3], n[4], aAxes, bAxes,
      ); // prettier-ignore
    }
  }
}

/** Takes y = factor f(a, b) down in a plan, for shapes that fit. */
export function applyBroadcast(plan: PlanBuilder, kind: BroadcastKind, a: Slot, b: Slot, factor = 1): Slot {
  const y = plan.output(broadcastShape(a.shape, b.shape) as Shape, [a, b]);
  const dA = plan.gradientOf(a);
  const operand = {
    shape: b.shape,
    values: b.storage.value,
    gradient: plan.gradientOf(b),
  };
  plan.add(new BroadcastOperation(kind, a, operand, y, dA, factor));
  return y;
}

/** The same for a weight that has an axis, maybe of length 1, for each axis of x but the batch. */
export function applyBroadcastWeight(plan: PlanBuilder, kind: BroadcastKind, x: Slot, weight: Weight): Slot {
  const y = plan.output(x.shape, [x], [weight]);
  const dX = plan.gradientOf(x);
  const operand = {
    shape: [1, ...weight.shape],
    values: weight,
    gradient: plan.gradientOfWeight(weight),
  };
  plan.add(new BroadcastOperation(kind, x, operand, y, dX, 1));
  return y;
}
