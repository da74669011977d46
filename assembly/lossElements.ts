/**
 * The common form of losses that add up, along a row, a loss of single elements. A loss is an unmanaged
 * class without fields, whose methods work on four elements at once; the compiler makes one loop for each.
 *
 *   target(t, a)                what an element is compared with
 *   shared(t, p)                what its loss and its slope both need
 *   loss(t, p, shared, a)       its loss
 *   slope(t, p, shared, a)      d loss / d p
 *
 * All kernels share one form:
 *
 *   returns sum_i weight_i loss_i, in float64, not divided by the number of rows
 *   perSample[i] = loss_i = sum_j loss of element i, j / divisor, without its weight
 *   dPred[i, j] = gradientScale weight_i d loss_i / d yPred[i, j]
 *
 * yTrue         [rows, columns]
 * yPred         [rows, columns]
 * sampleWeight  0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * perSample     0, or [rows], overwritten
 * dPred         0, or [rows, columns], overwritten; may be yPred
 * a, b          parameters of the loss, if it has any
 */
import { LANES, FLOAT_BYTES, loadLanes, storeLanes } from "./simd";
import { firstLanes, weightOfRow, weightsOfRows } from "./lossLanes";
import { lowDoubles, highDoubles, sumOfDoubles } from "./lossLanes";

/**
 * The sum of the losses of `count` elements, as if each were a row of one column. Their gradient, times
 * `scale` and their weights, goes to dPred.
 */
function lossOfElements<T>(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  count: i32, rowsPerWeight: i32, scale: f32, a: f32): f64 {
  const element = changetype<T>(<usize>0);
  let totalLow = f64x2.splat(0);
  let totalHigh = f64x2.splat(0);
  for (let i = 0; i < count; i += LANES) {
    const lanes = min(count - i, LANES);
    const offsetBytes = (<usize>i) * FLOAT_BYTES;
    const t = element.target(loadLanes(yTrue + offsetBytes, lanes), a);
    const p = loadLanes(yPred + offsetBytes, lanes);
    const shared = element.shared(t, p);
    const loss = v128.and(element.loss(t, p, shared, a), firstLanes(lanes));
    const weights = weightsOfRows(sampleWeight, i, lanes, rowsPerWeight);
    if (perSample) storeLanes(perSample + offsetBytes, loss, lanes);
    if (dPred) {
      const slope = element.slope(t, p, shared, a);
      storeLanes(dPred + offsetBytes, f32x4.mul(slope, f32x4.mul(weights, f32x4.splat(scale))), lanes);
    }
    totalLow = f64x2.add(totalLow, f64x2.mul(lowDoubles(loss), lowDoubles(weights)));
    totalHigh = f64x2.add(totalHigh, f64x2.mul(highDoubles(loss), highDoubles(weights)));
  }
  return sumOfDoubles(totalLow, totalHigh);
}

/**
 * The common form.
 *
 * @param divisor the number of columns for a mean along the row, 1 for a sum
 */
export function elementwiseLoss<T>(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64, a: f32, divisor: i32): f64 {
  const scale = gradientScale / <f64>divisor;
  if (columns == 1 || !(sampleWeight | perSample)) {
    const count = rows * columns;
    const sum = lossOfElements<T>(yTrue, yPred, sampleWeight, perSample, dPred, count, rowsPerWeight, <f32>scale, a);
    return sum / <f64>divisor;
  }
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    const sum = lossOfElements<T>(yTrue, yPred, 0, 0, dPred, columns, 1, <f32>(scale * weight), a);
    const loss = sum / <f64>divisor;
    if (perSample) store<f32>(perSample + (<usize>row) * FLOAT_BYTES, <f32>loss);
    total += weight * loss;
    yTrue += rowBytes;
    yPred += rowBytes;
    if (dPred) dPred += rowBytes;
  }
  return total;
}
