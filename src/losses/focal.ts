import { flag, fraction, nonNegative } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { lossKernels } from "../runtime/kernels/losses.js";
import { lastAxis } from "./axis.js";
import type { LossBatch } from "./batch.js";
import type { CrossentropyOptions } from "./crossentropy.js";
import type { LabelKind } from "./labels.js";
import { Loss } from "./loss.js";

/** Options of `losses.categoricalFocalCrossentropy`. */
export interface FocalOptions extends CrossentropyOptions {
  /** A factor: of all classes, or, in the binary loss, of class 1 where classes are balanced. Default 0.25. */
  alpha?: number;
  /** How little what is predicted well already counts: a power, 0 or more. Default 2. */
  gamma?: number;
}

/** Options of `losses.binaryFocalCrossentropy`. */
export interface BinaryFocalOptions extends FocalOptions {
  /** Whether class 1 counts alpha and class 0 counts 1 - alpha. Default false. */
  applyClassBalancing?: boolean;
}

const FOCAL_OPTIONS = ["alpha", "gamma", "fromLogits", "labelSmoothing", "axis"];

/** What both focal losses are told. */
abstract class FocalLoss extends Loss {
  override readonly labels: LabelKind = "probabilities";
  override readonly fromLogits: boolean;
  readonly alpha: number;
  readonly gamma: number;
  readonly labelSmoothing: number;
  readonly axis: -1;

  constructor(owner: string, options: FocalOptions, known: readonly string[]) {
    super(owner, options, known);
    this.alpha = nonNegative("alpha", options.alpha ?? 0.25);
    this.gamma = nonNegative("gamma", options.gamma ?? 2);
    this.fromLogits = flag("fromLogits", options.fromLogits ?? false);
    this.labelSmoothing = fraction("labelSmoothing", options.labelSmoothing ?? 0);
    this.axis = lastAxis(options.axis);
  }

  override getConfig(): Record<string, unknown> {
    const { alpha, gamma, fromLogits, labelSmoothing, axis } = this;
    return { ...super.getConfig(), alpha, gamma, fromLogits, labelSmoothing, axis };
  }
}

/**
 * The binary cross-entropy of each output times (1 - p)^gamma, where p is what was predicted for the right
 * answer; the mean over the outputs (Lin et al. 2017).
 */
export class BinaryFocalCrossentropy extends FocalLoss {
  readonly name = "binaryFocalCrossentropy";
  readonly applyClassBalancing: boolean;

  constructor(options: BinaryFocalOptions = {}) {
    super("losses.binaryFocalCrossentropy", options, ["applyClassBalancing", ...FOCAL_OPTIONS]);
    this.applyClassBalancing = flag("applyClassBalancing", options.applyClassBalancing ?? false);
  }

  evaluate(_kernels: Kernels, batch: LossBatch): number {
    const { alpha, applyClassBalancing } = this;
    return lossKernels().binaryFocalCrossentropyLoss(
      batch.yTrue,
      batch.yPred,
      batch.sampleWeight,
      batch.perSample,
      batch.dPred,
      batch.rows,
      batch.columns,
      batch.rowsPerWeight,
      batch.gradientScale,
      applyClassBalancing ? alpha : 1,
      applyClassBalancing ? 1 - alpha : 1,
      this.gamma,
      this.labelSmoothing,
      this.fromLogits ? 1 : 0,
    );
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), applyClassBalancing: this.applyClassBalancing };
  }
}

/** The sum over the classes of -alpha (1 - p)^gamma t log p, for labels that are one-hot rows (Lin et al. 2017). */
export class CategoricalFocalCrossentropy extends FocalLoss {
  readonly name = "categoricalFocalCrossentropy";

  constructor(options: FocalOptions = {}) {
    super("losses.categoricalFocalCrossentropy", options, FOCAL_OPTIONS);
  }

  evaluate(_kernels: Kernels, batch: LossBatch): number {
    return lossKernels().categoricalFocalCrossentropyLoss(
      batch.yTrue,
      batch.yPred,
      batch.sampleWeight,
      batch.perSample,
      batch.dPred,
      batch.rows,
      batch.columns,
      batch.rowsPerWeight,
      batch.gradientScale,
      this.alpha,
      this.gamma,
      this.labelSmoothing,
      this.fromLogits ? 1 : 0,
    );
  }
}
