import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { Merge } from "./merge.js";

/** The largest of the inputs, element by element. Where two are equal, the gradient is the earlier one's. */
export class Maximum extends Merge {
  readonly className = "Maximum";
  protected readonly kind = BroadcastKind.maximum;

  constructor(options: LayerOptions = {}) {
    super("maximum", options, []);
  }
}
