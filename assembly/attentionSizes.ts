/**
 * What attention is made of: its sizes and masks. The numbers lie in memory, at the front of scratch memory, since they are
 * too many to hand on from function to function.
 */
import { FLOAT_BYTES } from "./simd";

/** Sizes are elements; masks are addresses, or 0 for none, of numbers of which 0 hides and all others show. */
@unmanaged
export class Attention {
  heads: i32;
  /** Steps of the sequence that asks. */
  targets: i32;
  /** Steps of the sequence that it asks. */
  sources: i32;
  /** Values of a query or key in one head. */
  keyDim: i32;
  /** Values of a value in one head. */
  valueDim: i32;
  /** Whether target t sees the sources up to t alone. */
  isCausal: i32;
  /** Whether a target that may see nothing takes the mean of all values, rather than zeros. */
  averagesAll: i32;
  /** Rows of attentionMask for each sample: targets, or 1 that counts for all of them. */
  maskTargets: i32;
  /** [samples, maskTargets, sources]. */
  attentionMask: usize;
  /** [samples, targets]. */
  queryMask: usize;
  /** [samples, sources]. */
  keyMask: usize;
  /** [samples, sources]. */
  valueMask: usize;
}

/** Bytes that these numbers take. */
// @ts-ignore: decorator
@inline export const ATTENTION_BYTES: usize = 64;

/** The floats that attention needs aside: its sizes, the mask of a sample and two tiles of scores. */
export function attentionScratchFloats(targets: i32, sources: i32): i32 {
  return <i32>(ATTENTION_BYTES / FLOAT_BYTES) + 3 * targets * sources;
}

/**
 * Writes sizes down.
 *
 * @param scratch attentionScratchFloats(targets, sources) floats, of which ATTENTION_BYTES are overwritten
 */
export function describeAttention(scratch: usize, heads: i32, targets: i32, sources: i32, keyDim: i32, valueDim: i32,
  isCausal: i32, averagesAll: i32): void {
  const w = changetype<Attention>(scratch);
  w.heads = heads;
  w.targets = targets;
  w.sources = sources;
  w.keyDim = keyDim;
  w.valueDim = valueDim;
  w.isCausal = isCausal;
  w.averagesAll = averagesAll;
  describeAttentionMasks(scratch, 0, 0, 0, 0, 0);
}

/**
 * Writes down where masks are.
 *
 * @param scratch what describeAttention has written
 * @param attentionMask [samples, maskTargets, sources], or 0
 * @param maskTargets targets or 1
 * @param queryMask [samples, targets], or 0
 * @param keyMask [samples, sources], or 0
 * @param valueMask [samples, sources], or 0
 */
export function describeAttentionMasks(scratch: usize, attentionMask: usize, maskTargets: i32, queryMask: usize,
  keyMask: usize, valueMask: usize): void {
  const w = changetype<Attention>(scratch);
  w.attentionMask = attentionMask;
  w.maskTargets = maskTargets;
  w.queryMask = queryMask;
  w.keyMask = keyMask;
  w.valueMask = valueMask;
}

/** Whether something beside the order of steps hides sources. */
// @ts-ignore: decorator
@inline export function hasMasks(w: Attention): bool {
  return (w.attentionMask | w.queryMask | w.keyMask | w.valueMask) != 0;
}
