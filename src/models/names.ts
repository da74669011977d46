import { LanegradError } from "../errors.js";
import type { Graph } from "../graph/graph.js";

/** "BatchNormalization" becomes "batch_normalization", as Keras names layers. */
function snakeCase(name: string): string {
  return name.replace(/(?!^)([A-Z])/g, "_$1").toLowerCase();
}

/**
 * Gives every layer without a name its kind and, from the second of a kind on, a number: dense, dense_1.
 *
 * @throws LanegradError INVALID_OPTION if two layers have the same name
 */
export function nameLayers(graph: Graph): void {
  const taken = new Set<string>();
  for (const layer of graph.layers) {
    if (!layer.hasName) continue;
    if (taken.has(layer.name)) {
      throw new LanegradError(
        "INVALID_OPTION",
        `layer names must be unique within a model. Received: two layers named ${layer.name}`,
      );
    }
    taken.add(layer.name);
  }
  for (const layer of graph.layers) {
    if (layer.hasName) continue;
    const kind = snakeCase(layer.className);
    let name = kind;
    for (let n = 1; taken.has(name); n++) name = `${kind}_${n}`;
    taken.add(name);
    layer.setName(name);
  }
}
