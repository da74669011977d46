// Parts by name: "heNormal", "he_normal" or { name: "heNormal", seed: 1 }.
import { LanegradError, show, unknownName } from "./errors.js";

/** A part given by name, alone or with options. */
export type NamedWithOptions<Name extends string> = Name | { name: Name; [option: string]: unknown };

/** A name in camelCase in Keras's snake_case. */
export type SnakeCase<Name extends string> = Name extends `${infer Letter}${infer Rest}`
  ? `${Letter extends Lowercase<Letter> ? Letter : `_${Lowercase<Letter>}`}${SnakeCase<Rest>}`
  : Name;

/** The aliases of a part; those in camelCase in snake_case too. */
type AliasOf<Name, Aliases> = {
  [Alias in keyof Aliases & string]: Aliases[Alias] extends Name
    ? Alias | (Alias extends Uncapitalize<Alias> ? SnakeCase<Alias> : never)
    : never;
}[keyof Aliases & string];

/** Every name of a part, and nothing but its own options beside it. */
type PartOf<Name extends string, Options, Aliases> =
  | Name
  | SnakeCase<Name>
  | AliasOf<Name, Aliases>
  | ({ name: Name | SnakeCase<Name> | AliasOf<Name, Aliases> } & Options);

/** One of several parts by name, alone or with options: what these factories make, under these aliases. */
export type PartSpec<Factories, Aliases = Record<never, string>> = {
  [Name in keyof Factories & string]: Factories[Name] extends (options?: infer Options) => unknown
    ? PartOf<Name, NonNullable<Options>, Aliases>
    : never;
}[keyof Factories & string];

/** Keras's snake_case, or any spelling of an alias, as camelCase. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** "BatchNormalization" becomes "batch_normalization" and "RMSNormalization" "rms_normalization", as in Keras. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * Finds a part by name and makes it with the options given beside the name.
 *
 * @param kind what the part is, for messages
 * @param factories what makes each part, by camelCase name
 * @param aliases other names, as camelCase turns them out
 */
export function makeNamed<T>(
  kind: string,
  spec: unknown,
  factories: Readonly<Record<string, (options: never) => T>>,
  aliases: Readonly<Record<string, string>> = {},
): T {
  const { name, ...options } = typeof spec === "string" ? { name: spec } : asRecord(kind, spec);
  const known = Object.keys(factories);
  if (typeof name !== "string") throw unknownName(kind, name, known);
  const plain = camelCase(name);
  const resolved = Object.hasOwn(aliases, plain) ? aliases[plain] : plain;
  if (!Object.hasOwn(factories, resolved)) throw unknownName(kind, name, known);
  return factories[resolved](options as never);
}

function asRecord(kind: string, spec: unknown): Record<string, unknown> {
  if (typeof spec === "object" && spec !== null && !Array.isArray(spec))
    return spec as Record<string, unknown>;
  throw new LanegradError(
    "INVALID_OPTION",
    `${kind} must be a name, an object with a name, or what its factory returns. Received: ${show(spec)}`,
  );
}
