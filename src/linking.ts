// Which parts of the library a program finds by name. Classes take room, names take little: a bundle holds the common
// parts, those that the program imports, and those that it links here.
import { LanegradError, show, unknownName } from "./errors.js";
import { link } from "./linked.js";
import type { PartNamespace } from "./linked.js";
import { checkKeys } from "./options.js";
import type * as activations from "./activations/index.js";
import type * as constraints from "./constraints/index.js";
import type * as initializers from "./initializers/index.js";
import type * as losses from "./losses/index.js";
import type * as metrics from "./metrics/index.js";
import type * as optimizers from "./optimizers/index.js";
import type * as regularizers from "./regularizers/index.js";
import type * as schedules from "./schedules/index.js";
import { names as constraintNames } from "./constraints/spec.js";
import { names as initializerNames } from "./initializers/spec.js";
import { names as lossNames } from "./losses/spec.js";
import { names as metricNames } from "./metrics/specs.js";
import { names as optimizerNames } from "./optimizers/spec.js";
import { names as regularizerNames } from "./regularizers/spec.js";
import { names as scheduleNames } from "./schedules/spec.js";

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

/** What the parts of each kind are called. */
const namesByKind = (): Readonly<Record<PartNamespace, readonly string[]>> => ({
  constraints: constraintNames,
  initializers: initializerNames,
  losses: lossNames,
  metrics: metricNames,
  optimizers: optimizerNames,
  regularizers: regularizerNames,
  schedules: scheduleNames,
});

/**
 * Lets names stand for these parts, in options and in configurations. A program that a bundler has made finds the
 * common parts by name, and all others only after this: `linkParts({ optimizers })` for all of a kind,
 * `linkParts({ optimizers: { ftrl, lion } })` for some. What runs without a bundler finds all without it. Calling it
 * again adds to what is linked.
 *
 * @throws LanegradError UNKNOWN_OPTION for another kind of parts, UNKNOWN_NAME for a key that is not the own name of a
 * part of that kind, INVALID_OPTION for what holds no parts; nothing has been linked then
 * @example
 * import { linkParts, optimizers } from "lanegrad";
 * linkParts({ optimizers });
 * model.compile({ optimizer: configuration.optimizer, loss: "mse" });
 */
export function linkParts(parts: Parts): void {
  const namespaces = Object.keys(namesByKind()) as PartNamespace[];
  checkKeys("linkParts", parts, ["activations", ...namespaces]);
  const entries = namespaces.filter((namespace) => parts[namespace] !== undefined);
  for (const namespace of entries) {
    const given: unknown = parts[namespace];
    if (!holdsFunctions(given)) {
      throw invalid("takes namespaces, or objects of some of what they hold", namespace, given);
    }
    checkNames(namespace, given);
  }
  const { activations } = parts;
  if (activations !== undefined && typeof activations?.linkAll !== "function") {
    throw invalid("takes the namespace activations as a whole", "activations", activations);
  }
  activations?.linkAll();
  for (const namespace of entries) link(namespace, parts[namespace] as object);
}

function invalid(what: string, namespace: string, received: unknown): LanegradError {
  return new LanegradError("INVALID_OPTION", `linkParts ${what}. Received: ${namespace}=${show(received)}`);
}

/**
 * What is not a whole namespace, which has classes and other functions too, must hold parts under their own names: no
 * other name would ever find them, an alias neither.
 */
function checkNames(namespace: PartNamespace, given: object): void {
  const names = namesByKind()[namespace];
  if (names.every((name) => Object.hasOwn(given, name))) return;
  const unknown = Object.keys(given).find((key) => !names.includes(key));
  if (unknown !== undefined) throw unknownName(`a key of ${namespace} in linkParts`, unknown, names);
}

function holdsFunctions(value: unknown): value is object {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every((part) => typeof part === "function")
  );
}
