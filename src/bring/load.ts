// Kernels that the program brings itself: what `#kernels/load` is in lanegrad/slim. A family is known by its name.
import { LanegradError } from "../errors.js";
import { compileError } from "../runtime/engine.js";
import type { BuildName } from "../runtime/probe.js";

export type KernelData = string;

/** The entry of the package whose kernels these are. */
export const entry = "lanegrad/slim";

/** A build of a family: a module, or the bytes of one until it is first needed. */
export type Brought = WebAssembly.Module | Uint8Array<ArrayBuffer>;

const brought = new Map<string, Brought>();

/** What a file of kernels is called in the package. */
export function fileName(family: string, build: BuildName): string {
  return `${family}.${build}.wasm`;
}

/** Keeps a build of a family for its first use. */
export function keep(family: string, build: BuildName, kernels: Brought): void {
  brought.set(fileName(family, build), kernels);
}

/** Whether a build of a family has been brought. */
export function has(family: string, build: BuildName): boolean {
  return brought.has(fileName(family, build));
}

/** @throws LanegradError MISSING_KERNELS if it has not been brought */
function find(family: string, build: BuildName): Brought {
  const file = fileName(family, build);
  const found = brought.get(file);
  if (found !== undefined) return found;
  const others = Array.from(brought.keys()).join(", ");
  throw new LanegradError(
    "MISSING_KERNELS",
    `this program needs the kernels in ${file} on this engine: hand "lanegrad/kernels/${file}" to useKernels({ ${family} }) first. Received: ${others || "no kernels"}`,
  );
}

/**
 * The error for bytes that the engine did not compile. Validation is allowed where compilation is not, so it tells a
 * damaged file from a policy; `hasRelaxedSimd` has been asked before.
 */
function notCompiled(
  family: string,
  build: BuildName,
  bytes: Uint8Array<ArrayBuffer>,
  cause: unknown,
): LanegradError {
  if (WebAssembly.validate(bytes)) return compileError(cause);
  const file = fileName(family, build);
  return new LanegradError(
    "INVALID_FILE",
    `the kernels brought as ${file} are damaged: ${bytes.length} bytes that are no valid WebAssembly. Take the package's own file. Received: ${String(cause)}`,
  );
}

/**
 * The module of a build of a family.
 *
 * @throws LanegradError MISSING_KERNELS, INVALID_FILE if the bytes are damaged, UNSUPPORTED_RUNTIME
 */
export function moduleOf(family: string, build: BuildName): WebAssembly.Module {
  const found = find(family, build);
  if (!(found instanceof Uint8Array)) return found;
  try {
    return new WebAssembly.Module(found);
  } catch (cause) {
    throw notCompiled(family, build, found, cause);
  }
}

/** The module of bytes, compiled in the background. The promise rejects with what `moduleOf` throws. */
export async function compileBytes(
  family: string,
  build: BuildName,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<WebAssembly.Module> {
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw notCompiled(family, build, bytes, cause);
  }
}

/** The module of a build of a family, compiled in the background. */
export async function compile(family: string, build: BuildName): Promise<WebAssembly.Module> {
  const found = find(family, build);
  return found instanceof Uint8Array ? compileBytes(family, build, found) : found;
}
