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

/** The mean of one feature over the units. */
function meanWeight(weight: usize, rowBytes: usize, units: i32): f32 {
  let sum: f64 = 0;
  for (let left = units; left > 0; left--, weight += rowBytes) sum += load<f32>(weight);
  return <f32>(sum / units);
}

/**
 * What weights differ by from their mean c, d = w - c, transposed, and behind them -(c.d + ||d||^2 / 2) of each unit.
 * Products with d lose less than products with w where all weights are alike and far from 0.
 */
function prepare(weights: usize, transposed: usize, features: i32, units: i32): void {
  const unitBytes = <usize>units * FLOAT_BYTES, rowBytes = <usize>features * FLOAT_BYTES;
  const biases = transposed + <usize>features * unitBytes;
  memory.fill(biases, 0, unitBytes);
  for (let feature = 0; feature < features; feature++, weights += FLOAT_BYTES) {
    const mean = meanWeight(weights, rowBytes, units);
    let from = weights;
    for (let at: usize = 0; at < unitBytes; at += FLOAT_BYTES, from += rowBytes, transposed += FLOAT_BYTES) {
      const difference = load<f32>(from) - mean;
      store<f32>(transposed, difference);
      store<f32>(biases + at, load<f32>(biases + at) - difference * (mean + <f32>0.5 * difference));
    }
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
 * The best matching unit of each row: that with the smallest ||x - w||^2, the lowest index where equal. With c the mean of
 * the weights and d = w - c that is ||x - c||^2 - 2 (x - c).d + ||d||^2, whose first term is the same for all units, so it is
 * the largest x.d - c.d - ||d||^2 / 2: one product with a bias. The distance to that unit is computed as it is, without the
 * cancellation.
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
  const biases = scratch + <usize>features * unitBytes;
  const scores = biases + unitBytes;
  let total: f64 = 0;
  for (; rows > 0; rows -= ROWS_AT_A_TIME) {
    const count = min(rows, ROWS_AT_A_TIME);
    matMulWithBias(x, scratch, biases, scores, count, units, features, workspace);
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
