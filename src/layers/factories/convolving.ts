// Layers of images [batch, height, width, channels] and of sequences [batch, steps, channels].
import { Conv1D } from "../conv1d.js";
import type { Conv1DOptions } from "../conv1d.js";
import { Conv1DTranspose } from "../conv1dTranspose.js";
import type { Conv1DTransposeOptions } from "../conv1dTranspose.js";
import { Conv2D } from "../conv2d.js";
import type { Conv2DOptions } from "../conv2d.js";
import { Conv2DTranspose } from "../conv2dTranspose.js";
import type { Conv2DTransposeOptions } from "../conv2dTranspose.js";
import type { ConvolutionOptions, KernelOptions, WindowOptions } from "../convolution.js";
import { DepthwiseConv1D } from "../depthwiseConv1d.js";
import type { DepthwiseConv1DOptions } from "../depthwiseConv1d.js";
import { DepthwiseConv2D } from "../depthwiseConv2d.js";
import type { DepthwiseConv2DOptions } from "../depthwiseConv2d.js";
import type { DepthwiseOptions } from "../depthwiseConvolution.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { Cropping1D, Cropping2D, ZeroPadding1D, ZeroPadding2D } from "../margins.js";
import type {
  Cropping1DOptions,
  Cropping2DOptions,
  Ends,
  Margins,
  ZeroPadding1DOptions,
  ZeroPadding2DOptions,
} from "../margins.js";
import { SeparableConv1D } from "../separableConv1d.js";
import type { SeparableConv1DOptions } from "../separableConv1d.js";
import { SeparableConv2D } from "../separableConv2d.js";
import type { SeparableConv2DOptions } from "../separableConv2d.js";
import type { SeparableConvolutionOptions } from "../separableConvolution.js";
import type { Padding, Pair, Single } from "../spatial.js";
import { SpatialDropout1D, SpatialDropout2D } from "../spatialDropout.js";
import type { SpatialDropoutOptions } from "../spatialDropout.js";
import type { TransposedConvolutionOptions } from "../transposedConvolution.js";
import { UpSampling1D } from "../upSampling1d.js";
import type { UpSampling1DOptions } from "../upSampling1d.js";
import { UpSampling2D } from "../upSampling2d.js";
import type { UpSampling2DOptions } from "../upSampling2d.js";

export type {
  Conv1D,
  Conv1DOptions,
  Conv1DTranspose,
  Conv1DTransposeOptions,
  Conv2D,
  Conv2DOptions,
  Conv2DTranspose,
  Conv2DTransposeOptions,
  ConvolutionOptions,
  Cropping1D,
  Cropping1DOptions,
  Cropping2D,
  Cropping2DOptions,
  DepthwiseConv1D,
  DepthwiseConv1DOptions,
  DepthwiseConv2D,
  DepthwiseConv2DOptions,
  DepthwiseOptions,
  Ends,
  KernelOptions,
  Margins,
  Padding,
  Pair,
  SeparableConv1D,
  SeparableConv1DOptions,
  SeparableConv2D,
  SeparableConv2DOptions,
  SeparableConvolutionOptions,
  Single,
  SpatialDropout1D,
  SpatialDropout2D,
  SpatialDropoutOptions,
  TransposedConvolutionOptions,
  UpSampling1D,
  UpSampling1DOptions,
  UpSampling2D,
  UpSampling2DOptions,
  WindowOptions,
  ZeroPadding1D,
  ZeroPadding1DOptions,
  ZeroPadding2D,
  ZeroPadding2DOptions,
};

/**
 * Filters that move over an image: y = activation(x * kernel + bias). Input [batch, height, width, channels], output
 * [batch, height', width', filters]; kernel [height, width, channels / groups, filters] (Keras's Conv2D).
 *
 * @throws LanegradError INVALID_OPTION, also if groups do not divide filters or strides and dilationRate are both more
 * than 1, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options; SHAPE_MISMATCH, when the shape is known, if the window does
 * not fit in or groups do not divide channels
 */
export const conv2d: LayerFactory<typeof Conv2D> = /* @__PURE__ */ factory("Conv2D", Conv2D);

/**
 * Filters that move along a sequence. Input [batch, steps, channels], output [batch, steps', filters]; kernel [steps,
 * channels / groups, filters] (Keras's Conv1D).
 *
 * @throws LanegradError as `conv2d`
 */
export const conv1d: LayerFactory<typeof Conv1D> = /* @__PURE__ */ factory("Conv1D", Conv1D);

/**
 * `depthMultiplier` filters for each channel, that read it alone. Input [batch, height, width, channels], output [batch,
 * height', width', channels * depthMultiplier]; kernel [height, width, channels, depthMultiplier] (Keras's
 * DepthwiseConv2D).
 *
 * @throws LanegradError as `conv2d`
 */
export const depthwiseConv2d: LayerFactory<typeof DepthwiseConv2D> = /* @__PURE__ */ factory(
  "DepthwiseConv2D",
  DepthwiseConv2D,
);

/**
 * The same for the channels of a sequence. Input [batch, steps, channels], output [batch, steps', channels *
 * depthMultiplier]; kernel [steps, channels, depthMultiplier] (Keras's DepthwiseConv1D).
 *
 * @throws LanegradError as `conv2d`
 */
export const depthwiseConv1d: LayerFactory<typeof DepthwiseConv1D> = /* @__PURE__ */ factory(
  "DepthwiseConv1D",
  DepthwiseConv1D,
);

/**
 * A depthwise convolution without bias, then one of single pixels that mixes its channels: depthwiseKernel [height, width,
 * channels, depthMultiplier], pointwiseKernel [1, 1, channels * depthMultiplier, filters]. Input [batch, height, width,
 * channels], output [batch, height', width', filters] (Keras's SeparableConv2D).
 *
 * @throws LanegradError as `conv2d`
 */
export const separableConv2d: LayerFactory<typeof SeparableConv2D> = /* @__PURE__ */ factory(
  "SeparableConv2D",
  SeparableConv2D,
);

/**
 * The same for a sequence, step by step: depthwiseKernel [steps, channels, depthMultiplier], pointwiseKernel [1, channels *
 * depthMultiplier, filters]. Input [batch, steps, channels], output [batch, steps', filters] (Keras's SeparableConv1D).
 *
 * @throws LanegradError as `conv2d`
 */
export const separableConv1d: LayerFactory<typeof SeparableConv1D> = /* @__PURE__ */ factory(
  "SeparableConv1D",
  SeparableConv1D,
);

/**
 * A convolution the other way round, which makes images larger: with padding "same" as often as `strides` says, unless
 * `outputPadding` says otherwise. Input [batch, height, width, channels], output [batch, height', width', filters]; kernel
 * [height, width, filters, channels] (Keras's Conv2DTranspose).
 *
 * @throws LanegradError as `conv2d`, INVALID_OPTION also if `outputPadding` is not less than `strides`; SHAPE_MISMATCH,
 * when the shape is known, also if nothing is left of the output
 */
export const conv2dTranspose: LayerFactory<typeof Conv2DTranspose> = /* @__PURE__ */ factory(
  "Conv2DTranspose",
  Conv2DTranspose,
);

/**
 * A convolution the other way round, which makes sequences longer. Input [batch, steps, channels], output [batch, steps',
 * filters]; kernel [steps, filters, channels] (Keras's Conv1DTranspose).
 *
 * @throws LanegradError as `conv2dTranspose`
 */
export const conv1dTranspose: LayerFactory<typeof Conv1DTranspose> = /* @__PURE__ */ factory(
  "Conv1DTranspose",
  Conv1DTranspose,
);

/**
 * Makes images larger: repeats their rows and columns, or interpolates between them. Input [batch, height, width, channels], output [batch, height * size[0], width *
 * size[1], channels] (Keras's UpSampling2D, of whose interpolations it has "nearest" and "bilinear").
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes
 */
export const upSampling2d: LayerFactory<typeof UpSampling2D> = /* @__PURE__ */ factory(
  "UpSampling2D",
  UpSampling2D,
);

/**
 * Makes sequences longer: repeats each step `size` times. Input [batch, steps, channels], output [batch, steps * size,
 * channels] (Keras's UpSampling1D).
 *
 * @throws LanegradError as `upSampling2d`
 */
export const upSampling1d: LayerFactory<typeof UpSampling1D> = /* @__PURE__ */ factory(
  "UpSampling1D",
  UpSampling1D,
);

/**
 * Adds rows and columns of zeros around images [batch, height, width, channels] (Keras's ZeroPadding2D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes
 */
export const zeroPadding2d: LayerFactory<typeof ZeroPadding2D> = /* @__PURE__ */ factory(
  "ZeroPadding2D",
  ZeroPadding2D,
);

/**
 * Adds steps of zeros before and behind sequences [batch, steps, channels] (Keras's ZeroPadding1D).
 *
 * @throws LanegradError as `zeroPadding2d`
 */
export const zeroPadding1d: LayerFactory<typeof ZeroPadding1D> = /* @__PURE__ */ factory(
  "ZeroPadding1D",
  ZeroPadding1D,
);

/**
 * Takes rows and columns from the sides of images [batch, height, width, channels] (Keras's Cropping2D).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes or if nothing is left
 */
export const cropping2d: LayerFactory<typeof Cropping2D> = /* @__PURE__ */ factory("Cropping2D", Cropping2D);

/**
 * Takes steps from the ends of sequences [batch, steps, channels] (Keras's Cropping1D), one from each unless told otherwise.
 *
 * @throws LanegradError as `cropping2d`
 */
export const cropping1d: LayerFactory<typeof Cropping1D> = /* @__PURE__ */ factory("Cropping1D", Cropping1D);

/**
 * In training, zeroes each channel of each sequence [batch, steps, channels] with probability `rate` and multiplies the
 * others by 1 / (1 - rate); at prediction changes nothing (Tompson et al. 2015).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH, when the shape is known, for
 * other axes
 */
export const spatialDropout1d: LayerFactory<typeof SpatialDropout1D> = /* @__PURE__ */ factory(
  "SpatialDropout1D",
  SpatialDropout1D,
);

/**
 * The same for channels of images [batch, height, width, channels].
 *
 * @throws LanegradError as `spatialDropout1d`
 */
export const spatialDropout2d: LayerFactory<typeof SpatialDropout2D> = /* @__PURE__ */ factory(
  "SpatialDropout2D",
  SpatialDropout2D,
);
