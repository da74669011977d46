// The activations that are not in the core, of single values and of whole rows. A wasm module of its own.
export { rareActivationBackward } from "./activationRareBackward";
export { rareActivationForward } from "./activationRareForward";
export { gluBackward, gluForward, sparsemaxBackward, sparsemaxForward } from "./activationRows";
export { logSoftmaxBackward, logSoftmaxForward } from "./softmax";
