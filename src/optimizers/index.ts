import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import { Adafactor } from "./adafactor.js";
import type { AdafactorOptions } from "./adafactor.js";
import { Adadelta } from "./adadelta.js";
import type { AdadeltaOptions } from "./adadelta.js";
import { Adagrad } from "./adagrad.js";
import type { AdagradOptions } from "./adagrad.js";
import { Adam } from "./adam.js";
import type { Clipping } from "./clipping.js";
import type { AdamOptions } from "./adam.js";
import { Adamax } from "./adamax.js";
import type { AdamaxOptions } from "./adamax.js";
import { Adamw } from "./adamw.js";
import { Ftrl } from "./ftrl.js";
import type { FtrlOptions } from "./ftrl.js";
import { Lamb } from "./lamb.js";
import type { LambOptions } from "./lamb.js";
import { Lion } from "./lion.js";
import type { LionOptions } from "./lion.js";
import { MultiOptimizer } from "./multi.js";
import type { MultiOptions } from "./multi.js";
import { Muon } from "./muon.js";
import type { MuonOptions } from "./muon.js";
import { Nadam } from "./nadam.js";
import type { NadamOptions } from "./nadam.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, WeightAndGradient } from "./optimizer.js";
import { Rmsprop } from "./rmsprop.js";
import type { RmspropOptions } from "./rmsprop.js";
import { ScheduleFreeAdamw } from "./scheduleFreeAdamw.js";
import type { ScheduleFreeAdamwOptions } from "./scheduleFreeAdamw.js";
import { Sgd } from "./sgd.js";
import type { SgdOptions } from "./sgd.js";

export { clipGradients } from "./apply.js";
export { MultiOptimizer, Optimizer };
export type {
  AdadeltaOptions,
  AdafactorOptions,
  AdagradOptions,
  AdamaxOptions,
  AdamOptions,
  Clipping,
  FtrlOptions,
  LambOptions,
  LionOptions,
  MultiOptions,
  MuonOptions,
  NadamOptions,
  OptimizerOptions,
  RmspropOptions,
  ScheduleFreeAdamwOptions,
  SgdOptions,
  WeightAndGradient,
};

/** Gradient descent, with momentum and Nesterov's look ahead. Default learningRate 0.01, momentum 0. */
export const sgd = (options: SgdOptions = {}): Sgd => new Sgd(options);

/** Default learningRate 0.001, rho 0.9, momentum 0, epsilon 1e-7 (Hinton 2012). */
export const rmsprop = (options: RmspropOptions = {}): Rmsprop => new Rmsprop(options);

/** Default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7 (Kingma and Ba 2015). */
export const adam = (options: AdamOptions = {}): Adam => new Adam(options);

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter 2019). Defaults as adam, and weightDecay 0.004.
 */
export const adamw = (options: AdamOptions = {}): Adamw => new Adamw(options);

/**
 * Adam divided by the largest recent gradient. Default learningRate 0.001, beta1 0.9, beta2 0.999,
 * epsilon 1e-7 (Kingma and Ba 2015, section 7).
 */
export const adamax = (options: AdamaxOptions = {}): Adamax => new Adamax(options);

/**
 * Adam with Nesterov's look ahead. Default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7
 * (Dozat 2016).
 */
export const nadam = (options: NadamOptions = {}): Nadam => new Nadam(options);

/**
 * Default learningRate 0.001, initialAccumulatorValue 0.1, epsilon 1e-7 (Duchi, Hazan and Singer 2011).
 */
export const adagrad = (options: AdagradOptions = {}): Adagrad => new Adagrad(options);

/**
 * Default learningRate 0.001 as in Keras, where the paper has 1; rho 0.95, epsilon 1e-7 (Zeiler 2012).
 */
export const adadelta = (options: AdadeltaOptions = {}): Adadelta => new Adadelta(options);

/** Steps by sign. Default learningRate 0.001, beta1 0.9, beta2 0.99 (Chen et al. 2023). */
export const lion = (options: LionOptions = {}): Lion => new Lion(options);

/**
 * Follow the regularized leader. Default learningRate 0.001, learningRatePower -0.5,
 * initialAccumulatorValue 0.1, no penalties (McMahan et al. 2013).
 */
export const ftrl = (options: FtrlOptions = {}): Ftrl => new Ftrl(options);

/**
 * Adam for large batches. Default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7 (You et al. 2020).
 */
export const lamb = (options: LambOptions = {}): Lamb => new Lamb(options);

/**
 * Adam in little memory. Default learningRate 0.001, beta2Decay -0.8, epsilon1 1e-30, epsilon2 1e-3,
 * clipThreshold 1 (Shazeer and Stern 2018).
 */
export const adafactor = (options: AdafactorOptions = {}): Adafactor => new Adafactor(options);

/**
 * Steps along orthogonal matrices. Default learningRate 0.001, momentum 0.95, weightDecay 0.004, nsSteps 5
 * (Jordan et al. 2024).
 */
export const muon = (options: MuonOptions = {}): Muon => new Muon(options);

/**
 * Adam that needs no schedule. Default learningRate 0.0025, beta1 0.9, beta2 0.999, epsilon 1e-8,
 * warmupSteps 0 (Defazio et al. 2024).
 */
export const scheduleFreeAdamw = (options: ScheduleFreeAdamwOptions = {}): ScheduleFreeAdamw =>
  new ScheduleFreeAdamw(options);

/**
 * Different optimizers for different weights, chosen by their paths (Keras's MultiOptimizer). Without a
 * default, a weight that no pattern matches is an error at the first step, which names the weight.
 *
 * @throws LanegradError INVALID_OPTION if a pattern is not a regular expression, or an optimizer is given
 * twice or is a MultiOptimizer itself
 * @example
 * optimizers.multi({
 *   optimizers: { "encoder/.*": optimizers.adam({ learningRate: 1e-4 }) },
 *   default: "sgd",
 * });
 */
export const multi = (options: MultiOptions): MultiOptimizer => new MultiOptimizer(options, toOptimizer);

const factories = {
  sgd,
  rmsprop,
  adam,
  adamw,
  adamax,
  nadam,
  adagrad,
  adadelta,
  lion,
  ftrl,
  lamb,
  adafactor,
  muon,
  scheduleFreeAdamw,
  multi,
};

const aliases = {
  SGD: "sgd",
  RMSprop: "rmsprop",
  rmsProp: "rmsprop",
  Adam: "adam",
  AdamW: "adamw",
  adamW: "adamw",
  Adamax: "adamax",
  Nadam: "nadam",
  Adagrad: "adagrad",
  Adadelta: "adadelta",
  Lion: "lion",
  Ftrl: "ftrl",
  Lamb: "lamb",
  Adafactor: "adafactor",
  Muon: "muon",
  ScheduleFreeAdamW: "scheduleFreeAdamw",
  scheduleFreeAdamW: "scheduleFreeAdamw",
  MultiOptimizer: "multi",
} as const;

/** An optimizer, its name, or an object with its name and options. */
export type OptimizerSpec = Optimizer | PartSpec<typeof factories, typeof aliases>;

/** The names of the optimizers. */
export type OptimizerName = Extract<OptimizerSpec, string>;

/** @internal */
export function toOptimizer(spec: OptimizerSpec): Optimizer {
  return spec instanceof Optimizer
    ? spec
    : makeNamed<Optimizer>("optimizer", spec, factories, Optimizer, aliases);
}
