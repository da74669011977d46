import { compile, has, moduleOf } from "#kernels/load";
import type { KernelData } from "#kernels/load";
import { compileError } from "./engine.js";
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
  /** The kernels of the build in use, once they are linked; `configure` takes them away. */
  current: K | undefined;

  constructor(data: KernelData) {
    this.#data = data;
  }

  /** Whether a build is there, which differs for kernels that the program brings itself. */
  has(build: BuildName): boolean {
    return has(this.#data, build);
  }

  /**
   * @internal The kernels of a build.
   *
   * @throws LanegradError UNSUPPORTED_RUNTIME if they cannot be compiled, MISSING_KERNELS if the program was to bring
   * them and has not
   */
  bind(build: BuildName, memory: WebAssembly.Memory): K {
    const known = this.#bound.get(build);
    if (known !== undefined) return known;
    try {
      const module = this.#compiled.get(build) ?? moduleOf(this.#data, build);
      this.#compiled.set(build, module);
      // Copied into an ordinary object: engines read its properties faster than those of an exports object.
      const kernels = { ...instantiate(module, memory) } as K;
      this.#bound.set(build, kernels);
      return kernels;
    } catch (cause) {
      // WebKit compiles what a page's policy forbids, and refuses to instantiate it.
      throw compileError(cause);
    }
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
