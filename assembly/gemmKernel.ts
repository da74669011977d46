/**
 * The inner loops of matrix multiplication, on blocks that the driver in gemm.ts has chosen.
 *
 * Operands are addressed by strides, in bytes, so that one kernel serves every transpose and what is packed.
 * In the tile that starts at a:
 *   A(i, kk) = a + i * aRowBytes + kk * aDepthBytes
 *   B(kk, j) = b + kk * bDepthBytes + j * FLOAT_BYTES
 * and the next tile starts aTileBytes further.
 *
 * An element is one sum, over the depth in order, in one lane. It starts from bias[j], or from zero where
 * bias is 0. Where `adds` is not 0 it is added to what is in C, else it is stored there.
 *
 * The kernels read and write whole vectors. Where fewer columns or rows are left, they read up to 28 bytes
 * beyond the end of B and bias, and the driver gives them another place for C (storeRows).
 */
import { LANES, VECTOR_BYTES, madd, storeLanes } from "./simd";

/**
 * Rows of a tile. Its 6 x 8 sums take 12 of the 15 vector registers that V8 gives out on x86-64, two vectors
 * of B and an element of A the others; and two fused multiply-adds a cycle, of four cycles each, need more
 * than 8 sums to be in flight.
 */
// @ts-ignore: decorator
@inline export const TALL_ROWS: i32 = 6;

/** Rows of a tile where the rows are no multiple of 6. */
// @ts-ignore: decorator
@inline export const LOW_ROWS: i32 = 4;

/** Columns of a tile. */
// @ts-ignore: decorator
@inline export const TILE_COLUMNS: i32 = 2 * LANES;

/** Bytes of a row of tiles that lie elsewhere than in C. */
// @ts-ignore: decorator
@inline export const ASIDE_ROW_BYTES: usize = 2 * VECTOR_BYTES;

// @ts-ignore: decorator
@inline
function store8(c: usize, x0: v128, x1: v128): void {
  v128.store(c, x0);
  v128.store(c, x1, VECTOR_BYTES);
}

// @ts-ignore: decorator
@inline
function sum8(c: usize, x0: v128, x1: v128): void {
  store8(c, f32x4.add(v128.load(c), x0), f32x4.add(v128.load(c, VECTOR_BYTES), x1));
}

/** Stores the first 1 to 8 of eight values. */
// @ts-ignore: decorator
@inline
function storeUpTo8(c: usize, x0: v128, x1: v128, columns: i32): void {
  if (columns > LANES) {
    v128.store(c, x0);
    storeLanes(c + VECTOR_BYTES, x1, columns - LANES);
  } else {
    storeLanes(c, x0, columns);
  }
}

/**
 * One tile of six rows and eight columns.
 *
 * It is a function of its own, not a loop in the loop over the tiles: V8 up to 12 unrolls loops in loops, then
 * loads all of A first and has no registers left (40 instead of 60 GFLOP/s).
 */
export function multiplyTallTile(a: usize, aRowBytes: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize,
  bias: usize, c: usize, cRowBytes: usize, depth: i32, adds: i32): void {
  const bEnd = b + <usize>depth * bDepthBytes;
  const a1 = aRowBytes, a2 = a1 + a1, a3 = a2 + a1, a4 = a3 + a1, a5 = a4 + a1;
  let c00 = f32x4.splat(0), c01 = c00;
  if (bias) {
    c00 = v128.load(bias);
    c01 = v128.load(bias, VECTOR_BYTES);
  }
  let c10 = c00, c20 = c00, c30 = c00, c40 = c00, c50 = c00;
  let c11 = c01, c21 = c01, c31 = c01, c41 = c01, c51 = c01;
  for (; b != bEnd; a += aDepthBytes, b += bDepthBytes) {
    const b0 = v128.load(b), b1 = v128.load(b, VECTOR_BYTES);
    const x0 = v128.load32_splat(a);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    const x1 = v128.load32_splat(a + a1);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    const x2 = v128.load32_splat(a + a2);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    const x3 = v128.load32_splat(a + a3);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    const x4 = v128.load32_splat(a + a4);
    c40 = madd(x4, b0, c40);
    c41 = madd(x4, b1, c41);
    const x5 = v128.load32_splat(a + a5);
    c50 = madd(x5, b0, c50);
    c51 = madd(x5, b1, c51);
  }
  // Not one by one: V8 up to 12 orders the loop well only if the sums go to memory as they are.
  if (adds) {
    sum8(c, c00, c01);
    sum8((c += cRowBytes), c10, c11);
    sum8((c += cRowBytes), c20, c21);
    sum8((c += cRowBytes), c30, c31);
    sum8((c += cRowBytes), c40, c41);
    sum8((c += cRowBytes), c50, c51);
  } else {
    store8(c, c00, c01);
    store8((c += cRowBytes), c10, c11);
    store8((c += cRowBytes), c20, c21);
    store8((c += cRowBytes), c30, c31);
    store8((c += cRowBytes), c40, c41);
    store8((c += cRowBytes), c50, c51);
  }
}

/**
 * Tiles of four rows and 5 to 8 columns. `rows` is a multiple of 4; or it is less than 4, and the rows that are
 * missing take their places in C all the same.
 */
export function multiplyTiles8(a: usize, aTileBytes: usize, aRowBytes: usize, aDepthBytes: usize, b: usize,
  bDepthBytes: usize, bias: usize, c: usize, cRowBytes: usize, rows: i32, columns: i32, depth: i32, adds: i32): void {
  const bEnd = b + <usize>depth * bDepthBytes;
  // A missing row is the one before it.
  const step1 = rows > 1 ? aRowBytes : 0, step2 = rows > 2 ? aRowBytes : 0, step3 = rows > 3 ? aRowBytes : 0;
  for (; rows > 0; rows -= LOW_ROWS, a += aTileBytes) {
    let c00 = f32x4.splat(0), c01 = c00;
    if (bias) {
      c00 = v128.load(bias);
      c01 = v128.load(bias, VECTOR_BYTES);
    }
    let c10 = c00, c20 = c00, c30 = c00;
    let c11 = c01, c21 = c01, c31 = c01;
    let a0 = a, a1 = a0 + step1, a2 = a1 + step2, a3 = a2 + step3;
    for (let bRow = b; bRow != bEnd; ) {
      const b0 = v128.load(bRow), b1 = v128.load(bRow, VECTOR_BYTES);
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
    const next1 = c + cRowBytes, next2 = next1 + cRowBytes, next3 = next2 + cRowBytes;
    if (adds) {
      c00 = f32x4.add(v128.load(c), c00);
      c01 = f32x4.add(v128.load(c, VECTOR_BYTES), c01);
      c10 = f32x4.add(v128.load(next1), c10);
      c11 = f32x4.add(v128.load(next1, VECTOR_BYTES), c11);
      c20 = f32x4.add(v128.load(next2), c20);
      c21 = f32x4.add(v128.load(next2, VECTOR_BYTES), c21);
      c30 = f32x4.add(v128.load(next3), c30);
      c31 = f32x4.add(v128.load(next3, VECTOR_BYTES), c31);
    }
    if (columns == TILE_COLUMNS) {
      store8(c, c00, c01);
      store8(next1, c10, c11);
      store8(next2, c20, c21);
      store8(next3, c30, c31);
    } else {
      storeUpTo8(c, c00, c01, columns);
      storeUpTo8(next1, c10, c11, columns);
      storeUpTo8(next2, c20, c21, columns);
      storeUpTo8(next3, c30, c31, columns);
    }
    c = next3 + cRowBytes;
  }
}

/** Tiles of four rows and 1 to 4 columns, for the last columns. `rows` is a multiple of 4. */
export function multiplyTiles4(a: usize, aTileBytes: usize, aRowBytes: usize, aDepthBytes: usize, b: usize,
  bDepthBytes: usize, bias: usize, c: usize, cRowBytes: usize, rows: i32, columns: i32, depth: i32, adds: i32): void {
  const bEnd = b + <usize>depth * bDepthBytes;
  for (; rows > 0; rows -= LOW_ROWS, a += aTileBytes) {
    let c0 = bias ? v128.load(bias) : f32x4.splat(0);
    let c1 = c0, c2 = c0, c3 = c0;
    let a0 = a, a1 = a0 + aRowBytes, a2 = a1 + aRowBytes, a3 = a2 + aRowBytes;
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
    const next1 = c + cRowBytes, next2 = next1 + cRowBytes, next3 = next2 + cRowBytes;
    if (adds) {
      c0 = f32x4.add(v128.load(c), c0);
      c1 = f32x4.add(v128.load(next1), c1);
      c2 = f32x4.add(v128.load(next2), c2);
      c3 = f32x4.add(v128.load(next3), c3);
    }
    storeLanes(c, c0, columns);
    storeLanes(next1, c1, columns);
    storeLanes(next2, c2, columns);
    storeLanes(next3, c3, columns);
    c = next3 + cRowBytes;
  }
}

/**
 * C = x, or C += x where `adds` is not 0, for rows of 1 to 8 columns that the kernels left aside. Reads up to
 * 28 bytes beyond the end of C.
 *
 * @param x rows of ASIDE_ROW_BYTES
 */
export function storeRows(x: usize, c: usize, cRowBytes: usize, rows: i32, columns: i32, adds: i32): void {
  if (columns > LANES) {
    storeVectors(x + VECTOR_BYTES, c + VECTOR_BYTES, cRowBytes, rows, columns - LANES, adds);
    columns = LANES;
  }
  storeVectors(x, c, cRowBytes, rows, columns, adds);
}

function storeVectors(x: usize, c: usize, cRowBytes: usize, rows: i32, columns: i32, adds: i32): void {
  for (; rows > 0; rows--, x += ASIDE_ROW_BYTES, c += cRowBytes) {
    let sums = v128.load(x);
    if (adds) sums = f32x4.add(v128.load(c), sums);
    storeLanes(c, sums, columns);
  }
}
