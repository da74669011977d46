import { makeNamed } from "../registry.js";
import type { NamedWithOptions } from "../registry.js";
import { Adam } from "./adam.js";
import type { Clipping } from "./clipping.js";
import type { AdamOptions } from "./adam.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, WeightAndGradient } from "./optimizer.js";
import { Rmsprop } from "./rmsprop.js";
import type { RmspropOptions } from "./rmsprop.js";
import { Sgd } from "./sgd.js";
import type { SgdOptions } from "./sgd.js";

export { clipGradients } from "./apply.js";
export { Optimizer };
export type { AdamOptions, Clipping, OptimizerOptions, RmspropOptions, SgdOptions, WeightAndGradient };

/** Gradient descent, with momentum and Nesterov's look ahead. Default learningRate 0.01, momentum 0. */
export const sgd = (options: SgdOptions = {}): Sgd => new Sgd(options);

/** Default learningRate 0.001, rho 0.9, momentum 0, epsilon 1e-7 (Hinton 2012). */
export const rmsprop = (options: RmspropOptions = {}): Rmsprop => new Rmsprop(options);

/** Default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7 (Kingma and Ba 2015). */
export const adam = (options: AdamOptions = {}): Adam => new Adam(options);

const factories = { sgd, rmsprop, adam };

const aliases = { SGD: "sgd", RMSprop: "rmsprop", rmsProp: "rmsprop", Adam: "adam" };

/** The names of the optimizers. */
export type OptimizerName = keyof typeof factories | keyof typeof aliases;

/** An optimizer, its name, or an object with its name and options. */
export type OptimizerSpec = Optimizer | NamedWithOptions<OptimizerName>;

/** @internal */
export function toOptimizer(spec: OptimizerSpec): Optimizer {
  return spec instanceof Optimizer ? spec : makeNamed<Optimizer>("optimizer", spec, factories, aliases);
}
