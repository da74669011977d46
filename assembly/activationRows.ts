/** Activations of whole rows beside softmax: the gated linear unit and sparsemax. Rows of any length. */
import { dSigmoid } from "./activationSmooth";
import { sigmoidVector } from "./math";
import { FLOAT_BYTES, LANES, loadLanes, storeLanes } from "./simd";

/**
 * y[row][i] = x[row][i] * sigmoid(x[row][i + columns / 2]). Dauphin et al. 2017.
 *
 * @param x [rows, columns], columns being even
 * @param y [rows, columns / 2], overwritten
 */
export function gluForward(x: usize, y: usize, rows: i32, columns: i32): void {
  const half = columns >> 1;
  const halfBytes = <usize>half * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < half; i += LANES) {
      const lanes = min(LANES, half - i);
      const value = x + <usize>i * FLOAT_BYTES;
      const gate = sigmoidVector(loadLanes(value + halfBytes, lanes));
      storeLanes(y + <usize>i * FLOAT_BYTES, f32x4.mul(loadLanes(value, lanes), gate), lanes);
    }
    x += 2 * halfBytes;
    y += halfBytes;
  }
}

/**
 * With a and b the halves of a row of x and s = sigmoid(b): dX = [dY * s, dY * a * s * (1 - s)].
 *
 * @param x [rows, columns], what went into gluForward
 * @param dY [rows, columns / 2]
 * @param dX [rows, columns], overwritten
 */
export function gluBackward(x: usize, dY: usize, dX: usize, rows: i32, columns: i32): void {
  const half = columns >> 1;
  const halfBytes = <usize>half * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < half; i += LANES) {
      const lanes = min(LANES, half - i);
      const offsetBytes = <usize>i * FLOAT_BYTES;
      const gate = sigmoidVector(loadLanes(x + offsetBytes + halfBytes, lanes));
      const gradient = loadLanes(dY + offsetBytes, lanes);
      const dGate = f32x4.mul(gradient, loadLanes(x + offsetBytes, lanes));
      storeLanes(dX + offsetBytes, f32x4.mul(gradient, gate), lanes);
      storeLanes(dX + offsetBytes + halfBytes, dSigmoid(dGate, gate), lanes);
    }
    x += 2 * halfBytes;
    dX += 2 * halfBytes;
    dY += halfBytes;
  }
}

/**
 * The threshold of a row, less its maximum: (sum of x - maximum over the support - 1) / its size.
 *
 * Michelot's algorithm: only what is less than 1 below the maximum can be in the support; of these,
 * what is at or below their threshold leaves, until nothing does. Exact but for rounding, in float64.
 */
function sparsemaxThreshold(x: usize, end: usize, maximum: f64): f64 {
  let threshold: f64 = -1;
  let previous = i32.MAX_VALUE;
  while (true) {
    let size = 0;
    let sum: f64 = 0;
    for (let p = x; p < end; p += FLOAT_BYTES) {
      const below = <f64>load<f32>(p) - maximum;
      if (below > threshold) {
        sum += below;
        size++;
      }
    }
    threshold = (sum - 1) / <f64>size;
    if (size >= previous) return threshold;
    previous = size;
  }
}

/**
 * y[row][i] = max(x[row][i] - t[row], 0), t being such that a row adds up to 1: the nearest point of
 * the probability simplex. Martins and Astudillo 2016.
 *
 * A row with NaN or +Infinity in it, or with nothing but -Infinity, has none and becomes NaN.
 *
 * @param x [rows, columns]
 * @param y [rows, columns], overwritten; may be x
 */
export function sparsemaxForward(x: usize, y: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++) {
    const end = x + <usize>columns * FLOAT_BYTES;
    let largest: f32 = -Infinity;
    for (let p = x; p < end; p += FLOAT_BYTES) largest = max(largest, load<f32>(p)); // NaN wins
    const maximum = <f64>largest;
    const threshold = sparsemaxThreshold(x, end, maximum) + (maximum - maximum); // Infinity - Infinity is NaN
    for (; x < end; x += FLOAT_BYTES, y += FLOAT_BYTES) {
      store<f32>(y, <f32>max<f64>(<f64>load<f32>(x) - maximum - threshold, 0));
    }
  }
}

/**
 * dX[row][i] = dY[row][i] - the mean of dY over the support of the row, and 0 outside it. The support
 * is where y is not 0.
 *
 * @param y [rows, columns], the result of sparsemaxForward
 * @param dY [rows, columns]
 * @param dX [rows, columns], overwritten; may be dY
 */
export function sparsemaxBackward(y: usize, dY: usize, dX: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    let size = 0;
    let sum: f64 = 0;
    for (let offsetBytes: usize = 0; offsetBytes < rowBytes; offsetBytes += FLOAT_BYTES) {
      if (load<f32>(y + offsetBytes) != 0) {
        sum += <f64>load<f32>(dY + offsetBytes);
        size++;
      }
    }
    const mean = sum / <f64>size;
    for (const end = y + rowBytes; y < end; y += FLOAT_BYTES, dY += FLOAT_BYTES, dX += FLOAT_BYTES) {
      store<f32>(dX, load<f32>(y) != 0 ? <f32>(<f64>load<f32>(dY) - mean) : 0);
    }
  }
}
