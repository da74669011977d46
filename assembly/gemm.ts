/**
 * Matrix products: C = A.B, and the two with a transposed operand that training needs. All matrices
 * are float32 and row-major.
 *
 * The depth is cut into blocks. A block of B is packed in panels of sixteen columns; where the rows of A are many, 512
 * columns of it (512 KB) stay in the second-level cache while the rows pass by, six at a time, which take 6 KB of the
 * nearest one. Else one panel (16 KB) stays in the nearest cache while all rows pass by. The inner loops
 * (gemmBlock.ts, gemmKernel.ts) take strides, so A.B, A.Bt and At.B differ only in the strides and in what is packed
 * (gemmPack.ts) before. A product with one column, or one to three rows, is a matter of its own (gemmRow.ts).
 *
 * An element of C is the sum of the sums of its blocks; the bias is the first term of the first one. So a row
 * of A.B has the same bits whether it is computed alone or in a batch, and the error grows with the depth of
 * a block, not with the depth of the product.
 *
 * After Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication (2008), with B in the part that A
 * has there: so the rows of C are passed along, not across.
 */
import { multiplyRows } from "./gemmBlock";
import { LOW_ROWS, TALL_ROWS } from "./gemmKernel";
import {
  PANEL_COLUMNS,
  PANEL_ROW_BYTES,
  TILE_DEPTH_BYTES,
  packPanels,
  packTilesTransposed,
  packedPanelBytes,
} from "./gemmPack";
import { ROW_ASIDE_BYTES, STREAM_DEPTH, multiplyColumn, multiplyRow } from "./gemmRow";
import { FLOAT_BYTES, isFused } from "./simd";

/** Depth of a block: a panel of it takes 16 KB, and six rows of A take 6 KB, of a cache of 32 KB or more. */
// @ts-ignore: decorator
@inline const DEPTH_BLOCK: i32 = 256;

/**
 * Columns of a block of B: 512 KB at full depth, packed once, within a second-level cache while all rows pass by.
 * Packed again for each 528 rows of A, panel after panel, 1024 cubed was 5 to 21 % slower. Half as many columns were
 * up to 4 % slower there, twice as many no faster.
 */
// @ts-ignore: decorator
@inline const COLUMN_BLOCK: i32 = 512;

/** Rows of a block of A, 192 KB at full depth, that stay near while all columns pass by: half and twice are as fast. */
// @ts-ignore: decorator
@inline const ROW_BLOCK: i32 = 32 * TALL_ROWS;

/** The same where nothing is packed, because B takes no more than 32 KB or is read by few rows. */
// @ts-ignore: decorator
@inline const LONG_ROW_BLOCK: i32 = 88 * TALL_ROWS;

/** Tiles of six rows are used from this depth on: below, a call for each costs more than it wins. */
// @ts-ignore: decorator
@inline const TALL_DEPTH: i32 = 32;

// @ts-ignore: decorator
@inline const PANELS_BYTES: usize = <usize>(COLUMN_BLOCK / PANEL_COLUMNS * DEPTH_BLOCK) * PANEL_ROW_BYTES;

/** What the kernels put elsewhere than in C: a tile, or a piece of a row or two. */
// @ts-ignore: decorator
@inline const ASIDE_BYTES: usize = 2 * ROW_ASIDE_BYTES;

/** Tiles of a block of packed A at most: without tiles of six rows all have four. */
// @ts-ignore: decorator
@inline const BLOCK_TILES: i32 = ROW_BLOCK / LOW_ROWS;

/** The tiles of a block, and the end of the last store. */
// @ts-ignore: decorator
@inline const TILES_BYTES: usize = <usize>BLOCK_TILES * <usize>DEPTH_BLOCK * TILE_DEPTH_BYTES + 16;

/** B is packed from this many rows of A on that will read it, ... */
// @ts-ignore: decorator
@inline const PACK_B_ROWS: i32 = 16;

/** ... if a block of it is larger than this: below, it stays in the nearest cache as it is. */
// @ts-ignore: decorator
@inline const PACK_B_BYTES: usize = 32 * 1024;

/** Transposed A is packed from this depth on: below, the cache lines that a tile takes are few, ... */
// @ts-ignore: decorator
@inline const PACK_A_DEPTH: i32 = 64;

/** ... from this many columns of B on that will read it, ... */
// @ts-ignore: decorator
@inline const PACK_A_COLUMNS: i32 = 32;

/** ... if a block of it is larger than this: below, it stays in the nearest cache as it is. */
// @ts-ignore: decorator
@inline const PACK_A_BYTES: usize = 16 * 1024;

/** Bytes that every product needs for packing. */
export function workspaceBytes(): i32 {
  return <i32>(PANELS_BYTES + ASIDE_BYTES + TILES_BYTES);
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
  else multiply(a, aRowBytes, FLOAT_BYTES, b, bRowBytes, false, bias, c, bRowBytes, m, n, k, 0, workspace);
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
    multiply(a, rowBytes, FLOAT_BYTES, b, rowBytes, true, 0, c, <usize>n * FLOAT_BYTES, m, n, k, 0, workspace);
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
  if (n == 1) multiply(b, FLOAT_BYTES, FLOAT_BYTES, a, aRowBytes, false, 0, c, aRowBytes, 1, m, k, 0, workspace); // Ct = Bt.A
  else multiply(a, FLOAT_BYTES, aRowBytes, b, bRowBytes, false, 0, c, bRowBytes, m, n, k, 0, workspace);
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
 * @param b [k, n], or [n, k] if isTransposed, which takes at least LOW_ROWS rows of A
 * @param bias [n], or 0 for none
 * @param adds 0, or 1 for C += A.B
 */
export function multiply(a: usize, aRowBytes: usize, aDepthBytes: usize, b: usize, bRowBytes: usize, isTransposed: bool,
  bias: usize, c: usize, cRowBytes: usize, m: i32, n: i32, k: i32, adds: i32, workspace: usize): void {
  const blockDepth = blockSize(k, DEPTH_BLOCK, STREAM_DEPTH);
  const bDepthBytes = isTransposed ? FLOAT_BYTES : bRowBytes;
  do {
    const depth = min(blockDepth, k);
    if (m < LOW_ROWS) {
      for (let row = 0, at = a, to = c; row < m; row++, at += aRowBytes, to += cRowBytes) {
        multiplyRow(at, aDepthBytes, b, bDepthBytes, bias, to, n, depth, adds, workspace);
      }
    } else {
      multiplyBlock(a, aRowBytes, aDepthBytes, b, bRowBytes, isTransposed, bias, c, cRowBytes, m, n, depth, adds,
        workspace);
    }
    a += <usize>depth * aDepthBytes;
    b += <usize>depth * bDepthBytes;
    bias = 0;
    adds = 1;
    k -= depth;
  } while (k > 0);
}

/**
 * Rows in tiles of six: the others make tiles of four, and a last one of which fewer are wanted. There are none
 * without fused multiply-adds, because a product on its way to a sum takes a register too, and four rows reach the peak.
 */
// @ts-ignore: decorator
@inline
function tallRows(rows: i32, depth: i32): i32 {
  if (depth < TALL_DEPTH || !isFused()) return 0;
  const tall = rows - rows % TALL_ROWS;
  const left = rows - tall;
  // Two tiles of four hold 7 or 8 rows, and three hold 11, in less time than one of six and the others.
  return tall && (left == 1 || left == 2 || left == 5) ? tall - TALL_ROWS : tall;
}

/** C = bias + A.B, or C += A.B, for one block of the depth: packs what is worth it, and runs the inner loops. */
function multiplyBlock(a: usize, aRowBytes: usize, aDepthBytes: usize, b: usize, bRowBytes: usize, isTransposed: bool,
  bias: usize, c: usize, cRowBytes: usize, m: i32, n: i32, depth: i32, adds: i32, workspace: usize): void {
  const packsA = aDepthBytes != FLOAT_BYTES && depth >= PACK_A_DEPTH && n >= PACK_A_COLUMNS &&
    <usize>depth * aDepthBytes > PACK_A_BYTES;
  const packsB = isTransposed || (m >= PACK_B_ROWS && <usize>depth * bRowBytes > PACK_B_BYTES);
  const aside = workspace + PANELS_BYTES, tiles = aside + ASIDE_BYTES;
  const tileBytes = packsA ? <usize>depth * TILE_DEPTH_BYTES : 0;
  const panelBytes = packsB ? packedPanelBytes(depth) : PANEL_ROW_BYTES;
  const rowBlock = blockSize(m, packsA || packsB ? ROW_BLOCK : LONG_ROW_BLOCK, TALL_ROWS);
  // All rows in one block pass by a panel while it is still in the nearest cache.
  const columnBlock = !packsB ? n : m > rowBlock ? blockSize(n, COLUMN_BLOCK, PANEL_COLUMNS) : PANEL_COLUMNS;
  for (let column = 0; column < n; column += columnBlock) {
    const columns = min(columnBlock, n - column);
    const columnBytes = <usize>column * FLOAT_BYTES;
    let panels = isTransposed ? b + <usize>column * bRowBytes : b + columnBytes;
    if (packsB) {
      packPanels(panels, bRowBytes, isTransposed, workspace, columns, depth);
      panels = workspace;
    }
    for (let row = 0; row < m; row += rowBlock) {
      const rows = min(rowBlock, m - row);
      const tall = tallRows(rows, depth);
      let aBlock = a + <usize>row * aRowBytes;
      if (packsA) {
        if (column == 0 || m > rowBlock) {
          packTilesTransposed(aBlock, aDepthBytes, tiles, TALL_ROWS, tall, depth);
          packTilesTransposed(aBlock + <usize>tall * aRowBytes, aDepthBytes,
            tiles + <usize>(tall / TALL_ROWS) * tileBytes, LOW_ROWS, rows - tall, depth);
        }
        aBlock = tiles;
      }
      multiplyRows(aBlock, aRowBytes, packsA ? TILE_DEPTH_BYTES : aDepthBytes, tileBytes, panels,
        packsB ? PANEL_ROW_BYTES : bRowBytes, panelBytes, packsB ? PANEL_COLUMNS : n, bias ? bias + columnBytes : 0,
        c + <usize>row * cRowBytes + columnBytes, cRowBytes, rows, tall, columns, depth, adds, aside);
    }
  }
}
