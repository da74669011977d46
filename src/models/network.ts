// From a graph to plans.
import type { Graph } from "../graph/graph.js";
import { Plan } from "../graph/plan.js";
import type { Weight } from "../graph/weight.js";
import type { Layer } from "../layers/layer.js";
import { PlanBuilder } from "../graph/planBuilder.js";
import type { PlanPurpose } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Operation, StepContext } from "../graph/operation.js";
import { takeDown } from "../graph/takeDown.js";

/** The tensors of a plan that its user fills in and reads. */
export interface Ports {
  readonly inputs: readonly Slot[];
  readonly outputs: readonly Slot[];
}

/** Takes a network down in a plan, with inputs that the caller fills in and outputs that it reads. */
export function describe(builder: PlanBuilder, graph: Graph): Ports {
  const inputs = graph.inputs.map((tensor) => builder.input(tensor.shape, builder.purpose.inputGradients));
  const outputs = takeDown(builder, graph, inputs);
  for (const slot of outputs) builder.keep(slot);
  return { inputs, outputs };
}

/** A plan that computes outputs alone. */
export class ForwardPlan {
  readonly plan: Plan;
  readonly ports: Ports;

  constructor(graph: Graph) {
    const purpose = {
      training: false,
      backward: false,
      inputGradients: false,
      hasLoss: false,
      trained: new Set<Weight>(),
      frozen: new Set<Layer>(),
    };
    const builder = new PlanBuilder(purpose, graph.leaves.keys());
    this.ports = describe(builder, graph);
    this.plan = new Plan(builder, graph.leaves.keys());
  }

  /** Whether data is one row for the one input there is, as linear memory holds it. */
  isRow(data: unknown): data is Float32Array {
    const { inputs } = this.ports;
    return data instanceof Float32Array && inputs.length === 1 && data.length === inputs[0].rowSize;
  }
}

/** Where the gradient of an output enters: from memory that the caller writes after `forward`. */
class OutputGradient implements Operation {
  readonly #output: Slot;
  readonly #sink: GradientSink;
  readonly #given: Pointer;

  constructor(output: Slot, sink: GradientSink, given: Pointer) {
    this.#output = output;
    this.#sink = sink;
    this.#given = given;
  }

  forward(): void {}

  backward({ kernels, rows }: StepContext): void {
    kernels.copy(this.#sink.address, this.#given.address, rows * this.#output.rowSize);
  }
}

/** A plan that goes backward from gradients of the outputs that the caller brings. */
export class BackwardPlan {
  readonly plan: Plan;
  readonly ports: Ports;
  /** Where the gradients of the outputs go, after `forward`. */
  readonly outputGradients: readonly Pointer[];

  constructor(graph: Graph, training: boolean) {
    const trained = new Set(graph.trainableWeights().map(({ weight }) => weight));
    const purpose: PlanPurpose = {
      training,
      backward: true,
      inputGradients: true,
      hasLoss: false,
      trained,
      frozen: graph.frozenLeaves(),
    };
    const builder = new PlanBuilder(purpose, graph.leaves.keys());
    this.ports = describe(builder, graph);
    this.outputGradients = this.ports.outputs.map((slot) => {
      const given = builder.temporary(slot.rowSize, true);
      builder.add(new OutputGradient(slot, builder.gradientOf(slot), given));
      return given;
    });
    this.plan = new Plan(builder, graph.leaves.keys());
  }
}
