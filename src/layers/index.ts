import { ActivationLayer } from "./activation.js";
import type { ActivationOptions } from "./activation.js";
import { Add } from "./add.js";
import { Average } from "./average.js";
import { BatchNormalization } from "./batchNormalization.js";
import type { BatchNormalizationOptions } from "./batchNormalization.js";
import { Concatenate } from "./concatenate.js";
import type { ConcatenateOptions } from "./concatenate.js";
import { Dense } from "./dense.js";
import type { DenseOptions } from "./dense.js";
import { Dot } from "./dot.js";
import type { DotOptions } from "./dot.js";
import { Dropout } from "./dropout.js";
import type { DropoutOptions } from "./dropout.js";
import { Embedding } from "./embedding.js";
import type { EmbeddingOptions } from "./embedding.js";
import { factory } from "./factory.js";
import type { LayerFactory } from "./factory.js";
import { Flatten } from "./flatten.js";
import type { FlattenOptions } from "./flatten.js";
import { GroupNormalization } from "./groupNormalization.js";
import type { GroupNormalizationOptions } from "./groupNormalization.js";
import { Identity } from "./identity.js";
import { LayerNormalization } from "./layerNormalization.js";
import type { LayerNormalizationOptions } from "./layerNormalization.js";
import { Maximum } from "./maximum.js";
import { Maxout } from "./maxout.js";
import type { MaxoutOptions } from "./maxout.js";
import { Minimum } from "./minimum.js";
import { Multiply } from "./multiply.js";
import { PerceptronLayer } from "./perceptron.js";
import type { PerceptronLayerOptions } from "./perceptron.js";
import { Permute } from "./permute.js";
import type { PermuteOptions } from "./permute.js";
import { PReLU } from "./prelu.js";
import type { PReLUOptions } from "./prelu.js";
import { RepeatVector } from "./repeatVector.js";
import type { RepeatVectorOptions } from "./repeatVector.js";
import { Reshape } from "./reshape.js";
import type { ReshapeOptions } from "./reshape.js";
import { RMSNormalization } from "./rmsNormalization.js";
import type { RMSNormalizationOptions } from "./rmsNormalization.js";
import { Subtract } from "./subtract.js";
import { UnitNormalization } from "./unitNormalization.js";
import type { UnitNormalizationOptions } from "./unitNormalization.js";

export { Layer } from "./layer.js";
export type { AnyLayerFactory, LayerFactory } from "./factory.js";
export type { LayerOptions } from "./layer.js";
export type {
  ActivationOptions,
  BatchNormalizationOptions,
  ConcatenateOptions,
  DenseOptions,
  DotOptions,
  DropoutOptions,
  EmbeddingOptions,
  FlattenOptions,
  GroupNormalizationOptions,
  LayerNormalizationOptions,
  MaxoutOptions,
  PerceptronLayerOptions,
  PermuteOptions,
  PReLUOptions,
  RepeatVectorOptions,
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

/** An activation as a layer of its own. Input and output have the same shape. */
export const activation: LayerFactory<typeof ActivationLayer> = /* @__PURE__ */ factory(
  "Activation",
  ActivationLayer,
);

/**
 * Normalises every channel (last axis) over the batch; see `BatchNormalizationOptions` for the defaults,
 * which are Keras's. Input and output have the same shape.
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

/** In training, zeroes a random share of the values and scales the others up. Same shape. */
export const dropout: LayerFactory<typeof Dropout> = /* @__PURE__ */ factory("Dropout", Dropout);

/** [batch, a, b, ...] becomes [batch, a * b * ...]. */
export const flatten: LayerFactory<typeof Flatten> = /* @__PURE__ */ factory("Flatten", Flatten);

/** [batch, ...] becomes [batch, ...targetShape]. */
export const reshape: LayerFactory<typeof Reshape> = /* @__PURE__ */ factory("Reshape", Reshape);

/**
 * [batch, ...] with its axes in another order: output axis i is input axis dims[i - 1]. They count from 1.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is
 * known, if it has another number of axes or more than four that move past each other
 */
export const permute: LayerFactory<typeof Permute> = /* @__PURE__ */ factory("Permute", Permute);

/**
 * [batch, features] becomes [batch, n, features].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is
 * known, for inputs of other axes
 */
export const repeatVector: LayerFactory<typeof RepeatVector> = /* @__PURE__ */ factory(
  "RepeatVector",
  RepeatVector,
);

/** Hands its input on as it is. Same shape. */
export const identity: LayerFactory<typeof Identity> = /* @__PURE__ */ factory("Identity", Identity);

/**
 * A learnt row of values for each index. Input [batch, ...] of whole numbers from 0 to inputDim - 1, output
 * [batch, ..., outputDim]; `embeddingsInitializer` is "uniform" by default. Any other input is an error
 * INVALID_DATA of the call that brings it (fit, predict, evaluate ...), with the value and its place.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const embedding: LayerFactory<typeof Embedding> = /* @__PURE__ */ factory("Embedding", Embedding);

/**
 * y = x where x is positive, else alpha x with a learnt alpha, 0 at first, for each position of a row (He et
 * al. 2015). Input and output have the same shape.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options; SHAPE_MISMATCH, when
 * the shape is known, if it has no such axes
 */
export const prelu: LayerFactory<typeof PReLU> = /* @__PURE__ */ factory("PReLU", PReLU);

/**
 * The largest of `numElements` (default 2) linear functions of the last axis for each unit (Goodfellow et al.
 * 2013). Input [batch, ..., features], output [batch, ..., units]; kernel [features, units * numElements], with
 * the columns of a unit beside each other.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const maxout: LayerFactory<typeof Maxout> = /* @__PURE__ */ factory("Maxout", Maxout);

/**
 * The sum of its inputs.
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const add: LayerFactory<typeof Add> = /* @__PURE__ */ factory("Add", Add);

/**
 * The first minus the second of exactly two inputs, `apply([a, b])`, whose shapes broadcast as those of `add`.
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for another number of
 * inputs, and for shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const subtract: LayerFactory<typeof Subtract> = /* @__PURE__ */ factory("Subtract", Subtract);

/**
 * The product of its inputs, element by element.
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const multiply: LayerFactory<typeof Multiply> = /* @__PURE__ */ factory("Multiply", Multiply);

/**
 * The mean of its inputs, element by element.
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const average: LayerFactory<typeof Average> = /* @__PURE__ */ factory("Average", Average);

/**
 * The largest of its inputs, element by element. Of equal ones, the earlier has the gradient (TensorFlow).
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const maximum: LayerFactory<typeof Maximum> = /* @__PURE__ */ factory("Maximum", Maximum);

/**
 * The smallest of its inputs, element by element. Of equal ones, the earlier has the gradient (TensorFlow).
 * Two inputs or more, `apply([a, b])`, whose shapes [batch, ...] broadcast: compared from the last axis on, they
 * are equal, or one is 1 or not there and is repeated (Keras).
 *
 * @throws LanegradError UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH from `apply` for one input, and for
 * shapes that do not fit or in which axes that are repeated take turns more than four times
 */
export const minimum: LayerFactory<typeof Minimum> = /* @__PURE__ */ factory("Minimum", Minimum);

/**
 * Two inputs or more, `apply([a, b])`, one after another along `axis` (default -1, the last one). Along the other
 * axes they are equal.
 *
 * @throws LanegradError INVALID_OPTION for axis 0, which is the batch; INVALID_OPTION or UNKNOWN_OPTION for other
 * wrong options; SHAPE_MISMATCH from `apply` for one input, and for shapes that do not fit
 */
export const concatenate: LayerFactory<typeof Concatenate> = /* @__PURE__ */ factory(
  "Concatenate",
  Concatenate,
);

/**
 * The sum of products of exactly two inputs, `apply([a, b])`, along one of `axes` in each; with `normalize`
 * (default false) the cosine. Inputs [batch, ...], output [batch, the other axes of a, those of b], or [batch, 1]
 * if there are none (Keras).
 *
 * @throws LanegradError INVALID_OPTION for axis 0, which is the batch; INVALID_OPTION or UNKNOWN_OPTION for other
 * wrong options; SHAPE_MISMATCH from `apply` for another number of inputs, and for shapes that do not fit
 */
export const dot: LayerFactory<typeof Dot> = /* @__PURE__ */ factory("Dot", Dot);
