// Kernels that the program brings itself: what `#kernels/load` is in lanegrad/slim. A family is known by its name.
import { LanegradError } from "../errors.js";
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
    `what this program uses needs, on this engine and with these settings, the kernels in ${file}: hand "lanegrad/kernels/${file}" to useKernels({ ${family}: ... }) as bytes, a WebAssembly.Module or a URL before. Received: ${others || "no kernels"}`,
  );
}

/** The module of a build of a family. */
export function moduleOf(family: string, build: BuildName): WebAssembly.Module {
  const found = find(family, build);
  return found instanceof Uint8Array ? new WebAssembly.Module(found) : found;
}

/** The module of a build of a family, compiled in the background. */
export async function compile(family: string, build: BuildName): Promise<WebAssembly.Module> {
  const found = find(family, build);
  return found instanceof Uint8Array ? WebAssembly.compile(found) : found;
}
