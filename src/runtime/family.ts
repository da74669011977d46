import { compile, moduleOf } from "#kernels/load";
import type { KernelData } from "#kernels/load";
import { LanegradError, show } from "../errors.js";
import { instantiate } from "./instantiate.js";
import type { BuildName } from "./probe.js";

/**
 * A wasm module of kernels in both builds. All families work on one memory; each is compiled at its first
 * use, and a program carries those alone that its layers import. What a family is made of, and how, differs between
 * the entries of the package (`#kernels` in package.json).
 */
export class KernelFamily<K extends object> {
  readonly #data: KernelData;
  readonly #compiled = new Map<BuildName, WebAssembly.Module>();
  readonly #bound = new Map<BuildName, K>();

  constructor(data: KernelData) {
    this.#data = data;
  }

  /**
   * The kernels of a build.
   *
   * @throws LanegradError UNSUPPORTED_RUNTIME if they cannot be compiled
   */
  bind(build: BuildName, memory: WebAssembly.Memory): K {
    const known = this.#bound.get(build);
    if (known !== undefined) return known;
    let module = this.#compiled.get(build);
    try {
      module ??= moduleOf(this.#data, build);
    } catch (cause) {
      throw compileError(cause);
    }
    this.#compiled.set(build, module);
    // Copied into an ordinary object: engines read its properties faster than those of an exports object.
    const kernels = { ...instantiate(module, memory) } as K;
    this.#bound.set(build, kernels);
    return kernels;
  }

  /** Compiles a build in the background. */
  async compile(build: BuildName): Promise<void> {
    if (this.#compiled.has(build)) return;
    try {
      this.#compiled.set(build, await compile(this.#data, build));
    } catch (cause) {
      throw compileError(cause);
    }
  }
}

function compileError(cause: unknown): LanegradError {
  return new LanegradError(
    "UNSUPPORTED_RUNTIME",
    `the kernels could not be compiled. A page with a Content-Security-Policy must allow 'wasm-unsafe-eval' in script-src. Received: ${show(String(cause))}`,
  );
}
