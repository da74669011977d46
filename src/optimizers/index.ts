import { makeNamed } from "../registry.js";
import type { NamedWithOptions } from "../registry.js";
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
import { Lion } from "./lion.js";
import type { LionOptions } from "./lion.js";
import { Nadam } from "./nadam.js";
import type { NadamOptions } from "./nadam.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, WeightAndGradient } from "./optimizer.js";
import { Rmsprop } from "./rmsprop.js";
import type { RmspropOptions } from "./rmsprop.js";
import { Sgd } from "./sgd.js";
import type { SgdOptions } from "./sgd.js";

export { clipGradients } from "./apply.js";
export { Optimizer };
export type {
  AdadeltaOptions,
  AdagradOptions,
  AdamaxOptions,
  AdamOptions,
  Clipping,
  LionOptions,
  NadamOptions,
  OptimizerOptions,
  RmspropOptions,
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

const factories = { sgd, rmsprop, adam, adamw, adamax, nadam, adagrad, adadelta, lion };

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
};

/** The names of the optimizers. */
export type OptimizerName = keyof typeof factories | keyof typeof aliases;

/** An optimizer, its name, or an object with its name and options. */
export type OptimizerSpec = Optimizer | NamedWithOptions<OptimizerName>;

/** @internal */
export function toOptimizer(spec: OptimizerSpec): Optimizer {
  return spec instanceof Optimizer ? spec : makeNamed<Optimizer>("optimizer", spec, factories, aliases);
}
