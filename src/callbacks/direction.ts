import type { Model } from "../models/model.js";

/** Names of metrics without case and underscores. Keras keeps the same in each metric's class. */
const LARGER_IS_BETTER: ReadonlySet<string> = new Set([
  "acc",
  "accuracy",
  "binaryaccuracy",
  "categoricalaccuracy",
  "sparsecategoricalaccuracy",
  "topkcategoricalaccuracy",
  "sparsetopkcategoricalaccuracy",
  "precision",
  "recall",
  "auc",
  "precisionatrecall",
  "recallatprecision",
  "sensitivityatspecificity",
  "specificityatsensitivity",
  "f1score",
  "fbetascore",
  "iou",
  "binaryiou",
  "meaniou",
  "onehotiou",
  "onehotmeaniou",
  "cosinesimilarity",
  "r2score",
  "pearsoncorrelation",
  "concordancecorrelation",
]);

const SMALLER_IS_BETTER: ReadonlySet<string> = new Set([
  "loss",
  "mse",
  "rmse",
  "mae",
  "mape",
  "msle",
  "meansquarederror",
  "rootmeansquarederror",
  "meanabsoluteerror",
  "meanabsolutepercentageerror",
  "meansquaredlogarithmicerror",
  "logcosh",
  "logcosherror",
  "huber",
  "hinge",
  "squaredhinge",
  "categoricalhinge",
  "poisson",
  "kldivergence",
  "crossentropy",
  "ce",
  "bce",
  "binarycrossentropy",
  "categoricalcrossentropy",
  "sparsecategoricalcrossentropy",
]);

/** Whether a quantity of the history is to become small or large, as far as its name tells. */
export function directionOf(monitor: string, model: Model): "min" | "max" | undefined {
  const key = monitor.replace(/^val_/, "");
  if (key.endsWith("_loss")) return "min";
  return directionOfName(key) ?? directionOfMetric(key, model);
}

/** Keys may have the name of the output before that of the metric, and the metric a name of the user's. */
function directionOfMetric(key: string, model: Model): "min" | "max" | undefined {
  const metrics = model.trainer().heads.flatMap((head) => head.metrics);
  const metric = metrics.find((keyed) => keyed.key === key)?.metric;
  if (metric === undefined) return undefined;
  return directionOfName(metric.name) ?? directionOfName(String(metric.getConfig().metric));
}

function directionOfName(name: string): "min" | "max" | undefined {
  const plain = name.replace(/_\d+$/, "").replaceAll("_", "").toLowerCase();
  if (SMALLER_IS_BETTER.has(plain)) return "min";
  return LARGER_IS_BETTER.has(plain) ? "max" : undefined;
}
