import { nonNegative, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares start at. Default 0.1. */
  initialAccumulatorValue?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/**
 * Divides each gradient by the root of the sum of all its squares so far (Duchi, Hazan and Singer 2011;
 * Keras's Adagrad, which adds epsilon under the root).
 */
export class Adagrad extends Optimizer {
  readonly name = "adagrad";
  /** The option `initialAccumulatorValue`. */
  readonly initialAccumulatorValue: number;
  /** The option `epsilon`. */
  readonly epsilon: number;

  constructor(options: AdagradOptions = {}) {
    super("optimizers.adagrad", options, ["initialAccumulatorValue", "epsilon"], { learningRate: 0.001 });
    this.initialAccumulatorValue = nonNegative(
      "initialAccumulatorValue",
      options.initialAccumulatorValue ?? 0.1,
    );
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
  }

  /** @internal */
  override slots(weight: TrainedWeight): Slot[] {
    return [{ name: "accumulator", shape: weight.shape, initialValue: this.initialAccumulatorValue }];
  }

  /** @internal */
  override update(_k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    const { learningRate, epsilon } = this;
    optimizerKernels().adagrad(weight, gradient, slots.at(0), slots.size, learningRate, epsilon);
  }

  override getConfig(): Record<string, unknown> {
    const { initialAccumulatorValue, epsilon } = this;
    return { ...super.getConfig(), initialAccumulatorValue, epsilon };
  }
}
