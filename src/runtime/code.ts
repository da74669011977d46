// From the text that a program carries to the bytes of a wasm module.

interface Host {
  Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
  Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
}

/** The bytes of a text in base64, by the fastest means there is: the last takes ten times as long as the others. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const { Uint8Array: Bytes, Buffer } = globalThis as unknown as Host;
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(text);
  if (Buffer !== undefined) return Buffer.from(text, "base64");
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/**
 * Makes bytes of others and a patch, which is written by `scripts/patch.js`: the length of the result, then in turns
 * how many bytes stand in the patch itself, these, how far the place to copy from has moved, and how many bytes to
 * copy from there. Numbers have seven bits in a byte, the lowest first; a move has its sign in its lowest bit.
 */
export function applyPatch(base: Uint8Array, patch: Uint8Array): Uint8Array<ArrayBuffer> {
  let position = 0;
  const next = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = patch[position++];
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const bytes = new Uint8Array(next());
  let from = 0;
  for (let to = 0; to < bytes.length;) {
    const written = next();
    bytes.set(patch.subarray(position, position + written), to);
    position += written;
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
