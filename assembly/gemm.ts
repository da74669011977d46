/**
 * Matrix products, C = A.B and its two transposes that training needs. All matrices float32, row-major.
 *
 * The depth is cut into blocks, B into panels of eight columns; a panel of a block (8 KB) stays in the
 * nearest cache while all rows of A pass by. One set of inner loops (gemmKernel.ts) serves every
 * transpose, since it takes strides. Blocks that would be read with awkward strides are packed first.
 */
import { row32, row8, tile4x4, tile4x8 } from "./gemmKernel";
import {
  PANEL_COLUMNS,
  PANEL_ROW_BYTES,
  TILE_DEPTH_BYTES,
  packPanel,
  packPanelTransposed,
  packTilesTransposed,
} from "./gemmPack";
import { FLOAT_BYTES, LANES } from "./simd";

/** Rows of a tile of C. */
// @ts-ignore: decorator
@inline const TILE_ROWS: i32 = 4;

/** Depth of a block: a panel of it takes 8 KB of a 32 KB cache. */
// @ts-ignore: decorator
@inline const DEPTH_BLOCK: i32 = 256;

/** Rows of transposed A packed at a time: 256 KB at full depth, half of a second-level cache. */
// @ts-ignore: decorator
@inline const ROW_BLOCK: i32 = 256;

/** Columns of a row alone that are summed together. */
// @ts-ignore: decorator
@inline const ROW_COLUMNS: i32 = 32;

/** B is packed if at least this many rows of A use a panel, and B's block is larger than the next. */
// @ts-ignore: decorator
@inline const PACK_B_ROWS: i32 = 16;

/** A block of B this large is no longer found in the nearest cache when the next rows come. */
// @ts-ignore: decorator
@inline const PACK_B_BYTES: i32 = 32 * 1024;

/** Transposed A is packed from this depth on: below, its few lines stay in the cache by themselves. */
// @ts-ignore: decorator
@inline const PACK_A_DEPTH: i32 = 64;

/** ... and if at least this many panels of B will read it. */
// @ts-ignore: decorator
@inline const PACK_A_COLUMNS: i32 = 32;

// @ts-ignore: decorator
@inline const PANEL_BYTES: usize = <usize>DEPTH_BLOCK * PANEL_ROW_BYTES;

/** Bytes that every product needs for packing, at an address of its own. */
export function workspaceBytes(): i32 {
  return <i32>PANEL_BYTES + ROW_BLOCK * DEPTH_BLOCK * <i32>FLOAT_BYTES;
}

/**
 * C = A.B.
 *
 * @param a [m, k]
 * @param b [k, n]
 * @param c [m, n], overwritten
 * @param workspace workspaceBytes() bytes
 */
export function matMul(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, workspace: usize): void {
  multiply(a, <usize>k * FLOAT_BYTES, b, <usize>n * FLOAT_BYTES, 0, c, m, n, k, workspace);
}

/** C = A.B + bias, the bias [n] added to every row. Parameters as matMul. */
export function matMulWithBias(
  a: usize,
  b: usize,
  bias: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  workspace: usize,
): void {
  multiply(a, <usize>k * FLOAT_BYTES, b, <usize>n * FLOAT_BYTES, bias, c, m, n, k, workspace);
}

/** C = A.B (+ bias) for row-major operands. */
function multiply(
  a: usize,
  aRowBytes: usize,
  b: usize,
  bRowBytes: usize,
  bias: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  workspace: usize,
): void {
  if (k == 0) clear(c, m * n);
  for (let k0 = 0; k0 < k; k0 += DEPTH_BLOCK) {
    const depth = min(k - k0, DEPTH_BLOCK);
    const aBlock = a + <usize>k0 * FLOAT_BYTES;
    const bBlock = b + <usize>k0 * bRowBytes;
    const packs = m >= PACK_B_ROWS && depth * <i32>bRowBytes > PACK_B_BYTES;
    const start = k0 == 0 ? bias : c;
    const startRowBytes: usize = k0 == 0 ? 0 : <usize>n * FLOAT_BYTES;
    if (packs) {
      for (let j = 0; j < n; j += PANEL_COLUMNS) {
        const columns = min(n - j, PANEL_COLUMNS);
        const offset = <usize>j * FLOAT_BYTES;
        packPanel(bBlock + offset, bRowBytes, workspace, depth, columns);
        multiplyPanel(aBlock, aRowBytes, FLOAT_BYTES, workspace, PANEL_ROW_BYTES, start ? start + offset : 0, startRowBytes, c + offset, n, m, depth, columns);
      }
    } else {
      multiplyDirect(aBlock, aRowBytes, FLOAT_BYTES, bBlock, bRowBytes, start, startRowBytes, c, n, m, depth);
    }
  }
}

/**
 * C = A.Bt.
 *
 * @param a [m, k]
 * @param b [n, k]
 * @param c [m, n], overwritten
 * @param workspace workspaceBytes() bytes
 */
export function matMulTransposedB(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, workspace: usize): void {
  const rowBytes = <usize>k * FLOAT_BYTES;
  if (k == 0) clear(c, m * n);
  for (let k0 = 0; k0 < k; k0 += DEPTH_BLOCK) {
    const depth = min(k - k0, DEPTH_BLOCK);
    const blockOffset = <usize>k0 * FLOAT_BYTES;
    for (let j = 0; j < n; j += PANEL_COLUMNS) {
      const columns = min(n - j, PANEL_COLUMNS);
      const target = c + <usize>j * FLOAT_BYTES;
      packPanelTransposed(b + <usize>j * rowBytes + blockOffset, rowBytes, workspace, depth, columns);
      multiplyPanel(a + blockOffset, rowBytes, FLOAT_BYTES, workspace, PANEL_ROW_BYTES, k0 == 0 ? 0 : target, <usize>n * FLOAT_BYTES, target, n, m, depth, columns);
    }
  }
}

/**
 * C = At.B.
 *
 * @param a [k, m]
 * @param b [k, n]
 * @param c [m, n], overwritten
 * @param workspace workspaceBytes() bytes
 */
export function matMulTransposedA(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, workspace: usize): void {
  const aRowBytes = <usize>m * FLOAT_BYTES;
  const bRowBytes = <usize>n * FLOAT_BYTES;
  const cRowBytes = bRowBytes;
  if (k == 0) clear(c, m * n);
  for (let k0 = 0; k0 < k; k0 += DEPTH_BLOCK) {
    const depth = min(k - k0, DEPTH_BLOCK);
    const aBlock = a + <usize>k0 * aRowBytes;
    const bBlock = b + <usize>k0 * bRowBytes;
    const isFirst = k0 == 0;
    if (depth < PACK_A_DEPTH || n < PACK_A_COLUMNS) {
      multiplyDirect(aBlock, FLOAT_BYTES, aRowBytes, bBlock, bRowBytes, isFirst ? 0 : c, cRowBytes, c, n, m, depth);
      continue;
    }
    const tiles = workspace + PANEL_BYTES;
    for (let i0 = 0; i0 < m; i0 += ROW_BLOCK) {
      const rows = min(m - i0, ROW_BLOCK);
      packTilesTransposed(aBlock + <usize>i0 * FLOAT_BYTES, aRowBytes, tiles, depth, rows);
      for (let j = 0; j < n; j += PANEL_COLUMNS) {
        const columns = min(n - j, PANEL_COLUMNS);
        const offset = <usize>j * FLOAT_BYTES;
        packPanel(bBlock + offset, bRowBytes, workspace, depth, columns);
        const target = c + <usize>i0 * cRowBytes + offset;
        multiplyTiles(tiles, workspace, isFirst ? 0 : target, target, n, rows, depth, columns);
      }
    }
  }
}

/** C[rows, n] = start + A.B for a block of B that is read where it lies. */
function multiplyDirect(
  a: usize,
  aRowBytes: usize,
  aDepthBytes: usize,
  b: usize,
  bRowBytes: usize,
  start: usize,
  startRowBytes: usize,
  c: usize,
  n: i32,
  rows: i32,
  depth: i32,
): void {
  let j = 0;
  if (rows < TILE_ROWS) j = multiplyRows(a, aRowBytes, aDepthBytes, b, bRowBytes, start, startRowBytes, c, n, rows, depth);
  for (; j < n; j += PANEL_COLUMNS) {
    const offset = <usize>j * FLOAT_BYTES;
    const columns = min(n - j, PANEL_COLUMNS);
    multiplyPanel(a, aRowBytes, aDepthBytes, b + offset, bRowBytes, start ? start + offset : 0, startRowBytes, c + offset, n, rows, depth, columns);
  }
}

/** The columns of fewer than four rows that come in thirty-twos. Returns how many that are. */
function multiplyRows(
  a: usize,
  aRowBytes: usize,
  aDepthBytes: usize,
  b: usize,
  bRowBytes: usize,
  start: usize,
  startRowBytes: usize,
  c: usize,
  n: i32,
  rows: i32,
  depth: i32,
): i32 {
  const end = n & ~(ROW_COLUMNS - 1);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < end; j += ROW_COLUMNS) {
      const offset = <usize>j * FLOAT_BYTES;
      row32(a, aDepthBytes, b + offset, bRowBytes, start ? start + offset : 0, c + offset, depth);
    }
    a += aRowBytes;
    c += <usize>n * FLOAT_BYTES;
    if (start) start += startRowBytes;
  }
  return end;
}

/** C[rows, columns] = start + A.B for one panel of up to eight columns. */
function multiplyPanel(
  a: usize,
  aRowBytes: usize,
  aDepthBytes: usize,
  b: usize,
  bDepthBytes: usize,
  start: usize,
  startRowBytes: usize,
  c: usize,
  n: i32,
  rows: i32,
  depth: i32,
  columns: i32,
): void {
  const cRowBytes = <usize>n * FLOAT_BYTES;
  const isWide = columns > LANES;
  let row = 0;
  for (; row <= rows - TILE_ROWS; row += TILE_ROWS) {
    if (isWide) {
      tile4x8(a, aRowBytes, aDepthBytes, b, bDepthBytes, start, startRowBytes, c, cRowBytes, depth, columns);
    } else {
      tile4x4(a, aRowBytes, aDepthBytes, b, bDepthBytes, start, startRowBytes, c, cRowBytes, depth, columns);
    }
    a += <usize>TILE_ROWS * aRowBytes;
    c += <usize>TILE_ROWS * cRowBytes;
    if (start) start += <usize>TILE_ROWS * startRowBytes;
  }
  for (; row < rows; row++) {
    row8(a, aDepthBytes, b, bDepthBytes, start, c, depth, columns);
    a += aRowBytes;
    c += cRowBytes;
    if (start) start += startRowBytes;
  }
}

/** The same for packed tiles of A and a packed panel of B. */
function multiplyTiles(
  tiles: usize,
  panel: usize,
  start: usize,
  c: usize,
  n: i32,
  rows: i32,
  depth: i32,
  columns: i32,
): void {
  const cRowBytes = <usize>n * FLOAT_BYTES;
  const tileBytes = <usize>depth * TILE_DEPTH_BYTES;
  for (let row = 0; row < rows; row += TILE_ROWS) {
    const count = min(rows - row, TILE_ROWS);
    multiplyPanel(tiles, FLOAT_BYTES, TILE_DEPTH_BYTES, panel, PANEL_ROW_BYTES, start, cRowBytes, c, n, count, depth, columns);
    tiles += tileBytes;
    c += <usize>TILE_ROWS * cRowBytes;
    if (start) start += <usize>TILE_ROWS * cRowBytes;
  }
}

/** Sets count values to zero. */
function clear(c: usize, count: i32): void {
  memory.fill(c, 0, <usize>count * FLOAT_BYTES);
}
