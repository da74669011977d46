import { fraction, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** How slowly the means of the squares follow. Default 0.95. */
  rho?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/**
 * Makes each step as large as the steps before it, relative to the gradients before it (Zeiler 2012, where
 * the learning rate is 1; Keras's Adadelta).
 */
export class Adadelta extends Optimizer {
  readonly name = "adadelta";
  /** The option `rho`. */
  readonly rho: number;
  /** The option `epsilon`. */
  readonly epsilon: number;

  constructor(options: AdadeltaOptions = {}) {
    super("optimizers.adadelta", options, ["rho", "epsilon"], { learningRate: 0.001 });
    this.rho = fraction("rho", options.rho ?? 0.95);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return slotsLike(weight, "accumulatedGrad", "accumulatedDeltaVar");
  }

  /** @internal */
  override update(_k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    const { learningRate, rho, epsilon } = this;
    optimizerKernels().adadelta(
      weight,
      gradient,
      slots.at(0),
      slots.at(1),
      slots.size,
      learningRate,
      1 - rho,
      epsilon,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rho: this.rho, epsilon: this.epsilon };
  }
}
