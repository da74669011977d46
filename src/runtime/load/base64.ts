// Kernels as base64, which runtimes decode natively: what dist/index.js carries.
import type { BuildName } from "../probe.js";
import { applyPatch } from "./patch.js";
import type { BothBuilds } from "./patch.js";

export type KernelData = BothBuilds;

/** The entry of the package whose kernels these are. */
export const entry = "lanegrad for runtimes (dist/index.js)";

/** Both builds are there. */
export function has(_data: BothBuilds, _build: BuildName): boolean {
  return true;
}

interface Host {
  Uint8Array: { fromBase64?(text: string): Uint8Array<ArrayBuffer> };
  Buffer?: { from(text: string, encoding: "base64"): Uint8Array<ArrayBuffer> };
}

/** The bytes of a text in base64, by the fastest means there is: the last takes ten times as long as the others. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> {
  const { Uint8Array: Bytes, Buffer } = globalThis as unknown as Host;
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(text);
  if (Buffer !== undefined) return Buffer.from(text, "base64");
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** The module of a build. */
export function bytesOf({ simd, relaxedPatch }: BothBuilds, build: BuildName): Uint8Array<ArrayBuffer> {
  const plain = decodeBase64(simd);
  return build === "simd" ? plain : applyPatch(plain, decodeBase64(relaxedPatch));
}

/** Compiles a build of a family now; throws what the engine throws. */
export function moduleOf(data: BothBuilds, build: BuildName): WebAssembly.Module {
  return new WebAssembly.Module(bytesOf(data, build));
}

/** Compiles a build of a family in the background. */
export function compile(data: BothBuilds, build: BuildName): Promise<WebAssembly.Module> {
  return WebAssembly.compile(bytesOf(data, build));
}
