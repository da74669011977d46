// The kernels of the module `losses`: those that are seldom used.
import { data } from "#kernels/losses";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";
import type { LossKernel } from "./loss.js";

/** Of `assembly/loss*.ts` those that are not in the core. */
export interface RareLossKernels {
  huberLoss: LossKernel;
  meanAbsolutePercentageErrorLoss: LossKernel;
  meanSquaredLogarithmicErrorLoss: LossKernel;
  logCoshLoss: LossKernel;
  poissonLoss: LossKernel;
  klDivergenceLoss: LossKernel;
  hingeLoss: LossKernel;
  squaredHingeLoss: LossKernel;
  categoricalHingeLoss: LossKernel;
  cosineSimilarityLoss: LossKernel;
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
}

const family = /* @__PURE__ */ new KernelFamily<RareLossKernels>(data);

/** The kernels of the losses that are not in the core, in the build in use. The first call compiles them. */
export function lossKernels(): RareLossKernels {
  return kernelsOf(family);
}
