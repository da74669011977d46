// Where the batches of an epoch come from: rows in linear memory, or an iterable of the user's.
import { LanegradError, show } from "../errors.js";
import { checkKeys } from "../options.js";
import type { Dataset } from "./dataset.js";
import type { Inputs, Targets } from "./rows.js";
import type { SampleWeight } from "./weights.js";

/** One batch of inputs and labels. */
export interface Batch {
  /** Inputs, as `fit` takes them. */
  readonly x: Inputs;
  /** Labels, as `fit` takes them. */
  readonly y: Targets;
  /** A factor on the loss of each row, or of each step, as `fit` takes them. */
  readonly sampleWeight?: SampleWeight;
}

/** Batches one after another; what can be iterated again serves several epochs. */
export type Batches = Iterable<Batch> | AsyncIterable<Batch>;

/** Rows `start` to `start + rows` of the order of a data set. */
export interface Step {
  dataset: Dataset;
  start: number;
  rows: number;
}

/** The batches of one epoch after another. */
export interface Source {
  /** How many steps an epoch has, where that is known beforehand. */
  readonly steps: number | undefined;
  /** Gets ready for an epoch. */
  begin(epoch: number): void;
  /** The numbers of rows that batches of the epochs from `first` to before `end` have, where they are known beforehand. */
  batchRows(first: number, end: number): readonly number[];
  /** The next batch of the epoch, in an object that the call after this one changes; null at its end. */
  next(): Step | null | Promise<Step | null>;
  /** Whether the data ended before the epoch did. */
  readonly isExhausted: boolean;
  release(): void;
}

/** Whether data is an iterable of batches rather than rows. */
export function isBatches(data: unknown): data is Batches {
  // Two entries tell, since either one of [x, y] may be a record of which one entry is called x.
  if (Array.isArray(data)) return isBatch(data[0]) && isBatch(data[1] ?? data[0]);
  if (typeof data !== "object" || !data || ArrayBuffer.isView(data)) return false;
  return Symbol.iterator in data || Symbol.asyncIterator in data;
}

function isBatch(value: unknown): value is Batch {
  return typeof value === "object" && value !== null && !Array.isArray(value) && "x" in value;
}

/**
 * What an iterable yields, as a batch.
 *
 * @throws LanegradError INVALID_DATA if it is none, UNKNOWN_OPTION if it has a key that batches do not have
 */
export function checkBatch(value: unknown): Batch {
  if (!isBatch(value)) {
    throw new LanegradError(
      "INVALID_DATA",
      `batches must be objects { x, y, sampleWeight? }. Received: ${show(value)}`,
    );
  }
  checkKeys("a batch", value, ["x", "y", "sampleWeight"]);
  return value;
}

/** Whether batches arrive by promises. */
export function isAsync(batches: Batches): batches is AsyncIterable<Batch> {
  return Symbol.asyncIterator in batches;
}

/**
 * The rows of a data set, in a new order each time they have all had their turn if there is a seed. Epochs of
 * fewer steps than that go on, as in Keras, where the one before stopped.
 */
export class ArraySource implements Source {
  readonly steps: number;
  readonly isExhausted = false;
  readonly #dataset: Dataset;
  readonly #batchSize: number;
  readonly #shuffleSeed: number | undefined;
  readonly #batches: number;
  readonly #step: Step;
  /** How often all rows have had their turn, and the batch that is next. */
  #pass = 0;
  #batch = 0;
  #taken = 0;

  constructor(dataset: Dataset, batchSize: number, shuffleSeed?: number, maxSteps = Infinity) {
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    this.#shuffleSeed = shuffleSeed;
    this.#batches = Math.ceil(dataset.count / batchSize);
    this.steps = Math.min(this.#batches, maxSteps);
    this.#step = { dataset, start: 0, rows: 0 };
  }

  batchRows(first: number, end: number): readonly number[] {
    const passes = (epoch: number): number => Math.floor((epoch * this.steps) / this.#batches);
    const rest = this.#dataset.count % this.#batchSize;
    const short = rest > 0 ? passes(end) - passes(first) : 0;
    const rows = short < (end - first) * this.steps ? [this.#batchSize] : [];
    return short > 0 ? [...rows, rest] : rows;
  }

  begin(epoch: number): void {
    const before = epoch * this.steps;
    this.#taken = 0;
    this.#batch = before % this.#batches;
    this.#beginPass(Math.floor(before / this.#batches));
  }

  next(): Step | null {
    if (this.#taken === this.steps) return null;
    if (this.#batch === this.#batches) {
      this.#batch = 0;
      this.#beginPass(this.#pass + 1);
    }
    const step = this.#step;
    step.start = this.#batch * this.#batchSize;
    step.rows = Math.min(this.#batchSize, this.#dataset.count - step.start);
    this.#batch++;
    this.#taken++;
    return step;
  }

  #beginPass(pass: number): void {
    this.#pass = pass;
    if (this.#shuffleSeed !== undefined) this.#dataset.shuffle(this.#shuffleSeed, pass);
  }

  release(): void {
    this.#dataset.release();
  }
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** The batches of an iterable, each checked and copied in when its turn comes. */
export class IterableSource implements Source {
  readonly steps: number | undefined;
  readonly #batches: Batches;
  readonly #load: (batch: Batch, before: Dataset | undefined) => Dataset;
  /** Whether an epoch begins where the one before stopped. */
  readonly #goesOn: boolean;
  #iterator: AnyIterator | undefined;
  /** Whether nothing has been asked of the iterator yet. */
  #isFresh = true;
  #dataset: Dataset | undefined;
  #taken = 0;
  #isExhausted = false;

  /**
   * @param load checks a batch and copies it in, in place of the one before where it fits
   * @param epochs how often the batches are needed
   * @param goesOn whether an epoch of so many steps begins where the one before stopped, and begins again when the
   * batches end; if not, each begins with the first batch and ends with the last
   * @throws LanegradError INVALID_OPTION if what can be gone through once must serve several epochs
   */
  constructor(
    batches: Batches,
    load: (batch: Batch, before: Dataset | undefined) => Dataset,
    steps: number | undefined,
    epochs: number,
    goesOn: boolean,
  ) {
    this.#batches = batches;
    this.#load = load;
    this.steps = steps;
    // It serves the first epoch: to begin a stream or a file twice may be an error, or leave one open.
    this.#iterator = start(batches);
    const isOneShot = (this.#iterator as unknown) === batches;
    // A stream, of the web's or Node's kind, gives iterators again and again but its batches once.
    this.#goesOn = isOneShot || "pipe" in batches || "pipeTo" in batches || (goesOn && steps !== undefined);
    if (!isOneShot || steps !== undefined || epochs <= 1) return;
    this.release();
    throw new LanegradError(
      "INVALID_OPTION",
      `a generator needs stepsPerEpoch or validationSteps. Received: a generator, epochs=${epochs}`,
    );
  }

  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  batchRows(): readonly number[] {
    return [];
  }

  begin(): void {
    this.#taken = 0;
    if (!this.#goesOn && !this.#isFresh) this.#leave();
  }

  next(): Step | null | Promise<Step | null> {
    if (this.#taken === this.steps) return null;
    const isFresh = this.#isFresh || this.#iterator === undefined;
    this.#isFresh = false;
    this.#iterator ??= start(this.#batches);
    const result: unknown = this.#iterator.next();
    return isThenable(result)
      ? Promise.resolve(result).then((settled) => this.#take(settled, isFresh))
      : this.#take(result, isFresh);
  }

  release(): void {
    this.#dataset?.release();
    this.#leave();
  }

  #leave(): void {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    if (iterator !== undefined) close(iterator);
  }

  #take(result: unknown, isFresh: boolean): Step | null | Promise<Step | null> {
    if (!isResult(result)) {
      throw new LanegradError(
        "INVALID_DATA",
        `next() of an iterator must give objects { done, value }. Received: ${show(result)}`,
      );
    }
    if (!result.done) return this.#copyIn(result.value);
    this.#iterator = undefined;
    if (this.steps === undefined) return null;
    if (this.#goesOn && !isFresh) return this.next();
    this.#isExhausted = true;
    return null;
  }

  #copyIn(batch: unknown): Step {
    const dataset = this.#load(checkBatch(batch), this.#dataset);
    if (dataset !== this.#dataset) this.#dataset?.release();
    this.#dataset = dataset;
    this.#taken++;
    return { dataset, start: 0, rows: dataset.count };
  }
}

function start(batches: Batches): AnyIterator {
  return isAsync(batches) ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]();
}

function isResult(value: unknown): value is IteratorResult<unknown> {
  return typeof value === "object" && value !== null;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return isResult(value) && "then" in value;
}

/** Tells an iterator that no more is wanted. What it may say to that comes too late to matter. */
function close(iterator: AnyIterator): void {
  try {
    Promise.resolve(iterator.return?.()).catch(() => {});
  } catch {
    // As for a promise that rejects.
  }
}
