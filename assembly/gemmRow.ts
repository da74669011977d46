/**
 * Matrix products where a tile would be mostly empty: one row of A, or one column of B.
 *
 * Strides, the order of sums and reading beyond the end as in gemmKernel.ts; of B and bias up to 60 bytes.
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, fourSums, horizontalSum, loadTail, madd, storeTail } from "./simd";

/** Columns whose sums are held in registers, 8 vectors: fewer would wait for their own additions. */
// @ts-ignore: decorator
@inline const ROW_COLUMNS: i32 = 8 * LANES;

/**
 * From this many columns on, B is read row after row. Cut into strips of 32 columns, it would be read
 * against the grain of the memory, at less than half the speed where it is too large for the caches.
 */
// @ts-ignore: decorator
@inline const STREAM_COLUMNS: i32 = 128;

/** Columns of a streamed row that are summed at a time, within the nearest cache. */
// @ts-ignore: decorator
@inline const STREAM_BLOCK: i32 = 1024;

/** Rows of B that are read at a time, so that the sums are loaded and stored once for all of them. */
// @ts-ignore: decorator
@inline export const STREAM_DEPTH: i32 = 8;

/** Bytes that multiplyRow needs aside. */
// @ts-ignore: decorator
@inline export const ROW_ASIDE_BYTES: usize = <usize>STREAM_BLOCK * FLOAT_BYTES;

/**
 * C[1, columns] = bias + A.B for one row of A, or C += bias + A.B where `adds` is not 0.
 *
 * @param aside ROW_ASIDE_BYTES
 */
export function multiplyRow(a: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize, bias: usize, c: usize,
  columns: i32, depth: i32, adds: i32, aside: usize): void {
  while (columns > 0) {
    let width = ROW_COLUMNS;
    if (columns >= STREAM_COLUMNS) {
      width = min(columns & ~(LANES - 1), STREAM_BLOCK);
      streamRow(a, aDepthBytes, b, bDepthBytes, bias, aside, width, depth);
    } else if (columns > ROW_COLUMNS / 2) {
      multiplyRow32(a, aDepthBytes, b, bDepthBytes, bias, aside, depth);
    } else {
      multiplyRow16(a, aDepthBytes, b, bDepthBytes, bias, aside, depth);
    }
    storeRow(aside, c, min(width, columns), adds);
    const bytes = <usize>width * FLOAT_BYTES;
    b += bytes;
    c += bytes;
    if (bias) bias += bytes;
    columns -= width;
  }
}

/**
 * C[rows, 1] = A.B for one column of B, or C += A.B, where A is transposed: as a row, Bt.At.
 *
 * @param b the column, with bDepthBytes from one element to the next
 * @param aside 2 * ROW_ASIDE_BYTES
 */
export function multiplyColumnTransposed(a: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize, c: usize,
  cRowBytes: usize, rows: i32, depth: i32, adds: i32, aside: usize): void {
  multiplyRow(b, bDepthBytes, a, aDepthBytes, 0, aside, rows, depth, 0, aside + ROW_ASIDE_BYTES);
  for (const end = aside + <usize>rows * FLOAT_BYTES; aside != end; aside += FLOAT_BYTES, c += cRowBytes) {
    store<f32>(c, adds ? load<f32>(c) + load<f32>(aside) : load<f32>(aside));
  }
}

/** C = x, or C += x where `adds` is not 0. */
function storeRow(x: usize, c: usize, columns: i32, adds: i32): void {
  for (; columns >= LANES; columns -= LANES, x += VECTOR_BYTES, c += VECTOR_BYTES) {
    v128.store(c, adds ? f32x4.add(v128.load(c), v128.load(x)) : v128.load(x));
  }
  if (columns) {
    let sums = v128.load(x);
    if (adds) sums = f32x4.add(loadTail(c, columns), sums);
    storeTail(c, sums, columns);
  }
}

/** A multiple of 4 columns of a wide row: the sums stay in the cache while B streams by, 8 rows at a time. */
function streamRow(a: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize, bias: usize, sums: usize,
  columns: i32, depth: i32): void {
  const bytes = <usize>columns * FLOAT_BYTES;
  const end = sums + bytes;
  if (bias) memory.copy(sums, bias, bytes);
  else memory.fill(sums, 0, bytes);
  const b1 = bDepthBytes, b2 = b1 + b1, b3 = b2 + b1, b4 = b3 + b1, b5 = b4 + b1, b6 = b5 + b1, b7 = b6 + b1;
  for (; depth >= STREAM_DEPTH; depth -= STREAM_DEPTH, b += <usize>STREAM_DEPTH * bDepthBytes) {
    const x0 = v128.load32_splat(a), x1 = v128.load32_splat((a += aDepthBytes));
    const x2 = v128.load32_splat((a += aDepthBytes)), x3 = v128.load32_splat((a += aDepthBytes));
    const x4 = v128.load32_splat((a += aDepthBytes)), x5 = v128.load32_splat((a += aDepthBytes));
    const x6 = v128.load32_splat((a += aDepthBytes)), x7 = v128.load32_splat((a += aDepthBytes));
    a += aDepthBytes;
    for (let at = b, c = sums; c != end; at += VECTOR_BYTES, c += VECTOR_BYTES) {
      let sum = madd(x0, v128.load(at), v128.load(c));
      sum = madd(x1, v128.load(at + b1), sum);
      sum = madd(x2, v128.load(at + b2), sum);
      sum = madd(x3, v128.load(at + b3), sum);
      sum = madd(x4, v128.load(at + b4), sum);
      sum = madd(x5, v128.load(at + b5), sum);
      sum = madd(x6, v128.load(at + b6), sum);
      v128.store(c, madd(x7, v128.load(at + b7), sum));
    }
  }
  for (; depth > 0; depth--, a += aDepthBytes, b += bDepthBytes) {
    const x = v128.load32_splat(a);
    for (let at = b, c = sums; c != end; at += VECTOR_BYTES, c += VECTOR_BYTES) {
      v128.store(c, madd(x, v128.load(at), v128.load(c)));
    }
  }
}

/** Up to 32 columns. */
function multiplyRow32(a: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize, bias: usize, sums: usize,
  depth: i32): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0, c6 = c0, c7 = c0;
  if (bias) {
    c0 = v128.load(bias);
    c1 = v128.load(bias, VECTOR_BYTES);
    c2 = v128.load(bias, 2 * VECTOR_BYTES);
    c3 = v128.load(bias, 3 * VECTOR_BYTES);
    c4 = v128.load(bias, 4 * VECTOR_BYTES);
    c5 = v128.load(bias, 5 * VECTOR_BYTES);
    c6 = v128.load(bias, 6 * VECTOR_BYTES);
    c7 = v128.load(bias, 7 * VECTOR_BYTES);
  }
  for (; depth > 0; depth--, a += aDepthBytes, b += bDepthBytes) {
    const x = v128.load32_splat(a);
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, VECTOR_BYTES), c1);
    c2 = madd(x, v128.load(b, 2 * VECTOR_BYTES), c2);
    c3 = madd(x, v128.load(b, 3 * VECTOR_BYTES), c3);
    c4 = madd(x, v128.load(b, 4 * VECTOR_BYTES), c4);
    c5 = madd(x, v128.load(b, 5 * VECTOR_BYTES), c5);
    c6 = madd(x, v128.load(b, 6 * VECTOR_BYTES), c6);
    c7 = madd(x, v128.load(b, 7 * VECTOR_BYTES), c7);
  }
  v128.store(sums, c0);
  v128.store(sums, c1, VECTOR_BYTES);
  v128.store(sums, c2, 2 * VECTOR_BYTES);
  v128.store(sums, c3, 3 * VECTOR_BYTES);
  v128.store(sums, c4, 4 * VECTOR_BYTES);
  v128.store(sums, c5, 5 * VECTOR_BYTES);
  v128.store(sums, c6, 6 * VECTOR_BYTES);
  v128.store(sums, c7, 7 * VECTOR_BYTES);
}

/** Up to 16 columns. */
function multiplyRow16(a: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize, bias: usize, sums: usize,
  depth: i32): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0;
  if (bias) {
    c0 = v128.load(bias);
    c1 = v128.load(bias, VECTOR_BYTES);
    c2 = v128.load(bias, 2 * VECTOR_BYTES);
    c3 = v128.load(bias, 3 * VECTOR_BYTES);
  }
  for (; depth > 0; depth--, a += aDepthBytes, b += bDepthBytes) {
    const x = v128.load32_splat(a);
    c0 = madd(x, v128.load(b), c0);
    c1 = madd(x, v128.load(b, VECTOR_BYTES), c1);
    c2 = madd(x, v128.load(b, 2 * VECTOR_BYTES), c2);
    c3 = madd(x, v128.load(b, 3 * VECTOR_BYTES), c3);
  }
  v128.store(sums, c0);
  v128.store(sums, c1, VECTOR_BYTES);
  v128.store(sums, c2, 2 * VECTOR_BYTES);
  v128.store(sums, c3, 3 * VECTOR_BYTES);
}

/**
 * C[rows, 1] = bias + A.b, where the rows of A and the column b are contiguous: the lanes run over the
 * depth. Four rows at a time, so that b is read once for all and their sums do not wait for each other.
 *
 * @param bias one value for all rows, or 0
 */
export function multiplyColumn(a: usize, aRowBytes: usize, b: usize, bias: usize, c: usize, rows: i32, depth: i32): void {
  const start: f32 = bias ? load<f32>(bias) : 0;
  const starts = f32x4.splat(start);
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
    v128.store(c, f32x4.add(fourSums(s0, s1, s2, s3), starts));
    c += VECTOR_BYTES;
  }
  for (; rows > 0; rows--) {
    store<f32>(c, dot(a, b, depth) + start);
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

