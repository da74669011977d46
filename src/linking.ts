// Which parts of the library a program finds by name. Classes take room, names take little: a bundle holds the common
// parts, those that the program imports, and those that it links here.
import { LanegradError, show } from "./errors.js";
import { checkKeys } from "./options.js";
import type * as activations from "./activations/index.js";
import type * as constraints from "./constraints/index.js";
import type * as initializers from "./initializers/index.js";
import type * as losses from "./losses/index.js";
import type * as metrics from "./metrics/index.js";
import type * as optimizers from "./optimizers/index.js";
import type * as regularizers from "./regularizers/index.js";
import type * as schedules from "./schedules/index.js";

/** Namespaces, or objects of some of what they hold, under its own names. */
export interface Parts {
  /** The namespace: all activations have their kernels in common, so they are linked together. */
  activations?: Pick<typeof activations, "linkAll">;
  /** Such as `{ unitNorm: constraints.unitNorm }`, or all of `constraints`. */
  constraints?: Partial<typeof constraints>;
  /** Such as `{ orthogonal: initializers.orthogonal }`, or all of `initializers`. */
  initializers?: Partial<typeof initializers>;
  /** Such as `{ dice: losses.dice }`, or all of `losses`. */
  losses?: Partial<typeof losses>;
  /** Such as `{ auc: metrics.auc }`, or all of `metrics`. */
  metrics?: Partial<typeof metrics>;
  /** Such as `{ ftrl: optimizers.ftrl }`, or all of `optimizers`. */
  optimizers?: Partial<typeof optimizers>;
  /** Such as `{ orthogonal: regularizers.orthogonal }`, or all of `regularizers`. */
  regularizers?: Partial<typeof regularizers>;
  /** Such as `{ cosineDecay: schedules.cosineDecay }`, or all of `schedules`. */
  schedules?: Partial<typeof schedules>;
}

/** The kinds of parts that can be found by name. */
export type PartNamespace = Exclude<keyof Parts, "activations">;

/** What makes a part, of any kind; of others that its options name, if that is what they do. */
type Factory = (options: never, make: (spec: unknown) => unknown) => unknown;

const NAMESPACES: readonly PartNamespace[] = [
  "constraints",
  "initializers",
  "losses",
  "metrics",
  "optimizers",
  "regularizers",
  "schedules",
];

const linked = new Map<PartNamespace, Record<string, unknown>>();

/**
 * Lets names stand for these parts, in options and in configurations. A program that a bundler has made finds the
 * common parts by name, and all others only after this: `linkParts({ optimizers })` for all of a kind,
 * `linkParts({ optimizers: { ftrl, lion } })` for some. What runs without a bundler finds all without it. Calling it
 * again adds to what is linked.
 *
 * @throws LanegradError UNKNOWN_OPTION or INVALID_OPTION; nothing has been linked then
 * @example
 * import { linkParts, optimizers } from "lanegrad";
 * linkParts({ optimizers });
 * model.compile({ optimizer: configuration.optimizer, loss: "mse" });
 */
export function linkParts(parts: Parts): void {
  checkKeys("linkParts", parts, ["activations", ...NAMESPACES]);
  const entries = NAMESPACES.filter((namespace) => parts[namespace] !== undefined);
  for (const namespace of entries) {
    if (holdsFunctions(parts[namespace])) continue;
    throw invalid("takes namespaces, or objects of some of what they hold", namespace, parts[namespace]);
  }
  const { activations } = parts;
  if (activations !== undefined && typeof activations?.linkAll !== "function") {
    throw invalid("takes the namespace activations as a whole", "activations", activations);
  }
  activations?.linkAll();
  for (const namespace of entries) linked.set(namespace, { ...linked.get(namespace), ...parts[namespace] });
}

function invalid(what: string, namespace: string, received: unknown): LanegradError {
  return new LanegradError("INVALID_OPTION", `linkParts ${what}. Received: ${namespace}=${show(received)}`);
}

function holdsFunctions(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((part) => typeof part === "function")
  );
}

/** The factory of a name that the library has, if this program has it. */
export function linkedFactory(namespace: PartNamespace, known: object, name: string): Factory | undefined {
  return ((known as Record<string, unknown>)[name] ?? linked.get(namespace)?.[name]) as Factory | undefined;
}

/** The error for a part that the library has and this program has not. */
export function notLinked(option: string, namespace: PartNamespace, name: string): LanegradError {
  return new LanegradError(
    "NOT_LINKED",
    `${option} must name a part that is linked: a bundle finds only the common ones by name. Pass ${namespace}.${name}() itself, or call linkParts({ ${namespace} }) first. Received: ${show(name)}`,
  );
}
