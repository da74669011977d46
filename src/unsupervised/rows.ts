// Rows of data as the unsupervised networks take them.
import { LanegradError, showShape } from "../errors.js";
import { fromValues } from "../tensor/tensor.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";

/**
 * A copy of a matrix with at least one row and one column, all finite.
 *
 * @param columns how many columns it must have; undefined: any number
 * @throws LanegradError SHAPE_MISMATCH for another shape, INVALID_DATA for ragged arrays and entries that are no finite
 * numbers
 */
export function readRows(x: TensorLike, name: string, columns?: number): Tensor {
  const rows = fromValues(x, name);
  if (rows.rank !== 2 || rows.size === 0 || (columns !== undefined && rows.shape[1] !== columns)) {
    const wanted = columns ?? "columns";
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${name} must have the shape [rows, ${wanted}], with at least one row. Received: shape ${showShape(rows.shape)}`,
    );
  }
  const at = rows.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) {
    const width = rows.shape[1];
    throw new LanegradError(
      "INVALID_DATA",
      `${name} must be finite in row ${Math.floor(at / width)}, column ${at % width}. Received: ${rows.data[at]}`,
    );
  }
  return rows;
}
