/**
 * Matrix products: C = A.B, and the two with a transposed operand that training needs. All matrices
 * are float32 and row-major.
 *
 * The depth is cut into blocks and B into panels of sixteen columns. A panel of a block (16 KB) stays in
 * the nearest cache while the rows of A pass by it, six at a time. The inner loops (gemmKernel.ts) take
 * strides, so A.B, A.Bt and At.B differ only in the strides and in what is packed (gemmPack.ts) before.
 * A product with one column, or one to three rows, is a matter of its own (gemmRow.ts).
 *
 * An element of C is the sum of the sums of its blocks; the bias is the first term of the first one. So a row
 * of A.B has the same bits whether it is computed alone or in a batch, and the error grows with the depth of
 * a block, not with the depth of the product.
 *
 * After Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008), without their
 * outermost blocks: what networks multiply fits into the caches further out.
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
import {
  PANEL_COLUMNS,
  PANEL_ROW_BYTES,
  TILE_DEPTH_BYTES,
  packPanel,
  packPanelTransposed,
  packTilesTransposed,
} from "./gemmPack";
import { ROW_ASIDE_BYTES, STREAM_DEPTH, multiplyColumn, multiplyColumnTransposed, multiplyRow } from "./gemmRow";
import { FLOAT_BYTES, LANES } from "./simd";

/** Depth of a block: a panel of it takes 16 KB, and six rows of A take 6 KB, of a cache of 32 KB or more. */
// @ts-ignore: decorator
@inline const DEPTH_BLOCK: i32 = 256;

/**
 * Rows of a block of A: 528 KB at full depth, within a second-level cache while all panels pass by. B is packed once
 * for each block; half as many rows were 3 to 5 % slower from 512 cubed up, and twice as many 8 % (on 2 MB of cache).
 */
// @ts-ignore: decorator
@inline const ROW_BLOCK: i32 = 88 * TALL_ROWS;

/** Tiles of six rows are used from this depth on: below, a call for each costs more than it wins. */
// @ts-ignore: decorator
@inline const TALL_DEPTH: i32 = 32;

// @ts-ignore: decorator
@inline const PANEL_BYTES: usize = <usize>DEPTH_BLOCK * PANEL_ROW_BYTES;

// @ts-ignore: decorator
@inline const TILE_ROW_BYTES: usize = <usize>TILE_COLUMNS * FLOAT_BYTES;

/** What the kernels put elsewhere than in C: a tile, or a piece of a row or two. */
// @ts-ignore: decorator
@inline const ASIDE_BYTES: usize = 2 * ROW_ASIDE_BYTES;

/** The tiles of a block, of which up to three are lower than six rows, and the end of the last store. */
// @ts-ignore: decorator
@inline const TILES_BYTES: usize = <usize>(ROW_BLOCK / TALL_ROWS + 1) * <usize>DEPTH_BLOCK * TILE_DEPTH_BYTES + 16;

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
  return <i32>(PANEL_BYTES + ASIDE_BYTES + TILES_BYTES);
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
export function matMulWithBias(a: usize, b: usize, bias: usize, c: usize, m: i32, n: i32, k: i32, workspace: usize): void {
  const aRowBytes = <usize>k * FLOAT_BYTES, bRowBytes = <usize>n * FLOAT_BYTES;
  if (n == 1) multiplyColumn(a, aRowBytes, b, bias, c, m, k);
  else multiply(a, aRowBytes, FLOAT_BYTES, b, bRowBytes, false, bias, c, m, n, k, workspace);
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
  if (n == 1) {
    multiplyColumn(a, rowBytes, b, 0, c, m, k);
  } else if (m < LOW_ROWS) {
    for (let row = 0; row < m; row++, a += rowBytes, c += <usize>n * FLOAT_BYTES) {
      multiplyColumn(b, rowBytes, a, 0, c, n, k); // a row of C, transposed, is B.at
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
export function matMulTransposedA(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, workspace: usize): void {
  const aRowBytes = <usize>m * FLOAT_BYTES, bRowBytes = <usize>n * FLOAT_BYTES;
  if (n == 1) multiply(b, FLOAT_BYTES, FLOAT_BYTES, a, aRowBytes, false, 0, c, 1, m, k, workspace); // Ct = Bt.A
  else multiply(a, FLOAT_BYTES, aRowBytes, b, bRowBytes, false, 0, c, m, n, k, workspace);
}

/** How deep or how high blocks are: about the same, rather than full ones and a small rest. */
function blockSize(size: i32, limit: i32, multiple: i32): i32 {
  if (size <= limit) return size;
  const blocks = (size + limit - 1) / limit;
  return ((size + blocks - 1) / blocks + multiple - 1) / multiple * multiple;
}

/**
 * C = A.B + bias, one block of the depth after another; C is the first one, and the others are added.
 *
 * @param a A(i, kk) is at a + i * aRowBytes + kk * aDepthBytes; one of the two strides is FLOAT_BYTES
 * @param b [k, n], or [n, k] if isTransposed
 * @param bias [n], or 0 for none
 */
function multiply(a: usize, aRowBytes: usize, aDepthBytes: usize, b: usize, bRowBytes: usize, isTransposed: bool,
  bias: usize, c: usize, m: i32, n: i32, k: i32, workspace: usize): void {
  const blockDepth = blockSize(k, DEPTH_BLOCK, STREAM_DEPTH);
  const bDepthBytes = isTransposed ? FLOAT_BYTES : bRowBytes;
  let adds = 0;
  do {
    const depth = min(blockDepth, k);
    if (m < LOW_ROWS) {
      for (let row = 0, at = a, to = c; row < m; row++, at += aRowBytes, to += <usize>n * FLOAT_BYTES) {
        multiplyRow(at, aDepthBytes, b, bDepthBytes, bias, to, n, depth, adds, workspace);
      }
    } else {
      multiplyBlock(a, aRowBytes, aDepthBytes, b, bRowBytes, isTransposed, bias, c, m, n, depth, adds, workspace);
    }
    a += <usize>depth * aDepthBytes;
    b += <usize>depth * bDepthBytes;
    bias = 0;
    adds = 1;
    k -= depth;
  } while (k > 0);
}

/**
 * Rows in tiles of six: the others make tiles of four, and a last one of which fewer are wanted. The plain build
 * has none, because a product on its way to a sum takes a register too, and four rows reach its peak.
 */
// @ts-ignore: decorator
@inline
function tallRows(rows: i32, depth: i32): i32 {
  if (!ASC_FEATURE_RELAXED_SIMD || depth < TALL_DEPTH) return 0;
  const tall = rows - rows % TALL_ROWS;
  const left = rows - tall;
  // Two tiles of four hold 7 or 8 rows, and three hold 11, in less time than one of six and the others.
  return tall && (left == 1 || left == 2 || left == 5) ? tall - TALL_ROWS : tall;
}

/** C = bias + A.B, or C += A.B, for one block of the depth: packs what is worth it, and runs the inner loops. */
function multiplyBlock(a: usize, aRowBytes: usize, aDepthBytes: usize, b: usize, bRowBytes: usize, isTransposed: bool,
  bias: usize, c: usize, m: i32, n: i32, depth: i32, adds: i32, workspace: usize): void {
  const cRowBytes = <usize>n * FLOAT_BYTES;
  const packsA = aDepthBytes != FLOAT_BYTES && depth >= PACK_A_DEPTH && n >= PACK_A_COLUMNS;
  const packsB = isTransposed || (m >= PACK_B_ROWS && <usize>depth * bRowBytes > PACK_B_BYTES);
  const aside = workspace + PANEL_BYTES, tiles = aside + ASIDE_BYTES;
  const tileBytes = packsA ? <usize>depth * TILE_DEPTH_BYTES : 0;
  const columnBlock = packsB ? PANEL_COLUMNS : n;
  const rowBlock = blockSize(m, ROW_BLOCK, TALL_ROWS);
  for (let row = 0; row < m; row += rowBlock) {
    const rows = min(rowBlock, m - row);
    const tall = tallRows(rows, depth);
    let aBlock = a + <usize>row * aRowBytes;
    if (packsA) {
      packTilesTransposed(aBlock, aDepthBytes, tiles, TALL_ROWS, tall, depth);
      packTilesTransposed(aBlock + <usize>tall * aRowBytes, aDepthBytes, tiles + <usize>(tall / TALL_ROWS) * tileBytes,
        LOW_ROWS, rows - tall, depth);
      aBlock = tiles;
    }
    for (let column = 0; column < n; column += columnBlock) {
      const columns = min(columnBlock, n - column);
      const columnBytes = <usize>column * FLOAT_BYTES;
      let panel = isTransposed ? b + <usize>column * bRowBytes : b + columnBytes;
      if (packsB) {
        if (isTransposed) packPanelTransposed(panel, bRowBytes, workspace, columns, depth);
        else packPanel(panel, bRowBytes, workspace, columns, depth);
        panel = workspace;
      }
      // Six rows are not worth while for the last one to four columns, unless A is packed in sixes.
      const left = columns & (TILE_COLUMNS - 1);
      const last = tall && !packsA && left <= LANES ? left : 0;
      const to = c + <usize>row * cRowBytes + columnBytes;
      const panelRowBytes = packsB ? PANEL_ROW_BYTES : bRowBytes;
      if (columns > last) {
        multiplyColumns(aBlock, aRowBytes, packsA ? TILE_DEPTH_BYTES : aDepthBytes, tileBytes, panel, panelRowBytes,
          bias ? bias + columnBytes : 0, to, cRowBytes, rows, tall, columns - last, depth, adds, aside);
      }
      if (last) {
        const bytes = <usize>(columns - last) * FLOAT_BYTES;
        multiplyColumns(aBlock, aRowBytes, aDepthBytes, 0, panel + bytes, panelRowBytes,
          bias ? bias + columnBytes + bytes : 0, to + bytes, cRowBytes, rows, 0, last, depth, adds, aside);
      }
    }
  }
}

/**
 * C[rows, columns] = bias + A.B, or C += A.B, with nothing left to pack.
 *
 * @param aTileBytes bytes of a packed tile, or 0 if A is as it was
 * @param tall how many of the rows make tiles of six
 */
function multiplyColumns(a: usize, aRowBytes: usize, aDepthBytes: usize, aTileBytes: usize, b: usize, bDepthBytes: usize,
  bias: usize, c: usize, cRowBytes: usize, rows: i32, tall: i32, columns: i32, depth: i32, adds: i32,
  aside: usize): void {
  if (tall) {
    const tileBytes = aTileBytes ? aTileBytes : <usize>TALL_ROWS * aRowBytes;
    multiplyTallTiles(a, tileBytes, aRowBytes, aDepthBytes, b, bDepthBytes, bias, c, cRowBytes, tall, columns, depth,
      adds, aside);
    a += <usize>(tall / TALL_ROWS) * tileBytes;
    c += <usize>tall * cRowBytes;
    rows -= tall;
  }
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

/** The tiles of six rows. All columns pass by a tile of A while it is in the nearest cache. */
function multiplyTallTiles(a: usize, tileBytes: usize, aRowBytes: usize, aDepthBytes: usize, b: usize, bDepthBytes: usize,
  bias: usize, c: usize, cRowBytes: usize, rows: i32, columns: i32, depth: i32, adds: i32, aside: usize): void {
  for (; rows > 0; rows -= TALL_ROWS, a += tileBytes, c += <usize>TALL_ROWS * cRowBytes) {
    for (let column = 0; column < columns; column += TILE_COLUMNS) {
      const offset = <usize>column * FLOAT_BYTES;
      const from = bias ? bias + offset : 0;
      if (columns - column >= TILE_COLUMNS) {
        multiplyTallTile(a, aRowBytes, aDepthBytes, b + offset, bDepthBytes, from, c + offset, cRowBytes, depth, adds);
      } else {
        multiplyTallTile(a, aRowBytes, aDepthBytes, b + offset, bDepthBytes, from, aside, ASIDE_ROW_BYTES, depth, 0);
        storeRows(aside, c + offset, cRowBytes, TALL_ROWS, columns - column, adds);
      }
    }
  }
}
