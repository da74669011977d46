// The optimizers that stand alone; `multi` (index.ts) combines them.
import { Adafactor } from "./adafactor.js";
import type { AdafactorOptions } from "./adafactor.js";
import { Adadelta } from "./adadelta.js";
import type { AdadeltaOptions } from "./adadelta.js";
import { Adagrad } from "./adagrad.js";
import type { AdagradOptions } from "./adagrad.js";
import { Adam } from "./adam.js";
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
import { Muon } from "./muon.js";
import type { MuonOptions } from "./muon.js";
import { Nadam } from "./nadam.js";
import type { NadamOptions } from "./nadam.js";
import { Rmsprop } from "./rmsprop.js";
import type { RmspropOptions } from "./rmsprop.js";
import { ScheduleFreeAdamw } from "./scheduleFreeAdamw.js";
import type { ScheduleFreeAdamwOptions } from "./scheduleFreeAdamw.js";
import { Sgd } from "./sgd.js";
import type { SgdOptions } from "./sgd.js";

/**
 * Gradient descent: w -= learningRate g. With momentum: m = momentum m - learningRate g, w += m; with Nesterov's
 * look ahead w += momentum m - learningRate g. Default learningRate 0.01, momentum 0, nesterov false.
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const sgd = (options: SgdOptions = {}): Sgd => new Sgd(options);

/**
 * Divides gradients by the root of a running mean of their squares: v = rho v + (1 - rho) g^2, w -= learningRate g
 * / sqrt(v + epsilon); centered, less the square of the mean gradient under the root. Default learningRate 0.001,
 * rho 0.9, momentum 0, epsilon 1e-7, centered false (Hinton 2012).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const rmsprop = (options: RmspropOptions = {}): Rmsprop => new Rmsprop(options);

/**
 * Momentum, divided by the root of a running mean of squares: m = beta1 m + (1 - beta1) g, v = beta2 v + (1 -
 * beta2) g^2, w -= learningRate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon). Default learningRate
 * 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7, amsgrad false (Kingma and Ba 2015, epsilon placed as in Keras).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const adam = (options: AdamOptions = {}): Adam => new Adam(options);

/**
 * Adam with decoupled weight decay, w -= learningRate weightDecay w before each update. Defaults as `adam`, and
 * weightDecay 0.004 (Loshchilov and Hutter 2019).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const adamw = (options: AdamOptions = {}): Adamw => new Adamw(options);

/**
 * Adam divided by the largest recent gradient: u = max(beta2 u, |g|), w -= learningRate m / ((1 - beta1^t) (u +
 * epsilon)). Default learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7 (Kingma and Ba 2015, section 7).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const adamax = (options: AdamaxOptions = {}): Adamax => new Adamax(options);

/**
 * Adam with Nesterov's look ahead and a warm-up of beta1, beta1 (1 - 0.96^t / 2). Default learningRate 0.001, beta1
 * 0.9, beta2 0.999, epsilon 1e-7 (Dozat 2016).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const nadam = (options: NadamOptions = {}): Nadam => new Nadam(options);

/**
 * Divides gradients by the root of the sum of all their squares: a += g^2, w -= learningRate g / sqrt(a + epsilon).
 * Default learningRate 0.001, initialAccumulatorValue 0.1, epsilon 1e-7 (Duchi, Hazan and Singer 2011).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const adagrad = (options: AdagradOptions = {}): Adagrad => new Adagrad(options);

/**
 * Makes steps as large as those before, relative to the gradients: d = g sqrt(s + epsilon) / sqrt(a + epsilon), w
 * -= learningRate d, where a and s are running means of g^2 and d^2. Default learningRate 0.001 as in Keras, where
 * the paper has 1; rho 0.95, epsilon 1e-7 (Zeiler 2012).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const adadelta = (options: AdadeltaOptions = {}): Adadelta => new Adadelta(options);

/**
 * Steps by sign: w -= learningRate sign(beta1 m + (1 - beta1) g), then m = beta2 m + (1 - beta2) g. Wants a rate 3
 * to 10 times smaller than Adam's. Default learningRate 0.001, beta1 0.9, beta2 0.99 (Chen et al. 2023).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const lion = (options: LionOptions = {}): Lion => new Lion(options);

/**
 * Follow the regularized leader: weights are computed anew from sums over all gradients, with penalties that make
 * them exactly 0. Default learningRate 0.001, learningRatePower -0.5, initialAccumulatorValue 0.1,
 * l1RegularizationStrength, l2RegularizationStrength, l2ShrinkageRegularizationStrength and beta 0 (McMahan et al.
 * 2013).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const ftrl = (options: FtrlOptions = {}): Ftrl => new Ftrl(options);

/**
 * Adam for large batches: the direction of Adam, scaled by the norm of the weight over its own norm. Default
 * learningRate 0.001, beta1 0.9, beta2 0.999, epsilon 1e-7 (You et al. 2020).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const lamb = (options: LambOptions = {}): Lamb => new Lamb(options);

/**
 * Adam in little memory, from the means of squares over rows and columns, with steps relative to the size of the
 * weight. Default learningRate 0.001, beta2Decay -0.8, epsilon1 1e-30, epsilon2 1e-3, clipThreshold 1, relativeStep
 * true (Shazeer and Stern 2018).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const adafactor = (options: AdafactorOptions = {}): Adafactor => new Adafactor(options);

/**
 * Steps along the orthogonal matrix that is nearest to the momentum, for weights of two axes; Adam for all others.
 * Default learningRate 0.001, momentum 0.95, weightDecay 0.004, nsSteps 5 (Jordan et al. 2024; Liu et al. 2025).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const muon = (options: MuonOptions = {}): Muon => new Muon(options);

/**
 * Adam that needs no schedule: the weights are a mean of all places so far. Default learningRate 0.0025, beta1 0.9,
 * beta2 0.999, epsilon 1e-8, warmupSteps 0 (Defazio et al. 2024).
 *
 * @throws LanegradError INVALID_OPTION, UNKNOWN_OPTION or UNKNOWN_NAME for wrong options
 */
export const scheduleFreeAdamw = (options: ScheduleFreeAdamwOptions = {}): ScheduleFreeAdamw =>
  new ScheduleFreeAdamw(options);
