/** `assembly/mathScalar.ts`: functions of one number, the same bits on every engine. */
export interface ScalarKernels {
  exp64(x: number): number;
  log64(x: number): number;
  pow64(x: number, y: number): number;
  cos64(x: number): number;
}
