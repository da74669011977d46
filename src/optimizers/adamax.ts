import { fraction, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { biasCorrection } from "./biasCorrection.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.adamax`. */
export interface AdamaxOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients follows. Default 0.9. */
  beta1?: number;
  /** How slowly the largest gradient is forgotten. Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/** Adam with the largest recent gradient as divisor (Kingma and Ba 2015, section 7; Keras's Adamax). */
export class Adamax extends Optimizer {
  readonly name = "adamax";
  /** The option `beta1`. */
  readonly beta1: number;
  /** The option `beta2`. */
  readonly beta2: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  #stepSize = 0;

  constructor(options: AdamaxOptions = {}) {
    super("optimizers.adamax", options, ["beta1", "beta2", "epsilon"], { learningRate: 0.001 });
    this.beta1 = fraction("beta1", options.beta1 ?? 0.9);
    this.beta2 = fraction("beta2", options.beta2 ?? 0.999);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return slotsLike(weight, "momentum", "norm");
  }

  protected override beginStep(step: number): void {
    this.#stepSize = this.learningRate / biasCorrection(this.beta1, step);
  }

  /** @internal */
  override update(_k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    const { beta1, beta2, epsilon } = this;
    optimizerKernels().adamax(
      weight,
      gradient,
      slots.at(0),
      slots.at(1),
      slots.size,
      this.#stepSize,
      1 - beta1,
      beta2,
      epsilon,
    );
  }

  override getConfig(): Record<string, unknown> {
    const { beta1, beta2, epsilon } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon };
  }
}
