// Files of tensors in the format of https://github.com/huggingface/safetensors: 8 bytes with the length of
// the header (little-endian), the header (JSON, padded with spaces), the data of the tensors without gaps.
import { LanegradError, show, showShape } from "../errors.js";
import { writeFloat32 } from "./dtypes.js";
import { badTensor, elementCount, isSize, METADATA_KEY, readHeader } from "./header.js";
import type { TensorEntry } from "./header.js";

/** Bytes before the header. */
const LENGTH_BYTES = 8;

/** The longest header, in bytes, that the format's own library reads. */
const LONGEST_HEADER = 100_000_000;

const OPENING_BRACE = 0x7b;

/** A tensor to write. */
export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major; as many as the shape says. */
  readonly values: Float32Array;
}

/** What `writeSafetensors` writes. */
export interface SafetensorsContent {
  readonly metadata: Readonly<Record<string, string>>;
  readonly tensors: readonly NamedTensor[];
}

/** A tensor of a file that has been read. */
export interface StoredTensor {
  readonly shape: number[];
  /** A new array of the tensor's elements, row-major; read from the file's bytes in each call. */
  values(): Float32Array;
}

/** What `readSafetensors` has read. */
export interface SafetensorsFile {
  /** An object without a prototype; empty if the file has none. */
  readonly metadata: Record<string, string>;
  /** By name, in the order of their data. */
  readonly tensors: Map<string, StoredTensor>;
}

/**
 * Writes a safetensors file of 32-bit floats. The same content gives the same bytes: metadata first, tensors
 * in the order given, data at a multiple of 8 bytes.
 *
 * @throws LanegradError INVALID_DATA for a name given twice, a name or metadata that is no proper text, or
 * more names than a header can hold
 * @throws LanegradError SHAPE_MISMATCH if a tensor's shape does not fit its values
 */
export function writeSafetensors({ metadata, tensors }: SafetensorsContent): Uint8Array<ArrayBuffer> {
  const header = headerOf(metadata, tensors);
  let byteLength = LENGTH_BYTES + header.length;
  for (const { values } of tensors) byteLength += values.byteLength;

  const bytes = new Uint8Array(byteLength);
  new DataView(bytes.buffer).setUint32(0, header.length, true);
  bytes.set(header, LENGTH_BYTES);
  let offset = LENGTH_BYTES + header.length;
  for (const { values } of tensors) {
    writeFloat32(values, bytes, offset);
    offset += values.byteLength;
  }
  return bytes;
}

/** The bytes of the header, padded to a multiple of 8. */
function headerOf(metadata: Readonly<Record<string, string>>, tensors: readonly NamedTensor[]): Uint8Array {
  // Joined by hand: an object would put names that are numbers first, and lose "__proto__".
  const entries: string[] = [];
  const texts = Object.entries(metadata).map(
    ([key, value]) => `${jsonOf(key, "a key of metadata")}:${jsonOf(value, `metadata ${show(key)}`)}`,
  );
  if (texts.length > 0) entries.push(`"${METADATA_KEY}":{${texts.join()}}`);

  const names = new Set([METADATA_KEY]);
  let end = 0;
  for (const tensor of tensors) {
    checkTensor(tensor, names);
    const begin = end;
    end += tensor.values.byteLength;
    const place = `"dtype":"F32","shape":[${tensor.shape.join()}],"data_offsets":[${begin},${end}]`;
    entries.push(`${jsonOf(tensor.name, "the name of a tensor")}:{${place}}`);
    names.add(tensor.name);
  }
  const text = new TextEncoder().encode(`{${entries.join()}}`);
  const header = new Uint8Array(Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES).fill(0x20);
  header.set(text);
  if (header.length > LONGEST_HEADER) {
    throw new LanegradError(
      "INVALID_DATA",
      `the names and metadata of a safetensors file must fit ${LONGEST_HEADER} bytes. Received: ${header.length} bytes`,
    );
  }
  return header;
}

function checkTensor({ name, shape, values }: NamedTensor, names: ReadonlySet<string>): void {
  if (names.has(name)) {
    throw new LanegradError(
      "INVALID_DATA",
      `the names of tensors must differ from each other and from ${METADATA_KEY}. Received: ${show(name)} again`,
    );
  }
  if (!shape.every(isSize) || elementCount(shape) !== values.length) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `tensor ${show(name)} must have as many values as its shape says. Received: ${values.length} values, shape ${showShape(shape)}`,
    );
  }
}

/** A text as JSON. Half a surrogate pair has no UTF-8, and other readers refuse its escape. */
function jsonOf(text: unknown, what: string): string {
  if (typeof text !== "string" || /\p{Surrogate}/u.test(text)) {
    throw new LanegradError(
      "INVALID_DATA",
      `${what} must be a text without lone surrogates. Received: ${show(text)}`,
    );
  }
  return JSON.stringify(text);
}

/**
 * Reads a safetensors file. Everything is checked before anything is allocated for a tensor: a hostile file
 * costs no more memory than a multiple of its header, and that is part of the file. Elements are F32, F64
 * (rounded), F16 or BF16; they may be NaN or infinite.
 *
 * The bytes are kept, not copied: they must not change while tensors are still to be read.
 *
 * @throws LanegradError INVALID_DATA if `file` is not a Uint8Array or an ArrayBuffer
 * @throws LanegradError INVALID_FILE for a file that is damaged, cut short or not in this format
 */
export function readSafetensors(file: Uint8Array | ArrayBuffer): SafetensorsFile {
  const bytes = bytesOf(file);
  const dataStart = LENGTH_BYTES + headerLength(bytes);
  const { metadata, entries } = readHeader(headerText(bytes, dataStart));
  checkLayout(entries, bytes.length - dataStart);

  const data = bytes.subarray(dataStart);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, begin, end } of entries) {
    tensors.set(name, { shape, values: () => dtype.read(data.subarray(begin, end)) });
  }
  return { metadata, tensors };
}

/** Plain bytes over the same memory: a Buffer's methods differ, and test runners bring other realms' classes. */
function bytesOf(file: unknown): Uint8Array {
  const kind = Object.prototype.toString.call(file);
  if (kind === "[object ArrayBuffer]" || (kind === "[object Uint8Array]" && ArrayBuffer.isView(file))) {
    const { buffer = file as ArrayBuffer, byteOffset, byteLength } = file as Uint8Array;
    // Bytes that were transferred to a worker are none, and there can be no view of them.
    return new Uint8Array((byteLength && buffer) as ArrayBuffer, byteOffset, byteLength);
  }
  throw new LanegradError(
    "INVALID_DATA",
    `a safetensors file must be handed in as a Uint8Array or an ArrayBuffer. Received: ${show(file)}`,
  );
}

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < LENGTH_BYTES) {
    throw new LanegradError(
      "INVALID_FILE",
      `a safetensors file must begin with ${LENGTH_BYTES} bytes that tell the length of its header. Received: ${bytes.length} bytes`,
    );
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const longest = Math.min(LONGEST_HEADER, bytes.length - LENGTH_BYTES);
  if (length > longest) {
    throw new LanegradError(
      "INVALID_FILE",
      `bytes 0 to 7 of this safetensors file of ${bytes.length} bytes must tell a length of the header of at most ${longest} bytes; it is cut short, or not in this format. Received: ${length}`,
    );
  }
  return Number(length);
}

function headerText(bytes: Uint8Array, dataStart: number): string {
  if (dataStart === LENGTH_BYTES || bytes[LENGTH_BYTES] !== OPENING_BRACE) {
    const received = dataStart === LENGTH_BYTES ? "a header of 0 bytes" : `byte ${bytes[LENGTH_BYTES]}`;
    throw new LanegradError(
      "INVALID_FILE",
      `the header of a safetensors file must begin with { at byte ${LENGTH_BYTES}. Received: ${received}`,
    );
  }
  try {
    // A copy, since browsers decode no shared memory.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.slice(LENGTH_BYTES, dataStart));
  } catch {
    throw new LanegradError(
      "INVALID_FILE",
      `the header of a safetensors file must be UTF-8 from byte ${LENGTH_BYTES} to byte ${dataStart - 1}. Received: bytes that are not`,
    );
  }
}

/** The data of the tensors must follow each other without gap or overlap, from the header to the end of the file. */
function checkLayout(entries: readonly TensorEntry[], dataBytes: number): void {
  let covered = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== covered) {
      const fault = begin < covered ? "without an overlap" : "without a gap";
      throw badTensor(
        name,
        `must begin at byte ${covered} of the data, ${fault}`,
        `data_offsets=[${begin},${end}]`,
      );
    }
    if (end > dataBytes) {
      const expected = `must end within the ${dataBytes} bytes of data; the file may be cut short`;
      throw badTensor(name, expected, `data_offsets=[${begin},${end}]`);
    }
    covered = end;
  }
  if (covered !== dataBytes) {
    throw new LanegradError(
      "INVALID_FILE",
      `a safetensors file must end with its last tensor, at byte ${covered} of the data. Received: ${dataBytes} bytes of data`,
    );
  }
}
