import { LanegradError, showShape } from "../errors.js";
import type { Loss } from "../losses/index.js";
import { checkLabelCount, layOut, weightsOf } from "../losses/operands.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { kernels, memory } from "../runtime/runtime.js";
import { fromValues } from "../tensor/tensor.js";
import type { TensorLike } from "../tensor/tensor.js";
import { MetricBatch } from "./batch.js";

/**
 * A measure that adds up over batches, in double precision: its result is that of all rows at once,
 * whatever the batches were. Without sample weights, counts are exact.
 *
 * @typeParam Result a number, or one number for each class, output or threshold
 */
export abstract class Metric<Result extends number | number[] = number> {
  /** The key of the metric in histories. */
  readonly name: string;
  /** @internal What has been added up. An array, so that no number is boxed. */
  protected state: Float64Array;
  /** @internal The outputs it has been set up for; 0 before the first batch. */
  protected columns = 0;

  protected constructor(name: string, stateSize = 2) {
    this.name = name;
    this.state = new Float64Array(stateSize);
  }

  /** @internal The same metric with a state of its own: each compiled model has its own. */
  abstract copy(): Metric<Result>;

  /** @internal Whether labels are class indices, one for each row. */
  abstract isSparse(): boolean;

  /** What the metric is and its options, from which an equal one can be made. */
  abstract getConfig(): Record<string, unknown>;

  /** The value over everything since the last reset. */
  abstract result(): Result;

  /** @internal Adds a batch that lies in linear memory. */
  abstract accumulate(k: Kernels, batch: MetricBatch): void;

  /** @internal The option to set for a result that is one number; undefined if it is one already. */
  vectorOption(): string | undefined {
    return undefined;
  }

  /** @internal Whether labels may have either form, found from the loss or the shapes. */
  get adapts(): boolean {
    return false;
  }

  /** @internal Whether labels may be no places among the outputs. */
  get readsAnyLabels(): boolean {
    return false;
  }

  /**
   * @internal Adapts to the loss of a model: what the labels and predictions are.
   *
   * @throws LanegradError INVALID_OPTION if it cannot measure such predictions
   */
  settle(_loss: Loss, _columns: number): void {}

  /** @internal How many float64 numbers `accumulate` needs to work in. */
  workspaceSize(): number {
    return 0;
  }

  /**
   * @internal Sets the metric up for a number of outputs, once.
   *
   * @throws LanegradError SHAPE_MISMATCH or INVALID_OPTION
   */
  build(columns: number): void {
    if (this.columns === columns) return;
    if (this.columns !== 0) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `metric ${this.name} has seen predictions with ${this.columns} outputs; they must not change. Received: ${columns} outputs`,
      );
    }
    this.setUp(columns);
    this.columns = columns;
  }

  /** @internal Makes the state for a number of outputs, or refuses them. */
  protected setUp(_columns: number): void {}

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
    this.state.fill(0); // a snapshot from before the first batch may be empty
    this.state.set(state);
  }

  /**
   * Adds a batch.
   *
   * @param yTrue labels, of the shape of `yPred`, or class indices for sparse metrics
   * @param yPred predictions, [n, ..., outputs]
   * @param sampleWeight a weight for each sample, [n], or for each place before the last axis, [n, ...]; default 1
   * @throws LanegradError SHAPE_MISMATCH if they do not fit each other
   * @throws LanegradError INVALID_DATA if there are no predictions
   */
  update(yTrue: TensorLike, yPred: TensorLike, sampleWeight?: TensorLike): void {
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
    this.build(columns);
    const expected = this.labelCount(rows, columns);
    checkLabelCount(labels, predictions, expected);
    this.checkLabels(labels.data, columns);
    const samples = predictions.rank > 1 ? predictions.shape[0] : rows;
    const weights = weightsOf(sampleWeight, samples, rows);
    this.#run(labels.data, predictions.data, weights, rows, rows / (weights?.length ?? samples));
  }

  /** @internal Lets a metric that adapts to shapes see them. */
  protected resolve(_labels: number, _rows: number, _columns: number): void {}

  /** @internal How many labels go with so many predictions. */
  protected labelCount(rows: number, columns: number): number {
    return this.isSparse() ? rows : rows * columns;
  }

  /** @internal Refuses labels that it cannot work with. */
  protected checkLabels(_labels: Float32Array, _columns: number): void {}

  #run(
    labels: Float32Array,
    predictions: Float32Array,
    weights: Float32Array | undefined,
    rows: number,
    rowsPerWeight: number,
  ): void {
    const batch = new MetricBatch();
    [batch.yTrue, batch.yPred, batch.sampleWeight, batch.workspace] = layOut(
      labels,
      predictions,
      weights,
      2 * this.workspaceSize(),
    );
    batch.rows = rows;
    batch.columns = predictions.length / rows;
    batch.rowsPerWeight = rowsPerWeight;
    this.accumulate(kernels(), batch);
  }
}

/** x / y, and 0 where y is 0, as Keras divides counts. */
export function ratio(x: number, y: number): number {
  return y === 0 ? 0 : x / y;
}

/** state[i] += the i-th of the float64 numbers that a kernel left in the workspace. */
export function addFrom(workspace: number, state: Float64Array): void {
  const { doubles } = memory();
  const start = workspace >>> 3;
  for (let i = 0; i < state.length; i++) state[i] += doubles[start + i];
}
