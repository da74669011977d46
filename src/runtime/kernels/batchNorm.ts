/** `assembly/batchNorm.ts`. `totals` is the address of `columnTotals(channels)` floats. */
export interface BatchNormKernels {
  batchNormForwardTraining(
    x: number,
    gamma: number,
    beta: number,
    y: number,
    mean: number,
    inverseStandardDeviation: number,
    movingMean: number,
    movingVariance: number,
    rows: number,
    channels: number,
    momentum: number,
    epsilon: number,
    totals: number,
  ): void;
  batchNormForwardInference(
    x: number,
    gamma: number,
    beta: number,
    movingMean: number,
    movingVariance: number,
    y: number,
    rows: number,
    channels: number,
    epsilon: number,
    totals: number,
  ): void;
  batchNormBackwardTraining(
    x: number,
    dY: number,
    gamma: number,
    mean: number,
    inverseStandardDeviation: number,
    dX: number,
    dGamma: number,
    dBeta: number,
    rows: number,
    channels: number,
    totals: number,
  ): void;
  batchNormBackwardInference(
    x: number,
    dY: number,
    gamma: number,
    movingMean: number,
    movingVariance: number,
    dX: number,
    dGamma: number,
    dBeta: number,
    rows: number,
    channels: number,
    epsilon: number,
    totals: number,
  ): void;
}
