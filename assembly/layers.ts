// The layers that need neither a product with weights nor a convolution. A wasm module of its own.
export { columnAbsMaxInto, squaredDifference } from "./activity";
export { scaleShift } from "./affine";
export { batchNormBackwardSteps, gatherSteps } from "./batchNormMask";
export { batchedMatMul, batchedMatMulBackward } from "./batchedProduct";
export { broadcastBackwardFirst, broadcastBackwardSecond, broadcastForward } from "./broadcast";
export { copyStrided, permute, repeatBackward, repeatForward } from "./copies";
export { embeddingBackward, embeddingForward, firstBadIndex } from "./embedding";
export { eitherStep, findSteps, keepSteps, meanOfStepsBackward, meanOfStepsForward, weighSteps } from "./masks";
export { maxoutBackward, maxoutForward } from "./maxout";
export { alphaDropoutBackward, alphaDropoutForward, gaussianDropout, gaussianNoise } from "./noise";
export { unitNormAlongBackward, unitNormAlongForward } from "./unitNormAlong";
