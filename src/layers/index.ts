import { ActivationLayer } from "./activation.js";
import type { ActivationOptions } from "./activation.js";
import { BatchNormalization } from "./batchNormalization.js";
import type { BatchNormalizationOptions } from "./batchNormalization.js";
import { Dense } from "./dense.js";
import type { DenseOptions } from "./dense.js";
import { Dropout } from "./dropout.js";
import type { DropoutOptions } from "./dropout.js";
import { Flatten } from "./flatten.js";
import type { FlattenOptions } from "./flatten.js";
import { PerceptronLayer } from "./perceptron.js";
import type { PerceptronLayerOptions } from "./perceptron.js";
import { Reshape } from "./reshape.js";
import type { ReshapeOptions } from "./reshape.js";

export { Layer } from "./layer.js";
export type { LayerOptions } from "./layer.js";
export type {
  ActivationOptions,
  BatchNormalizationOptions,
  DenseOptions,
  DropoutOptions,
  FlattenOptions,
  PerceptronLayerOptions,
  ReshapeOptions,
};

/**
 * A fully connected layer: y = activation(x . kernel + bias) along the last axis.
 * Input [batch, ..., features], output [batch, ..., units].
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const dense = (options: DenseOptions): Dense => new Dense(options);

/**
 * Units that fire or do not (Rosenblatt 1958): y = step(x . kernel + bias) along the last axis, where backward
 * takes the derivative of the step to be 1. Input [batch, ..., features], output [batch, ..., units].
 *
 * @throws LanegradError INVALID_OPTION if the activation is neither "unitStep" nor "sign"; INVALID_OPTION,
 * UNKNOWN_OPTION or UNKNOWN_NAME for other wrong options
 */
export const perceptron = (options: PerceptronLayerOptions = {}): PerceptronLayer =>
  new PerceptronLayer(options);

/** An activation as a layer of its own. Input and output have the same shape. */
export const activation = (options: ActivationOptions): ActivationLayer => new ActivationLayer(options);

/**
 * Normalises every channel (last axis) over the batch; see `BatchNormalizationOptions` for the defaults,
 * which are Keras's. Input and output have the same shape.
 */
export const batchNormalization = (options: BatchNormalizationOptions = {}): BatchNormalization =>
  new BatchNormalization(options);

/** In training, zeroes a random share of the values and scales the others up. Same shape. */
export const dropout = (options: DropoutOptions): Dropout => new Dropout(options);

/** [batch, a, b, ...] becomes [batch, a * b * ...]. */
export const flatten = (options: FlattenOptions = {}): Flatten => new Flatten(options);

/** [batch, ...] becomes [batch, ...targetShape]. */
export const reshape = (options: ReshapeOptions): Reshape => new Reshape(options);
