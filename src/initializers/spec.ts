// Initializers as options name them.
import { makeNamed } from "../registry.js";
import type { PartSpec } from "../registry.js";
import type * as factories from "./index.js";
import { known } from "./known.js";
import { Initializer } from "./initializer.js";

/** The names of the initializers. */
export const names = [
  "zeros",
  "ones",
  "constant",
  "identity",
  "randomUniform",
  "randomNormal",
  "truncatedNormal",
  "varianceScaling",
  "glorotUniform",
  "glorotNormal",
  "heUniform",
  "heNormal",
  "lecunUniform",
  "lecunNormal",
  "orthogonal",
] as const;

/** Keras's aliases, and those names of its classes that are spelt in another way. */
const aliases = {
  zero: "zeros",
  one: "ones",
  uniform: "randomUniform",
  normal: "randomNormal",
  IdentityInitializer: "identity",
  OrthogonalInitializer: "orthogonal",
} as const;

type Factories = Pick<typeof factories, (typeof names)[number]>;

/** An initializer, its name, or an object with its name and options. */
export type InitializerSpec = Initializer | PartSpec<Factories, typeof aliases>;

/** The names of the initializers, in camelCase or Keras's snake_case, and their aliases. */
export type InitializerName = Extract<InitializerSpec, string>;

/** @internal */
export function toInitializer(option: string, spec: InitializerSpec): Initializer {
  return spec instanceof Initializer
    ? spec
    : makeNamed<Initializer>(option, spec, {
        namespace: "initializers",
        names,
        aliases,
        known,
        Base: Initializer,
      });
}
