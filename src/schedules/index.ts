import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
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
  CosineDecayOptions,
  CosineDecayRestartsOptions,
  ExponentialDecayOptions,
  InverseTimeDecayOptions,
  PiecewiseConstantDecayOptions,
  PolynomialDecayOptions,
};

/** Falls by the factor decayRate in every decaySteps. */
export const exponentialDecay = (options: ExponentialDecayOptions): ExponentialDecay =>
  new ExponentialDecay(options);

/** One rate up to each boundary. */
export const piecewiseConstantDecay = (options: PiecewiseConstantDecayOptions): PiecewiseConstantDecay =>
  new PiecewiseConstantDecay(options);

/** Falls to endLearningRate along a power. Default endLearningRate 1e-4, power 1. */
export const polynomialDecay = (options: PolynomialDecayOptions): PolynomialDecay =>
  new PolynomialDecay(options);

/** Divides by a number that grows with the step. */
export const inverseTimeDecay = (options: InverseTimeDecayOptions): InverseTimeDecay =>
  new InverseTimeDecay(options);

/** Half a wave of the cosine, with a warm-up if wanted. Default alpha 0 (Loshchilov and Hutter 2017). */
export const cosineDecay = (options: CosineDecayOptions): CosineDecay => new CosineDecay(options);

/** Half a wave of the cosine again and again. Default tMul 2, mMul 1, alpha 0 (Loshchilov and Hutter 2017). */
export const cosineDecayRestarts = (options: CosineDecayRestartsOptions): CosineDecayRestarts =>
  new CosineDecayRestarts(options);

const factories = {
  exponentialDecay,
  piecewiseConstantDecay,
  polynomialDecay,
  inverseTimeDecay,
  cosineDecay,
  cosineDecayRestarts,
};

const aliases = {
  ExponentialDecay: "exponentialDecay",
  PiecewiseConstantDecay: "piecewiseConstantDecay",
  PolynomialDecay: "polynomialDecay",
  InverseTimeDecay: "inverseTimeDecay",
  CosineDecay: "cosineDecay",
  CosineDecayRestarts: "cosineDecayRestarts",
} as const;

/** A schedule, or an object with its name and options, as `getConfig` returns it. */
export type ScheduleSpec = Schedule | PartSpec<typeof factories, typeof aliases>;

/** @internal */
export function toSchedule(spec: ScheduleSpec): Schedule {
  return spec instanceof Schedule
    ? spec
    : makeNamed<Schedule>("schedule", spec, factories, Schedule, aliases);
}
