// The mark in a file of kernels: a custom section at its end that says which family, which build and which version of
// the package it is, so that `useKernels` can tell what it is given.

const NAME = "lanegrad";
const CUSTOM = 0;

/** A number with seven bits in a byte, the lowest first. */
function leb128(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...leb128(value >>> 7)];
}

function section(text) {
  const content = Buffer.from([...leb128(NAME.length), ...Buffer.from(NAME + text)]);
  return Buffer.from([CUSTOM, ...leb128(content.length), ...content]);
}

/** The bytes of a module without its mark, if it ends with one. */
export function unmarked(bytes) {
  const start = bytes.lastIndexOf(Buffer.from([NAME.length, ...Buffer.from(NAME)]));
  if (start < 0) return bytes;
  const text = bytes.subarray(start + 1 + NAME.length).toString();
  const mark = section(text);
  return bytes.subarray(-mark.length).equals(mark) ? bytes.subarray(0, -mark.length) : bytes;
}

/** The bytes of a module with a mark, in place of one that it may have. */
export function marked(bytes, text) {
  return Buffer.concat([unmarked(bytes), section(text)]);
}
