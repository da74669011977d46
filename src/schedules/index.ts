import { CosineDecay } from "./cosineDecay.js";
import type { CosineDecayOptions } from "./cosineDecay.js";
import { CosineDecayRestarts } from "./cosineDecayRestarts.js";
import type { CosineDecayRestartsOptions } from "./cosineDecayRestarts.js";
import { ExponentialDecay } from "./exponentialDecay.js";
import type { ExponentialDecayOptions } from "./exponentialDecay.js";
import { InverseTimeDecay } from "./inverseTimeDecay.js";
import type { InverseTimeDecayOptions } from "./inverseTimeDecay.js";
import { PiecewiseConstantDecay } from "./piecewiseConstantDecay.js";
import type { PiecewiseConstantDecayOptions } from "./piecewiseConstantDecay.js";
import { PolynomialDecay } from "./polynomialDecay.js";
import type { PolynomialDecayOptions } from "./polynomialDecay.js";
import { Schedule } from "./schedule.js";

export { Schedule };
export type {
  CosineDecay,
  CosineDecayOptions,
  CosineDecayRestarts,
  CosineDecayRestartsOptions,
  ExponentialDecay,
  ExponentialDecayOptions,
  InverseTimeDecay,
  InverseTimeDecayOptions,
  PiecewiseConstantDecay,
  PiecewiseConstantDecayOptions,
  PolynomialDecay,
  PolynomialDecayOptions,
};
export type { ScheduleSpec } from "./spec.js";

/**
 * Falls by the factor decayRate in every decaySteps: initialLearningRate decayRate^(step / decaySteps), the
 * exponent rounded down with `staircase`. Default staircase false.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const exponentialDecay = (options: ExponentialDecayOptions): ExponentialDecay =>
  new ExponentialDecay(options);

/**
 * One rate up to each boundary: values[0] up to and including step boundaries[0], then values[1], and so on.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const piecewiseConstantDecay = (options: PiecewiseConstantDecayOptions): PiecewiseConstantDecay =>
  new PiecewiseConstantDecay(options);

/**
 * Falls to endLearningRate along a power: (initialLearningRate - endLearningRate) (1 - step / decaySteps)^power +
 * endLearningRate, from decaySteps on endLearningRate. Default endLearningRate 1e-4, power 1, cycle false.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const polynomialDecay = (options: PolynomialDecayOptions): PolynomialDecay =>
  new PolynomialDecay(options);

/**
 * Divides by a number that grows with the step: initialLearningRate / (1 + decayRate step / decaySteps), the
 * quotient rounded down with `staircase`. Default staircase false.
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const inverseTimeDecay = (options: InverseTimeDecayOptions): InverseTimeDecay =>
  new InverseTimeDecay(options);

/**
 * Half a wave of the cosine, with a warm-up in a straight line to warmupTarget if that is given: top ((1 - alpha)
 * (1 + cos(pi t)) / 2 + alpha), t from 0 to 1 in decaySteps. Default alpha 0, warmupSteps 0 (Loshchilov and Hutter
 * 2017).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const cosineDecay = (options: CosineDecayOptions): CosineDecay => new CosineDecay(options);

/**
 * Half a wave of the cosine again and again: initialLearningRate ((1 - alpha) mMul^i (1 + cos(pi t)) / 2 + alpha),
 * t from 0 to 1 in period i, which takes firstDecaySteps tMul^i steps. Default tMul 2, mMul 1, alpha 0 (Loshchilov
 * and Hutter 2017).
 *
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options
 */
export const cosineDecayRestarts = (options: CosineDecayRestartsOptions): CosineDecayRestarts =>
  new CosineDecayRestarts(options);
