// Kernels as base64 in what dist/node carries: those of the core in the entry, the others read when they are first used.
import { bytesOf, compile, has, moduleOf } from "./base64.js";
import type { KernelData } from "./base64.js";

export { bytesOf, compile, has, moduleOf };
export type { KernelData };

/** The entry of the package whose kernels these are. */
export const entry = "lanegrad for Node (dist/node/index.mjs)";
