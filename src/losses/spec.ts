// Losses as options name them.
import { makeNamed } from "../registry.js";
import type { PartName, PartSpec } from "../registry.js";
import type * as factories from "./index.js";
import { known } from "./known.js";
import { Loss } from "./loss.js";

/** The names of the losses. */
export const names = [
  "meanSquaredError",
  "meanAbsoluteError",
  "huber",
  "binaryCrossentropy",
  "categoricalCrossentropy",
  "sparseCategoricalCrossentropy",
  "meanAbsolutePercentageError",
  "meanSquaredLogarithmicError",
  "logCosh",
  "poisson",
  "cosineSimilarity",
  "klDivergence",
  "hinge",
  "squaredHinge",
  "categoricalHinge",
  "binaryFocalCrossentropy",
  "categoricalFocalCrossentropy",
  "categoricalGeneralizedCrossEntropy",
  "dice",
  "tversky",
  "circle",
  "perceptron",
] as const;

/** Keras's short names; metrics have them too. */
export const aliases = {
  mse: "meanSquaredError",
  MSE: "meanSquaredError",
  mae: "meanAbsoluteError",
  MAE: "meanAbsoluteError",
  mape: "meanAbsolutePercentageError",
  MAPE: "meanAbsolutePercentageError",
  msle: "meanSquaredLogarithmicError",
  MSLE: "meanSquaredLogarithmicError",
  bce: "binaryCrossentropy",
  BCE: "binaryCrossentropy",
  kld: "klDivergence",
  KLD: "klDivergence",
  KLDivergence: "klDivergence",
  logcosh: "logCosh",
} as const;

type Factories = Pick<typeof factories, (typeof names)[number]>;

/** The names of the losses, in camelCase or Keras's snake_case, its classes' names and its aliases. */
export type LossName = PartName<Factories, typeof aliases>;

/** A loss, its name, or an object with its name and the options of that loss. */
export type LossSpec = Loss | PartSpec<Factories, typeof aliases>;

/** @internal */
export function toLoss(spec: LossSpec): Loss {
  return spec instanceof Loss
    ? spec
    : makeNamed<Loss>("loss", spec, { namespace: "losses", names, aliases, known, Base: Loss });
}
