import { addActivityPenalty } from "./activityPenalty.js";
import type { Graph } from "./graph.js";
import type { PlanBuilder } from "./planBuilder.js";
import type { Slot } from "./slot.js";
import type { SymbolicTensor } from "./symbolic.js";

/** Takes the layers of a network down in a plan, for these inputs. Returns its outputs. */
export function takeDown(builder: PlanBuilder, graph: Graph, inputs: readonly Slot[]): readonly Slot[] {
  const slots = new Map<SymbolicTensor, Slot>(graph.inputs.map((tensor, i) => [tensor, inputs[i]]));
  const slotOf = (tensor: SymbolicTensor): Slot => slots.get(tensor) as Slot;
  for (const { layer, inputs: sources, outputs } of graph.nodes) {
    builder.enter(layer);
    const slotsIn = sources.map(slotOf);
    const results = layer.callAll(builder, slotsIn);
    layer.passMasks(builder, slotsIn, results);
    const { activityRegularizer } = layer;
    if (activityRegularizer !== undefined && builder.purpose.hasLoss) {
      for (const slot of results) addActivityPenalty(builder, activityRegularizer, slot);
    }
    outputs.forEach((tensor, i) => {
      // An input in the middle of a network stays what the caller gave.
      if (slots.has(tensor)) return;
      slots.set(tensor, results[i]);
      if (layer.nested === undefined) builder.computed(results[i], layer);
    });
  }
  return graph.outputs.map(slotOf);
}
