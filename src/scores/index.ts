// Scores: plain functions of true and predicted values.
export { balancedAccuracy, cohenKappa, matthews } from "./agreement.js";
export type { BinaryScoreOptions } from "./binary.js";
export { classificationReport } from "./classificationReport.js";
export type { ClassificationReport, ClassificationReportOptions, ReportRow } from "./classificationReport.js";
export { accuracy, f1, precision, recall } from "./classScores.js";
export type { Average, ClassScoreOptions } from "./classScores.js";
export { confusionMatrix } from "./confusionMatrix.js";
export type { ConfusionMatrix, ConfusionMatrixOptions } from "./confusionMatrix.js";
export { brier, logLoss } from "./probabilities.js";
export type { LogLossOptions } from "./probabilities.js";
export { averagePrecision, rocAuc } from "./ranking.js";
export {
  explainedVariance,
  mae,
  maxError,
  meanAbsolutePercentageError,
  medianAbsoluteError,
  mse,
  r2,
  rmse,
} from "./regression.js";
export { topK } from "./topK.js";
export type { TopKOptions } from "./topK.js";
