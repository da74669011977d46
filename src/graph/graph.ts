import { LanegradError } from "../errors.js";
import type { Layer } from "../layers/layer.js";
import { nameLayers, uniqueNames } from "./names.js";
import { sortNodes } from "./order.js";
import type { Node, SymbolicTensor } from "./symbolic.js";
import type { Weight } from "./weight.js";

/** A weight with the layer that holds it and its name within a network: "encoder/dense/kernel". */
export interface NamedWeight {
  readonly path: string;
  readonly layer: Layer;
  readonly weight: Weight;
}

/** A network from inputs to outputs: the nodes between them in an order in which they can run. */
export class Graph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly nodes: readonly Node[];
  /** The layers that compute, each once, in Keras's order. Models used as layers count as one. */
  readonly layers: readonly Layer[];
  /** Each layer's name within this network, inputs included. */
  readonly names: ReadonlyMap<Layer, string>;
  /** The names by which data is handed in as a record. */
  readonly inputNames: readonly string[];
  /** The names by which losses, metrics and labels are given. */
  readonly outputNames: readonly string[];
  /** The layers that hold weights: models used as layers are opened. With the path of each. */
  readonly leaves: ReadonlyMap<Layer, string>;

  /**
   * @throws LanegradError INVALID_OPTION if an output does not come from the inputs alone, or two layers
   * were given the same name
   */
  constructor(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]) {
    this.inputs = inputs;
    this.outputs = outputs;
    const { nodes, layers } = sortNodes(inputs, outputs);
    this.nodes = nodes;
    this.layers = layers;
    const entrances = inputs.map((tensor) => tensor.node.layer);
    this.names = nameLayers([...new Set([...layers, ...entrances])]);
    const nameOf = (layer: Layer): string => this.names.get(layer) as string;
    // A layer that is used again behind its own output keeps its name.
    this.inputNames = uniqueNames(entrances.map(nameOf), layers.map(nameOf));
    this.outputNames = uniqueNames(
      outputs.map((tensor) => this.inputNames[inputs.indexOf(tensor)] ?? nameOf(tensor.node.layer)),
    );
    this.leaves = openModels(this);
    checkPaths(this.leaves);
  }

  /** All weights, layer by layer. */
  weights(): NamedWeight[] {
    return [...this.leaves].flatMap(([layer, path]) =>
      layer.weights.map((weight) => ({ path: `${path}/${weight.name}`, layer, weight })),
    );
  }

  /** The layers that training may change: neither they nor every model around them are frozen. */
  trainableLeaves(): ReadonlySet<Layer> {
    const found = new Set<Layer>();
    for (const layer of this.layers) {
      if (!layer.trainable) continue;
      if (layer.nested === undefined) found.add(layer);
      else for (const leaf of layer.nested.trainableLeaves()) found.add(leaf);
    }
    return found;
  }

  /** The weights that an optimizer changes as the flags stand now. */
  trainableWeights(): NamedWeight[] {
    const trainable = this.trainableLeaves();
    return this.weights().filter(({ layer, weight }) => weight.isTrained && trainable.has(layer));
  }

  /** The layers that keep to themselves in training, as the flags stand now. */
  frozenLeaves(): ReadonlySet<Layer> {
    const trainable = this.trainableLeaves();
    return new Set([...this.leaves.keys()].filter((leaf) => !trainable.has(leaf)));
  }
}

/** A layer that is reached in several ways keeps the path by which it is reached first. */
function openModels(graph: Graph): Map<Layer, string> {
  const leaves = new Map<Layer, string>();
  for (const layer of graph.layers) {
    const name = graph.names.get(layer) as string;
    const inner = layer.nested === undefined ? new Map([[layer, ""]]) : layer.nested.leaves;
    for (const [leaf, path] of inner) {
      if (!leaves.has(leaf)) leaves.set(leaf, path === "" ? name : `${name}/${path}`);
    }
  }
  return leaves;
}

function checkPaths(leaves: ReadonlyMap<Layer, string>): void {
  const seen = new Set<string>();
  for (const path of leaves.values()) {
    if (seen.has(path)) {
      throw new LanegradError(
        "INVALID_OPTION",
        `names must be unique, so that weights can be told apart. Received: two layers at ${path}`,
      );
    }
    seen.add(path);
  }
}
