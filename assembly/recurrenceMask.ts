/**
 * Steps that a mask leaves out: a row keeps its state there, and the gradient of that state passes them by. `counts` is a
 * step of a mask, a float for each row, 0 where the step does not count.
 */
import { stateGradientLanes, storePart } from "./recurrenceGates";
import { FLOAT_BYTES, LANES } from "./simd";

/**
 * started[t, i] = 1 if mask[s, i] is not 0 for any s up to t, else 0.
 *
 * @param mask [steps, rows]
 * @param started [steps, rows], overwritten
 */
export function startedSteps(mask: usize, started: usize, rows: i32, steps: i32): void {
  const stepBytes = <usize>rows * FLOAT_BYTES;
  for (let step = 0; step < steps; step++) {
    for (let row = 0; row < rows; row++, mask += FLOAT_BYTES, started += FLOAT_BYTES) {
      const has = load<f32>(mask) != 0 || (step && load<f32>(started - stepBytes) != 0);
      store<f32>(started, has ? 1 : 0);
    }
  }
}

/**
 * next[i] = previous[i] in the rows i that do not count.
 *
 * @param counts [rows]
 * @param previous [rows, columns]
 * @param next [rows, columns], overwritten in those rows
 */
export function carryRows(counts: usize, previous: usize, next: usize, rows: i32, columns: i32): void {
  const bytes = <usize>columns * FLOAT_BYTES;
  for (; rows > 0; rows--, counts += FLOAT_BYTES, previous += bytes, next += bytes)
    if (load<f32>(counts) == 0) memory.copy(next, previous, bytes);
}

/**
 * x[i] = 0 in the rows i that do not count.
 *
 * @param counts [rows]
 * @param x row i at x + i stride, overwritten in those rows
 * @param stride floats
 */
export function clearRows(counts: usize, x: usize, stride: i32, rows: i32, columns: i32): void {
  for (; rows > 0; rows--, counts += FLOAT_BYTES, x += <usize>stride * FLOAT_BYTES)
    if (load<f32>(counts) == 0) memory.fill(x, 0, <usize>columns * FLOAT_BYTES);
}

/**
 * Adds the gradient dH of a state up, as stateGradientLanes of recurrenceGates.ts does, and divides its rows between the step,
 * which gets those that count, and the state before it, which gets the others as they are: of `active` and `carried` one is
 * dH and the other 0.
 *
 * @param counts [rows]
 * @param shown [rows], 0 where the output of the step is 0 rather than the state, or 0 if it is nowhere
 * @param dY the gradient of the step's output, row i at dY + i dYStride, or 0 for none
 * @param dYStride floats
 * @param dRecurrent [rows, units], what comes through the next step's product, or 0
 * @param factors [rows, units], of recurrent dropout, or 0 for none
 * @param dDirect [rows, units], or 0
 * @param active [rows, units], overwritten; may be dDirect
 * @param carried [rows, units], overwritten; may be dDirect
 */
export function divideGradient(
  counts: usize, shown: usize, dY: usize, dYStride: i32, dRecurrent: usize, factors: usize, dDirect: usize,
  active: usize, carried: usize, rows: i32, units: i32,
): void {
  const strideBytes = dY ? <usize>dYStride * FLOAT_BYTES : 0;
  let at: usize = 0;
  for (; rows > 0; rows--, counts += FLOAT_BYTES, dY += strideBytes) {
    const counted = load<f32>(counts) != 0;
    let dOutput = !shown || load<f32>(shown) != 0 ? dY : 0;
    if (shown) shown += FLOAT_BYTES;
    for (let left = units; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      const dState = stateGradientLanes(dOutput, dRecurrent, factors, dDirect, at, lanes);
      storePart(active + at, counted ? dState : f32x4.splat(0), lanes);
      storePart(carried + at, counted ? f32x4.splat(0) : dState, lanes);
      const bytes = <usize>lanes * FLOAT_BYTES;
      at += bytes;
      if (dOutput) dOutput += bytes;
    }
  }
}
