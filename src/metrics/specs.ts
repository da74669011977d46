import { isInstance, LanegradError, show } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import type { Loss } from "../losses/index.js";
import { aliases as lossAliases } from "../losses/spec.js";
import { asRecord, makePart } from "../registry.js";
import type { PartKind } from "../registry.js";
import type * as factories from "./factories.js";
import type { Average, F1ScoreOptions, FBetaScoreOptions } from "./fScore.js";
import { known } from "./known.js";
import { Metric } from "./metric.js";
import type { ClassAggregation, R2ScoreOptions } from "./moments.js";
import type { CountOptions, PrecisionOptions } from "./thresholds.js";

/** The names of the metrics that `compile` takes: all but `mean` and `sum`. */
export const names = [
  "accuracy",
  "binaryAccuracy",
  "categoricalAccuracy",
  "sparseCategoricalAccuracy",
  "topKCategoricalAccuracy",
  "sparseTopKCategoricalAccuracy",
  "precision",
  "recall",
  "truePositives",
  "trueNegatives",
  "falsePositives",
  "falseNegatives",
  "f1Score",
  "fBetaScore",
  "auc",
  "precisionAtRecall",
  "recallAtPrecision",
  "sensitivityAtSpecificity",
  "specificityAtSensitivity",
  "binaryIoU",
  "ioU",
  "meanIoU",
  "oneHotIoU",
  "oneHotMeanIoU",
  "r2Score",
  "pearsonCorrelation",
  "concordanceCorrelation",
  "meanSquaredError",
  "rootMeanSquaredError",
  "meanAbsoluteError",
  "meanAbsolutePercentageError",
  "meanSquaredLogarithmicError",
  "logCoshError",
  "poisson",
  "cosineSimilarity",
  "klDivergence",
  "hinge",
  "squaredHinge",
  "categoricalHinge",
  "binaryCrossentropy",
  "categoricalCrossentropy",
  "sparseCategoricalCrossentropy",
  "crossentropy",
] as const;

const aliases = {
  ...lossAliases,
  acc: "accuracy",
  ce: "crossentropy",
  rmse: "rootMeanSquaredError",
  logcosh: "logCoshError",
  AUC: "auc",
  topKAccuracy: "topKCategoricalAccuracy",
  fbetaScore: "fBetaScore",
} as const;

/** The options of each metric; where they say whether the result is one number, only those that say yes. */
type OptionsOf = Omit<
  { [Name in (typeof names)[number]]: NonNullable<Parameters<(typeof factories)[Name]>[0]> },
  "f1Score" | "fBetaScore" | "r2Score" | ThresholdName
> & {
  f1Score: F1ScoreOptions & { average: NonNullable<Average> };
  fBetaScore: FBetaScoreOptions & { average: NonNullable<Average> };
  r2Score: R2ScoreOptions<NonNullable<ClassAggregation>>;
  precision: PrecisionOptions<number>;
  recall: PrecisionOptions<number>;
  truePositives: CountOptions<number>;
  trueNegatives: CountOptions<number>;
  falsePositives: CountOptions<number>;
  falseNegatives: CountOptions<number>;
};

type ThresholdName =
  "precision" | "recall" | "truePositives" | "trueNegatives" | "falsePositives" | "falseNegatives";

/** camelCase as Keras's snake_case. */
type Snake<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? `${Lowercase<First>}${Rest extends Uncapitalize<Rest> ? "" : "_"}${Snake<Rest>}`
  : Text;

/** An alias, and its snake_case unless it begins with a capital. */
type AliasSpelling<Alias extends string> = Alias extends Uncapitalize<Alias> ? Alias | Snake<Alias> : Alias;

/** Every spelling of a name. */
type Spelling<Name extends string> =
  | Name
  | Snake<Name>
  | Capitalize<Name>
  | {
      [Alias in keyof typeof aliases]: (typeof aliases)[Alias] extends Name ? AliasSpelling<Alias> : never;
    }[keyof typeof aliases];

/** The names of the metrics, in camelCase, Keras's snake_case and as Keras's classes, and Keras's aliases. */
export type MetricName = Spelling<keyof OptionsOf>;

/**
 * A metric, its name, or an object with its name and options. Metrics with several results, such as an F
 * score for each class, have no place in a history.
 */
export type MetricSpec =
  | Metric
  | {
      [Name in keyof OptionsOf]:
        | (object extends Omit<OptionsOf[Name], "name"> ? Spelling<Name> : never)
        | ({ name: Spelling<Name> } & Omit<OptionsOf[Name], "name">);
    }[keyof OptionsOf];

/** @internal A metric or a known name; anything else is an error. */
export function checkMetric(spec: MetricSpec): MetricSpec {
  checkScalar(spec instanceof Metric ? spec : metricNamed(spec));
  return spec;
}

/** @internal The metric for one output of a model; its key is the name as it was written. */
export function toMetric(spec: MetricSpec, loss: Loss, predictions: Shape): Metric {
  const metric = checkScalar(spec instanceof Metric ? spec.copy() : metricNamed(spec));
  const columns = predictions[predictions.length - 1] ?? 1;
  checkIsOfOutputs(metric, loss);
  metric.settle(loss, columns);
  metric.build(columns);
  return metric.adapts ? metric : checkFits(metric, loss);
}

/**
 * @internal The metric that `getConfig` came from.
 *
 * @throws LanegradError UNKNOWN_NAME if it is neither a metric of this library nor of a registered class
 */
export function metricFromConfig(config: Readonly<Record<string, unknown>>): Metric<number | number[]> {
  const { metric, ...options }: Record<string, unknown> = config;
  // These once took a reduction, which changed nothing.
  if (/^(binary|categorical|sparseCategorical)Crossentropy$/.test(String(metric))) delete options.reduction;
  return makePart("metrics", metric, options, kind());
}

/** The key of a metric in histories is its name as it was written. */
function metricNamed(spec: unknown): Metric<number | number[]> {
  // A metric of another entry; `metrics.mean()` is none that `compile` takes, and its name is none either.
  if (isInstance(spec) && "accumulate" in spec) asRecord("metrics", spec);
  const { name, ...options } =
    typeof spec === "object" && spec !== null ? (spec as { name?: unknown }) : { name: spec };
  return makePart("metrics", name ?? spec, options, kind(), { ...options, name });
}

function kind(): PartKind<Metric<number | number[]>> {
  const offered = [...names, "mse", "mae", "rmse"];
  return { namespace: "metrics", names, aliases, known, offered, Base: Metric };
}

/** Histories hold one number for each key. */
function checkScalar(metric: Metric<number | number[]>): Metric {
  const option = metric.vectorOption();
  if (option === undefined) return metric as Metric;
  throw new LanegradError(
    "INVALID_OPTION",
    `metric ${metric.name} gives a list of numbers, and a history holds single ones; use ${option}. Received: metrics=[${show(metric.name)}]`,
  );
}

/** Labels that are no places among the outputs mean something to a user's own metric alone. */
function checkIsOfOutputs(metric: Metric, loss: Loss): void {
  if (loss.labels !== "integers" || metric.readsAnyLabels) return;
  throw new LanegradError(
    "INVALID_OPTION",
    `metric ${metric.name} compares labels with outputs, and those of the loss ${loss.name} are compared with each other. Received: metrics=[${show(metric.name)}]`,
  );
}

/** Labels have one form in a model, that of its loss. */
function checkFits(metric: Metric, loss: Loss): Metric {
  if (metric.isSparse() === loss.isSparse) return metric;
  const form = (isSparse: boolean): string =>
    isSparse ? "class indices" : "labels of the shape of the output";
  throw new LanegradError(
    "INVALID_OPTION",
    `metric ${metric.name} needs ${form(!loss.isSparse)}, and the loss ${loss.name} takes ${form(loss.isSparse)}. Received: metrics=[${show(metric.name)}]`,
  );
}
