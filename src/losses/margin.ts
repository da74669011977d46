import type { LossKernel } from "../runtime/kernels/index.js";
import { lossKernels } from "../runtime/kernels/losses.js";
import { KernelLoss } from "./kernelLoss.js";
import type { LabelKind } from "./labels.js";
import type { LossOptions } from "./loss.js";

/** The mean over the outputs of max(1 - t yPred, 0), with labels t of -1 and 1; 0 and 1 count as these. */
export class Hinge extends KernelLoss {
  readonly name = "hinge";
  override readonly labels: LabelKind = "signs";

  constructor(options: LossOptions = {}) {
    super("losses.hinge", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().hingeLoss;
  }
}

/** The mean over the outputs of max(1 - t yPred, 0)^2, with labels t of -1 and 1; 0 and 1 count as these. */
export class SquaredHinge extends KernelLoss {
  readonly name = "squaredHinge";
  override readonly labels: LabelKind = "signs";

  constructor(options: LossOptions = {}) {
    super("losses.squaredHinge", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().squaredHingeLoss;
  }
}

/** max(the largest (1 - t) p - the sum of t p + 1, 0) over the classes, for labels t that are one-hot rows. */
export class CategoricalHinge extends KernelLoss {
  readonly name = "categoricalHinge";
  override readonly labels: LabelKind = "probabilities";

  constructor(options: LossOptions = {}) {
    super("losses.categoricalHinge", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().categoricalHingeLoss;
  }
}

/**
 * The mean over the outputs of |t - yPred|, for an output behind a hard threshold: labels t of 0 and 1 for a
 * unit step, -1 and 1 for a sign. Its "gradient" is deliberately not the derivative of that but the error
 *
 *   yPred - t, times the sample weight and what the reduction divides by,
 *
 * not divided by the number of outputs. Behind a threshold that passes gradients straight through, with
 * batches of one row and plain gradient descent at learning rate r, every output then changes its weights by
 * r (t - yPred) x: exactly the rule of the perceptron (Rosenblatt 1958), which moves weights only for wrong
 * answers. With labels of -1 and 1 the error of a wrong answer is 2 in size.
 */
export class Perceptron extends KernelLoss {
  readonly name = "perceptron";
  override readonly labels: LabelKind = "signs";

  constructor(options: LossOptions = {}) {
    super("losses.perceptron", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().perceptronLoss;
  }
}
