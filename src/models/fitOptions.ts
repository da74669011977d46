import type { Callback, CallbackHooks } from "../callbacks/callback.js";
import {
  checkKeys,
  flag,
  invalidOption,
  nonNegative,
  nonNegativeInteger,
  positiveInteger,
  seedNumber,
} from "../options.js";
import { isTerminal } from "../runtime/terminal.js";
import type { Batches } from "./batches.js";
import type { Inputs, Targets } from "./rows.js";
import type { ClassWeight, SampleWeight } from "./weights.js";

/** Rows for each batch where nobody says otherwise, as in Keras. */
export const DEFAULT_BATCH = 32;

/** What stops training: an `AbortSignal`. Its type here holds in programs whose compiler does not know the host. */
export interface FitSignal {
  /** Whether training is to stop. */
  readonly aborted: boolean;
}

/** Options of `evaluate` over batches of the user's own making, which have a size and weights of their own. */
export interface EvaluateBatchesOptions {
  /** Ends after so many batches. Default: with the data. */
  steps?: number;
  /** Hooks to call on the way; asynchronous ones only if the data is an async iterable. */
  callbacks?: readonly (Callback | CallbackHooks)[];
}

/** Options of `evaluate`. */
export interface EvaluateOptions extends EvaluateBatchesOptions {
  /** Default 32. */
  batchSize?: number;
  /** A factor on the loss of each row, [n], or of each step, [n, steps]; for several outputs also one for each. */
  sampleWeight?: SampleWeight;
}

/** Options of `predict`. */
export interface PredictOptions {
  /** Default 32. */
  batchSize?: number;
  /** Ends after so many batches. Default: with the data. */
  steps?: number;
  /** Hooks to call on the way; they cannot be asynchronous. */
  callbacks?: readonly (Callback | CallbackHooks)[];
}

/** Options of `fit` that say how to go through batches of the user's own making. */
export interface FitBatchesOptions {
  /** How often to go through the data. Default 1. */
  epochs?: number;
  /** Of dropout masks, and of the order of rows. Default: the model's seed. */
  seed?: number;
  /** Inputs, labels and, if wanted, sample weights to validate on; or batches. */
  validationData?: ValidationData;
  /**
   * Ends a validation after so many steps. The next one begins with the first batch again, unless the batches come from
   * a generator or a stream. Default: when all of the data has had its turn.
   */
  validationSteps?: number;
  /** Rows for each step of a validation. Default: as in training. */
  validationBatchSize?: number;
  /** Validate after every so many epochs. Default 1. */
  validationFreq?: number;
  /** The number of the first epoch, to go on where an earlier call stopped. Default 0. */
  initialEpoch?: number;
  /**
   * Ends an epoch after so many steps; the next goes on with the data from there. Default: when all of the data
   * has had its turn.
   */
  stepsPerEpoch?: number;
  /** Hooks to call on the way, in order; they may be asynchronous. */
  callbacks?: readonly (Callback | CallbackHooks)[];
  /** 0 says nothing, 1 shows a bar, 2 a line an epoch. Default: a bar in a terminal, else nothing. */
  verbose?: 0 | 1 | 2;
  /** Stops training when it is aborted; the promise resolves with `stopped` set. */
  signal?: FitSignal;
  /** How many milliseconds may pass before the event loop has a turn. Default 16, a frame; Infinity: never. */
  yieldEvery?: number;
}

/** Options of `fit`. */
export interface FitOptions extends FitBatchesOptions {
  /** Rows for each update: 1 is stochastic, all rows batch gradient descent. Default 32. */
  batchSize?: number;
  /** Whether each epoch takes the rows in another order. Default true. */
  shuffle?: boolean;
  /** The share of the rows, the last ones, to validate on rather than train on. Default 0. */
  validationSplit?: number;
  /** A factor on the loss of each class, or "balanced" to make all classes count the same. */
  classWeight?: ClassWeight;
  /** A factor on the loss of each row, [n], or of each step, [n, steps]; for several outputs also one for each. */
  sampleWeight?: SampleWeight;
}

/** What to validate on. */
export type ValidationData = readonly [Inputs, Targets] | readonly [Inputs, Targets, SampleWeight] | Batches;

const OPTIONS_OF_BATCHES = [
  "epochs",
  "seed",
  "validationData",
  "validationSteps",
  "validationBatchSize",
  "validationFreq",
  "initialEpoch",
  "stepsPerEpoch",
  "callbacks",
  "verbose",
  "signal",
  "yieldEvery",
];

const OPTIONS_OF_ROWS = ["batchSize", "shuffle", "validationSplit", "classWeight", "sampleWeight"];

const DEFAULT_INTERVAL = 16;

/** How a fit runs, checked. */
export interface FitSettings {
  readonly epochs: number;
  readonly batchSize: number;
  readonly shuffle: boolean;
  readonly seed: number;
  readonly initialEpoch: number;
  readonly stepsPerEpoch: number | undefined;
  readonly validationSteps: number | undefined;
  readonly validationBatchSize: number;
  readonly validationFreq: number;
  readonly verbose: 0 | 1 | 2;
  readonly signal: FitSignal | undefined;
  readonly yieldEvery: number;
}

/**
 * @param seed the model's own
 * @throws LanegradError UNKNOWN_OPTION or INVALID_OPTION
 */
export function readFitOptions(options: FitOptions, seed: number, isBatches: boolean): FitSettings {
  checkKeys("fit", options, isBatches ? OPTIONS_OF_BATCHES : [...OPTIONS_OF_BATCHES, ...OPTIONS_OF_ROWS]);
  const { verbose, signal } = options;
  if (verbose !== undefined && ![0, 1, 2].includes(verbose)) {
    throw invalidOption("verbose", "0, 1 or 2", verbose);
  }
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw invalidOption("signal", "an AbortSignal", signal);
  }
  const batchSize = positiveInteger("batchSize", options.batchSize ?? DEFAULT_BATCH);
  return {
    epochs: positiveInteger("epochs", options.epochs ?? 1),
    batchSize,
    shuffle: flag("shuffle", options.shuffle ?? true),
    seed: seedNumber("seed", options.seed ?? seed),
    initialEpoch: nonNegativeInteger("initialEpoch", options.initialEpoch ?? 0),
    stepsPerEpoch: stepsOption("stepsPerEpoch", options.stepsPerEpoch),
    validationSteps: stepsOption("validationSteps", options.validationSteps),
    validationBatchSize: positiveInteger("validationBatchSize", options.validationBatchSize ?? batchSize),
    validationFreq: positiveInteger("validationFreq", options.validationFreq ?? 1),
    verbose: verbose ?? (isTerminal() ? 1 : 0),
    signal,
    yieldEvery:
      options.yieldEvery === Infinity
        ? Infinity
        : nonNegative("yieldEvery", options.yieldEvery ?? DEFAULT_INTERVAL),
  };
}

/** A number of steps, or none. */
export function stepsOption(name: string, steps: number | undefined): number | undefined {
  return steps === undefined ? undefined : positiveInteger(name, steps);
}
