import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape } from "../graph/symbolic.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";

/** Hands its input on as it is, under a name of its own (Keras's Identity). Moves no data. */
export class Identity extends Layer {
  readonly className = "Identity";

  constructor(options: LayerOptions = {}) {
    super("identity", options, []);
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get outputActivation(): "input" {
    return "input";
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return this.single(inputShapes);
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    return plan.alias(x, x.shape);
  }
}
