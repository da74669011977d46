// Reads the file format of MNIST: http://yann.lecun.com/exdb/mnist describes it.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const UNSIGNED_BYTE = 8;

/**
 * Reads a gzipped IDX file of unsigned bytes.
 *
 * @param {string | URL} file
 * @returns {{ shape: number[], values: Uint8Array }} the values are row-major
 */
export function readIdx(file) {
  const bytes = gunzipSync(readFileSync(file));
  const [zero, alsoZero, type, rank] = bytes;
  if (zero !== 0 || alsoZero !== 0 || type !== UNSIGNED_BYTE) {
    throw new Error(`${file} is no IDX file of unsigned bytes`);
  }
  const shape = Array.from({ length: rank }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const values = new Uint8Array(bytes.subarray(4 + 4 * rank));
  const expected = shape.reduce((product, length) => product * length, 1);
  if (values.length !== expected) {
    throw new Error(`${file} holds ${values.length} values where its header says ${expected}`);
  }
  return { shape, values };
}
