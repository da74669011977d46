import type { Layer } from "../layers/layer.js";
import type { Graph } from "./graph.js";

/** The layers that take an input of the network as it comes, models opened, with the number of that input. */
export function inputUsers(graph: Graph): { readonly layer: Layer; readonly input: number }[] {
  return graph.nodes.flatMap(({ layer, inputs }) =>
    inputs.flatMap((tensor, position) => {
      const input = graph.inputs.indexOf(tensor);
      if (input < 0) return [];
      if (layer.nested === undefined) return [{ layer, input }];
      return inputUsers(layer.nested)
        .filter((user) => user.input === position)
        .map((user) => ({ layer: user.layer, input }));
    }),
  );
}
