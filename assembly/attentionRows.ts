/**
 * The rows of a tile of scores [targets, sources], those of one head of one sample: masks, the softmax of what may be seen,
 * and its gradient.
 */
import { Attention } from "./attentionSizes";
import { softmaxScaled, softmaxScaledBackward } from "./attentionSoftmax";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";

/** Where `seen` is set and the numbers of a mask are not 0. */
function alsoSeen(seen: v128, mask: usize, lanes: i32): v128 {
  return v128.and(seen, f32x4.ne(loadLanes(mask, lanes), f32x4.splat(0)));
}

/**
 * All bits set where a target of a sample may see a source, else none: that it must not come later (if isCausal), and
 * that no mask hides either of them.
 *
 * @param tile [targets, sources] of 32 bits, overwritten
 */
export function maskOfSample(w: Attention, sample: i32, tile: usize): void {
  const sources = w.sources;
  const firstSource = <usize>(sample * sources) * FLOAT_BYTES;
  for (let target = 0; target < w.targets; target++) {
    const maskRow = w.maskTargets == 1 ? sample : sample * w.targets + target;
    let attention = w.attentionMask + <usize>(maskRow * sources) * FLOAT_BYTES;
    const asks = !w.queryMask || load<f32>(w.queryMask + <usize>(sample * w.targets + target) * FLOAT_BYTES) != 0;
    const last = i32x4.splat(!asks ? -1 : w.isCausal ? target : sources);
    let keys = w.keyMask + firstSource, values = w.valueMask + firstSource;
    let places = i32x4(0, 1, 2, 3);
    for (let left = sources; left > 0; left -= LANES) {
      const lanes = min(left, LANES);
      let seen = i32x4.le_s(places, last);
      if (w.attentionMask) seen = alsoSeen(seen, attention, lanes);
      if (w.keyMask) seen = alsoSeen(seen, keys, lanes);
      if (w.valueMask) seen = alsoSeen(seen, values, lanes);
      storeLanes(tile, seen, lanes);
      tile += <usize>lanes * FLOAT_BYTES;
      attention += VECTOR_BYTES;
      keys += VECTOR_BYTES;
      values += VECTOR_BYTES;
      places = i32x4.add(places, i32x4.splat(LANES));
    }
  }
}

/** Whether a row of a mask hides everything. */
function hidesAll(mask: usize, columns: i32): bool {
  let any = i32x4.splat(0);
  for (let left = columns; left > 0; left -= LANES, mask += VECTOR_BYTES)
    any = v128.or(any, loadLanes(mask, min(left, LANES)));
  return !v128.any_true(any);
}

/** x = hidden where the mask is 0. */
function hide(x: usize, mask: usize, columns: i32, hidden: f32): void {
  for (let left = columns; left > 0; left -= LANES, x += VECTOR_BYTES, mask += VECTOR_BYTES) {
    const lanes = min(left, LANES);
    storeLanes(x, v128.bitselect(loadLanes(x, lanes), f32x4.splat(hidden), loadLanes(mask, lanes)), lanes);
  }
}

/** x = 0 from a column on. A fill of nothing is still a call, which takes a fifth of the time of the softmax of 64 scores. */
// @ts-ignore: decorator
@inline function clearFrom(x: usize, column: i32, columns: i32): void {
  const offsetBytes = <usize>column * FLOAT_BYTES;
  if (column < columns) memory.fill(x + offsetBytes, 0, <usize>(columns - column) * FLOAT_BYTES);
}

/** How many sources from the first on a target may see, as far as the order of steps says so. */
// @ts-ignore: decorator
@inline function reachOf(w: Attention, target: i32, mask: usize): i32 {
  return w.isCausal && !mask ? min(w.sources, target + 1) : w.sources;
}

/** 1 / sqrt(keyDim). */
// @ts-ignore: decorator
@inline function scaleOf(w: Attention): f32 {
  return <f32>(1 / sqrt<f64>(w.keyDim));
}

/**
 * p[t] = softmax of p[t] / sqrt(keyDim) over the sources that target t may see, and 0 for the others (Vaswani et al. 2017).
 * Where it may see none, p[t] is 1 / sources everywhere if averagesAll, which is what scores that are all the same large
 * negative number give, else 0.
 *
 * @param p [targets, sources], products of queries and keys; overwritten
 * @param mask [targets, sources], what maskOfSample has written, or 0 if there is none but that of isCausal
 */
export function softmaxSeen(w: Attention, p: usize, mask: usize): void {
  const sources = w.sources;
  const rowBytes = <usize>sources * FLOAT_BYTES;
  const scale = scaleOf(w);
  const mean = w.averagesAll ? <f32>(1 / <f64>sources) : 0;
  for (let target = 0; target < w.targets; target++, p += rowBytes) {
    const reach = reachOf(w, target, mask);
    if (mask && hidesAll(mask, sources)) {
      for (let at: usize = 0; at < rowBytes; at += FLOAT_BYTES) store<f32>(p + at, mean);
    } else {
      if (mask) hide(p, mask, reach, -Infinity);
      softmaxScaled(p, reach, scale);
      clearFrom(p, reach, sources);
    }
    if (mask) mask += rowBytes;
  }
}

/**
 * The gradient of what softmaxSeen was given: dS = p (dP - sum of p dP) / sqrt(keyDim) where a target may see a source, else
 * 0.
 *
 * @param p [targets, sources], the result of softmaxSeen
 * @param dP [targets, sources], overwritten by dS; what the order of steps hides is not read
 * @param mask as in softmaxSeen
 */
export function softmaxSeenBackward(w: Attention, p: usize, dP: usize, mask: usize): void {
  const rowBytes = <usize>w.sources * FLOAT_BYTES;
  const scale = scaleOf(w);
  for (let target = 0; target < w.targets; target++, p += rowBytes, dP += rowBytes) {
    const reach = reachOf(w, target, mask);
    softmaxScaledBackward(p, dP, reach, scale);
    if (mask) hide(dP, mask, reach, 0);
    clearFrom(dP, reach, w.sources);
    if (mask) mask += rowBytes;
  }
}
