/// <reference lib="esnext.disposable" preserve="true" />
import { LanegradError, showShape, unknownName } from "../errors.js";
import { ConfigWriter } from "../graph/config.js";
import type { Graph } from "../graph/graph.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Shape, SymbolicTensor } from "../graph/symbolic.js";
import { takeDown } from "../graph/takeDown.js";
import type { Weight } from "../graph/weight.js";
import { checkWeights } from "../layers/checkWeights.js";
import { Layer } from "../layers/layer.js";
import { onlyOne } from "../layers/onlyOne.js";
import { SeedHolder } from "../layers/seedHolder.js";
import type { LayerOptions } from "../layers/layer.js";
import { checkKeys } from "../options.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { summaryLines } from "./summary.js";

/** Where the symbol for `using` exists, models support it. */
const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol("Symbol.dispose") as typeof Symbol.dispose);

/** The form of the JSON; it grows when older programs could not read it any more. */
export const FORMAT_VERSION = 1;

/** A model without its weights. */
export interface ModelJSON {
  /** The form of the JSON: 1. */
  readonly formatVersion: number;
  /** The kind of model: "Sequential", "Functional" or that of a registered class. */
  readonly className: string;
  /** Its name, its layers with their options, and how they are connected. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * What every model is, trained or not: layers between inputs and outputs, with their weights. A model can
 * be used as a layer of another one, which then shares its weights.
 */
export abstract class Network extends Layer {
  /** @internal Where the seeds of weights and masks come from. */
  protected readonly seeds = new SeedHolder();
  #graph: Graph | undefined;
  #isPart = false;

  protected constructor(kind: string, options: LayerOptions) {
    super(kind, options, []);
  }

  /** The layers in Keras's order, those of inputs left out. */
  get layers(): readonly Layer[] {
    return this.builtGraph().layers;
  }

  /** The tensors where data enters. */
  get inputs(): readonly SymbolicTensor[] {
    return this.builtGraph().inputs;
  }

  /** The tensors where predictions leave. */
  get outputs(): readonly SymbolicTensor[] {
    return this.builtGraph().outputs;
  }

  /** Its only input, wherever the model is used; see `inputs`. */
  override get input(): SymbolicTensor {
    return onlyOne(this.name, "inputs", this.inputs);
  }

  /** Its only output, wherever the model is used; see `outputs`. */
  override get output(): SymbolicTensor {
    return onlyOne(this.name, "outputs", this.outputs);
  }

  /** The names by which several inputs are given as an object. */
  get inputNames(): readonly string[] {
    return this.builtGraph().inputNames;
  }

  /** The names by which losses, metrics and labels of several outputs are given. */
  get outputNames(): readonly string[] {
    return this.builtGraph().outputNames;
  }

  /** @internal */
  override get nested(): Graph {
    return this.builtGraph();
  }

  override get isBuilt(): boolean {
    return this.#graph !== undefined;
  }

  override get inputShape(): readonly number[] | undefined {
    if (this.#graph?.inputs.length !== 1) return undefined;
    return this.#graph.inputs[0].shape.slice(1).map(Number);
  }

  /** All weights, layer by layer. */
  override get weights(): readonly Weight[] {
    return this.#graph?.weights().map(({ weight }) => weight) ?? [];
  }

  override get trainable(): boolean {
    return super.trainable;
  }

  /** Sets the flag of every layer inside as well, as in Keras. */
  override set trainable(value: boolean) {
    super.trainable = value;
    for (const layer of this.layersNow()) layer.trainable = value;
  }

  /** @internal Sets its own flag alone: its layers have theirs. */
  restoreTrainable(value: boolean): void {
    super.trainable = value;
  }

  /** The configuration from which an equal model can be made; `toJSON` adds the class. */
  override getConfig(): Record<string, unknown> {
    return this.describe(new ConfigWriter());
  }

  /** @internal */
  abstract override describe(writer: ConfigWriter): Record<string, unknown>;

  /**
   * The model's layers and how they are connected, without weights, as plain JSON: for `modelFromJSON`, here
   * or elsewhere.
   */
  toJSON(): ModelJSON {
    const { className = "", config = {} } = new ConfigWriter().layer(this);
    return { formatVersion: FORMAT_VERSION, className, config };
  }

  /** Prints the table of layers that Keras prints. */
  summary(options: { print?: (line: string) => void } = {}): void {
    checkKeys("summary", options, ["print"]);
    const print = options.print ?? console.log;
    for (const line of summaryLines(this.name, this.builtGraph(), this.hidesInput)) print(line);
  }

  /** Copies of all weights, layer by layer. */
  override getWeights(): Tensor[] {
    return this.builtGraph()
      .weights()
      .map(({ layer, weight }) => layer.readWeight(weight));
  }

  /**
   * Replaces all weights.
   *
   * @throws LanegradError SHAPE_MISMATCH if their number or a shape is wrong, INVALID_DATA for what is no array of numbers;
   * nothing has changed then
   */
  override setWeights(values: readonly TensorLike[]): void {
    const places = this.builtGraph().weights();
    const tensors = checkWeights(
      this.name,
      places.map(({ weight }) => weight),
      values,
    );
    places.forEach(({ layer, weight }, i) => layer.writeWeight(weight, tensors[i]));
  }

  /**
   * A layer by its name; that of a model inside by its path, such as "encoder/dense".
   *
   * @throws LanegradError UNKNOWN_NAME if no layer has that name
   */
  getLayer(name: string): Layer {
    const { names, leaves } = this.builtGraph();
    const found = [...names, ...leaves].find(([, own]) => own === name);
    if (found === undefined) throw unknownName("layer", name, [...names.values()]);
    return found[0];
  }

  /** The number of values in all weights. */
  override countParams(): number {
    this.builtGraph();
    return super.countParams();
  }

  /** Moves all weights out of linear memory now. The model stays usable: they come back at the next use. */
  override dispose(): void {
    for (const layer of this.#graph?.leaves.keys() ?? []) layer.dispose();
  }

  /** `dispose` at the end of a block that declares the model with `using`. */
  [disposeSymbol](): void {
    this.dispose();
  }

  override applyAll(
    inputs: SymbolicTensor | readonly SymbolicTensor[],
    ...others: never[]
  ): readonly SymbolicTensor[] {
    const outputs = super.applyAll(inputs, ...others);
    this.#isPart = true;
    return outputs;
  }

  /** @internal */
  override outputShapes(inputShapes: readonly Shape[]): readonly Shape[] {
    const { inputs, outputs } = this.builtGraph();
    const fits =
      inputShapes.length === inputs.length &&
      inputs.every(({ shape }, i) => showShape(shape) === showShape(inputShapes[i]));
    if (fits) return outputs.map(({ shape }) => shape);
    const list = (shapes: readonly Shape[]): string => shapes.map(showShape).join(" and ");
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${this.name} takes inputs of shape ${list(inputs.map(({ shape }) => shape))}. Received: shape ${list(inputShapes)}`,
    );
  }

  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return this.outputShapes(inputShapes)[0];
  }

  /** @internal */
  override call(plan: PlanBuilder, inputs: readonly Slot[]): Slot {
    return this.callAll(plan, inputs)[0];
  }

  /** @internal */
  override callAll(plan: PlanBuilder, inputs: readonly Slot[]): readonly Slot[] {
    return takeDown(plan, this.builtGraph(), inputs);
  }

  /** Lets every stateful layer inside start from zeros again, with batches of any size. */
  override resetState(): void {
    for (const layer of this.#graph?.leaves.keys() ?? []) layer.resetState();
  }

  /** @internal Its layers have done that. */
  override passMasks(): void {}

  /** @internal */
  override unbuild(): void {
    this.#isPart = false;
    this.setGraph(undefined);
  }

  /** @internal */
  protected get hidesInput(): boolean {
    return false;
  }

  /** @internal The layers as they are known, built or not. */
  protected layersNow(): readonly Layer[] {
    return this.#graph?.layers ?? [];
  }

  /** @internal The network, if it is known. */
  protected get graph(): Graph | undefined {
    return this.#graph;
  }

  /** @internal The graph, or an error that says how the model gets one. */
  protected builtGraph(): Graph {
    if (this.#graph !== undefined) return this.#graph;
    throw new LanegradError(
      "NOT_BUILT",
      `${this.name} does not know the shape of its input yet. Give its first layer an inputShape, or call fit first. Received: a model that is not built`,
    );
  }

  /**
   * @internal Makes the model the network of a graph, or of none yet; forgets what belonged to another one.
   *
   * @throws LanegradError INVALID_OPTION if another model has it as a layer
   */
  protected setGraph(graph: Graph | undefined): void {
    if (this.#isPart && graph !== this.#graph) {
      throw new LanegradError(
        "INVALID_OPTION",
        `${this.name} is a layer of another model. Change it before it is used there. Received: a change of its layers`,
      );
    }
    this.#graph = graph;
    for (const [layer, name] of graph?.names ?? []) layer.nameAutomatically(name);
    const leaves = [...(graph?.leaves.keys() ?? [])];
    leaves.forEach((layer, index) => layer.adopt(this.seeds, index));
  }
}
