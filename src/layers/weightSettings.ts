// What the options of a layer say about its weights: how each begins, what it costs and what it is held to.
import { toConstraint } from "../constraints/spec.js";
import type { Constraint, ConstraintSpec } from "../constraints/index.js";
import type { WeightOptions } from "../graph/weight.js";
import { toInitializer } from "../initializers/spec.js";
import type { Initializer, InitializerSpec } from "../initializers/index.js";
import { toRegularizer } from "../regularizers/spec.js";
import type { Regularizer, RegularizerSpec } from "../regularizers/index.js";

/** For a weight "kernel": kernelInitializer, kernelRegularizer and kernelConstraint. */
type SettingOptions<Name extends string> = { readonly [Key in `${Name}Initializer`]?: InitializerSpec } & {
  readonly [Key in `${Name}Regularizer`]?: RegularizerSpec;
} & { readonly [Key in `${Name}Constraint`]?: ConstraintSpec };

interface Settings {
  readonly initializer: Initializer;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
}

const SETTINGS = ["initializer", "regularizer", "constraint"] as const;

/** The options of weights of these names: their initializers, then their regularizers, then their constraints. */
export function settingNames(...weights: string[]): string[] {
  return ["Initializer", "Regularizer", "Constraint"].flatMap((setting) =>
    weights.map((weight) => weight + setting),
  );
}

/** The checked options of the weights of a layer. */
export class WeightSettings<Name extends string> {
  readonly #settings: ReadonlyMap<Name, Settings>;

  /** @param standard the weights, and what initializes each by default */
  constructor(standard: Readonly<Record<Name, InitializerSpec>>, options: SettingOptions<Name>) {
    const given = options as Readonly<Record<string, never>>;
    const entries = Object.entries(standard) as [Name, InitializerSpec][];
    this.#settings = new Map(
      entries.map(([name, standardInitializer]) => {
        const [initializer, regularizer, constraint] = settingNames(name);
        return [
          name,
          {
            initializer: toInitializer(initializer, given[initializer] ?? standardInitializer),
            regularizer: toRegularizer(regularizer, given[regularizer]),
            constraint: toConstraint(constraint, given[constraint]),
          },
        ];
      }),
    );
  }

  /** What `addWeight` is told about a weight. */
  of(name: Name, shape: readonly number[]): WeightOptions {
    return { name, shape, ...(this.#settings.get(name) as Settings) };
  }

  /** The options from which equal ones can be made. */
  getConfig(): Record<string, unknown> {
    const names = settingNames(...this.#settings.keys());
    const parts = SETTINGS.flatMap((setting) =>
      [...this.#settings.values()].map((settings) => settings[setting]),
    );
    const config = names.map((name, i): [string, unknown] => [name, parts[i]?.getConfig()]);
    return Object.fromEntries(config.filter(([, value]) => value !== undefined));
  }
}
