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

/** `assembly/loss*.ts`. */
export interface LossKernels {
  meanSquaredErrorLoss: LossKernel;
  meanAbsoluteErrorLoss: LossKernel;
  meanAbsolutePercentageErrorLoss: LossKernel;
  meanSquaredLogarithmicErrorLoss: LossKernel;
  huberLoss: LossKernel;
  logCoshLoss: LossKernel;
  poissonLoss: LossKernel;
  klDivergenceLoss: LossKernel;
  hingeLoss: LossKernel;
  squaredHingeLoss: LossKernel;
  categoricalHingeLoss: LossKernel;
  cosineSimilarityLoss: LossKernel;
  binaryCrossentropyLoss: LossKernel;
  binaryCrossentropyFromLogitsLoss: LossKernel;
  categoricalCrossentropyLoss: LossKernel;
  categoricalCrossentropyFromLogitsLoss: LossKernel;
  sparseCategoricalCrossentropyLoss: LossKernel;
  sparseCategoricalCrossentropyFromLogitsLoss: LossKernel;
}
