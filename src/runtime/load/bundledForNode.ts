// Kernels as base64 in what bundlers make for Node: nobody downloads that, and joining streams would take 12 ms of each start.
import { bytesOf, compile, has, moduleOf } from "./base64.js";
import type { KernelData } from "./base64.js";

export { bytesOf, compile, has, moduleOf };
export type { KernelData };
export { entry } from "./text.js";
