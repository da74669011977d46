import { LanegradError } from "../errors.js";
import { invalidOption } from "../options.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { rowSize } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { checkSeveral, eitherMask, showShapes } from "./merge.js";

/** Options of `layers.concatenate`. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis along which the inputs lie one after another; negative ones count from the end. Default -1. */
  axis?: number;
}

/** The inputs one after another along an axis (Keras's Concatenate). */
export class Concatenate extends Layer {
  readonly className = "Concatenate";
  /** The option `axis`. */
  readonly axis: number;

  constructor(options: ConcatenateOptions = {}) {
    super("concatenate", options, ["axis"]);
    const axis = options.axis ?? -1;
    if (!Number.isInteger(axis) || axis === 0) {
      throw invalidOption("axis", "an integer other than 0, which is the batch", options.axis);
    }
    this.axis = axis;
  }

  override get supportsMasking(): boolean {
    return true;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    checkSeveral(this.name, inputShapes);
    const [first] = inputShapes;
    const axis = this.#axisOf(first);
    const fits =
      axis > 0 &&
      axis < first.length &&
      inputShapes.every(
        (shape) => shape.length === first.length && shape.every((size, i) => i === axis || size === first[i]),
      );
    if (!fits) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} needs inputs that have axis ${this.axis} and are equal along the other axes. Received: ${showShapes(inputShapes)}`,
      );
    }
    const total = inputShapes.reduce((sum, shape) => sum + Number(shape[axis]), 0);
    return first.map((size, i) => (i === axis ? total : size));
  }

  /** @internal */
  override call(plan: PlanBuilder, inputs: readonly Slot[]): Slot {
    return concatenate(plan, inputs, this.#axisOf(inputs[0].shape));
  }

  /** @internal Along an axis of steps the masks follow one another too; along another a step counts if it does in any input. */
  override passMasks(plan: PlanBuilder, inputs: readonly Slot[], [y]: readonly Slot[]): void {
    const axis = this.#axisOf(y.shape);
    const mask = inputs.find((x) => x.mask)?.mask;
    y.mask =
      mask !== undefined && axis < mask.slot.shape.length
        ? mask.concatenated(plan, inputs, (masks) => concatenate(plan, masks, axis))
        : eitherMask(plan, inputs);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }

  #axisOf(shape: Shape): number {
    return this.axis < 0 ? this.axis + shape.length : this.axis;
  }
}

/** Takes tensors one after another along an axis down in a plan. */
function concatenate(plan: PlanBuilder, inputs: readonly Slot[], axis: number): Slot {
  const sizes = inputs.map((x) => Number(x.shape[axis]));
  const shape = inputs[0].shape.map((size, i) => (i === axis ? sizes.reduce((sum, n) => sum + n) : size));
  const y = plan.output(shape, inputs);
  const sinks = inputs.map((x) => plan.gradientOf(x));
  plan.add(new ConcatenateOperation(rowSize(shape.slice(0, axis)), inputs, y, sinks));
  return y;
}

class ConcatenateOperation implements Operation {
  /** The floats that an input contributes at a time. */
  readonly #lengths: readonly number[];
  /** The floats of all inputs together. */
  readonly #stride: number;

  /** @param count how often the inputs follow each other in a row of the batch */
  constructor(
    readonly count: number,
    readonly inputs: readonly Slot[],
    readonly y: Slot,
    readonly sinks: readonly GradientSink[],
  ) {
    this.#lengths = inputs.map((x) => x.rowSize / count);
    this.#stride = y.rowSize / count;
  }

  forward({ rows }: StepContext): void {
    const { copyStrided } = layerKernels();
    const count = rows * this.count;
    let to = this.y.value;
    for (let i = 0; i < this.inputs.length; i++) {
      const length = this.#lengths[i];
      copyStrided(this.inputs[i].value, length, to, this.#stride, length, count);
      to += 4 * length;
    }
  }

  backward({ rows }: StepContext): void {
    const { copyStrided } = layerKernels();
    const count = rows * this.count;
    let from = this.y.gradient;
    for (let i = 0; i < this.sinks.length; i++) {
      const length = this.#lengths[i];
      const sink = this.sinks[i];
      if (sink.isWanted) copyStrided(from, this.#stride, sink.address, length, length, count);
      from += 4 * length;
    }
  }
}
