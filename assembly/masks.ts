/**
 * Masks: which steps of a sequence count. A mask has a float for each step, 1 if it counts and 0 if not; what reads it tests
 * for 0 rather than multiplies, so that NaN in a step that does not count stays out of everything.
 */
import { FLOAT_BYTES } from "./simd";

/**
 * mask[i] = 1 if x[i, j] != value for any j, else 0 (Keras's Masking; with value 0 and one column its mask_zero).
 *
 * @param x [count, columns]
 * @param mask [count], overwritten
 */
export function findSteps(x: usize, value: f32, mask: usize, count: i32, columns: i32): void {
  for (; count > 0; count--, mask += FLOAT_BYTES) {
    let counts: f32 = 0;
    for (let column = 0; column < columns; column++, x += FLOAT_BYTES) if (load<f32>(x) != value) counts = 1;
    store<f32>(mask, counts);
  }
}

/**
 * y[i, j] = x[i, j] where mask[i] is not 0, else value. With the value 0 its own gradient.
 *
 * @param x [count, columns]
 * @param mask [count]
 * @param y [count, columns], overwritten; may be x
 */
export function keepSteps(x: usize, mask: usize, value: f32, y: usize, count: i32, columns: i32): void {
  const bytes = <usize>columns * FLOAT_BYTES;
  for (; count > 0; count--, mask += FLOAT_BYTES, x += bytes, y += bytes) {
    if (load<f32>(mask) != 0) memory.copy(y, x, bytes);
    else for (let at: usize = 0; at < bytes; at += FLOAT_BYTES) store<f32>(y + at, value);
  }
}

/**
 * y[i] = 1 where a[i] or b[i] is not 0, else 0.
 *
 * @param a [count]
 * @param b [count]
 * @param y [count], overwritten; may be either
 */
export function eitherStep(a: usize, b: usize, y: usize, count: i32): void {
  for (; count > 0; count--, a += FLOAT_BYTES, b += FLOAT_BYTES, y += FLOAT_BYTES)
    store<f32>(y, load<f32>(a) != 0 || load<f32>(b) != 0 ? 1 : 0);
}

/**
 * weights[i, t] = sampleWeight[i] where mask[i, t] is not 0, else 0.
 *
 * @param mask [rows, steps]
 * @param sampleWeight [rows]
 * @param weights [rows, steps], overwritten
 */
export function weighSteps(mask: usize, sampleWeight: usize, weights: usize, rows: i32, steps: i32): void {
  for (; rows > 0; rows--, sampleWeight += FLOAT_BYTES) {
    const weight = load<f32>(sampleWeight);
    for (let step = 0; step < steps; step++, mask += FLOAT_BYTES, weights += FLOAT_BYTES)
      store<f32>(weights, load<f32>(mask) != 0 ? weight : 0);
  }
}

/** The number of steps that count. */
function countSteps(mask: usize, steps: i32): f32 {
  let count: f32 = 0;
  for (; steps > 0; steps--, mask += FLOAT_BYTES) if (load<f32>(mask) != 0) count += 1;
  return count;
}

/**
 * y[i, j] = the mean of x[i, t, j] over the steps t that count; 0 in a row without any (Keras's GlobalAveragePooling1D, which
 * gives NaN there).
 *
 * @param x [rows, steps, columns]
 * @param mask [rows, steps]
 * @param y [rows, columns], overwritten
 */
export function meanOfStepsForward(x: usize, mask: usize, y: usize, rows: i32, steps: i32, columns: i32): void {
  const bytes = <usize>columns * FLOAT_BYTES;
  for (; rows > 0; rows--, y += bytes) {
    const count = countSteps(mask, steps);
    memory.fill(y, 0, bytes);
    for (let step = 0; step < steps; step++, mask += FLOAT_BYTES, x += bytes) {
      if (load<f32>(mask) == 0) continue;
      for (let at: usize = 0; at < bytes; at += FLOAT_BYTES) store<f32>(y + at, load<f32>(y + at) + load<f32>(x + at));
    }
    if (count == 0) continue;
    for (let at: usize = 0; at < bytes; at += FLOAT_BYTES) store<f32>(y + at, load<f32>(y + at) / count);
  }
}

/**
 * The gradient: dX[i, t, j] = dY[i, j] / (the number of steps that count) where t counts, else 0.
 *
 * @param dY [rows, columns]
 * @param mask [rows, steps]
 * @param dX [rows, steps, columns], overwritten
 */
export function meanOfStepsBackward(dY: usize, mask: usize, dX: usize, rows: i32, steps: i32, columns: i32): void {
  const bytes = <usize>columns * FLOAT_BYTES;
  for (; rows > 0; rows--, dY += bytes) {
    const count = countSteps(mask, steps);
    for (let step = 0; step < steps; step++, mask += FLOAT_BYTES, dX += bytes) {
      const counts = load<f32>(mask) != 0;
      for (let at: usize = 0; at < bytes; at += FLOAT_BYTES) store<f32>(dX + at, counts ? load<f32>(dY + at) / count : 0);
    }
  }
}
