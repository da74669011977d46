import { LanegradError } from "../errors.js";
import type { History } from "../models/history.js";
import { checkKeys, invalidOption } from "../options.js";
import { align } from "../runtime/allocator.js";
import { unsupervisedKernels } from "../runtime/kernels/unsupervised.js";
import { kernels, memory } from "../runtime/runtime.js";
import type { NamedTensor } from "../saving/safetensors.js";
import { tensorAt } from "../tensor/inMemory.js";
import { Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { NetworkFile, writeNetwork } from "./file.js";
import { readMapOptions, readMapWeights } from "./mapOptions.js";
import type { MapConfig, SelfOrganizingMapOptions } from "./mapOptions.js";
import { readRows } from "./rows.js";
import { drawnWeights, MapTrainer, readFitOptions, runEpochs } from "./trainMap.js";
import type { MapLogs, UnsupervisedFitOptions } from "./trainMap.js";

/** What files say they are. */
const KIND = "selfOrganizingMap";

/** Options of `SelfOrganizingMap.transform`. */
export interface MapTransformOptions {
  /** "units": row and column of the best matching unit; "distances": to every unit. Default "units". */
  output?: "units" | "distances";
}

/** What a search left in scratch memory. */
interface Match {
  readonly best: number;
  readonly second: number;
  /** The sum of the distances. */
  readonly total: number;
}

/**
 * Units on a grid whose weights follow the data, so that neighbours on the grid match rows that are alike; see
 * {@link selfOrganizingMap}.
 */
export class SelfOrganizingMap {
  readonly #config: MapConfig;
  readonly #initial: Tensor | undefined;
  /** [units, features]; nothing before fit, unless they were given. */
  #weights: Tensor | undefined;
  #isFitting = false;

  /** @internal */
  constructor(options: SelfOrganizingMapOptions) {
    this.#config = readMapOptions(options);
    const { initialWeights } = options;
    this.#initial = initialWeights === undefined ? undefined : readMapWeights(initialWeights, this.#config);
    this.#weights = this.#initial;
  }

  /** Rows of units. */
  get rows(): number {
    return this.#config.rows;
  }

  /** Units in a row. */
  get columns(): number {
    return this.#config.columns;
  }

  /**
   * A copy of the weights, [rows, columns, features].
   *
   * @throws LanegradError NOT_BUILT before fit, where none were given
   */
  get weights(): Tensor {
    const { data, shape } = this.#built("weights");
    return new Tensor(data.slice(), [this.rows, this.columns, shape[1]]);
  }

  /**
   * Trains from the start: from `initialWeights`, else from rows of x that the seed draws. The same seed and the same
   * data give the same bits.
   *
   * @param x [rows, features], finite
   * @returns for each epoch the `quantizationError` that it found before it moved the units
   * @throws LanegradError (the promise rejects) SHAPE_MISMATCH or INVALID_DATA for wrong data, UNKNOWN_OPTION, BUSY
   * while a fit of this map runs
   */
  async fit(x: TensorLike, options: UnsupervisedFitOptions<MapLogs> = {}): Promise<History> {
    if (this.#isFitting) {
      throw new LanegradError(
        "BUSY",
        "fit must wait for the fit of this map that runs. Received: another call",
      );
    }
    const settings = readFitOptions(options);
    const rows = readRows(x, "x", this.#initial?.shape[1]);
    const { data, shape } = this.#initial ?? drawnWeights(rows, this.rows * this.columns, this.#config.seed);
    const weights = new Tensor(data.slice(), shape);
    const trainer = new MapTrainer(this.#config, rows);
    this.#weights = weights;
    this.#isFitting = true;
    try {
      return await runEpochs(0, this.#config.epochs, settings, (epoch) => trainer.epoch(epoch, weights.data));
    } finally {
      this.#isFitting = false;
      trainer.release();
    }
  }

  /**
   * The index of the best matching unit of each row, row * columns + column of the grid: the nearest one, and of equally
   * near ones the first.
   *
   * @param x [rows, features]
   * @throws LanegradError NOT_BUILT before fit, SHAPE_MISMATCH or INVALID_DATA for wrong data
   */
  predict(x: TensorLike): Int32Array {
    const rows = readRows(x, "x", this.#built("predict").shape[1]);
    const { best } = this.#match(rows);
    return new Int32Array(memory().words.slice(best >>> 2, (best >>> 2) + rows.shape[0]));
  }

  /**
   * Row and column of the best matching unit of each row, [rows, 2]; or with `output: "distances"` the distance of each
   * row to every unit, [rows, units].
   *
   * @throws LanegradError as predict, and INVALID_OPTION or UNKNOWN_OPTION
   */
  transform(x: TensorLike, options: MapTransformOptions = {}): Tensor {
    checkKeys("transform", options, ["output"]);
    const { output = "units" } = options;
    if (output === "distances") return this.#distances(x);
    if (output !== "units") {
      throw invalidOption("output", '"units" or "distances"', output);
    }
    const units = this.predict(x);
    const places = new Float32Array(2 * units.length);
    units.forEach((unit, i) => {
      places[2 * i] = Math.floor(unit / this.columns);
      places[2 * i + 1] = unit % this.columns;
    });
    return new Tensor(places, [units.length, 2]);
  }

  /** The mean distance between rows and their best matching units. Throws what predict throws. */
  quantizationError(x: TensorLike): number {
    const rows = readRows(x, "x", this.#built("quantizationError").shape[1]);
    return this.#match(rows).total / rows.shape[0];
  }

  /**
   * The share of rows whose second best unit is no neighbour of the best one (Kiviluoto 1996): none of the eight
   * around it on a rectangular grid, of the six on a hexagonal one. Throws what predict throws.
   */
  topographicError(x: TensorLike): number {
    const rows = readRows(x, "x", this.#built("topographicError").shape[1]);
    const { best, second } = this.#match(rows);
    const [n] = rows.shape;
    return unsupervisedKernels().topographicErrors(best, second, n, this.columns, this.#isHexagonal()) / n;
  }

  /**
   * The U-matrix (Ultsch and Siemon 1990), [rows, columns]: the mean distance between the weights of each unit and those
   * of its neighbours. Ridges part clusters.
   *
   * @throws LanegradError NOT_BUILT before fit
   */
  uMatrix(): Tensor {
    const { data, shape } = this.#built("uMatrix");
    const { rows, columns } = this;
    const weightBytes = align(4 * data.length);
    const weights = memory().scratch(weightBytes + 4 * rows * columns);
    memory().floats.set(data, weights >>> 2);
    const means = weights + weightBytes;
    unsupervisedKernels().neighbourDistances(weights, means, rows, columns, this.#isHexagonal(), shape[1]);
    return tensorAt(means, [rows, columns]);
  }

  /**
   * The map as a safetensors file: options in the metadata, `weights` and, where they were given, `initialWeights` as
   * tensors [units, features]. The same state gives the same bytes.
   *
   * @throws LanegradError NOT_BUILT before fit
   */
  save(): Uint8Array<ArrayBuffer> {
    const weights = this.#built("save");
    const tensors: NamedTensor[] = [{ name: "weights", shape: weights.shape, values: weights.data }];
    if (this.#initial !== undefined) {
      const { shape, data } = this.#initial;
      tensors.push({ name: "initialWeights", shape, values: data });
    }
    return writeNetwork(KIND, this.#config, tensors);
  }

  /**
   * The map of a file that `save` wrote.
   *
   * @throws LanegradError INVALID_FILE for a file that is damaged or of something else, INVALID_DATA for no bytes
   */
  static load(bytes: Uint8Array | ArrayBuffer): SelfOrganizingMap {
    const file = new NetworkFile(bytes, KIND);
    const map = file.checked(() => new SelfOrganizingMap(file.config as SelfOrganizingMapOptions));
    const units = map.rows * map.columns;
    if (!file.has("initialWeights")) {
      [map.#weights] = file.tensors({ weights: [units, null] });
      return map;
    }
    const [weights, initialWeights] = file.tensors({ weights: [units, null], initialWeights: [units, null] });
    return file.checked(() => {
      const started = new SelfOrganizingMap({ ...map.#config, initialWeights });
      readRows(weights, "weights", initialWeights.shape[1]);
      started.#weights = weights;
      return started;
    });
  }

  #isHexagonal(): number {
    return Number(this.#config.grid === "hexagonal");
  }

  /** Finds the best and second best units of rows. They are in scratch memory. */
  #match(rows: Tensor): Match {
    const { data } = this.#built("predict");
    const [n, features] = rows.shape;
    const units = this.rows * this.columns;
    const workspaceBytes = align(kernels().workspaceBytes());
    const [weightBytes, xBytes, indexBytes] = [align(4 * data.length), align(4 * rows.size), align(4 * n)];
    const scratchBytes = 4 * unsupervisedKernels().matchingScratch(features, units);
    const workspace = memory().scratch(workspaceBytes + weightBytes + xBytes + 2 * indexBytes + scratchBytes);
    const weights = workspace + workspaceBytes;
    const x = weights + weightBytes;
    const best = x + xBytes;
    const second = best + indexBytes;
    const scratch = second + indexBytes;
    memory().floats.set(data, weights >>> 2);
    memory().floats.set(rows.data, x >>> 2);
    const total = unsupervisedKernels().bestMatchingUnits(
      x,
      weights,
      best,
      second,
      n,
      features,
      units,
      scratch,
      workspace,
    );
    return { best, second, total };
  }

  #distances(x: TensorLike): Tensor {
    const { data, shape } = this.#built("transform");
    const [units, features] = shape;
    const rows = readRows(x, "x", features);
    const [n] = rows.shape;
    const [weightBytes, xBytes] = [align(4 * data.length), align(4 * rows.size)];
    const weights = memory().scratch(weightBytes + xBytes + 4 * n * units);
    const pointer = weights + weightBytes;
    const distances = pointer + xBytes;
    memory().floats.set(data, weights >>> 2);
    memory().floats.set(rows.data, pointer >>> 2);
    unsupervisedKernels().unitDistances(pointer, weights, distances, n, features, units);
    return tensorAt(distances, [n, units]);
  }

  #built(method: string): Tensor {
    if (this.#weights !== undefined) return this.#weights;
    throw new LanegradError(
      "NOT_BUILT",
      `${method} needs the weights of the map. Call fit(x) first, or give initialWeights. Received: a map that was not fitted`,
    );
  }
}

/**
 * Makes a self-organizing map (Kohonen, Self-Organizing Maps, 3rd ed. 2001): units on a grid, each with weights like a row
 * of data. In an epoch of mode "batch" every unit becomes the mean of all rows, weighted by how near on the grid it is
 * to the unit that matches the row best; in mode "online" the units move towards one row after the other, in a random
 * order. Radius and learning rate shrink from epoch to epoch.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options, SHAPE_MISMATCH or INVALID_DATA for
 * wrong initial weights
 */
export function selfOrganizingMap(options: SelfOrganizingMapOptions): SelfOrganizingMap {
  return new SelfOrganizingMap(options);
}
