// What most networks need: dense layers, batch normalisation, dropout, the common activations, losses and optimizers,
// initializers, penalties and accuracy. One wasm module.
import { FIXED_TABLE, writeTable } from "./mathTable";

export { activationBackward } from "./activationBackward";
export { activationForward } from "./activationForward";
export { blend, copy, swap } from "./arrays";
export {
  batchNormBackwardInference,
  batchNormBackwardTraining,
  batchNormForwardInference,
  batchNormForwardTraining,
} from "./batchNorm";
export { columnAbsMax, fill, firstNaN, gatherRows } from "./data";
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
export { meanAbsoluteErrorLoss, meanSquaredErrorLoss } from "./lossErrors";
export { sumOfRowWeights, weighLosses } from "./lossWeights";
export { cos64, exp64, log64, pow64, sin64 } from "./mathScalar";
export { binaryAccuracySum, categoricalAccuracySum, sparseCategoricalAccuracySum } from "./metric";
export { adam, rmsprop, sgd } from "./optimizer";
export { deriveKey, dropout, randomNormal, randomUniform, shuffle } from "./random";
export { addInPlace, sum } from "./reduce";
export { softmaxBackward, softmaxForward } from "./softmax";

// This runs when the module is instantiated.
writeTable(FIXED_TABLE);
