import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { Merge } from "./merge.js";

/** The smallest of the inputs, element by element. Where two are equal, the gradient is the earlier one's. */
export class Minimum extends Merge {
  readonly className = "Minimum";
  protected readonly kind = BroadcastKind.minimum;

  constructor(options: LayerOptions = {}) {
    super("minimum", options, []);
  }
}
