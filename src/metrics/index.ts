import { LanegradError, show, unknownName } from "../errors.js";
import { checkKeys, finiteNumber } from "../options.js";
import type { Shape } from "../graph/symbolic.js";
import type { Loss } from "../losses/index.js";
import { camelCase } from "../registry.js";
import { Accuracy } from "./accuracy.js";
import { Metric } from "./metric.js";
import { MeanAbsoluteErrorMetric, MeanSquaredErrorMetric, RootMeanSquaredErrorMetric } from "./regression.js";

export { Metric };

/** The share of right decisions; binary, categorical or sparse by the shapes, as in Keras. */
export const accuracy = (): Metric => new Accuracy("accuracy", undefined);

/** The share of outputs on the right side of a threshold, default 0.5. */
export const binaryAccuracy = (options: { threshold?: number } = {}): Metric =>
  binary("binaryAccuracy", options);

function binary(name: string, options: { threshold?: number }): Metric {
  checkKeys("metrics.binaryAccuracy", options, ["threshold"]);
  return new Accuracy(name, "binary", finiteNumber("threshold", options.threshold ?? 0.5));
}

/** The share of rows whose largest output is at the place of the largest label. */
export const categoricalAccuracy = (): Metric => new Accuracy("categoricalAccuracy", "categorical");

/** The share of rows whose largest output is at the place that the label names. */
export const sparseCategoricalAccuracy = (): Metric => new Accuracy("sparseCategoricalAccuracy", "sparse");

/** The mean of (yTrue - yPred)^2. */
export const meanSquaredError = (): Metric => new MeanSquaredErrorMetric();

/** The mean of |yTrue - yPred|. */
export const meanAbsoluteError = (): Metric => new MeanAbsoluteErrorMetric();

/** The root of the mean of (yTrue - yPred)^2. */
export const rootMeanSquaredError = (): Metric => new RootMeanSquaredErrorMetric();

const makers: Readonly<Record<string, (key: string, options: object) => Metric>> = {
  accuracy: (key) => new Accuracy(key, undefined),
  binaryAccuracy: binary,
  categoricalAccuracy: (key) => new Accuracy(key, "categorical"),
  sparseCategoricalAccuracy: (key) => new Accuracy(key, "sparse"),
  meanSquaredError: (key) => new MeanSquaredErrorMetric(key),
  meanAbsoluteError: (key) => new MeanAbsoluteErrorMetric(key),
  rootMeanSquaredError: (key) => new RootMeanSquaredErrorMetric(key),
};

const aliases: Readonly<Record<string, string>> = {
  acc: "accuracy",
  mse: "meanSquaredError",
  MSE: "meanSquaredError",
  mae: "meanAbsoluteError",
  MAE: "meanAbsoluteError",
  rmse: "rootMeanSquaredError",
};

/** The names of the metrics, in camelCase or Keras's snake_case, and Keras's aliases. */
export type MetricName =
  | "accuracy"
  | "acc"
  | "binaryAccuracy"
  | "binary_accuracy"
  | "categoricalAccuracy"
  | "categorical_accuracy"
  | "sparseCategoricalAccuracy"
  | "sparse_categorical_accuracy"
  | "meanSquaredError"
  | "mean_squared_error"
  | "mse"
  | "meanAbsoluteError"
  | "mean_absolute_error"
  | "mae"
  | "rootMeanSquaredError"
  | "root_mean_squared_error"
  | "rmse";

/** A metric, its name, or an object with its name and options. */
export type MetricSpec = Metric | MetricName | { name: MetricName; threshold?: number };

/** Losses for several outputs that are independent of each other, each of them a yes or a no. */
const INDEPENDENT = ["binaryCrossentropy", "perceptron"];

/**
 * "accuracy" as the loss and the shapes mean it. Keras goes by the shapes alone; the loss is asked as
 * well so that several independent outputs count one by one, and logits, like the outputs of losses for
 * labels -1 and 1, are cut at 0, not at 0.5.
 */
function settled(metric: Accuracy, loss: Loss, predictions: Shape): Metric {
  const columns = predictions[predictions.length - 1];
  const isCutAtZero = loss.fromLogits || loss.labels === "signs";
  if (columns === 1 || INDEPENDENT.includes(loss.name)) metric.settle("binary", isCutAtZero ? 0 : 0.5);
  else metric.settle(loss.labels === "classIndices" ? "sparse" : "categorical", 0.5);
  return metric;
}

/** @internal A metric or a known name; anything else is an error. */
export function checkMetric(spec: MetricSpec): MetricSpec {
  if (!(spec instanceof Metric)) metricNamed(spec);
  return spec;
}

/** @internal The metric for one output of a model; its key is the name as it was written. */
export function toMetric(spec: MetricSpec, loss: Loss, predictions: Shape): Metric {
  const metric = spec instanceof Metric ? spec.copy() : metricNamed(spec);
  return metric instanceof Accuracy && metric.adapts
    ? settled(metric, loss, predictions)
    : checkFits(metric, loss);
}

function metricNamed(spec: unknown): Metric {
  const { name, ...options } =
    typeof spec === "object" && spec !== null ? (spec as { name?: unknown }) : { name: spec };
  const known = [...Object.keys(makers), "mse", "mae", "rmse"];
  if (typeof name !== "string") throw unknownName("metrics", spec, known);
  const plain = camelCase(name);
  const resolved = Object.hasOwn(aliases, plain) ? aliases[plain] : plain;
  if (!Object.hasOwn(makers, resolved)) throw unknownName("metrics", name, known);
  if (resolved !== "binaryAccuracy") checkKeys(name, options, []);
  return makers[resolved](name, options);
}

/** Labels have one form in a model, that of its loss. */
function checkFits(metric: Metric, loss: Loss): Metric {
  const adapts = metric instanceof Accuracy;
  if (metric.isSparse() === (loss.labels === "classIndices") || (adapts && metric.name === "accuracy"))
    return metric;
  throw new LanegradError(
    "INVALID_OPTION",
    `metric ${metric.name} needs ${metric.isSparse() ? "class indices" : "labels of the shape of the output"}, and the loss ${loss.name} takes ${loss.labels === "classIndices" ? "class indices" : "labels of the shape of the output"}. Received: metrics=[${show(metric.name)}]`,
  );
}
