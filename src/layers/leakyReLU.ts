import { toActivation } from "../activations/activation.js";
import type { Activation } from "../activations/activation.js";
import { LanegradError, show } from "../errors.js";
import { nonNegative } from "../options.js";
import { FixedActivation } from "./fixedActivation.js";
import type { LayerOptions } from "./layer.js";

/** Options of `layers.leakyReLU`. */
export interface LeakyReLUOptions extends LayerOptions {
  /** The slope below 0, 0 or more. Default 0.3. */
  negativeSlope?: number;
}

/** The activation leakyRelu as a layer (Keras's LeakyReLU, whose default slope is not that of its function). */
export class LeakyReLU extends FixedActivation {
  readonly className = "LeakyReLU";
  /** The option `activation`, with all of its own. */
  readonly activation: Activation;

  constructor(options: LeakyReLUOptions = {}) {
    super("leakyReLU", withoutAlpha(options), ["negativeSlope"]);
    const negativeSlope = nonNegative("negativeSlope", options.negativeSlope ?? 0.3);
    this.activation = toActivation("activation", { name: "leakyRelu", negativeSlope });
  }
}

/** The slope has another name in TensorFlow.js. */
function withoutAlpha(options: LeakyReLUOptions): LeakyReLUOptions {
  if (typeof options !== "object" || options === null || !("alpha" in options)) return options;
  throw new LanegradError(
    "UNKNOWN_OPTION",
    `leakyReLU has no option alpha. Did you mean negativeSlope? Received: ${show(options)}`,
  );
}
