import { LanegradError, show } from "../errors.js";
import type { InitializerSpec } from "../initializers/index.js";
import { Dense } from "./dense.js";
import type { DenseOptions } from "./dense.js";

/** The hard thresholds: 1 above 0 and else 0, or the sign. */
export type StepName = "unitStep" | "unit_step" | "heaviside" | "sign";

/** Options of `layers.perceptron`; regularizers, constraints and the rest are those of `layers.dense`. */
export interface PerceptronLayerOptions extends Omit<DenseOptions, "units" | "activation"> {
  /** The number of outputs. Default 1. */
  units?: number;
  /** "unitStep" for labels 0 and 1, "sign" for labels -1 and 1. Default "unitStep". */
  activation?: StepName;
  /** Default "zeros". */
  kernelInitializer?: InitializerSpec;
}

const STEPS: readonly string[] = ["unitStep", "sign"];

/**
 * y = step(x . kernel + bias). The derivative of a step is 0 wherever there is one, so nothing could be
 * learnt by it: backward hands the gradient of y to x . kernel + bias as it is.
 */
export class PerceptronLayer extends Dense {
  /** @internal */
  static override readonly kind = "perceptron";
  override readonly className = "Perceptron";

  constructor(options: PerceptronLayerOptions = {}) {
    const { units = 1, activation = "unitStep", kernelInitializer = "zeros" } = options ?? {};
    // What is no object would be one of defaults.
    const isObject = typeof options === "object" && options !== null;
    super(isObject ? { ...options, units, activation, kernelInitializer } : options);
    if (STEPS.includes(this.activation.name)) return;
    throw new LanegradError(
      "INVALID_OPTION",
      `activation of a perceptron must be "unitStep" or "sign". Received: activation=${show(options.activation)}`,
    );
  }

  protected override get passesStraightThrough(): boolean {
    return true;
  }
}
