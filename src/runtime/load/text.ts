// Kernels as text that stays in step with its bytes, so that gzip finds the repetitions that it would find in them, and
// these bytes as streams, in which it finds more: what dist/modules/ carries. Base64 of modules is twice as long once
// it is gzipped.
import type { BuildName } from "../probe.js";
import { joinModule } from "./join.js";

/** The streams of a family of kernels, which both builds are made of. */
export type KernelData = string;

/** The entry of the package whose kernels these are. */
export const entry = "lanegrad for bundlers (dist/modules)";

/** Both builds are there. */
export function has(_data: KernelData, _build: BuildName): boolean {
  return true;
}

/** So many values of a byte are one letter each; `#` says that the letter after it stands for the next 88, `$` for the rest. */
const LETTERS = 88;
const FIRST_LETTER = 38;
const BACKSLASH = 92;
const SHIFT = 34;

/** The bytes of a text that `scripts/build/text.js` wrote: letters from & to ~ without the backslash, and two shifts. */
export function decodeText(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    let base = 0;
    if (code < FIRST_LETTER) {
      base = LETTERS * (code - SHIFT);
      code = text.charCodeAt(++i);
    }
    bytes[count++] = base + code - FIRST_LETTER - (code > BACKSLASH ? 1 : 0);
  }
  return bytes.slice(0, count);
}

/** The module of a build. */
export function bytesOf(data: KernelData, build: BuildName): Uint8Array<ArrayBuffer> {
  return joinModule(decodeText(data), build);
}

/**
 * A WebAssembly.Module, whose type has no members. Declarations of the package lead here (`#kernels/load`), and hold
 * in programs whose compiler does not know that name.
 */
export type CompiledKernels = object;

/** Compiles a build of a family now; throws what the engine throws. */
export function moduleOf(data: KernelData, build: BuildName): CompiledKernels {
  return new WebAssembly.Module(bytesOf(data, build));
}

/** Compiles a build of a family in the background. */
export function compile(data: KernelData, build: BuildName): Promise<CompiledKernels> {
  return WebAssembly.compile(bytesOf(data, build));
}
