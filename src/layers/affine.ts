// The gamma and beta of layer and group normalisation: options, weights and configuration.
import type { ConstraintSpec } from "../constraints/index.js";
import type { WeightOptions } from "../graph/weight.js";
import type { InitializerSpec } from "../initializers/index.js";
import { flag, positive } from "../options.js";
import type { RegularizerSpec } from "../regularizers/index.js";
import type { LayerOptions } from "./layer.js";
import { settingNames, WeightSettings } from "./weightSettings.js";

/** Options that layer and group normalisation have in common. */
export interface AffineOptions extends LayerOptions {
  /** Added to the variance. Default 0.001. */
  epsilon?: number;
  /** Whether there is a beta to add. Default true. */
  center?: boolean;
  /** Whether there is a gamma to multiply by. Default true. */
  scale?: boolean;
  /** Default "zeros". */
  betaInitializer?: InitializerSpec;
  /** Default "ones". */
  gammaInitializer?: InitializerSpec;
  /** Default none. */
  betaRegularizer?: RegularizerSpec;
  /** Default none. */
  gammaRegularizer?: RegularizerSpec;
  /** Applied to beta after each update. Default none. */
  betaConstraint?: ConstraintSpec;
  /** Applied to gamma after each update. Default none. */
  gammaConstraint?: ConstraintSpec;
}

/** Their names. */
export function affineOptions(): string[] {
  return ["epsilon", "center", "scale", ...settingNames("beta", "gamma")];
}

/** The checked options. */
export class Affine {
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly #settings: WeightSettings<"beta" | "gamma">;

  constructor(options: AffineOptions) {
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-3);
    this.center = flag("center", options.center ?? true);
    this.scale = flag("scale", options.scale ?? true);
    this.#settings = new WeightSettings({ beta: "zeros", gamma: "ones" }, options);
  }

  /** What the layer says about the weights it has. */
  weights(shape: readonly number[]): { gamma?: WeightOptions; beta?: WeightOptions } {
    return {
      ...(this.scale && { gamma: this.#settings.of("gamma", shape) }),
      ...(this.center && { beta: this.#settings.of("beta", shape) }),
    };
  }

  getConfig(): Record<string, unknown> {
    return {
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      ...this.#settings.getConfig(),
    };
  }
}
