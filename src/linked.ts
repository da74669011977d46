// The parts that a program has linked (linking.ts), and how a name finds its factory among them.
import { LanegradError, show } from "./errors.js";
import type { Parts } from "./linking.js";

/** The kinds of parts that can be found by name. */
export type PartNamespace = Exclude<keyof Parts, "activations">;

/** What makes a part, of any kind; of others that its options name, if that is what they do. */
type Factory = (options: never, make: (spec: unknown) => unknown) => unknown;

const linked = new Map<PartNamespace, Record<string, unknown>>();

/** Adds factories, by name, to those that are found. */
export function link(namespace: PartNamespace, factories: object): void {
  linked.set(namespace, { ...linked.get(namespace), ...factories });
}

/** The factory of a name that the library has, if this program has it. */
export function linkedFactory(namespace: PartNamespace, known: object, name: string): Factory | undefined {
  return ((known as Record<string, unknown>)[name] ?? linked.get(namespace)?.[name]) as Factory | undefined;
}

/** The error for a part that the library has and this program has not. */
export function notLinked(option: string, namespace: PartNamespace, name: string): LanegradError {
  return new LanegradError(
    "NOT_LINKED",
    `${option} must name a part that is linked: bundles and lanegrad/slim find only the common ones by name. Pass ${namespace}.${name}() itself, or call linkParts({ ${namespace} }) of the same entry first. Received: ${show(name)}`,
  );
}
