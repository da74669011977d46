// Layers that act in training alone, or on the loss alone.
import { ActivityRegularization } from "../activityRegularization.js";
import type { ActivityRegularizationOptions } from "../activityRegularization.js";
import { AlphaDropout } from "../alphaDropout.js";
import type { AlphaDropoutOptions } from "../alphaDropout.js";
import { factory } from "../factory.js";
import type { LayerFactory } from "../factory.js";
import { GaussianDropout } from "../gaussianDropout.js";
import type { GaussianDropoutOptions } from "../gaussianDropout.js";
import { GaussianNoise } from "../gaussianNoise.js";
import type { GaussianNoiseOptions } from "../gaussianNoise.js";

export type {
  ActivityRegularization,
  ActivityRegularizationOptions,
  AlphaDropout,
  AlphaDropoutOptions,
  GaussianDropout,
  GaussianDropoutOptions,
  GaussianNoise,
  GaussianNoiseOptions,
};

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
 * Adds a penalty on its input to the loss: (l1 sum |x| + l2 sum x^2) / rows of the batch; default 0 and 0.
 * Hands its input on.
 *
 * @throws LanegradError INVALID_OPTION if a factor is negative; UNKNOWN_OPTION
 */
export const activityRegularization: LayerFactory<typeof ActivityRegularization> = /* @__PURE__ */ factory(
  "ActivityRegularization",
  ActivityRegularization,
);
