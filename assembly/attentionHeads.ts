/**
 * Scaled dot-product attention (Vaswani et al. 2017, Attention Is All You Need; Keras's MultiHeadAttention) without the
 * projections before and after it. For each sample and head
 *
 *   P = softmax of Q.Kt / sqrt(keyDim) over the sources that a target may see
 *   O = dropout(P).V
 *
 * with Q [targets, keyDim], K [sources, keyDim], V [sources, valueDim]. The heads of a step lie side by side, as the
 * projections leave them, so the products have strides and nothing is copied: q is [samples, targets, heads, keyDim], k
 * [samples, sources, heads, keyDim], v [samples, sources, heads, valueDim], o [samples, targets, heads, valueDim], and p
 * [samples, heads, targets, sources]. One head of one sample is done at a time, so its tile of scores stays in a near cache.
 */
import { maskOfSample, softmaxSeen, softmaxSeenBackward } from "./attentionRows";
import { ATTENTION_BYTES, Attention, hasMasks } from "./attentionSizes";
import { multiply } from "./gemm";
import { multiplyByTransposed } from "./gemmTransposed";
import { dropout } from "./random";
import { addInPlace } from "./reduce";
import { FLOAT_BYTES } from "./simd";
import { threefry } from "./threefry";

/** Where the order of steps hides half of the scores, products leave them out this many rows at a time: 16 to 48 are alike. */
// @ts-ignore: decorator
@inline const CAUSAL_ROWS: i32 = 24;

/** Rows of a tile that a product takes at a time: all, unless it can leave out what comes later. */
// @ts-ignore: decorator
@inline function rowsAtATime(w: Attention, mask: usize): i32 {
  return w.isCausal && !mask && w.sources <= w.targets ? CAUSAL_ROWS : max(w.targets, w.sources);
}

/** How many sources the targets before `end` may see. All of them see every source unless it is fewer. */
// @ts-ignore: decorator
@inline function reachBefore(w: Attention, end: i32): i32 {
  return end < w.targets ? min(w.sources, end) : w.sources;
}

/** C [targets, sources] = A.Bt, for rows of A and B of `depth` values; what comes later is not computed. */
function multiplySteps(w: Attention, a: usize, aRowBytes: usize, b: usize, bRowBytes: usize, c: usize, depth: i32,
  step: i32, workspace: usize): void {
  const cRowBytes = <usize>w.sources * FLOAT_BYTES;
  for (let row = 0; row < w.targets; row += step) {
    const rows = min(step, w.targets - row);
    multiplyByTransposed(a + <usize>row * aRowBytes, aRowBytes, b, bRowBytes, c + <usize>row * cRowBytes, cRowBytes, rows,
      reachBefore(w, row + rows), depth, workspace);
  }
}

/** C [targets, columns] = P.B for a tile P and B [sources, columns]. */
function multiplySources(w: Attention, p: usize, b: usize, bRowBytes: usize, c: usize, cRowBytes: usize, columns: i32,
  step: i32, workspace: usize): void {
  const pRowBytes = <usize>w.sources * FLOAT_BYTES;
  for (let row = 0; row < w.targets; row += step) {
    const rows = min(step, w.targets - row);
    multiply(p + <usize>row * pRowBytes, pRowBytes, FLOAT_BYTES, b, bRowBytes, false, 0, c + <usize>row * cRowBytes,
      cRowBytes, rows, columns, reachBefore(w, row + rows), 0, workspace);
  }
}

/** C [sources, columns] = Pt.B for a tile P and B [targets, columns]. */
function multiplyTargets(w: Attention, p: usize, b: usize, bRowBytes: usize, c: usize, cRowBytes: usize, columns: i32,
  step: i32, workspace: usize): void {
  const pRowBytes = <usize>w.sources * FLOAT_BYTES;
  for (let row = 0; row < w.sources; row += step) {
    // Where a step leaves something out, the first target that sees a source is that of the same place.
    multiply(p + <usize>row * (pRowBytes + FLOAT_BYTES), FLOAT_BYTES, pRowBytes, b + <usize>row * bRowBytes, bRowBytes,
      false, 0, c + <usize>row * cRowBytes, cRowBytes, min(step, w.sources - row), columns, w.targets - row, 0, workspace);
  }
}

/** y = dropout(x) for one tile, with a mask of its own. */
function dropTile(x: usize, y: usize, count: i32, tile: i32, rate: f32, key0: u32, key1: u32, step: u32): void {
  const key = threefry(tile, step, key0, key1);
  dropout(x, y, count, rate, <u32>key, <u32>(key >> 32), 0);
}

/**
 * o = dropout(P).V and P, as above.
 *
 * @param scratch attentionScratchFloats(...) floats that begin with what describeAttention has written
 * @param p where P is left, before dropout, or 0 if nobody needs it
 * @param o overwritten
 * @param rate of dropout; its masks are a function of the key, step, sample and head
 * @param workspace workspaceBytes() bytes
 */
export function attentionForward(scratch: usize, q: usize, k: usize, v: usize, p: usize, o: usize, samples: i32,
  rate: f32, key0: u32, key1: u32, step: u32, workspace: usize): void {
  const w = changetype<Attention>(scratch);
  const keyBytes = <usize>w.keyDim * FLOAT_BYTES, valueBytes = <usize>w.valueDim * FLOAT_BYTES;
  const keyRow = <usize>w.heads * keyBytes, valueRow = <usize>w.heads * valueBytes;
  const tileSize = w.targets * w.sources;
  const tileBytes = <usize>tileSize * FLOAT_BYTES;
  const mask = hasMasks(w) ? scratch + ATTENTION_BYTES : 0;
  const tile = scratch + ATTENTION_BYTES + tileBytes, aside = tile + tileBytes;
  const rows = rowsAtATime(w, mask);
  for (let sample = 0; sample < samples; sample++) {
    if (mask) maskOfSample(w, sample, mask);
    const target = <usize>(sample * w.targets), source = <usize>(sample * w.sources);
    for (let head = 0; head < w.heads; head++) {
      const index = sample * w.heads + head;
      const ofKeys = <usize>head * keyBytes, ofValues = <usize>head * valueBytes;
      const scores = p ? p + <usize>index * tileBytes : tile;
      multiplySteps(w, q + target * keyRow + ofKeys, keyRow, k + source * keyRow + ofKeys, keyRow, scores, w.keyDim,
        rows, workspace);
      softmaxSeen(w, scores, mask);
      if (rate > 0) dropTile(scores, aside, tileSize, index, rate, key0, key1, step);
      multiplySources(w, rate > 0 ? aside : scores, v + source * valueRow + ofValues, valueRow,
        o + target * valueRow + ofValues, valueRow, w.valueDim, rows, workspace);
    }
  }
}

/**
 * The gradients of attentionForward.
 *
 * @param scratch as there, described anew
 * @param p what attentionForward has left
 * @param dO the shape of o, or 0 if nobody uses it
 * @param dP the shape of p, what others than o say about it, or 0
 * @param dQ the shape of q, overwritten, or 0 if it is not wanted
 * @param dK the shape of k, overwritten, or 0
 * @param dV the shape of v, overwritten, or 0
 */
export function attentionBackward(scratch: usize, q: usize, k: usize, v: usize, p: usize, dO: usize, dP: usize,
  dQ: usize, dK: usize, dV: usize, samples: i32, rate: f32, key0: u32, key1: u32, step: u32, workspace: usize): void {
  const w = changetype<Attention>(scratch);
  const keyBytes = <usize>w.keyDim * FLOAT_BYTES, valueBytes = <usize>w.valueDim * FLOAT_BYTES;
  const keyRow = <usize>w.heads * keyBytes, valueRow = <usize>w.heads * valueBytes;
  const tileSize = w.targets * w.sources;
  const tileBytes = <usize>tileSize * FLOAT_BYTES;
  const mask = hasMasks(w) ? scratch + ATTENTION_BYTES : 0;
  const tile = scratch + ATTENTION_BYTES + tileBytes, aside = tile + tileBytes;
  const rows = rowsAtATime(w, mask);
  if (dV && !dO) memory.fill(dV, 0, <usize>(samples * w.sources) * valueRow);
  for (let sample = 0; sample < samples; sample++) {
    if (mask) maskOfSample(w, sample, mask);
    const target = <usize>(sample * w.targets), source = <usize>(sample * w.sources);
    for (let head = 0; head < w.heads; head++) {
      const index = sample * w.heads + head;
      const targetKeys = target * keyRow + <usize>head * keyBytes, sourceKeys = source * keyRow + <usize>head * keyBytes;
      const sourceValues = source * valueRow + <usize>head * valueBytes;
      const dTarget = dO + target * valueRow + <usize>head * valueBytes;
      const scores = p + <usize>index * tileBytes;
      if (dV && dO) {
        if (rate > 0) dropTile(scores, aside, tileSize, index, rate, key0, key1, step);
        multiplyTargets(w, rate > 0 ? aside : scores, dTarget, valueRow, dV + sourceValues, valueRow, w.valueDim, rows,
          workspace);
      }
      if (!(dQ | dK)) continue;
      if (dO) multiplySteps(w, dTarget, valueRow, v + sourceValues, valueRow, tile, w.valueDim, rows, workspace);
      else memory.fill(tile, 0, tileBytes);
      if (rate > 0) dropTile(tile, tile, tileSize, index, rate, key0, key1, step);
      if (dP) addInPlace(tile, dP + <usize>index * tileBytes, tileSize);
      softmaxSeenBackward(w, scores, tile, mask);
      if (dQ) multiplySources(w, tile, k + sourceKeys, keyRow, dQ + targetKeys, keyRow, w.keyDim, rows, workspace);
      if (dK) multiplyTargets(w, tile, q + targetKeys, keyRow, dK + sourceKeys, keyRow, w.keyDim, rows, workspace);
    }
  }
}
