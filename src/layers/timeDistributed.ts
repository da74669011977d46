import { LanegradError, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import { ConfigWriter } from "../graph/config.js";
import { Graph } from "../graph/graph.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import { StepBuilder } from "../graph/stepBuilder.js";
import type { Shape } from "../graph/symbolic.js";
import { takeDown } from "../graph/takeDown.js";
import type { Weight } from "../graph/weight.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { InputLayer } from "./inputLayer.js";
import { Layer } from "./layer.js";
import type { LayerOptions } from "./layer.js";
import { wrapperOptions } from "./wrapperOptions.js";

/** Options of `layers.timeDistributed`. */
export interface TimeDistributedOptions extends LayerOptions {
  /** The layer, or model, that each step goes through; it has one input and one output, and is not stateful. */
  layer: Layer;
}

/** A layer that computes each step of a sequence by itself, with the same weights (Keras's TimeDistributed). */
export class TimeDistributed extends Layer {
  readonly className = "TimeDistributed";
  /** The layer that each step goes through. */
  readonly layer: Layer;
  /** The layer as a network of its own, whose rows are steps. */
  #graph: Graph | undefined;
  #hasBuiltLayer = false;

  constructor(options: TimeDistributedOptions) {
    super("timeDistributed", wrapperOptions("timeDistributed", options), ["layer"]);
    const { layer } = options;
    if (!(layer instanceof Layer) || layer instanceof InputLayer) {
      throw invalidOption("layer", "a layer or a model", layer);
    }
    this.layer = layer;
  }

  override get supportsMasking(): boolean {
    return true;
  }

  /** @internal */
  override get nested(): Graph | undefined {
    return this.#graph;
  }

  override get weights(): readonly Weight[] {
    return this.layer.weights;
  }

  protected override build(inputShapes: readonly Shape[]): void {
    const shape = this.#stepShape(inputShapes).slice(1).map(Number);
    this.#hasBuiltLayer = !this.layer.isBuilt;
    const step = new InputLayer({ shape }).apply([]);
    const graph = new Graph([step], [this.layer.apply(step)]);
    const stateful = [...graph.leaves.keys()].find((leaf) => leaf.stateful);
    if (stateful !== undefined) {
      throw new LanegradError(
        "INVALID_OPTION",
        `a stateful layer cannot be inside ${this.name}, which takes all steps at once. Received: ${stateful.name}, which is stateful`,
      );
    }
    for (const [layer, name] of graph.names) layer.nameAutomatically(name);
    this.#graph = graph;
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const [batch, ...sizes] = this.layer.computeOutputShape([this.#stepShape(inputShapes)]);
    return [batch, inputShapes[0][1], ...sizes];
  }

  /** @internal */
  override call(plan: PlanBuilder, [x]: readonly Slot[]): Slot {
    const builder = new StepBuilder(plan, Number(x.shape[1]));
    const stepOf = (slot: Slot): Slot => plan.alias(slot, [slot.shape[0], ...slot.shape.slice(2)]);
    const step = stepOf(x);
    const graph = this.#graph as Graph;
    if (x.mask !== undefined && handsIn(x.mask.slot, step, graph)) step.mask = x.mask.as(stepOf(x.mask.slot));
    const [made] = takeDown(builder, graph, [step]);
    const y = builder.whole(made);
    y.mask = made.mask?.as(builder.whole(made.mask.slot));
    return y;
  }

  /** @internal The mask of the steps; one of something within them is up to the layer. */
  override passMasks(_plan: PlanBuilder, [{ mask }]: readonly Slot[], [y]: readonly Slot[]): void {
    if (mask?.slot.shape.length === 2) y.mask = mask;
  }

  override getWeights(): Tensor[] {
    return this.layer.getWeights();
  }

  override setWeights(values: readonly TensorLike[]): void {
    this.layer.setWeights(values);
  }

  override dispose(): void {
    this.layer.dispose();
  }

  /** @internal */
  override unbuild(): void {
    super.unbuild();
    if (this.#hasBuiltLayer) this.layer.unbuild();
    this.#hasBuiltLayer = false;
    this.#graph = undefined;
  }

  override getConfig(): Record<string, unknown> {
    return this.describe(new ConfigWriter());
  }

  /** @internal */
  override describe(writer: ConfigWriter): Record<string, unknown> {
    return { ...super.getConfig(), layer: writer.layer(this.layer) };
  }

  #stepShape(inputShapes: readonly Shape[]): Shape {
    const shape = this.single(inputShapes);
    if (shape.length > 2) return [shape[0], ...shape.slice(2)];
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} needs inputs of shape [batch, steps, ...]. Received: shape ${showShape(shape)}`,
    );
  }
}

/**
 * Whether a mask goes into the layer: one of something within the steps, such as the words of sentences, does; one of the
 * steps themselves where these are plain rows, some of which count in what is over all rows, as batch normalisation is.
 */
function handsIn(mask: Slot, step: Slot, { leaves }: Graph): boolean {
  if (mask.shape.length > 2) return true;
  return step.shape.length === 2 && [...leaves.keys()].every((leaf) => leaf.supportsMasking);
}
