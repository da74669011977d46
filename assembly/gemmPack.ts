/**
 * Copies of blocks of a matrix, laid out as the inner loops read them: at consecutive addresses, where
 * no two rows of the matrix compete for the same lines of the cache. They pay where a block is read
 * many times.
 *
 * All of them copy whole vectors. Where the matrix ends within one, what lies behind it (up to 28 bytes)
 * is read and copied too; it ends in lanes that no result comes from.
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "./simd";
import { TALL_ROWS, TILE_COLUMNS } from "./gemmKernel";

/** Columns of a packed panel of B: those of two tiles, so that a whole line of the cache is taken from each row of B. */
// @ts-ignore: decorator
@inline export const PANEL_COLUMNS: i32 = 2 * TILE_COLUMNS;

/** Bytes from one row of a packed panel of B to the next. */
// @ts-ignore: decorator
@inline export const PANEL_ROW_BYTES: usize = <usize>PANEL_COLUMNS * FLOAT_BYTES;

/** Bytes from one column of a packed tile of A to the next. */
// @ts-ignore: decorator
@inline export const TILE_DEPTH_BYTES: usize = <usize>TALL_ROWS * FLOAT_BYTES;

/** Bytes of a packed panel: of a transpose four rows are stored at a time. */
// @ts-ignore: decorator
@inline
export function packedPanelBytes(depth: i32): usize {
  return <usize>((depth + LANES - 1) & ~(LANES - 1)) * PANEL_ROW_BYTES;
}

/**
 * panels[p, kk, j] = B[kk, 16 p + j], or B[16 p + j, kk] if isTransposed. Row after row instead of panel after
 * panel was no faster.
 *
 * @param panels [columns / 16 rounded up, packedPanelBytes(depth)]
 */
export function packPanels(b: usize, bRowBytes: usize, isTransposed: bool, panels: usize, columns: i32,
  depth: i32): void {
  const bPanelBytes = isTransposed ? <usize>PANEL_COLUMNS * bRowBytes : PANEL_ROW_BYTES;
  for (; columns > 0; columns -= PANEL_COLUMNS, b += bPanelBytes, panels += packedPanelBytes(depth)) {
    if (isTransposed) packPanelTransposed(b, bRowBytes, panels, min(columns, PANEL_COLUMNS), depth);
    else packPanel(b, bRowBytes, panels, columns, depth);
  }
}

/** panel[kk, j] = B[kk, j] for sixteen columns of B, or for eight where `columns` is no more. */
function packPanel(b: usize, bRowBytes: usize, panel: usize, columns: i32, depth: i32): void {
  const isWide = columns > TILE_COLUMNS;
  for (let kk = depth; kk > 0; kk--) {
    v128.store(panel, v128.load(b));
    v128.store(panel, v128.load(b, VECTOR_BYTES), VECTOR_BYTES);
    if (isWide) {
      v128.store(panel, v128.load(b, 2 * VECTOR_BYTES), 2 * VECTOR_BYTES);
      v128.store(panel, v128.load(b, 3 * VECTOR_BYTES), 3 * VECTOR_BYTES);
    }
    b += bRowBytes;
    panel += PANEL_ROW_BYTES;
  }
}

/**
 * panel[kk, j] = B[j, kk] for up to sixteen rows of B: a panel of the transpose.
 *
 * @param panel [depth rounded up to a multiple of 4, 16]
 */
function packPanelTransposed(b: usize, bRowBytes: usize, panel: usize, columns: i32, depth: i32): void {
  for (; columns > 0; columns -= LANES, b += <usize>LANES * bRowBytes, panel += VECTOR_BYTES) {
    transposeRows(b, bRowBytes, panel, columns, depth);
  }
}

/** Four rows of B, or the last 1 to 3 of them and the last one again, become columns of a panel. */
function transposeRows(b: usize, bRowBytes: usize, panel: usize, rows: i32, depth: i32): void {
  let b1 = rows > 1 ? b + bRowBytes : b;
  let b2 = rows > 2 ? b1 + bRowBytes : b1;
  let b3 = rows > 3 ? b2 + bRowBytes : b2;
  for (let kk = depth; kk > 0; kk -= LANES) {
    const x0 = v128.load(b);
    const x1 = v128.load(b1);
    const x2 = v128.load(b2);
    const x3 = v128.load(b3);
    const low01 = v128.shuffle<f32>(x0, x1, 0, 4, 1, 5);
    const low23 = v128.shuffle<f32>(x2, x3, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(x0, x1, 2, 6, 3, 7);
    const high23 = v128.shuffle<f32>(x2, x3, 2, 6, 3, 7);
    v128.store(panel, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    v128.store(panel, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7), PANEL_ROW_BYTES);
    v128.store(panel, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5), 2 * PANEL_ROW_BYTES);
    v128.store(panel, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7), 3 * PANEL_ROW_BYTES);
    b += VECTOR_BYTES;
    b1 += VECTOR_BYTES;
    b2 += VECTOR_BYTES;
    b3 += VECTOR_BYTES;
    panel += <usize>LANES * PANEL_ROW_BYTES;
  }
}

/**
 * tiles[t, kk, i] = A[kk, height t + i] for i < 6: rows of the transpose of A, `height` after `height`. Lower
 * tiles than six have the next rows too.
 *
 * @param rows of the transpose
 * @param tiles [rows / height rounded up, depth, 6] and 8 bytes more
 */
export function packTilesTransposed(a: usize, aRowBytes: usize, tiles: usize, height: i32, rows: i32, depth: i32): void {
  for (; rows > 0; rows -= height, a += <usize>height * FLOAT_BYTES) {
    let source = a;
    // The last two of eight values lie where the next six begin.
    for (let kk = depth; kk > 0; kk--, source += aRowBytes, tiles += TILE_DEPTH_BYTES) {
      v128.store(tiles, v128.load(source));
      v128.store(tiles, v128.load(source, VECTOR_BYTES), VECTOR_BYTES);
    }
  }
}
