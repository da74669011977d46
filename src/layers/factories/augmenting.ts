// Layers of images: random changes in training alone, and resizing.
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import type { Factor, FillMode, Interpolation } from "../imageOptions.js";
import type { RandomAffineOptions } from "../randomAffine.js";
import { RandomBrightness } from "../randomBrightness.js";
import type { RandomBrightnessOptions } from "../randomBrightness.js";
import { RandomContrast } from "../randomContrast.js";
import type { RandomContrastOptions } from "../randomContrast.js";
import { RandomFlip } from "../randomFlip.js";
import type { FlipMode, RandomFlipOptions } from "../randomFlip.js";
import type { RandomImageOptions } from "../randomImage.js";
import { RandomRotation } from "../randomRotation.js";
import type { RandomRotationOptions } from "../randomRotation.js";
import { RandomTranslation } from "../randomTranslation.js";
import type { RandomTranslationOptions } from "../randomTranslation.js";
import { RandomZoom } from "../randomZoom.js";
import type { RandomZoomOptions } from "../randomZoom.js";
import { Resizing } from "../resizing.js";
import type { ResizingOptions } from "../resizing.js";

export type {
  Factor,
  FillMode,
  FlipMode,
  Interpolation,
  RandomAffineOptions,
  RandomBrightness,
  RandomBrightnessOptions,
  RandomContrast,
  RandomContrastOptions,
  RandomFlip,
  RandomFlipOptions,
  RandomImageOptions,
  RandomRotation,
  RandomRotationOptions,
  RandomTranslation,
  RandomTranslationOptions,
  RandomZoom,
  RandomZoomOptions,
  Resizing,
  ResizingOptions,
};

/**
 * In training, mirrors each image with probability 1/2: `mode` "horizontal", "vertical" or "horizontalAndVertical"
 * (default), which mirrors in both directions at once, as in Keras 3; for each direction by itself take two layers.
 * Does nothing at prediction. Input and output [batch, height, width, channels].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if the input is not images
 */
export const randomFlip: LayerFactory<typeof RandomFlip> = /* @__PURE__ */ factory("RandomFlip", RandomFlip);

/**
 * In training, turns each image about its centre by a random part of a whole turn within `factor`, counter-clockwise
 * where positive; a number f means [-f, f]. Between pixels it interpolates; `fillMode` says what lies beyond the
 * edges. Does nothing at prediction. Input and output [batch, height, width, channels].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if the input is not images
 */
export const randomRotation: LayerFactory<typeof RandomRotation> = /* @__PURE__ */ factory(
  "RandomRotation",
  RandomRotation,
);

/**
 * In training, moves each image by random shares of its height and width; a number f means [-f, f]. Does nothing at
 * prediction. Input and output [batch, height, width, channels].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if the input is not images
 */
export const randomTranslation: LayerFactory<typeof RandomTranslation> = /* @__PURE__ */ factory(
  "RandomTranslation",
  RandomTranslation,
);

/**
 * In training, shows 1 + r of each image's height and 1 + s of its width, r and s random within `heightFactor` and
 * `widthFactor` (default: s is r); a number f means [-f, f], and positive numbers make things smaller. Does nothing at
 * prediction. Input and output [batch, height, width, channels].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if the input is not images
 */
export const randomZoom: LayerFactory<typeof RandomZoom> = /* @__PURE__ */ factory("RandomZoom", RandomZoom);

/**
 * In training, moves the values of each image away from the mean of their channel or towards it, by a random factor
 * between 1 - lower and 1 + upper, and clips them to `valueRange` (default [0, 255]). `factor` is [lower, upper], or a
 * number for both. Does nothing at prediction. Input and output [batch, height, width, channels].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if the input is not images
 */
export const randomContrast: LayerFactory<typeof RandomContrast> = /* @__PURE__ */ factory(
  "RandomContrast",
  RandomContrast,
);

/**
 * In training, adds a random number to each image, within `factor` times the width of `valueRange` (default
 * [0, 255]), and clips the values to that range; a number f means [-f, f]. Does nothing at prediction. Input and
 * output [batch, height, width, channels].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if the input is not images
 */
export const randomBrightness: LayerFactory<typeof RandomBrightness> = /* @__PURE__ */ factory(
  "RandomBrightness",
  RandomBrightness,
);

/**
 * Images in another size, at prediction too: bilinear (default) or nearest, without antialiasing, the centres of
 * pixels lying at halves. Input [batch, height, width, channels], output [batch, options.height, options.width, channels].
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if the input is not images
 */
export const resizing: LayerFactory<typeof Resizing> = /* @__PURE__ */ factory("Resizing", Resizing);
