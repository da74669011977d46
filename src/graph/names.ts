import { LanegradError } from "../errors.js";
import type { Layer } from "../layers/layer.js";

/**
 * The names of the layers within a model. A layer without a name of its own gets its kind and, from the
 * second of a kind on, a number, counted among the layers of this model: dense, dense_1.
 *
 * @throws LanegradError INVALID_OPTION if two layers were given the same name
 */
export function nameLayers(layers: readonly Layer[]): Map<Layer, string> {
  const names = new Map<Layer, string>();
  const taken = new Set<string>();
  for (const layer of layers) {
    if (layer.givenName === undefined) continue;
    if (taken.has(layer.givenName)) {
      throw new LanegradError(
        "INVALID_OPTION",
        `layer names must be unique within a model. Received: two layers named ${layer.givenName}`,
      );
    }
    taken.add(layer.givenName);
  }
  const next = new Map<string, number>();
  for (const layer of layers) {
    const name = layer.givenName ?? firstFree(layer.kindName, taken, next);
    taken.add(name);
    names.set(layer, name);
  }
  return names;
}

/** @param next for each kind, from which number on to look: those before are taken */
function firstFree(kind: string, taken: ReadonlySet<string>, next: Map<string, number>): string {
  if (!taken.has(kind)) return kind;
  let n = next.get(kind) ?? 1;
  while (taken.has(`${kind}_${n}`)) n++;
  next.set(kind, n + 1);
  return `${kind}_${n}`;
}

/** The same names, those that come again, or are among `others`, with a number: a, a_1. */
export function uniqueNames(names: readonly string[], others: readonly string[] = []): string[] {
  const taken = new Set(others);
  const next = new Map<string, number>();
  return names.map((name) => {
    const unique = firstFree(name, taken, next);
    taken.add(unique);
    return unique;
  });
}
