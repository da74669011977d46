import { positive } from "../options.js";
import type { Kernels, LossKernel } from "../runtime/kernels.js";
import { Loss } from "./loss.js";

/** Options of `losses.huber`. */
export interface HuberOptions {
  /** Where the parabola becomes a line. Default 1. */
  delta?: number;
}

/** The mean over the outputs of (yTrue - yPred)^2. */
export class MeanSquaredError extends Loss {
  readonly name = "meanSquaredError";

  constructor(options: object = {}) {
    super("losses.meanSquaredError", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.meanSquaredErrorLoss;
  }
}

/** The mean over the outputs of |yTrue - yPred|. */
export class MeanAbsoluteError extends Loss {
  readonly name = "meanAbsoluteError";

  constructor(options: object = {}) {
    super("losses.meanAbsoluteError", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.meanAbsoluteErrorLoss;
  }
}

/** Half the square of small errors, a line for errors beyond delta (Huber 1964). */
export class Huber extends Loss {
  readonly name = "huber";
  override readonly a: number;

  constructor(options: HuberOptions = {}) {
    super("losses.huber", options, ["delta"]);
    this.a = positive("delta", options.delta ?? 1);
  }

  override kernel(k: Kernels): LossKernel {
    return k.huberLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, delta: this.a };
  }
}
