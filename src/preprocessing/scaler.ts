import { LanegradError } from "../errors.js";
import { readTable, writeLike } from "./table.js";
import type { SameKind, Table, TableLike } from "./table.js";

/** A map of each column: scaled = (x - center) / scale + low. */
export interface ColumnMap {
  readonly center: readonly number[];
  readonly scale: readonly number[];
  readonly low: number;
}

/**
 * What the scalers share: learn a map of each column, apply it, take it back. Everything is computed
 * in float64; tables come back as the kind they came in: nested arrays, a flat array, a typed array
 * (Float64Array as it is, any other as Float32Array) or a Tensor.
 */
export abstract class Scaler {
  /** @internal Learns from the columns of a table. */
  protected abstract learn(table: Table): void;

  /** @internal The map of each column, or nothing before `fit`. */
  protected abstract columnMap(): ColumnMap | undefined;

  /**
   * Learns from the columns of x. What was learnt before is forgotten. NaN counts as missing and is
   * left out, as in scikit-learn.
   *
   * @param x the training rows, [rows, columns], or one column, [rows]
   * @throws LanegradError INVALID_DATA if x is empty or ragged, holds text or an infinity, or has a
   * column with no number
   * @throws LanegradError SHAPE_MISMATCH if x has more than two axes
   */
  fit(x: TableLike): this {
    this.learn(readTable(x, "x"));
    return this;
  }

  /**
   * Scales the columns of x by what `fit` learnt. NaN stays NaN.
   *
   * @throws LanegradError NOT_BUILT before fit
   * @throws LanegradError SHAPE_MISMATCH if x has another number of columns than in fit
   * @throws LanegradError INVALID_DATA as in fit
   */
  transform<T extends TableLike>(x: T): SameKind<T> {
    const { center, scale, low } = this.fitted("transform");
    return mapColumns(x, center.length, (value, column) => (value - center[column]) / scale[column] + low);
  }

  /** `fit`, then `transform` of the same table. Throws what they throw. */
  fitTransform<T extends TableLike>(x: T): SameKind<T> {
    return this.fit(x).transform(x);
  }

  /** Takes `transform` back: scaled columns in, original ones out. Throws what `transform` throws. */
  inverseTransform<T extends TableLike>(scaled: T): SameKind<T> {
    const { center, scale, low } = this.fitted("inverseTransform");
    return mapColumns(
      scaled,
      center.length,
      (value, column) => (value - low) * scale[column] + center[column],
    );
  }

  /** @internal The column map, or the error that it is too early to ask. */
  protected fitted(method: string): ColumnMap {
    const map = this.columnMap();
    if (map === undefined) {
      throw new LanegradError(
        "NOT_BUILT",
        `${method} needs what fit learns from the training rows. Call fit(x) or fitTransform(x) first. Received: a scaler that was not fitted`,
      );
    }
    return map;
  }
}

function mapColumns<T extends TableLike>(
  x: T,
  expected: number,
  map: (value: number, column: number) => number,
): SameKind<T> {
  const { values, columns } = readTable(x, "x");
  if (columns !== expected) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `x must have as many columns as in fit, ${expected}. Received: ${columns} columns`,
    );
  }
  for (let i = 0; i < values.length; i++) values[i] = map(values[i], i % columns);
  return writeLike(x, values, columns);
}

/**
 * The numbers of one column, without NaN.
 *
 * @throws LanegradError INVALID_DATA if there are none
 */
export function numbersInColumn({ values, rows, columns }: Table, column: number): Float64Array {
  const all = Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]);
  const numbers = all.filter((value) => !Number.isNaN(value));
  if (numbers.length === 0) {
    throw new LanegradError(
      "INVALID_DATA",
      `x must have a number in column ${column}. Received: nothing but NaN`,
    );
  }
  return numbers;
}
