import { LanegradError, show } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import { rowSize } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import { flag, invalidOption } from "../options.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { checkTwo, showShapes } from "./merge.js";
import { applyTranspose } from "./transpose.js";

/** Options of `layers.dot`. */
export interface DotOptions extends LayerOptions {
  /** The axis of both inputs, or of each, to sum along; negative ones count from the end, 0 is the batch. */
  axes: number | readonly [number, number];
  /** Whether to divide by the Euclidean norms along the axes first, for cosines. Default false. */
  normalize?: boolean;
}

/** The least norm: Keras's `backend.epsilon()`. */
const EPSILON = 1e-7;

/**
 * For each row of the batch, the sum of products along an axis of each of two inputs; the other axes of the
 * first and then those of the second are left (Keras's Dot).
 */
export class Dot extends Layer {
  readonly className = "Dot";
  /** The option `axes`. */
  readonly axes: number | readonly [number, number];
  /** The option `normalize`. */
  readonly normalize: boolean;

  constructor(options: DotOptions) {
    super("dot", options, ["axes", "normalize"]);
    const { axes } = options;
    const list: readonly unknown[] = Array.isArray(axes) ? axes : [axes, axes];
    if (list.length !== 2 || !list.every((axis) => Number.isInteger(axis) && axis !== 0)) {
      throw invalidOption("axes", "an integer or an array of two, other than 0, which is the batch", axes);
    }
    this.axes = typeof axes === "number" ? axes : [axes[0], axes[1]];
    this.normalize = flag("normalize", options.normalize ?? false);
  }

  /** @internal Products have no mask, as in Keras. */
  override passMasks(): void {}

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    checkTwo(this.name, inputShapes);
    const [a, b] = inputShapes;
    const [axisA, axisB] = this.#axesOf(a, b);
    const fits = axisA > 0 && axisB > 0 && axisA < a.length && axisB < b.length && a[axisA] === b[axisB];
    if (!fits) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} needs inputs that have the same length along axes=${show(this.axes)}. Received: ${showShapes(inputShapes)}`,
      );
    }
    const rest = [...without(a, axisA), ...without(b, axisB).slice(1)];
    return rest.length === 1 ? [...rest, 1] : rest;
  }

  /** @internal */
  override call(plan: PlanBuilder, [a, b]: readonly Slot[]): Slot {
    const [axisA, axisB] = this.#axesOf(a.shape, b.shape);
    const first = new Factor(plan, a, axisA, this.normalize);
    const second = new Factor(plan, b, axisB, this.normalize);
    const y = plan.output(this.computeOutputShape([a.shape, b.shape]), [first.x, second.x]);
    const [dA, dB] = [plan.gradientOf(first.x), plan.gradientOf(second.x)];
    plan.add(new DotOperation(Number(a.shape[axisA]), first, second, y, dA, dB));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axes: this.axes, normalize: this.normalize };
  }

  #axesOf(a: Shape, b: Shape): readonly [number, number] {
    const [first, second] = typeof this.axes === "number" ? [this.axes, this.axes] : this.axes;
    return [first < 0 ? first + a.length : first, second < 0 ? second + b.length : second];
  }
}

function without(shape: Shape, axis: number): (number | null)[] {
  return shape.filter((_, i) => i !== axis);
}

/** An input as a matrix for each row of the batch: the axis summed along is its last or its first. */
class Factor {
  readonly x: Slot;
  readonly isAxisLast: boolean;
  /** Values for each position along the axis. */
  readonly width: number;

  constructor(plan: PlanBuilder, input: Slot, axis: number, isNormalized: boolean) {
    const { shape } = input;
    const normalized = isNormalized ? applyUnitNorm(plan, input, axis) : input;
    const before = rowSize(shape.slice(0, axis));
    this.isAxisLast = axis === shape.length - 1 || before > 1;
    this.width = input.rowSize / Number(shape[axis]);
    const others = shape.map((_, i) => i).filter((i) => i !== axis);
    this.x = this.isAxisLast ? applyTranspose(plan, normalized, [...others, axis]) : normalized;
  }
}

/** Takes the division by the norm along an axis down in a plan. */
function applyUnitNorm(plan: PlanBuilder, x: Slot, axis: number): Slot {
  const y = plan.output(x.shape, [x]);
  const inner = rowSize([null, ...x.shape.slice(axis + 1)]);
  plan.add(new UnitNormOperation(Number(x.shape[axis]), inner, x, y, plan.gradientOf(x)));
  return y;
}

class UnitNormOperation implements Operation {
  /** How many runs of the axis follow each other in a row of the batch. */
  readonly #repeat: number;

  constructor(
    readonly length: number,
    readonly inner: number,
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#repeat = x.rowSize / (length * inner);
  }

  forward({ rows }: StepContext): void {
    const { length, inner, x, y } = this;
    layerKernels().unitNormAlongForward(x.value, y.value, rows * this.#repeat, length, inner, EPSILON);
  }

  backward({ rows }: StepContext): void {
    const { length, inner, x, y, dX } = this;
    const outer = rows * this.#repeat;
    layerKernels().unitNormAlongBackward(x.value, y.gradient, dX.address, outer, length, inner, EPSILON);
  }
}

/** y = a.b, a [m, length] or its transpose and b [length, n] or its transpose, for each row of the batch. */
class DotOperation implements Operation {
  readonly #transposedA: number;
  readonly #transposedB: number;

  constructor(
    readonly length: number,
    readonly a: Factor,
    readonly b: Factor,
    readonly y: Slot,
    readonly dA: GradientSink,
    readonly dB: GradientSink,
  ) {
    this.#transposedA = a.isAxisLast ? 0 : 1;
    this.#transposedB = b.isAxisLast ? 1 : 0;
  }

  forward({ rows }: StepContext): void {
    const { length, a, b, y } = this;
    layerKernels().batchedMatMul(
      a.x.value,
      b.x.value,
      y.value,
      rows,
      a.width,
      b.width,
      length,
      this.#transposedA,
      this.#transposedB,
    );
  }

  backward({ rows }: StepContext): void {
    const { length, a, b, y, dA, dB } = this;
    layerKernels().batchedMatMulBackward(
      a.x.value,
      b.x.value,
      y.gradient,
      dA.address,
      dB.address,
      rows,
      a.width,
      b.width,
      length,
      this.#transposedA,
      this.#transposedB,
    );
  }
}
