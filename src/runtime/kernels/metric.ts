/** `assembly/metric.ts`. A `sampleWeight` of 0 means that all weights are 1. */
export interface MetricKernels {
  binaryAccuracySum(
    yTrue: number,
    yPred: number,
    rows: number,
    columns: number,
    threshold: number,
    sampleWeight: number,
    rowsPerWeight: number,
  ): number;
  categoricalAccuracySum(
    yTrue: number,
    yPred: number,
    rows: number,
    columns: number,
    sampleWeight: number,
    rowsPerWeight: number,
  ): number;
  sparseCategoricalAccuracySum(
    yTrue: number,
    yPred: number,
    rows: number,
    columns: number,
    sampleWeight: number,
    rowsPerWeight: number,
  ): number;
}
