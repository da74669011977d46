/** Which units of a self-organizing map match rows of data. Float32, row-major. */
import { matMulWithBias } from "./gemm";
import { areNeighbours, squaredDistance } from "./mapGrid";
import { FLOAT_BYTES } from "./simd";

/** Rows of data whose products are computed at a time: enough that packing the weights is worth it. */
// @ts-ignore: decorator
@inline const ROWS_AT_A_TIME: i32 = 256;

/** Floats of the scratch memory that `bestMatchingUnits` needs. */
export function matchingScratch(features: i32, units: i32): i32 {
  return (features + 1 + ROWS_AT_A_TIME) * units;
}

/** The weights, transposed, and behind them -||w||^2 / 2 of each unit. */
function prepare(weights: usize, transposed: usize, features: i32, units: i32): void {
  const columnBytes = <usize>units * FLOAT_BYTES;
  const halves = transposed + <usize>features * columnBytes;
  for (let unit = 0; unit < units; unit++, transposed += FLOAT_BYTES) {
    let sum: f32 = 0;
    for (let feature = 0, to = transposed; feature < features; feature++, to += columnBytes, weights += FLOAT_BYTES) {
      const weight = load<f32>(weights);
      store<f32>(to, weight);
      sum += weight * weight;
    }
    store<f32>(halves + <usize>unit * FLOAT_BYTES, <f32>-0.5 * sum);
  }
}

/** The index of the largest score, the lowest of equal ones, among all units but one. */
function largestScore(scores: usize, units: i32, but: i32): i32 {
  let best = -1;
  let highest: f32 = 0;
  for (let unit = 0; unit < units; unit++, scores += FLOAT_BYTES) {
    const score = load<f32>(scores);
    if (unit != but && (best < 0 || score > highest)) {
      best = unit;
      highest = score;
    }
  }
  return best;
}

/**
 * The best matching unit of each row: that with the smallest ||x - w||^2 = ||x||^2 - 2 x.w + ||w||^2, the lowest index
 * where equal. ||x||^2 is the same for all units, so it is the largest x.w - ||w||^2 / 2, which is one product with a
 * bias; the distance to that unit is computed as it is, without the cancellation.
 *
 * @param x [rows, features]
 * @param weights [units, features]
 * @param best [rows] of i32, overwritten
 * @param second [rows] of i32, overwritten: the best of the other units, -1 where there is none; or 0
 * @param scratch [matchingScratch(features, units)]
 * @param workspace workspaceBytes() bytes
 * @returns the sum of the distances (not squared), in float64
 */
export function bestMatchingUnits(
  x: usize, weights: usize, best: usize, second: usize,
  rows: i32, features: i32, units: i32, scratch: usize, workspace: usize,
): f64 {
  const xBytes = <usize>features * FLOAT_BYTES, unitBytes = <usize>units * FLOAT_BYTES;
  prepare(weights, scratch, features, units);
  const halves = scratch + <usize>features * unitBytes;
  const scores = halves + unitBytes;
  let total: f64 = 0;
  for (; rows > 0; rows -= ROWS_AT_A_TIME) {
    const count = min(rows, ROWS_AT_A_TIME);
    matMulWithBias(x, scratch, halves, scores, count, units, features, workspace);
    for (let row = 0, at = scores; row < count; row++, at += unitBytes, x += xBytes, best += FLOAT_BYTES) {
      const unit = largestScore(at, units, -1);
      store<i32>(best, unit);
      total += sqrt<f64>(squaredDistance(x, weights + <usize>unit * xBytes, features));
      if (second) {
        store<i32>(second, largestScore(at, units, unit));
        second += FLOAT_BYTES;
      }
    }
  }
  return total;
}

/**
 * How many rows have a second best unit that is no neighbour of the best one (Kiviluoto 1996).
 *
 * @param best [rows] of i32
 * @param second [rows] of i32; -1, where there is no other unit, is no error
 */
export function topographicErrors(best: usize, second: usize, rows: i32, columns: i32, isHexagonal: i32): i32 {
  let errors = 0;
  for (const end = best + <usize>rows * FLOAT_BYTES; best < end; best += FLOAT_BYTES, second += FLOAT_BYTES) {
    const other = load<i32>(second);
    if (other >= 0 && !areNeighbours(load<i32>(best), other, columns, isHexagonal)) errors++;
  }
  return errors;
}

/**
 * distances[i, j] = ||x[i] - w[j]||.
 *
 * @param x [rows, features]
 * @param weights [units, features]
 * @param distances [rows, units], overwritten
 */
export function unitDistances(x: usize, weights: usize, distances: usize, rows: i32, features: i32, units: i32): void {
  const rowBytes = <usize>features * FLOAT_BYTES;
  for (; rows > 0; rows--, x += rowBytes) {
    for (let unit = 0, at = weights; unit < units; unit++, at += rowBytes, distances += FLOAT_BYTES) {
      store<f32>(distances, sqrt<f32>(squaredDistance(x, at, features)));
    }
  }
}
