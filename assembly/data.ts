/** Moving rows and looking at data before it is used. */
import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadTail, storeTail } from "./simd";

/** Bytes of a 32-bit index. */
// @ts-ignore: decorator
@inline const INDEX_BYTES: usize = 4;

/** Vectors looked at between two branches: a cache line of 64 bytes. */
// @ts-ignore: decorator
@inline const LINE_VECTORS: i32 = 4;
// @ts-ignore: decorator
@inline const LINE_FLOATS: i32 = LINE_VECTORS * LANES;
// @ts-ignore: decorator
@inline const LINE_BYTES: usize = <usize>LINE_VECTORS * VECTOR_BYTES;

/**
 * destination row i = source row order[i].
 *
 * @param source [any number of rows, rowFloats], read
 * @param order [rows] of u32, each below the number of source rows
 * @param destination [rows, rowFloats], overwritten; not overlapping source
 */
export function gatherRows(
  source: usize, order: usize, destination: usize, rows: i32, rowFloats: i32,
): void {
  const rowBytes = <usize>rowFloats * FLOAT_BYTES;
  const vectorBytes = <usize>(rowFloats & ~(LANES - 1)) * FLOAT_BYTES;
  const tail = rowFloats & (LANES - 1);
  for (let row = 0; row < rows; row++) {
    const from = source + <usize>load<u32>(order) * rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES) v128.store(destination + at, v128.load(from + at));
    if (tail) storeTail(destination + at, loadTail(from + at, tail), tail);
    order += INDEX_BYTES;
    destination += rowBytes;
  }
}

/** All bits set in the lanes that are neither NaN nor infinite. */
// @ts-ignore: decorator
@inline function isFinite4(x: v128): v128 {
  return f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity));
}

/**
 * The index of the first NaN or infinity, or -1.
 *
 * @param x [count], read
 */
export function firstNonFinite(x: usize, count: i32): i32 {
  let i = 0;
  for (; i <= count - LINE_FLOATS; i += LINE_FLOATS, x += LINE_BYTES) {
    const first = v128.and(isFinite4(v128.load(x)), isFinite4(v128.load(x, 16)));
    const second = v128.and(isFinite4(v128.load(x, 32)), isFinite4(v128.load(x, 48)));
    if (!i32x4.all_true(v128.and(first, second))) break;
  }
  for (; i < count; i++, x += FLOAT_BYTES) {
    if (!(abs<f32>(load<f32>(x)) < Infinity)) return i;
  }
  return -1;
}

/** All bits set in the lanes that are numbers. */
// @ts-ignore: decorator
@inline function isNumber4(x: v128): v128 {
  return f32x4.eq(x, x);
}

/**
 * The index of the first NaN, or -1.
 *
 * @param x [count], read
 */
export function firstNaN(x: usize, count: i32): i32 {
  let i = 0;
  for (; i <= count - LINE_FLOATS; i += LINE_FLOATS, x += LINE_BYTES) {
    const first = v128.and(isNumber4(v128.load(x)), isNumber4(v128.load(x, 16)));
    const second = v128.and(isNumber4(v128.load(x, 32)), isNumber4(v128.load(x, 48)));
    if (!i32x4.all_true(v128.and(first, second))) break;
  }
  for (; i < count; i++, x += FLOAT_BYTES) {
    const value = load<f32>(x);
    if (value != value) return i;
  }
  return -1;
}

/** The larger of a and |x|. With a first, a NaN in x compares false and a stays. */
// @ts-ignore: decorator
@inline function largerMagnitude(a: v128, x: v128): v128 {
  return f32x4.pmax(a, f32x4.abs(x));
}

/**
 * The largest |x| of each column, NaN ignored; 0 where there is no number. A block of columns walks
 * down all rows with its maxima in registers; a block is as wide as a cache line.
 *
 * @param x [rows, columns], read
 * @param destination [columns], overwritten
 */
export function columnAbsMax(x: usize, destination: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const end = x + <usize>rows * rowBytes;
  let column = 0;
  for (; column <= columns - LINE_FLOATS; column += LINE_FLOATS) {
    const at = <usize>column * FLOAT_BYTES;
    let max0 = f32x4.splat(0);
    let max1 = max0;
    let max2 = max0;
    let max3 = max0;
    for (let row = x; row < end; row += rowBytes) {
      max0 = largerMagnitude(max0, v128.load(row + at));
      max1 = largerMagnitude(max1, v128.load(row + at, 16));
      max2 = largerMagnitude(max2, v128.load(row + at, 32));
      max3 = largerMagnitude(max3, v128.load(row + at, 48));
    }
    v128.store(destination + at, max0);
    v128.store(destination + at, max1, 16);
    v128.store(destination + at, max2, 32);
    v128.store(destination + at, max3, 48);
  }
  for (; column < columns; column += LANES) {
    const at = <usize>column * FLOAT_BYTES;
    const lanes = columns - column;
    let maximum = f32x4.splat(0);
    if (lanes >= LANES) {
      for (let row = x; row < end; row += rowBytes) {
        maximum = largerMagnitude(maximum, v128.load(row + at));
      }
      v128.store(destination + at, maximum);
    } else {
      for (let row = x; row < end; row += rowBytes) {
        maximum = largerMagnitude(maximum, loadTail(row + at, lanes));
      }
      storeTail(destination + at, maximum, lanes);
    }
  }
}

/**
 * x = value everywhere.
 *
 * @param x [count], overwritten
 */
export function fill(x: usize, count: i32, value: f32): void {
  const values = f32x4.splat(value);
  const end = x + <usize>(count & ~(LANES - 1)) * FLOAT_BYTES;
  for (; x < end; x += VECTOR_BYTES) v128.store(x, values);
  const tail = count & (LANES - 1);
  if (tail) storeTail(x, values, tail);
}
