/** Scale and shift of each column: rescaling and normalization by known statistics. */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes, wholeVectorBytes } from "./simd";

/** Up to four columns of an optional vector; one number is repeated, and no vector is zeros. */
// @ts-ignore: decorator
@inline function columnsOf(vector: usize, offsetBytes: usize, isScalar: bool, lanes: i32): v128 {
  return !vector ? f32x4.splat(0)
    : isScalar ? v128.load32_splat(vector) : loadLanes(vector + offsetBytes, lanes);
}

/** `scaleShift` of up to four elements. */
// @ts-ignore: decorator
@inline function scaleLanes(
  x: usize, center: usize, scale: usize, shift: usize, y: usize, at: usize, isScalar: bool, lanes: i32,
): void {
  const deviation = f32x4.sub(loadLanes(x + at, lanes), columnsOf(center, at, isScalar, lanes));
  const scales = columnsOf(scale, at, isScalar, lanes);
  storeLanes(y + at, madd(deviation, scales, columnsOf(shift, at, isScalar, lanes)), lanes);
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
  const isScalar = columns == 1;
  const width = isScalar ? rows : columns;
  const vectorBytes = wholeVectorBytes(width);
  const tail = width & (LANES - 1);
  for (let row = isScalar ? 1 : rows; row > 0; row--) {
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES) scaleLanes(x, center, scale, shift, y, at, isScalar, LANES);
    if (tail) scaleLanes(x, center, scale, shift, y, at, isScalar, tail);
    x += <usize>width * FLOAT_BYTES;
    y += <usize>width * FLOAT_BYTES;
  }
}
