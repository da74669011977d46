// Optimizers as options name them.
import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import type * as factories from "./index.js";
import { known } from "./known.js";
import { Optimizer } from "./optimizer.js";

/** The names of the optimizers. */
export const names = [
  "sgd",
  "rmsprop",
  "adam",
  "adamw",
  "adamax",
  "nadam",
  "adagrad",
  "adadelta",
  "lion",
  "ftrl",
  "lamb",
  "adafactor",
  "muon",
  "scheduleFreeAdamw",
  "multi",
] as const;

const aliases = {
  SGD: "sgd",
  RMSprop: "rmsprop",
  rmsProp: "rmsprop",
  AdamW: "adamw",
  adamW: "adamw",
  ScheduleFreeAdamW: "scheduleFreeAdamw",
  scheduleFreeAdamW: "scheduleFreeAdamw",
  MultiOptimizer: "multi",
} as const;

type Factories = Pick<typeof factories, (typeof names)[number]>;

/** An optimizer, its name, or an object with its name and options. */
export type OptimizerSpec = Optimizer | PartSpec<Factories, typeof aliases>;

/** The names of the optimizers. */
export type OptimizerName = Extract<OptimizerSpec, string>;

/** @internal */
export function toOptimizer(spec: OptimizerSpec): Optimizer {
  return spec instanceof Optimizer
    ? spec
    : makeNamed<Optimizer>("optimizer", spec, {
        namespace: "optimizers",
        names,
        aliases,
        known,
        Base: Optimizer,
      });
}
