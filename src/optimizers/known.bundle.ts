// The optimizers that a bundle finds by name alone: the common ones. Others must be linked (../linking.ts).
export { sgd, rmsprop, adam, adamw } from "./factories.js";
