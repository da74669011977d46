// What a self-organizing map is told: options, their defaults and checks, and the schedules that follow of them.
import { LanegradError, showShape, unknownName } from "../errors.js";
import { checkKeys, invalidOption, positive, positiveInteger, seedNumber } from "../options.js";
import { freshSeed } from "../runtime/random.js";
import { kernels } from "../runtime/runtime.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";

/** How units stand: with eight neighbours, or, odd rows half a unit to the right, with six. */
export type MapGrid = "rectangular" | "hexagonal";

/** "batch" moves all units once in an epoch, "online" after each row. */
export type MapMode = "batch" | "online";

/** The share of a unit at distance s on the grid: e^(-s^2 / 2 r^2); 1 up to r; max(0, 1 - s^2 / r^2). */
export type MapNeighbourhood = "gaussian" | "bubble" | "epanechnikov";

/** How radius and rate go from first to last: by equal factors or by equal steps. */
export type MapDecay = "exponential" | "linear";

/** Options of `selfOrganizingMap`. */
export interface SelfOrganizingMapOptions {
  /** Rows of units. */
  rows: number;
  /** Units in a row. */
  columns: number;
  /** Default "rectangular". */
  grid?: MapGrid;
  /** How often all rows of data are seen. Default 100. */
  epochs?: number;
  /** Default "batch". */
  mode?: MapMode;
  /** Default "gaussian". */
  neighbourhood?: MapNeighbourhood;
  /** The radius in the first epoch, in units of the grid. Default half the longer side of the map. */
  initialRadius?: number;
  /** The radius in the last epoch. Default 0.5. */
  finalRadius?: number;
  /** The learning rate in the first epoch, up to 1; of meaning for "online" alone. Default 0.5. */
  initialLearningRate?: number;
  /** The learning rate in the last epoch, up to 1. Default 0.01. */
  finalLearningRate?: number;
  /** Of radius and learning rate. Default "exponential". */
  decay?: MapDecay;
  /** [rows, columns, features] or [rows * columns, features]: where fit starts. Default: rows of the data, drawn. */
  initialWeights?: TensorLike;
  /** Of the rows that fit starts from, and of the order of "online". Default: a fresh one. */
  seed?: number;
}

/** The options with their defaults, as files have them. */
export type MapConfig = Required<Omit<SelfOrganizingMapOptions, "initialWeights">>;

/** Names, in the order of the kinds of `mapNeighbourhood` in assembly/mapGrid.ts. */
const NEIGHBOURHOODS: readonly MapNeighbourhood[] = ["gaussian", "bubble", "epanechnikov"];

/** Each pair of units has a number in memory: 1 GB of them. */
const MOST_UNITS = 16384;

const KEYS = [
  "rows",
  "columns",
  "grid",
  "epochs",
  "mode",
  "neighbourhood",
  "initialRadius",
  "finalRadius",
  "initialLearningRate",
  "finalLearningRate",
  "decay",
  "initialWeights",
  "seed",
] as const;

/** @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME */
export function readMapOptions(options: SelfOrganizingMapOptions): MapConfig {
  checkKeys("selfOrganizingMap", options, KEYS);
  const rows = positiveInteger("rows", options.rows);
  const columns = positiveInteger("columns", options.columns);
  if (rows * columns > MOST_UNITS) {
    throw new LanegradError(
      "INVALID_OPTION",
      `a map may have at most ${MOST_UNITS} units. Received: rows=${rows}, columns=${columns}`,
    );
  }
  return {
    rows,
    columns,
    grid: nameIn("grid", ["rectangular", "hexagonal"], options.grid),
    epochs: positiveInteger("epochs", options.epochs ?? 100),
    mode: nameIn("mode", ["batch", "online"], options.mode),
    neighbourhood: nameIn("neighbourhood", NEIGHBOURHOODS, options.neighbourhood),
    initialRadius: positive("initialRadius", options.initialRadius ?? Math.max(rows, columns) / 2),
    finalRadius: positive("finalRadius", options.finalRadius ?? 0.5),
    initialLearningRate: rate("initialLearningRate", options.initialLearningRate ?? 0.5),
    finalLearningRate: rate("finalLearningRate", options.finalLearningRate ?? 0.01),
    decay: nameIn("decay", ["exponential", "linear"], options.decay),
    seed: seedNumber("seed", options.seed ?? freshSeed()),
  };
}

/** The weights that were given, as [rows * columns, features]. */
export function readMapWeights(weights: TensorLike, { rows, columns }: MapConfig): Tensor {
  const given = fromValues(weights, "initialWeights");
  const features = given.shape.at(-1) ?? 0;
  const sizes = given.shape.slice(0, -1).join();
  const fits = sizes === `${rows},${columns}` || sizes === String(rows * columns);
  if (!fits || features === 0) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `initialWeights must have the shape [${rows}, ${columns}, features]. Received: shape ${showShape(given.shape)}`,
    );
  }
  const bad = given.data.find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    throw new LanegradError("INVALID_DATA", `initialWeights must be finite. Received: ${bad}`);
  }
  return new Tensor(given.data, [rows * columns, features]);
}

/** The kind of the neighbourhood as the kernels know it. */
export function neighbourhoodKind({ neighbourhood }: MapConfig): number {
  return NEIGHBOURHOODS.indexOf(neighbourhood);
}

/** The value in an epoch, from `first` in epoch 0 to `last` in the last one. */
export function scheduled({ decay, epochs }: MapConfig, first: number, last: number, epoch: number): number {
  if (epochs === 1) return first;
  const share = epoch / (epochs - 1);
  return decay === "linear" ? first + share * (last - first) : first * kernels().pow64(last / first, share);
}

/** One of the names; the first where there is none. */
function nameIn<T extends string>(option: string, names: readonly T[], value: unknown): T {
  if (value === undefined) return names[0];
  if (!names.includes(value as T)) throw unknownName(option, value, names);
  return value as T;
}

function rate(name: string, value: number): number {
  if (positive(name, value) <= 1) return value;
  throw invalidOption(name, "a number greater than 0, up to 1", value);
}
