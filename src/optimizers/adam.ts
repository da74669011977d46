import { flag, fraction, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight } from "./slots.js";

/** Options of `optimizers.adam`. */
export interface AdamOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients follows. Default 0.9. */
  beta1?: number;
  /** How slowly the mean of their squares follows. Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Never let the divisor shrink (Reddi et al. 2018). Default false. */
  amsgrad?: boolean;
}

/**
 * Momentum, and each gradient divided by the root of a running mean of its squares (Kingma and Ba 2015;
 * Keras's Adam, which adds epsilon to the uncorrected root).
 */
export class Adam extends Optimizer {
  readonly name: string = "adam";
  /** The option `beta1`. */
  readonly beta1: number;
  /** The option `beta2`. */
  readonly beta2: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  /** The option `amsgrad`. */
  readonly amsgrad: boolean;

  /** @param owner the factory, for messages */
  constructor(
    options: AdamOptions = {},
    owner = "optimizers.adam",
    defaults: { learningRate: number; weightDecay?: number } = { learningRate: 0.001 },
  ) {
    super(owner, options, ["beta1", "beta2", "epsilon", "amsgrad"], defaults);
    this.beta1 = fraction("beta1", options.beta1 ?? 0.9);
    this.beta2 = fraction("beta2", options.beta2 ?? 0.999);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
    this.amsgrad = flag("amsgrad", options.amsgrad ?? false);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    const names = ["momentum", "velocity"];
    if (this.amsgrad) names.push("velocityHat");
    return slotsLike(weight, ...names);
  }

  /** @internal */
  override updateAll(k: Kernels, table: number, rows: number, step: number): void {
    const { learningRate, beta1, beta2, epsilon, amsgrad } = this;
    k.adam(table, rows, learningRate, beta1, beta2, epsilon, step, amsgrad ? 1 : 0);
  }

  override getConfig(): Record<string, unknown> {
    const { beta1, beta2, epsilon, amsgrad } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon, amsgrad };
  }
}
