/**
 * Runs the inner loops (gemmKernel.ts) over a block of rows and columns that lies as they read it; strides and
 * what is read beyond the end as there. What is packed, and how large a block is, gemm.ts says.
 */
import {
  ASIDE_ROW_BYTES,
  LOW_ROWS,
  TALL_ROWS,
  TILE_COLUMNS,
  multiplyTallTile,
  multiplyTiles4,
  multiplyTiles8,
  storeRows,
} from "./gemmKernel";
import { PANEL_COLUMNS } from "./gemmPack";
import { multiplyColumnTransposed, multiplyRow } from "./gemmRow";
import { FLOAT_BYTES, LANES } from "./simd";

// @ts-ignore: decorator
@inline const TILE_ROW_BYTES: usize = <usize>TILE_COLUMNS * FLOAT_BYTES;

/**
 * C[rows, columns] = bias + A.B, or C += A.B.
 *
 * @param aTileBytes bytes of a packed tile, or 0 if A is as it was
 * @param bPanelBytes from sixteen columns of B to the next; where they are not in a row, `panelColumns` is 16
 * @param panelColumns how many columns of B lie side by side
 * @param bias [columns], or 0 for none
 * @param tall how many of the rows make tiles of six
 * @param aside a tile, or two pieces of rows (ROW_ASIDE_BYTES)
 */
export function multiplyRows(a: usize, aRowBytes: usize, aDepthBytes: usize, aTileBytes: usize, b: usize,
  bDepthBytes: usize, bPanelBytes: usize, panelColumns: i32, bias: usize, c: usize, cRowBytes: usize, rows: i32,
  tall: i32, columns: i32, depth: i32, adds: i32, aside: usize): void {
  // Six rows are not worth while for the last one to four columns, unless A is packed in sixes.
  const left = columns & (TILE_COLUMNS - 1);
  const last = tall && !aTileBytes && left <= LANES ? left : 0;
  columns -= last;
  if (last) {
    const offset = <usize>columns * FLOAT_BYTES;
    const panel = <usize>columns / PANEL_COLUMNS, within = <usize>columns % PANEL_COLUMNS;
    multiplyColumns(a, aRowBytes, aDepthBytes, 0, b + panel * bPanelBytes + within * FLOAT_BYTES, bDepthBytes,
      bias ? bias + offset : 0, c + offset, cRowBytes, rows, last, depth, adds, aside);
  }
  if (tall) {
    const tileBytes = aTileBytes ? aTileBytes : <usize>TALL_ROWS * aRowBytes;
    multiplyTallTiles(a, tileBytes, aRowBytes, aDepthBytes, b, bDepthBytes, bPanelBytes, bias, c, cRowBytes, tall,
      columns, depth, adds, aside);
    a += <usize>(tall / TALL_ROWS) * tileBytes;
    c += <usize>tall * cRowBytes;
    rows -= tall;
  }
  if (rows) {
    for (; columns > 0; columns -= panelColumns, b += bPanelBytes, c += <usize>panelColumns * FLOAT_BYTES) {
      multiplyColumns(a, aRowBytes, aDepthBytes, aTileBytes, b, bDepthBytes, bias, c, cRowBytes, rows,
        min(columns, panelColumns), depth, adds, aside);
      if (bias) bias += <usize>panelColumns * FLOAT_BYTES;
    }
  }
}

/** The same for columns of B that lie side by side, without tiles of six rows. */
function multiplyColumns(a: usize, aRowBytes: usize, aDepthBytes: usize, aTileBytes: usize, b: usize, bDepthBytes: usize,
  bias: usize, c: usize, cRowBytes: usize, rows: i32, columns: i32, depth: i32, adds: i32, aside: usize): void {
  const low = rows & ~(LOW_ROWS - 1);
  if (low) {
    const tileBytes = aTileBytes ? aTileBytes : <usize>LOW_ROWS * aRowBytes;
    let column = 0;
    for (; column < columns - LANES; column += TILE_COLUMNS) {
      const offset = <usize>column * FLOAT_BYTES;
      multiplyTiles8(a, tileBytes, aRowBytes, aDepthBytes, b + offset, bDepthBytes, bias ? bias + offset : 0, c + offset,
        cRowBytes, low, min(columns - column, TILE_COLUMNS), depth, adds);
    }
    if (column < columns && !aTileBytes && aDepthBytes != FLOAT_BYTES && columns - column <= 2 && low >= 2 * LANES) {
      for (; column < columns; column++) {
        const offset = <usize>column * FLOAT_BYTES;
        multiplyColumnTransposed(a, aDepthBytes, b + offset, bDepthBytes, c + offset, cRowBytes, low, depth, adds, aside);
      }
    } else if (column < columns) {
      const offset = <usize>column * FLOAT_BYTES;
      multiplyTiles4(a, tileBytes, aRowBytes, aDepthBytes, b + offset, bDepthBytes, bias ? bias + offset : 0, c + offset,
        cRowBytes, low, columns - column, depth, adds);
    }
    a += <usize>(low / LOW_ROWS) * tileBytes;
    c += <usize>low * cRowBytes;
    rows -= low;
  }
  if (rows == 1 && columns > TILE_COLUMNS) {
    multiplyRow(a, aDepthBytes, b, bDepthBytes, bias, c, columns, depth, adds, aside);
  } else if (rows) {
    for (; columns > 0; columns -= TILE_COLUMNS, b += TILE_ROW_BYTES, c += TILE_ROW_BYTES) {
      multiplyTiles8(a, 0, aRowBytes, aDepthBytes, b, bDepthBytes, bias, aside, ASIDE_ROW_BYTES, rows, TILE_COLUMNS, depth, 0);
      storeRows(aside, c, cRowBytes, rows, min(columns, TILE_COLUMNS), adds);
      if (bias) bias += TILE_ROW_BYTES;
    }
  }
}

/** The tiles of six rows. All columns of the block pass by a tile of A while it is in the nearest cache. */
function multiplyTallTiles(a: usize, tileBytes: usize, aRowBytes: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize,
  bPanelBytes: usize, bias: usize, c: usize, cRowBytes: usize, rows: i32, columns: i32, depth: i32, adds: i32,
  aside: usize): void {
  for (; rows > 0; rows -= TALL_ROWS, a += tileBytes, c += <usize>TALL_ROWS * cRowBytes) {
    let at = b;
    for (let column = 0; column < columns; column += TILE_COLUMNS) {
      const offset = <usize>column * FLOAT_BYTES;
      const from = bias ? bias + offset : 0;
      if (columns - column >= TILE_COLUMNS) {
        multiplyTallTile(a, aRowBytes, aDepthBytes, at, bDepthBytes, from, c + offset, cRowBytes, depth, adds);
      } else {
        multiplyTallTile(a, aRowBytes, aDepthBytes, at, bDepthBytes, from, aside, ASIDE_ROW_BYTES, depth, 0);
        storeRows(aside, c + offset, cRowBytes, TALL_ROWS, columns - column, adds);
      }
      at += column & TILE_COLUMNS ? bPanelBytes - TILE_ROW_BYTES : TILE_ROW_BYTES;
    }
  }
}
