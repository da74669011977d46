import { LanegradError, show } from "../errors.js";
import { checkKeys, fraction, nonNegative } from "../options.js";
import type { Logs } from "../models/trainer.js";
import { Callback } from "./callback.js";
import { functionOption } from "./modelCheckpoint.js";
import { epochsOption, MonitorCallback, verboseOption } from "./monitor.js";
import type { MonitorOptions } from "./monitor.js";

/** The learning rate of an epoch, counted from 0, from the one so far. */
export type LearningRateOfEpoch = (epoch: number, learningRate: number) => number;

/** Options of `callbacks.learningRateScheduler`. */
export interface LearningRateSchedulerOptions {
  /** 1 says on the console which learning rate each epoch has. Default 0. */
  verbose?: 0 | 1;
}

/** Sets the learning rate at the begin of each epoch (Keras's LearningRateScheduler). */
export class LearningRateScheduler extends Callback {
  readonly #schedule: LearningRateOfEpoch;
  readonly #verbose: 0 | 1;

  constructor(schedule: LearningRateOfEpoch, options: LearningRateSchedulerOptions) {
    super();
    checkKeys("callbacks.learningRateScheduler", options, ["verbose"]);
    this.#schedule = functionOption("schedule", schedule);
    this.#verbose = verboseOption(options.verbose ?? 0);
  }

  override onEpochBegin(epoch: number): void {
    const { optimizer } = this.model;
    const rate = this.#schedule(epoch, optimizer.learningRate);
    if (typeof rate !== "number" || !(rate >= 0) || rate === Infinity) {
      throw new LanegradError(
        "INVALID_OPTION",
        `schedule must return a learning rate, a number 0 or more. Received: ${show(rate)} for epoch ${epoch}`,
      );
    }
    optimizer.learningRate = rate;
    if (this.#verbose === 1) console.log(`Epoch ${epoch + 1}: the learning rate is set to ${rate}`);
  }

  override onEpochEnd(_epoch: number, logs: Logs): void {
    logs.learningRate = this.model.optimizer.learningRate;
  }
}

/** Options of `callbacks.reduceLROnPlateau`. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by, from 0 up to but not including 1. Default 0.1. */
  factor?: number;
  /** Epochs without improvement after which the learning rate is reduced. Default 10. */
  patience?: number;
  /** A change has to be larger than this to count as an improvement. Default 1e-4. */
  minDelta?: number;
  /** Epochs after a reduction that do not count as epochs without improvement. Default 0. */
  cooldown?: number;
  /** The learning rate is never made smaller than this. Default 0. */
  minLr?: number;
}

const OPTIONS = ["factor", "patience", "minDelta", "cooldown", "minLr"];

/** Reduces the learning rate when a quantity no longer gets better (Keras's ReduceLROnPlateau). */
export class ReduceLROnPlateau extends MonitorCallback {
  readonly #factor: number;
  readonly #patience: number;
  readonly #cooldown: number;
  readonly #minLr: number;
  #wait = 0;
  /** Epochs that are left of the cooldown. */
  #rest = 0;

  constructor(options: ReduceLROnPlateauOptions) {
    super("callbacks.reduceLROnPlateau", options, OPTIONS, options?.minDelta ?? 1e-4);
    this.#factor = fraction("factor", options.factor ?? 0.1);
    this.#patience = epochsOption("patience", options.patience, 10);
    this.#cooldown = epochsOption("cooldown", options.cooldown, 0);
    this.#minLr = nonNegative("minLr", options.minLr ?? 0);
  }

  /** @throws LanegradError INVALID_OPTION if the learning rate follows a schedule */
  override onTrainBegin(): void {
    super.onTrainBegin();
    if (this.model.optimizer.followsSchedule) {
      throw new LanegradError(
        "INVALID_OPTION",
        "callbacks.reduceLROnPlateau cannot set a learning rate that follows a schedule; make the optimizer with a number. Received: an optimizer with a schedule",
      );
    }
    this.bestValue = undefined;
    this.#wait = 0;
    this.#rest = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    // Before it is reduced, as in Keras: the rate that the epoch was trained with.
    logs.learningRate = this.model.optimizer.learningRate;
    const value = this.valueIn(logs, "the learning rate stays");
    if (value === undefined) return;
    if (this.#rest > 0) {
      this.#rest--;
      this.#wait = 0;
    }
    if (this.isImprovement(value, this.bestValue)) {
      this.bestValue = value;
      this.#wait = 0;
    } else if (this.#rest === 0 && ++this.#wait >= this.#patience) {
      this.#reduce(epoch);
    }
  }

  #reduce(epoch: number): void {
    const { optimizer } = this.model;
    if (optimizer.learningRate <= this.#minLr) return;
    optimizer.learningRate = Math.max(optimizer.learningRate * this.#factor, this.#minLr);
    this.#rest = this.#cooldown;
    this.#wait = 0;
    if (this.verbose === 0) return;
    console.log(`Epoch ${epoch + 1}: the learning rate is reduced to ${optimizer.learningRate}`);
  }
}
