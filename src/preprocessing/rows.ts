// Rows of anything that trainTestSplit takes: how many there are, and picking some of them.
import { LanegradError, show, showShape } from "../errors.js";
import { isNumericArray } from "../tensor/nested.js";
import type { NumericArray } from "../tensor/nested.js";
import { Tensor } from "../tensor/tensor.js";

/** What can be split into rows: an array of anything, a typed array, a Tensor. */
export type Rows = Tensor | NumericArray | readonly unknown[];

/**
 * How many entries there are along the first axis.
 *
 * @throws LanegradError INVALID_DATA if the value has no rows
 */
export function lengthOf(rows: Rows, name: string): number {
  const length = rows instanceof Tensor ? (rows.shape[0] ?? 0) : rowsOfArray(rows, name);
  if (length === 0) {
    const received = rows instanceof Tensor ? `a Tensor of shape ${showShape(rows.shape)}` : show(rows);
    throw new LanegradError("INVALID_DATA", `${name} must have at least one row. Received: ${received}`);
  }
  return length;
}

function rowsOfArray(rows: unknown, name: string): number {
  if (Array.isArray(rows) || isNumericArray(rows)) return rows.length;
  throw new LanegradError(
    "INVALID_DATA",
    `${name} must be an array, a typed array or a Tensor. Received: ${show(rows)}`,
  );
}

/**
 * A copy of the rows at the given positions, of the same kind as what came in.
 *
 * @param width how many values of a typed array make a row; of no meaning for the other kinds
 */
export function takeRows<T extends Rows>(rows: T, positions: readonly number[], width: number): T;
export function takeRows(rows: Rows, positions: readonly number[], width: number): Rows {
  if (rows instanceof Tensor) {
    const data = takeValues(rows.data, positions, rows.size / rows.shape[0]);
    return new Tensor(data, [positions.length, ...rows.shape.slice(1)]);
  }
  if (isNumericArray(rows)) return takeValues(rows, positions, width);
  return positions.map((position) => rows[position]);
}

function takeValues<T extends NumericArray>(values: T, positions: readonly number[], width: number): T {
  const taken = new (values.constructor as new (length: number) => T)(positions.length * width);
  positions.forEach((position, row) => {
    taken.set(values.subarray(position * width, (position + 1) * width), row * width);
  });
  return taken;
}
