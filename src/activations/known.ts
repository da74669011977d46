// The kernels of all activations are found by name. In dist/modules known.bundle.ts takes the place of this file.
export { activationKernels as known } from "../runtime/kernels/activations.js";
