/** Moving rows and looking at data before it is used. */
import { LANES, FLOAT_BYTES, VECTOR_BYTES, loadLanes, loadTail, storeLanes, storeTail, wholeVectorBytes } from "./simd";

/** Bytes of a 32-bit index. */
// @ts-ignore: decorator
@inline const INDEX_BYTES: usize = 4;

/** Rows worked on at once. */
// @ts-ignore: decorator
@inline const ROWS: i32 = 4;

/** Vectors looked at between two branches: a cache line of 64 bytes. */
// @ts-ignore: decorator
@inline const LINE_VECTORS: i32 = 4;
// @ts-ignore: decorator
@inline const LINE_FLOATS: i32 = LINE_VECTORS * LANES;
// @ts-ignore: decorator
@inline const LINE_BYTES: usize = <usize>LINE_VECTORS * VECTOR_BYTES;

/**
 * destination row i = source row order[i]. Four rows at once: rows of a large data set come from main memory,
 * which brings four streams sooner than one after the other, and short rows share the cost of the loop.
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
  for (; rows >= ROWS; rows -= ROWS) {
    const from0 = source + <usize>load<u32>(order) * rowBytes;
    const from1 = source + <usize>load<u32>(order, INDEX_BYTES) * rowBytes;
    const from2 = source + <usize>load<u32>(order, 2 * INDEX_BYTES) * rowBytes;
    const from3 = source + <usize>load<u32>(order, 3 * INDEX_BYTES) * rowBytes;
    const to1 = destination + rowBytes;
    const to2 = to1 + rowBytes;
    const to3 = to2 + rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES) {
      v128.store(destination + at, v128.load(from0 + at));
      v128.store(to1 + at, v128.load(from1 + at));
      v128.store(to2 + at, v128.load(from2 + at));
      v128.store(to3 + at, v128.load(from3 + at));
    }
    for (; at < rowBytes; at += FLOAT_BYTES) {
      store<f32>(destination + at, load<f32>(from0 + at));
      store<f32>(to1 + at, load<f32>(from1 + at));
      store<f32>(to2 + at, load<f32>(from2 + at));
      store<f32>(to3 + at, load<f32>(from3 + at));
    }
    order += <usize>ROWS * INDEX_BYTES;
    destination = to3 + rowBytes;
  }
  for (; rows > 0; rows--) {
    const from = source + <usize>load<u32>(order) * rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES) v128.store(destination + at, v128.load(from + at));
    for (; at < rowBytes; at += FLOAT_BYTES) store<f32>(destination + at, load<f32>(from + at));
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

/** Rows whose maxima are in a register before they join those of the rows before. */
// @ts-ignore: decorator
@inline const TILE_ROWS: i32 = 8;

/** The largest |x| of up to four columns of a tile joins the destination. */
// @ts-ignore: decorator
@inline function raiseTile(x: usize, end: usize, rowBytes: usize, destination: usize, lanes: i32): void {
  let maximum = loadLanes(destination, lanes);
  for (; x < end; x += rowBytes) maximum = largerMagnitude(maximum, loadLanes(x, lanes));
  storeLanes(destination, maximum, lanes);
}

/**
 * destination[j] = max(destination[j], |x[i, j]|) over all rows i, NaN ignored. A few rows at a time, so that
 * memory is read in order.
 *
 * @param x [rows, columns], read
 * @param destination [columns], updated
 */
export function raiseToColumnMaxima(x: usize, destination: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const vectorBytes = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  for (; rows > 0; rows -= TILE_ROWS) {
    const tileBytes = <usize>min(TILE_ROWS, rows) * rowBytes;
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES)
      raiseTile(x + at, x + at + tileBytes, rowBytes, destination + at, LANES);
    if (tail) raiseTile(x + at, x + at + tileBytes, rowBytes, destination + at, tail);
    x += tileBytes;
  }
}

/**
 * The largest |x| of each column, NaN ignored; 0 where there is no number.
 *
 * @param x [rows, columns], read
 * @param destination [columns], overwritten
 */
export function columnAbsMax(x: usize, destination: usize, rows: i32, columns: i32): void {
  fill(destination, columns, 0);
  raiseToColumnMaxima(x, destination, rows, columns);
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
