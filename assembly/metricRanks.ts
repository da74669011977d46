/** Who ranks how high in a row of predictions. Conventions of Keras 3; NaN has no rank. */
import { FLOAT_BYTES } from "./simd";
import { weightOfRow } from "./lossLanes";

/**
 * The column of the k-th largest of a row, or of the smallest if it has fewer than k numbers; -1 if it has
 * none. Of equal numbers the first ranks higher. k rounds over the row.
 *
 * @param x [columns]
 */
export function kthLargestColumn(x: usize, columns: i32, k: i32): i32 {
  let value: f32 = Infinity;
  let at = -1;
  for (let rank = 0; rank < k; rank++) {
    let next: f32 = 0;
    let nextAt = -1;
    for (let column = 0; column < columns; column++) {
      const candidate = load<f32>(x + (<usize>column) * FLOAT_BYTES);
      const follows = candidate < value || (candidate == value && column > at);
      if (follows && (nextAt < 0 || candidate > next)) {
        next = candidate;
        nextAt = column;
      }
    }
    if (nextAt < 0) break;
    value = next;
    at = nextAt;
  }
  return at;
}

/** Whether fewer than k numbers of the row are larger than that of a column, and it is a number. */
function isAmongLargest(x: usize, columns: i32, column: i32, k: i32): bool {
  const own = load<f32>(x + (<usize>column) * FLOAT_BYTES);
  let larger = 0;
  for (let j = 0; j < columns; j++) larger += i32(load<f32>(x + (<usize>j) * FLOAT_BYTES) > own);
  return larger < k && own == own;
}

/**
 * sum_i weight_i (fewer than k predictions of row i are larger than that of its class): equal ones share
 * their rank, as in Keras. A class that is no column counts as wrong.
 *
 * @param yTrue [rows] of class numbers if isSparse, else [rows, columns], where the first maximum is the class
 * @param yPred [rows, columns]
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 */
export function topKAccuracySum(yTrue: usize, yPred: usize, rows: i32, columns: i32, k: i32, isSparse: bool,
  sampleWeight: usize, rowsPerWeight: i32): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const label = isSparse ? load<f32>(yTrue) : <f32>kthLargestColumn(yTrue, columns, 1);
    if (label >= 0 && label < <f32>columns && isAmongLargest(yPred, columns, <i32>label, k)) {
      total += <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    }
    yTrue += isSparse ? FLOAT_BYTES : rowBytes;
    yPred += rowBytes;
  }
  return total;
}
