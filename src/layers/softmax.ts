import { toActivation } from "../activations/activation.js";
import { invalidOption } from "../options.js";
import { FixedActivation } from "./fixedActivation.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** Only the last axis is supported. Default -1. */
  axis?: number;
}

/** The activation softmax as a layer (Keras's Softmax). */
export class Softmax extends FixedActivation {
  readonly className = "Softmax";
  /** The option `activation`. */
  readonly activation = toActivation("activation", "softmax");

  constructor(options: SoftmaxOptions = {}) {
    super("softmax", options, ["axis"]);
    if ((options.axis ?? -1) === -1) return;
    throw invalidOption("axis", "-1, the last one", options.axis);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: -1 };
  }
}
