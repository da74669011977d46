// From a graph to plans.
import type { Graph } from "../graph/graph.js";
import { Plan } from "../graph/plan.js";
import { PlanBuilder } from "../graph/planBuilder.js";
import type { PlanPurpose } from "../graph/planBuilder.js";
import type { GradientSink, Slot } from "../graph/slot.js";
import type { SymbolicTensor } from "../graph/symbolic.js";
import type { Operation } from "../graph/operation.js";
import { InputLayer } from "../layers/inputLayer.js";
import type { Layer } from "../layers/layer.js";

/** The tensors of a plan that its user fills in and reads. */
export interface Ports {
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

/** The layers that compute something, in the order of their first use. */
export function computingLayers(graph: Graph): Layer[] {
  return graph.layers.filter((layer) => !(layer instanceof InputLayer));
}

/** Takes the layers of a graph down in a plan. */
export function describe(builder: PlanBuilder, graph: Graph): Ports {
  const slots = new Map<SymbolicTensor, Slot>();
  const indices = new Map(computingLayers(graph).map((layer, index) => [layer, index]));
  for (const tensor of graph.inputs)
    slots.set(tensor, builder.input(tensor.shape, builder.purpose.inputGradients));
  const slotOf = (tensor: SymbolicTensor): Slot => slots.get(tensor) as Slot;
  for (const node of graph.nodes) {
    const index = indices.get(node.layer);
    if (index === undefined) continue;
    slots.set(node.outputs[0], node.layer.call(builder, node.inputs.map(slotOf), index));
  }
  const outputs = graph.outputs.map(slotOf);
  for (const slot of outputs) builder.keep(slot);
  return { inputs: graph.inputs.map(slotOf), outputs };
}

/** A plan that computes outputs alone. */
export class ForwardPlan {
  readonly plan: Plan;
  readonly ports: Ports;

  constructor(graph: Graph) {
    const builder = new PlanBuilder({
      training: false,
      backward: false,
      inputGradients: false,
      trained: new Set(),
      frozen: new Set(),
    });
    this.ports = describe(builder, graph);
    this.plan = new Plan(builder, graph.layers);
  }
}

/** Marks where the gradient of an output enters; its values are written by the caller. */
class OutputGradient implements Operation {
  constructor(
    readonly layerName: string,
    readonly sink: GradientSink,
  ) {}

  forward(): void {}
}

/** A plan that goes backward from gradients of the outputs that the caller brings. */
export class BackwardPlan {
  readonly plan: Plan;
  readonly ports: Ports;
  /** Where the gradients of the outputs go, after `forward`. */
  readonly outputGradients: readonly GradientSink[];

  constructor(graph: Graph, training: boolean) {
    const trained = new Set(graph.layers.flatMap((layer) => layer.trainedWeights));
    const frozen = new Set(graph.layers.filter((layer) => !layer.trainable));
    const purpose: PlanPurpose = { training, backward: true, inputGradients: true, trained, frozen };
    const builder = new PlanBuilder(purpose);
    this.ports = describe(builder, graph);
    this.outputGradients = this.ports.outputs.map((slot) => {
      const sink = builder.gradientOf(slot, true);
      builder.keep(slot);
      builder.add(new OutputGradient("output", sink));
      return sink;
    });
    this.plan = new Plan(builder, graph.layers);
  }
}
