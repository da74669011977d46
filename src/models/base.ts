/// <reference lib="esnext.disposable" preserve="true" />
import { LanegradError, unknownName } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { SymbolicTensor } from "../graph/symbolic.js";
import { checkWeights, SeedHolder } from "../layers/layer.js";
import type { Layer } from "../layers/layer.js";
import { checkKeys, positiveInteger } from "../options.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { inputRows } from "./modelData.js";
import { computingLayers, ForwardPlan } from "./network.js";
import { DEFAULT_BATCH } from "./options.js";
import { predict } from "./predict.js";
import type { Data } from "./rows.js";
import { summaryLines } from "./summary.js";

/** Where the symbol for `using` exists, models support it. */
const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol("Symbol.dispose") as typeof Symbol.dispose);

/** What every model is, trained or not: layers between inputs and outputs, with their weights. */
export class Network {
  readonly name: string;
  protected graph: Graph | undefined;
  /** @internal Where the seeds of weights and masks come from. */
  protected readonly seeds = new SeedHolder();
  #forward: ForwardPlan | undefined;

  constructor(name: string) {
    this.name = name;
  }

  /** The layers in the order of their first use, without the input of a sequential model. */
  get layers(): readonly Layer[] {
    return computingLayers(this.builtGraph());
  }

  /** The tensors where data enters. */
  get inputs(): readonly SymbolicTensor[] {
    return this.builtGraph().inputs;
  }

  /** The tensors where predictions leave. */
  get outputs(): readonly SymbolicTensor[] {
    return this.builtGraph().outputs;
  }

  /**
   * The outputs for rows of inputs.
   *
   * @returns a tensor [n, ...]
   * @throws LanegradError NOT_BUILT if the shape of the input is not known yet; SHAPE_MISMATCH
   */
  predict(x: Data, options: { batchSize?: number } = {}): Tensor {
    checkKeys("predict", options, ["batchSize"]);
    const batchSize = positiveInteger("batchSize", options.batchSize ?? DEFAULT_BATCH);
    const graph = this.builtGraph();
    this.#forward ??= new ForwardPlan(graph);
    return predict(this.#forward, inputRows(graph, x), batchSize)[0];
  }

  /** Prints the table of layers that Keras prints. */
  summary(options: { print?: (line: string) => void } = {}): void {
    checkKeys("summary", options, ["print"]);
    const print = options.print ?? console.log;
    for (const line of summaryLines(this.name, this.builtGraph(), this.hidesInput)) print(line);
  }

  /** Copies of all weights, layer by layer. */
  getWeights(): Tensor[] {
    return computingLayers(this.builtGraph()).flatMap((layer) => layer.getWeights());
  }

  /**
   * Replaces all weights.
   *
   * @throws LanegradError SHAPE_MISMATCH if their number or a shape is wrong; nothing has changed then
   */
  setWeights(values: readonly TensorLike[]): void {
    const places = computingLayers(this.builtGraph()).flatMap((layer) =>
      layer.weights.map((weight) => ({ layer, weight })),
    );
    const tensors = checkWeights(
      this.name,
      places.map(({ weight }) => weight),
      values,
    );
    places.forEach(({ layer, weight }, i) => layer.writeWeight(weight, tensors[i]));
  }

  /** @throws LanegradError UNKNOWN_NAME if no layer has that name */
  getLayer(name: string): Layer {
    const { names } = this.builtGraph();
    const found = [...names].find(([, own]) => own === name);
    if (found === undefined) throw unknownName("layer", name, [...names.values()]);
    return found[0];
  }

  /** The number of values in all weights. */
  countParams(): number {
    return computingLayers(this.builtGraph()).reduce((total, layer) => total + layer.countParams(), 0);
  }

  /** Moves all weights out of linear memory now. The model stays usable: they come back at the next use. */
  dispose(): void {
    for (const layer of this.graph?.layers ?? []) layer.dispose();
  }

  [disposeSymbol](): void {
    this.dispose();
  }

  /** @internal */
  protected get hidesInput(): boolean {
    return false;
  }

  /** @internal The graph, or an error that says how the model gets one. */
  protected builtGraph(): Graph {
    if (this.graph !== undefined) return this.graph;
    throw new LanegradError(
      "NOT_BUILT",
      `${this.name} does not know the shape of its input yet. Give its first layer an inputShape, or call fit first. Received: a model that is not built`,
    );
  }

  /** @internal Makes the model the network of a graph, or of none yet; forgets plans of another one. */
  protected setGraph(graph: Graph | undefined): void {
    this.graph = graph;
    this.#forward = undefined;
    for (const [layer, name] of graph?.names ?? []) layer.nameAutomatically(name);
    const layers = graph === undefined ? [] : computingLayers(graph);
    layers.forEach((layer, index) => layer.adopt(this.seeds, index));
  }
}
