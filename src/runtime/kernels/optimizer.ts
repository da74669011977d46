/** `assembly/optimizer.ts`, `assembly/arrays.ts` and `assembly/gradient.ts`. */
export interface OptimizerKernels {
  sgd(w: number, g: number, count: number, learningRate: number): void;
  sgdMomentum(
    w: number,
    g: number,
    velocity: number,
    count: number,
    learningRate: number,
    momentum: number,
    nesterov: number,
  ): void;
  rmsprop(
    w: number,
    g: number,
    meanSquare: number,
    meanGradient: number,
    momentumBuffer: number,
    count: number,
    learningRate: number,
    rho: number,
    momentum: number,
    epsilon: number,
  ): void;
  adam(
    w: number,
    g: number,
    m: number,
    v: number,
    vMax: number,
    count: number,
    stepSize: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;
  blend(y: number, x: number, count: number, a: number, b: number): void;
  swap(a: number, b: number, count: number): void;
  copy(target: number, source: number, count: number): void;
  scale(x: number, count: number, factor: number): void;
  clipByValue(x: number, count: number, limit: number): void;
  sumOfSquares(x: number, count: number): number;
  regularize(w: number, dW: number, count: number, l1: number, l2: number): number;
}
