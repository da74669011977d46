import type { Kernels, LossKernel } from "../runtime/kernels/index.js";
import { Loss } from "./loss.js";
import type { LabelKind } from "./loss.js";

/** The mean over the outputs of max(1 - t yPred, 0), with labels t of -1 and 1; 0 and 1 count as these. */
export class Hinge extends Loss {
  readonly name = "hinge";
  override readonly labels: LabelKind = "signs";

  constructor(options: object = {}) {
    super("losses.hinge", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.hingeLoss;
  }
}

/** The mean over the outputs of max(1 - t yPred, 0)^2, with labels t of -1 and 1; 0 and 1 count as these. */
export class SquaredHinge extends Loss {
  readonly name = "squaredHinge";
  override readonly labels: LabelKind = "signs";

  constructor(options: object = {}) {
    super("losses.squaredHinge", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.squaredHingeLoss;
  }
}

/** max(the largest (1 - t) p - the sum of t p + 1, 0) over the classes, for labels t that are one-hot rows. */
export class CategoricalHinge extends Loss {
  readonly name = "categoricalHinge";
  override readonly labels: LabelKind = "probabilities";

  constructor(options: object = {}) {
    super("losses.categoricalHinge", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.categoricalHingeLoss;
  }
}
