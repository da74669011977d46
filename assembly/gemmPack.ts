/**
 * Copies of blocks of a matrix, laid out as the inner loops read them. A copy pays where the block is
 * read many times: consecutive addresses, and no two rows that fight for the same lines of the cache.
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "./simd";

/** Columns of a packed panel of B. */
// @ts-ignore: decorator
@inline export const PANEL_COLUMNS: i32 = 8;

/** Bytes of one row of a panel. */
// @ts-ignore: decorator
@inline export const PANEL_ROW_BYTES: usize = 32;

/** Bytes of one depth step of a tile of A: four rows. */
// @ts-ignore: decorator
@inline export const TILE_DEPTH_BYTES: usize = 16;

/** panel[kk, j] = B[kk, j] for [depth, columns], B row-major; columns up to 8 are filled with zeros. */
export function packPanel(b: usize, bRowBytes: usize, panel: usize, depth: i32, columns: i32): void {
  if (columns == PANEL_COLUMNS) {
    for (let kk = depth; kk > 0; kk--) {
      v128.store(panel, v128.load(b));
      v128.store(panel, v128.load(b, VECTOR_BYTES), VECTOR_BYTES);
      b += bRowBytes;
      panel += PANEL_ROW_BYTES;
    }
    return;
  }
  for (let kk = depth; kk > 0; kk--) {
    for (let j = 0; j < PANEL_COLUMNS; j++) {
      const offset = <usize>j * FLOAT_BYTES;
      store<f32>(panel + offset, j < columns ? load<f32>(b + offset) : 0);
    }
    b += bRowBytes;
    panel += PANEL_ROW_BYTES;
  }
}

/** panel[kk, j] = B[j, kk] for B [columns, depth]: a panel of the transpose; missing columns are zero. */
export function packPanelTransposed(b: usize, bRowBytes: usize, panel: usize, depth: i32, columns: i32): void {
  for (let j = 0; j < PANEL_COLUMNS; j += LANES) {
    const source = b + <usize>j * bRowBytes;
    const target = panel + <usize>j * FLOAT_BYTES;
    if (columns - j >= LANES) {
      transposeFour(source, bRowBytes, target, depth);
    } else {
      transposeFewer(source, bRowBytes, target, depth, max(columns - j, 0));
    }
  }
}

/** Four rows of B become four columns of a panel, 4 x 4 values at a time. */
function transposeFour(b: usize, bRowBytes: usize, target: usize, depth: i32): void {
  let b1 = b + bRowBytes;
  let b2 = b1 + bRowBytes;
  let b3 = b2 + bRowBytes;
  let kk = depth;
  for (; kk >= LANES; kk -= LANES) {
    const r0 = v128.load(b);
    const r1 = v128.load(b1);
    const r2 = v128.load(b2);
    const r3 = v128.load(b3);
    const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
    v128.store(target, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    v128.store(target, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), PANEL_ROW_BYTES);
    v128.store(target, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 2 * PANEL_ROW_BYTES);
    v128.store(target, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 3 * PANEL_ROW_BYTES);
    b += VECTOR_BYTES;
    b1 += VECTOR_BYTES;
    b2 += VECTOR_BYTES;
    b3 += VECTOR_BYTES;
    target += 4 * PANEL_ROW_BYTES;
  }
  for (; kk > 0; kk--) {
    store<f32>(target, load<f32>(b));
    store<f32>(target, load<f32>(b1), 4);
    store<f32>(target, load<f32>(b2), 8);
    store<f32>(target, load<f32>(b3), 12);
    b += FLOAT_BYTES;
    b1 += FLOAT_BYTES;
    b2 += FLOAT_BYTES;
    b3 += FLOAT_BYTES;
    target += PANEL_ROW_BYTES;
  }
}

/** Fewer than four rows of B; the other columns are zero. */
function transposeFewer(b: usize, bRowBytes: usize, target: usize, depth: i32, rows: i32): void {
  for (let kk = depth; kk > 0; kk--) {
    let source = b;
    for (let j = 0; j < LANES; j++) {
      store<f32>(target + <usize>j * FLOAT_BYTES, j < rows ? load<f32>(source) : 0);
      source += bRowBytes;
    }
    b += FLOAT_BYTES;
    target += PANEL_ROW_BYTES;
  }
}

/**
 * Tiles of four rows of At: tile[kk, i] = A[kk, i] for A [depth, rows], one tile after another. The last
 * one may have fewer rows; the places of those that are missing are not written.
 */
export function packTilesTransposed(a: usize, aRowBytes: usize, tiles: usize, depth: i32, rows: i32): void {
  for (let i = 0; i < rows; i += LANES) {
    const count = min(rows - i, LANES);
    let source = a + <usize>i * FLOAT_BYTES;
    if (count == LANES) {
      for (let kk = depth; kk > 0; kk--) {
        v128.store(tiles, v128.load(source));
        source += aRowBytes;
        tiles += TILE_DEPTH_BYTES;
      }
    } else {
      for (let kk = depth; kk > 0; kk--) {
        for (let row = 0; row < count; row++) {
          store<f32>(tiles + <usize>row * FLOAT_BYTES, load<f32>(source + <usize>row * FLOAT_BYTES));
        }
        source += aRowBytes;
        tiles += TILE_DEPTH_BYTES;
      }
    }
  }
}
