import { makeNamed } from "../registry.js";
import type { NamedWithOptions } from "../registry.js";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  KlDivergence,
  SparseCategoricalCrossentropy,
} from "./crossentropy.js";
import type { CrossentropyOptions, SparseCrossentropyOptions } from "./crossentropy.js";
import { Loss } from "./loss.js";
import { CategoricalHinge, Hinge, SquaredHinge } from "./margin.js";
import {
  CosineSimilarity,
  Huber,
  LogCosh,
  MeanAbsoluteError,
  MeanAbsolutePercentageError,
  MeanSquaredError,
  MeanSquaredLogarithmicError,
  Poisson,
} from "./regression.js";
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

/** The mean of 100 |yTrue - yPred| / max(|yTrue|, 1e-7). */
export const meanAbsolutePercentageError = (options: object = {}): Loss =>
  new MeanAbsolutePercentageError(options);

/** The mean of (log(1 + yTrue) - log(1 + yPred))^2, both raised to at least 1e-7. */
export const meanSquaredLogarithmicError = (options: object = {}): Loss =>
  new MeanSquaredLogarithmicError(options);

/** The mean of log(cosh(yPred - yTrue)): a smooth absolute error. */
export const logCosh = (options: object = {}): Loss => new LogCosh(options);

/** For counts, from predicted rates: the mean of yPred - yTrue log(yPred + 1e-7). */
export const poisson = (options: object = {}): Loss => new Poisson(options);

/** For directions: minus the cosine of the angle between labels and predictions, from -1 to 1. */
export const cosineSimilarity = (options: object = {}): Loss => new CosineSimilarity(options);

/** For distributions: the sum of yTrue log(yTrue / yPred), both clipped to [1e-7, 1]. */
export const klDivergence = (options: object = {}): Loss => new KlDivergence(options);

/** For yes-or-no outputs with labels -1 and 1 (or 0 and 1): the mean of max(1 - yTrue yPred, 0). */
export const hinge = (options: object = {}): Loss => new Hinge(options);

/** The squares of what `hinge` averages. */
export const squaredHinge = (options: object = {}): Loss => new SquaredHinge(options);

/** For classes with one-hot labels: how far the right one is from 1 above the best wrong one. */
export const categoricalHinge = (options: object = {}): Loss => new CategoricalHinge(options);

const factories = {
  meanSquaredError,
  meanAbsoluteError,
  huber,
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
  meanAbsolutePercentageError,
  meanSquaredLogarithmicError,
  logCosh,
  poisson,
  cosineSimilarity,
  klDivergence,
  hinge,
  squaredHinge,
  categoricalHinge,
};

const aliases = {
  mse: "meanSquaredError",
  MSE: "meanSquaredError",
  mae: "meanAbsoluteError",
  MAE: "meanAbsoluteError",
  mape: "meanAbsolutePercentageError",
  MAPE: "meanAbsolutePercentageError",
  msle: "meanSquaredLogarithmicError",
  MSLE: "meanSquaredLogarithmicError",
  bce: "binaryCrossentropy",
  BCE: "binaryCrossentropy",
  kld: "klDivergence",
  KLD: "klDivergence",
  logcosh: "logCosh",
};

/** The names of the losses, in camelCase or Keras's snake_case, and Keras's aliases. */
export type LossName =
  | keyof typeof factories
  | keyof typeof aliases
  | "mean_squared_error"
  | "mean_absolute_error"
  | "binary_crossentropy"
  | "categorical_crossentropy"
  | "sparse_categorical_crossentropy"
  | "mean_absolute_percentage_error"
  | "mean_squared_logarithmic_error"
  | "log_cosh"
  | "cosine_similarity"
  | "kl_divergence"
  | "squared_hinge"
  | "categorical_hinge";

/** A loss, its name, or an object with its name and options. */
export type LossSpec = Loss | NamedWithOptions<LossName>;

/** @internal */
export function toLoss(spec: LossSpec): Loss {
  return spec instanceof Loss ? spec : makeNamed("loss", spec, factories, aliases);
}
