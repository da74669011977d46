import { checkKeys, finiteNumber, nonNegative, positive } from "../options.js";
import { kernels } from "../runtime/runtime.js";
import { Schedule } from "./schedule.js";

/** Options of `schedules.cosineDecay`. */
export interface CosineDecayOptions {
  /** The rate of the first step. */
  initialLearningRate: number;
  /** Steps from the top of the curve to its end, after the warm-up. */
  decaySteps: number;
  /** The share of the highest rate that is left at the end. Default 0. */
  alpha?: number;
  /** Where the warm-up leads to, and the decay begins. Default none: no warm-up. */
  warmupTarget?: number;
  /** Steps of the warm-up, used with `warmupTarget`. Default 0. */
  warmupSteps?: number;
}

/**
 * Half a wave of the cosine, after a warm-up in a straight line where one is wanted (Loshchilov and Hutter
 * 2017; Keras's CosineDecay): top * ((1 - alpha) * (1 + cos(pi * t)) / 2 + alpha), t from 0 to 1.
 */
export class CosineDecay extends Schedule {
  /** The option `initialLearningRate`. */
  readonly initialLearningRate: number;
  /** The option `decaySteps`. */
  readonly decaySteps: number;
  /** The option `alpha`. */
  readonly alpha: number;
  /** The option `warmupTarget`. */
  readonly warmupTarget: number | undefined;
  /** The option `warmupSteps`. */
  readonly warmupSteps: number;

  constructor(options: CosineDecayOptions) {
    super();
    checkKeys("schedules.cosineDecay", options, [
      "initialLearningRate",
      "decaySteps",
      "alpha",
      "warmupTarget",
      "warmupSteps",
    ]);
    this.initialLearningRate = nonNegative("initialLearningRate", options.initialLearningRate);
    this.decaySteps = positive("decaySteps", options.decaySteps);
    this.alpha = finiteNumber("alpha", options.alpha ?? 0);
    const { warmupTarget } = options;
    this.warmupTarget = warmupTarget === undefined ? undefined : nonNegative("warmupTarget", warmupTarget);
    this.warmupSteps = nonNegative("warmupSteps", options.warmupSteps ?? 0);
  }

  override at(step: number): number {
    const { initialLearningRate, warmupTarget, warmupSteps } = this;
    if (warmupTarget === undefined) return initialLearningRate * this.#share(step);
    if (step >= warmupSteps) return warmupTarget * this.#share(step - warmupSteps);
    return (warmupTarget - initialLearningRate) * (step / warmupSteps) + initialLearningRate;
  }

  /** What is left of the highest rate so many steps after it. */
  #share(step: number): number {
    const way = Math.min(step, this.decaySteps) / this.decaySteps;
    const wave = 0.5 * (1 + kernels().cos64(Math.PI * way));
    return (1 - this.alpha) * wave + this.alpha;
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps } = this;
    return { name: "cosineDecay", initialLearningRate, decaySteps, alpha, warmupTarget, warmupSteps };
  }
}
