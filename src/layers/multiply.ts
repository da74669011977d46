import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { Merge } from "./merge.js";

/** The product of the inputs, element by element. */
export class Multiply extends Merge {
  readonly className = "Multiply";
  protected readonly kind = BroadcastKind.multiply;

  constructor(options: LayerOptions = {}) {
    super("multiply", options, []);
  }
}
