import { fraction } from "../options.js";
import { NoiseLayer } from "./noise.js";
import type { NoiseOptions } from "./noise.js";

/** Options of `layers.alphaDropout`. */
export interface AlphaDropoutOptions extends NoiseOptions {
  /** The share of values to drop, from 0 up to but not including 1. */
  rate: number;
}

/**
 * Dropout for networks of selu: in training, a random share of the values becomes what selu tends to below,
 * and all are scaled and shifted so that mean 0 and variance 1 stay (Klambauer et al. 2017; Keras's
 * AlphaDropout). Does nothing at prediction.
 */
export class AlphaDropout extends NoiseLayer {
  readonly className = "AlphaDropout";
  /** The option `rate`. */
  readonly rate: number;
  protected override readonly kernels = {
    forward: "alphaDropoutForward",
    backward: "alphaDropoutBackward",
  } as const;

  constructor(options: AlphaDropoutOptions) {
    super("alphaDropout", options, ["rate"]);
    this.rate = fraction("rate", options.rate);
  }

  protected override get amount(): number {
    return this.rate;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}
