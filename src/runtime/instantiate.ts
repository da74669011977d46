// The one file that imports a package; the build bundles the package into it.
import { instantiateSync } from "@assemblyscript/loader";

/**
 * Binds a compiled module of kernels to a memory. What the instance itself exports is returned: around each of these
 * functions the loader puts one that gathers its arguments in an array, for arguments that may be left out.
 */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): object {
  return instantiateSync(module, { env: { memory } }).instance.exports;
}
