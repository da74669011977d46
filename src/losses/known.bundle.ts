// The losses that a bundle finds by name alone: the common ones. Others must be linked (../linking.ts).
export {
  meanSquaredError,
  meanAbsoluteError,
  binaryCrossentropy,
  categoricalCrossentropy,
  sparseCategoricalCrossentropy,
} from "./index.js";
