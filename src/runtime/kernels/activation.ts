/** `assembly/activationForward.ts`, `assembly/activationBackward.ts` and `assembly/softmax.ts`. */
export interface ActivationKernels {
  activationForward(kind: number, x: number, y: number, count: number, alpha: number): void;
  activationBackward(
    kind: number,
    x: number,
    y: number,
    dY: number,
    dX: number,
    count: number,
    alpha: number,
  ): void;
  softmaxForward(x: number, y: number, rows: number, columns: number): void;
  softmaxBackward(y: number, dY: number, dX: number, rows: number, columns: number): void;
}
