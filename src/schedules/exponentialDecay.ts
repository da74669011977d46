import { checkKeys, flag, nonNegative, positive } from "../options.js";
import { kernels } from "../runtime/runtime.js";
import { Schedule } from "./schedule.js";

/** Options of `schedules.exponentialDecay`. */
export interface ExponentialDecayOptions {
  /** The rate of the first step. */
  initialLearningRate: number;
  /** Steps in which the rate falls by `decayRate`. */
  decaySteps: number;
  /** The factor on the rate. */
  decayRate: number;
  /** Fall once every `decaySteps` rather than at each step. Default false. */
  staircase?: boolean;
}

/** initialLearningRate * decayRate^(step / decaySteps) (Keras's ExponentialDecay). */
export class ExponentialDecay extends Schedule {
  /** The option `initialLearningRate`. */
  readonly initialLearningRate: number;
  /** The option `decaySteps`. */
  readonly decaySteps: number;
  /** The option `decayRate`. */
  readonly decayRate: number;
  /** The option `staircase`. */
  readonly staircase: boolean;

  constructor(options: ExponentialDecayOptions) {
    super();
    checkKeys("schedules.exponentialDecay", options, [
      "initialLearningRate",
      "decaySteps",
      "decayRate",
      "staircase",
    ]);
    this.initialLearningRate = nonNegative("initialLearningRate", options.initialLearningRate);
    this.decaySteps = positive("decaySteps", options.decaySteps);
    this.decayRate = nonNegative("decayRate", options.decayRate);
    this.staircase = flag("staircase", options.staircase ?? false);
  }

  override at(step: number): number {
    const periods = step / this.decaySteps;
    const exponent = this.staircase ? Math.floor(periods) : periods;
    return this.initialLearningRate * kernels().pow64(this.decayRate, exponent);
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, decaySteps, decayRate, staircase } = this;
    return { name: "exponentialDecay", initialLearningRate, decaySteps, decayRate, staircase };
  }
}
