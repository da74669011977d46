import { checkKeys } from "../options.js";
import type { NoOptions } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { weightKernels } from "../runtime/kernels/weights.js";
import { sizeOf } from "../tensor/nested.js";
import { Constraint } from "./constraint.js";

/** Options of `nonNeg`: none. */
export type NonNegOptions = NoOptions;

/** What is below 0 becomes 0 (Keras's NonNeg). */
export class NonNeg extends Constraint {
  readonly name = "nonNeg";

  constructor(options: NonNegOptions = {}) {
    super();
    checkKeys("constraints.nonNeg", options, []);
  }

  /** @internal */
  override apply(_k: Kernels, address: number, shape: readonly number[]): void {
    weightKernels().constrainNonNegative(address, sizeOf(shape));
  }
}
