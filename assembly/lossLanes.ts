/**
 * What losses and metrics share: four rows worked on at once, one in each lane, and sums in float64.
 *
 * With a row in a lane, a reduction along the row needs no horizontal step and no tail along the
 * columns, and three classes cost the same per element as a thousand. Where fewer than four rows are
 * left, the lanes beyond repeat the last row: they read and write what it reads and writes, and
 * `firstLanes` keeps them out of the sums.
 */
import { LANES, FLOAT_BYTES } from "./simd";

/** All bits set in the 1 to 4 low lanes. */
// @ts-ignore: decorator
@inline export function firstLanes(lanes: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(lanes));
}

/** Bytes from the first of four rows to the row of `lane`, or to the last row there is. */
// @ts-ignore: decorator
@inline export function rowOffset(lane: i32, lanes: i32, rowBytes: usize): usize {
  return (<usize>min(lane, lanes - 1)) * rowBytes;
}

/** One float of each of four rows, which start at these offsets from the first. */
// @ts-ignore: decorator
@inline export function gatherRows(pointer: usize, second: usize, third: usize, fourth: usize): v128 {
  let x = v128.load32_zero(pointer);
  x = v128.load_lane<f32>(pointer + second, x, 1);
  x = v128.load_lane<f32>(pointer + third, x, 2);
  return v128.load_lane<f32>(pointer + fourth, x, 3);
}

/** The reverse of gatherRows. Repeated rows get the same value twice. */
// @ts-ignore: decorator
@inline export function scatterRows(pointer: usize, x: v128, second: usize, third: usize, fourth: usize): void {
  v128.store_lane<f32>(pointer, x, 0);
  v128.store_lane<f32>(pointer + second, x, 1);
  v128.store_lane<f32>(pointer + third, x, 2);
  v128.store_lane<f32>(pointer + fourth, x, 3);
}

/** The weight of one row. */
// @ts-ignore: decorator
@inline export function weightOfRow(sampleWeight: usize, row: i32, rowsPerWeight: i32): f32 {
  if (!sampleWeight) return 1;
  return load<f32>(sampleWeight + (<usize>(row / rowsPerWeight)) * FLOAT_BYTES);
}

/** The weights of rows row to row + lanes - 1; lanes beyond repeat the last. */
// @ts-ignore: decorator
@inline export function weightsOfRows(sampleWeight: usize, row: i32, lanes: i32, rowsPerWeight: i32): v128 {
  if (!sampleWeight) return f32x4.splat(1);
  if (lanes == LANES && rowsPerWeight == 1) return v128.load(sampleWeight + (<usize>row) * FLOAT_BYTES);
  const last = row + lanes - 1;
  let weights = f32x4.splat(weightOfRow(sampleWeight, row, rowsPerWeight));
  weights = f32x4.replace_lane(weights, 1, weightOfRow(sampleWeight, min(row + 1, last), rowsPerWeight));
  weights = f32x4.replace_lane(weights, 2, weightOfRow(sampleWeight, min(row + 2, last), rowsPerWeight));
  return f32x4.replace_lane(weights, 3, weightOfRow(sampleWeight, last, rowsPerWeight));
}

/** Lanes 0 and 1 as float64. */
// @ts-ignore: decorator
@inline export function lowDoubles(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

/** Lanes 2 and 3 as float64. */
// @ts-ignore: decorator
@inline export function highDoubles(x: v128): v128 {
  return f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 2, 3));
}

/** Four float64 as one vector of float32. */
// @ts-ignore: decorator
@inline export function toFloats(low: v128, high: v128): v128 {
  return v128.shuffle<f32>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5);
}

/** (low0 + high0) + (low1 + high1). */
// @ts-ignore: decorator
@inline export function sumOfDoubles(low: v128, high: v128): f64 {
  const sum = f64x2.add(low, high);
  return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
}
