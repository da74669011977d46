// Layers that give values another scale.
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { GroupNormalization } from "../groupNormalization.js";
import type { GroupNormalizationOptions } from "../groupNormalization.js";
import { LayerNormalization } from "../layerNormalization.js";
import type { LayerNormalizationOptions } from "../layerNormalization.js";
import { Normalization } from "../normalization.js";
import type { NormalizationOptions } from "../normalization.js";
import { Rescaling } from "../rescaling.js";
import type { PerColumn, RescalingOptions } from "../rescaling.js";
import { RMSNormalization } from "../rmsNormalization.js";
import type { RMSNormalizationOptions } from "../rmsNormalization.js";
import { UnitNormalization } from "../unitNormalization.js";
import type { UnitNormalizationOptions } from "../unitNormalization.js";

export type {
  GroupNormalization,
  GroupNormalizationOptions,
  LayerNormalization,
  LayerNormalizationOptions,
  Normalization,
  NormalizationOptions,
  PerColumn,
  RMSNormalization,
  RMSNormalizationOptions,
  Rescaling,
  RescalingOptions,
  UnitNormalization,
  UnitNormalizationOptions,
};

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
