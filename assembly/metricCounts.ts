/**
 * What confusion matrices are made of: decisions at thresholds, and classes against classes. Conventions of
 * Keras 3. Sums of weights in float64; without weights they are exact counts.
 */
import { FLOAT_BYTES } from "./simd";
import { weightOfRow } from "./lossLanes";
import { kthLargestColumn } from "./metricRanks";

/** Bytes of one float64. */
// @ts-ignore: decorator
@inline const DOUBLE_BYTES: usize = 8;

/** Every prediction is compared with the thresholds; k > 0: only the k largest of its row; or only its maxima. */
// @ts-ignore: decorator
@inline const MAXIMA: i32 = -1;

/** A maximum this close to 0 is no decision, as in Keras: [0, 0, 0] chooses nothing. */
// @ts-ignore: decorator
@inline const SMALLEST_MAXIMUM: f32 = 1e-9;

/** target += x, in float64. */
// @ts-ignore: decorator
@inline function addTo(target: usize, x: f64): void {
  store<f64>(target, load<f64>(target) + x);
}

/** How many of the rising thresholds x is above. NaN is above none. */
function thresholdsBelow(thresholds: usize, count: i32, x: f32): i32 {
  let low = 0;
  while (low < count) {
    const middle = (low + count) >>> 1;
    if (x > load<f32>(thresholds + (<usize>middle) * FLOAT_BYTES)) low = middle + 1;
    else count = middle;
  }
  return low;
}

/**
 * A histogram of predictions over the thresholds they are above, for positives and negatives apart:
 *
 *   counts[g, 0, b] = sum of weight_i t_ij        over the predictions above exactly b thresholds
 *   counts[g, 1, b] = sum of weight_i (1 - t_ij)  over the same
 *
 * @param yTrue [rows] of class numbers if isSparse (t_ij = 1 where class i is j), else [rows, columns]
 * @param yPred [rows, columns]
 * @param sampleWeight 0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * @param isSoft whether t is yTrue itself; if not, every yTrue above 0 counts as 1; below 0 t is 0
 * @param classId the one column that is looked at, or -1 for all
 * @param choice 0: as above. k > 0: what is not among the k largest of its row (the first of equal ones)
 * is above no threshold. -1: the same for what is not equal to the maximum of its row, or is nearly 0
 * @param thresholds [thresholdCount], rising
 * @param groups 1, or columns to keep the columns apart
 * @param counts [groups, 2, thresholdCount + 1] of float64, overwritten
 */
export function decisionCounts(yTrue: usize, yPred: usize, sampleWeight: usize, rows: i32, columns: i32, rowsPerWeight: i32,
  isSparse: bool, isSoft: bool, classId: i32, choice: i32, thresholds: usize, thresholdCount: i32, groups: i32, counts: usize): void {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  const bucketBytes = (<usize>(thresholdCount + 1)) * DOUBLE_BYTES;
  memory.fill(counts, 0, (<usize>groups) * 2 * bucketBytes);
  const first = max(classId, 0);
  const end = classId < 0 ? columns : classId + 1;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    const lastChosen = choice ? kthLargestColumn(yPred, columns, choice == MAXIMA ? 1 : choice) : -1;
    const bar = lastChosen < 0 ? <f32>Infinity : load<f32>(yPred + (<usize>lastChosen) * FLOAT_BYTES);
    for (let column = first; column < end; column++) {
      const offsetBytes = (<usize>column) * FLOAT_BYTES;
      const p = load<f32>(yPred + offsetBytes);
      let isChosen = true;
      if (choice == MAXIMA) isChosen = p >= bar && abs(p) > SMALLEST_MAXIMUM;
      else if (choice) isChosen = p > bar || (p == bar && column <= lastChosen);
      let t: f64;
      if (isSparse) t = <f64>i32(load<f32>(yTrue) == <f32>column);
      else {
        // A label of -1, as hinge losses have, is a no like 0.
        const label = max<f32>(load<f32>(yTrue + offsetBytes), 0);
        t = isSoft ? <f64>label : <f64>i32(label != 0);
      }
      const bucket = isChosen ? thresholdsBelow(thresholds, thresholdCount, p) : 0;
      const group = groups > 1 ? column : 0;
      const target = counts + (<usize>group) * 2 * bucketBytes + (<usize>bucket) * DOUBLE_BYTES;
      addTo(target, weight * t);
      addTo(target + bucketBytes, weight * (1 - t));
    }
    yTrue += isSparse ? FLOAT_BYTES : rowBytes;
    yPred += rowBytes;
  }
}

/** A class number, or the place of the first maximum of a row; what is no class from 0 on is -1. */
// @ts-ignore: decorator
@inline function classAt(x: usize, columns: i32, classes: i32): i32 {
  if (columns) {
    const column = kthLargestColumn(x, columns, 1);
    return column < classes ? column : -1;
  }
  const value = load<f32>(x);
  return value > -1 && value < <f32>classes ? <i32>value : -1;
}

/**
 * matrix[true class, predicted class] = sum of weight_i. Numbers are cut to whole ones; what is then no
 * class from 0 to classes - 1 is left out.
 *
 * @param yTrue [count] of class numbers if trueColumns is 0, else [count, trueColumns]: the first maximum
 * @param yPred [count] or [count, predColumns], likewise
 * @param sampleWeight 0, or weights: that of element i is sampleWeight[i / elementsPerWeight]
 * @param ignoredClass a true class that is left out, or -1
 * @param isCut whether yPred [count] becomes class 1 where it is at least `threshold`, else class 0
 * @param matrix [classes, classes] of float64, overwritten
 */
export function confusionCounts(yTrue: usize, yPred: usize, sampleWeight: usize, count: i32, trueColumns: i32, predColumns: i32,
  elementsPerWeight: i32, classes: i32, ignoredClass: i32, isCut: bool, threshold: f32, matrix: usize): void {
  memory.fill(matrix, 0, (<usize>classes) * (<usize>classes) * DOUBLE_BYTES);
  const trueBytes = (<usize>max(trueColumns, 1)) * FLOAT_BYTES;
  const predBytes = (<usize>max(predColumns, 1)) * FLOAT_BYTES;
  for (let i = 0; i < count; i++) {
    const actual = classAt(yTrue, trueColumns, classes);
    const predicted = isCut ? i32(load<f32>(yPred) >= threshold) : classAt(yPred, predColumns, classes);
    if (actual >= 0 && predicted >= 0 && actual != ignoredClass) {
      const cell = (<usize>actual) * (<usize>classes) + <usize>predicted;
      addTo(matrix + cell * DOUBLE_BYTES, <f64>weightOfRow(sampleWeight, i, elementsPerWeight));
    }
    yTrue += trueBytes;
    yPred += predBytes;
  }
}
