import { makeNamed } from "../registry.js";
import type { NamedWithOptions } from "../registry.js";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  SparseCategoricalCrossentropy,
} from "./crossentropy.js";
import type { CrossentropyOptions, SparseCrossentropyOptions } from "./crossentropy.js";
import { Loss } from "./loss.js";
import { Huber, MeanAbsoluteError, MeanSquaredError } from "./regression.js";
import type { HuberOptions } from "./regression.js";

export { Loss };
export type { CrossentropyOptions, HuberOptions, SparseCrossentropyOptions };

/** The mean of (yTrue - yPred)^2. */
export const meanSquaredError = (options: object = {}): Loss => new MeanSquaredError(options);

/** The mean of |yTrue - yPred|. */
export const meanAbsoluteError = (options: object = {}): Loss => new MeanAbsoluteError(options);

/** Squares of small errors, absolute values of large ones; default delta 1 (Huber 1964). */
export const huber = (options: HuberOptions = {}): Loss => new Huber(options);

/** For one yes-or-no output, or several independent ones; default from probabilities, no smoothing. */
export const binaryCrossentropy = (options: CrossentropyOptions = {}): Loss =>
  new BinaryCrossentropy(options);

/** For classes with one-hot labels; default from probabilities, no smoothing. */
export const categoricalCrossentropy = (options: CrossentropyOptions = {}): Loss =>
  new CategoricalCrossentropy(options);

/** For classes with labels that are class indices, [n] or [n, 1]; default from probabilities. */
export const sparseCategoricalCrossentropy = (options: SparseCrossentropyOptions = {}): Loss =>
  new SparseCategoricalCrossentropy(options);

const factories = {
  meanSquaredError,
  meanAbsoluteError,
  huber,
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
};

const aliases = {
  mse: "meanSquaredError",
  MSE: "meanSquaredError",
  mae: "meanAbsoluteError",
  MAE: "meanAbsoluteError",
  bce: "binaryCrossentropy",
  BCE: "binaryCrossentropy",
};

/** The names of the losses, in camelCase or Keras's snake_case, and Keras's aliases. */
export type LossName =
  | keyof typeof factories
  | keyof typeof aliases
  | "mean_squared_error"
  | "mean_absolute_error"
  | "binary_crossentropy"
  | "categorical_crossentropy"
  | "sparse_categorical_crossentropy";

/** A loss, its name, or an object with its name and options. */
export type LossSpec = Loss | NamedWithOptions<LossName>;

/** @internal */
export function toLoss(spec: LossSpec): Loss {
  return spec instanceof Loss ? spec : makeNamed("loss", spec, factories, aliases);
}
