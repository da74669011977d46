/**
 * Floats of the workspace in which the kernels of normalisations add columns up: two float64 totals for each
 * column, in whole groups of four columns.
 */
export function columnTotals(columns: number): number {
  return 16 * Math.ceil(columns / 4);
}
