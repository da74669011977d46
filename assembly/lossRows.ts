/**
 * The common form of losses that need a whole row at once. A loss is an unmanaged class without fields;
 * the compiler makes one loop for each. Four rows at once, one in each lane.
 *
 *   rows(yTrue, yPred, dPred, columns, scale, second, third, fourth)
 *       the losses of four rows, which start at these offsets from the first (see gatherRows in lossLanes.ts);
 *       writes their gradients, times `scale`, to dPred unless that is 0
 *
 * All kernels share one form:
 *
 *   returns sum_i weight_i loss_i, in float64, not divided by the number of rows
 *   perSample[i] = loss_i, without its weight
 *   dPred[i, j] = gradientScale weight_i d loss_i / d yPred[i, j]
 *
 * yTrue         [rows, columns]
 * yPred         [rows, columns]
 * sampleWeight  0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * perSample     0, or [rows], overwritten
 * dPred         0, or [rows, columns], overwritten; may be yPred
 * a, b          not used
 */
import { LANES, FLOAT_BYTES, storeLanes } from "./simd";
import { firstLanes, rowOffset, weightsOfRows } from "./lossLanes";
import { lowDoubles, highDoubles, sumOfDoubles } from "./lossLanes";

/** The common form. */
export function rowwiseLoss<T>(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64): f64 {
  const loss = changetype<T>(<usize>0);
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  let totalLow = f64x2.splat(0);
  let totalHigh = f64x2.splat(0);
  for (let row = 0; row < rows; row += LANES) {
    const lanes = min(rows - row, LANES);
    const second = rowOffset(1, lanes, rowBytes);
    const third = rowOffset(2, lanes, rowBytes);
    const fourth = rowOffset(3, lanes, rowBytes);
    const weights = weightsOfRows(sampleWeight, row, lanes, rowsPerWeight);
    const scale = f32x4.mul(weights, f32x4.splat(<f32>gradientScale));
    const losses = loss.rows(yTrue, yPred, dPred, columns, scale, second, third, fourth);
    if (perSample) storeLanes(perSample + (<usize>row) * FLOAT_BYTES, losses, lanes);
    const counted = v128.and(losses, firstLanes(lanes));
    totalLow = f64x2.add(totalLow, f64x2.mul(lowDoubles(counted), lowDoubles(weights)));
    totalHigh = f64x2.add(totalHigh, f64x2.mul(highDoubles(counted), highDoubles(weights)));
    yTrue += (<usize>LANES) * rowBytes;
    yPred += (<usize>LANES) * rowBytes;
    if (dPred) dPred += (<usize>LANES) * rowBytes;
  }
  return sumOfDoubles(totalLow, totalHigh);
}
