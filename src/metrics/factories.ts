import {
  CategoricalHinge as CategoricalHingeLoss,
  Hinge as HingeLoss,
  SquaredHinge as SquaredHingeLoss,
} from "../losses/margin.js";
import { KlDivergence as KlDivergenceLoss } from "../losses/crossentropy.js";
import * as regression from "../losses/regression.js";
import { accuracyOf, TopKAccuracy } from "./accuracy.js";
import type { BinaryAccuracyOptions, TopKAccuracyOptions } from "./accuracy.js";
import { Auc } from "./auc.js";
import type { AucOptions } from "./auc.js";
import { Correlation } from "./correlation.js";
import type { CorrelationOptions } from "./correlation.js";
import { FScore } from "./fScore.js";
import type { Average, F1ScoreOptions, FBetaScoreOptions } from "./fScore.js";
import { IoU } from "./iou.js";
import type {
  BinaryIoUOptions,
  IoUOptions,
  MeanIoUOptions,
  OneHotIoUOptions,
  OneHotMeanIoUOptions,
} from "./iou.js";
import { CrossentropyMean, LossMean } from "./lossMean.js";
import type { CrossentropyMetricOptions, SparseCrossentropyMetricOptions } from "./lossMean.js";
import type { Metric } from "./metric.js";
import { R2Score } from "./moments.js";
import type { ClassAggregation, R2ScoreOptions } from "./moments.js";
import type { NameOption } from "./names.js";
import { OperatingPoint } from "./operatingPoint.js";
import type {
  PrecisionAtRecallOptions,
  RecallAtPrecisionOptions,
  SensitivityAtSpecificityOptions,
  SpecificityAtSensitivityOptions,
} from "./operatingPoint.js";
import { Reduction } from "./reduction.js";
import { ThresholdMetric } from "./thresholds.js";
import type { CountOptions, PrecisionOptions } from "./thresholds.js";

/** A number for one threshold, a list for a list. */
type ByThresholds<T> = T extends readonly number[] ? number[] : number;

/** The share of right decisions; binary, categorical or sparse by the shapes, as in Keras. */
export const accuracy = (options: NameOption = {}): Metric => accuracyOf("accuracy", undefined, options);

/** The share of outputs on the right side of a threshold, default 0.5. */
export const binaryAccuracy = (options: BinaryAccuracyOptions = {}): Metric =>
  accuracyOf("binaryAccuracy", "binary", options);

/** The share of rows whose largest output is at the place of the largest label. */
export const categoricalAccuracy = (options: NameOption = {}): Metric =>
  accuracyOf("categoricalAccuracy", "categorical", options);

/** The share of rows whose largest output is at the place that the label names. */
export const sparseCategoricalAccuracy = (options: NameOption = {}): Metric =>
  accuracyOf("sparseCategoricalAccuracy", "sparse", options);

/** The share of rows with the place of the largest label among their k largest outputs, default k 5. */
export const topKCategoricalAccuracy = (options: TopKAccuracyOptions = {}): Metric =>
  new TopKAccuracy("topKCategoricalAccuracy", false, options);

/** The share of rows with the place that the label names among their k largest outputs, default k 5. */
export const sparseTopKCategoricalAccuracy = (options: TopKAccuracyOptions = {}): Metric =>
  new TopKAccuracy("sparseTopKCategoricalAccuracy", true, options);

/**
 * Of what was predicted as yes, the share that is; 0 where nothing was. Default threshold 0.5. With a
 * binary cross-entropy from logits thresholds stay probabilities: 0.5 cuts logits at 0 (in Keras one must
 * say `thresholds=0`). A list of thresholds gives a list of results.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION
 */
export const precision = <const T extends number | readonly number[] = number>(
  options: PrecisionOptions<T> = {},
): Metric<ByThresholds<T>> => new ThresholdMetric<ByThresholds<T>>("precision", options);

/** Of what is a yes, the share that was predicted as such; 0 where nothing is. Otherwise as `precision`. */
export const recall = <const T extends number | readonly number[] = number>(
  options: PrecisionOptions<T> = {},
): Metric<ByThresholds<T>> => new ThresholdMetric<ByThresholds<T>>("recall", options);

/** The weight of what is a yes and was predicted as such; thresholds as in `precision`. */
export const truePositives = <const T extends number | readonly number[] = number>(
  options: CountOptions<T> = {},
): Metric<ByThresholds<T>> => new ThresholdMetric<ByThresholds<T>>("truePositives", options);

/** The weight of what is a no and was predicted as such; thresholds as in `precision`. */
export const trueNegatives = <const T extends number | readonly number[] = number>(
  options: CountOptions<T> = {},
): Metric<ByThresholds<T>> => new ThresholdMetric<ByThresholds<T>>("trueNegatives", options);

/** The weight of what is a no and was predicted as a yes; thresholds as in `precision`. */
export const falsePositives = <const T extends number | readonly number[] = number>(
  options: CountOptions<T> = {},
): Metric<ByThresholds<T>> => new ThresholdMetric<ByThresholds<T>>("falsePositives", options);

/** The weight of what is a yes and was predicted as a no; thresholds as in `precision`. */
export const falseNegatives = <const T extends number | readonly number[] = number>(
  options: CountOptions<T> = {},
): Metric<ByThresholds<T>> => new ThresholdMetric<ByThresholds<T>>("falseNegatives", options);

/**
 * The harmonic mean of precision and recall: a list with a number for each output, or one number with
 * `average`. By default the largest output of a row is its answer; `threshold` allows several, and is a
 * probability for logits too.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION; at the first batch or at compile, for one output
 * without a threshold
 */
export const f1Score = <A extends Average = null>(
  options: F1ScoreOptions<A> = {},
): Metric<A extends null ? number[] : number> => new FScore("f1Score", options);

/** `f1Score` with recall counting beta times as much as precision. Default beta 1. */
export const fBetaScore = <A extends Average = null>(
  options: FBetaScoreOptions<A> = {},
): Metric<A extends null ? number[] : number> => new FScore("fBetaScore", options);

/**
 * The area under a curve through numThresholds points. Default curve "ROC", numThresholds 200, summationMethod
 * "interpolation", as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const auc = (options: AucOptions = {}): Metric => new Auc(options);

/**
 * The best precision at a threshold whose recall is at least `recall`; 0 if there is none. Default numThresholds
 * 200.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const precisionAtRecall = (options: PrecisionAtRecallOptions): Metric =>
  new OperatingPoint("precisionAtRecall", options);

/**
 * The best recall at a threshold whose precision is at least `precision`; 0 if there is none. Default numThresholds
 * 200.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const recallAtPrecision = (options: RecallAtPrecisionOptions): Metric =>
  new OperatingPoint("recallAtPrecision", options);

/**
 * The best sensitivity (recall) at a threshold whose specificity is at least `specificity`; 0 if there is none.
 * Default numThresholds 200.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const sensitivityAtSpecificity = (options: SensitivityAtSpecificityOptions): Metric =>
  new OperatingPoint("sensitivityAtSpecificity", options);

/**
 * The best specificity at a threshold whose sensitivity is at least `sensitivity`; 0 if there is none. Default
 * numThresholds 200.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const specificityAtSensitivity = (options: SpecificityAtSensitivityOptions): Metric =>
  new OperatingPoint("specificityAtSensitivity", options);

/**
 * The mean intersection over union, TP / (TP + FP + FN), of no and yes. Default threshold 0.5, targetClassIds [0,
 * 1].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const binaryIoU = (options: BinaryIoUOptions = {}): Metric => new IoU("binaryIoU", options);

/**
 * The mean intersection over union, TP / (TP + FP + FN), of the classes `targetClassIds`, those that occur nowhere
 * left out.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const ioU = (options: IoUOptions): Metric => new IoU("ioU", options);

/**
 * The mean intersection over union, TP / (TP + FP + FN), of all classes that occur. Default class indices as labels
 * and as predictions, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const meanIoU = (options: MeanIoUOptions): Metric => new IoU("meanIoU", options);

/**
 * The mean intersection over union of the classes `targetClassIds`, for one-hot labels. Default an output for each
 * class.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const oneHotIoU = (options: OneHotIoUOptions): Metric => new IoU("oneHotIoU", options);

/**
 * The mean intersection over union of all classes that occur, for one-hot labels. Default an output for each class.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const oneHotMeanIoU = (options: OneHotMeanIoUOptions): Metric => new IoU("oneHotMeanIoU", options);

/**
 * The coefficient of determination, 1 - residual / total sum of squares. Default classAggregation "uniformAverage",
 * numRegressors 0: not adjusted.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const r2Score = <A extends ClassAggregation = "uniformAverage">(
  options: R2ScoreOptions<A> = {},
): Metric<A extends null ? number[] : number> => new R2Score(options);

/**
 * Pearson's correlation of labels and predictions, cov / (sd sd). Default axis -1: of each row, and the mean over
 * the rows.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const pearsonCorrelation = (options: CorrelationOptions = {}): Metric =>
  new Correlation("pearsonCorrelation", options);

/**
 * The concordance of labels and predictions, 2 cov / (var + var + (mean - mean)^2). Default axis -1: of each row,
 * and the mean over the rows (Lin 1989).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const concordanceCorrelation = (options: CorrelationOptions = {}): Metric =>
  new Correlation("concordanceCorrelation", options);

/** The mean of (yTrue - yPred)^2. */
export const meanSquaredError = (options: NameOption = {}): Metric =>
  new LossMean("meanSquaredError", new regression.MeanSquaredError(), "none", options);

/** The root of the mean of (yTrue - yPred)^2. */
export const rootMeanSquaredError = (options: NameOption = {}): Metric =>
  new LossMean("rootMeanSquaredError", new regression.MeanSquaredError(), "root", options);

/** The mean of |yTrue - yPred|. */
export const meanAbsoluteError = (options: NameOption = {}): Metric =>
  new LossMean("meanAbsoluteError", new regression.MeanAbsoluteError(), "none", options);

/** The mean of 100 |yTrue - yPred| / max(|yTrue|, 1e-7). */
export const meanAbsolutePercentageError = (options: NameOption = {}): Metric =>
  new LossMean("meanAbsolutePercentageError", new regression.MeanAbsolutePercentageError(), "none", options);

/** The mean of (log(1 + yTrue) - log(1 + yPred))^2, both raised to at least 1e-7. */
export const meanSquaredLogarithmicError = (options: NameOption = {}): Metric =>
  new LossMean("meanSquaredLogarithmicError", new regression.MeanSquaredLogarithmicError(), "none", options);

/** The mean of log(cosh(yPred - yTrue)). */
export const logCoshError = (options: NameOption = {}): Metric =>
  new LossMean("logCoshError", new regression.LogCosh(), "none", options);

/** The mean of yPred - yTrue log(yPred + 1e-7). */
export const poisson = (options: NameOption = {}): Metric =>
  new LossMean("poisson", new regression.Poisson(), "none", options);

/** The mean cosine of the angle between labels and predictions of a row: 1 in the same direction. */
export const cosineSimilarity = (options: NameOption = {}): Metric =>
  new LossMean("cosineSimilarity", new regression.CosineSimilarity(), "negative", options);

/** The mean of sum yTrue log(yTrue / yPred), both clipped to [1e-7, 1]. */
export const klDivergence = (options: NameOption = {}): Metric =>
  new LossMean("klDivergence", new KlDivergenceLoss(), "none", options);

/** The mean of max(1 - yTrue yPred, 0), with labels -1 and 1, or 0 and 1. */
export const hinge = (options: NameOption = {}): Metric =>
  new LossMean("hinge", new HingeLoss(), "none", options);

/** The mean of max(1 - yTrue yPred, 0)^2, with labels -1 and 1, or 0 and 1. */
export const squaredHinge = (options: NameOption = {}): Metric =>
  new LossMean("squaredHinge", new SquaredHingeLoss(), "none", options);

/** How far the right class is from 1 above the best wrong one, for one-hot labels. */
export const categoricalHinge = (options: NameOption = {}): Metric =>
  new LossMean("categoricalHinge", new CategoricalHingeLoss(), "none", options);

/** The mean binary cross-entropy. Without `fromLogits`, in a model, from logits if its loss is. */
export const binaryCrossentropy = (options: CrossentropyMetricOptions = {}): Metric =>
  new CrossentropyMean("binaryCrossentropy", options);

/** The mean cross-entropy with one-hot labels. Without `fromLogits`, in a model, from logits if its loss is. */
export const categoricalCrossentropy = (options: CrossentropyMetricOptions = {}): Metric =>
  new CrossentropyMean("categoricalCrossentropy", options);

/** The mean cross-entropy with class indices. Without `fromLogits`, in a model, from logits if its loss is. */
export const sparseCategoricalCrossentropy = (options: SparseCrossentropyMetricOptions = {}): Metric =>
  new CrossentropyMean("sparseCategoricalCrossentropy", options);

/** The cross-entropy that fits the loss of a model or, alone, the shapes: binary, categorical or sparse. */
export const crossentropy = (options: NameOption = {}): Metric => new CrossentropyMean(undefined, options);

/** The mean of values handed over with `update(values, sampleWeight?)`; not for `compile`. */
export const mean = (options: NameOption = {}): Reduction => new Reduction("mean", options);

/** The sum of values handed over with `update(values, sampleWeight?)`; not for `compile`. */
export const sum = (options: NameOption = {}): Reduction => new Reduction("sum", options);
