// The header of a safetensors file: an object with the kind, the shape and the place of each tensor.
import { LanegradError, show } from "../errors.js";
import { DTYPES } from "./dtypes.js";
import type { Dtype } from "./dtypes.js";
import { parseHeaderText } from "./json.js";

/** The key of the header that holds texts instead of a tensor. */
export const METADATA_KEY = "__metadata__";

/** Empty tensors take no data, so that a hostile file could name any number of them. */
const MOST_TENSORS = 100_000;

/** What the header says about one tensor, checked as far as the header alone allows. */
export interface TensorEntry {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: number[];
  /** The first byte of its data, counted from the end of the header. */
  readonly begin: number;
  /** The byte after its last one. */
  readonly end: number;
}

export interface Header {
  /** An object without a prototype. */
  readonly metadata: Record<string, string>;
  /** In the order of their data. */
  readonly entries: readonly TensorEntry[];
}

/**
 * Reads the text of a header. Nothing is allocated for the tensors that it describes.
 *
 * @throws LanegradError INVALID_FILE
 */
export function readHeader(text: string): Header {
  const header = parseHeaderText(text);
  if (!isObject(header)) {
    throw new LanegradError(
      "INVALID_FILE",
      `the header of a safetensors file must be an object. Received: ${shown(header)}`,
    );
  }
  const names = Object.keys(header).filter((name) => name !== METADATA_KEY);
  if (names.length > MOST_TENSORS) {
    throw new LanegradError(
      "INVALID_FILE",
      `a safetensors file must hold at most ${MOST_TENSORS} tensors. Received: ${names.length}`,
    );
  }
  const metadata = Object.hasOwn(header, METADATA_KEY) ? header[METADATA_KEY] : {};
  const entries = names.map((name) => readEntry(name, header[name]));
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  return { metadata: readMetadata(metadata), entries };
}

/** How many elements a tensor of this shape has; undefined beyond the whole numbers that are exact. */
export function elementCount(shape: readonly number[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    count *= size;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return count;
}

/** Whether a value can be a size or an offset. JSON can hold -0, too. */
export function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

function readMetadata(metadata: unknown): Record<string, string> {
  if (!isObject(metadata)) throw badMetadata("an object of texts", METADATA_KEY, metadata);
  const texts = Object.create(null) as Record<string, string>;
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== "string") throw badMetadata("texts alone", key, value);
    texts[key] = value;
  }
  return texts;
}

function badMetadata(expected: string, key: string, value: unknown): LanegradError {
  return new LanegradError(
    "INVALID_FILE",
    `${METADATA_KEY} of a safetensors file must hold ${expected}. Received: ${show(key)}: ${shown(value)}`,
  );
}

function readEntry(name: string, entry: unknown): TensorEntry {
  if (!isObject(entry)) throw badTensor(name, "must be described by an object", shown(entry));
  const { dtype: kind, shape, data_offsets: offsets } = entry;
  if (typeof kind !== "string" || !Object.hasOwn(DTYPES, kind)) {
    const kinds = Object.keys(DTYPES).join(", ");
    throw badTensor(name, `must have one of the dtypes that can be read, ${kinds}`, `dtype=${shown(kind)}`);
  }
  const dtype = DTYPES[kind];
  if (!Array.isArray(shape) || !shape.every(isSize)) {
    throw badTensor(name, "must have a shape of whole numbers, 0 or more", `shape=${shown(shape)}`);
  }
  const count = elementCount(shape);
  if (count === undefined || !isSize(count * dtype.elementBytes)) {
    throw badTensor(name, "must have a shape of at most 2^53 - 1 bytes", `shape=${shown(shape)}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isSize)) {
    const expected = "must have as data_offsets two whole numbers, 0 or more";
    throw badTensor(name, expected, `data_offsets=${shown(offsets)}`);
  }
  const [begin, end] = offsets;
  const byteLength = count * dtype.elementBytes;
  if (end - begin !== byteLength) {
    const expected = `must take ${byteLength} bytes of data for its shape ${shown(shape)} of ${kind}`;
    throw badTensor(name, expected, `data_offsets=${shown(offsets)}`);
  }
  return { name, dtype, shape, begin, end };
}

/** The error for what a file says about one tensor. */
export function badTensor(name: string, expected: string, received: string): LanegradError {
  return new LanegradError("INVALID_FILE", `tensor ${show(name)} ${expected}. Received: ${received}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value of the header as a message shows it. */
function shown(value: unknown): string {
  return value === undefined ? "nothing" : show(value);
}
