// Tables of numbers as the scalers read and write them: float64 inside, the caller's kind outside.
import { LanegradError, show, showShape } from "../errors.js";
import { copyNested, isNumericArray, shapeOfNested, sizeOf } from "../tensor/nested.js";
import type { NumericArray } from "../tensor/nested.js";
import { Tensor } from "../tensor/tensor.js";

/** Rows of numbers; a flat array, a typed array or a tensor of one axis is a single column. */
export type TableLike =
  Tensor | NumericArray | readonly number[] | readonly (readonly number[] | NumericArray)[];

/** The kind of table that a table of kind T is turned into. */
export type SameKind<T extends TableLike> = T extends Tensor
  ? Tensor
  : T extends Float64Array
    ? Float64Array
    : T extends NumericArray
      ? Float32Array
      : T extends readonly number[]
        ? number[]
        : number[][];

/** Numbers in rows and columns, row-major. */
export interface Table {
  readonly values: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Reads a table. NaN stands for a missing value and is let through.
 *
 * @throws LanegradError SHAPE_MISMATCH if it has more than two axes
 * @throws LanegradError INVALID_DATA if it is empty or ragged, or holds text or an infinity
 */
export function readTable(x: TableLike, name: string): Table {
  const shape = x instanceof Tensor ? x.shape : shapeOfNested(x, name);
  if (shape.length !== 1 && shape.length !== 2) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${name} must have the shape [rows, columns] or [rows]. Received: shape ${showShape(shape)}`,
    );
  }
  if (sizeOf(shape) === 0) {
    throw new LanegradError(
      "INVALID_DATA",
      `${name} must hold at least one row and one column. Received: shape ${showShape(shape)}`,
    );
  }
  const values = new Float64Array(sizeOf(shape));
  if (x instanceof Tensor) values.set(x.data);
  else copyNested(x, shape, values, 0, name);

  const [rows, columns = 1] = shape;
  const infinite = values.findIndex((value) => value === Infinity || value === -Infinity);
  if (infinite !== -1) {
    const row = Math.floor(infinite / columns);
    throw new LanegradError(
      "INVALID_DATA",
      `${name} must be finite in row ${row}, column ${infinite % columns}. Received: ${values[infinite]}`,
    );
  }
  return { values, rows, columns };
}

/** Values in rows of `columns`, as the kind of table that `x` is. */
export function writeLike<T extends TableLike>(x: T, values: Float64Array, columns: number): SameKind<T>;
export function writeLike(
  x: TableLike,
  values: Float64Array,
  columns: number,
): Tensor | Float64Array | Float32Array | number[] | number[][] {
  if (x instanceof Tensor) return new Tensor(Float32Array.from(values), x.shape);
  if (x instanceof Float64Array) return values;
  if (isNumericArray(x)) return Float32Array.from(values);
  if (typeof x[0] === "number") return Array.from(values);
  const rowAt = (row: number) => Array.from(values.subarray(row * columns, (row + 1) * columns));
  return Array.from({ length: x.length }, (_, row) => rowAt(row));
}

/**
 * A list of numbers out of saved JSON, one for each column.
 *
 * @param length how many there must be; default any number but 0
 */
export function numbersOf(state: unknown, owner: string, key: string, length?: number): number[] {
  const list = typeof state === "object" && state !== null ? Reflect.get(state, key) : undefined;
  const isList = Array.isArray(list) && list.length > 0 && list.every((value) => Number.isFinite(value));
  if (!isList || list.length !== (length ?? list.length)) {
    const count = length === undefined ? "" : `${length} `;
    throw new LanegradError(
      "INVALID_DATA",
      `${owner}.fromJSON needs what toJSON gave, with a list of ${count}numbers ${key}. Received: ${show(state)}`,
    );
  }
  return [...list];
}
