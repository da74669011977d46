/**
 * Returns the sum over the rows of weight times loss. Writes the loss of each row to `perSample` and the
 * gradient, times `gradientScale` and the row's weight, to `dPred`; a pointer of 0 leaves either out.
 */
export type LossKernel = (
  yTrue: number,
  yPred: number,
  sampleWeight: number,
  perSample: number,
  dPred: number,
  rows: number,
  columns: number,
  rowsPerWeight: number,
  gradientScale: number,
  a: number,
  b: number,
) => number;

/** Of `assembly/loss*.ts` those of common losses. */
export interface LossKernels {
  meanSquaredErrorLoss: LossKernel;
  meanAbsoluteErrorLoss: LossKernel;
  binaryCrossentropyLoss: LossKernel;
  binaryCrossentropyFromLogitsLoss: LossKernel;
  categoricalCrossentropyLoss: LossKernel;
  categoricalCrossentropyFromLogitsLoss: LossKernel;
  sparseCategoricalCrossentropyLoss: LossKernel;
  sparseCategoricalCrossentropyFromLogitsLoss: LossKernel;
  sumOfRowWeights(
    sampleWeight: number,
    rows: number,
    rowsPerWeight: number,
    yTrue: number,
    ignoredClass: number,
  ): number;
  weighLosses(
    perSample: number,
    dPred: number,
    sampleWeight: number,
    rows: number,
    columns: number,
    rowsPerWeight: number,
    gradientScale: number,
  ): number;
}
