/** Rows of a table by index. Indices are whole numbers held in float32, as all data are. */
import { addInPlace } from "./reduce";
import { FLOAT_BYTES } from "./simd";

/** The address of the row that an index names. */
// @ts-ignore: decorator
@inline function rowAt(table: usize, index: usize, rowBytes: usize): usize {
  return table + <usize><u32>load<f32>(index) * rowBytes;
}

/**
 * y[i] = table[indices[i]].
 *
 * @param table [any number of rows, width]
 * @param indices [count], each a row of the table: see firstBadIndex
 * @param y [count, width], overwritten
 */
export function embeddingForward(table: usize, indices: usize, y: usize, count: i32, width: i32): void {
  const rowBytes = <usize>width * FLOAT_BYTES;
  for (; count > 0; count--, indices += FLOAT_BYTES, y += rowBytes)
    memory.copy(y, rowAt(table, indices, rowBytes), rowBytes);
}

/**
 * dTable[indices[i]] += dY[i], in the order of i, from zero.
 *
 * @param indices [count], each below tableRows
 * @param dY [count, width]
 * @param dTable [tableRows, width], overwritten
 */
export function embeddingBackward(
  indices: usize, dY: usize, dTable: usize, count: i32, tableRows: i32, width: i32,
): void {
  const rowBytes = <usize>width * FLOAT_BYTES;
  memory.fill(dTable, 0, <usize>tableRows * rowBytes);
  for (; count > 0; count--, indices += FLOAT_BYTES, dY += rowBytes)
    addInPlace(rowAt(dTable, indices, rowBytes), dY, width);
}

/**
 * The position of the first number that is not an index: not whole, below 0, not below tableRows, or NaN;
 * -1 if there is none.
 *
 * @param indices [count]
 */
export function firstBadIndex(indices: usize, count: i32, tableRows: i32): i32 {
  for (let i = 0; i < count; i++, indices += FLOAT_BYTES) {
    const index = load<f32>(indices);
    if (!(index >= 0 && <f64>index < <f64>tableRows && floor<f32>(index) == index)) return i;
  }
  return -1;
}
