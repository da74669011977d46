import { checkKeys, finiteNumber, invalidOption, nonNegative, positive } from "../options.js";
import { kernels } from "../runtime/runtime.js";
import { Schedule } from "./schedule.js";

/** Options of `schedules.cosineDecayRestarts`. */
export interface CosineDecayRestartsOptions {
  /** The rate of the first step. */
  initialLearningRate: number;
  /** Steps of the first period. */
  firstDecaySteps: number;
  /** How many times as long each period is as the one before, 1 or more. Default 2. */
  tMul?: number;
  /** How many times as high each period begins as the one before. Default 1. */
  mMul?: number;
  /** The share of initialLearningRate that is left at the end of a period. Default 0. */
  alpha?: number;
}

/**
 * Half a wave of the cosine again and again (Loshchilov and Hutter 2017; Keras's CosineDecayRestarts):
 * initialLearningRate * ((1 - alpha) * mMul^i * (1 + cos(pi * t)) / 2 + alpha), t from 0 to 1 in period i,
 * which takes firstDecaySteps * tMul^i steps.
 */
export class CosineDecayRestarts extends Schedule {
  /** The option `initialLearningRate`. */
  readonly initialLearningRate: number;
  /** The option `firstDecaySteps`. */
  readonly firstDecaySteps: number;
  /** The option `tMul`. */
  readonly tMul: number;
  /** The option `mMul`. */
  readonly mMul: number;
  /** The option `alpha`. */
  readonly alpha: number;

  constructor(options: CosineDecayRestartsOptions) {
    super();
    checkKeys("schedules.cosineDecayRestarts", options, [
      "initialLearningRate",
      "firstDecaySteps",
      "tMul",
      "mMul",
      "alpha",
    ]);
    this.initialLearningRate = nonNegative("initialLearningRate", options.initialLearningRate);
    this.firstDecaySteps = positive("firstDecaySteps", options.firstDecaySteps);
    this.tMul = finiteNumber("tMul", options.tMul ?? 2);
    if (this.tMul < 1) {
      throw invalidOption("tMul", "1 or more, or the periods would end", options.tMul);
    }
    this.mMul = nonNegative("mMul", options.mMul ?? 1);
    this.alpha = finiteNumber("alpha", options.alpha ?? 0);
  }

  override at(step: number): number {
    const { pow64, cos64 } = kernels();
    const periods = step / this.firstDecaySteps;
    const period = this.#period(periods);
    const way = (periods - this.#start(period)) / pow64(this.tMul, period);
    const wave = 0.5 * pow64(this.mMul, period) * (1 + cos64(Math.PI * way));
    return this.initialLearningRate * ((1 - this.alpha) * wave + this.alpha);
  }

  /** Which period a time lies in; times are counted in first periods. */
  #period(time: number): number {
    const { log64 } = kernels();
    if (this.tMul === 1) return Math.floor(time);
    const guess = Math.floor(log64(1 + time * (this.tMul - 1)) / log64(this.tMul));
    // A quotient of logarithms may come out on the wrong side of a whole number.
    if (this.#start(guess + 1) <= time) return guess + 1;
    return this.#start(guess) > time ? guess - 1 : guess;
  }

  /** When a period starts: the sum of tMul^j over the periods before. */
  #start(period: number): number {
    if (this.tMul === 1) return period;
    return (kernels().pow64(this.tMul, period) - 1) / (this.tMul - 1);
  }

  override getConfig(): Record<string, unknown> {
    const { initialLearningRate, firstDecaySteps, tMul, mMul, alpha } = this;
    return { name: "cosineDecayRestarts", initialLearningRate, firstDecaySteps, tMul, mMul, alpha };
  }
}
