import { LanegradError, show, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import { rowSize } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.reshape`. */
export interface ReshapeOptions extends LayerOptions {
  /** The shape of one row of output; one axis may be -1 and takes what is left. */
  targetShape: readonly number[];
}

/** The same values under another shape. Moves no data. */
export class Reshape extends Layer {
  readonly className = "Reshape";
  /** The option `targetShape`. */
  readonly targetShape: readonly number[];

  constructor(options: ReshapeOptions) {
    super("reshape", options, ["targetShape"]);
    const { targetShape } = options;
    const isShape =
      Array.isArray(targetShape) &&
      targetShape.every((size) => Number.isInteger(size) && (size > 0 || size === -1)) &&
      targetShape.filter((size) => size === -1).length <= 1;
    if (!isShape) {
      throw invalidOption(
        "targetShape",
        "an array of positive integers, one of which may be -1",
        targetShape,
      );
    }
    this.targetShape = targetShape;
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    const size = rowSize(shape);
    const known = this.targetShape.reduce(
      (product, length) => (length === -1 ? product : product * length),
      1,
    );
    const hasUnknown = this.targetShape.includes(-1);
    if (hasUnknown ? size % known !== 0 : size !== known) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} cannot turn ${size} values a row into ${show(this.targetShape)}. Received: shape ${showShape(shape)}`,
      );
    }
    return [shape[0], ...this.targetShape.map((length) => (length === -1 ? size / known : length))];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return plan.alias(x, this.computeOutputShape([x.shape]));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), targetShape: this.targetShape };
  }
}
