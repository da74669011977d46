import type { Operation, StepContext } from "../graph/operation.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { StepWeights } from "../layers/mask.js";
import { LossBatch } from "./batch.js";
import type { Loss } from "./loss.js";

/** The loss at one output of a plan: reduces it to a number and, in training, writes the gradient. */
export class LossOperation implements Operation {
  /** The reduced loss of the last batch. An array, so that no number is boxed. */
  readonly value = new Float64Array(1);
  /** How many weights each row of this batch has: none, one, or one for each loss. */
  weightsPerRow = 0;
  /** The last batch. */
  readonly batch = new LossBatch();
  readonly #columns: number;

  /**
   * @param perSample memory for the losses of a batch, for a loss that needs it
   * @param steps which steps of the output count, where it has a mask
   */
  constructor(
    readonly head: { readonly loss: Loss; readonly lossWeight: number },
    readonly yTrue: Slot,
    readonly yPred: Slot,
    readonly sampleWeight: Slot,
    readonly dPred: GradientSink,
    readonly perSample: Pointer | undefined,
    readonly steps: StepWeights | undefined,
  ) {
    this.batch.lossWeight = head.lossWeight;
    this.#columns = head.loss.columnsOf(yPred.shape);
  }

  forward({ kernels, rows }: StepContext): void {
    const { batch, steps, weightsPerRow } = this;
    const places = steps?.steps ?? Math.max(1, weightsPerRow);
    batch.arrange(rows * places, this.yPred.rowSize / places, this.#columns);
    batch.yTrue = this.yTrue.value;
    batch.yPred = this.yPred.value;
    batch.sampleWeight = weightsPerRow > 0 ? this.sampleWeight.value : 0;
    if (steps !== undefined) {
      batch.mask = steps.mask;
      batch.sampleWeight = steps.weigh(batch.sampleWeight, rows, weightsPerRow);
    }
    batch.perSample = this.perSample === undefined ? 0 : this.perSample.address;
    batch.dPred = this.dPred.address;
    this.value[0] = this.head.loss.reduce(kernels, batch);
  }
}
