/** `assembly/data.ts` and `assembly/reduce.ts`. */
export interface DataKernels {
  gatherRows(source: number, order: number, destination: number, rows: number, rowFloats: number): void;
  firstNaN(x: number, count: number): number;
  columnAbsMax(x: number, destination: number, rows: number, columns: number): void;
  fill(x: number, count: number, value: number): void;
  addInPlace(target: number, x: number, count: number): void;
  sum(x: number, count: number): number;
}
