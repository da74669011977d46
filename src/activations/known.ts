// All activations are found by name. In dist/modules known.bundle.ts takes the place of this file.
export { rare as known } from "./rare.js";
