/** Training of self-organizing maps (Kohonen, Self-Organizing Maps, 3rd ed. 2001, chapter 3). Float32, row-major. */
import { matMul } from "./gemm";
import { squaredDistance } from "./mapGrid";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes } from "./simd";

/**
 * What each unit matches best: the sum of its rows, and behind them their number.
 *
 * @param x [rows, features]
 * @param best [rows] of i32: the best matching unit of each row
 * @param sums [units, features + 1], overwritten
 */
export function takeUnitSums(x: usize, best: usize, sums: usize, rows: i32, features: i32, units: i32): void {
  const sumBytes = <usize>(features + 1) * FLOAT_BYTES;
  memory.fill(sums, 0, <usize>units * sumBytes);
  for (; rows > 0; rows--, best += FLOAT_BYTES) {
    let to = sums + <usize>load<i32>(best) * sumBytes;
    for (let left = features; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      storeLanes(to, f32x4.add(loadLanes(to, lanes), loadLanes(x, lanes)), lanes);
      to += <usize>lanes * FLOAT_BYTES;
      x += <usize>lanes * FLOAT_BYTES;
    }
    store<f32>(to, load<f32>(to) + 1);
  }
}

/**
 * A batch step: every unit becomes the mean of all rows, each weighted by the share that the unit has in the best
 * matching unit of the row: w[j] = sum over u of share[j, u] sums[u] / sum over u of share[j, u] counts[u]. A unit without
 * any share stays where it is.
 *
 * @param weights [units, features], updated
 * @param shares [units, units]
 * @param sums [units, features + 1], as takeUnitSums leaves it
 * @param totals [units, features + 1], overwritten
 * @param workspace workspaceBytes() bytes
 */
export function moveUnits(
  weights: usize, shares: usize, sums: usize, totals: usize, features: i32, units: i32, workspace: usize,
): void {
  const rowBytes = <usize>features * FLOAT_BYTES;
  matMul(shares, sums, totals, units, features + 1, units, workspace);
  for (; units > 0; units--, totals += rowBytes + FLOAT_BYTES, weights += rowBytes) {
    const count = load<f32>(totals + rowBytes);
    if (count == 0) continue;
    for (let at: usize = 0; at < rowBytes; at += FLOAT_BYTES) {
      store<f32>(weights + at, load<f32>(totals + at) / count);
    }
  }
}

/** The unit that is nearest to a row, the lowest of equal ones. */
function nearestUnit(x: usize, weights: usize, features: i32, units: i32): i32 {
  let best = 0;
  let least: f32 = Infinity;
  for (let unit = 0; unit < units; unit++, weights += <usize>features * FLOAT_BYTES) {
    const distance = squaredDistance(x, weights, features);
    if (distance < least) {
      best = unit;
      least = distance;
    }
  }
  return best;
}

/** w += share (x - w). */
function approach(weights: usize, x: usize, share: f32, features: i32): void {
  const factor = f32x4.splat(share);
  for (; features > 0; features -= LANES, weights += VECTOR_BYTES, x += VECTOR_BYTES) {
    const lanes = min(features, LANES);
    const weight = loadLanes(weights, lanes);
    storeLanes(weights, madd(factor, f32x4.sub(loadLanes(x, lanes), weight), weight), lanes);
  }
}

/**
 * Online steps, one for each row: w[j] += rate share[j, u] (x - w[j]) for the best matching unit u of the row.
 *
 * @param x [all rows, features]
 * @param order [rows] of u32: the indices of the rows, one step after the other
 * @param weights [units, features], updated
 * @param shares [units, units]
 * @returns the sum of the distances of the rows to their units before the step, in float64
 */
export function trainMapOnline(
  x: usize, order: usize, weights: usize, shares: usize, rate: f32, rows: i32, features: i32, units: i32,
): f64 {
  const rowBytes = <usize>features * FLOAT_BYTES;
  let total: f64 = 0;
  for (; rows > 0; rows--, order += FLOAT_BYTES) {
    const row = x + <usize>load<u32>(order) * rowBytes;
    const best = nearestUnit(row, weights, features, units);
    total += sqrt<f64>(squaredDistance(row, weights + <usize>best * rowBytes, features));
    let share = shares + <usize>(best * units) * FLOAT_BYTES;
    for (let unit = 0, to = weights; unit < units; unit++, to += rowBytes, share += FLOAT_BYTES) {
      const factor = rate * load<f32>(share);
      if (factor) approach(to, row, factor, features);
    }
  }
  return total;
}
