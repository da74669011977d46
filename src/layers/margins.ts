// Layers that add to the sides of images and the ends of sequences, or take from them.
import { LanegradError, show, showShape } from "../errors.js";
import type { Operation, StepContext } from "../graph/operation.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { invalidOption, nonNegativeInteger } from "../options.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { imageOf, sizesOption, spatialShape } from "./spatial.js";
import type { SpatialRank } from "./spatial.js";

/** A number for both ends of a sequence, or [before, behind]. */
export type Ends = number | readonly [number, number];

/** A number for all sides, [above and below, left and right], or [[above, below], [left, right]]. */
export type Margins =
  number | readonly [number, number] | readonly [readonly [number, number], readonly [number, number]];

/** Options of `layers.zeroPadding1d`. */
export interface ZeroPadding1DOptions extends LayerOptions {
  /** How many steps of zeros to add. Default 1. */
  padding?: Ends;
}

/** Options of `layers.zeroPadding2d`. */
export interface ZeroPadding2DOptions extends LayerOptions {
  /** How many rows and columns of zeros to add. Default 1. */
  padding?: Margins;
}

/** Options of `layers.cropping1d`. */
export interface Cropping1DOptions extends LayerOptions {
  /** How many steps to take away. Default 1. */
  cropping?: Ends;
}

/** Options of `layers.cropping2d`. */
export interface Cropping2DOptions extends LayerOptions {
  /** How many rows and columns to take away. Default 0. */
  cropping?: Margins;
}

/** [[above, below], [left, right]]. */
function sidesOption(name: string, value: unknown): number[][] {
  const axes: unknown[] = Array.isArray(value) ? value : [value, value];
  const pairs = axes.map((axis): unknown[] => (Array.isArray(axis) ? axis : [axis, axis]));
  if (pairs.length !== 2 || pairs.some((pair) => pair.length !== 2)) {
    throw invalidOption(name, "a number, two numbers, or two pairs of numbers", value);
  }
  return pairs.map((pair) => pair.map((margin) => nonNegativeInteger(name, margin)));
}

interface MarginOptions extends LayerOptions {
  padding?: unknown;
  cropping?: unknown;
}

/** [before, behind] of each axis, added or taken away. */
abstract class MarginLayer extends Layer {
  readonly #option: "padding" | "cropping";
  readonly #margins: readonly (readonly number[])[];

  protected constructor(
    kind: string,
    option: "padding" | "cropping",
    rank: SpatialRank,
    standard: number,
    options: MarginOptions,
  ) {
    super(kind, options, [option]);
    this.#option = option;
    const value = options[option] ?? standard;
    this.#margins =
      rank === 1 ? [sizesOption(option, value, 2, nonNegativeInteger)] : sidesOption(option, value);
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const lengths = spatialShape(this.name, shape, this.#margins.length as SpatialRank);
    const sign = this.#option === "padding" ? 1 : -1;
    this.#margins.forEach(([before, behind], axis) => {
      lengths[axis] += sign * (before + behind);
    });
    if (lengths.every((length) => length > 0)) return [shape[0], ...lengths];
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} must leave something of its input; cropping=${show(this.#margins)}. Received: shape ${showShape(shape)}`,
    );
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const y = plan.output(this.computeOutputShape([x.shape]), [x]);
    const kind = this.#option === "padding" ? "pad" : "crop";
    plan.add(new MarginOperation(kind, this.#margins, x, y, plan.gradientOf(x)));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    const margins = this.#margins;
    return { ...super.getConfig(), [this.#option]: margins.length === 1 ? margins[0] : margins };
  }
}

/** Adds steps of zeros before and behind sequences. */
export class ZeroPadding1D extends MarginLayer {
  readonly className = "ZeroPadding1D";

  constructor(options: ZeroPadding1DOptions = {}) {
    super("zeroPadding1d", "padding", 1, 1, options);
  }
}

/** Adds zeros around images. */
export class ZeroPadding2D extends MarginLayer {
  readonly className = "ZeroPadding2D";

  constructor(options: ZeroPadding2DOptions = {}) {
    super("zeroPadding2d", "padding", 2, 1, options);
  }
}

/** Takes steps from the ends of sequences. */
export class Cropping1D extends MarginLayer {
  readonly className = "Cropping1D";

  constructor(options: Cropping1DOptions = {}) {
    super("cropping1d", "cropping", 1, 1, options);
  }
}

/** Takes rows and columns from the sides of images. */
export class Cropping2D extends MarginLayer {
  readonly className = "Cropping2D";

  constructor(options: Cropping2DOptions = {}) {
    super("cropping2d", "cropping", 2, 0, options);
  }
}

/** Padding and cropping are each other's gradient. */
class MarginOperation implements Operation {
  readonly #top: number;
  readonly #left: number;
  readonly #given: readonly number[];
  readonly #made: readonly number[];

  constructor(
    readonly kind: "pad" | "crop",
    margins: readonly (readonly number[])[],
    readonly x: Slot,
    readonly y: Slot,
    readonly dX: GradientSink,
  ) {
    this.#top = margins.length === 1 ? 0 : margins[0][0];
    this.#left = margins[margins.length - 1][0];
    this.#given = imageOf(x.shape);
    this.#made = imageOf(y.shape);
  }

  forward({ rows }: StepContext): void {
    this.#move(this.kind, this.x.value, this.#given, this.y.value, this.#made, rows);
  }

  backward({ rows }: StepContext): void {
    const inverse = this.kind === "pad" ? "crop" : "pad";
    this.#move(inverse, this.y.gradient, this.#made, this.dX.address, this.#given, rows);
  }

  #move(
    kind: "pad" | "crop",
    from: number,
    a: readonly number[],
    to: number,
    b: readonly number[],
    rows: number,
  ): void {
    const move = convolutionKernels()[kind];
    move(from, to, rows, a[0], a[1], a[2], this.#top, this.#left, b[0], b[1]);
  }
}
