/**
 * A few bytes below everything that is ever allocated, where kernels put the last 1 to 3 elements of a tensor, so that
 * the loop over whole vectors can take them too: a second copy of its body would double the code. Nothing there
 * outlives a call.
 */
import { loadTail, storeTail } from "./simd";

/** Room for a vector. Addresses below 1024 belong to no block (src/runtime/memory.ts). */
// @ts-ignore: decorator
@inline export const SPARE: usize = 128;

/** Room for another. */
// @ts-ignore: decorator
@inline export const SECOND_SPARE: usize = 144;

/** Copies 1 to 3 floats to a spare vector, whose other lanes become 0. */
export function spareTail(spare: usize, x: usize, count: i32): void {
  v128.store(spare, loadTail(x, count));
}

/** Copies 1 to 3 floats back from the first spare vector. */
export function takeSpareTail(y: usize, count: i32): void {
  storeTail(y, v128.load(SPARE), count);
}
