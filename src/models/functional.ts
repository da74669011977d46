import { LanegradError, OF_THIS_ENTRY } from "../errors.js";
import type { ConfigWriter } from "../graph/config.js";
import { Graph } from "../graph/graph.js";
import { SymbolicTensor } from "../graph/symbolic.js";
import { InputLayer } from "../layers/inputLayer.js";
import { checkKeys, invalidOption } from "../options.js";
import type { Tensor } from "../tensor/tensor.js";
import { Model } from "./model.js";

/** Options of `model`. */
export interface ModelOptions {
  /** What `input` returned; an array for several inputs. A tensor inside another model cuts that off there. */
  inputs: SymbolicTensor | readonly SymbolicTensor[];
  /** What a layer's `apply` returned; an array for several outputs. */
  outputs: SymbolicTensor | readonly SymbolicTensor[];
  /** Default "functional". */
  name?: string;
  /** Whether training changes its layers; see `Layer.trainable`. Default true. */
  trainable?: boolean;
}

/** A model of the layers between inputs and outputs. */
export class Functional<Outputs extends Tensor | Tensor[] = Tensor> extends Model<Outputs> {
  readonly className = "Functional";
  readonly #hasList: boolean;

  /** @internal */
  constructor(options: ModelOptions) {
    checkKeys("model", options, ["inputs", "outputs", "name", "trainable"]);
    const { name, trainable } = options;
    super("model", { ...(name !== undefined && { name }), ...(trainable !== undefined && { trainable }) });
    const inputs = tensors("inputs", options.inputs);
    if (new Set(inputs).size !== inputs.length) {
      throw new LanegradError("INVALID_OPTION", "inputs must differ. Received: the same input twice");
    }
    this.#hasList = Array.isArray(options.outputs);
    this.setGraph(new Graph(inputs, tensors("outputs", options.outputs)));
    if (trainable === false) this.trainable = false;
  }

  /** @internal */
  override describe(writer: ConfigWriter): Record<string, unknown> {
    const { trainable } = this;
    return { name: this.name, trainable, hasOutputList: this.#hasList, ...writer.graph(this.builtGraph()) };
  }

  /** @internal */
  protected override pack(outputs: Tensor[]): Outputs {
    return (this.#hasList ? outputs : outputs[0]) as Outputs;
  }
}

function tensors(name: string, given: unknown): SymbolicTensor[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length > 0 && list.every((tensor) => tensor instanceof SymbolicTensor)) return [...list];
  throw invalidOption(
    name,
    `what input() or a layer's apply() returned, ${OF_THIS_ENTRY}, or an array of these`,
    given,
  );
}

/**
 * Makes a model of the layers between inputs and outputs. Layers that other models use are shared: there
 * is one set of weights.
 *
 * @throws LanegradError INVALID_OPTION if an output does not come from the inputs alone; UNKNOWN_OPTION
 */
export function model(options: ModelOptions & { outputs: SymbolicTensor }): Functional;
/** The same with an array of outputs: `predict` returns an array of tensors. */
export function model(options: ModelOptions & { outputs: readonly SymbolicTensor[] }): Functional<Tensor[]>;
export function model(options: ModelOptions): Functional | Functional<Tensor[]> {
  return new Functional<Tensor>(options);
}

/**
 * Where data enters a functional model.
 *
 * @param options.shape the shape of one row
 * @param options.name by which data is given where there are several inputs
 * @throws LanegradError INVALID_OPTION if the shape is not an array of positive integers; UNKNOWN_OPTION
 */
export function input(options: { shape: readonly number[]; name?: string }): SymbolicTensor {
  checkKeys("input", options, ["shape", "name"]);
  return new InputLayer(options).apply([]);
}
