import { LanegradError, show, showShape } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import { checkKeys } from "../options.js";
import type { Kernels, LossKernel } from "../runtime/kernels/index.js";
import { align } from "../runtime/allocator.js";
import { kernels, memory } from "../runtime/runtime.js";
import { fromValues, Tensor } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";

/** What the labels of a loss must be. */
export type LabelKind = "any" | "probabilities" | "classIndices" | "signs";

/**
 * How wrong predictions are. The loss of a batch is the sum of weight times the loss of each sample,
 * divided by the number of samples (Keras's reduction "sum_over_batch_size").
 */
export abstract class Loss {
  /** The name that configurations use. */
  abstract readonly name: string;
  /** @internal What the labels must be. */
  readonly labels: LabelKind = "any";
  /** @internal Whether predictions are logits. */
  readonly fromLogits: boolean = false;
  /** @internal The loss's own numbers. */
  readonly a: number = 0;
  /** @internal */
  readonly b: number = 0;

  protected constructor(owner: string, options: object, known: readonly string[]) {
    checkKeys(owner, options, known);
  }

  /** @internal The kernel that computes value and gradient in one pass. */
  abstract kernel(k: Kernels): LossKernel;

  /** The options from which an equal loss can be made. */
  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }

  /** @internal The shape of the labels for predictions of this shape. */
  labelShape(predictions: Shape): Shape {
    return this.labels === "classIndices" ? [...predictions.slice(0, -1), 1] : predictions;
  }

  /**
   * The loss of a batch.
   *
   * @param yTrue labels, of the shape of `yPred`; [n] or [n, 1] class indices for a sparse loss
   * @param yPred predictions, [n, ..., outputs]
   * @param sampleWeight a weight for each sample, [n]; default 1
   * @throws LanegradError SHAPE_MISMATCH or INVALID_LABEL
   */
  value(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): number {
    const { sum, rows } = this.#evaluate(yTrue, yPred, sampleWeight);
    return sum / rows;
  }

  /**
   * The loss of each sample, without weights: [n], or [n, ...] where predictions have axes between.
   *
   * @throws LanegradError SHAPE_MISMATCH or INVALID_LABEL
   */
  perSample(yTrue: TensorLike, yPred: TensorLike): Tensor {
    return this.#evaluate(yTrue, yPred, undefined).perSample;
  }

  /**
   * The gradient of `value` with respect to the predictions.
   *
   * @throws LanegradError SHAPE_MISMATCH or INVALID_LABEL
   */
  gradient(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): Tensor {
    return this.#evaluate(yTrue, yPred, sampleWeight).gradient;
  }

  #evaluate(yTrue: TensorLike, yPred: TensorLike, sampleWeight: TensorLike | undefined): Evaluation {
    const predictions = fromValues(yPred, "yPred");
    if (predictions.rank < 1 || predictions.size === 0) {
      throw new LanegradError("SHAPE_MISMATCH", `yPred must hold predictions. Received: ${show(yPred)}`);
    }
    const columns = predictions.shape[predictions.rank - 1];
    const rows = predictions.size / columns;
    const labels = fromValues(yTrue, "yTrue");
    const expected = this.labels === "classIndices" ? rows : predictions.size;
    if (labels.size !== expected) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `yTrue must have ${expected} values for predictions of shape ${showShape(predictions.shape)}. Received: shape ${showShape(labels.shape)}`,
      );
    }
    checkLabels(this, labels.data, columns, "yTrue");
    const weights = sampleWeight === undefined ? undefined : fromValues(sampleWeight, "sampleWeight");
    const samples = predictions.rank === 1 ? 1 : predictions.shape[0];
    if (weights !== undefined && weights.size !== samples) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `sampleWeight must have ${samples} values. Received: shape ${showShape(weights.shape)}`,
      );
    }
    return this.#run(labels.data, predictions, weights?.data, rows, columns);
  }

  #run(
    labels: Float32Array,
    predictions: Tensor,
    weights: Float32Array | undefined,
    rows: number,
    columns: number,
  ): Evaluation {
    const sizes = [labels.length, predictions.size, weights?.length ?? 0, rows, predictions.size];
    const shared = memory();
    const start = shared.scratch(sizes.reduce((bytes, size) => bytes + align(4 * size), 0));
    const pointers: number[] = [];
    let pointer = start;
    for (const size of sizes) {
      pointers.push(pointer);
      pointer += align(4 * size);
    }
    const [yTrue, yPred, weight, perSample, gradient] = pointers;
    const { floats } = shared;
    floats.set(labels, yTrue >>> 2);
    floats.set(predictions.data, yPred >>> 2);
    if (weights !== undefined) floats.set(weights, weight >>> 2);
    const weightPointer = weights === undefined ? 0 : weight;
    const rowsPerWeight = weights === undefined ? 1 : rows / weights.length;
    const kernel = this.kernel(kernels());
    const sum = kernel(
      yTrue,
      yPred,
      weightPointer,
      perSample,
      gradient,
      rows,
      columns,
      rowsPerWeight,
      1 / rows,
      this.a,
      this.b,
    );
    const read = (at: number, size: number): Float32Array => floats.slice(at >>> 2, (at >>> 2) + size);
    return {
      sum,
      rows,
      perSample: new Tensor(read(perSample, rows), predictions.shape.slice(0, -1)),
      gradient: new Tensor(read(gradient, predictions.size), predictions.shape),
    };
  }
}

interface Evaluation {
  sum: number;
  rows: number;
  perSample: Tensor;
  gradient: Tensor;
}

/**
 * Checks that labels are what a loss can work with.
 *
 * @param columns the number of outputs, which for class indices is the number of classes
 * @param first the number of values of `name` before these labels
 * @throws LanegradError INVALID_LABEL with the first wrong label
 */
export function checkLabels(
  loss: Loss,
  labels: Float32Array,
  columns: number,
  name: string,
  first = 0,
): void {
  if (loss.labels === "any") return;
  if (loss.labels === "signs") return checkSigns(loss, labels, name, first);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (loss.labels === "classIndices" && !(Number.isInteger(label) && label >= 0 && label < columns)) {
      throw new LanegradError(
        "INVALID_LABEL",
        `${name} must hold class indices, whole numbers from 0 to ${columns - 1}, for ${loss.name} with ${columns} outputs. Received: ${name}[${first + i}]=${label}`,
      );
    }
    if (loss.labels === "probabilities" && !(label >= 0 && label <= 1)) {
      throw new LanegradError(
        "INVALID_LABEL",
        `${name} must hold numbers from 0 to 1 for ${loss.name}. Received: ${label} as value ${first + i} of ${name}`,
      );
    }
  }
}

/** Labels that are all -1 or 1, or all 0 or 1. Mixed, nobody could say what a 0 means. */
function checkSigns(loss: Loss, labels: Float32Array, name: string, first: number): void {
  const lowest = labels.includes(-1) ? -1 : 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === lowest || labels[i] === 1) continue;
    throw new LanegradError(
      "INVALID_LABEL",
      `${name} must hold -1 and 1, or 0 and 1, for ${loss.name}. Received: ${labels[i]} as value ${first + i} of ${name}${lowest === -1 && labels[i] === 0 ? ", and -1 elsewhere" : ""}`,
    );
  }
}
