// The metrics that a bundle finds by name alone: the common ones. Others must be linked (../linking.ts).
import {
  accuracy,
  binaryAccuracy,
  binaryCrossentropy,
  categoricalAccuracy,
  categoricalCrossentropy,
  crossentropy,
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  sparseCategoricalAccuracy,
  sparseCategoricalCrossentropy,
} from "./factories.js";

export const known = {
  accuracy,
  binaryAccuracy,
  binaryCrossentropy,
  categoricalAccuracy,
  categoricalCrossentropy,
  crossentropy,
  meanAbsoluteError,
  meanSquaredError,
  rootMeanSquaredError,
  sparseCategoricalAccuracy,
  sparseCategoricalCrossentropy,
};
