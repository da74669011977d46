export { CustomMetric } from "./custom.js";
export type { CustomMetricOptions } from "./custom.js";
export * from "./factories.js";
export type { BinaryAccuracyOptions, TopKAccuracyOptions } from "./accuracy.js";
export type { AucOptions } from "./auc.js";
export type { CorrelationOptions } from "./correlation.js";
export type { Average, F1ScoreOptions, FBetaScoreOptions } from "./fScore.js";
export type {
  BinaryIoUOptions,
  IoUOptions,
  MeanIoUOptions,
  OneHotIoUOptions,
  OneHotMeanIoUOptions,
} from "./iou.js";
export type { CrossentropyMetricOptions, SparseCrossentropyMetricOptions } from "./lossMean.js";
export { Metric } from "./metric.js";
export type { ClassAggregation, R2ScoreOptions } from "./moments.js";
export type { NameOption } from "./names.js";
export type {
  OperatingPointOptions,
  PrecisionAtRecallOptions,
  RecallAtPrecisionOptions,
  SensitivityAtSpecificityOptions,
  SpecificityAtSensitivityOptions,
} from "./operatingPoint.js";
export { Reduction } from "./reduction.js";
export type { MetricName, MetricSpec } from "./specs.js";
export type { CountOptions, PrecisionOptions } from "./thresholds.js";
