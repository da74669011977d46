import { nonNegative } from "../options.js";
import { NoiseLayer } from "./noise.js";
import type { NoiseOptions } from "./noise.js";

/** Options of `layers.gaussianNoise`. */
export interface GaussianNoiseOptions extends NoiseOptions {
  /** The standard deviation of the noise, 0 or more. */
  stddev: number;
}

/** In training, y = x + n with n normal, mean 0 (Keras's GaussianNoise). Does nothing at prediction. */
export class GaussianNoise extends NoiseLayer {
  readonly className = "GaussianNoise";
  /** The option `stddev`. */
  readonly stddev: number;
  protected override readonly kernels = { forward: "gaussianNoise" } as const;

  constructor(options: GaussianNoiseOptions) {
    super("gaussianNoise", options, ["stddev"]);
    this.stddev = nonNegative("stddev", options.stddev);
  }

  protected override get amount(): number {
    return this.stddev;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), stddev: this.stddev, seed: this.seed };
  }
}
