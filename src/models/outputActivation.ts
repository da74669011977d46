import type { Activation } from "../activations/activation.js";
import type { Graph } from "../graph/graph.js";
import type { SymbolicTensor } from "../graph/symbolic.js";

/**
 * The activation that the values of a tensor come from, also through layers that only hand values on and
 * out of models used as layers; undefined if they come from something else.
 *
 * @param outside what is known of the inputs of the network, by position; default nothing
 */
export function outputActivation(
  graph: Graph,
  tensor: SymbolicTensor,
  outside: (input: number) => Activation | undefined = () => undefined,
): Activation | undefined {
  const position = graph.inputs.indexOf(tensor);
  if (position >= 0) return outside(position);
  const { layer, inputs } = tensor.node;
  const before = (input: number): Activation | undefined => outputActivation(graph, inputs[input], outside);
  if (layer.nested !== undefined)
    return outputActivation(layer.nested, layer.nested.outputs[tensor.index], before);
  if (layer.outputActivation !== "input") return layer.outputActivation;
  const activation = before(0);
  // What holds along the last axis does not along another one.
  const isRowwise = typeof activation?.kind === "string";
  return isRowwise && inputs[0].shape.at(-1) !== tensor.shape.at(-1) ? undefined : activation;
}
