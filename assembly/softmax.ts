/**
 * Softmax and log-softmax over the last axis, rows of any length.
 *
 * The largest number of a row is subtracted first, so that no exponential overflows and the sum is
 * at least 1. Sums are float64. A row with NaN or +Infinity in it, or with nothing but -Infinity,
 * has no softmax and becomes NaN; a -Infinity among finite numbers has probability 0.
 */
import { log1pVector } from "./math";
import { FIXED_TABLE, exponentialOf } from "./mathTable";
import { sumLanes64, promoteHigh, promoteLow } from "./reduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, horizontalMax, lanesBelow, loadTail, nmadd, storeTail } from "./simd";

/**
 * e^(x - maximum) of the last 1, 2 or 3 numbers of a row, 0 in the other lanes. Those lanes go
 * through the exponential as 0: what underflows is many times slower on some processors.
 */
// @ts-ignore: decorator
@inline function tailExponentials(x: usize, maximum: v128, count: i32): v128 {
  const present = lanesBelow(count);
  return v128.and(exponentialOf(v128.and(f32x4.sub(loadTail(x, count), maximum), present), FIXED_TABLE), present);
}

/** The largest number of a row, NaN if there is one in it. */
// @ts-ignore: decorator
@inline function rowMaximum(x: usize, vectorBytes: usize, tail: i32): f32 {
  let maximum = f32x4.splat(-Infinity);
  const end = x + vectorBytes;
  for (; x < end; x += VECTOR_BYTES) maximum = f32x4.max(maximum, v128.load(x));
  if (tail) {
    const last = v128.bitselect(loadTail(x, tail), f32x4.splat(-Infinity), lanesBelow(tail));
    maximum = f32x4.max(maximum, last);
  }
  return horizontalMax(maximum);
}

/**
 * y[row][i] = e^x[row][i] / sum over j of e^x[row][j]
 *
 * @param x [rows, columns]
 * @param y [rows, columns], overwritten; may be x
 */
export function softmaxForward(x: usize, y: usize, rows: i32, columns: i32): void {
  const tail = columns & (LANES - 1);
  const vectorBytes = <usize>(columns - tail) * FLOAT_BYTES;
  const tailBytes = <usize>tail * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    const maximum = f32x4.splat(rowMaximum(x, vectorBytes, tail));
    const rowStart = y;
    const end = y + vectorBytes;
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (; y < end; y += VECTOR_BYTES, x += VECTOR_BYTES) {
      const e = exponentialOf(f32x4.sub(v128.load(x), maximum), FIXED_TABLE);
      v128.store(y, e);
      low = f64x2.add(low, promoteLow(e));
      high = f64x2.add(high, promoteHigh(e));
    }
    let last = f32x4.splat(0);
    if (tail) {
      last = tailExponentials(x, maximum, tail);
      low = f64x2.add(low, promoteLow(last));
      high = f64x2.add(high, promoteHigh(last));
    }
    const sum = f32x4.splat(<f32>sumLanes64(low, high));
    for (let p = rowStart; p < end; p += VECTOR_BYTES) v128.store(p, f32x4.div(v128.load(p), sum));
    if (tail) storeTail(y, f32x4.div(last, sum), tail);
    x += tailBytes;
    y += tailBytes;
  }
}

/** The sum over j of y[j] * dY[j] of one row, in all lanes. */
// @ts-ignore: decorator
@inline export function rowDot(y: usize, dY: usize, vectorBytes: usize, tail: i32): v128 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  for (let offsetBytes: usize = 0; offsetBytes < vectorBytes; offsetBytes += VECTOR_BYTES) {
    const product = f32x4.mul(v128.load(y + offsetBytes), v128.load(dY + offsetBytes));
    low = f64x2.add(low, promoteLow(product));
    high = f64x2.add(high, promoteHigh(product));
  }
  if (tail) {
    const product = f32x4.mul(loadTail(y + vectorBytes, tail), loadTail(dY + vectorBytes, tail));
    low = f64x2.add(low, promoteLow(product));
    high = f64x2.add(high, promoteHigh(product));
  }
  return f32x4.splat(<f32>sumLanes64(low, high));
}

/**
 * dX[row][i] = y[row][i] * (dY[row][i] - sum over j of y[row][j] * dY[row][j])
 *
 * @param y [rows, columns], the result of softmaxForward
 * @param dY [rows, columns]
 * @param dX [rows, columns], overwritten; may be dY
 */
export function softmaxBackward(y: usize, dY: usize, dX: usize, rows: i32, columns: i32): void {
  const tail = columns & (LANES - 1);
  const vectorBytes = <usize>(columns - tail) * FLOAT_BYTES;
  const tailBytes = <usize>tail * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    const dot = rowDot(y, dY, vectorBytes, tail);
    const end = y + vectorBytes;
    for (; y < end; y += VECTOR_BYTES, dY += VECTOR_BYTES, dX += VECTOR_BYTES)
      v128.store(dX, f32x4.mul(v128.load(y), f32x4.sub(v128.load(dY), dot)));
    if (tail) storeTail(dX, f32x4.mul(loadTail(y, tail), f32x4.sub(loadTail(dY, tail), dot)), tail);
    y += tailBytes;
    dY += tailBytes;
    dX += tailBytes;
  }
}

/**
 * y[row][i] = x[row][i] - ln(sum over j of e^x[row][j])
 *
 * The sum, with the maximum subtracted, is 1 and a rest. The logarithm is taken of 1 + rest, so
 * that the log-probability of a nearly certain class keeps its digits, down to where 1 + rest in
 * float64 loses them (about 1e-10).
 *
 * @param x [rows, columns]
 * @param y [rows, columns], overwritten; may be x
 */
export function logSoftmaxForward(x: usize, y: usize, rows: i32, columns: i32): void {
  const tail = columns & (LANES - 1);
  const vectorBytes = <usize>(columns - tail) * FLOAT_BYTES;
  const tailBytes = <usize>tail * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    const maximum = f32x4.splat(rowMaximum(x, vectorBytes, tail));
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let offsetBytes: usize = 0; offsetBytes < vectorBytes; offsetBytes += VECTOR_BYTES) {
      const e = exponentialOf(f32x4.sub(v128.load(x + offsetBytes), maximum), FIXED_TABLE);
      low = f64x2.add(low, promoteLow(e));
      high = f64x2.add(high, promoteHigh(e));
    }
    if (tail) {
      const e = tailExponentials(x + vectorBytes, maximum, tail);
      low = f64x2.add(low, promoteLow(e));
      high = f64x2.add(high, promoteHigh(e));
    }
    const logSum = log1pVector(f32x4.splat(<f32>(sumLanes64(low, high) - 1)));
    const end = x + vectorBytes;
    for (; x < end; x += VECTOR_BYTES, y += VECTOR_BYTES)
      v128.store(y, f32x4.sub(f32x4.sub(v128.load(x), maximum), logSum));
    if (tail) storeTail(y, f32x4.sub(f32x4.sub(loadTail(x, tail), maximum), logSum), tail);
    x += tailBytes;
    y += tailBytes;
  }
}

/**
 * dX[row][i] = dY[row][i] - e^y[row][i] * sum over j of dY[row][j]
 *
 * @param y [rows, columns], the result of logSoftmaxForward
 * @param dY [rows, columns]
 * @param dX [rows, columns], overwritten; may be dY
 */
export function logSoftmaxBackward(y: usize, dY: usize, dX: usize, rows: i32, columns: i32): void {
  const tail = columns & (LANES - 1);
  const vectorBytes = <usize>(columns - tail) * FLOAT_BYTES;
  const tailBytes = <usize>tail * FLOAT_BYTES;
  for (let row = 0; row < rows; row++) {
    let low = f64x2.splat(0);
    let high = f64x2.splat(0);
    for (let offsetBytes: usize = 0; offsetBytes < vectorBytes; offsetBytes += VECTOR_BYTES) {
      const gradient = v128.load(dY + offsetBytes);
      low = f64x2.add(low, promoteLow(gradient));
      high = f64x2.add(high, promoteHigh(gradient));
    }
    if (tail) {
      const gradient = loadTail(dY + vectorBytes, tail);
      low = f64x2.add(low, promoteLow(gradient));
      high = f64x2.add(high, promoteHigh(gradient));
    }
    const sum = f32x4.splat(<f32>sumLanes64(low, high));
    const end = y + vectorBytes;
    for (; y < end; y += VECTOR_BYTES, dY += VECTOR_BYTES, dX += VECTOR_BYTES)
      v128.store(dX, nmadd(exponentialOf(v128.load(y), FIXED_TABLE), sum, v128.load(dY)));
    if (tail) storeTail(dX, nmadd(exponentialOf(loadTail(y, tail), FIXED_TABLE), sum, loadTail(dY, tail)), tail);
    y += tailBytes;
    dY += tailBytes;
    dX += tailBytes;
  }
}
