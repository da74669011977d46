// The metrics that are neither a loss nor an accuracy. A wasm module of its own.
export { confusionCounts, decisionCounts } from "./metricCounts";
export { columnMoments, rowCorrelationSum } from "./metricMoments";
export { topKAccuracySum } from "./metricRanks";
