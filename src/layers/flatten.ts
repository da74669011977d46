import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import { rowSize } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.flatten`. */
export type FlattenOptions = LayerOptions;

/** All axes but the batch become one. Moves no data. */
export class Flatten extends Layer {
  readonly className = "Flatten";

  constructor(options: FlattenOptions = {}) {
    super("flatten", options, []);
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    return [shape[0], rowSize(shape)];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return plan.alias(x, this.computeOutputShape([x.shape]));
  }
}
