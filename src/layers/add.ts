import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { Merge } from "./merge.js";

/** The sum of the inputs. */
export class Add extends Merge {
  readonly className = "Add";
  protected readonly kind = BroadcastKind.add;

  constructor(options: LayerOptions = {}) {
    super("add", options, []);
  }
}
