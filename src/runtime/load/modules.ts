// Kernels as modules that the runtime compiled when the program was deployed: for runtimes that compile nothing later.
import type { BuildName } from "../probe.js";

export type KernelData = Readonly<Record<BuildName, WebAssembly.Module>>;

/** The module of a build of a family. */
export function moduleOf(data: KernelData, build: BuildName): WebAssembly.Module {
  return data[build];
}

/** The module of a build of a family, as a promise. */
export function compile(data: KernelData, build: BuildName): Promise<WebAssembly.Module> {
  return Promise.resolve(data[build]);
}
