import { LanegradError, show } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import { checkKeys } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { kernels } from "../runtime/runtime.js";
import { tensorAt } from "../tensor/inMemory.js";
import { fromValues } from "../tensor/tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { LossBatch } from "./batch.js";
import { checkLabels } from "./labels.js";
import type { LabelKind } from "./labels.js";
import { checkLabelCount, layOut, weightsOf } from "./operands.js";
import { toReduction } from "./reduction.js";
import type { Reduction, ReductionName } from "./reduction.js";

/** Options of every loss. */
export interface LossOptions {
  /** How the losses of a batch become one number. Default "sumOverBatchSize". */
  reduction?: Reduction;
}

/**
 * How wrong predictions are. The loss of a batch is the sum of weight times the loss of each sample,
 * divided as the reduction says: by the number of losses unless it says otherwise.
 */
export abstract class Loss {
  /** The name that configurations use. */
  abstract readonly name: string;
  /** How the losses of a batch become one number. */
  readonly reduction: ReductionName;
  /** @internal What the labels must be. */
  readonly labels: LabelKind = "any";
  /** @internal Whether predictions are logits. */
  readonly fromLogits: boolean = false;
  /** @internal Samples of this class do not count. */
  readonly ignoreClass: number | null = null;
  /** @internal Whether `evaluate` needs memory for the losses even where nobody asks for them. */
  readonly needsPerSample: boolean = false;

  protected constructor(owner: string, options: LossOptions, known: readonly string[]) {
    checkKeys(owner, options, ["reduction", ...known]);
    this.reduction = toReduction(options.reduction);
  }

  /**
   * @internal Returns the sum of weight times loss over a batch; writes the losses without weights to
   * `perSample` and the gradient, times weight and `gradientScale`, to `dPred`. May change `batch`.
   */
  abstract evaluate(kernels: Kernels, batch: LossBatch): number;

  /** The options from which an equal loss can be made. */
  getConfig(): Record<string, unknown> {
    return { name: this.name, reduction: this.reduction };
  }

  /** @internal Whether a row of predictions has one label. */
  get isSparse(): boolean {
    return this.labels === "classIndices" || this.labels === "integers";
  }

  /** @internal The shape of the labels for predictions of this shape. */
  labelShape(predictions: Shape): Shape {
    return this.isSparse ? [...predictions.slice(0, -1), 1] : predictions;
  }

  /** @internal How many of the axes of the predictions, from the last on, one loss is over. */
  axesPerLoss(_rank: number): number {
    return 1;
  }

  /** @internal The axes of the predictions that no loss is over: the shape of the losses. */
  shapeOfLosses(predictions: Shape): Shape {
    const rank = predictions.length;
    return predictions.slice(0, rank - this.axesPerLoss(rank));
  }

  /** @internal How many predictions one loss is over; 0 if it is over the whole batch. */
  columnsOf(predictions: Shape): number {
    const outer = this.shapeOfLosses(predictions).length;
    if (outer === 0) return 0;
    return predictions.slice(outer).reduce<number>((product, size) => product * (size ?? 1), 1);
  }

  /** @internal The loss of a batch, reduced. Its gradient is what `dPred` gets. */
  reduce(kernels: Kernels, batch: LossBatch): number {
    const divisor = this.#divisor(kernels, batch);
    // Where nothing counts the loss is 0, as in Keras.
    batch.gradientScale = divisor === 0 ? 0 : batch.lossWeight / divisor;
    const sum = this.evaluate(kernels, batch);
    return divisor === 0 ? 0 : sum / divisor;
  }

  /** What the sum of weight times loss is divided by. */
  #divisor(kernels: Kernels, batch: LossBatch): number {
    if (this.reduction === "sum") return 1;
    // The one loss of a whole batch counts once for each weight.
    const count = batch.sampleWeight === 0 ? batch.rows : Math.max(batch.rows, batch.samples);
    const weights = this.reduction === "meanWithSampleWeight" ? batch.sampleWeight : batch.mask;
    if (weights === 0 && this.ignoreClass === null) return count;
    const labels = this.ignoreClass === null ? 0 : batch.yTrue;
    return kernels.sumOfRowWeights(weights, count, batch.rowsPerWeight, labels, this.ignoreClass ?? 0);
  }

  /**
   * The loss of a batch.
   *
   * @param yTrue labels, of the shape of `yPred`; [n] or [n, 1] for a sparse loss: class indices, or whole
   * numbers for `circle`
   * @param yPred predictions, [n, ..., outputs]
   * @param sampleWeight a weight for each sample, [n], or for each loss that `perSample` has; default 1
   * @throws LanegradError SHAPE_MISMATCH or INVALID_LABEL
   */
  value(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): number {
    return this.#compute(yTrue, yPred, sampleWeight).value;
  }

  /**
   * The loss of each sample, without weights: [n], or [n, ...] where predictions have axes between; [] for
   * a loss of the whole batch.
   *
   * @throws LanegradError SHAPE_MISMATCH or INVALID_LABEL
   */
  perSample(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return this.#compute(yTrue, yPred, undefined).perSample;
  }

  /**
   * The gradient of `value` with respect to the predictions.
   *
   * @throws LanegradError SHAPE_MISMATCH or INVALID_LABEL
   */
  gradient(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): Tensor {
    return this.#compute(yTrue, yPred, sampleWeight).gradient;
  }

  /** Checks the values and computes all there is to know. */
  #compute(yTrue: TensorLike, yPred: TensorLike, sampleWeight: TensorLike | undefined): Evaluation {
    const predictions = fromValues(yPred, "yPred");
    if (predictions.rank < 1 || predictions.size === 0) {
      throw new LanegradError("SHAPE_MISMATCH", `yPred must hold predictions. Received: ${show(yPred)}`);
    }
    const outputs = predictions.shape[predictions.rank - 1];
    const labels = fromValues(yTrue, "yTrue");
    checkLabelCount(labels, predictions, predictions.size / (this.isSparse ? outputs : 1));
    checkLabels(this, labels.data, outputs, "yTrue");
    const batchShape = predictions.rank === 1 ? [1, ...predictions.shape] : predictions.shape;
    const [samples] = batchShape;
    const columns = this.columnsOf(batchShape);
    const weights = weightsOf(sampleWeight, samples, columns === 0 ? samples : predictions.size / columns);
    const weighed = weights?.length ?? samples;
    const batch = new LossBatch();
    batch.arrange(weighed, predictions.size / weighed, columns);
    return this.#run(labels.data, predictions, weights, batch);
  }

  /** Copies the values into scratch memory and calls the kernels. */
  #run(
    labels: Float32Array,
    predictions: Tensor,
    weights: Float32Array | undefined,
    batch: LossBatch,
  ): Evaluation {
    const { shape } = predictions;
    [batch.yTrue, batch.yPred, batch.sampleWeight, batch.perSample, batch.dPred] = layOut(
      labels,
      predictions.data,
      weights,
      batch.rows,
      predictions.size,
    );
    const value = this.reduce(kernels(), batch);
    const outer = shape.length === 1 ? 0 : this.shapeOfLosses(shape).length;
    return {
      value,
      perSample: tensorAt(batch.perSample, shape.slice(0, outer)),
      gradient: tensorAt(batch.dPred, shape),
    };
  }
}

interface Evaluation {
  value: number;
  perSample: Tensor;
  gradient: Tensor;
}
