// Layers that add to the four sides of an image or take from them.
import { LanegradError, show, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { invalidOption, nonNegativeInteger } from "../options.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { spatialShape } from "./spatial.js";

/** A number for all sides, [above and below, left and right], or [[above, below], [left, right]]. */
export type Margins =
  number | readonly [number, number] | readonly [readonly [number, number], readonly [number, number]];

/** Options of `layers.zeroPadding2d`. */
export interface ZeroPadding2DOptions extends LayerOptions {
  /** How many rows and columns of zeros to add. Default 1. */
  padding?: Margins;
}

/** Options of `layers.cropping2d`. */
export interface Cropping2DOptions extends LayerOptions {
  /** How many rows and columns to take away. Default 0. */
  cropping?: Margins;
}

/** [[above, below], [left, right]]. */
function marginsOption(name: string, value: unknown): number[][] {
  const axes: unknown[] = Array.isArray(value) ? value : [value, value];
  const pairs = axes.map((axis): unknown[] => (Array.isArray(axis) ? axis : [axis, axis]));
  if (pairs.length !== 2 || pairs.some((pair) => pair.length !== 2)) {
    throw invalidOption(name, "a number, two numbers, or two pairs of numbers", value);
  }
  return pairs.map((pair) => pair.map((margin) => nonNegativeInteger(name, margin)));
}

/** Adds zeros around images. */
export class ZeroPadding2D extends Layer {
  readonly className = "ZeroPadding2D";
  readonly #margins: number[][];

  constructor(options: ZeroPadding2DOptions = {}) {
    super("zeroPadding2d", options, ["padding"]);
    this.#margins = marginsOption("padding", options.padding ?? 1);
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const [height, width, channels] = spatialShape(this.name, shape, 2);
    const [[above, below], [left, right]] = this.#margins;
    return [shape[0], height + above + below, width + left + right, channels];
  }

  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(this.computeOutputShape([x.shape]), [x]);
    plan.add(new MarginOperation("pad", this.#margins, x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), padding: this.#margins };
  }
}

/** Takes rows and columns from the sides of images. */
export class Cropping2D extends Layer {
  readonly className = "Cropping2D";
  readonly #margins: number[][];

  constructor(options: Cropping2DOptions = {}) {
    super("cropping2d", options, ["cropping"]);
    this.#margins = marginsOption("cropping", options.cropping ?? 0);
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const [height, width, channels] = spatialShape(this.name, shape, 2);
    const [[above, below], [left, right]] = this.#margins;
    const cropped = [height - above - below, width - left - right];
    if (cropped.every((length) => length > 0)) return [shape[0], ...cropped, channels];
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} must leave something of its input; cropping=${show(this.#margins)}. Received: shape ${showShape(shape)}`,
    );
  }

  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(this.computeOutputShape([x.shape]), [x]);
    plan.add(new MarginOperation("crop", this.#margins, x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), cropping: this.#margins };
  }
}

/** Padding and cropping are each other's gradient. */
class MarginOperation implements Operation {
  readonly #top: number;
  readonly #left: number;

  constructor(
    readonly kind: "pad" | "crop",
    margins: readonly (readonly number[])[],
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#top = margins[0][0];
    this.#left = margins[1][0];
  }

  forward({ rows }: StepContext): void {
    this.#move(this.kind, this.x.value, this.x.shape, this.y.value, this.y.shape, rows);
  }

  backward({ rows }: StepContext): void {
    const inverse = this.kind === "pad" ? "crop" : "pad";
    this.#move(inverse, this.y.gradient, this.y.shape, this.dX.address, this.x.shape, rows);
  }

  #move(kind: "pad" | "crop", from: number, a: Shape, to: number, b: Shape, rows: number): void {
    const move = convolutionKernels()[kind];
    move(from, to, rows, a[1] as number, a[2] as number, a[3] as number, this.#top, this.#left, b[1] as number, b[2] as number); // prettier-ignore
  }
}
