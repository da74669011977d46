// The dense core: everything a network of dense layers needs to train. One wasm module.
export { activationBackward, activationForward } from "./activation";
export {
  batchNormBackwardInference,
  batchNormBackwardTraining,
  batchNormForwardInference,
  batchNormForwardTraining,
} from "./batchNorm";
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
export {
  huberLoss,
  logCoshLoss,
  meanAbsoluteErrorLoss,
  meanAbsolutePercentageErrorLoss,
  meanSquaredErrorLoss,
} from "./lossErrors";
export { klDivergenceLoss, meanSquaredLogarithmicErrorLoss, poissonLoss } from "./lossLogarithmic";
export { hingeLoss, squaredHingeLoss } from "./lossMargin";
export { categoricalHingeLoss, cosineSimilarityLoss } from "./lossSimilarity";
export { expArray, expm1Array, log1pArray, logArray, sigmoidArray, tanhArray } from "./mathArray";
export { cos64, exp64, log64, pow64, sin64 } from "./mathScalar";
export { binaryAccuracySum, categoricalAccuracySum, sparseCategoricalAccuracySum } from "./metric";
export { confusionCounts, decisionCounts } from "./metricCounts";
export { columnMoments, rowCorrelationSum } from "./metricMoments";
export { topKAccuracySum } from "./metricRanks";
export { adam, rmsprop, sgd, sgdMomentum } from "./optimizer";
export { adadelta, adagrad } from "./optimizerAdaptive";
export { adamax, lion, nadam } from "./optimizerMoments";
export { deriveKey, dropout, randomNormal, randomUniform, shuffle } from "./random";
export { addInPlace, sum } from "./reduce";
export { logSoftmaxBackward, logSoftmaxForward, softmaxBackward, softmaxForward } from "./softmax";
