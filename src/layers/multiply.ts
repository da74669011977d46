import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { Merge } from "./merge.js";

/**
 * The product of the inputs, element by element. A step that the mask of an input leaves out is 1 there; one that counts in none
 * is 0.
 */
export class Multiply extends Merge {
  readonly className = "Multiply";
  protected readonly kind = BroadcastKind.multiply;
  protected override readonly neutral = 1;

  constructor(options: LayerOptions = {}) {
    super("multiply", options, []);
  }
}
