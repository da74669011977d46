// The entry lanegrad/slim: the whole API, with kernels that the program brings itself. It is a tree of its own in dist/,
// where `#kernels` stands for src/bring/ (scripts/build/slim.js).
export * from "./index.js";
export { useKernels } from "./bring/useKernels.js";
export type { KernelFamilyName, KernelModules, KernelSources } from "./bring/useKernels.js";
export type { CompiledModule, KernelResponse, KernelsAtHand, KernelSource, KernelURL } from "./bring/read.js";
