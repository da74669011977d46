import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import type { Mask } from "./mask.js";
import { leaveOut, Merge } from "./merge.js";

/**
 * The smallest of the inputs, element by element. Where two are equal, the gradient is the earlier one's. A step that the mask of
 * an input leaves out is not looked at if it counts in another; the first input's stays if it counts in none.
 */
export class Minimum extends Merge {
  readonly className = "Minimum";
  protected readonly kind = BroadcastKind.minimum;

  constructor(options: LayerOptions = {}) {
    super("minimum", options, []);
  }

  protected override merge(plan: PlanBuilder, inputs: readonly Slot[], either: Mask | undefined): Slot {
    return super.merge(plan, leaveOut(plan, inputs, Infinity, either, true), either);
  }
}
