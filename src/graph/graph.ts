import { LanegradError } from "../errors.js";
import type { Layer } from "../layers/layer.js";
import { nameLayers } from "./names.js";
import type { Node, SymbolicTensor } from "./symbolic.js";

/** A network from inputs to outputs: the nodes between them in an order in which they can run. */
export class Graph {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly nodes: readonly Node[];
  /** The layers in the order of their first use, each once. */
  readonly layers: readonly Layer[];
  /** Each layer's name within this network. */
  readonly names: ReadonlyMap<Layer, string>;

  /**
   * @throws LanegradError INVALID_OPTION if an output does not come from the inputs alone, or two layers
   * were given the same name
   */
  constructor(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.nodes = orderedNodes(inputs, outputs);
    this.layers = [...new Set(this.nodes.map((node) => node.layer))];
    this.names = nameLayers(this.layers);
  }
}

/** The nodes that the outputs need, each after those it depends on. */
function orderedNodes(inputs: readonly SymbolicTensor[], outputs: readonly SymbolicTensor[]): Node[] {
  const ordered = new Set<Node>();
  const ends = new Set(inputs.map((tensor) => tensor.node));
  const visit = (node: Node): void => {
    if (ordered.has(node)) return;
    if (!ends.has(node)) {
      if (node.inputs.length === 0) {
        throw new LanegradError(
          "INVALID_OPTION",
          `outputs must depend on inputs alone. Received: an output that needs the input ${node.layer.name}, which is not among them`,
        );
      }
      for (const tensor of node.inputs) visit(tensor.node);
    }
    ordered.add(node);
  };
  for (const tensor of inputs) visit(tensor.node);
  for (const tensor of outputs) visit(tensor.node);
  return [...ordered];
}
