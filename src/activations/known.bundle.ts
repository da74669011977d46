// A bundle finds by name the activations of the core alone. Others must be linked (linkAll in index.ts).
import type { RareActivationKernels } from "../runtime/kernels/activations.js";

export const known: (() => RareActivationKernels) | undefined = undefined;
