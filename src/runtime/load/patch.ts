// One build of a family is carried whole, the other as what differs.
import { numberReader } from "./numbers.js";

/** A family of kernels as two texts: its plain build, and what makes the relaxed one of it. */
export interface BothBuilds {
  simd: string;
  relaxedPatch: string;
}

/**
 * Makes bytes of others and a patch, which is written by `scripts/build/patch.js`: the length of the result, then in turns
 * how many bytes stand in the patch itself, these, how far the place to copy from has moved, and how many bytes to
 * copy from there. Numbers have seven bits in a byte, the lowest first; a move has its sign in its lowest bit.
 */
export function applyPatch(base: Uint8Array, patch: Uint8Array): Uint8Array<ArrayBuffer> {
  const reader = numberReader(patch);
  const { next } = reader;
  const bytes = new Uint8Array(next());
  let from = 0;
  for (let to = 0; to < bytes.length;) {
    const written = next();
    bytes.set(patch.subarray(reader.position, reader.position + written), to);
    reader.position += written;
    to += written;
    const move = next();
    from += written + ((move >>> 1) ^ -(move & 1));
    const copied = next();
    bytes.set(base.subarray(from, from + copied), to);
    from += copied;
    to += copied;
  }
  return bytes;
}
