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
  for (const layer of layers) {
    const name = layer.givenName ?? firstFree(layer.kindName, taken);
    taken.add(name);
    names.set(layer, name);
  }
  return names;
}

function firstFree(kind: string, taken: ReadonlySet<string>): string {
  let name = kind;
  for (let n = 1; taken.has(name); n++) name = `${kind}_${n}`;
  return name;
}

/** The same names, those that come again with a number: a, a_1. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const unique = firstFree(name, taken);
    taken.add(unique);
    return unique;
  });
}
