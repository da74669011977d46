import { Constraint } from "./constraint.js";
import { CustomConstraint } from "./custom.js";
import { MaxNorm } from "./maxNorm.js";
import type { MaxNormOptions } from "./maxNorm.js";
import { MinMaxNorm } from "./minMaxNorm.js";
import type { MinMaxNormOptions } from "./minMaxNorm.js";
import { NonNeg } from "./nonNeg.js";
import type { NonNegOptions } from "./nonNeg.js";
import type { Axes } from "./norm.js";
import { UnitNorm } from "./unitNorm.js";
import type { UnitNormOptions } from "./unitNorm.js";

export { Constraint, CustomConstraint };
export type {
  Axes,
  MaxNorm,
  MaxNormOptions,
  MinMaxNorm,
  MinMaxNormOptions,
  NonNeg,
  NonNegOptions,
  UnitNorm,
  UnitNormOptions,
};
export type { ConstraintSpec } from "./spec.js";

/**
 * Vectors along `axis` longer than `maxValue` are made that long. Default maxValue 2, axis 0, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const maxNorm = (options: MaxNormOptions = {}): MaxNorm => new MaxNorm(options);

/**
 * What is below 0 becomes 0: w = max(w, 0).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const nonNeg = (options: NonNegOptions = {}): NonNeg => new NonNeg(options);

/**
 * Vectors along `axis` get length 1. Default axis 0, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const unitNorm = (options: UnitNormOptions = {}): UnitNorm => new UnitNorm(options);

/**
 * Vectors along `axis` are brought to a length from `minValue` to `maxValue`, or `rate` of the way there.
 * Default minValue 0, maxValue 1, rate 1, axis 0, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const minMaxNorm = (options: MinMaxNormOptions = {}): MinMaxNorm => new MinMaxNorm(options);
