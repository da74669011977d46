import { finiteNumber, flag } from "../options.js";
import type { Logs } from "../models/trainer.js";
import type { Tensor } from "../tensor/tensor.js";
import { epochsOption, MonitorCallback } from "./monitor.js";
import type { MonitorOptions } from "./monitor.js";

/** Options of `callbacks.earlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** A change has to be larger than this to count as an improvement. Default 0. */
  minDelta?: number;
  /** Epochs without improvement after which training stops. Default 0. */
  patience?: number;
  /** Epochs that are not better than this count as epochs without improvement. Default none. */
  baseline?: number;
  /** Whether the weights of the best epoch are put back when training ends. Default false. */
  restoreBestWeights?: boolean;
  /** Epochs before this one do not count at all. Default 0. */
  startFromEpoch?: number;
}

const OPTIONS = ["minDelta", "patience", "baseline", "restoreBestWeights", "startFromEpoch"];

/** Stops training when a quantity no longer gets better (Keras's EarlyStopping). Serves one fit after another. */
export class EarlyStopping extends MonitorCallback {
  readonly #patience: number;
  readonly #baseline: number | undefined;
  readonly #restoresBestWeights: boolean;
  readonly #startFromEpoch: number;
  #wait = 0;
  #stoppedEpoch = 0;
  #bestEpoch = 0;
  #bestWeights: Tensor[] | undefined;

  constructor(options: EarlyStoppingOptions) {
    super("callbacks.earlyStopping", options, OPTIONS, options?.minDelta ?? 0);
    this.#patience = epochsOption("patience", options.patience, 0);
    this.#startFromEpoch = epochsOption("startFromEpoch", options.startFromEpoch, 0);
    this.#restoresBestWeights = flag("restoreBestWeights", options.restoreBestWeights ?? false);
    if (options.baseline !== undefined) this.#baseline = finiteNumber("baseline", options.baseline);
  }

  /** The epoch after which the last fit was stopped, from 0; 0 if it was not. */
  get stoppedEpoch(): number {
    return this.#stoppedEpoch;
  }

  /** The epoch with the best value in the last fit, from 0. */
  get bestEpoch(): number {
    return this.#bestEpoch;
  }

  override onTrainBegin(): void {
    super.onTrainBegin();
    this.#wait = 0;
    this.#stoppedEpoch = 0;
    this.#bestEpoch = 0;
    this.bestValue = undefined;
    this.#bestWeights = undefined;
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const value = this.valueIn(logs, "it waits for an epoch that does");
    if (value === undefined || epoch < this.#startFromEpoch) return;
    this.#wait++;
    // The first value counts as the best, however bad.
    if (this.isImprovement(value, this.bestValue)) {
      this.bestValue = value;
      this.#bestEpoch = epoch;
      if (this.#restoresBestWeights) this.#bestWeights = this.model.getWeights();
      const beatsBaseline = this.#baseline === undefined || this.isImprovement(value, this.#baseline);
      if (beatsBaseline) this.#wait = 0;
      return;
    }
    if (this.#wait < this.#patience) return;
    this.#stoppedEpoch = epoch;
    this.model.stopTraining = true;
  }

  override onTrainEnd(): void {
    if (this.verbose === 1 && this.#stoppedEpoch > 0) {
      console.log(`Epoch ${this.#stoppedEpoch + 1}: early stopping`);
    }
    if (this.#bestWeights === undefined) return;
    if (this.verbose === 1) console.log(`The weights of epoch ${this.#bestEpoch + 1} are put back.`);
    this.model.setWeights(this.#bestWeights);
    this.#bestWeights = undefined;
  }
}
