// A network as plain JSON, without weights.
import type { Layer } from "../layers/layer.js";
import type { Graph } from "./graph.js";
import type { SymbolicTensor } from "./symbolic.js";

/** A layer's class and options. One that has been described before is only its number again. */
export interface LayerConfig {
  /** Counts the layers of a model, the models inside included. */
  readonly id: number;
  readonly className?: string;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Where a tensor comes from: an output of a node, or an input of the model. */
export type TensorReference = readonly [node: number, output: number] | readonly [input: number];

/** A network: its layers, and how they are connected. */
export interface GraphConfig {
  /** An input whose name nobody chose has none. */
  readonly inputs: readonly { readonly name?: string; readonly shape: readonly number[] }[];
  readonly layers: readonly LayerConfig[];
  /** Each use of a layer: its place in the list, and the tensors that go in. */
  readonly nodes: readonly { readonly layer: number; readonly inputs: readonly TensorReference[] }[];
  readonly outputs: readonly TensorReference[];
}

/** Describes layers, each once. */
export class ConfigWriter {
  readonly #ids = new Map<Layer, number>();

  layer(layer: Layer): LayerConfig {
    const known = this.#ids.get(layer);
    if (known !== undefined) return { id: known };
    const id = this.#ids.size;
    this.#ids.set(layer, id);
    // Names that nobody chose are given again when the model is made again.
    const { name: _, ...config } = layer.describe(this);
    const name = layer.givenName;
    return { id, className: layer.className, config: name === undefined ? config : { name, ...config } };
  }

  graph({ inputs, layers, nodes, outputs, inputNames }: Graph): GraphConfig {
    const places = new Map(layers.map((layer, place) => [layer, place]));
    const references = new Map<SymbolicTensor, TensorReference>();
    nodes.forEach((node, n) => node.outputs.forEach((tensor, i) => references.set(tensor, [n, i])));
    inputs.forEach((tensor, i) => references.set(tensor, [i]));
    const referenceTo = (tensor: SymbolicTensor): TensorReference =>
      references.get(tensor) as TensorReference;
    return {
      inputs: inputs.map(({ shape, node }, i) => {
        const isUnnamed = node.inputs.length === 0 && node.layer.givenName === undefined;
        const sizes = shape.slice(1).map(Number);
        return isUnnamed ? { shape: sizes } : { name: inputNames[i], shape: sizes };
      }),
      layers: layers.map((layer) => this.layer(layer)),
      nodes: nodes.map(({ layer, inputs: sources }) => ({
        layer: places.get(layer) as number,
        inputs: sources.map(referenceTo),
      })),
      outputs: outputs.map(referenceTo),
    };
  }
}
