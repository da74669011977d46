import { nonNegative, positive } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";

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
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
  readonly slots = 1;
  override readonly initialValue: number;

  constructor(options: AdagradOptions = {}) {
    super("optimizers.adagrad", options, ["initialAccumulatorValue", "epsilon"], { learningRate: 0.001 });
    const start = nonNegative("initialAccumulatorValue", options.initialAccumulatorValue ?? 0.1);
    this.initialAccumulatorValue = start;
    this.initialValue = start;
    this.epsilon = positive("epsilon", options.epsilon ?? 1e-7);
  }

  override update(
    k: Kernels,
    weight: number,
    gradient: number,
    accumulator: number,
    _: number,
    count: number,
  ): void {
    k.adagrad(weight, gradient, accumulator, count, this.learningRate, this.epsilon);
  }

  override getConfig(): Record<string, unknown> {
    const { initialAccumulatorValue, epsilon } = this;
    return { ...super.getConfig(), initialAccumulatorValue, epsilon };
  }
}
