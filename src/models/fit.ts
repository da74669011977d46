import { LanegradError, show } from "../errors.js";
import {
  checkKeys,
  flag,
  fraction,
  nonNegative,
  nonNegativeInteger,
  positiveInteger,
  seedNumber,
} from "../options.js";
import { isTerminal } from "../runtime/terminal.js";
import { Pacer } from "../runtime/turn.js";
import { Dataset } from "./dataset.js";
import { History } from "./history.js";
import type { TrainingRows } from "./modelData.js";
import { DEFAULT_BATCH } from "./options.js";
import { Progress } from "./progress.js";
import type { Data, Rows } from "./rows.js";
import type { Logs, Trainer } from "./trainer.js";
import { warnAboutInputs, warnAboutSplit } from "./warnings.js";
import { rowWeights, withClassWeights } from "./weights.js";
import type { ClassWeight } from "./weights.js";

/** Options of `fit`. */
export interface FitOptions {
  /** How often to go through the data. Default 1. */
  epochs?: number;
  /** Rows for each update: 1 is stochastic, all rows batch gradient descent. Default 32. */
  batchSize?: number;
  /** Whether each epoch takes the rows in another order. Default true. */
  shuffle?: boolean;
  /** Of the order of the rows and of dropout masks. Default: the model's seed. */
  seed?: number;
  /** The share of the rows, the last ones, to validate on rather than train on. Default 0. */
  validationSplit?: number;
  /** Inputs, labels and, if wanted, sample weights to validate on. */
  validationData?: readonly [Data, Data] | readonly [Data, Data, Data];
  /** Validate after every so many epochs. Default 1. */
  validationFreq?: number;
  /** A factor on the loss of each class, or "balanced" to make all classes count the same. */
  classWeight?: ClassWeight;
  /** A factor on the loss of each row, [n]. */
  sampleWeight?: Data;
  /** The number of the first epoch, to go on where an earlier call stopped. Default 0. */
  initialEpoch?: number;
  /** Ends an epoch after so many steps. Default: when all rows have had their turn. */
  stepsPerEpoch?: number;
  /** 0 says nothing, 1 shows a bar, 2 a line an epoch. Default: a bar in a terminal, else nothing. */
  verbose?: 0 | 1 | 2;
  /** Stops training when it is aborted; the promise resolves with `stopped` set. */
  signal?: AbortSignal;
  /** How many milliseconds may pass before the event loop has a turn. Default 16, a frame; Infinity: never. */
  yieldEvery?: number;
}

const OPTIONS = [
  "epochs",
  "batchSize",
  "shuffle",
  "seed",
  "validationSplit",
  "validationData",
  "validationFreq",
  "classWeight",
  "sampleWeight",
  "initialEpoch",
  "stepsPerEpoch",
  "verbose",
  "signal",
  "yieldEvery",
];

const DEFAULT_INTERVAL = 16;

/** What `fit` needs of a model. */
export interface FitTarget {
  readonly trainer: Trainer;
  readonly seed: number;
  /** The number of classes that the last axis of the output can tell apart. */
  readonly classes: number;
  /** Where the wish to stop is written. */
  readonly model: { stopTraining: boolean };
  /** Checks inputs and labels against the model: inputs first, then labels. */
  rows(x: unknown, y: unknown, prefix: string): TrainingRows;
}

interface Settings {
  epochs: number;
  batchSize: number;
  shuffle: boolean;
  seed: number;
  initialEpoch: number;
  stepsPerEpoch: number | undefined;
  validationFreq: number;
  verbose: 0 | 1 | 2;
  signal: AbortSignal | undefined;
  yieldEvery: number;
}

function readSettings(target: FitTarget, options: FitOptions): Settings {
  checkKeys("fit", options, OPTIONS);
  const { verbose, signal } = options;
  if (verbose !== undefined && ![0, 1, 2].includes(verbose)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `verbose must be 0, 1 or 2. Received: verbose=${show(verbose)}`,
    );
  }
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw new LanegradError(
      "INVALID_OPTION",
      `signal must be an AbortSignal. Received: signal=${show(signal)}`,
    );
  }
  const { stepsPerEpoch } = options;
  return {
    epochs: positiveInteger("epochs", options.epochs ?? 1),
    batchSize: positiveInteger("batchSize", options.batchSize ?? DEFAULT_BATCH),
    shuffle: flag("shuffle", options.shuffle ?? true),
    seed: seedNumber("seed", options.seed ?? target.seed),
    initialEpoch: nonNegativeInteger("initialEpoch", options.initialEpoch ?? 0),
    stepsPerEpoch: stepsPerEpoch === undefined ? undefined : positiveInteger("stepsPerEpoch", stepsPerEpoch),
    validationFreq: positiveInteger("validationFreq", options.validationFreq ?? 1),
    verbose: verbose ?? (isTerminal() ? 1 : 0),
    signal,
    yieldEvery:
      options.yieldEvery === Infinity
        ? Infinity
        : nonNegative("yieldEvery", options.yieldEvery ?? DEFAULT_INTERVAL),
  };
}

interface Datasets {
  training: Dataset;
  validation: Dataset | undefined;
}

/** Copies all data into linear memory; nothing of the model has changed if this throws. */
function readData(target: FitTarget, x: unknown, y: unknown, options: FitOptions): Datasets {
  const { inputs, labels } = target.rows(x, y, "");
  const count = labels[0].count;
  const split = fraction("validationSplit", options.validationSplit ?? 0);
  // As Keras: the training part is rounded down.
  const trainingRows = options.validationData === undefined ? Math.floor(count * (1 - split)) : count;
  if (trainingRows < 1) {
    throw new LanegradError(
      "INVALID_DATA",
      `validationSplit leaves no row of ${count} to train on. Received: validationSplit=${split}`,
    );
  }
  const [loss] = target.trainer.compiled.losses;
  const weights = rowWeights(options.sampleWeight, count);
  const trainingWeights = withClassWeights(
    weights,
    options.classWeight,
    labels[0],
    trainingRows,
    loss,
    target.classes,
  );
  const training = new Dataset([...inputs, ...labels], trainingWeights, 0, trainingRows);
  try {
    inputs.forEach((rows, i) => warnAboutInputs("x", training, i, rows.rowSize));
    return { training, validation: readValidation(target, options, inputs, labels, weights, trainingRows) };
  } catch (error) {
    training.release();
    throw error;
  }
}

function readValidation(
  target: FitTarget,
  options: FitOptions,
  inputs: readonly Rows[],
  labels: readonly Rows[],
  weights: Float32Array | undefined,
  trainingRows: number,
): Dataset | undefined {
  const { validationData } = options;
  if (validationData !== undefined) {
    if (!Array.isArray(validationData) || validationData.length < 2 || validationData.length > 3) {
      throw new LanegradError(
        "INVALID_OPTION",
        `validationData must be [x, y] or [x, y, sampleWeight]. Received: validationData=${show(validationData)}`,
      );
    }
    const [x, y, sampleWeight] = validationData as readonly Data[];
    const rows = target.rows(x, y, "validation ");
    const { count } = rows.labels[0];
    const own = rowWeights(sampleWeight, count);
    return new Dataset([...rows.inputs, ...rows.labels], own, 0, count);
  }
  const { count } = labels[0];
  if (trainingRows === count) return undefined;
  warnAboutSplit(labels[0], trainingRows, target.trainer.compiled.losses[0]);
  return new Dataset([...inputs, ...labels], weights, trainingRows, count - trainingRows);
}

/** Trains a model. */
export async function fit(target: FitTarget, x: unknown, y: unknown, options: FitOptions): Promise<History> {
  const settings = readSettings(target, options);
  const data = readData(target, x, y, options);
  try {
    return await new FitRun(target, settings, data).run();
  } finally {
    data.training.release();
    data.validation?.release();
  }
}

/** One call of `fit`. */
class FitRun {
  readonly #history = new History();
  readonly #pacer: Pacer;
  readonly #progress: Progress | undefined;
  readonly #steps: number;

  constructor(
    readonly target: FitTarget,
    readonly settings: Settings,
    readonly data: Datasets,
  ) {
    const { batchSize, stepsPerEpoch, verbose, epochs } = settings;
    const full = Math.ceil(data.training.count / batchSize);
    this.#steps = Math.min(full, stepsPerEpoch ?? full);
    this.#pacer = new Pacer(settings.yieldEvery);
    if (verbose !== 0) this.#progress = new Progress(verbose, epochs, this.#steps);
  }

  async run(): Promise<History> {
    const { target, settings } = this;
    const { trainer } = target;
    target.model.stopTraining = false;
    trainer.maskSeed = settings.seed;
    for (let epoch = settings.initialEpoch; epoch < settings.epochs; epoch++) {
      const logs = settings.signal?.aborted ? undefined : await this.#epoch(epoch);
      if (logs === undefined) {
        this.#progress?.stop();
        this.#history.stopped = true;
        break;
      }
      const isLast = epoch === settings.epochs - 1;
      if (this.data.validation !== undefined && (epoch + 1) % settings.validationFreq === 0) {
        await this.#validate(this.data.validation, logs);
      }
      this.#progress?.endEpoch(logs);
      this.#history.add(epoch, logs);
      if (this.#mustStop() && !isLast) {
        this.#history.stopped = true;
        break;
      }
    }
    return this.#history;
  }

  /** Takes the steps of an epoch. Returns nothing if it was stopped on the way. */
  async #epoch(epoch: number): Promise<Logs | undefined> {
    const { target, settings } = this;
    const { trainer } = target;
    const { training } = this.data;
    if (settings.shuffle) training.shuffle(settings.seed, epoch);
    trainer.resetMetrics();
    this.#progress?.beginEpoch(epoch);
    let total = 0;
    let rowsSeen = 0;
    for (let step = 0; step < this.#steps; step++) {
      const start = step * settings.batchSize;
      const rows = Math.min(settings.batchSize, training.count - start);
      total += rows * trainer.trainStep(training, start, rows);
      rowsSeen += rows;
      if (this.#progress?.isDue())
        this.#progress.step(step + 1, trainer.readMetrics({ loss: total / rowsSeen }));
      if (this.#pacer.isDue()) await this.#pacer.turn();
      if (this.#mustStop() && step < this.#steps - 1) return undefined;
    }
    return trainer.readMetrics({ loss: total / rowsSeen });
  }

  async #validate(validation: Dataset, logs: Logs): Promise<void> {
    const { trainer } = this.target;
    const { batchSize } = this.settings;
    trainer.resetMetrics();
    let total = 0;
    for (let start = 0; start < validation.count; start += batchSize) {
      const rows = Math.min(batchSize, validation.count - start);
      total += rows * trainer.testStep(validation, start, rows);
      if (this.#pacer.isDue()) await this.#pacer.turn();
    }
    logs.val_loss = total / validation.count + trainer.penalties();
    for (const [key, value] of Object.entries(trainer.readMetrics({}))) logs[`val_${key}`] = value;
  }

  #mustStop(): boolean {
    return this.target.model.stopTraining || this.settings.signal?.aborted === true;
  }
}
