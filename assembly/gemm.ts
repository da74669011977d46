/**
 * Matrix products: C = A.B, and the two with a transposed operand that training needs. All matrices
 * are float32 and row-major.
 *
 * The depth is cut into blocks and B into panels of eight columns. A panel of a block (8 KB) stays in
 * the nearest cache while the rows of A pass by it, four at a time. The inner loops (gemmKernel.ts) take
 * strides, so A.B, A.Bt and At.B differ only in the strides and in what is packed (gemmPack.ts) before.
 * A product with one column, or one row, is a matter of its own (gemmRow.ts). A row of A.B has the same
 * bits whether it is computed alone or in a batch.
 *
 * After Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008), without their
 * outermost blocks: what networks multiply fits into the caches further out.
 */
import { TILE_COLUMNS, TILE_ROWS, multiplyTiles4, multiplyTiles8 } from "./gemmKernel";
import {
  PANEL_ROW_BYTES,
  TILE_DEPTH_BYTES,
  packPanel,
  packPanelTransposed,
  packTilesTransposed,
} from "./gemmPack";
import { multiplyColumn, multiplyRow } from "./gemmRow";
import { FLOAT_BYTES, LANES } from "./simd";

/** Depth of a block: a panel of it takes 8 KB, and four rows of A take 4 KB, of a cache of 32 KB or more. */
// @ts-ignore: decorator
@inline const DEPTH_BLOCK: i32 = 256;

/** Rows of a block of A: 256 KB at full depth, within a second-level cache while all panels pass by. */
// @ts-ignore: decorator
@inline const ROW_BLOCK: i32 = 256;

// @ts-ignore: decorator
@inline const PANEL_BYTES: usize = <usize>DEPTH_BLOCK * PANEL_ROW_BYTES;

// @ts-ignore: decorator
@inline const TILES_BYTES: usize = <usize>ROW_BLOCK * <usize>DEPTH_BLOCK * FLOAT_BYTES;

/** B is packed from this many rows of A on that will read it, ... */
// @ts-ignore: decorator
@inline const PACK_B_ROWS: i32 = 16;

/** ... if a block of it is larger than this: below, it stays in the nearest cache as it is. */
// @ts-ignore: decorator
@inline const PACK_B_BYTES: usize = 32 * 1024;

/** Transposed A is packed from this depth on: below, the cache lines that a tile takes are few, ... */
// @ts-ignore: decorator
@inline const PACK_A_DEPTH: i32 = 64;

/** ... from this many columns of B on that will read it. */
// @ts-ignore: decorator
@inline const PACK_A_COLUMNS: i32 = 32;

/** Bytes that every product needs for packing. */
export function workspaceBytes(): i32 {
  return <i32>(PANEL_BYTES + TILES_BYTES);
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
  matMulWithBias(a, b, 0, c, m, n, k, workspace);
}

/**
 * C = A.B + bias.
 *
 * @param a [m, k]
 * @param b [k, n]
 * @param bias [n], added to every row, or 0 for none
 * @param c [m, n], overwritten
 * @param workspace workspaceBytes() bytes
 */
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
  const aRowBytes = <usize>k * FLOAT_BYTES;
  const bRowBytes = <usize>n * FLOAT_BYTES;
  if (n == 1) {
    multiplyColumn(a, aRowBytes, b, bias, c, m, k);
  } else {
    multiply(a, aRowBytes, FLOAT_BYTES, b, bRowBytes, false, bias, c, m, n, k, workspace);
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
export function matMulTransposedB(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  workspace: usize,
): void {
  const rowBytes = <usize>k * FLOAT_BYTES;
  if (n == 1) {
    multiplyColumn(a, rowBytes, b, 0, c, m, k);
  } else if (m < TILE_ROWS) {
    for (let row = 0; row < m; row++) {
      multiplyColumn(b, rowBytes, a, 0, c, n, k); // a row of C, transposed, is B.at
      a += rowBytes;
      c += <usize>n * FLOAT_BYTES;
    }
  } else {
    multiply(a, rowBytes, FLOAT_BYTES, b, rowBytes, true, 0, c, m, n, k, workspace);
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
export function matMulTransposedA(
  a: usize,
  b: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  workspace: usize,
): void {
  const aRowBytes = <usize>m * FLOAT_BYTES;
  const bRowBytes = <usize>n * FLOAT_BYTES;
  if (n == 1) {
    multiplyRow(b, FLOAT_BYTES, a, aRowBytes, 0, c, m, k); // Ct = Bt.A
  } else {
    multiply(a, FLOAT_BYTES, aRowBytes, b, bRowBytes, false, 0, c, m, n, k, workspace);
  }
}

/**
 * C = A.B + bias, one block of the depth after another; the first starts from the bias, the others
 * continue C.
 *
 * @param a A(i, kk) is at a + i * aRowBytes + kk * aDepthBytes; one of the two strides is FLOAT_BYTES
 * @param b [k, n], or [n, k] if isTransposed
 * @param bias [n], or 0 for none
 */
function multiply(
  a: usize,
  aRowBytes: usize,
  aDepthBytes: usize,
  b: usize,
  bRowBytes: usize,
  isTransposed: bool,
  bias: usize,
  c: usize,
  m: i32,
  n: i32,
  k: i32,
  workspace: usize,
): void {
  // Blocks of about the same depth, rather than full ones and a small rest.
  const blocks = max((k + DEPTH_BLOCK - 1) / DEPTH_BLOCK, 1);
  const blockDepth = (k + blocks - 1) / blocks;
  const bDepthBytes = isTransposed ? FLOAT_BYTES : bRowBytes;
  let start = bias;
  let startRowBytes: usize = 0;
  for (let block = 0; block < blocks; block++) {
    const depth = min(blockDepth, k - block * blockDepth);
    multiplyBlock(
      a,
      aRowBytes,
      aDepthBytes,
      b,
      bRowBytes,
      isTransposed,
      start,
      startRowBytes,
      c,
      m,
      n,
      depth,
      workspace,
    );
    a += <usize>depth * aDepthBytes;
    b += <usize>depth * bDepthBytes;
    start = c;
    startRowBytes = <usize>n * FLOAT_BYTES;
  }
}

/** C = start + A.B for one block of the depth: packs what is worth it, and runs the inner loops. */
function multiplyBlock(
  a: usize,
  aRowBytes: usize,
  aDepthBytes: usize,
  b: usize,
  bRowBytes: usize,
  isTransposed: bool,
  start: usize,
  startRowBytes: usize,
  c: usize,
  m: i32,
  n: i32,
  depth: i32,
  workspace: usize,
): void {
  const cRowBytes = <usize>n * FLOAT_BYTES;
  const packsA = aDepthBytes != FLOAT_BYTES && depth >= PACK_A_DEPTH && n >= PACK_A_COLUMNS;
  const packsB = isTransposed || (m >= PACK_B_ROWS && <usize>depth * bRowBytes > PACK_B_BYTES);
  const tiles = workspace + PANEL_BYTES;
  const bColumnBytes = isTransposed ? bRowBytes : FLOAT_BYTES;
  const bDepthBytes = packsB ? PANEL_ROW_BYTES : bRowBytes;
  const columnBlock = packsB ? TILE_COLUMNS : n;
  let tileBytes = <usize>TILE_ROWS * aRowBytes;
  for (let row = 0; row < m; row += ROW_BLOCK) {
    const rows = min(ROW_BLOCK, m - row);
    let aBlock = a + <usize>row * aRowBytes;
    if (packsA) {
      packTilesTransposed(aBlock, aDepthBytes, tiles, rows, depth);
      aBlock = tiles;
      tileBytes = <usize>depth * TILE_DEPTH_BYTES;
    }
    for (let column = 0; column < n; column += columnBlock) {
      const columns = min(columnBlock, n - column);
      let bBlock = b + <usize>column * bColumnBytes;
      if (packsB) {
        if (isTransposed) packPanelTransposed(bBlock, bRowBytes, workspace, columns, depth);
        else packPanel(bBlock, bRowBytes, workspace, depth);
        bBlock = workspace;
      }
      const offset = <usize>row * cRowBytes + <usize>column * FLOAT_BYTES;
      const startOffset = <usize>row * startRowBytes + <usize>column * FLOAT_BYTES;
      multiplyColumns(
        aBlock,
        aRowBytes,
        tileBytes,
        packsA ? TILE_DEPTH_BYTES : aDepthBytes,
        bBlock,
        bDepthBytes,
        start ? start + startOffset : 0,
        startRowBytes,
        c + offset,
        cRowBytes,
        rows,
        columns,
        depth,
      );
    }
  }
}

/** C[rows, columns] = start + A.B with nothing left to pack: tiles, and the 1 to 3 last rows. */
function multiplyColumns(
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
  const tiledRows = rows & ~(TILE_ROWS - 1);
  if (tiledRows) {
    let column = 0;
    for (; column < columns - LANES; column += TILE_COLUMNS) {
      const offset = <usize>column * FLOAT_BYTES;
      const from = start ? start + offset : 0;
      const width = min(TILE_COLUMNS, columns - column);
      multiplyTiles8(
        a,
        aRowBytes,
        aTileBytes,
        aDepthBytes,
        b + offset,
        bDepthBytes,
        from,
        startRowBytes,
        c + offset,
        cRowBytes,
        tiledRows,
        width,
        depth,
      );
    }
    if (column < columns) {
      const offset = <usize>column * FLOAT_BYTES;
      const from = start ? start + offset : 0;
      multiplyTiles4(
        a,
        aRowBytes,
        aTileBytes,
        aDepthBytes,
        b + offset,
        bDepthBytes,
        from,
        startRowBytes,
        c + offset,
        cRowBytes,
        tiledRows,
        columns - column,
        depth,
      );
    }
    a += <usize>(tiledRows / TILE_ROWS) * aTileBytes;
    c += <usize>tiledRows * cRowBytes;
    if (start) start += <usize>tiledRows * startRowBytes;
  }
  for (let row = tiledRows; row < rows; row++) {
    multiplyRow(a, aDepthBytes, b, bDepthBytes, start, c, columns, depth);
    a += aRowBytes;
    c += cRowBytes;
    if (start) start += startRowBytes;
  }
}
