import { LanegradError } from "../errors.js";
import { invalidOption, nonNegative } from "../options.js";
import type { Kernels, LossKernel } from "../runtime/kernels/index.js";
import { lossKernels } from "../runtime/kernels/losses.js";
import type { LossBatch } from "./batch.js";
import { KernelLoss } from "./kernelLoss.js";
import type { LabelKind } from "./labels.js";
import type { LossOptions } from "./loss.js";

/** Options of `losses.dice`. */
export interface DiceOptions extends LossOptions {
  /**
   * The axes of the predictions that one loss is over, the batch being axis 0: the last one or several, as
   * -1 or [1, 2, 3], or null for all of them. Default null: one loss for the whole batch.
   */
  axis?: number | readonly number[] | null;
}

/** Options of `losses.tversky`. */
export interface TverskyOptions extends DiceOptions {
  /** What false positives count. Default 0.5. */
  alpha?: number;
  /** What false negatives count. Default 0.5. */
  beta?: number;
}

function wrongAxis(axis: unknown): LanegradError {
  return invalidOption(
    "axis",
    "the last axis or several of the last, as -1 or [1, 2, 3], or null for all",
    axis,
  );
}

/** A loss on the overlap of two masks, over a whole batch or parts of it. */
abstract class OverlapLoss extends KernelLoss {
  override readonly labels: LabelKind = "probabilities";
  readonly axis: number | readonly number[] | null;

  constructor(owner: string, options: DiceOptions, known: readonly string[]) {
    super(owner, options, ["axis", ...known]);
    const { axis = null } = options;
    const axes: readonly unknown[] = Array.isArray(axis) ? axis : [axis ?? -1];
    if (axes.length === 0 || !axes.every(Number.isInteger)) throw wrongAxis(axis);
    this.axis = Array.isArray(axis) ? [...axis] : axis;
  }

  /** @throws LanegradError INVALID_OPTION if the axes are not the last ones of so many */
  override axesPerLoss(rank: number): number {
    if (this.axis === null) return rank;
    const axes = typeof this.axis === "number" ? [this.axis] : this.axis;
    const positions = new Set(axes.map((axis) => (axis < 0 ? axis + rank : axis)));
    for (let axis = rank - positions.size; axis < rank; axis++) {
      if (!positions.has(axis)) throw wrongAxis(this.axis);
    }
    return positions.size;
  }

  /** One loss of a whole batch weighs the sum of the weights, as Keras multiplies it by each of them. */
  override evaluate(kernels: Kernels, batch: LossBatch): number {
    if (batch.sampleWeight === 0 || batch.rows >= batch.samples) return super.evaluate(kernels, batch);
    const weight = kernels.sumOfRowWeights(batch.sampleWeight, batch.samples, 1, 0, 0);
    batch.sampleWeight = 0;
    batch.gradientScale *= weight;
    return weight * super.evaluate(kernels, batch);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}

/** 1 - 2 I / (T + P), with I the sum of t p, T that of the labels and P that of the predictions. */
export class Dice extends OverlapLoss {
  readonly name = "dice";

  constructor(options: DiceOptions = {}) {
    super("losses.dice", options, []);
  }

  override kernel(): LossKernel {
    return lossKernels().diceLoss;
  }
}

/** 1 - I / (I + alpha (P - I) + beta (T - I)), with the sums of `Dice` (Salehi et al. 2017). */
export class Tversky extends OverlapLoss {
  readonly name = "tversky";
  override readonly a: number;
  override readonly b: number;

  constructor(options: TverskyOptions = {}) {
    super("losses.tversky", options, ["alpha", "beta"]);
    this.a = nonNegative("alpha", options.alpha ?? 0.5);
    this.b = nonNegative("beta", options.beta ?? 0.5);
  }

  override kernel(): LossKernel {
    return lossKernels().tverskyLoss;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), alpha: this.a, beta: this.b };
  }
}
