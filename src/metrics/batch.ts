import type { Kernels } from "../runtime/kernels/index.js";

/** A batch as metrics see it. One object serves all steps, so that none is made in a step. */
export class MetricBatch {
  /** The address of the labels: [rows, columns], or [rows] of class indices for a sparse metric. */
  yTrue = 0;
  /** The address of the predictions, [rows, columns]. */
  yPred = 0;
  /** Samples times the places between their first and last axis. */
  rows = 0;
  /** The last axis of the predictions. */
  columns = 0;
  /** The address of the weights, one for each sample or place within it; 0 if there are none. */
  sampleWeight = 0;
  /** How many rows share a weight. */
  rowsPerWeight = 1;
  /** The address of the float64 numbers that the metric asked for; their content does not outlive a call. */
  workspace = 0;
}

/** The sum of the weights of the rows of a batch. */
export function weightOf(k: Kernels, batch: MetricBatch): number {
  if (batch.sampleWeight === 0) return batch.rows;
  return batch.rowsPerWeight * k.sum(batch.sampleWeight, batch.rows / batch.rowsPerWeight);
}
