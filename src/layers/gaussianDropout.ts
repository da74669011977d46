import { fraction } from "../options.js";
import { NoiseLayer } from "./noise.js";
import type { NoiseOptions } from "./noise.js";

/** Options of `layers.gaussianDropout`. */
export interface GaussianDropoutOptions extends NoiseOptions {
  /** That of the dropout with the same variance, from 0 up to but not including 1. */
  rate: number;
}

/**
 * In training, y = x n with n normal, mean 1, variance rate / (1 - rate) (Srivastava et al. 2014, section 10;
 * Keras's GaussianDropout). Does nothing at prediction.
 */
export class GaussianDropout extends NoiseLayer {
  readonly className = "GaussianDropout";
  /** The option `rate`. */
  readonly rate: number;
  protected override readonly kernels = {
    forward: "gaussianDropout",
    backward: "gaussianDropout",
  } as const;

  constructor(options: GaussianDropoutOptions) {
    super("gaussianDropout", options, ["rate"]);
    this.rate = fraction("rate", options.rate);
  }

  protected override get amount(): number {
    return this.rate;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, seed: this.seed };
  }
}
