/** Scale and shift of each column: rescaling and normalization by known statistics. */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes, wholeVectorBytes } from "./simd";

/** Up to four columns of an optional vector; no vector is zeros. */
// @ts-ignore: decorator
@inline function columnsOf(vector: usize, offsetBytes: usize, lanes: i32): v128 {
  return vector ? loadLanes(vector + offsetBytes, lanes) : f32x4.splat(0);
}

/** `scaleShift` of up to four elements. */
// @ts-ignore: decorator
@inline function scaleLanes(x: usize, center: v128, scale: v128, shift: v128, y: usize, lanes: i32): void {
  storeLanes(y, madd(f32x4.sub(loadLanes(x, lanes), center), scale, shift), lanes);
}

/** `scaleShift` with one number for all elements. */
function scaleShiftAll(x: usize, center: f32, scale: f32, shift: f32, y: usize, count: i32): void {
  const centers = f32x4.splat(center);
  const scales = f32x4.splat(scale);
  const shifts = f32x4.splat(shift);
  for (const end = x + wholeVectorBytes(count); x < end; x += VECTOR_BYTES, y += VECTOR_BYTES)
    scaleLanes(x, centers, scales, shifts, y, LANES);
  const tail = count & (LANES - 1);
  if (tail) scaleLanes(x, centers, scales, shifts, y, tail);
}

/**
 * y = (x - center) scale + shift. The center is taken away first: x scale - center scale would lose the
 * digits that x and center have in common. The gradient is dX = dY scale: this kernel with neither center
 * nor shift.
 *
 * @param x [rows, columns]
 * @param center [columns], or 0 for zeros
 * @param scale [columns]
 * @param shift [columns], or 0 for zeros
 * @param y [rows, columns], overwritten; may be x
 * @param columns 1 if all elements have the same center, scale and shift
 */
export function scaleShift(
  x: usize, center: usize, scale: usize, shift: usize, y: usize, rows: i32, columns: i32,
): void {
  if (columns == 1) {
    const first: f32 = center ? load<f32>(center) : 0;
    scaleShiftAll(x, first, load<f32>(scale), shift ? load<f32>(shift) : 0, y, rows);
    return;
  }
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const vectorBytes = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  for (; rows > 0; rows--, x += rowBytes, y += rowBytes) {
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES) {
      const centers = columnsOf(center, at, LANES);
      scaleLanes(x + at, centers, v128.load(scale + at), columnsOf(shift, at, LANES), y + at, LANES);
    }
    if (tail) {
      const centers = columnsOf(center, at, tail);
      scaleLanes(x + at, centers, loadLanes(scale + at, tail), columnsOf(shift, at, tail), y + at, tail);
    }
  }
}
