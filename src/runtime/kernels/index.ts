import type { ActivationKernels } from "./activation.js";
import type { BatchNormKernels } from "./batchNorm.js";
import type { DataKernels } from "./data.js";
import type { GemmKernels } from "./gemm.js";
import type { LossKernels } from "./loss.js";
import type { MetricKernels } from "./metric.js";
import type { OptimizerKernels } from "./optimizer.js";
import type { RandomKernels } from "./random.js";
import type { ScalarKernels } from "./scalar.js";

export type { LossKernel } from "./loss.js";

/**
 * The kernels of the core as TypeScript sees them. Pointers are byte addresses in linear memory,
 * counts are elements; the formulas and shapes stand in the headers in `assembly/`.
 */
export interface Kernels
  extends
    GemmKernels,
    ActivationKernels,
    BatchNormKernels,
    LossKernels,
    MetricKernels,
    OptimizerKernels,
    RandomKernels,
    DataKernels,
    ScalarKernels {}
