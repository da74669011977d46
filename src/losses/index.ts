import { makeNamed } from "../registry.js";
import type { PartName, PartSpec } from "../registry.js";
import type { LastAxisOptions } from "./axis.js";
import { Circle } from "./circle.js";
import type { CircleOptions } from "./circle.js";
import {
  BinaryCrossentropy,
  CategoricalCrossentropy,
  CategoricalGeneralizedCrossEntropy,
  KlDivergence,
  SparseCategoricalCrossentropy,
} from "./crossentropy.js";
import type { CrossentropyOptions, GeneralizedOptions, SparseCrossentropyOptions } from "./crossentropy.js";
import { CustomLoss } from "./custom.js";
import { BinaryFocalCrossentropy, CategoricalFocalCrossentropy } from "./focal.js";
import type { BinaryFocalOptions, FocalOptions } from "./focal.js";
import { Loss } from "./loss.js";
import type { LossOptions } from "./loss.js";
import { CategoricalHinge, Hinge, Perceptron, SquaredHinge } from "./margin.js";
import { Dice, Tversky } from "./overlap.js";
import type { DiceOptions, TverskyOptions } from "./overlap.js";
import type { Reduction, ReductionName } from "./reduction.js";
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

export { CustomLoss, Loss };
export type {
  BinaryFocalOptions,
  CircleOptions,
  CrossentropyOptions,
  DiceOptions,
  FocalOptions,
  GeneralizedOptions,
  HuberOptions,
  LastAxisOptions,
  LossOptions,
  Reduction,
  ReductionName,
  SparseCrossentropyOptions,
  TverskyOptions,
};

/** The mean of (yTrue - yPred)^2. */
export const meanSquaredError = (options: LossOptions = {}): Loss => new MeanSquaredError(options);

/** The mean of |yTrue - yPred|. */
export const meanAbsoluteError = (options: LossOptions = {}): Loss => new MeanAbsoluteError(options);

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
export const meanAbsolutePercentageError = (options: LossOptions = {}): Loss =>
  new MeanAbsolutePercentageError(options);

/** The mean of (log(1 + yTrue) - log(1 + yPred))^2, both raised to at least 1e-7. */
export const meanSquaredLogarithmicError = (options: LossOptions = {}): Loss =>
  new MeanSquaredLogarithmicError(options);

/** The mean of log(cosh(yPred - yTrue)): a smooth absolute error. */
export const logCosh = (options: LossOptions = {}): Loss => new LogCosh(options);

/** For counts, from predicted rates: the mean of yPred - yTrue log(yPred + 1e-7). */
export const poisson = (options: LossOptions = {}): Loss => new Poisson(options);

/** For directions: minus the cosine of the angle between labels and predictions, from -1 to 1. */
export const cosineSimilarity = (options: LastAxisOptions = {}): Loss => new CosineSimilarity(options);

/** For distributions: the sum of yTrue log(yTrue / yPred), both clipped to [1e-7, 1]. */
export const klDivergence = (options: LossOptions = {}): Loss => new KlDivergence(options);

/** For yes-or-no outputs with labels -1 and 1 (or 0 and 1): the mean of max(1 - yTrue yPred, 0). */
export const hinge = (options: LossOptions = {}): Loss => new Hinge(options);

/** The squares of what `hinge` averages. */
export const squaredHinge = (options: LossOptions = {}): Loss => new SquaredHinge(options);

/** For classes with one-hot labels: how far the right one is from 1 above the best wrong one. */
export const categoricalHinge = (options: LossOptions = {}): Loss => new CategoricalHinge(options);

/** The binary cross-entropy for rare classes; default alpha 0.25, gamma 2, classes not balanced. */
export const binaryFocalCrossentropy = (options: BinaryFocalOptions = {}): Loss =>
  new BinaryFocalCrossentropy(options);

/** The categorical cross-entropy for rare classes, with one-hot labels; default alpha 0.25, gamma 2. */
export const categoricalFocalCrossentropy = (options: FocalOptions = {}): Loss =>
  new CategoricalFocalCrossentropy(options);

/** For classes with labels that are class indices, some of them wrong; default q 0.5. */
export const categoricalGeneralizedCrossEntropy = (options: GeneralizedOptions = {}): Loss =>
  new CategoricalGeneralizedCrossEntropy(options);

/** For masks: how little two overlap, over the whole batch or the axes given. */
export const dice = (options: DiceOptions = {}): Loss => new Dice(options);

/** `dice` with weights for false positives and false negatives; default alpha 0.5, beta 0.5. */
export const tversky = (options: TverskyOptions = {}): Loss => new Tversky(options);

/**
 * For embeddings of length 1 with labels that are whole numbers, [n] or [n, 1]: those of one label become alike,
 * compared within each batch; default gamma 80, margin 0.4.
 */
export const circle = (options: CircleOptions = {}): Loss => new Circle(options);

/**
 * For a hard threshold at the end: the mean of |yTrue - yPred|, with yPred - yTrue in place of a gradient,
 * which makes gradient descent the learning rule of the perceptron (Rosenblatt 1958).
 */
export const perceptron = (options: LossOptions = {}): Loss => new Perceptron(options);

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
  binaryFocalCrossentropy,
  categoricalFocalCrossentropy,
  categoricalGeneralizedCrossEntropy,
  dice,
  tversky,
  circle,
  perceptron,
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
  KLDivergence: "klDivergence",
  logcosh: "logCosh",
} as const;

/** The names of the losses, in camelCase or Keras's snake_case, its classes' names and its aliases. */
export type LossName = PartName<typeof factories, typeof aliases>;

/** A loss, its name, or an object with its name and the options of that loss. */
export type LossSpec = Loss | PartSpec<typeof factories, typeof aliases>;

/** @internal */
export function toLoss(spec: LossSpec): Loss {
  return spec instanceof Loss ? spec : makeNamed<Loss>("loss", spec, factories, Loss, aliases);
}
