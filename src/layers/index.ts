import { ActivationLayer } from "./activation.js";
import type { ActivationOptions } from "./activation.js";
import { Add } from "./add.js";
import { Average } from "./average.js";
import { ActivityRegularization } from "./activityRegularization.js";
import type { ActivityRegularizationOptions } from "./activityRegularization.js";
import { AlphaDropout } from "./alphaDropout.js";
import type { AlphaDropoutOptions } from "./alphaDropout.js";
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
import { ELU } from "./elu.js";
import type { ELUOptions } from "./elu.js";
import { factory } from "./factory.js";
import type { LayerFactory } from "./factory.js";
import { Flatten } from "./flatten.js";
import type { FlattenOptions } from "./flatten.js";
import { GaussianDropout } from "./gaussianDropout.js";
import type { GaussianDropoutOptions } from "./gaussianDropout.js";
import { GaussianNoise } from "./gaussianNoise.js";
import type { GaussianNoiseOptions } from "./gaussianNoise.js";
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
import { LeakyReLU } from "./leakyReLU.js";
import type { LeakyReLUOptions } from "./leakyReLU.js";
import { Normalization } from "./normalization.js";
import type { NormalizationOptions } from "./normalization.js";
import { ReLU } from "./reLU.js";
import type { ReLUOptions } from "./reLU.js";
import { Rescaling } from "./rescaling.js";
import type { PerColumn, RescalingOptions } from "./rescaling.js";
import { Reshape } from "./reshape.js";
import type { ReshapeOptions } from "./reshape.js";
import { RMSNormalization } from "./rmsNormalization.js";
import type { RMSNormalizationOptions } from "./rmsNormalization.js";
import { Subtract } from "./subtract.js";
import { Softmax } from "./softmax.js";
import type { SoftmaxOptions } from "./softmax.js";
import { UnitNormalization } from "./unitNormalization.js";
import type { UnitNormalizationOptions } from "./unitNormalization.js";

export { CustomLayer } from "./custom.js";
export type { CustomWeightOptions } from "./custom.js";
export type { CustomLayerBackward, CustomLayerForward } from "./customOperation.js";
export { Layer } from "./layer.js";
export type { AnyLayerFactory, LayerFactory } from "./factory.js";
export type { LayerOptions } from "./layer.js";
export type {
  ActivationOptions,
  ActivityRegularizationOptions,
  AlphaDropoutOptions,
  BatchNormalizationOptions,
  ConcatenateOptions,
  DenseOptions,
  DotOptions,
  DropoutOptions,
  EmbeddingOptions,
  ELUOptions,
  FlattenOptions,
  GaussianDropoutOptions,
  GaussianNoiseOptions,
  GroupNormalizationOptions,
  LayerNormalizationOptions,
  MaxoutOptions,
  PerceptronLayerOptions,
  PermuteOptions,
  PReLUOptions,
  RepeatVectorOptions,
  LeakyReLUOptions,
  NormalizationOptions,
  PerColumn,
  ReLUOptions,
  RescalingOptions,
  ReshapeOptions,
  RMSNormalizationOptions,
  SoftmaxOptions,
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

/**
 * In training, adds normal noise of mean 0. Does nothing at prediction. Same shape.
 *
 * @throws LanegradError INVALID_OPTION if stddev is negative; UNKNOWN_OPTION
 */
export const gaussianNoise: LayerFactory<typeof GaussianNoise> = /* @__PURE__ */ factory(
  "GaussianNoise",
  GaussianNoise,
);

/**
 * In training, multiplies by normal noise of mean 1, variance rate / (1 - rate). Does nothing at prediction.
 * Same shape.
 *
 * @throws LanegradError INVALID_OPTION if the rate is not in [0, 1); UNKNOWN_OPTION
 */
export const gaussianDropout: LayerFactory<typeof GaussianDropout> = /* @__PURE__ */ factory(
  "GaussianDropout",
  GaussianDropout,
);

/**
 * Dropout that keeps mean 0 and variance 1, for networks of selu. Does nothing at prediction. Same shape.
 *
 * @throws LanegradError INVALID_OPTION if the rate is not in [0, 1); UNKNOWN_OPTION
 */
export const alphaDropout: LayerFactory<typeof AlphaDropout> = /* @__PURE__ */ factory(
  "AlphaDropout",
  AlphaDropout,
);

/**
 * The activation relu as a layer; default no largest value, slope 0, threshold 0. Same shape.
 *
 * @throws LanegradError INVALID_OPTION if an option is negative; UNKNOWN_OPTION
 */
export const reLU: LayerFactory<typeof ReLU> = /* @__PURE__ */ factory("ReLU", ReLU);

/**
 * The activation leakyRelu as a layer; default slope 0.3. Same shape.
 *
 * @throws LanegradError INVALID_OPTION if the slope is negative; UNKNOWN_OPTION
 */
export const leakyReLU: LayerFactory<typeof LeakyReLU> = /* @__PURE__ */ factory("LeakyReLU", LeakyReLU);

/**
 * The activation elu as a layer; default alpha 1. Same shape.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const elu: LayerFactory<typeof ELU> = /* @__PURE__ */ factory("ELU", ELU);

/**
 * The activation softmax, along the last axis, as a layer. Same shape.
 *
 * @throws LanegradError INVALID_OPTION for another axis; UNKNOWN_OPTION
 */
export const softmax: LayerFactory<typeof Softmax> = /* @__PURE__ */ factory("Softmax", Softmax);

/**
 * y = x scale + offset; default offset 0. Same shape.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is
 * known, if there are not as many numbers as features
 */
export const rescaling: LayerFactory<typeof Rescaling> = /* @__PURE__ */ factory("Rescaling", Rescaling);

/**
 * Brings every feature (last axis) to mean 0 and variance 1 by statistics that `adapt` finds in data, or that
 * are given. Same shape.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is
 * known, if there are not as many statistics as features; NOT_BUILT, when a model with it runs, if it has none
 */
export const normalization: LayerFactory<typeof Normalization> = /* @__PURE__ */ factory(
  "Normalization",
  Normalization,
);

/**
 * Adds a penalty on its input to the loss: (l1 sum |x| + l2 sum x^2) / rows of the batch; default 0 and 0.
 * Hands its input on.
 *
 * @throws LanegradError INVALID_OPTION if a factor is negative; UNKNOWN_OPTION
 */
export const activityRegularization: LayerFactory<typeof ActivityRegularization> = /* @__PURE__ */ factory(
  "ActivityRegularization",
  ActivityRegularization,
);
