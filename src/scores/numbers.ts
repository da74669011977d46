// Numbers as the scores read them: tables without missing values.
import { LanegradError } from "../errors.js";
import { readTable } from "../preprocessing/table.js";
import type { Table, TableLike } from "../preprocessing/table.js";

/**
 * Reads numbers in rows.
 *
 * @throws LanegradError SHAPE_MISMATCH if they have more than two axes
 * @throws LanegradError INVALID_DATA if they are empty or ragged, or hold NaN, an infinity or text
 */
export function readNumbers(values: TableLike, name: string): Table {
  const table = readTable(values, name);
  const missing = table.values.findIndex((value) => Number.isNaN(value));
  if (missing !== -1) {
    throw new LanegradError(
      "INVALID_DATA",
      `${name} must hold a number in row ${Math.floor(missing / table.columns)}. Received: NaN`,
    );
  }
  return table;
}

/** The mean, of at least one number. */
export function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
