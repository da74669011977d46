import { checkKeys } from "../options.js";
import type { Activation } from "./activation.js";
import type { Definition, RareKind } from "./definitions.js";

/** An activation whose options are numbers. */
export function describe(name: string, definition: Definition, options: Record<string, unknown>): Activation {
  const { kind, needsInput, numbers = [] } = definition;
  checkKeys(
    name,
    options,
    numbers.map(({ key }) => key),
  );
  const values = numbers.map(({ key, standard, check }) => check(key, options[key] ?? standard));
  const config = { name, ...Object.fromEntries(numbers.map(({ key }, i) => [key, values[i]])) };
  const [alpha = 0, beta = 0] = values;
  if (typeof kind === "object")
    return { name, kind: rareKind(kind.rare, alpha, beta), alpha: 0, needsInput, config };
  return { name, kind, alpha, needsInput, config };
}

/** A rare kind with its numbers. */
export function rareKind(rare: number, alpha = 0, beta = 0, gamma = 0): RareKind {
  return { rare, alpha, beta, gamma };
}
