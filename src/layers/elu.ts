import { toActivation } from "../activations/activation.js";
import type { Activation } from "../activations/activation.js";
import { FixedActivation } from "./fixedActivation.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.elu`. */
export interface ELUOptions extends LayerOptions {
  /** What -f(x) tends to below. Default 1. */
  alpha?: number;
}

/** The activation elu as a layer (Keras's ELU). */
export class ELU extends FixedActivation {
  readonly className = "ELU";
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;

  constructor(options: ELUOptions = {}) {
    super("elu", options, ["alpha"]);
    this.activation = toActivation("activation", { name: "elu", alpha: options.alpha ?? 1 });
  }
}
