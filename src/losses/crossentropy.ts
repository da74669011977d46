import { flag, fraction, invalidOption, positive } from "../options.js";
import type { Kernels, LossKernel } from "../runtime/kernels/index.js";
import { lossKernels } from "../runtime/kernels/losses.js";
import { lastAxis } from "./axis.js";
import type { LastAxisOptions } from "./axis.js";
import { KernelLoss } from "./kernelLoss.js";
import type { LabelKind } from "./labels.js";
import type { LossOptions } from "./loss.js";

/** Options of the cross-entropies with labels that are not class indices. */
export interface CrossentropyOptions extends LastAxisOptions {
  /** Whether predictions are logits (no sigmoid or softmax at the end of the model). Default false. */
  fromLogits?: boolean;
  /** Moves labels this far towards uniform. Default 0. */
  labelSmoothing?: number;
}

/** Options of the sparse cross-entropy. */
export interface SparseCrossentropyOptions extends LastAxisOptions {
  /** Whether predictions are logits (no softmax at the end of the model). Default false. */
  fromLogits?: boolean;
  /**
   * Samples with this label have loss 0 and are not counted where the reduction divides; it may lie outside
   * the classes, as -1 or 255. Default null: all count.
   */
  ignoreClass?: number | null;
}

/** Options of `losses.categoricalGeneralizedCrossEntropy`. */
export interface GeneralizedOptions extends LossOptions {
  /** Between 0, almost the cross-entropy, and 1, the absolute error; both excluded. Default 0.5. */
  q?: number;
}

/** A cross-entropy whose labels can be smoothed. */
abstract class SmoothedCrossentropy extends KernelLoss {
  override readonly labels: LabelKind = "probabilities";
  override readonly fromLogits: boolean;
  override readonly a: number;
  readonly axis: -1;

  constructor(owner: string, options: CrossentropyOptions) {
    super(owner, options, ["fromLogits", "labelSmoothing", "axis"]);
    this.fromLogits = flag("fromLogits", options.fromLogits ?? false);
    this.a = fraction("labelSmoothing", options.labelSmoothing ?? 0);
    this.axis = lastAxis(options.axis);
  }

  override getConfig(): Record<string, unknown> {
    const { fromLogits, a, axis } = this;
    return { ...super.getConfig(), fromLogits, labelSmoothing: a, axis };
  }
}

/**
 * -(t log p + (1 - t) log(1 - p)), the mean over the outputs: for one yes-or-no output, or several
 * independent ones. Probabilities are clipped to [1e-7, 1 - 1e-7], as in Keras.
 */
export class BinaryCrossentropy extends SmoothedCrossentropy {
  readonly name = "binaryCrossentropy";

  constructor(options: CrossentropyOptions = {}) {
    super("losses.binaryCrossentropy", options);
  }

  override kernel(k: Kernels): LossKernel {
    return this.fromLogits ? k.binaryCrossentropyFromLogitsLoss : k.binaryCrossentropyLoss;
  }
}

/** -sum t log p over the classes, for labels that are one-hot rows or distributions. */
export class CategoricalCrossentropy extends SmoothedCrossentropy {
  readonly name = "categoricalCrossentropy";

  constructor(options: CrossentropyOptions = {}) {
    super("losses.categoricalCrossentropy", options);
  }

  override kernel(k: Kernels): LossKernel {
    return this.fromLogits ? k.categoricalCrossentropyFromLogitsLoss : k.categoricalCrossentropyLoss;
  }
}

/** Whole numbers up to here are float32 numbers. */
const LARGEST_CLASS = 16_777_216;

function classNumber(name: string, value: unknown): number {
  if (Number.isInteger(value) && Math.abs(value as number) <= LARGEST_CLASS) return value as number;
  throw invalidOption(name, `null or a whole number from -${LARGEST_CLASS} to ${LARGEST_CLASS}`, value);
}

/** -log p of the right class, for labels that are class indices. */
export class SparseCategoricalCrossentropy extends KernelLoss {
  readonly name = "sparseCategoricalCrossentropy";
  override readonly labels: LabelKind = "classIndices";
  override readonly fromLogits: boolean;
  override readonly ignoreClass: number | null;
  override readonly a: number;
  override readonly b: number;
  readonly axis: -1;

  constructor(options: SparseCrossentropyOptions = {}) {
    super("losses.sparseCategoricalCrossentropy", options, ["fromLogits", "ignoreClass", "axis"]);
    const { ignoreClass = null } = options;
    this.fromLogits = flag("fromLogits", options.fromLogits ?? false);
    this.ignoreClass = ignoreClass === null ? null : classNumber("ignoreClass", ignoreClass);
    this.a = this.ignoreClass ?? 0;
    this.b = this.ignoreClass === null ? 0 : 1;
    this.axis = lastAxis(options.axis);
  }

  override kernel(k: Kernels): LossKernel {
    return this.fromLogits
      ? k.sparseCategoricalCrossentropyFromLogitsLoss
      : k.sparseCategoricalCrossentropyLoss;
  }

  override getConfig(): Record<string, unknown> {
    const { fromLogits, ignoreClass, axis } = this;
    return { ...super.getConfig(), fromLogits, ignoreClass, axis };
  }
}

/**
 * (1 - p^q) / q for the probability p of the right class, for labels that are class indices: wrong labels
 * disturb it less than the cross-entropy (Zhang and Sabuncu 2018).
 */
export class CategoricalGeneralizedCrossEntropy extends KernelLoss {
  readonly name = "categoricalGeneralizedCrossEntropy";
  override readonly labels: LabelKind = "classIndices";
  override readonly a: number;

  constructor(options: GeneralizedOptions = {}) {
    super("losses.categoricalGeneralizedCrossEntropy", options, ["q"]);
    this.a = positive("q", fraction("q", options.q ?? 0.5));
  }

  override kernel(): LossKernel {
    return lossKernels().categoricalGeneralizedCrossEntropyLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), q: this.a };
  }
}

/**
 * The sum over the outputs of t log(t / p), how far predicted distributions are from those of the labels
 * (Kullback and Leibler 1951). Both are clipped to [1e-7, 1], as in Keras.
 */
export class KlDivergence extends KernelLoss {
  readonly name = "klDivergence";
  override readonly labels: LabelKind = "probabilities";

  constructor(options: LossOptions = {}) {
    super("losses.klDivergence", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().klDivergenceLoss;
  }
}
