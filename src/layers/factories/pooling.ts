// Layers that make one value of several: of the windows of images and sequences, or of all their values.
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import {
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
} from "../globalPools.js";
import type { GlobalPoolingOptions } from "../globalPools.js";
import type { PoolingOptions } from "../pooling.js";
import { AveragePooling1D, AveragePooling2D, MaxPooling1D, MaxPooling2D } from "../pools.js";
import type { Pooling1DOptions, Pooling2DOptions } from "../pools.js";

export type {
  AveragePooling1D,
  AveragePooling2D,
  GlobalAveragePooling1D,
  GlobalAveragePooling2D,
  GlobalMaxPooling1D,
  GlobalMaxPooling2D,
  GlobalPoolingOptions,
  MaxPooling1D,
  MaxPooling2D,
  Pooling1DOptions,
  Pooling2DOptions,
  PoolingOptions,
};

/**
 * The largest value of each window of an image, channel by channel; padding never wins. Input [batch, height, width, channels],
 * output [batch, height', width', channels] (Keras's MaxPooling2D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes or if the window does not fit in
 */
export const maxPooling2d: LayerFactory<typeof MaxPooling2D> = /* @__PURE__ */ factory(
  "MaxPooling2D",
  MaxPooling2D,
);

/**
 * The largest value of each window of a sequence, channel by channel; padding never wins. Input [batch, steps, channels],
 * output [batch, steps', channels] (Keras's MaxPooling1D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes or if the window does not fit in
 */
export const maxPooling1d: LayerFactory<typeof MaxPooling1D> = /* @__PURE__ */ factory(
  "MaxPooling1D",
  MaxPooling1D,
);

/**
 * The mean of each window of an image, channel by channel; padding does not count. Input [batch, height, width, channels],
 * output [batch, height', width', channels] (Keras's AveragePooling2D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes or if the window does not fit in
 */
export const averagePooling2d: LayerFactory<typeof AveragePooling2D> = /* @__PURE__ */ factory(
  "AveragePooling2D",
  AveragePooling2D,
);

/**
 * The mean of each window of a sequence, channel by channel; padding does not count. Input [batch, steps, channels],
 * output [batch, steps', channels] (Keras's AveragePooling1D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes or if the window does not fit in
 */
export const averagePooling1d: LayerFactory<typeof AveragePooling1D> = /* @__PURE__ */ factory(
  "AveragePooling1D",
  AveragePooling1D,
);

/**
 * The largest value of each channel of an image. Input [batch, height, width, channels], output [batch, channels], or the axes of the
 * input with length 1 if `keepdims` is true (Keras's GlobalMaxPooling2D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes
 */
export const globalMaxPooling2d: LayerFactory<typeof GlobalMaxPooling2D> = /* @__PURE__ */ factory(
  "GlobalMaxPooling2D",
  GlobalMaxPooling2D,
);

/**
 * The largest value of each channel of a sequence. Input [batch, steps, channels], output [batch, channels], or the axes of the
 * input with length 1 if `keepdims` is true (Keras's GlobalMaxPooling1D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes
 */
export const globalMaxPooling1d: LayerFactory<typeof GlobalMaxPooling1D> = /* @__PURE__ */ factory(
  "GlobalMaxPooling1D",
  GlobalMaxPooling1D,
);

/**
 * The mean of each channel of an image. Input [batch, height, width, channels], output [batch, channels], or the axes of the
 * input with length 1 if `keepdims` is true (Keras's GlobalAveragePooling2D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes
 */
export const globalAveragePooling2d: LayerFactory<typeof GlobalAveragePooling2D> = /* @__PURE__ */ factory(
  "GlobalAveragePooling2D",
  GlobalAveragePooling2D,
);

/**
 * The mean of each channel of a sequence. Input [batch, steps, channels], output [batch, channels], or the axes of the
 * input with length 1 if `keepdims` is true (Keras's GlobalAveragePooling1D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes
 */
export const globalAveragePooling1d: LayerFactory<typeof GlobalAveragePooling1D> = /* @__PURE__ */ factory(
  "GlobalAveragePooling1D",
  GlobalAveragePooling1D,
);
