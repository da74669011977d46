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

/** Floats looked at between two branches of a long array, and the bytes of a quarter of them: four pages. */
// @ts-ignore: decorator
@inline const PART_FLOATS: i32 = 16384;
// @ts-ignore: decorator
@inline const QUARTER_BYTES: usize = <usize>PART_FLOATS;

/** Floats that `fill` writes by itself, and their bytes: a quarter of the first-level cache or less. */
// @ts-ignore: decorator
@inline const COPIED_FLOATS: i32 = 2048;
// @ts-ignore: decorator
@inline const COPIED_BYTES: usize = <usize>COPIED_FLOATS * FLOAT_BYTES;

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

/** Where no lane is NaN. */
// @ts-ignore: decorator
@inline function isNumber(x: v128): v128 {
  return f32x4.eq(x, x);
}

/** Where the four vectors of a line are no NaN. */
// @ts-ignore: decorator
@inline function isNumberLine(x: usize): v128 {
  const first = v128.and(isNumber(v128.load(x)), isNumber(v128.load(x, 16)));
  return v128.and(first, v128.and(isNumber(v128.load(x, 32)), isNumber(v128.load(x, 48))));
}

/** Whether a part has no NaN. Its four quarters are walked at the same time: memory brings several runs sooner. */
// @ts-ignore: decorator
@inline function isNumberPart(x: usize): bool {
  let numbers = i32x4.splat(-1);
  for (const end = x + QUARTER_BYTES; x < end; x += LINE_BYTES) {
    const first = v128.and(isNumberLine(x), isNumberLine(x + QUARTER_BYTES));
    const second = v128.and(isNumberLine(x + 2 * QUARTER_BYTES), isNumberLine(x + 3 * QUARTER_BYTES));
    numbers = v128.and(numbers, v128.and(first, second));
  }
  return i32x4.all_true(numbers);
}

/**
 * The index of the first NaN, or -1. By parts, then by lines, then by elements.
 *
 * @param x [count], read
 */
export function firstNaN(x: usize, count: i32): i32 {
  let i = 0;
  for (; i <= count - PART_FLOATS; i += PART_FLOATS, x += 4 * QUARTER_BYTES) {
    if (!isNumberPart(x)) break;
  }
  for (; i <= count - LINE_FLOATS; i += LINE_FLOATS, x += LINE_BYTES) {
    if (!i32x4.all_true(isNumberLine(x))) break;
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

/** The largest |x| of up to four columns, of one row or of four rows, joins the destination. */
// @ts-ignore: decorator
@inline function raiseLanes(x: usize, apart: usize, destination: usize, lanes: i32, four: bool): void {
  let maximum = largerMagnitude(loadLanes(destination, lanes), loadLanes(x, lanes));
  if (four) {
    maximum = largerMagnitude(maximum, loadLanes(x + apart, lanes));
    maximum = largerMagnitude(maximum, loadLanes(x + 2 * apart, lanes));
    maximum = largerMagnitude(maximum, loadLanes(x + 3 * apart, lanes));
  }
  storeLanes(destination, maximum, lanes);
}

/** `raiseToColumnMaxima` of each row, or with `four` of each row and three others. */
// @ts-ignore: decorator
@inline function raiseRows(x: usize, end: usize, apart: usize, destination: usize, columns: i32, four: bool): void {
  const vectorBytes = wholeVectorBytes(columns);
  const tail = columns & (LANES - 1);
  for (; x < end; x += <usize>columns * FLOAT_BYTES) {
    let at: usize = 0;
    for (; at < vectorBytes; at += VECTOR_BYTES) raiseLanes(x + at, apart, destination + at, LANES, four);
    if (tail) raiseLanes(x + at, apart, destination + at, tail, four);
  }
}

/**
 * destination[j] = max(destination[j], |x[i, j]|) over all rows i, NaN ignored. Four quarters of the rows are
 * walked at the same time, then what is left.
 *
 * @param x [rows, columns], read
 * @param destination [columns], updated
 */
export function raiseToColumnMaxima(x: usize, destination: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  const quarterBytes = <usize>(rows >> 2) * rowBytes;
  raiseRows(x, x + quarterBytes, quarterBytes, destination, columns, true);
  raiseRows(x + 4 * quarterBytes, x + <usize>rows * rowBytes, 0, destination, columns, false);
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
 * x = value everywhere. What follows the first COPIED_BYTES is a copy of them: the engine's copy of long runs
 * need not read the lines that it overwrites.
 *
 * @param x [count], overwritten
 */
export function fill(x: usize, count: i32, value: f32): void {
  const values = f32x4.splat(value);
  const start = x;
  const end = x + <usize>count * FLOAT_BYTES;
  const first = min(count, COPIED_FLOATS);
  for (const vectorEnd = x + wholeVectorBytes(first); x < vectorEnd; x += VECTOR_BYTES) v128.store(x, values);
  const tail = first & (LANES - 1);
  if (tail) storeTail(x, values, tail);
  for (x = start + COPIED_BYTES; x < end; x += COPIED_BYTES) memory.copy(x, start, min(end - x, COPIED_BYTES));
}
