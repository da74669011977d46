// The kernels of the module `optimizers`: those that are seldom used.
import { data } from "#kernels/optimizers";
import { KernelFamily } from "../family.js";
import { kernelsOf } from "../runtime.js";

/** Of `assembly/optimizer*.ts` those that are not in the core. */
export interface RareOptimizerKernels {
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
  lambDirection(
    g: number,
    m: number,
    v: number,
    count: number,
    meanFactor: number,
    squareFactor: number,
    oneMinusBeta1: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;
  ftrl(
    w: number,
    g: number,
    accumulator: number,
    linear: number,
    count: number,
    learningRate: number,
    power: number,
    l1: number,
    l2: number,
    l2Shrinkage: number,
  ): void;
  adafactorFactored(
    g: number,
    rowMeans: number,
    columnMeans: number,
    matrices: number,
    rows: number,
    columns: number,
    oneMinusBeta2: number,
    epsilon: number,
  ): void;
  adafactorUnfactored(g: number, v: number, count: number, oneMinusBeta2: number, epsilon: number): void;
  scheduleFreeAdamw(
    w: number,
    g: number,
    z: number,
    v: number,
    count: number,
    learningRate: number,
    squareFactor: number,
    beta1: number,
    oneMinusBeta2: number,
    epsilon: number,
    share: number,
  ): void;
}

const family = /* @__PURE__ */ new KernelFamily<RareOptimizerKernels>(data);

/** The kernels of the optimizers that are not in the core, in the build in use. The first call compiles them. */
export function optimizerKernels(): RareOptimizerKernels {
  return kernelsOf(family);
}
