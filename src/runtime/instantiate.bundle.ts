/**
 * Binds a compiled module of kernels to a memory, as the loader does for modules like these, which import nothing but
 * the memory and know no managed objects. The rest of the loader is as long as ten layers.
 */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): object {
  return new WebAssembly.Instance(module, { env: { memory } }).exports;
}
