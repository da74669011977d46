// Names of losses with the options of each, for the type checker.

/** A camelCase name in Keras's snake_case: "logCosh" becomes "log_cosh". */
type SnakeCase<Name extends string> = Name extends `${infer First}${infer Rest}`
  ? `${First extends Lowercase<First> ? First : `_${Lowercase<First>}`}${SnakeCase<Rest>}`
  : "";

/** Every spelling of a name: camelCase, snake_case, as a class of Keras, and the aliases. */
export type Spelling<Name extends string, Aliases> =
  | Name
  | SnakeCase<Name>
  | Capitalize<Name>
  | { [Alias in keyof Aliases & string]: Aliases[Alias] extends Name ? Alias : never }[keyof Aliases &
      string];

type OptionsOf<Factory> = Factory extends (options?: infer Options) => unknown ? Options : never;

/** A name with the options of that part alone. */
export type NamedOptions<Factories, Aliases> = {
  [Name in keyof Factories & string]: { readonly name: Spelling<Name, Aliases> } & OptionsOf<Factories[Name]>;
}[keyof Factories & string];
