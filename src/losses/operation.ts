import type { Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { Loss } from "./loss.js";

/** The loss at one output of a plan: adds its value up and, in training, writes the gradient. */
export class LossOperation implements Operation {
  /** The weighted sum over the samples of the last batch. An array, so that no number is boxed. */
  readonly sum = new Float64Array(1);
  /** Whether this batch has sample weights. */
  isWeighted = false;
  readonly #columns: number;
  readonly #rowsPerSample: number;

  constructor(
    readonly head: { readonly loss: Loss; readonly lossWeight: number },
    readonly yTrue: Slot,
    readonly yPred: Slot,
    readonly sampleWeight: Slot,
    readonly dPred: GradientSink,
  ) {
    this.#columns = yPred.shape[yPred.shape.length - 1] ?? 1;
    this.#rowsPerSample = yPred.rowSize / this.#columns;
  }

  forward({ kernels, rows }: StepContext): void {
    const { loss, lossWeight } = this.head;
    const count = rows * this.#rowsPerSample;
    this.sum[0] = loss.kernel(kernels)(
      this.yTrue.value,
      this.yPred.value,
      this.isWeighted ? this.sampleWeight.value : 0,
      0,
      this.dPred.address,
      count,
      this.#columns,
      this.#rowsPerSample,
      lossWeight / count,
      loss.a,
      loss.b,
    );
  }

  /** The mean over the samples of a batch. */
  mean(rows: number): number {
    return this.sum[0] / (rows * this.#rowsPerSample);
  }
}
