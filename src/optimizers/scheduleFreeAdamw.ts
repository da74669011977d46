import { fraction, nonNegativeInteger, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { biasCorrection } from "./biasCorrection.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.scheduleFreeAdamw`. */
export interface ScheduleFreeAdamwOptions extends OptimizerOptions {
  /** The share of the mean in the weights, above 0. Default 0.9. */
  beta1?: number;
  /** How slowly the mean of the squares follows. Default 0.999. */
  beta2?: number;
  /** Default 1e-8. */
  epsilon?: number;
  /** Steps in which the learning rate rises from 0. Default 0. */
  warmupSteps?: number;
}

/**
 * Adam with a mean of all places so far instead of a schedule that brings the learning rate down (Defazio et
 * al. 2024; Keras's ScheduleFreeAdamW).
 */
export class ScheduleFreeAdamw extends Optimizer {
  readonly name = "scheduleFreeAdamw";
  /** The option `beta1`. */
  readonly beta1: number;
  /** The option `beta2`. */
  readonly beta2: number;
  /** The option `epsilon`. */
  readonly epsilon: number;
  /** The option `warmupSteps`. */
  readonly warmupSteps: number;
  #rate = 0;
  #squareFactor = 0;
  #share = 0;

  constructor(options: ScheduleFreeAdamwOptions = {}) {
    const known = ["beta1", "beta2", "epsilon", "warmupSteps"];
    super("optimizers.scheduleFreeAdamw", options, known, { learningRate: 0.0025 });
    this.beta1 = positive("beta1", fraction("beta1", options.beta1 ?? 0.9));
    this.beta2 = fraction("beta2", options.beta2 ?? 0.999);
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-8);
    this.warmupSteps = nonNegativeInteger("warmupSteps", options.warmupSteps ?? 0);
  }

  /** @internal */
  override slots({ shape }: TrainedWeight): Slot[] {
    return [
      { name: "momentum", shape, initialValue: "weight" },
      { name: "velocity", shape },
    ];
  }

  protected override beginStep(step: number): void {
    const warmth = this.warmupSteps === 0 ? 1 : Math.min(1, step / this.warmupSteps);
    this.#rate = this.learningRate * warmth;
    this.#squareFactor = 1 / biasCorrection(this.beta2, step);
    this.#share = 1 / step;
  }

  /** @internal */
  override update(_k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    optimizerKernels().scheduleFreeAdamw(
      weight,
      gradient,
      slots.at(0),
      slots.at(1),
      slots.size,
      this.#rate,
      this.#squareFactor,
      this.beta1,
      1 - this.beta2,
      this.epsilon,
      this.#share,
    );
  }

  override getConfig(): Record<string, unknown> {
    const { beta1, beta2, epsilon, warmupSteps } = this;
    return { ...super.getConfig(), beta1, beta2, epsilon, warmupSteps };
  }
}
