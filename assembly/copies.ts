/** Moving elements without arithmetic, or with none but sums: concatenation, cutting, transposition, repetition. */
import { addInPlace } from "./reduce";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

/** `length` floats, which are few in most uses: a call of memory.copy would take longer. */
// @ts-ignore: decorator
@inline function copyRun(source: usize, destination: usize, length: i32): void {
  let left = length;
  for (; left >= LANES; left -= LANES, source += VECTOR_BYTES, destination += VECTOR_BYTES)
    v128.store(destination, v128.load(source));
  if (left) storeTail(destination, loadTail(source, left), left);
}

/**
 * `count` runs of `length` floats: run i from source + i sourceStride to destination + i destinationStride.
 * One input of a concatenation and its gradient, cropping and padding; a stride of 0 repeats a run.
 *
 * @param source read
 * @param sourceStride floats from run to run
 * @param destination the runs are overwritten, what lies between them is not; not overlapping source
 * @param destinationStride floats from run to run
 */
export function copyStrided(
  source: usize, sourceStride: i32, destination: usize, destinationStride: i32, length: i32, count: i32,
): void {
  const sourceBytes = <usize>sourceStride * FLOAT_BYTES;
  const destinationBytes = <usize>destinationStride * FLOAT_BYTES;
  for (; count > 0; count--, source += sourceBytes, destination += destinationBytes)
    copyRun(source, destination, length);
}

/**
 * y[i0, i1, i2, i3, i4] = x[i0 s0 + i1 s1 + i2 s2 + i3 s3 + i4 s4]. With the strides of x in the order of
 * the axes of y, this is any transposition; the gradient is the inverse one, by the same kernel.
 *
 * @param x read; the strides are floats
 * @param y [n0, n1, n2, n3, n4], overwritten; not overlapping x. Axes that are not needed have size 1.
 */
export function permute(
  x: usize, y: usize, n0: i32, n1: i32, n2: i32, n3: i32, n4: i32, s0: i32, s1: i32, s2: i32, s3: i32, s4: i32,
): void {
  const step = <usize>s4 * FLOAT_BYTES;
  const runBytes = <usize>n4 * FLOAT_BYTES;
  for (let i0 = 0; i0 < n0; i0++) {
    for (let i1 = 0; i1 < n1; i1++) {
      for (let i2 = 0; i2 < n2; i2++) {
        for (let i3 = 0; i3 < n3; i3++, y += runBytes) {
          let from = x + <usize>(i0 * s0 + i1 * s1 + i2 * s2 + i3 * s3) * FLOAT_BYTES;
          if (s4 == 1) {
            copyRun(from, y, n4);
          } else {
            for (let to = y; to < y + runBytes; to += FLOAT_BYTES, from += step) store<f32>(to, load<f32>(from));
          }
        }
      }
    }
  }
}

/**
 * y[i, r, j] = x[i, j] for every r: RepeatVector, and UpSampling1D.
 *
 * @param x [outer, inner]
 * @param y [outer, repeats, inner], overwritten
 */
export function repeatForward(x: usize, y: usize, outer: i32, repeats: i32, inner: i32): void {
  const runBytes = <usize>inner * FLOAT_BYTES;
  for (; outer > 0; outer--, x += runBytes) {
    for (let r = 0; r < repeats; r++, y += runBytes) copyRun(x, y, inner);
  }
}

/**
 * dX[i, j] = the sum over r of dY[i, r, j], in the order of r.
 *
 * @param dY [outer, repeats, inner], at least one repeat
 * @param dX [outer, inner], overwritten
 */
export function repeatBackward(dY: usize, dX: usize, outer: i32, repeats: i32, inner: i32): void {
  const runBytes = <usize>inner * FLOAT_BYTES;
  for (; outer > 0; outer--, dX += runBytes) {
    copyRun(dY, dX, inner);
    dY += runBytes;
    for (let r = 1; r < repeats; r++, dY += runBytes) addInPlace(dX, dY, inner);
  }
}
