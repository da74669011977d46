import { CallbackList } from "../callbacks/callbackList.js";
import { Pacer } from "../runtime/turn.js";
import type { Source } from "./batches.js";
import { isBatches } from "./batches.js";
import { evaluateLater, noBatch } from "./evaluate.js";
import { checkStates, readFitData } from "./fitData.js";
import type { DataTarget, FitData } from "./fitData.js";
import { readFitOptions } from "./fitOptions.js";
import type { FitOptions, FitSettings } from "./fitOptions.js";
import { History } from "./history.js";
import type { Model } from "./model.js";
import { Progress } from "./progress.js";
import type { Logs, Trainer } from "./trainer.js";

/** What `fit` needs of a model. */
export interface FitTarget extends DataTarget {
  readonly trainer: Trainer;
  readonly seed: number;
  /** Where the wish to stop is written, and what callbacks see. */
  readonly model: Model;
  /** Nothing is refused any more: from now on callbacks may use the model. */
  accept(): void;
}

/** Trains a model. */
export async function fit(target: FitTarget, x: unknown, y: unknown, options: FitOptions): Promise<History> {
  const settings = readFitOptions(options, target.seed, isBatches(x));
  const callbacks = new CallbackList(options.callbacks ?? [], true);
  const data = readFitData(target, x, y, options, settings);
  try {
    checkStates(target.graph, data, settings);
    const { epochs, verbose } = settings;
    callbacks.attach(target.model, { epochs, verbose, steps: data.training.steps });
    target.accept();
    return await new FitRun(target, settings, data, callbacks).run();
  } finally {
    target.trainer.observe(undefined);
    data.training.release();
    data.validation?.release();
  }
}

/** One call of `fit`. */
class FitRun {
  readonly #target: FitTarget;
  readonly #settings: FitSettings;
  readonly #data: FitData;
  readonly #callbacks: CallbackList;
  readonly #history = new History();
  readonly #pacer: Pacer;
  readonly #progress: Progress | undefined;
  /** Steps of the last epoch. */
  #steps = 0;

  constructor(target: FitTarget, settings: FitSettings, data: FitData, callbacks: CallbackList) {
    this.#target = target;
    this.#settings = settings;
    this.#data = data;
    this.#callbacks = callbacks;
    this.#pacer = new Pacer(settings.yieldEvery);
    const { verbose, epochs } = settings;
    if (verbose !== 0) this.#progress = new Progress(verbose, epochs, data.training.steps);
  }

  async run(): Promise<History> {
    try {
      return await this.#run();
    } catch (error) {
      this.#progress?.stop();
      throw error;
    }
  }

  async #run(): Promise<History> {
    const { model, trainer } = this.#target;
    const { initialEpoch, epochs, seed } = this.#settings;
    model.stopTraining = false;
    trainer.maskSeed = seed;
    await this.#callbacks.call("onTrainBegin");
    let logs: Logs = {};
    for (let epoch = initialEpoch; epoch < epochs && !this.#history.stopped; epoch++) {
      const done = this.#mustStop() ? undefined : await this.#epoch(epoch);
      if (done === undefined) {
        this.#progress?.stop();
        this.#history.stopped = true;
        break;
      }
      logs = done;
      const { validation, training } = this.#data;
      if (validation !== undefined && (epoch + 1) % this.#settings.validationFreq === 0) {
        await this.#validate(validation, logs);
      }
      if (training.isExhausted) warnAboutExhaustion(training);
      if (this.#callbacks.has("onEpochEnd")) await this.#callbacks.call("onEpochEnd", epoch, logs);
      this.#progress?.endEpoch(logs, this.#steps);
      this.#history.add(epoch, logs);
      const isLast = epoch === epochs - 1;
      if ((this.#mustStop() || training.isExhausted) && !isLast) this.#history.stopped = true;
    }
    trainer.endFit();
    await this.#callbacks.call("onTrainEnd", logs);
    return this.#history;
  }

  /** Takes the steps of an epoch. Returns nothing if it was stopped on the way. */
  async #epoch(epoch: number): Promise<Logs | undefined> {
    const { trainer } = this.#target;
    const { training } = this.#data;
    const callbacks = this.#callbacks;
    const tellsBegin = callbacks.has("onTrainBatchBegin");
    const tellsEnd = callbacks.has("onTrainBatchEnd");
    if (callbacks.has("onEpochBegin")) await callbacks.call("onEpochBegin", epoch);
    training.begin(epoch);
    trainer.resetMetrics();
    this.#progress?.beginEpoch(epoch);
    let total = 0;
    let rowsSeen = 0;
    let count = 0;
    for (; ; count++) {
      const next = training.next();
      const step = next instanceof Promise ? await next : next;
      if (step === null) break;
      // Asked here, so that an epoch whose last step it was is complete.
      if (this.#mustStop()) return undefined;
      if (tellsBegin) await callbacks.call("onTrainBatchBegin", count);
      total += step.rows * trainer.trainStep(step.dataset, step.start, step.rows);
      rowsSeen += step.rows;
      if (tellsEnd) {
        await callbacks.call("onTrainBatchEnd", count, trainer.readMetrics({ loss: total / rowsSeen }));
      }
      if (this.#progress?.isDue()) {
        this.#progress.step(count + 1, trainer.readMetrics({ loss: total / rowsSeen }));
      }
      if (this.#pacer.isDue()) await this.#pacer.turn();
    }
    if (rowsSeen === 0) return this.#nothingLeft(epoch);
    this.#steps = count;
    return trainer.readMetrics({ loss: total / rowsSeen });
  }

  /** An epoch had no batch at all: an error in the first one, the end of the data later. */
  #nothingLeft(epoch: number): undefined {
    if (epoch === this.#settings.initialEpoch) throw noBatch();
    warnAboutExhaustion(this.#data.training);
    return undefined;
  }

  async #validate(validation: Source, logs: Logs): Promise<void> {
    const callbacks = this.#callbacks;
    await callbacks.call("onTestBegin");
    const results = await evaluateLater(this.#target.trainer, validation, this.#pacer, callbacks);
    await callbacks.call("onTestEnd", results);
    for (const [key, value] of Object.entries(results)) logs[`val_${key}`] = value;
  }

  #mustStop(): boolean {
    return this.#target.model.stopTraining || this.#settings.signal?.aborted === true;
  }
}

function warnAboutExhaustion({ steps }: Source): void {
  const advice =
    steps === undefined
      ? "They must begin again for each epoch."
      : `Give stepsPerEpoch (${steps}) * epochs batches.`;
  console.warn(`Lanegrad: the batches ended before the epoch did; training stops here. ${advice}`);
}
