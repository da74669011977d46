import { Adam } from "./adam.js";
import type { AdamOptions } from "./adam.js";

/** Weights shrink apart from the gradients: Adam with a weight decay of 0.004 (Loshchilov and Hutter 2019). */
export class Adamw extends Adam {
  override readonly name = "adamw";

  constructor(options: AdamOptions = {}) {
    super(options, "optimizers.adamw", { learningRate: 0.001, weightDecay: 0.004 });
  }
}
