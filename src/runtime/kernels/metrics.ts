// The kernels of the module `metrics`: those of metrics beside accuracy and losses.
import { data } from "#kernels/metrics";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/metric*.ts`. A `sampleWeight` of 0 means that all weights are 1. */
export interface RareMetricKernels {
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

const family = /* @__PURE__ */ new KernelFamily<RareMetricKernels>(data);

/** The kernels of the metrics that are not in the core, in the build in use. The first call compiles them. */
export function metricKernels(): RareMetricKernels {
  return kernelsOf(family);
}
