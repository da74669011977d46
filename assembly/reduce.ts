import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

/**
 * target[i] += x[i].
 *
 * @param target [count], accumulated into
 * @param x [count]
 */
export function addInPlace(target: usize, x: usize, count: i32): void {
  const vectorEnd = target + (<usize>(count & ~(LANES - 1))) * FLOAT_BYTES;
  while (target < vectorEnd) {
    v128.store(target, f32x4.add(v128.load(target), v128.load(x)));
    target += VECTOR_BYTES;
    x += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(target, f32x4.add(loadTail(target, tail), loadTail(x, tail)), tail);
}
