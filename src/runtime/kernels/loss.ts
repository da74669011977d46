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
  categoricalGeneralizedCrossEntropyLoss: LossKernel;
  diceLoss: LossKernel;
  tverskyLoss: LossKernel;
  perceptronLoss: LossKernel;
  binaryFocalCrossentropyLoss(
    yTrue: number,
    yPred: number,
    sampleWeight: number,
    perSample: number,
    dPred: number,
    rows: number,
    columns: number,
    rowsPerWeight: number,
    gradientScale: number,
    positive: number,
    negative: number,
    gamma: number,
    smoothing: number,
    fromLogits: number,
  ): number;
  categoricalFocalCrossentropyLoss(
    yTrue: number,
    yPred: number,
    sampleWeight: number,
    perSample: number,
    dPred: number,
    rows: number,
    columns: number,
    rowsPerWeight: number,
    gradientScale: number,
    alpha: number,
    gamma: number,
    smoothing: number,
    fromLogits: number,
  ): number;
  circleLoss(
    yTrue: number,
    yPred: number,
    sampleWeight: number,
    perSample: number,
    dPred: number,
    rows: number,
    columns: number,
    gradientScale: number,
    gamma: number,
    margin: number,
    withItself: number,
  ): number;
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
