// Batch normalisation in training where a mask says which steps count. What makes masks links this.
import type { Operation, StepContext } from "../graph/operation.js";
import type { Slot } from "../graph/slot.js";
import { layerKernels } from "../runtime/kernels/layers.js";
import type { BatchNormalizationOperation, BatchStatistics } from "./batchNormalization.js";

/** In the place of epsilon: what is given is the inverse standard deviation and not the variance. */
const INVERSE = -1;

/**
 * Normalises all steps by mean and variance of those that count (Keras's BatchNormalization). The statistics are those that
 * the steps that count have alone, one after another; where none counts, those of zeros.
 */
export class MaskedBatchNormalization implements Operation {
  readonly #whole: BatchNormalizationOperation;
  readonly #batch: BatchStatistics;
  readonly #mask: Slot;
  /** Values in each step. */
  readonly #columns: number;
  /** Rows of channels in each step. */
  readonly #inner: number;
  /** Rows that counted in the last forward call. */
  #counting = 1;

  /** @param whole the same without a mask, in training */
  constructor(whole: BatchNormalizationOperation, mask: Slot) {
    this.#whole = whole;
    this.#batch = whole.batch as BatchStatistics;
    this.#mask = mask;
    this.#columns = whole.x.rowSize / mask.rowSize;
    this.#inner = this.#columns / whole.channels;
  }

  forward({ kernels, rows }: StepContext): void {
    const { layer, parts, x, y, totals, channels, scale, offset } = this.#whole;
    const { mean, inverseDeviation } = this.#batch;
    const steps = rows * this.#mask.rowSize;
    this.#whole.copyStatistics(kernels, this.#batch.before, parts.movingMean);
    // The output is room for them until it is computed.
    const gathered = layerKernels().gatherSteps(x.value, this.#mask.value, y.value, steps, this.#columns);
    this.#counting = gathered * this.#inner;
    kernels.batchNormForwardTraining(
      y.value,
      scale,
      offset,
      y.value,
      mean.address,
      inverseDeviation.address,
      parts.movingMean.address,
      parts.movingVariance.address,
      this.#counting,
      channels,
      layer.momentum,
      layer.epsilon,
      totals.address,
    );
    kernels.batchNormForwardInference(
      x.value,
      scale,
      offset,
      mean.address,
      inverseDeviation.address,
      y.value,
      steps * this.#inner,
      channels,
      INVERSE,
      totals.address,
    );
  }

  undo(context: StepContext): void {
    this.#whole.undo(context);
  }

  backward({ kernels, rows }: StepContext): void {
    const { gradients, x, y, totals, channels, scale, dScale, dOffset } = this.#whole;
    const { mean, inverseDeviation } = this.#batch;
    const steps = rows * this.#mask.rowSize;
    kernels.batchNormBackwardInference(
      x.value,
      y.gradient,
      scale,
      mean.address,
      inverseDeviation.address,
      0,
      dScale,
      dOffset,
      steps * this.#inner,
      channels,
      INVERSE,
      totals.address,
    );
    layerKernels().batchNormBackwardSteps(
      x.value,
      y.gradient,
      this.#mask.value,
      scale,
      mean.address,
      inverseDeviation.address,
      dScale,
      dOffset,
      gradients.dX.address,
      steps,
      this.#inner,
      channels,
      this.#counting,
    );
  }
}
