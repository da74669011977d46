/** Sequences row by row and step by step, and the states between steps. */
import { loadPart, stateGradientLanes, storePart } from "./recurrenceGates";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "./simd";

/** `columns` floats, times a mask if there is one. */
// @ts-ignore: decorator
@inline function copyMasked(x: usize, mask: usize, y: usize, columns: i32): void {
  let left = columns;
  for (; left >= LANES; left -= LANES, x += VECTOR_BYTES, y += VECTOR_BYTES) {
    const values = v128.load(x);
    v128.store(y, mask ? f32x4.mul(values, v128.load(mask)) : values);
    if (mask) mask += VECTOR_BYTES;
  }
  if (left) {
    const values = loadPart(x, left);
    storePart(y, mask ? f32x4.mul(values, loadPart(mask, left)) : values, left);
  }
}

/**
 * y[s, i, j] = x[i, t, j] mask[i, j], with t = s, or from the last step to the first if `backwards`: the rows of a step
 * lie together, in the order in which the steps are taken.
 *
 * @param x [rows, steps, columns]
 * @param mask [rows, columns], or 0 for none
 * @param y [steps, rows, columns], overwritten; not overlapping x
 */
export function toSteps(
  x: usize, mask: usize, y: usize, rows: i32, steps: i32, columns: i32, backwards: i32,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  for (let step = 0; step < steps; step++) {
    let from = x + <usize>(backwards ? steps - 1 - step : step) * rowBytes;
    let factors = mask;
    for (let row = 0; row < rows; row++, from += <usize>steps * rowBytes, y += rowBytes) {
      copyMasked(from, factors, y, columns);
      if (mask) factors += rowBytes;
    }
  }
}

/**
 * The way back, y[i, t, j] = x[s, i, j] mask[i, j]: outputs, and the gradient of toSteps.
 *
 * @param x [steps, rows, columns]
 * @param mask [rows, columns], or 0 for none
 * @param y [rows, steps, columns], overwritten; not overlapping x
 */
export function fromSteps(
  x: usize, mask: usize, y: usize, rows: i32, steps: i32, columns: i32, backwards: i32,
): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  for (let step = 0; step < steps; step++) {
    let to = y + <usize>(backwards ? steps - 1 - step : step) * rowBytes;
    let factors = mask;
    for (let row = 0; row < rows; row++, x += rowBytes, to += <usize>steps * rowBytes) {
      copyMasked(x, factors, to, columns);
      if (mask) factors += rowBytes;
    }
  }
}

/**
 * y = x mask, value by value: states as recurrent dropout lets the products see them.
 *
 * @param x [count]
 * @param mask [count]
 * @param y [count], overwritten; may be x
 */
export function multiplyStates(x: usize, mask: usize, y: usize, count: i32): void {
  copyMasked(x, mask, y, count);
}

/**
 * dState = dRecurrent mask + dDirect: the gradient of the state that the first step starts from.
 *
 * @param dRecurrent [count], what came through the product of the first step
 * @param mask [count], or 0 for none
 * @param dDirect [count], what the step handed on as it is, or 0 for nothing
 * @param dState [count], overwritten
 */
export function stateGradient(dRecurrent: usize, mask: usize, dDirect: usize, dState: usize, count: i32): void {
  for (let at: usize = 0, left = count; left > 0; left -= LANES, at += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    storePart(dState + at, stateGradientLanes(0, dRecurrent, mask, dDirect, at, lanes), lanes);
  }
}
