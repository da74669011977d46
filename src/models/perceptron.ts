import { PerceptronLayer } from "../layers/perceptron.js";
import type { StepName } from "../layers/perceptron.js";
import { sgd } from "../optimizers/factories.js";
import { checkKeys } from "../options.js";
import { Sequential } from "./sequential.js";

/** Options of `perceptron`. */
export interface PerceptronOptions {
  /** The number of outputs. Default 1. */
  units?: number;
  /** "unitStep" for labels 0 and 1, "sign" for labels -1 and 1. Default "unitStep". */
  activation?: StepName;
  /** How far a wrong answer moves the weights. Default 1. */
  learningRate?: number;
  /** The shape of one row of input. Default: that of the data at the first `fit`. */
  inputShape?: readonly number[];
  /** Default "sequential". */
  name?: string;
}

/** One layer of units that fire or do not, compiled for the rule of the perceptron. */
export class Perceptron extends Sequential {
  readonly #layer: PerceptronLayer;

  /** @internal */
  constructor(options: PerceptronOptions) {
    checkKeys("perceptron", options, ["units", "activation", "learningRate", "inputShape", "name"]);
    const { units, activation, learningRate = 1, inputShape, name } = options;
    const optimizer = sgd({ learningRate });
    const layer = new PerceptronLayer({ units, activation, inputShape });
    super({ layers: [layer], ...(name !== undefined && { name }) });
    this.#layer = layer;
    this.compile({ optimizer, loss: "perceptron", metrics: ["accuracy"] });
  }

  /**
   * The value of x . kernel above which it fires, which is -bias; for several units an array.
   *
   * @throws LanegradError NOT_BUILT if the shape of the input is not known yet
   */
  get threshold(): number | number[] {
    this.builtGraph();
    const [, bias] = this.#layer.getWeights();
    const thresholds = Array.from(bias.data, (value) => 0 - value);
    return thresholds.length === 1 ? thresholds[0] : thresholds;
  }
}

/**
 * Makes a perceptron (Rosenblatt 1958), compiled with gradient descent, the loss "perceptron" and the metric
 * "accuracy". With batches of one row, `fit(x, y, { batchSize: 1 })`, training is exactly his rule, which
 * moves weights for wrong answers alone:
 *
 *   kernel += learningRate * (y - prediction) * x, bias += learningRate * (y - prediction).
 *
 * Weights start at 0. Larger batches move by the mean over their rows. Labels are 0 and 1 for "unitStep",
 * -1 and 1 for "sign"; the sign of 0 is 0, which is wrong for both, but counts as a -1 in the accuracy.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export function perceptron(options: PerceptronOptions = {}): Perceptron {
  return new Perceptron(options);
}
