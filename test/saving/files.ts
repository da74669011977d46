// Safetensors files put together by hand for tests.

/** A file with this header, as it is, and so many bytes of data, all different from 0. */
export function fileWith(header: unknown, dataBytes = 0): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  return fileOfBytes(new TextEncoder().encode(text), dataBytes);
}

/** A file with this header in bytes, and so many bytes of data. */
export function fileOfBytes(header: Uint8Array, dataBytes = 0): Uint8Array {
  const file = new Uint8Array(8 + header.length + dataBytes).fill(1);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  return file;
}

/** What the header says about a tensor of 32-bit floats. */
export function entry(shape: unknown, dataOffsets: unknown, dtype: unknown = "F32"): object {
  return { dtype, shape, data_offsets: dataOffsets };
}
