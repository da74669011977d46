// The dense core: everything a network of dense layers needs to train. One wasm module.
export { activationBackward } from "./activationBackward";
export { activationForward } from "./activationForward";
export { rareActivationBackward, rareActivationForward } from "./activationRare";
export { gluBackward, gluForward, sparsemaxBackward, sparsemaxForward } from "./activationRows";
export {
  batchNormBackwardInference,
  batchNormBackwardTraining,
  batchNormForwardInference,
  batchNormForwardTraining,
} from "./batchNorm";
export { constrainNonNegative, constrainNorm } from "./constraint";
export { columnAbsMax, fill, firstNaN, firstNonFinite, gatherRows } from "./data";
export { denseBackwardInput, denseBackwardWeights, denseForward } from "./dense";
export { clipByValue, regularize, scale, sumOfSquares } from "./gradient";
export { matMul, matMulTransposedA, matMulTransposedB, workspaceBytes } from "./gemm";
export {
  categoricalCrossentropyFromLogitsLoss,
  categoricalCrossentropyLoss,
  sparseCategoricalCrossentropyFromLogitsLoss,
  sparseCategoricalCrossentropyLoss,
} from "./lossCategorical";
export { binaryCrossentropyFromLogitsLoss, binaryCrossentropyLoss } from "./lossBinary";
export { circleLoss } from "./lossCircle";
export {
  huberLoss,
  logCoshLoss,
  meanAbsoluteErrorLoss,
  meanAbsolutePercentageErrorLoss,
  meanSquaredErrorLoss,
  perceptronLoss,
} from "./lossErrors";
export { binaryFocalCrossentropyLoss, categoricalFocalCrossentropyLoss } from "./lossFocal";
export { categoricalGeneralizedCrossEntropyLoss } from "./lossGeneralized";
export { klDivergenceLoss, meanSquaredLogarithmicErrorLoss, poissonLoss } from "./lossLogarithmic";
export { hingeLoss, squaredHingeLoss } from "./lossMargin";
export { diceLoss, tverskyLoss } from "./lossOverlap";
export { categoricalHingeLoss, cosineSimilarityLoss } from "./lossSimilarity";
export { sumOfRowWeights, weighLosses } from "./lossWeights";
export { expArray, expm1Array, log1pArray, logArray, sigmoidArray, tanhArray } from "./mathArray";
export { blend, copy, swap } from "./arrays";
export { cos64, exp64, log64, pow64, sin64 } from "./mathScalar";
export { binaryAccuracySum, categoricalAccuracySum, sparseCategoricalAccuracySum } from "./metric";
export { confusionCounts, decisionCounts } from "./metricCounts";
export { columnMoments, rowCorrelationSum } from "./metricMoments";
export { topKAccuracySum } from "./metricRanks";
export { adam, rmsprop, sgd, sgdMomentum } from "./optimizer";
export { adadelta, adagrad } from "./optimizerAdaptive";
export { adafactorFactored, adafactorUnfactored } from "./optimizerFactored";
export { ftrl } from "./optimizerFtrl";
export { adamax, lambDirection, lion, nadam } from "./optimizerMoments";
export { scheduleFreeAdamw } from "./optimizerScheduleFree";
export { orthogonalPenalty, orthogonalWorkspaceFloats } from "./orthogonal";
export { deriveKey, dropout, randomNormal, randomUniform, shuffle } from "./random";
export { addInPlace, sum } from "./reduce";
export { logSoftmaxBackward, logSoftmaxForward, softmaxBackward, softmaxForward } from "./softmax";
