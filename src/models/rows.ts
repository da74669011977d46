// The data that users hand in, as rows of a known size.
import { LanegradError, show, showShape } from "../errors.js";
import { copyNested, isNumericArray, shapeOfNested, sizeOf, TEXT_HINT } from "../tensor/nested.js";
import type { NestedArray, NumericArray } from "../tensor/nested.js";
import { Tensor } from "../tensor/tensor.js";
import { isRecord } from "./byName.js";

/** Rows of data: nested arrays, a typed array read row after row, or a tensor. */
export type Data = Tensor | NestedArray | NumericArray;

/** Data for each input of a model: for several inputs an array, or a record by input name. */
export type Inputs = Data | readonly Data[] | Readonly<Record<string, Data>>;

/** Labels for each output of a model; null for an output without a loss. */
export type Targets = Data | readonly (Data | null)[] | Readonly<Record<string, Data | null>>;

/** Rows that can be copied into linear memory. */
export interface Rows {
  readonly count: number;
  /** Values in each row. */
  readonly rowSize: number;
  /** What the user handed in, by which the same data is known again. */
  readonly source: unknown;
  /** Copies `count` rows from row `start` on. */
  copyTo(target: Float32Array, offset: number, start: number, count: number): void;
}

class FlatRows implements Rows {
  readonly count: number;

  constructor(
    readonly values: NumericArray,
    readonly rowSize: number,
  ) {
    this.count = values.length / rowSize;
  }

  get source(): unknown {
    return this.values;
  }

  copyTo(target: Float32Array, offset: number, start: number, count: number): void {
    target.set(this.values.subarray(start * this.rowSize, (start + count) * this.rowSize), offset);
  }
}

class NestedRows implements Rows {
  readonly count: number;
  readonly rowSize: number;

  constructor(
    readonly values: readonly unknown[],
    readonly rowShape: readonly number[],
    readonly name: string,
  ) {
    this.count = values.length;
    this.rowSize = sizeOf(rowShape);
  }

  get source(): unknown {
    return this.values;
  }

  copyTo(target: Float32Array, offset: number, start: number, count: number): void {
    const part = start === 0 && count === this.count ? this.values : this.values.slice(start, start + count);
    copyNested(part, [count, ...this.rowShape], target, offset, this.name);
  }
}

/** The values of all rows, one after another. */
export function flatten(rows: Rows): Float32Array {
  const values = new Float32Array(rows.count * rows.rowSize);
  rows.copyTo(values, 0, 0, rows.count);
  return values;
}

/** The shape of one row of data, where the data tells it. */
export function rowShapeOf(data: unknown, name: string): number[] | undefined {
  if (data instanceof Tensor) return data.rank > 1 ? data.shape.slice(1) : undefined;
  if (isNumericArray(data) || !Array.isArray(data)) return undefined;
  const shape = shapeOfNested(data, name);
  return shape.length > 1 ? shape.slice(1) : undefined;
}

/**
 * Checks data against the shape of a row.
 *
 * @param hint what else to say where the shape is wrong
 * @throws LanegradError SHAPE_MISMATCH or INVALID_DATA
 */
export function toRows(data: unknown, rowShape: readonly number[], name: string, hint = ""): Rows {
  const rows =
    data instanceof Tensor ? fromTensor(data, rowShape, name, hint) : fromArray(data, rowShape, name, hint);
  if (rows.count > 0) return rows;
  throw new LanegradError("INVALID_DATA", `${name} must hold at least one row. Received: ${show(data)}`);
}

function fromTensor(data: Tensor, rowShape: readonly number[], name: string, hint: string): Rows {
  checkShape(data.shape, rowShape, name, hint);
  return new FlatRows(data.data, sizeOf(rowShape));
}

function fromArray(data: unknown, rowShape: readonly number[], name: string, hint: string): Rows {
  const rowSize = sizeOf(rowShape);
  if (isNumericArray(data)) {
    if (data.length % rowSize === 0) return new FlatRows(data, rowSize);
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${name} is read as rows of ${rowSize} values, so its length must be a multiple of that. Received: ${show(data)}`,
    );
  }
  const shape = shapeOfNested(data, name);
  const [first] = data as readonly unknown[];
  // Texts, and records as parsers of CSV give them for rows, would otherwise only have the wrong shape.
  if (typeof first === "string" || isRecord(first)) {
    throw new LanegradError(
      "INVALID_DATA",
      `${name} must hold numbers. ${TEXT_HINT} Received: ${name}[0]=${show(first)}`,
    );
  }
  if (shape[0] > 0) checkShape(shape, rowShape, name, hint);
  return new NestedRows(data as readonly unknown[], shape.slice(1), name);
}

/** Whether a shape is that of rows of a shape. */
function isRows(shape: readonly number[], rowShape: readonly number[]): boolean {
  return shape.length === rowShape.length + 1 && rowShape.every((size, axis) => size === shape[axis + 1]);
}

/** Rows must have the shape of a row; an axis of length 1 at its end may be left out. */
function checkShape(
  shape: readonly number[],
  rowShape: readonly number[],
  name: string,
  otherHint: string,
): void {
  if (shape.length === 1 && sizeOf(rowShape) === 1) return;
  if (rowShape[rowShape.length - 1] === 1 && isRows(shape, rowShape.slice(0, -1))) return;
  if (isRows(shape, rowShape)) return;
  const isOneRow = shape.length === rowShape.length && rowShape.every((size, axis) => size === shape[axis]);
  const hint = isOneRow ? `For a single row, write [${name}].` : otherHint;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${name} must have shape ${showShape([null, ...rowShape])}, one entry for each row.${hint === "" ? "" : ` ${hint}`} Received: shape ${showShape(shape)}`,
  );
}
