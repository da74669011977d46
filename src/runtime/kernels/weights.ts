// The kernels of the module `weights`: constraints, and the penalty of orthogonality.
import { data } from "#kernels/weights";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** `assembly/constraint.ts` and `assembly/orthogonal.ts`. */
export interface WeightKernels {
  constrainNonNegative(w: number, count: number): void;
  constrainNorm(
    w: number,
    outer: number,
    reduced: number,
    inner: number,
    minimum: number,
    maximum: number,
    rate: number,
  ): void;
  orthogonalWorkspaceFloats(count: number, length: number): number;
  orthogonalPenalty(
    w: number,
    dW: number,
    count: number,
    length: number,
    vectorStride: number,
    elementStride: number,
    factor: number,
    workspace: number,
  ): number;
}

const family = /* @__PURE__ */ new KernelFamily<WeightKernels>(data);

/** The kernels of constraints and of orthogonality, in the build in use. The first call compiles them. */
export function weightKernels(): WeightKernels {
  return kernelsOf(family);
}
