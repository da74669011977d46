/**
 * The inner loops of matrix multiplication, on blocks that the driver in gemm.ts has chosen.
 *
 * Operands are addressed by strides, in bytes, so that one kernel serves every transpose:
 *   A(i, kk) = a + i * aRowBytes + kk * aDepthBytes
 *   B(kk, j) = b + kk * bDepthBytes + j * FLOAT_BYTES
 * The sums start from start + i * startRowBytes (a bias has row stride 0; where C is to be continued,
 * it is C itself), or from zero where start is 0.
 *
 * An element of C is one sum, over the depth in order, in one lane.
 *
 * Where fewer columns are left than a vector holds, whole vectors of B and start are read all the same,
 * up to 28 bytes beyond their end. What those lanes compute is not stored.
 */
import { LANES, VECTOR_BYTES, madd, storeTail } from "./simd";

/** Rows of a tile: its 4 x 8 sums take 8 of the 16 vector registers that x86-64 has. */
// @ts-ignore: decorator
@inline export const TILE_ROWS: i32 = 4;

/** Columns of a tile. */
// @ts-ignore: decorator
@inline export const TILE_COLUMNS: i32 = 2 * LANES;

/** Stores the first 1 to 4 of four values. */
// @ts-ignore: decorator
@inline
function storeUpTo4(c: usize, x: v128, columns: i32): void {
  if (columns >= LANES) {
    v128.store(c, x);
  } else {
    storeTail(c, x, columns);
  }
}

/** Stores the first 1 to 8 of eight values. */
// @ts-ignore: decorator
@inline
export function storeUpTo8(c: usize, x0: v128, x1: v128, columns: i32): void {
  if (columns > LANES) {
    v128.store(c, x0);
    storeUpTo4(c + VECTOR_BYTES, x1, columns - LANES);
  } else {
    storeUpTo4(c, x0, columns);
  }
}

/**
 * C[rows, 5 to 8 columns] = start + A.B, a tile of four rows after another.
 *
 * @param aTileBytes from the first row of a tile of A to that of the next
 * @param rows a multiple of 4
 */
export function multiplyTiles8(
  a: usize,
  aRowBytes: usize,
  aTileBytes: usize,
  aDepthBytes: usize,
  b: usize,
  bDepthBytes: usize,
  start: usize,
  startRowBytes: usize,
  c: usize,
  cRowBytes: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const bEnd = b + <usize>depth * bDepthBytes;
  for (; rows > 0; rows -= TILE_ROWS) {
    let c00 = f32x4.splat(0);
    let c01 = c00;
    let c10 = c00;
    let c11 = c00;
    let c20 = c00;
    let c21 = c00;
    let c30 = c00;
    let c31 = c00;
    if (start) {
      c00 = v128.load(start);
      c01 = v128.load(start, VECTOR_BYTES);
      start += startRowBytes;
      c10 = v128.load(start);
      c11 = v128.load(start, VECTOR_BYTES);
      start += startRowBytes;
      c20 = v128.load(start);
      c21 = v128.load(start, VECTOR_BYTES);
      start += startRowBytes;
      c30 = v128.load(start);
      c31 = v128.load(start, VECTOR_BYTES);
      start += startRowBytes;
    }
    let a0 = a;
    let a1 = a0 + aRowBytes;
    let a2 = a1 + aRowBytes;
    let a3 = a2 + aRowBytes;
    for (let bRow = b; bRow != bEnd; ) {
      const b0 = v128.load(bRow);
      const b1 = v128.load(bRow, VECTOR_BYTES);
      bRow += bDepthBytes;
      const x0 = v128.load32_splat(a0);
      a0 += aDepthBytes;
      c00 = madd(x0, b0, c00);
      c01 = madd(x0, b1, c01);
      const x1 = v128.load32_splat(a1);
      a1 += aDepthBytes;
      c10 = madd(x1, b0, c10);
      c11 = madd(x1, b1, c11);
      const x2 = v128.load32_splat(a2);
      a2 += aDepthBytes;
      c20 = madd(x2, b0, c20);
      c21 = madd(x2, b1, c21);
      const x3 = v128.load32_splat(a3);
      a3 += aDepthBytes;
      c30 = madd(x3, b0, c30);
      c31 = madd(x3, b1, c31);
    }
    if (columns == TILE_COLUMNS) {
      v128.store(c, c00);
      v128.store(c, c01, VECTOR_BYTES);
      c += cRowBytes;
      v128.store(c, c10);
      v128.store(c, c11, VECTOR_BYTES);
      c += cRowBytes;
      v128.store(c, c20);
      v128.store(c, c21, VECTOR_BYTES);
      c += cRowBytes;
      v128.store(c, c30);
      v128.store(c, c31, VECTOR_BYTES);
      c += cRowBytes;
    } else {
      storeUpTo8(c, c00, c01, columns);
      c += cRowBytes;
      storeUpTo8(c, c10, c11, columns);
      c += cRowBytes;
      storeUpTo8(c, c20, c21, columns);
      c += cRowBytes;
      storeUpTo8(c, c30, c31, columns);
      c += cRowBytes;
    }
    a += aTileBytes;
  }
}

/** C[rows, 1 to 4 columns] = start + A.B, for the last columns. Parameters as multiplyTiles8. */
export function multiplyTiles4(
  a: usize,
  aRowBytes: usize,
  aTileBytes: usize,
  aDepthBytes: usize,
  b: usize,
  bDepthBytes: usize,
  start: usize,
  startRowBytes: usize,
  c: usize,
  cRowBytes: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const bEnd = b + <usize>depth * bDepthBytes;
  for (; rows > 0; rows -= TILE_ROWS) {
    let c0 = f32x4.splat(0);
    let c1 = c0;
    let c2 = c0;
    let c3 = c0;
    if (start) {
      c0 = v128.load(start);
      start += startRowBytes;
      c1 = v128.load(start);
      start += startRowBytes;
      c2 = v128.load(start);
      start += startRowBytes;
      c3 = v128.load(start);
      start += startRowBytes;
    }
    let a0 = a;
    let a1 = a0 + aRowBytes;
    let a2 = a1 + aRowBytes;
    let a3 = a2 + aRowBytes;
    for (let bRow = b; bRow != bEnd; ) {
      const b0 = v128.load(bRow);
      bRow += bDepthBytes;
      c0 = madd(v128.load32_splat(a0), b0, c0);
      a0 += aDepthBytes;
      c1 = madd(v128.load32_splat(a1), b0, c1);
      a1 += aDepthBytes;
      c2 = madd(v128.load32_splat(a2), b0, c2);
      a2 += aDepthBytes;
      c3 = madd(v128.load32_splat(a3), b0, c3);
      a3 += aDepthBytes;
    }
    storeUpTo4(c, c0, columns);
    c += cRowBytes;
    storeUpTo4(c, c1, columns);
    c += cRowBytes;
    storeUpTo4(c, c2, columns);
    c += cRowBytes;
    storeUpTo4(c, c3, columns);
    c += cRowBytes;
    a += aTileBytes;
  }
}
