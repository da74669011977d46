/** Matrix products: `assembly/gemm.ts` and `assembly/dense.ts`. */
export interface GemmKernels {
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
}
