// Constraints of weights, and the penalty for vectors that are not orthogonal. A wasm module of its own.
export { constrainNonNegative, constrainNorm } from "./constraint";
export { orthogonalPenalty, orthogonalWorkspaceFloats } from "./orthogonal";
