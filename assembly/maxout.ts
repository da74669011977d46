/** Maxout (Goodfellow et al. 2013): the largest of the pieces of each unit. */
import { FLOAT_BYTES } from "./simd";

/**
 * y[i] = the largest of x[i, 0] to x[i, pieces - 1]. NaN in one of them gives NaN.
 *
 * @param x [count, pieces], at least one piece; count is rows times units
 * @param y [count], overwritten; not overlapping x
 */
export function maxoutForward(x: usize, y: usize, count: i32, pieces: i32): void {
  for (const end = y + <usize>count * FLOAT_BYTES; y < end; y += FLOAT_BYTES) {
    let largest: f32 = -Infinity;
    for (let piece = 0; piece < pieces; piece++, x += FLOAT_BYTES) largest = max<f32>(largest, load<f32>(x));
    store<f32>(y, largest);
  }
}

/**
 * dX[i, p] = dY[i] for the first piece p that is the largest, else 0. Where there is a NaN, it has the slope.
 *
 * @param x [count, pieces]
 * @param dY [count]
 * @param dX [count, pieces], overwritten; not overlapping dY
 */
export function maxoutBackward(x: usize, dY: usize, dX: usize, count: i32, pieces: i32): void {
  const groupBytes = <usize>pieces * FLOAT_BYTES;
  memory.fill(dX, 0, <usize>count * groupBytes);
  for (; count > 0; count--, dY += FLOAT_BYTES, dX += groupBytes) {
    let largest = load<f32>(x);
    let place: usize = 0;
    for (let piece: usize = 0; piece < groupBytes; piece += FLOAT_BYTES, x += FLOAT_BYTES) {
      const value = load<f32>(x);
      if (value > largest || value != value) {
        largest = value;
        place = piece;
      }
    }
    store<f32>(dX + place, load<f32>(dY));
  }
}
