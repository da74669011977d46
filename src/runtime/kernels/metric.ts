/** `assembly/metric*.ts`. A `sampleWeight` of 0 means that all weights are 1. */
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
  topKAccuracySum(
    yTrue: number,
    yPred: number,
    rows: number,
    columns: number,
    k: number,
    isSparse: boolean,
    sampleWeight: number,
    rowsPerWeight: number,
  ): number;
  decisionCounts(
    yTrue: number,
    yPred: number,
    sampleWeight: number,
    rows: number,
    columns: number,
    rowsPerWeight: number,
    isSparse: boolean,
    isSoft: boolean,
    classId: number,
    choice: number,
    thresholds: number,
    thresholdCount: number,
    groups: number,
    counts: number,
  ): void;
  confusionCounts(
    yTrue: number,
    yPred: number,
    sampleWeight: number,
    count: number,
    trueColumns: number,
    predColumns: number,
    elementsPerWeight: number,
    classes: number,
    ignoredClass: number,
    isCut: boolean,
    threshold: number,
    matrix: number,
  ): void;
  columnMoments(
    yTrue: number,
    yPred: number,
    sampleWeight: number,
    rows: number,
    columns: number,
    rowsPerWeight: number,
    sums: number,
  ): void;
  rowCorrelationSum(
    yTrue: number,
    yPred: number,
    sampleWeight: number,
    rows: number,
    columns: number,
    rowsPerWeight: number,
    isConcordance: boolean,
  ): number;
}
