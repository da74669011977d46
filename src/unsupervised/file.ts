// Files of unsupervised networks: safetensors whose metadata say of which kind they are.
import { LanegradError, show } from "../errors.js";
import { readSafetensors, writeSafetensors } from "../saving/safetensors.js";
import type { NamedTensor, SafetensorsFile } from "../saving/safetensors.js";
import { Tensor } from "../tensor/tensor.js";

const FORMAT = "lanegrad";

/** Grows when older programs could not read a file any more. */
const FORMAT_VERSION = "1";

/** Writes a file. The same state gives the same bytes. */
export function writeNetwork(
  kind: string,
  config: object,
  tensors: readonly NamedTensor[],
): Uint8Array<ArrayBuffer> {
  const metadata = { format: FORMAT, formatVersion: FORMAT_VERSION, kind, config: JSON.stringify(config) };
  return writeSafetensors({ metadata, tensors });
}

/** A file of a network, with what is in it handed out once it is checked. */
export class NetworkFile {
  readonly config: unknown;
  readonly #file: SafetensorsFile;

  /** @throws LanegradError INVALID_DATA if the bytes are none, INVALID_FILE if they are not a file of this kind */
  constructor(bytes: Uint8Array | ArrayBuffer, kind: string) {
    this.#file = readSafetensors(bytes);
    const { format, formatVersion, kind: found, config } = this.#file.metadata;
    if (format !== FORMAT || found !== kind) {
      throw invalidFile(`the file must be of kind ${kind}, as its save makes them`, found ?? format);
    }
    if (formatVersion !== FORMAT_VERSION) {
      throw invalidFile(
        `this version of Lanegrad reads files of formatVersion ${FORMAT_VERSION}`,
        formatVersion,
      );
    }
    this.config = parse(config);
  }

  /** Runs what checks options; a file with wrong ones is a wrong file. */
  checked<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof LanegradError) || error.code === "INVALID_FILE") throw error;
      throw new LanegradError("INVALID_FILE", `metadata.config is not what save wrote: ${error.message}`);
    }
  }

  /**
   * The tensors of these names and no others, their values finite. A size of null may be any.
   *
   * @throws LanegradError INVALID_FILE
   */
  tensors(expected: Readonly<Record<string, readonly (number | null)[]>>): Tensor[] {
    const stored = this.#file.tensors;
    const other = [...stored.keys()].find((name) => !Object.hasOwn(expected, name));
    if (other !== undefined) throw invalidFile(`the file must hold the tensors of its network alone`, other);
    return Object.entries(expected).map(([name, shape]) => {
      const tensor = stored.get(name);
      const isRight =
        tensor?.shape.length === shape.length &&
        shape.every((size, axis) => (size === null ? tensor.shape[axis] > 0 : size === tensor.shape[axis]));
      if (tensor === undefined || !isRight) {
        throw invalidFile(`the file must have the tensor ${name} of shape ${show(shape)}`, tensor?.shape);
      }
      const values = tensor.values();
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) throw invalidFile(`value ${bad} of the tensor ${name} must be finite`, values[bad]);
      return new Tensor(values, tensor.shape);
    });
  }

  /** The number of elements of a tensor; 0 if there is none. */
  sizeOf(name: string): number {
    return this.#file.tensors.get(name)?.shape.reduce((size, length) => size * length, 1) ?? 0;
  }

  /** Whether the file has a tensor. */
  has(name: string): boolean {
    return this.#file.tensors.has(name);
  }
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    throw invalidFile("metadata.config must be JSON", text);
  }
}

function invalidFile(expected: string, received: unknown): LanegradError {
  return new LanegradError("INVALID_FILE", `${expected}. Received: ${show(received)}`);
}
