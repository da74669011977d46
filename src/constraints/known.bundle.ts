// The constraints that a bundle finds by name alone: the common ones. Others must be linked (../linking.ts).
export { maxNorm, nonNeg, unitNorm } from "./index.js";
