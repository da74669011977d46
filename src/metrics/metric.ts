import { LanegradError, showShape } from "../errors.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { align } from "../runtime/allocator.js";
import { kernels, memory } from "../runtime/runtime.js";
import { fromValues } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";

/** A measure that adds up over batches, in double precision. */
export abstract class Metric {
  /** The key of the metric in histories. */
  readonly name: string;
  /** @internal The sum and the number of rows so far. An array, so that no number is boxed. */
  protected readonly state = new Float64Array(2);

  protected constructor(name: string) {
    this.name = name;
  }

  /** @internal The same metric with a state of its own: each compiled model has its own. */
  abstract copy(): Metric;

  /** @internal Whether labels are class indices, one for each row. */
  abstract isSparse(): boolean;

  /** @internal Adds a batch whose labels and predictions lie in linear memory. */
  accumulate(k: Kernels, yTrue: number, yPred: number, rows: number, columns: number): void {
    this.state[0] += this.sum(k, yTrue, yPred, rows, columns);
    this.state[1] += rows;
  }

  /** @internal The sum over the rows of a batch. */
  protected abstract sum(k: Kernels, yTrue: number, yPred: number, rows: number, columns: number): number;

  /** The value over everything since the last reset. */
  result(): number {
    return this.state[0] / this.state[1];
  }

  /** Starts again from nothing. */
  reset(): void {
    this.state.fill(0);
  }

  /** @internal What it has added up so far, for `restore`. */
  snapshot(): Float64Array {
    return this.state.slice();
  }

  /** @internal */
  restore(state: Float64Array): void {
    this.state.set(state);
  }

  /**
   * Adds a batch.
   *
   * @param yTrue labels, of the shape of `yPred`, or class indices for sparse metrics
   * @param yPred predictions, [n, ..., outputs]
   * @throws LanegradError SHAPE_MISMATCH if they do not fit each other
   */
  update(yTrue: TensorLike, yPred: TensorLike): void {
    const labels = fromValues(yTrue, "yTrue");
    const predictions = fromValues(yPred, "yPred");
    if (predictions.size === 0) {
      throw new LanegradError(
        "INVALID_DATA",
        `yPred must hold predictions. Received: shape ${showShape(predictions.shape)}`,
      );
    }
    const columns = predictions.rank > 1 ? predictions.shape[predictions.rank - 1] : 1;
    const rows = predictions.size / columns;
    this.resolve(labels.size, rows, columns);
    const expected = this.isSparse() ? rows : predictions.size;
    if (labels.size !== expected) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `yTrue must have ${expected} values for predictions of shape ${showShape(predictions.shape)}. Received: shape ${showShape(labels.shape)}`,
      );
    }
    const bytes = align(4 * labels.size);
    const pointer = memory().scratch(bytes + align(4 * predictions.size));
    memory().floats.set(labels.data, pointer >>> 2);
    memory().floats.set(predictions.data, (pointer + bytes) >>> 2);
    this.accumulate(kernels(), pointer, pointer + bytes, rows, columns);
  }

  /** @internal Lets a metric that adapts to shapes see them. */
  protected resolve(_labels: number, _rows: number, _columns: number): void {}
}
