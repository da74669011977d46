/** `assembly/metric.ts`. */
export interface MetricKernels {
  binaryAccuracySum(yTrue: number, yPred: number, rows: number, columns: number, threshold: number): number;
  categoricalAccuracySum(yTrue: number, yPred: number, rows: number, columns: number): number;
  sparseCategoricalAccuracySum(yTrue: number, yPred: number, rows: number, columns: number): number;
}
