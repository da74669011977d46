import { ActivationLayer } from "./activation.js";
import type { ActivationOptions } from "./activation.js";
import { BatchNormalization } from "./batchNormalization.js";
import type { BatchNormalizationOptions } from "./batchNormalization.js";
import { Dense } from "./dense.js";
import type { DenseOptions } from "./dense.js";
import { Dropout } from "./dropout.js";
import type { DropoutOptions } from "./dropout.js";
import { factory } from "./factory.js";
import type { LayerFactory } from "./factory.js";
import { Flatten } from "./flatten.js";
import type { FlattenOptions } from "./flatten.js";
import { GroupNormalization } from "./groupNormalization.js";
import type { GroupNormalizationOptions } from "./groupNormalization.js";
import { LayerNormalization } from "./layerNormalization.js";
import type { LayerNormalizationOptions } from "./layerNormalization.js";
import { PerceptronLayer } from "./perceptron.js";
import type { PerceptronLayerOptions } from "./perceptron.js";
import { Reshape } from "./reshape.js";
import type { ReshapeOptions } from "./reshape.js";
import { RMSNormalization } from "./rmsNormalization.js";
import type { RMSNormalizationOptions } from "./rmsNormalization.js";
import { UnitNormalization } from "./unitNormalization.js";
import type { UnitNormalizationOptions } from "./unitNormalization.js";

export { Layer } from "./layer.js";
export type { AnyLayerFactory, LayerFactory } from "./factory.js";
export type { LayerOptions } from "./layer.js";
export type {
  ActivationOptions,
  BatchNormalizationOptions,
  DenseOptions,
  DropoutOptions,
  FlattenOptions,
  GroupNormalizationOptions,
  LayerNormalizationOptions,
  PerceptronLayerOptions,
  ReshapeOptions,
  RMSNormalizationOptions,
  UnitNormalizationOptions,
};

/**
 * A fully connected layer: y = activation(x . kernel + bias) along the last axis.
 * Input [batch, ..., features], output [batch, ..., units].
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const dense: LayerFactory<typeof Dense> = /* @__PURE__ */ factory("Dense", Dense);

/**
 * Units that fire or do not (Rosenblatt 1958): y = step(x . kernel + bias) along the last axis, where backward
 * takes the derivative of the step to be 1. Input [batch, ..., features], output [batch, ..., units].
 *
 * @throws LanegradError INVALID_OPTION if the activation is neither "unitStep" nor "sign"; INVALID_OPTION,
 * UNKNOWN_OPTION or UNKNOWN_NAME for other wrong options
 */
export const perceptron: LayerFactory<typeof PerceptronLayer> = /* @__PURE__ */ factory(
  "Perceptron",
  PerceptronLayer,
);

/**
 * An activation as a layer of its own. Input and output have the same shape, but for glu, which halves the last
 * axis.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const activation: LayerFactory<typeof ActivationLayer> = /* @__PURE__ */ factory(
  "Activation",
  ActivationLayer,
);

/**
 * Normalises every channel (last axis): (x - mean) / sqrt(variance + epsilon) gamma + beta, with the statistics of
 * the batch in training and moving averages of them at prediction. Default momentum 0.99, epsilon 0.001, center and
 * scale true, as in Keras. Input and output have the same shape (Ioffe and Szegedy 2015).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const batchNormalization: LayerFactory<typeof BatchNormalization> = /* @__PURE__ */ factory(
  "BatchNormalization",
  BatchNormalization,
);

/**
 * Normalises the values along the last axis, or the last few, of every row on its own; see
 * `LayerNormalizationOptions` for the defaults, which are Keras's. Input and output have the same shape.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options; SHAPE_MISMATCH,
 * when the shape is known, if the axes are not the last ones
 */
export const layerNormalization: LayerFactory<typeof LayerNormalization> = /* @__PURE__ */ factory(
  "LayerNormalization",
  LayerNormalization,
);

/**
 * Normalises groups of channels (last axis) over all positions of an example; see
 * `GroupNormalizationOptions` for the defaults, which are Keras's. Input [batch, ..., channels], output of
 * the same shape.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options; SHAPE_MISMATCH,
 * when the shape is known, if the groups do not divide the channels
 */
export const groupNormalization: LayerFactory<typeof GroupNormalization> = /* @__PURE__ */ factory(
  "GroupNormalization",
  GroupNormalization,
);

/**
 * Divides the values along the last axis, or the last few, by their root mean square and multiplies them
 * by a learnt scale. Input and output have the same shape.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape
 * is known, if the axes are not the last ones
 */
export const rmsNormalization: LayerFactory<typeof RMSNormalization> = /* @__PURE__ */ factory(
  "RMSNormalization",
  RMSNormalization,
);

/**
 * Divides the values along the last axis, or the last few, by their Euclidean norm. Input and output have
 * the same shape.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape
 * is known, if the axes are not the last ones
 */
export const unitNormalization: LayerFactory<typeof UnitNormalization> = /* @__PURE__ */ factory(
  "UnitNormalization",
  UnitNormalization,
);

/**
 * In training, zeroes each value with probability `rate` and multiplies the others by 1 / (1 - rate); at prediction
 * changes nothing. Input and output have the same shape (Srivastava et al. 2014).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const dropout: LayerFactory<typeof Dropout> = /* @__PURE__ */ factory("Dropout", Dropout);

/** [batch, a, b, ...] becomes [batch, a * b * ...]. */
export const flatten: LayerFactory<typeof Flatten> = /* @__PURE__ */ factory("Flatten", Flatten);

/**
 * [batch, ...] becomes [batch, ...targetShape].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is
 * known, if the number of values differs
 */
export const reshape: LayerFactory<typeof Reshape> = /* @__PURE__ */ factory("Reshape", Reshape);
