// What a file of kernels says of itself, in a custom section that scripts/build/mark.js appends.
import { LanegradError, show } from "../errors.js";
import type { BuildName } from "../runtime/probe.js";
import { version } from "../version.js";
import { fileName } from "./load.js";

const SECTION = "lanegrad";
const MAGIC = "\0asm";
const HEADER_BYTES = 8;
const CUSTOM = 0;

function notKernels(family: string, received: string): LanegradError {
  return new LanegradError(
    "INVALID_FILE",
    `useKernels must get for ${family} the file ${fileName(family, "simd")} or ${fileName(family, "relaxed-simd")} of lanegrad ${version}. Received: ${received}`,
  );
}

/** The text of the mark in a module's bytes, or what is wrong with them. */
function markInBytes(family: string, bytes: Uint8Array): string | undefined {
  const text = (from: number, to: number) =>
    Array.from(bytes.subarray(from, to), (byte) => String.fromCharCode(byte)).join("");
  if (text(0, MAGIC.length) !== MAGIC) {
    throw notKernels(family, `${bytes.length} bytes that begin with ${show(text(0, 40))}`);
  }
  let at = HEADER_BYTES;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
  };
  while (at < bytes.length) {
    const isCustom = bytes[at++] === CUSTOM;
    const end = number() + at;
    if (end > bytes.length) {
      throw notKernels(family, `a module cut off after ${bytes.length} bytes of at least ${end}`);
    }
    if (isCustom) {
      const nameEnd = number() + at;
      if (text(at, nameEnd) === SECTION) return text(nameEnd, end);
    }
    at = end;
  }
  return undefined;
}

function markInModule(module: WebAssembly.Module): string | undefined {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  return section === undefined ? undefined : new TextDecoder().decode(section);
}

/**
 * The build that a file of kernels is.
 *
 * @throws LanegradError INVALID_FILE unless it is of that family and of this version of the package
 */
export function buildOf(family: string, kernels: WebAssembly.Module | Uint8Array): BuildName {
  const mark = kernels instanceof Uint8Array ? markInBytes(family, kernels) : markInModule(kernels);
  if (mark === undefined) throw notKernels(family, "a WebAssembly module without Lanegrad's mark");
  const [itsFamily, build, itsVersion] = mark.split(" ");
  if (itsFamily !== family || itsVersion !== version) {
    throw notKernels(family, `${itsFamily}.${build}.wasm, version ${itsVersion}`);
  }
  return build as BuildName;
}
