// In which order the parts of a network run, and in which its layers are listed.
import { LanegradError } from "../errors.js";
import type { Layer } from "../layers/layer.js";
import type { Node, SymbolicTensor } from "./symbolic.js";

/** The nodes between tensors, each after those it depends on, and their layers in the order of Keras. */
export function sortNodes(
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
): { nodes: Node[]; layers: Layer[] } {
  const ends = new Set(inputs);
  const nodes = new Set<Node>();
  const firstSeen = new Map<Layer, number>();
  // The nodes on the way from an output, each with how many of its inputs have been followed: a recursion
  // would exhaust the stack in a deep network.
  const path: { node: Node; followed: number }[] = [];
  const enter = (tensor: SymbolicTensor): void => {
    const { node } = tensor;
    if (ends.has(tensor) || nodes.has(node)) return;
    if (node.inputs.length === 0) throw missingInput(node);
    if (!firstSeen.has(node.layer)) firstSeen.set(node.layer, firstSeen.size);
    path.push({ node, followed: 0 });
  };
  for (const tensor of outputs) {
    enter(tensor);
    while (path.length > 0) {
      const last = path[path.length - 1];
      if (last.followed < last.node.inputs.length) {
        enter(last.node.inputs[last.followed++]);
      } else {
        nodes.add(last.node);
        path.pop();
      }
    }
  }
  const ordered = [...nodes];
  return { nodes: ordered, layers: inKerasOrder(ordered, firstSeen) };
}

function missingInput(node: Node): LanegradError {
  return new LanegradError(
    "INVALID_OPTION",
    `outputs must depend on inputs alone. Received: an output that needs the input ${node.layer.name}, which is not among them`,
  );
}

/**
 * The farthest from the outputs first; at the same distance, those that a walk from the outputs meets first
 * (`map_graph` in Keras's ops/function.py). Lists of weights have this order.
 */
function inKerasOrder(nodes: readonly Node[], firstSeen: ReadonlyMap<Layer, number>): Layer[] {
  const depthOfNode = new Map<Node, number>();
  const depthOfLayer = new Map<Layer, number>();
  for (const node of [...nodes].reverse()) {
    const depth = Math.max(depthOfNode.get(node) ?? 0, depthOfLayer.get(node.layer) ?? 0);
    depthOfNode.set(node, depth);
    depthOfLayer.set(node.layer, depth);
    for (const { node: parent } of node.inputs) {
      depthOfNode.set(parent, Math.max(depth + 1, depthOfNode.get(parent) ?? 0));
    }
  }
  const layers = [...firstSeen.keys()];
  const depth = (layer: Layer): number => depthOfLayer.get(layer) ?? 0;
  return layers.sort((a, b) => depth(b) - depth(a) || Number(firstSeen.get(a)) - Number(firstSeen.get(b)));
}
