import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import type { Mask } from "./mask.js";
import { leaveOut, Merge } from "./merge.js";

/**
 * The product of the inputs, element by element. A step that the mask of an input leaves out is 1 there; one that counts in none
 * is 0.
 */
export class Multiply extends Merge {
  readonly className = "Multiply";
  protected readonly kind = BroadcastKind.multiply;

  constructor(options: LayerOptions = {}) {
    super("multiply", options, []);
  }

  protected override merge(plan: PlanBuilder, inputs: readonly Slot[], either: Mask | undefined): Slot {
    const y = super.merge(plan, leaveOut(plan, inputs, 1, either, false), either);
    return either?.keep(plan, y, 0) ?? y;
  }
}
