import { checkKeys, flag, nonNegative, positive } from "../options.js";
import { Schedule } from "./schedule.js";

/** Options of `schedules.inverseTimeDecay`. */
export interface InverseTimeDecayOptions {
  /** The rate of the first step. */
  initialLearningRate: number;
  /** Steps in which the divisor grows by `decayRate`. */
  decaySteps: number;
  /** What the divisor grows by. */
  decayRate: number;
  /** Fall once every `decaySteps` rather than at each step. Default false. */
  staircase?: boolean;
}

/** initialLearningRate / (1 + decayRate * step / decaySteps) (Keras's InverseTimeDecay). */
export class InverseTimeDecay extends Schedule {
  /** The option `initialLearningRate`. */
  readonly initialLearningRate: number;
  /** The option `decaySteps`. */
  readonly decaySteps: number;
  /** The option `decayRate`. */
  readonly decayRate: number;
  /** The option `staircase`. */
  readonly staircase: boolean;

  constructor(options: InverseTimeDecayOptions) {
    super();
    checkKeys("schedules.inverseTimeDecay", options, [
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
    return this.initialLearningRate / (1 + this.decayRate * (this.staircase ? Math.floor(periods) : periods));
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, decaySteps, decayRate, staircase } = this;
    return { name: "inverseTimeDecay", initialLearningRate, decaySteps, decayRate, staircase };
  }
}
