// Layers that scale and shift each column by numbers that training does not change.
import { LanegradError, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import { memory } from "../runtime/runtime.js";
import { Layer } from "./layer.js";

const FLOAT_BYTES = 4;

/** y = (x - center) scale + shift, along the last axis. */
export abstract class ColumnMapLayer extends Layer {
  /** Centers, scales and shifts, one after the other: for each column, or one of each for all. */
  abstract constants(): Float32Array;

  /** How many columns have numbers of their own; 1 if all have the same. */
  protected abstract columnsOf(inputShape: Shape): number;

  override get supportsMasking(): boolean {
    return true;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    this.columnsOf(shape);
    return shape;
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const columns = this.columnsOf(x.shape);
    const y = plan.output(x.shape, [x]);
    const place = plan.temporary(3 * columns, false);
    plan.add(new ColumnMapOperation(this, columns, place, x, y, plan.gradientOf(x)));
    return y;
  }

  /** The length of the last axis, which `expected` numbers must fit. */
  protected checkColumns(shape: Shape, expected?: number): number {
    const columns = shape[shape.length - 1];
    if (shape.length >= 2 && columns !== null && columns === (expected ?? columns)) return columns;
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} needs inputs of shape [batch, ..., ${expected ?? "features"}]. Received: shape ${showShape(shape)}`,
    );
  }
}

class ColumnMapOperation implements Operation {
  constructor(
    readonly source: ColumnMapLayer,
    readonly columns: number,
    readonly place: Pointer,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {}

  forward({ rows }: StepContext): void {
    const { x, y, columns } = this;
    const { scaleShift } = layerKernels();
    const center = this.place.address;
    const scale = center + FLOAT_BYTES * columns;
    const shift = scale + FLOAT_BYTES * columns;
    memory().floats.set(this.source.constants(), center >>> 2);
    scaleShift(x.value, center, scale, shift, y.value, (rows * x.rowSize) / columns, columns);
  }

  backward({ rows }: StepContext): void {
    const { y, dX, columns } = this;
    const scale = this.place.address + FLOAT_BYTES * columns;
    layerKernels().scaleShift(y.gradient, 0, scale, 0, dX.address, (rows * y.rowSize) / columns, columns);
  }
}
