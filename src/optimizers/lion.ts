import { fraction } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.lion`. */
export interface LionOptions extends OptimizerOptions {
  /** The share of the running mean in the direction of a step. Default 0.9. */
  beta1?: number;
  /** How slowly the mean of the gradients follows. Default 0.99. */
  beta2?: number;
}

/**
 * Steps of one size, in the direction of the sign of a mean of the gradients (Chen et al. 2023; Keras's
 * Lion). Wants a learning rate 3 to 10 times smaller than Adam's.
 */
export class Lion extends Optimizer {
  readonly name = "lion";
  /** The option `beta1`. */
  readonly beta1: number;
  /** The option `beta2`. */
  readonly beta2: number;

  constructor(options: LionOptions = {}) {
    super("optimizers.lion", options, ["beta1", "beta2"], { learningRate: 0.001 });
    this.beta1 = fraction("beta1", options.beta1 ?? 0.9);
    this.beta2 = fraction("beta2", options.beta2 ?? 0.99);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return slotsLike(weight, "momentum");
  }

  /** @internal */
  override update(_k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    optimizerKernels().lion(
      weight,
      gradient,
      slots.at(0),
      slots.size,
      this.learningRate,
      1 - this.beta1,
      1 - this.beta2,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), beta1: this.beta1, beta2: this.beta2 };
  }
}
