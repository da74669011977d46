/** `assembly/constraint.ts`. */
export interface ConstraintKernels {
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
}
