import { BroadcastKind } from "./broadcast.js";
import type { LayerOptions } from "./layer.js";
import { Merge } from "./merge.js";

/** The mean of the inputs, element by element. */
export class Average extends Merge {
  readonly className = "Average";
  protected readonly kind = BroadcastKind.add;

  constructor(options: LayerOptions = {}) {
    super("average", options, []);
  }

  protected override factor(inputs: number): number {
    return 1 / inputs;
  }
}
