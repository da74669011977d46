import { LanegradError, show } from "../errors.js";
import { finiteNumber, flag, invalidOption, positiveInteger } from "../options.js";
import type { Logs } from "../models/trainer.js";
import { MonitorCallback } from "./monitor.js";
import type { MonitorOptions } from "./monitor.js";

/** When a checkpoint was made. */
export interface CheckpointInfo {
  /** The epoch, from 0. */
  readonly epoch: number;
  /** The batch in the epoch, from 0; undefined at the end of an epoch. */
  readonly batch?: number;
  /** What the epoch has reported; in the middle of it, what it has so far. */
  readonly logs: Readonly<Logs>;
}

/** Takes a saved model; the next step waits for a promise. `fileSink` of lanegrad/files makes one. */
export type CheckpointSink = (file: Uint8Array, info: CheckpointInfo) => void | Promise<void>;

/** Options of `callbacks.modelCheckpoint`. */
export interface ModelCheckpointOptions extends MonitorOptions {
  /** Receives the file. */
  save: CheckpointSink;
  /** Whether to save only when the monitored quantity is better than ever. Default false. */
  saveBestOnly?: boolean;
  /** Whether to leave out what the optimizer remembers and what `compile` was told. Default false. */
  saveWeightsOnly?: boolean;
  /** After every epoch, or after so many batches, counted across epochs. Default "epoch". */
  saveFreq?: "epoch" | number;
  /** What the monitored quantity must be better than for the first file. Default none. */
  initialValueThreshold?: number;
}

const OPTIONS = ["save", "saveBestOnly", "saveWeightsOnly", "saveFreq", "initialValueThreshold"];

/**
 * Saves the model at some frequency (Keras's ModelCheckpoint). As in Keras, the best value and the count of
 * batches go on from one fit to the next.
 */
export class ModelCheckpoint extends MonitorCallback {
  readonly #save: CheckpointSink;
  readonly #bestOnly: boolean;
  readonly #weightsOnly: boolean;
  #epoch = 0;
  #batches = 0;

  constructor(options: ModelCheckpointOptions) {
    super("callbacks.modelCheckpoint", options, OPTIONS, 0);
    this.#save = functionOption("save", options.save, "fileSink(path)");
    this.#bestOnly = flag("saveBestOnly", options.saveBestOnly ?? false);
    this.#weightsOnly = flag("saveWeightsOnly", options.saveWeightsOnly ?? false);
    if (options.initialValueThreshold !== undefined) {
      this.bestValue = finiteNumber("initialValueThreshold", options.initialValueThreshold);
    }
    const { saveFreq = "epoch" } = options;
    // Only the hook that is needed is there: logs of batches cost time.
    if (saveFreq === "epoch") this.onEpochEnd = (epoch, logs) => this.#saveIfDue({ epoch, logs });
    else this.#saveAfterBatches(positiveInteger("saveFreq", saveFreq));
  }

  override onTrainBegin(): void {
    // Without saveBestOnly nothing is compared, and any quantity will do.
    if (this.#bestOnly) super.onTrainBegin();
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  #saveAfterBatches(frequency: number): void {
    this.onTrainBatchEnd = (batch, logs) => {
      if (++this.#batches < frequency) return undefined;
      this.#batches = 0;
      return this.#saveIfDue({ epoch: this.#epoch, batch, logs });
    };
  }

  async #saveIfDue(info: CheckpointInfo): Promise<void> {
    if (this.#bestOnly && !this.#isBest(info.logs)) return;
    const file = this.model.save({ includeOptimizer: !this.#weightsOnly });
    await this.#save(file, info);
    if (this.verbose === 1) console.log(`Epoch ${info.epoch + 1}: the model was saved`);
  }

  #isBest(logs: Readonly<Logs>): boolean {
    const value = this.valueIn(logs, "every model is saved");
    if (value === undefined) return true;
    if (!this.isImprovement(value, this.bestValue)) return false;
    this.bestValue = value;
    return true;
  }
}

/**
 * @internal
 * @param sink what gives such a function for a file
 */
export function functionOption<F>(name: string, value: F, sink?: string): F {
  if (typeof value === "function") return value;
  const hint = sink === undefined ? "" : `, as ${sink} of lanegrad/files gives it`;
  throw invalidOption(name, `a function${hint}`, value);
}

/**
 * @internal In Keras a path stands where options stand here.
 *
 * @throws LanegradError INVALID_OPTION for a text: it says where a path goes
 */
export function notAPath<O>(options: O, factory: string, wayOut: string): O {
  if (typeof options !== "string") return options;
  throw new LanegradError(
    "INVALID_OPTION",
    `${factory} takes an object of options; for a file ${wayOut} of lanegrad/files. Received: ${show(options)}`,
  );
}
