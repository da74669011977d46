export { CustomActivation } from "./custom.js";
export * from "./functions.js";
export type {
  ActivationFunction,
  ActivationName,
  ActivationSpec,
  ConfigurableActivation,
  ReluOptions,
  ThresholdOptions,
} from "./spec.js";
