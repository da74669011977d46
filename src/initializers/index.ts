import type { NoOptions } from "../options.js";
import { Constant } from "./constants.js";
import type { ConstantOptions } from "./constants.js";
import { CustomInitializer } from "./custom.js";
import { Identity } from "./identity.js";
import type { IdentityOptions } from "./identity.js";
import { Initializer } from "./initializer.js";
import type { RandomOptions } from "./initializer.js";
import { Orthogonal } from "./orthogonal.js";
import type { OrthogonalOptions } from "./orthogonal.js";
import { RandomNormal, RandomUniform } from "./random.js";
import type { RandomNormalOptions, RandomUniformOptions } from "./random.js";
import { VarianceScaling } from "./varianceScaling.js";
import type { VarianceScalingOptions } from "./varianceScaling.js";

export { CustomInitializer, Initializer };
export type {
  ConstantOptions,
  IdentityOptions,
  OrthogonalOptions,
  RandomNormalOptions,
  RandomOptions,
  RandomUniformOptions,
  VarianceScalingOptions,
};
export type { InitializerName, InitializerSpec } from "./spec.js";

/**
 * All zeros: the usual start of a bias.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for any option
 */
export const zeros = (options: NoOptions = {}): Initializer => new Constant("zeros", options, 0);

/**
 * All ones.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for any option
 */
export const ones = (options: NoOptions = {}): Initializer => new Constant("ones", options, 1);

/**
 * One value everywhere. Default value 0.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const constant = (options: ConstantOptions = {}): Initializer =>
  new Constant("constant", options, options?.value ?? 0);

/**
 * The identity matrix times `gain`, for weights of two axes. Default gain 1.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const identity = (options: IdentityOptions = {}): Initializer => new Identity(options);

/**
 * Uniform on [minval, maxval]. Default minval -0.05, maxval 0.05, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const randomUniform = (options: RandomUniformOptions = {}): Initializer => new RandomUniform(options);

/**
 * Normal. Default mean 0, stddev 0.05, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const randomNormal = (options: RandomNormalOptions = {}): Initializer =>
  new RandomNormal("randomNormal", options);

/**
 * Normal, drawn again beyond two standard deviations. Default mean 0, stddev 0.05, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const truncatedNormal = (options: RandomNormalOptions = {}): Initializer =>
  new RandomNormal("truncatedNormal", options);

/**
 * Of mean 0 and variance scale / fan. Default scale 1, mode "fanIn", distribution "truncatedNormal", whose standard
 * deviation makes up for what is cut off, as in Keras.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const varianceScaling = (options: VarianceScalingOptions = {}): Initializer =>
  new VarianceScaling("varianceScaling", options);

/**
 * Uniform on +-sqrt(6 / (fanIn + fanOut)), variance 2 / (fanIn + fanOut) (Glorot and Bengio 2010, eq. 16). The
 * default of dense kernels.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const glorotUniform = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("glorotUniform", options, { scale: 1, mode: "fanAvg", distribution: "uniform" });

/**
 * Truncated normal of variance 2 / (fanIn + fanOut) (Glorot and Bengio 2010).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const glorotNormal = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("glorotNormal", options, { scale: 1, mode: "fanAvg", distribution: "truncatedNormal" });

/**
 * Uniform on +-sqrt(6 / fanIn), variance 2 / fanIn, for ReLU layers (He et al. 2015, eq. 10).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const heUniform = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("heUniform", options, { scale: 2, mode: "fanIn", distribution: "uniform" });

/**
 * Truncated normal of variance 2 / fanIn, for ReLU layers (He et al. 2015, eq. 10).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const heNormal = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("heNormal", options, { scale: 2, mode: "fanIn", distribution: "truncatedNormal" });

/**
 * Uniform on +-sqrt(3 / fanIn), variance 1 / fanIn, for SELU layers (LeCun et al. 1998; Klambauer et al. 2017).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const lecunUniform = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("lecunUniform", options, { scale: 1, mode: "fanIn", distribution: "uniform" });

/**
 * Truncated normal of variance 1 / fanIn, for SELU layers (LeCun et al. 1998; Klambauer et al. 2017).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const lecunNormal = (options: RandomOptions = {}): Initializer =>
  new VarianceScaling("lecunNormal", options, { scale: 1, mode: "fanIn", distribution: "truncatedNormal" });

/**
 * A random orthogonal matrix times `gain`; weights of more axes count as [product of the others, last]. Default
 * gain 1 (Saxe et al. 2014).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const orthogonal = (options: OrthogonalOptions = {}): Initializer => new Orthogonal(options);
