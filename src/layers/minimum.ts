import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { Merge } from "./merge.js";

/**
 * The smallest of the inputs, element by element. Where two are equal, the gradient is the earlier one's. A step that the mask of
 * an input leaves out is not looked at if it counts in another; the first input's stays if it counts in none.
 */
export class Minimum extends Merge {
  readonly className = "Minimum";
  protected readonly kind = BroadcastKind.minimum;
  protected override readonly neutral = Infinity;

  constructor(options: LayerOptions = {}) {
    super("minimum", options, []);
  }
}
