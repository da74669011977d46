/**
 * The kernels of the dense core as TypeScript sees them. Pointers are byte addresses in linear memory,
 * counts are elements; the formulas and shapes stand in the headers in `assembly/`.
 */
export interface Kernels {
  // gemm
  workspaceBytes(): number;
  matMul(a: number, b: number, c: number, m: number, n: number, k: number, workspace: number): void;
  matMulTransposedA(
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    workspace: number,
  ): void;
  matMulTransposedB(
    a: number,
    b: number,
    c: number,
    m: number,
    n: number,
    k: number,
    workspace: number,
  ): void;

  // dense
  denseForward(
    x: number,
    kernel: number,
    bias: number,
    preactivation: number,
    y: number,
    rows: number,
    inputs: number,
    units: number,
    activation: number,
    alpha: number,
    workspace: number,
  ): void;
  denseBackwardInput(
    dZ: number,
    kernel: number,
    dX: number,
    rows: number,
    inputs: number,
    units: number,
    workspace: number,
  ): void;
  denseBackwardWeights(
    x: number,
    dZ: number,
    dKernel: number,
    dBias: number,
    rows: number,
    inputs: number,
    units: number,
    workspace: number,
  ): void;

  // activation, softmax
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
  logSoftmaxForward(x: number, y: number, rows: number, columns: number): void;
  logSoftmaxBackward(y: number, dY: number, dX: number, rows: number, columns: number): void;

  // batchNorm
  batchNormForwardTraining(
    x: number,
    gamma: number,
    beta: number,
    y: number,
    mean: number,
    inverseStandardDeviation: number,
    movingMean: number,
    movingVariance: number,
    rows: number,
    channels: number,
    momentum: number,
    epsilon: number,
  ): void;
  batchNormForwardInference(
    x: number,
    gamma: number,
    beta: number,
    movingMean: number,
    movingVariance: number,
    y: number,
    rows: number,
    channels: number,
    epsilon: number,
  ): void;
  batchNormBackwardTraining(
    x: number,
    dY: number,
    gamma: number,
    mean: number,
    inverseStandardDeviation: number,
    dX: number,
    dGamma: number,
    dBeta: number,
    rows: number,
    channels: number,
  ): void;
  batchNormBackwardInference(
    x: number,
    dY: number,
    gamma: number,
    movingMean: number,
    movingVariance: number,
    dX: number,
    dGamma: number,
    dBeta: number,
    rows: number,
    channels: number,
    epsilon: number,
  ): void;

  // loss
  meanSquaredErrorLoss: LossKernel;
  meanAbsoluteErrorLoss: LossKernel;
  meanAbsolutePercentageErrorLoss: LossKernel;
  meanSquaredLogarithmicErrorLoss: LossKernel;
  huberLoss: LossKernel;
  logCoshLoss: LossKernel;
  poissonLoss: LossKernel;
  klDivergenceLoss: LossKernel;
  hingeLoss: LossKernel;
  squaredHingeLoss: LossKernel;
  categoricalHingeLoss: LossKernel;
  cosineSimilarityLoss: LossKernel;
  binaryCrossentropyLoss: LossKernel;
  binaryCrossentropyFromLogitsLoss: LossKernel;
  categoricalCrossentropyLoss: LossKernel;
  categoricalCrossentropyFromLogitsLoss: LossKernel;
  sparseCategoricalCrossentropyLoss: LossKernel;
  sparseCategoricalCrossentropyFromLogitsLoss: LossKernel;

  // metric
  binaryAccuracySum(yTrue: number, yPred: number, rows: number, columns: number, threshold: number): number;
  categoricalAccuracySum(yTrue: number, yPred: number, rows: number, columns: number): number;
  sparseCategoricalAccuracySum(yTrue: number, yPred: number, rows: number, columns: number): number;

  // optimizer
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
  adagrad(
    w: number,
    g: number,
    accumulator: number,
    count: number,
    learningRate: number,
    epsilon: number,
  ): void;
  adadelta(
    w: number,
    g: number,
    meanSquare: number,
    meanSquareStep: number,
    count: number,
    learningRate: number,
    oneMinusRho: number,
    epsilon: number,
  ): void;
  adamax(
    w: number,
    g: number,
    m: number,
    u: number,
    count: number,
    stepSize: number,
    oneMinusBeta1: number,
    beta2: number,
    epsilon: number,
  ): void;
  nadam(
    w: number,
    g: number,
    m: number,
    v: number,
    count: number,
    meanFactor: number,
    gradientFactor: number,
    squareFactor: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;
  lion(
    w: number,
    g: number,
    m: number,
    count: number,
    learningRate: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
  ): void;
  scale(x: number, count: number, factor: number): void;
  clipByValue(x: number, count: number, limit: number): void;
  sumOfSquares(x: number, count: number): number;
  regularize(w: number, dW: number, count: number, l1: number, l2: number): number;

  // random
  deriveKey(key0: number, key1: number, purpose: number, index: number, destination: number): void;
  randomUniform(
    destination: number,
    count: number,
    low: number,
    high: number,
    key0: number,
    key1: number,
  ): void;
  randomNormal(
    destination: number,
    count: number,
    mean: number,
    standardDeviation: number,
    key0: number,
    key1: number,
    truncated: number,
  ): void;
  shuffle(order: number, count: number, key0: number, key1: number): void;
  dropout(x: number, y: number, count: number, rate: number, key0: number, key1: number, step: number): void;

  // data, reduce
  gatherRows(source: number, order: number, destination: number, rows: number, rowFloats: number): void;
  firstNonFinite(x: number, count: number): number;
  firstNaN(x: number, count: number): number;
  columnAbsMax(x: number, destination: number, rows: number, columns: number): void;
  fill(x: number, count: number, value: number): void;
  addInPlace(target: number, x: number, count: number): void;
  sum(x: number, count: number): number;

  // scalar functions, the same bits on every engine
  exp64(x: number): number;
  log64(x: number): number;
  pow64(x: number, y: number): number;
}

/**
 * Returns the sum over the rows of weight times loss. Writes the loss of each row to `perSample` and the
 * gradient, times `gradientScale` and the row's weight, to `dPred`; a pointer of 0 leaves either out.
 */
export type LossKernel = (
  yTrue: number,
  yPred: number,
  sampleWeight: number,
  perSample: number,
  dPred: number,
  rows: number,
  columns: number,
  rowsPerWeight: number,
  gradientScale: number,
  a: number,
  b: number,
) => number;
