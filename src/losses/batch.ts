/**
 * A batch as a loss sees it: byte addresses in linear memory, 0 for what is not there or not wanted, and
 * counts. One object for each place where losses are computed, changed in place from step to step.
 */
export class LossBatch {
  /** [rows, columns], or [rows] of class numbers. */
  yTrue = 0;
  /** [rows, columns]. */
  yPred = 0;
  /** [samples], or 0: every sample weighs 1. */
  sampleWeight = 0;
  /** [samples], 0 for what does not count, or 0: every sample counts. */
  mask = 0;
  /** [rows], overwritten, or 0. */
  perSample = 0;
  /** [rows, columns], overwritten, or 0. */
  dPred = 0;
  /** Rows of the model's batch, or the steps of these where each has a weight or there is a mask: what has a weight. */
  samples = 0;
  /** The number of losses. */
  rows = 0;
  /** The predictions that one loss is over. */
  columns = 0;
  rowsPerWeight = 1;
  /** The factor of this loss in a sum of several: multiplies the gradient, not the value. */
  lossWeight = 1;
  /** What gradients are multiplied by: that factor over what the sum of the losses is divided by. */
  gradientScale = 1;

  /**
   * Sets the counts.
   *
   * @param sampleSize the number of predictions for each sample
   * @param columns the predictions that one loss is over; 0 if it is over the whole batch
   */
  arrange(samples: number, sampleSize: number, columns: number): void {
    const count = samples * sampleSize;
    this.samples = samples;
    this.columns = columns === 0 ? count : columns;
    this.rows = count / this.columns;
    this.rowsPerWeight = Math.max(1, this.rows / samples);
  }
}
