// What stands between the layers of dense networks.
import { ActivationLayer } from "../activation.js";
import type { ActivationOptions } from "../activation.js";
import { BatchNormalization } from "../batchNormalization.js";
import type { BatchNormalizationOptions } from "../batchNormalization.js";
import { Dropout } from "../dropout.js";
import type { DropoutOptions } from "../dropout.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { Flatten } from "../flatten.js";
import type { FlattenOptions } from "../flatten.js";

export type {
  ActivationLayer,
  ActivationOptions,
  BatchNormalization,
  BatchNormalizationOptions,
  Dropout,
  DropoutOptions,
  Flatten,
  FlattenOptions,
};

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
 * In training, zeroes each value with probability `rate` and multiplies the others by 1 / (1 - rate); at prediction
 * changes nothing. Input and output have the same shape (Srivastava et al. 2014).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const dropout: LayerFactory<typeof Dropout> = /* @__PURE__ */ factory("Dropout", Dropout);

/** [batch, a, b, ...] becomes [batch, a * b * ...]. */
export const flatten: LayerFactory<typeof Flatten> = /* @__PURE__ */ factory("Flatten", Flatten);
