import { data } from "#kernels/normalization";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/**
 * `assembly/normalization.ts`. `totals` is the address of `columnTotals(columns)` floats, twice as many for
 * `groupNormForward`.
 */
export interface NormalizationKernels {
  layerNormForward(
    x: number,
    gamma: number,
    beta: number,
    y: number,
    mean: number,
    inverseDeviation: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  layerNormBackward(
    x: number,
    dY: number,
    gamma: number,
    mean: number,
    inverseDeviation: number,
    dX: number,
    dGamma: number,
    dBeta: number,
    rows: number,
    columns: number,
    totals: number,
  ): void;
  rmsNormForward(
    x: number,
    gamma: number,
    y: number,
    inverseRoot: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  rmsNormBackward(
    x: number,
    dY: number,
    gamma: number,
    inverseRoot: number,
    dX: number,
    dGamma: number,
    rows: number,
    columns: number,
    totals: number,
  ): void;
  unitNormForward(
    x: number,
    y: number,
    inverseNorm: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  unitNormBackward(
    x: number,
    dY: number,
    inverseNorm: number,
    dX: number,
    rows: number,
    columns: number,
    epsilon: number,
  ): void;
  groupNormForward(
    x: number,
    gamma: number,
    beta: number,
    y: number,
    mean: number,
    inverseDeviation: number,
    batchRows: number,
    positions: number,
    channels: number,
    groups: number,
    epsilon: number,
    totals: number,
  ): void;
  groupNormBackward(
    x: number,
    dY: number,
    gamma: number,
    mean: number,
    inverseDeviation: number,
    dX: number,
    dGamma: number,
    dBeta: number,
    sums: number,
    batchRows: number,
    positions: number,
    channels: number,
    groups: number,
    totals: number,
    groupMeans: number,
  ): void;
}

const family = /* @__PURE__ */ new KernelFamily<NormalizationKernels>(data);

/** The kernels of normalisations over each example, in the build in use. The first call compiles them. */
export function normalizationKernels(): NormalizationKernels {
  return kernelsOf(family);
}
