// The gamma and beta of layer and group normalisation: options, weights and configuration.
import { toConstraint } from "../constraints/spec.js";
import type { Constraint, ConstraintSpec } from "../constraints/index.js";
import type { WeightOptions } from "../graph/weight.js";
import { toInitializer } from "../initializers/spec.js";
import type { Initializer, InitializerSpec } from "../initializers/index.js";
import { flag, positive } from "../options.js";
import { toRegularizer } from "../regularizers/spec.js";
import type { Regularizer, RegularizerSpec } from "../regularizers/index.js";
import type { LayerOptions } from "./layer.js";

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

export const AFFINE_OPTIONS = [
  "epsilon",
  "center",
  "scale",
  "betaInitializer",
  "gammaInitializer",
  "betaRegularizer",
  "gammaRegularizer",
  "betaConstraint",
  "gammaConstraint",
];

/** The checked options. */
export class Affine {
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
  readonly #initializers: { gamma: Initializer; beta: Initializer };
  readonly #constraints: { gamma: Constraint | undefined; beta: Constraint | undefined };
  readonly #regularizers: { gamma: Regularizer | undefined; beta: Regularizer | undefined };

  constructor(options: AffineOptions) {
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-3);
    this.center = flag("center", options.center ?? true);
    this.scale = flag("scale", options.scale ?? true);
    this.#initializers = {
      gamma: toInitializer("gammaInitializer", options.gammaInitializer ?? "ones"),
      beta: toInitializer("betaInitializer", options.betaInitializer ?? "zeros"),
    };
    this.#regularizers = {
      gamma: toRegularizer("gammaRegularizer", options.gammaRegularizer),
      beta: toRegularizer("betaRegularizer", options.betaRegularizer),
    };
    this.#constraints = {
      gamma: toConstraint("gammaConstraint", options.gammaConstraint),
      beta: toConstraint("betaConstraint", options.betaConstraint),
    };
  }

  /** What the layer says about the weights it has. */
  weights(shape: readonly number[]): { gamma?: WeightOptions; beta?: WeightOptions } {
    const options = (name: "gamma" | "beta"): WeightOptions => ({
      name,
      shape,
      initializer: this.#initializers[name],
      regularizer: this.#regularizers[name],
      constraint: this.#constraints[name],
    });
    return { ...(this.scale && { gamma: options("gamma") }), ...(this.center && { beta: options("beta") }) };
  }

  getConfig(): Record<string, unknown> {
    return {
      epsilon: this.epsilon,
      center: this.center,
      scale: this.scale,
      betaInitializer: this.#initializers.beta.getConfig(),
      gammaInitializer: this.#initializers.gamma.getConfig(),
      betaRegularizer: this.#regularizers.beta?.getConfig(),
      gammaRegularizer: this.#regularizers.gamma?.getConfig(),
      betaConstraint: this.#constraints.beta?.getConfig(),
      gammaConstraint: this.#constraints.gamma?.getConfig(),
    };
  }
}
