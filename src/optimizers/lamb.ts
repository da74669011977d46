import { fraction, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { biasCorrection } from "./biasCorrection.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import { slotsLike } from "./slots.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.lamb`. */
export interface LambOptions extends OptimizerOptions {
  /** How slowly the mean of the gradients follows. Default 0.9. */
  beta1?: number;
  /** How slowly the mean of their squares follows. Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/**
 * Adam's direction, with steps as long as the weight they change times the learning rate, for large batches
 * (You et al. 2020; Keras's Lamb).
 */
export class Lamb extends Optimizer {
  readonly name = "lamb";
  /** The option `beta1`. */
  readonly beta1: number;
  /** The option `beta2`. */
  readonly beta2: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  #meanFactor = 0;
  #squareFactor = 0;

  constructor(options: LambOptions = {}) {
    super("optimizers.lamb", options, ["beta1", "beta2", "epsilon"], { learningRate: 0.001 });
    this.beta1 = fraction("beta1", options.beta1 ?? 0.9);
    this.beta2 = fraction("beta2", options.beta2 ?? 0.999);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return slotsLike(weight, "momentum", "velocity");
  }

  protected override beginStep(step: number): void {
    this.#meanFactor = 1 / biasCorrection(this.beta1, step);
    this.#squareFactor = 1 / biasCorrection(this.beta2, step);
  }

  /** @internal */
  override update(k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    const { size } = slots;
    optimizerKernels().lambDirection(
      gradient,
      slots.at(0),
      slots.at(1),
      size,
      this.#meanFactor,
      this.#squareFactor,
      1 - this.beta1,
      1 - this.beta2,
      this.epsilon,
    );
    const weightNorm = Math.sqrt(k.sumOfSquares(weight, size));
    const directionNorm = Math.sqrt(k.sumOfSquares(gradient, size));
    const ratio = weightNorm > 0 && directionNorm > 0 ? weightNorm / directionNorm : 1;
    k.sgd(slots.row, 1, ratio * this.learningRate, 0, 0);
  }

  override getConfig(): Record<string, unknown> {
    const { beta1, beta2, epsilon } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon };
  }
}
