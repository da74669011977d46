// Regularizers as options name them.
import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import type * as factories from "./index.js";
import { known } from "./known.js";
import { DEFAULT_FACTOR, L1L2 } from "./l1L2.js";
import { Regularizer } from "./regularizer.js";

/** The names of the regularizers. */
export const names = ["l1", "l2", "l1L2", "orthogonal"] as const;

/** Keras's other spellings. */
const aliases = {
  l1l2: "l1L2",
  OrthogonalRegularizer: "orthogonal",
  orthogonalRegularizer: "orthogonal",
} as const;

type Factories = Pick<typeof factories, (typeof names)[number]>;

/** A regularizer, its name, or an object with its name and options. */
export type RegularizerSpec = Regularizer | PartSpec<Factories, typeof aliases>;

/** @internal */
export function toRegularizer(option: string, spec: RegularizerSpec | undefined): Regularizer | undefined {
  if (spec === undefined || spec instanceof Regularizer) return spec;
  const made = makeNamed<Regularizer>(option, spec, {
    namespace: "regularizers",
    names,
    aliases,
    known,
    Base: Regularizer,
  });
  const isBareName = typeof spec === "string" && made instanceof L1L2 && made.l1 === 0 && made.l2 === 0;
  return isBareName ? new L1L2(DEFAULT_FACTOR, DEFAULT_FACTOR) : made;
}
