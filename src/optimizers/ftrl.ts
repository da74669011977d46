import { finiteNumber, invalidOption, nonNegative } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { optimizerKernels } from "../runtime/kernels/optimizers.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./optimizer.js";
import type { Slot, TrainedWeight, WeightSlots } from "./slots.js";

/** Options of `optimizers.ftrl`. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the steps shrink as squares of gradients add up, 0 or less; 0 keeps them. Default -0.5. */
  learningRatePower?: number;
  /** What the sums of squares start at. Default 0.1. */
  initialAccumulatorValue?: number;
  /** Makes weights exactly 0. Default 0. */
  l1RegularizationStrength?: number;
  /** Default 0. */
  l2RegularizationStrength?: number;
  /** A penalty on the weights added to the gradient. Default 0. */
  l2ShrinkageRegularizationStrength?: number;
  /** The paper's beta. Default 0. */
  beta?: number;
}

const OPTIONS: readonly string[] = [
  "learningRatePower",
  "initialAccumulatorValue",
  "l1RegularizationStrength",
  "l2RegularizationStrength",
  "l2ShrinkageRegularizationStrength",
  "beta",
];

/**
 * Follow the regularized leader, for wide models with sparse inputs (McMahan et al. 2013; Keras's Ftrl).
 * Weights are computed anew from sums at each step: where they start matters little.
 */
export class Ftrl extends Optimizer {
  readonly name = "ftrl";
  /** The option `learningRatePower`. */
  readonly learningRatePower: number;
  /** The option `initialAccumulatorValue`. */
  readonly initialAccumulatorValue: number;
  /** The option `l1RegularizationStrength`. */
  readonly l1RegularizationStrength: number;
  /** The option `l2RegularizationStrength`. */
  readonly l2RegularizationStrength: number;
  /** The option `l2ShrinkageRegularizationStrength`. */
  readonly l2ShrinkageRegularizationStrength: number;
  /** The option `beta`. */
  readonly beta: number;

  constructor(options: FtrlOptions = {}) {
    super("optimizers.ftrl", options, OPTIONS, { learningRate: 0.001 });
    const setting = (name: keyof FtrlOptions, value: number) => nonNegative(name, options[name] ?? value);
    this.learningRatePower = finiteNumber("learningRatePower", options.learningRatePower ?? -0.5);
    if (this.learningRatePower > 0) {
      throw invalidOption("learningRatePower", "0 or less", options.learningRatePower);
    }
    this.initialAccumulatorValue = setting("initialAccumulatorValue", 0.1);
    this.l1RegularizationStrength = setting("l1RegularizationStrength", 0);
    this.l2RegularizationStrength = setting("l2RegularizationStrength", 0);
    this.l2ShrinkageRegularizationStrength = setting("l2ShrinkageRegularizationStrength", 0);
    this.beta = setting("beta", 0);
  }

  /** @internal */
  override slots({ shape }: TrainedWeight): Slot[] {
    const start = this.initialAccumulatorValue;
    return [
      { name: "accumulator", shape, initialValue: start },
      { name: "linear", shape },
    ];
  }

  /** @internal */
  override update(_k: Kernels, weight: number, gradient: number, slots: WeightSlots): void {
    optimizerKernels().ftrl(
      weight,
      gradient,
      slots.at(0),
      slots.at(1),
      slots.size,
      this.learningRate,
      -this.learningRatePower,
      this.l1RegularizationStrength,
      this.l2RegularizationStrength + this.beta / (2 * this.learningRate),
      this.l2ShrinkageRegularizationStrength,
    );
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      learningRatePower: this.learningRatePower,
      initialAccumulatorValue: this.initialAccumulatorValue,
      l1RegularizationStrength: this.l1RegularizationStrength,
      l2RegularizationStrength: this.l2RegularizationStrength,
      l2ShrinkageRegularizationStrength: this.l2ShrinkageRegularizationStrength,
      beta: this.beta,
    };
  }
}
