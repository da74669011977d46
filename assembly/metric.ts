/**
 * Accuracies, as weighted sums over the rows that the caller divides by the sum of their weights.
 * Conventions of Keras 3.
 */
import { LANES, FLOAT_BYTES, loadLanes } from "./simd";
import { firstLanes, gatherRows, rowOffset, weightsOfRows } from "./lossLanes";
import { lowDoubles, highDoubles, sumOfDoubles } from "./lossLanes";

/**
 * sum_i weight_i mean_j (yTrue == (yPred > threshold)), where the comparison counts as 1 or 0. A label of
 * -1 means the same as 0, as in the losses for labels -1 and 1.
 *
 * @param yTrue [rows, columns]
 * @param yPred [rows, columns]
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 */
export function binaryAccuracySum(yTrue: usize, yPred: usize, rows: i32, columns: i32, threshold: f32,
  sampleWeight: usize, rowsPerWeight: i32): f64 {
  const count = rows * columns;
  let totalLow = f64x2.splat(0);
  let totalHigh = f64x2.splat(0);
  for (let i = 0; i < count; i += LANES) {
    const lanes = min(count - i, LANES);
    const label = loadLanes(yTrue, lanes);
    const t = v128.andnot(label, f32x4.eq(label, f32x4.splat(-1)));
    const above = f32x4.gt(loadLanes(yPred, lanes), f32x4.splat(threshold));
    const equal = v128.and(f32x4.eq(t, v128.and(above, f32x4.splat(1))), firstLanes(lanes));
    const counted = v128.and(weightsOfRows(sampleWeight, i, lanes, rowsPerWeight * columns), equal);
    totalLow = f64x2.add(totalLow, lowDoubles(counted));
    totalHigh = f64x2.add(totalHigh, highDoubles(counted));
    yTrue += (<usize>LANES) * FLOAT_BYTES;
    yPred += (<usize>LANES) * FLOAT_BYTES;
  }
  return sumOfDoubles(totalLow, totalHigh) / <f64>columns;
}

/** The column of the first maximum of each of four rows, as float32. NaN is no maximum; a row without one gives 0. */
// @ts-ignore: decorator
@inline function firstMaximum(x: usize, columns: i32, second: usize, third: usize, fourth: usize): v128 {
  let largest = f32x4.splat(-Infinity);
  let found = f32x4.splat(0);
  for (let column = 0; column < columns; column++) {
    const values = gatherRows(x + (<usize>column) * FLOAT_BYTES, second, third, fourth);
    const larger = f32x4.gt(values, largest);
    largest = v128.bitselect(values, largest, larger);
    found = v128.bitselect(f32x4.splat(<f32>column), found, larger);
  }
  return found;
}

/** The sum of the weights of the rows whose first maximum is where it should be. */
// @ts-ignore: decorator
@inline function weightOfMatches(sparse: bool, yTrue: usize, yPred: usize, rows: i32, columns: i32,
  sampleWeight: usize, rowsPerWeight: i32): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  const trueBytes = sparse ? FLOAT_BYTES : rowBytes;
  let totalLow = f64x2.splat(0);
  let totalHigh = f64x2.splat(0);
  for (let row = 0; row < rows; row += LANES) {
    const lanes = min(rows - row, LANES);
    const predicted = firstMaximum(yPred, columns, rowOffset(1, lanes, rowBytes), rowOffset(2, lanes, rowBytes), rowOffset(3, lanes, rowBytes));
    // A row of class numbers has one column.
    const second = rowOffset(1, lanes, trueBytes);
    const third = rowOffset(2, lanes, trueBytes);
    const fourth = rowOffset(3, lanes, trueBytes);
    const expected = sparse
      ? gatherRows(yTrue, second, third, fourth)
      : firstMaximum(yTrue, columns, second, third, fourth);
    const matches = v128.and(f32x4.eq(predicted, expected), firstLanes(lanes));
    const counted = v128.and(weightsOfRows(sampleWeight, row, lanes, rowsPerWeight), matches);
    totalLow = f64x2.add(totalLow, lowDoubles(counted));
    totalHigh = f64x2.add(totalHigh, highDoubles(counted));
    yTrue += (<usize>LANES) * trueBytes;
    yPred += (<usize>LANES) * rowBytes;
  }
  return sumOfDoubles(totalLow, totalHigh);
}

/**
 * sum_i weight_i (argmax yTrue == argmax yPred). The first maximum wins.
 *
 * @param yTrue [rows, columns]
 * @param yPred [rows, columns]
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 */
export function categoricalAccuracySum(yTrue: usize, yPred: usize, rows: i32, columns: i32,
  sampleWeight: usize, rowsPerWeight: i32): f64 {
  return weightOfMatches(false, yTrue, yPred, rows, columns, sampleWeight, rowsPerWeight);
}

/**
 * sum_i weight_i (yTrue == argmax yPred). The first maximum wins.
 *
 * @param yTrue [rows], class numbers
 * @param yPred [rows, columns]
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 */
export function sparseCategoricalAccuracySum(yTrue: usize, yPred: usize, rows: i32, columns: i32,
  sampleWeight: usize, rowsPerWeight: i32): f64 {
  return weightOfMatches(true, yTrue, yPred, rows, columns, sampleWeight, rowsPerWeight);
}
