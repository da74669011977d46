import { MultiOptimizer } from "./multi.js";
import type { MultiOptions } from "./multi.js";
import { toOptimizer } from "./spec.js";

export { clipGradients } from "./apply.js";
export * from "./factories.js";
export { MultiOptimizer };
export { Optimizer } from "./optimizer.js";
export type { Adadelta, AdadeltaOptions } from "./adadelta.js";
export type { Adafactor, AdafactorOptions } from "./adafactor.js";
export type { Adagrad, AdagradOptions } from "./adagrad.js";
export type { Adam, AdamOptions } from "./adam.js";
export type { Adamax, AdamaxOptions } from "./adamax.js";
export type { Adamw } from "./adamw.js";
export type { Clipping } from "./clipping.js";
export type { Ftrl, FtrlOptions } from "./ftrl.js";
export type { Lamb, LambOptions } from "./lamb.js";
export type { Lion, LionOptions } from "./lion.js";
export type { Muon, MuonOptions } from "./muon.js";
export type { Nadam, NadamOptions } from "./nadam.js";
export type { OptimizerOptions, WeightAndGradient } from "./optimizer.js";
export type { Rmsprop, RmspropOptions } from "./rmsprop.js";
export type { ScheduleFreeAdamw, ScheduleFreeAdamwOptions } from "./scheduleFreeAdamw.js";
export type { Sgd, SgdOptions } from "./sgd.js";
export type { OptimizerName, OptimizerSpec } from "./spec.js";
export type { MultiOptions };

/**
 * Different optimizers for different weights, chosen by their paths (Keras's MultiOptimizer). Without a
 * default, a weight that no pattern matches is an error at the first step, which names the weight.
 *
 * @throws LanegradError INVALID_OPTION if a pattern is not a regular expression, or an optimizer is given
 * twice or is a MultiOptimizer itself; UNKNOWN_OPTION or UNKNOWN_NAME for other wrong options
 * @example
 * optimizers.multi({
 *   optimizers: { "encoder/.*": optimizers.adam({ learningRate: 1e-4 }) },
 *   default: "sgd",
 * });
 */
export const multi = (options: MultiOptions): MultiOptimizer => new MultiOptimizer(options, toOptimizer);
