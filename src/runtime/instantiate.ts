// The one file that imports a package; the build bundles the package into it.
import { instantiateSync } from "@assemblyscript/loader";

/** Binds a compiled module of kernels to a memory. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): object {
  return instantiateSync(module, { env: { memory } }).exports;
}
