// Convolutions, pooling and what else works on images and sequences. A wasm module of its own.
export {
  convolutionBackwardInput,
  convolutionBackwardKernel,
  convolutionForward,
  convolutionScratchFloats,
} from "./convolutionProduct";
export { sumRows } from "./dense";
export { interpolatePixels, interpolatePixelsBackward } from "./interpolate";
export { crop, multiplyChannels, pad, repeatPixels, sumPixels } from "./pixels";
export { averagePoolBackward, averagePoolForward, maxPoolBackward, maxPoolForward } from "./pool";
export { describeWindow } from "./window";
