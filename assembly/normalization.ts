/**
 * The entry of the module of normalisations over each example: layer, root mean square, unit and
 * group normalisation. No example depends on another, and training and prediction are the same.
 */
export { groupNormForward } from "./groupNorm";
export { groupNormBackward } from "./groupNormBackward";
export { layerNormBackward, layerNormForward } from "./layerNorm";
export { rmsNormBackward, rmsNormForward, unitNormBackward, unitNormForward } from "./rmsNorm";
