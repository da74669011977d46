import { checkKeys, flag, nonNegative, positive } from "../options.js";
import { kernels } from "../runtime/runtime.js";
import { Schedule } from "./schedule.js";

/** Options of `schedules.polynomialDecay`. */
export interface PolynomialDecayOptions {
  /** The rate of the first step. */
  initialLearningRate: number;
  /** Steps until the rate has reached `endLearningRate`. */
  decaySteps: number;
  /** Default 1e-4. */
  endLearningRate?: number;
  /** 1 falls in a straight line. Default 1. */
  power?: number;
  /** Past the end, begin again with a longer way: twice decaySteps, then three times. Default false. */
  cycle?: boolean;
}

/**
 * (initialLearningRate - endLearningRate) * (1 - step / decaySteps)^power + endLearningRate, from decaySteps
 * on endLearningRate (Keras's PolynomialDecay).
 */
export class PolynomialDecay extends Schedule {
  /** The option `initialLearningRate`. */
  readonly initialLearningRate: number;
  /** The option `decaySteps`. */
  readonly decaySteps: number;
  /** The option `endLearningRate`. */
  readonly endLearningRate: number;
  /** The option `power`. */
  readonly power: number;
  /** The option `cycle`. */
  readonly cycle: boolean;

  constructor(options: PolynomialDecayOptions) {
    super();
    checkKeys("schedules.polynomialDecay", options, [
      "initialLearningRate",
      "decaySteps",
      "endLearningRate",
      "power",
      "cycle",
    ]);
    this.initialLearningRate = nonNegative("initialLearningRate", options.initialLearningRate);
    this.decaySteps = positive("decaySteps", options.decaySteps);
    this.endLearningRate = nonNegative("endLearningRate", options.endLearningRate ?? 1e-4);
    this.power = nonNegative("power", options.power ?? 1);
    this.cycle = flag("cycle", options.cycle ?? false);
  }

  override at(step: number): number {
    const { initialLearningRate, decaySteps, endLearningRate, power } = this;
    const way = this.cycle ? decaySteps * Math.max(1, Math.ceil(step / decaySteps)) : decaySteps;
    const left = 1 - Math.min(step, way) / way;
    return (initialLearningRate - endLearningRate) * kernels().pow64(left, power) + endLearningRate;
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, decaySteps, endLearningRate, power, cycle } = this;
    return { name: "polynomialDecay", initialLearningRate, decaySteps, endLearningRate, power, cycle };
  }
}
