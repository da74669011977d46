// The optimizers that a bundle finds by name alone: the common ones. Others must be linked (../linking.ts).
import { sgd, rmsprop, adam, adamw } from "./factories.js";

export const known = { sgd, rmsprop, adam, adamw };
