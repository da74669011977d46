import type { Kernels, LossKernel } from "../runtime/kernels/index.js";
import type { LossBatch } from "./batch.js";
import { Loss } from "./loss.js";

/** A loss that one kernel of the common signature computes. */
export abstract class KernelLoss extends Loss {
  /** @internal The loss's own numbers. */
  readonly a: number = 0;
  /** @internal */
  readonly b: number = 0;

  /** @internal The kernel that computes value and gradient in one call. */
  abstract kernel(k: Kernels): LossKernel;

  /** @internal */
  evaluate(kernels: Kernels, batch: LossBatch): number {
    return this.kernel(kernels)(
      batch.yTrue,
      batch.yPred,
      batch.sampleWeight,
      batch.perSample,
      batch.dPred,
      batch.rows,
      batch.columns,
      batch.rowsPerWeight,
      batch.gradientScale,
      this.a,
      this.b,
    );
  }
}
