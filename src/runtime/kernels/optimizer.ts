/** `assembly/optimizer.ts`, `assembly/arrays.ts` and `assembly/gradient.ts`. */
export interface OptimizerKernels {
  sgd(table: number, rows: number, learningRate: number, momentum: number, nesterov: number): void;
  rmsprop(
    table: number,
    rows: number,
    learningRate: number,
    rho: number,
    momentum: number,
    epsilon: number,
    centered: number,
  ): void;
  adam(
    table: number,
    rows: number,
    learningRate: number,
    beta1: number,
    beta2: number,
    epsilon: number,
    step: number,
    amsgrad: number,
  ): void;
  blend(y: number, x: number, count: number, a: number, b: number): void;
  swap(a: number, b: number, count: number): void;
  copy(target: number, source: number, count: number): void;
  scale(x: number, count: number, factor: number): void;
  clipByValue(x: number, count: number, limit: number): void;
  sumOfSquares(x: number, count: number): number;
  regularize(w: number, dW: number, count: number, l1: number, l2: number): number;
}
