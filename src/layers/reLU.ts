import { toActivation } from "../activations/activation.js";
import type { Activation } from "../activations/activation.js";
import { linkRareActivations } from "../activations/linked.js";
import { rare } from "../activations/rare.js";
import type { ReluOptions } from "../activations/spec.js";
import { nonNegative } from "../options.js";
import { FixedActivation } from "./fixedActivation.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.reLU`; the slope and the threshold are 0 or more. */
export interface ReLUOptions extends LayerOptions, ReluOptions {}

/** The activation relu as a layer (Keras's ReLU). */
export class ReLU extends FixedActivation {
  readonly className = "ReLU";
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;

  constructor(options: ReLUOptions = {}) {
    super("reLU", options, ["maxValue", "negativeSlope", "threshold"]);
    // A highest value or a threshold needs them.
    linkRareActivations(rare);
    this.activation = toActivation("activation", {
      name: "relu",
      maxValue: options.maxValue ?? null,
      negativeSlope: nonNegative("negativeSlope", options.negativeSlope ?? 0),
      threshold: nonNegative("threshold", options.threshold ?? 0),
    });
  }
}
