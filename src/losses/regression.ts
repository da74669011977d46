import { positive } from "../options.js";
import type { Kernels, LossKernel } from "../runtime/kernels/index.js";
import { lossKernels } from "../runtime/kernels/losses.js";
import { lastAxis } from "./axis.js";
import type { LastAxisOptions } from "./axis.js";
import { KernelLoss } from "./kernelLoss.js";
import type { LossOptions } from "./loss.js";

/** Options of `losses.huber`. */
export interface HuberOptions extends LossOptions {
  /** Where the parabola becomes a line. Default 1. */
  delta?: number;
}

/** The mean over the outputs of (yTrue - yPred)^2. */
export class MeanSquaredError extends KernelLoss {
  readonly name = "meanSquaredError";

  constructor(options: LossOptions = {}) {
    super("losses.meanSquaredError", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.meanSquaredErrorLoss;
  }
}

/** The mean over the outputs of |yTrue - yPred|. */
export class MeanAbsoluteError extends KernelLoss {
  readonly name = "meanAbsoluteError";

  constructor(options: LossOptions = {}) {
    super("losses.meanAbsoluteError", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.meanAbsoluteErrorLoss;
  }
}

/** Half the square of small errors, a line for errors beyond delta (Huber 1964). */
export class Huber extends KernelLoss {
  readonly name = "huber";
  override readonly a: number;

  constructor(options: HuberOptions = {}) {
    super("losses.huber", options, ["delta"]);
    this.a = positive("delta", options.delta ?? 1);
  }

  override kernel(): LossKernel {
    return lossKernels().huberLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), delta: this.a };
  }
}

/** The mean over the outputs of 100 |yTrue - yPred| / max(|yTrue|, 1e-7). */
export class MeanAbsolutePercentageError extends KernelLoss {
  readonly name = "meanAbsolutePercentageError";

  constructor(options: LossOptions = {}) {
    super("losses.meanAbsolutePercentageError", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().meanAbsolutePercentageErrorLoss;
  }
}

/**
 * The mean over the outputs of (log(1 + yTrue) - log(1 + yPred))^2, where both are raised to at least 1e-7.
 */
export class MeanSquaredLogarithmicError extends KernelLoss {
  readonly name = "meanSquaredLogarithmicError";

  constructor(options: LossOptions = {}) {
    super("losses.meanSquaredLogarithmicError", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().meanSquaredLogarithmicErrorLoss;
  }
}

/** The mean over the outputs of log(cosh(yPred - yTrue)): a smooth absolute error. */
export class LogCosh extends KernelLoss {
  readonly name = "logCosh";

  constructor(options: LossOptions = {}) {
    super("losses.logCosh", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().logCoshLoss;
  }
}

/** The mean over the outputs of yPred - yTrue log(yPred + 1e-7), for counts and predicted rates. */
export class Poisson extends KernelLoss {
  readonly name = "poisson";

  constructor(options: LossOptions = {}) {
    super("losses.poisson", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().poissonLoss;
  }
}

/**
 * Minus the cosine of the angle between the labels and the predictions of a sample: -1 in the same
 * direction, 1 in the opposite one. Norms are at least 1e-7.
 */
export class CosineSimilarity extends KernelLoss {
  readonly name = "cosineSimilarity";

  readonly axis: -1;

  constructor(options: LastAxisOptions = {}) {
    super("losses.cosineSimilarity", options, ["axis"]);
    this.axis = lastAxis(options.axis);
  }

  override kernel(): LossKernel {
    return lossKernels().cosineSimilarityLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}
