// Training of a self-organizing map.
import type { FitSignal } from "../models/fitOptions.js";
import { History } from "../models/history.js";
import { checkKeys, invalidOption } from "../options.js";
import { align } from "../runtime/allocator.js";
import { unsupervisedKernels } from "../runtime/kernels/unsupervised.js";
import { Block } from "../runtime/memory.js";
import { deriveKey, keyOfSeed, Purpose } from "../runtime/random.js";
import type { Key } from "../runtime/random.js";
import { kernels, memory } from "../runtime/runtime.js";
import { Pacer } from "../runtime/turn.js";
import { Tensor } from "../tensor/tensor.js";
import { neighbourhoodKind, scheduled } from "./mapOptions.js";
import type { MapConfig } from "./mapOptions.js";

/** Milliseconds between turns of the event loop. */
export const INTERVAL = 40;

/** Options of `fit` of an unsupervised network. */
export interface UnsupervisedFitOptions<Logs> {
  /** Called after each epoch, with its number from 0 on and what it reports. A promise is waited for. */
  onEpochEnd?: (epoch: number, logs: Logs) => void | Promise<void>;
  /** Ends training after the epoch in which it is aborted. */
  signal?: FitSignal;
}

/** What an epoch of a self-organizing map reports. */
export interface MapLogs {
  /** The mean distance of the rows to their best matching units, before these moved in this epoch. */
  readonly quantizationError: number;
}

/** Checks the options of `fit`. */
export function readFitOptions<Logs>(options: UnsupervisedFitOptions<Logs>): UnsupervisedFitOptions<Logs> {
  checkKeys("fit", options, ["onEpochEnd", "signal"]);
  const { onEpochEnd, signal } = options;
  if (onEpochEnd !== undefined && typeof onEpochEnd !== "function") {
    throw invalidOption("onEpochEnd", "a function", onEpochEnd);
  }
  if (signal !== undefined && typeof signal?.aborted !== "boolean") {
    throw invalidOption("signal", "an AbortSignal", signal);
  }
  return options;
}

/** Runs epochs until the last one, or one in which the signal was aborted. */
export async function runEpochs<Logs extends object>(
  first: number,
  epochs: number,
  { onEpochEnd, signal }: UnsupervisedFitOptions<Logs>,
  run: (epoch: number) => Logs | Promise<Logs>,
): Promise<History> {
  const history = new History();
  const pacer = new Pacer(INTERVAL);
  for (let epoch = first; epoch < first + epochs; epoch++) {
    if (signal?.aborted === true) {
      history.stopped = true;
      break;
    }
    const logs = await run(epoch);
    history.add(epoch, { ...logs } as Record<string, number>);
    await onEpochEnd?.(epoch, logs);
    if (pacer.isDue()) await pacer.turn();
  }
  return history;
}

/** Weights to begin with, [units, features]: rows of the data in a random order, again from the first if too few. */
export function drawnWeights(x: Tensor, units: number, seed: number): Tensor {
  const [rows, features] = x.shape;
  const key = deriveKey(keyOfSeed(seed), Purpose.weights, 0);
  const order = memory().scratch(4 * rows);
  kernels().shuffle(order, rows, key[0], key[1]);
  const { words } = memory();
  const weights = new Float32Array(units * features);
  for (let unit = 0; unit < units; unit++) {
    const row = words[(order >>> 2) + (unit % rows)];
    weights.set(x.data.subarray(row * features, (row + 1) * features), unit * features);
  }
  return new Tensor(weights, [units, features]);
}

/** The epochs of one fit. Data stay in linear memory for all of them; weights are there while an epoch runs. */
export class MapTrainer {
  readonly #config: MapConfig;
  readonly #data: Block;
  readonly #rows: number;
  readonly #features: number;
  readonly #units: number;
  readonly #key: Key;

  constructor(config: MapConfig, x: Tensor) {
    this.#config = config;
    [this.#rows, this.#features] = x.shape;
    this.#units = config.rows * config.columns;
    this.#key = keyOfSeed(config.seed);
    this.#data = new Block(4 * x.size);
    memory().moveIn(this.#data, true);
    memory().floats.set(x.data, this.#data.pointer >>> 2);
  }

  /** Gives the memory of the data back. */
  release(): void {
    memory().release(this.#data);
  }

  /** Trains for one epoch. @param weights [units, features], updated */
  epoch(epoch: number, weights: Float32Array): MapLogs {
    const { mode, rows, columns, grid, initialRadius, finalRadius } = this.#config;
    const [n, units] = [this.#rows, this.#units];
    const weightBytes = align(4 * weights.length);
    const sharesBytes = align(4 * units * units);
    const indexBytes = align(4 * n);
    const rest = mode === "batch" ? this.#batchBytes() : 0;
    const pointer = memory().moveInTogether([this.#data], weightBytes + sharesBytes + indexBytes + rest);
    memory().floats.set(weights, pointer >>> 2);
    const shares = pointer + weightBytes;
    const indices = shares + sharesBytes;
    const radius = scheduled(this.#config, initialRadius, finalRadius, epoch);
    unsupervisedKernels().mapNeighbourhood(
      shares,
      rows,
      columns,
      Number(grid === "hexagonal"),
      neighbourhoodKind(this.#config),
      radius,
    );
    const total =
      mode === "batch"
        ? this.#moveTogether(pointer, shares, indices, indices + indexBytes)
        : this.#moveOneByOne(pointer, shares, indices, epoch);
    weights.set(memory().floats.subarray(pointer >>> 2, (pointer >>> 2) + weights.length));
    return { quantizationError: total / n };
  }

  /** The room of a batch step: what the search and the product need, in turn one after the other. */
  #batchBytes(): number {
    const search = 4 * unsupervisedKernels().matchingScratch(this.#features, this.#units);
    const sums = 2 * align(4 * this.#units * (this.#features + 1));
    return align(kernels().workspaceBytes()) + Math.max(search, sums);
  }

  #moveTogether(weights: number, shares: number, best: number, workspace: number): number {
    const [n, features, units] = [this.#rows, this.#features, this.#units];
    const scratch = workspace + align(kernels().workspaceBytes());
    const totals = scratch + align(4 * units * (features + 1));
    const x = this.#data.pointer;
    const functions = unsupervisedKernels();
    const total = functions.bestMatchingUnits(x, weights, best, 0, n, features, units, scratch, workspace);
    functions.takeUnitSums(x, best, scratch, n, features, units);
    functions.moveUnits(weights, shares, scratch, totals, features, units, workspace);
    return total;
  }

  #moveOneByOne(weights: number, shares: number, order: number, epoch: number): number {
    const { initialLearningRate, finalLearningRate } = this.#config;
    const rate = scheduled(this.#config, initialLearningRate, finalLearningRate, epoch);
    const [key0, key1] = deriveKey(this.#key, Purpose.order, epoch);
    kernels().shuffle(order, this.#rows, key0, key1);
    const { pointer } = this.#data;
    return unsupervisedKernels().trainMapOnline(
      pointer,
      order,
      weights,
      shares,
      rate,
      this.#rows,
      this.#features,
      this.#units,
    );
  }
}
