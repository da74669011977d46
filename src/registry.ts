// Parts by name: "heNormal", "he_normal" or { name: "heNormal", seed: 1 }.
import { isInstance, LanegradError, OF_THIS_ENTRY, show, unknownName } from "./errors.js";
import { linkedFactory, notLinked } from "./linked.js";
import type { PartNamespace } from "./linked.js";
import { classNamed } from "./saving/registry.js";

/** What makes parts, by camelCase name. */
type PartFactories = Readonly<Record<string, (options: never) => unknown>>;

/** A camelCase name in Keras's snake_case: "heNormal" becomes "he_normal". */
type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : "";

/** The aliases of a name; those in camelCase in snake_case too. */
type AliasOf<Name, Aliases> = {
  [Alias in keyof Aliases & string]: Aliases[Alias] extends Name
    ? Alias | (Alias extends Uncapitalize<Alias> ? SnakeCase<Alias> : never)
    : never;
}[keyof Aliases & string];

/** Every spelling of a name: camelCase, snake_case, as a class of Keras, and the aliases. */
type Spelling<Name extends string, Aliases> =
  Name | SnakeCase<Name> | Capitalize<Name> | AliasOf<Name, Aliases>;

type OptionsOf<Factory> = Factory extends (...args: infer Args) => unknown ? NonNullable<Args[0]> : never;

/** The name alone is enough where the factory needs no options. */
type NameAlone<Name, Factory> = Factory extends () => unknown ? Name : never;

type NamedPart<Name extends string, Factory> =
  NameAlone<Name, Factory> | ({ readonly name: Name } & OptionsOf<Factory>);

/**
 * A part given by name, alone or with the options of that part: "adam" or { name: "adam", beta1: 0.8 }.
 * Names are those of the factories, in camelCase, snake_case and as Keras's classes, and the aliases, which
 * must be `as const`.
 */
export type PartSpec<All extends PartFactories, Aliases extends Readonly<Record<string, keyof All>> = {}> = {
  [Name in keyof All & string]: NamedPart<Spelling<Name, Aliases>, All[Name]>;
}[keyof All & string];

/** The names that `PartSpec` takes. */
export type PartName<All extends PartFactories, Aliases = {}> = Spelling<keyof All & string, Aliases>;

/** Keras's snake_case, or any spelling of an alias, as camelCase. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Keras's names of classes as those of factories: "HeNormal" becomes "heNormal". */
export function uncapitalized(name: string): string {
  return name.slice(0, 1).toLowerCase() + name.slice(1);
}

/** "BatchNormalization" becomes "batch_normalization" and "RMSNormalization" "rms_normalization", as in Keras. */
export function snakeCase(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** A kind of parts: what they are called, and where they are. */
export interface PartKind<T extends object> {
  /** The namespace of their factories, as in `optimizers.adam`. */
  readonly namespace: PartNamespace;
  /** The names of the factories, in camelCase. */
  readonly names: readonly string[];
  /** Other names, as camelCase turns them out. */
  readonly aliases: Readonly<Record<string, string>>;
  /** The factories that are always found by name; not only factories, if it is a whole namespace. */
  readonly known: object;
  /** What messages offer, if not the names alone. */
  readonly offered?: readonly string[];
  /** The class that they all extend, for those that users registered. */
  readonly Base: PartClass<T>;
}

/**
 * Finds a part by name and makes it with the options given beside the name.
 *
 * @param option what holds the specification, for messages
 * @throws LanegradError UNKNOWN_NAME, NOT_LINKED, and what the factory throws
 */
export function makeNamed<T extends object>(option: string, spec: unknown, kind: PartKind<T>): T {
  const { name, ...options } = typeof spec === "string" ? { name: spec } : asRecord(option, spec);
  return makePart(option, name, options, kind);
}

/**
 * The same for a name and options that are apart.
 *
 * @param ofBuiltIn the options for a part of the library, where others get theirs in another way
 */
export function makePart<T extends object>(
  option: string,
  name: unknown,
  options: object,
  kind: PartKind<T>,
  ofBuiltIn: object = options,
): T {
  const { names, aliases, offered = names } = kind;
  if (typeof name !== "string") throw unknownName(option, name, offered);
  const plain = camelCase(name);
  const resolved = Object.hasOwn(aliases, plain) ? aliases[plain] : uncapitalized(plain);
  const isBuiltIn = names.includes(resolved);
  const registered = registeredPart(option, name, options, kind.Base, isBuiltIn);
  if (registered !== undefined) return registered;
  if (!isBuiltIn) throw unknownName(option, name, offered);
  const make = linkedFactory(kind.namespace, kind.known, resolved);
  if (make === undefined) throw notLinked(option, kind.namespace, resolved);
  return make(ofBuiltIn as never, (inner) => toPart(option, inner, kind)) as T;
}

/** A part as it is; else the one that is named. */
function toPart<T extends object>(option: string, spec: unknown, kind: PartKind<T>): T {
  const isPart = Object.prototype.isPrototypeOf.call(kind.Base.prototype, spec as object);
  return isPart ? (spec as T) : makeNamed(option, spec, kind);
}

/** A class that all parts of a kind extend. */
export interface PartClass<T extends object> {
  readonly prototype: T;
}

/**
 * Makes a part of the class that a user registered; undefined if there is none of this kind by that name.
 *
 * @param isBuiltIn whether the library has such a part too
 * @throws LanegradError INVALID_OPTION if both have one: the name could mean either
 */
export function registeredPart<T extends object>(
  kind: string,
  name: string,
  options: object,
  Base: PartClass<T>,
  isBuiltIn: boolean,
): T | undefined {
  const Class = classNamed(name) as (new (options: object) => T) | undefined;
  if (Class === undefined || !Object.prototype.isPrototypeOf.call(Base.prototype, Class.prototype ?? {})) {
    return undefined;
  }
  if (!isBuiltIn) return new Class(options);
  throw new LanegradError(
    "INVALID_OPTION",
    `${kind} names both a registered class and a part of Lanegrad; register the class with a prefix. Received: ${show(name)}`,
  );
}

/**
 * A specification as an object of name and options.
 *
 * @param kind what holds it, for messages
 * @throws LanegradError INVALID_OPTION for something else, such as a part whose class is not the one of this kind
 */
export function asRecord(kind: string, spec: unknown): Record<string, unknown> {
  if (typeof spec === "object" && spec !== null && !Array.isArray(spec) && !isInstance(spec)) {
    return spec as Record<string, unknown>;
  }
  throw new LanegradError(
    "INVALID_OPTION",
    `${kind} must be a name, an object with a name, or what its factory returns, ${OF_THIS_ENTRY}. Received: ${show(spec)}`,
  );
}
