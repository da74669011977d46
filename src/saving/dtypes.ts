// Elements of safetensors files, always little-endian, to and from 32-bit floats.

/** Whether this machine keeps numbers as the file does, lowest byte first. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** How the elements of one kind of tensor are stored. */
export interface Dtype {
  /** Bytes of one element. */
  readonly elementBytes: number;
  /** Makes an array of what the bytes hold; the bytes may lie at any address. */
  read(bytes: Uint8Array): Float32Array;
}

/** The kinds of elements that can be read, by their names in files. */
export const DTYPES: Readonly<Record<string, Dtype>> = {
  F32: { elementBytes: 4, read: (bytes) => readFloat32(bytes) },
  F64: { elementBytes: 8, read: readFloat64 },
  F16: { elementBytes: 2, read: readFloat16 },
  BF16: { elementBytes: 2, read: readBfloat16 },
};

/**
 * Writes 32-bit floats, bit for bit.
 *
 * @param target where the file's bytes go; at least 4 * values.length of them from `offset` on
 * @param offset the first byte to write; any, aligned or not
 */
export function writeFloat32(
  values: Float32Array,
  target: Uint8Array,
  offset: number,
  isLittleEndian = IS_LITTLE_ENDIAN,
): void {
  if (isLittleEndian) {
    target.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), offset);
    return;
  }
  const view = viewOf(target);
  for (let i = 0; i < values.length; i++) view.setFloat32(offset + 4 * i, values[i], true);
}

/** Reads 32-bit floats, bit for bit. */
export function readFloat32(bytes: Uint8Array, isLittleEndian = IS_LITTLE_ENDIAN): Float32Array {
  const values = new Float32Array(bytes.length / 4);
  if (isLittleEndian) {
    new Uint8Array(values.buffer).set(bytes);
    return values;
  }
  const view = viewOf(bytes);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat32(4 * i, true);
  return values;
}

/** Reads 64-bit floats, each rounded to the nearest 32-bit one; beyond its range to an infinity. */
function readFloat64(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  const values = new Float32Array(bytes.length / 8);
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(8 * i, true);
  return values;
}

/** Reads IEEE 754 half-precision floats; all of them are 32-bit floats too. */
function readFloat16(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  const values = new Float32Array(bytes.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = numberOfHalf(view.getUint16(2 * i, true));
  return values;
}

/** The number that 16 bits stand for: a sign, 5 bits of exponent (bias 15), 10 bits of fraction. */
function numberOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  // In units of 2^-25, which are whole numbers; without exponent there is no leading 1.
  const units = exponent === 0 ? 2 * fraction : (1024 + fraction) * (1 << exponent);
  return (sign * units) / 33_554_432;
}

/** Reads bfloat16, which is the upper half of a 32-bit float. */
function readBfloat16(bytes: Uint8Array): Float32Array {
  const view = viewOf(bytes);
  const words = new Uint32Array(bytes.length / 2);
  for (let i = 0; i < words.length; i++) words[i] = view.getUint16(2 * i, true) << 16;
  return new Float32Array(words.buffer);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
