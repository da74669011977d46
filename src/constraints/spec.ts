// Constraints as options name them.
import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import type * as factories from "./index.js";
import { known } from "./known.js";
import { Constraint } from "./constraint.js";

/** The names of the constraints. */
export const names = ["maxNorm", "nonNeg", "unitNorm", "minMaxNorm"] as const;

type Factories = Pick<typeof factories, (typeof names)[number]>;

/** A constraint, its name, or an object with its name and options. */
export type ConstraintSpec = Constraint | PartSpec<Factories>;

/** @internal */
export function toConstraint(option: string, spec: ConstraintSpec | undefined): Constraint | undefined {
  if (spec === undefined || spec instanceof Constraint) return spec;
  return makeNamed<Constraint>(option, spec, {
    namespace: "constraints",
    names,
    aliases: {},
    known,
    Base: Constraint,
  });
}
