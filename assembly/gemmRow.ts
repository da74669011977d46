/**
 * Matrix products where a tile would be mostly empty: one row of A, or one column of B.
 *
 * Strides and reading beyond the end as in gemmKernel.ts.
 */
import { TILE_COLUMNS, storeUpTo8 } from "./gemmKernel";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, horizontalSum, loadTail, madd } from "./simd";

/** Columns whose sums are held in registers: 4 vectors in flight hide the latency of an addition. */
// @ts-ignore: decorator
@inline const ROW_COLUMNS: i32 = 4 * LANES;

/**
 * From this many columns on, B is read row after row. Cut into strips of 16 columns, it would be read
 * against the grain of the memory, at less than half the speed where it is too large for the caches.
 */
// @ts-ignore: decorator
@inline const STREAM_COLUMNS: i32 = 128;

/** C[1, columns] = start + A.B for one row of A. */
export function multiplyRow(
  a: usize,
  aDepthBytes: usize,
  b: usize,
  bDepthBytes: usize,
  start: usize,
  c: usize,
  columns: i32,
  depth: i32,
): void {
  if (columns >= STREAM_COLUMNS) {
    const streamed = columns & ~(LANES - 1);
    const bytes = <usize>streamed * FLOAT_BYTES;
    streamRow(a, aDepthBytes, b, bDepthBytes, start, c, streamed, depth);
    b += bytes;
    c += bytes;
    if (start) start += bytes;
    columns -= streamed;
  }
  for (; columns > TILE_COLUMNS; columns -= ROW_COLUMNS) {
    multiplyRow16(a, aDepthBytes, b, bDepthBytes, start, c, columns, depth);
    b += <usize>ROW_COLUMNS * FLOAT_BYTES;
    c += <usize>ROW_COLUMNS * FLOAT_BYTES;
    if (start) start += <usize>ROW_COLUMNS * FLOAT_BYTES;
  }
  if (columns > 0) multiplyRow8(a, aDepthBytes, b, bDepthBytes, start, c, columns, depth);
}

/** A multiple of 4 columns of a wide row: C stays in the cache while B streams by, four rows at a time. */
function streamRow(
  a: usize,
  aDepthBytes: usize,
  b: usize,
  bDepthBytes: usize,
  start: usize,
  c: usize,
  columns: i32,
  depth: i32,
): void {
  const bytes = <usize>columns * FLOAT_BYTES;
  const cEnd = c + bytes;
  if (!start) memory.fill(c, 0, bytes);
  else if (start != c) memory.copy(c, start, bytes);
  for (; depth >= 4; depth -= 4) {
    const x0 = v128.load32_splat(a);
    const x1 = v128.load32_splat((a += aDepthBytes));
    const x2 = v128.load32_splat((a += aDepthBytes));
    const x3 = v128.load32_splat((a += aDepthBytes));
    a += aDepthBytes;
    let b0 = b;
    let b1 = b0 + bDepthBytes;
    let b2 = b1 + bDepthBytes;
    let b3 = b2 + bDepthBytes;
    b = b3 + bDepthBytes;
    for (let sums = c; sums != cEnd; sums += VECTOR_BYTES) {
      let sum = madd(x0, v128.load(b0), v128.load(sums));
      b0 += VECTOR_BYTES;
      sum = madd(x1, v128.load(b1), sum);
      b1 += VECTOR_BYTES;
      sum = madd(x2, v128.load(b2), sum);
      b2 += VECTOR_BYTES;
      sum = madd(x3, v128.load(b3), sum);
      b3 += VECTOR_BYTES;
      v128.store(sums, sum);
    }
  }
  for (; depth > 0; depth--) {
    const x = v128.load32_splat(a);
    a += aDepthBytes;
    let b0 = b;
    b += bDepthBytes;
    for (let sums = c; sums != cEnd; sums += VECTOR_BYTES) {
      v128.store(sums, madd(x, v128.load(b0), v128.load(sums)));
      b0 += VECTOR_BYTES;
    }
  }
}

/** The next 9 to 16 columns. */
// @ts-ignore: decorator
@inline
function multiplyRow16(
  a: usize,
  aDepthBytes: usize,
  b: usize,
  bDepthBytes: usize,
  start: usize,
  c: usize,
  columns: i32,
  depth: i32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  if (start) {
    c0 = v128.load(start);
    c1 = v128.load(start, VECTOR_BYTES);
    c2 = v128.load(start, 2 * VECTOR_BYTES);
    c3 = v128.load(start, 3 * VECTOR_BYTES);
  }
  for (let kk = depth; kk > 0; kk--) {
    const x = v128.load32_splat(a);
    a += aDepthBytes;
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, VECTOR_BYTES), c1);
    c2 = madd(x, v128.load(b, 2 * VECTOR_BYTES), c2);
    c3 = madd(x, v128.load(b, 3 * VECTOR_BYTES), c3);
    b += bDepthBytes;
  }
  v128.store(c, c0);
  v128.store(c, c1, VECTOR_BYTES);
  storeUpTo8(c + 2 * VECTOR_BYTES, c2, c3, columns - TILE_COLUMNS);
}

/** The last 1 to 8 columns. */
// @ts-ignore: decorator
@inline
function multiplyRow8(
  a: usize,
  aDepthBytes: usize,
  b: usize,
  bDepthBytes: usize,
  start: usize,
  c: usize,
  columns: i32,
  depth: i32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  if (start) {
    c0 = v128.load(start);
    c1 = v128.load(start, VECTOR_BYTES);
  }
  for (let kk = depth; kk > 0; kk--) {
    const x = v128.load32_splat(a);
    a += aDepthBytes;
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, VECTOR_BYTES), c1);
    b += bDepthBytes;
  }
  storeUpTo8(c, c0, c1, columns);
}

/**
 * C[rows, 1] = start + A.b, where the rows of A and the column b are contiguous: the lanes run over the
 * depth. Four rows at a time, so that b is read once for all and their sums do not wait for each other.
 *
 * @param start one value for all rows, or 0
 */
export function multiplyColumn(
  a: usize,
  aRowBytes: usize,
  b: usize,
  start: usize,
  c: usize,
  rows: i32,
  depth: i32,
): void {
  const bias: f32 = start ? load<f32>(start) : 0;
  const biases = f32x4.splat(bias);
  const bEnd = b + <usize>(depth & ~(LANES - 1)) * FLOAT_BYTES;
  const tail = depth & (LANES - 1);
  for (; rows >= LANES; rows -= LANES) {
    let a0 = a;
    let a1 = a0 + aRowBytes;
    let a2 = a1 + aRowBytes;
    let a3 = a2 + aRowBytes;
    a = a3 + aRowBytes;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    let s2 = s0;
    let s3 = s0;
    let bRow = b;
    while (bRow < bEnd) {
      const x = v128.load(bRow);
      bRow += VECTOR_BYTES;
      s0 = madd(v128.load(a0), x, s0);
      a0 += VECTOR_BYTES;
      s1 = madd(v128.load(a1), x, s1);
      a1 += VECTOR_BYTES;
      s2 = madd(v128.load(a2), x, s2);
      a2 += VECTOR_BYTES;
      s3 = madd(v128.load(a3), x, s3);
      a3 += VECTOR_BYTES;
    }
    if (tail) {
      const x = loadTail(bRow, tail);
      s0 = madd(loadTail(a0, tail), x, s0);
      s1 = madd(loadTail(a1, tail), x, s1);
      s2 = madd(loadTail(a2, tail), x, s2);
      s3 = madd(loadTail(a3, tail), x, s3);
    }
    v128.store(c, f32x4.add(fourSums(s0, s1, s2, s3), biases));
    c += VECTOR_BYTES;
  }
  for (; rows > 0; rows--) {
    store<f32>(c, dot(a, b, depth) + bias);
    a += aRowBytes;
    c += FLOAT_BYTES;
  }
}

/** The sum of a[i] * b[i]. */
// @ts-ignore: decorator
@inline
function dot(a: usize, b: usize, count: i32): f32 {
  const bEnd = b + <usize>(count & ~(LANES - 1)) * FLOAT_BYTES;
  const tail = count & (LANES - 1);
  let sum = f32x4.splat(0);
  while (b < bEnd) {
    sum = madd(v128.load(a), v128.load(b), sum);
    a += VECTOR_BYTES;
    b += VECTOR_BYTES;
  }
  if (tail) sum = madd(loadTail(a, tail), loadTail(b, tail), sum);
  return horizontalSum(sum);
}

/** The horizontal sums of four vectors, in the order of horizontalSum. */
// @ts-ignore: decorator
@inline
function fourSums(x0: v128, x1: v128, x2: v128, x3: v128): v128 {
  const pairs01 = f32x4.add(v128.shuffle<f32>(x0, x1, 0, 4, 1, 5), v128.shuffle<f32>(x0, x1, 2, 6, 3, 7));
  const pairs23 = f32x4.add(v128.shuffle<f32>(x2, x3, 0, 4, 1, 5), v128.shuffle<f32>(x2, x3, 2, 6, 3, 7));
  return f32x4.add(
    v128.shuffle<f32>(pairs01, pairs23, 0, 1, 4, 5),
    v128.shuffle<f32>(pairs01, pairs23, 2, 3, 6, 7),
  );
}
