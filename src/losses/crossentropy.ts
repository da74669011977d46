import { flag, fraction } from "../options.js";
import type { Kernels, LossKernel } from "../runtime/kernels/index.js";
import { Loss } from "./loss.js";
import type { LabelKind } from "./loss.js";

/** Options of the sparse cross-entropy. */
export interface SparseCrossentropyOptions {
  /** Whether predictions are logits (no softmax at the end of the model). Default false. */
  fromLogits?: boolean;
}

/** Options of the other cross-entropies. */
export interface CrossentropyOptions extends SparseCrossentropyOptions {
  /** Moves labels this far towards uniform. Default 0. */
  labelSmoothing?: number;
}

/**
 * -(t log p + (1 - t) log(1 - p)), the mean over the outputs: for one yes-or-no output, or several
 * independent ones. Probabilities are clipped to [1e-7, 1 - 1e-7], as in Keras.
 */
export class BinaryCrossentropy extends Loss {
  readonly name = "binaryCrossentropy";
  override readonly labels: LabelKind = "probabilities";
  override readonly fromLogits: boolean;
  override readonly a: number;

  constructor(options: CrossentropyOptions = {}) {
    super("losses.binaryCrossentropy", options, ["fromLogits", "labelSmoothing"]);
    this.fromLogits = flag("fromLogits", options.fromLogits ?? false);
    this.a = fraction("labelSmoothing", options.labelSmoothing ?? 0);
  }

  override kernel(k: Kernels): LossKernel {
    return this.fromLogits ? k.binaryCrossentropyFromLogitsLoss : k.binaryCrossentropyLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, fromLogits: this.fromLogits, labelSmoothing: this.a };
  }
}

/** -sum t log p over the classes, for labels that are one-hot rows or distributions. */
export class CategoricalCrossentropy extends Loss {
  readonly name = "categoricalCrossentropy";
  override readonly labels: LabelKind = "probabilities";
  override readonly fromLogits: boolean;
  override readonly a: number;

  constructor(options: CrossentropyOptions = {}) {
    super("losses.categoricalCrossentropy", options, ["fromLogits", "labelSmoothing"]);
    this.fromLogits = flag("fromLogits", options.fromLogits ?? false);
    this.a = fraction("labelSmoothing", options.labelSmoothing ?? 0);
  }

  override kernel(k: Kernels): LossKernel {
    return this.fromLogits ? k.categoricalCrossentropyFromLogitsLoss : k.categoricalCrossentropyLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, fromLogits: this.fromLogits, labelSmoothing: this.a };
  }
}

/** -log p of the right class, for labels that are class indices. */
export class SparseCategoricalCrossentropy extends Loss {
  readonly name = "sparseCategoricalCrossentropy";
  override readonly labels: LabelKind = "classIndices";
  override readonly fromLogits: boolean;

  constructor(options: SparseCrossentropyOptions = {}) {
    super("losses.sparseCategoricalCrossentropy", options, ["fromLogits"]);
    this.fromLogits = flag("fromLogits", options.fromLogits ?? false);
  }

  override kernel(k: Kernels): LossKernel {
    return this.fromLogits
      ? k.sparseCategoricalCrossentropyFromLogitsLoss
      : k.sparseCategoricalCrossentropyLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, fromLogits: this.fromLogits };
  }
}

/**
 * The sum over the outputs of t log(t / p), how far predicted distributions are from those of the labels
 * (Kullback and Leibler 1951). Both are clipped to [1e-7, 1], as in Keras.
 */
export class KlDivergence extends Loss {
  readonly name = "klDivergence";
  override readonly labels: LabelKind = "probabilities";

  constructor(options: object = {}) {
    super("losses.klDivergence", options, []);
  }

  override kernel(k: Kernels): LossKernel {
    return k.klDivergenceLoss;
  }
}
