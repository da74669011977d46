/** `assembly/activationKinds.ts`, `assembly/activationRare.ts`, `assembly/activationRows.ts` and `assembly/softmax.ts`. */
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
  rareActivationForward(
    kind: number,
    x: number,
    y: number,
    count: number,
    alpha: number,
    beta: number,
    gamma: number,
  ): void;
  rareActivationBackward(
    kind: number,
    x: number,
    dY: number,
    dX: number,
    count: number,
    alpha: number,
    beta: number,
    gamma: number,
  ): void;
  softmaxForward(x: number, y: number, rows: number, columns: number): void;
  softmaxBackward(y: number, dY: number, dX: number, rows: number, columns: number): void;
  logSoftmaxForward(x: number, y: number, rows: number, columns: number): void;
  logSoftmaxBackward(y: number, dY: number, dX: number, rows: number, columns: number): void;
  sparsemaxForward(x: number, y: number, rows: number, columns: number): void;
  sparsemaxBackward(y: number, dY: number, dX: number, rows: number, columns: number): void;
  gluForward(x: number, y: number, rows: number, columns: number): void;
  gluBackward(x: number, dY: number, dX: number, rows: number, columns: number): void;
}
