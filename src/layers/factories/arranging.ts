// Layers that connect in other ways, and layers that move values.
import { Embedding } from "../embedding.js";
import type { EmbeddingOptions } from "../embedding.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { Identity } from "../identity.js";
import { Masking } from "../masking.js";
import type { MaskingOptions } from "../masking.js";
import { Maxout } from "../maxout.js";
import type { MaxoutOptions } from "../maxout.js";
import { PerceptronLayer } from "../perceptron.js";
import type { PerceptronLayerOptions } from "../perceptron.js";
import { Permute } from "../permute.js";
import type { PermuteOptions } from "../permute.js";
import { RepeatVector } from "../repeatVector.js";
import type { RepeatVectorOptions } from "../repeatVector.js";
import { Reshape } from "../reshape.js";
import type { ReshapeOptions } from "../reshape.js";

export type {
  Embedding,
  EmbeddingOptions,
  Identity,
  Masking,
  MaskingOptions,
  Maxout,
  MaxoutOptions,
  PerceptronLayer,
  PerceptronLayerOptions,
  Permute,
  PermuteOptions,
  RepeatVector,
  RepeatVectorOptions,
  Reshape,
  ReshapeOptions,
};

/**
 * The largest of `numElements` (default 2) linear functions of the last axis for each unit (Goodfellow et al.
 * 2013). Input [batch, ..., features], output [batch, ..., units]; kernel [features, units * numElements], with
 * the columns of a unit beside each other.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const maxout: LayerFactory<typeof Maxout> = /* @__PURE__ */ factory("Maxout", Maxout);

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
 * A learnt row of values for each index. Input [batch, ...] of whole numbers from 0 to inputDim - 1, output
 * [batch, ..., outputDim]; `embeddingsInitializer` is "uniform" by default. With `maskZero`, steps of index 0 do not count
 * (see `masking`). Any other input is an error
 * INVALID_DATA of the call that brings it (fit, predict, evaluate ...), with the value and its place.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const embedding: LayerFactory<typeof Embedding> = /* @__PURE__ */ factory("Embedding", Embedding);

/**
 * Finds the steps whose values are all `maskValue` (default 0), sets them to zeros and gives its output a mask: recurrent
 * layers pass over steps that do not count, `globalAveragePooling1d` leaves them out of its mean, and so do losses and metrics
 * of an output that carries a mask. Layers that compute each step by itself pass it on; at others it ends, with a
 * warning. Input and output [batch, steps, ..., features].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * inputs without an axis of steps
 */
export const masking: LayerFactory<typeof Masking> = /* @__PURE__ */ factory("Masking", Masking);

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
