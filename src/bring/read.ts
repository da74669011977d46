// Getting at the bytes of a file of kernels, wherever it is.
import { LanegradError, show } from "../errors.js";

// Types of the host are written down as what is read of them: declarations hold in programs whose compiler does not
// know the host (`lib` without "dom").

/**
 * A compiled `WebAssembly.Module`. Its type has no members, so that everything would pass for one: this leaves out what
 * is something else.
 */
export type CompiledModule = Partial<
  Record<"href" | "then" | "status" | "length" | "simd" | "relaxed-simd", never>
>;

/** A `URL`. */
export interface KernelURL {
  /** The whole address. */
  readonly href: string;
  /** Its query, which tells it from a link on a page. */
  readonly searchParams: object;
}

/** A `Response`, as `fetch` gives it. */
export interface KernelResponse {
  /** Whether the status says that the file is there. */
  readonly ok: boolean;
  /** The status of HTTP. */
  readonly status: number;
  /** Where it came from. */
  readonly url: string;
  /** Its bytes. */
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** Kernels that are at hand: a file's bytes, or a module compiled from it. */
export type KernelsAtHand = CompiledModule | ArrayBuffer | ArrayBufferView;

/** Where kernels come from: as they are, by URL (a string is one too), as a response, or a promise of any of these. */
export type KernelSource =
  | KernelsAtHand
  | KernelURL
  | string
  | KernelResponse
  | Promise<KernelsAtHand | KernelURL | string | KernelResponse>;

interface FileSystem {
  readFile(path: URL): Promise<Uint8Array>;
}

interface Host {
  process?: { getBuiltinModule?: (name: string) => FileSystem | undefined };
}

/** The name of what a value is, which also those of another realm have. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice("[object ".length, -1);
}

/** Whether there is nothing to wait for. A module or a buffer may be of another realm, so no class is asked. */
export function isAtHand(source: unknown): source is KernelsAtHand {
  const tag = tagOf(source);
  return ArrayBuffer.isView(source) || tag === "WebAssembly.Module" || tag.endsWith("ArrayBuffer");
}

/** @internal A module as it is; bytes as a copy, which nobody can change. */
export function taken(source: KernelsAtHand): WebAssembly.Module | Uint8Array<ArrayBuffer> {
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(source.buffer, source.byteOffset, source.byteLength).slice();
  }
  return tagOf(source) === "WebAssembly.Module"
    ? (source as WebAssembly.Module)
    : new Uint8Array(source as ArrayBuffer).slice();
}

function notFetched(family: string, url: string, received: string): LanegradError {
  return new LanegradError(
    "INVALID_FILE",
    `the kernels of ${family} could not be had from ${url}; the file must be there. Received: ${received}`,
  );
}

/** @returns the error for what no kernels can be had from */
export function noSource(family: string, received: unknown): LanegradError {
  return new LanegradError(
    "INVALID_OPTION",
    `useKernels takes for ${family} bytes, a WebAssembly.Module, a URL, a Response or a promise of one of these. Received: ${show(received)}`,
  );
}

/** Node has no fetch for files. */
async function fetchFrom(url: string): Promise<Response | Uint8Array> {
  const files = (globalThis as Host).process?.getBuiltinModule?.("node:fs/promises");
  return url.startsWith("file:") && files !== undefined ? files.readFile(new URL(url)) : fetch(url);
}

/**
 * Waits for a source. The bytes of a response are taken whatever its content type says: servers that do not know
 * .wasm are common, and the mark in the file says more.
 *
 * @throws LanegradError INVALID_FILE (the promise rejects) where there is no such file, INVALID_OPTION for what is no source
 */
export async function arrived(family: string, source: unknown): Promise<KernelsAtHand> {
  let found = await (source as KernelSource);
  let url = "its response";
  if (typeof found === "string" || tagOf(found) === "URL") {
    url = String(found);
    try {
      found = await fetchFrom(url);
    } catch (cause) {
      throw notFetched(family, url, show(String(cause)));
    }
  }
  if (tagOf(found) === "Response") {
    const response = found as KernelResponse;
    if (!response.ok) throw notFetched(family, response.url || url, `HTTP status ${response.status}`);
    try {
      found = await response.arrayBuffer();
    } catch (cause) {
      throw notFetched(family, response.url || url, show(String(cause)));
    }
  }
  if (isAtHand(found)) return found;
  throw noSource(family, found);
}
