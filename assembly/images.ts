/**
 * The entry of the module of images: their resampling, and random changes of them while a network trains.
 * Images are [height, width, channels], values of float32; positions are computed in float64 without fused
 * operations, so both builds give the same bits.
 */
export { flipImages, transformImages } from "./imageTransforms";
export { resampleBackward, resampleForward, resizeBackward, resizeForward } from "./resample";
export { brightnessBackward, brightnessForward, contrastBackward, contrastForward } from "./imageColors";
