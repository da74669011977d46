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
import { BinaryFocalCrossentropy, CategoricalFocalCrossentropy } from "./focal.js";
import type { BinaryFocalOptions, FocalOptions } from "./focal.js";
import type { Loss } from "./loss.js";
import type { LossOptions } from "./loss.js";
import { CategoricalHinge, Hinge, Perceptron, SquaredHinge } from "./margin.js";
import { Dice, Tversky } from "./overlap.js";
import type { DiceOptions, TverskyOptions } from "./overlap.js";
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

/**
 * The mean over the outputs of (yTrue - yPred)^2.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const meanSquaredError = (options: LossOptions = {}): Loss => new MeanSquaredError(options);

/**
 * The mean over the outputs of |yTrue - yPred|.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const meanAbsoluteError = (options: LossOptions = {}): Loss => new MeanAbsoluteError(options);

/**
 * The mean over the outputs of e^2 / 2 for errors |e| up to delta, else delta |e| - delta^2 / 2. Default delta 1
 * (Huber 1964).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const huber = (options: HuberOptions = {}): Loss => new Huber(options);

/**
 * For one yes-or-no output, or several independent ones: the mean over the outputs of -(t log p + (1 - t) log(1 -
 * p)), p clipped to [1e-7, 1 - 1e-7]. Default fromLogits false, labelSmoothing 0.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const binaryCrossentropy = (options: CrossentropyOptions = {}): Loss =>
  new BinaryCrossentropy(options);

/**
 * For classes with one-hot labels: -sum t log p over the classes, p clipped to [1e-7, 1 - 1e-7]. Default fromLogits
 * false, labelSmoothing 0.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const categoricalCrossentropy = (options: CrossentropyOptions = {}): Loss =>
  new CategoricalCrossentropy(options);

/**
 * For classes with labels that are class indices, [n] or [n, 1]: -log p of the right class, p clipped to [1e-7, 1 -
 * 1e-7]. Default fromLogits false, ignoreClass null.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const sparseCategoricalCrossentropy = (options: SparseCrossentropyOptions = {}): Loss =>
  new SparseCategoricalCrossentropy(options);

/**
 * The mean over the outputs of 100 |yTrue - yPred| / max(|yTrue|, 1e-7).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const meanAbsolutePercentageError = (options: LossOptions = {}): Loss =>
  new MeanAbsolutePercentageError(options);

/**
 * The mean over the outputs of (log(1 + yTrue) - log(1 + yPred))^2, both raised to at least 1e-7.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const meanSquaredLogarithmicError = (options: LossOptions = {}): Loss =>
  new MeanSquaredLogarithmicError(options);

/**
 * The mean over the outputs of log(cosh(yPred - yTrue)): a smooth absolute error.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const logCosh = (options: LossOptions = {}): Loss => new LogCosh(options);

/**
 * For counts, from predicted rates: the mean over the outputs of yPred - yTrue log(yPred + 1e-7).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const poisson = (options: LossOptions = {}): Loss => new Poisson(options);

/**
 * For directions: minus the cosine of the angle between labels and predictions of a row, from -1, the same
 * direction, to 1. Norms are at least 1e-7.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const cosineSimilarity = (options: LastAxisOptions = {}): Loss => new CosineSimilarity(options);

/**
 * For distributions: the sum over the outputs of yTrue log(yTrue / yPred), both clipped to [1e-7, 1] (Kullback and
 * Leibler 1951).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const klDivergence = (options: LossOptions = {}): Loss => new KlDivergence(options);

/**
 * For yes-or-no outputs with labels -1 and 1 (or 0 and 1): the mean over the outputs of max(1 - yTrue yPred, 0).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const hinge = (options: LossOptions = {}): Loss => new Hinge(options);

/**
 * For yes-or-no outputs with labels -1 and 1 (or 0 and 1): the mean over the outputs of max(1 - yTrue yPred, 0)^2.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const squaredHinge = (options: LossOptions = {}): Loss => new SquaredHinge(options);

/**
 * For classes with one-hot labels: how far the right one is from 1 above the best wrong one, max(max((1 - t) p) -
 * sum t p + 1, 0).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const categoricalHinge = (options: LossOptions = {}): Loss => new CategoricalHinge(options);

/**
 * The binary cross-entropy for rare classes: that of each output times (1 - p)^gamma, p being what was predicted
 * for the right answer. Default gamma 2, applyClassBalancing false, alpha 0.25 where it is true, fromLogits false,
 * labelSmoothing 0 (Lin et al. 2017).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const binaryFocalCrossentropy = (options: BinaryFocalOptions = {}): Loss =>
  new BinaryFocalCrossentropy(options);

/**
 * The categorical cross-entropy for rare classes, with one-hot labels: the sum over the classes of -alpha (1 -
 * p)^gamma t log p. Default alpha 0.25, gamma 2, fromLogits false, labelSmoothing 0 (Lin et al. 2017).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const categoricalFocalCrossentropy = (options: FocalOptions = {}): Loss =>
  new CategoricalFocalCrossentropy(options);

/**
 * For classes with labels that are class indices, some of them wrong: (1 - p^q) / q for the probability p of the
 * right class. Default q 0.5 (Zhang and Sabuncu 2018).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const categoricalGeneralizedCrossEntropy = (options: GeneralizedOptions = {}): Loss =>
  new CategoricalGeneralizedCrossEntropy(options);

/**
 * For masks: how little two overlap, 1 - 2 I / (T + P), with I the sum of yTrue yPred, T that of yTrue and P that
 * of yPred, over the whole batch or the axes given.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const dice = (options: DiceOptions = {}): Loss => new Dice(options);

/**
 * `dice` with weights for false positives and false negatives: 1 - I / (I + alpha (P - I) + beta (T - I)). Default
 * alpha 0.5, beta 0.5 (Salehi et al. 2017).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const tversky = (options: TverskyOptions = {}): Loss => new Tversky(options);

/**
 * For embeddings of length 1 with labels that are whole numbers, [n] or [n, 1]: those of one label become alike,
 * compared within each batch; default gamma 80, margin 0.4 (Sun et al. 2020).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const circle = (options: CircleOptions = {}): Loss => new Circle(options);

/**
 * For a hard threshold at the end: the mean over the outputs of |yTrue - yPred|, with yPred - yTrue in place of a
 * gradient, which makes gradient descent the learning rule of the perceptron (Rosenblatt 1958).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const perceptron = (options: LossOptions = {}): Loss => new Perceptron(options);
