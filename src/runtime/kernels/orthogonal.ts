/** `assembly/orthogonal.ts`. */
export interface OrthogonalKernels {
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
