import { LanegradError, show } from "../errors.js";
import { Graph } from "../graph/graph.js";
import { SymbolicTensor } from "../graph/symbolic.js";
import { InputLayer } from "../layers/inputLayer.js";
import { checkKeys, textOption } from "../options.js";
import { Model } from "./model.js";

/** Options of `model`. */
export interface ModelOptions {
  /** What `input` returned. */
  inputs: SymbolicTensor;
  /** What a layer's `apply` returned. */
  outputs: SymbolicTensor;
  /** Default "functional". */
  name?: string;
}

/**
 * Makes a model of the layers between an input and an output. Layers that other models use are shared:
 * there is one set of weights.
 *
 * @throws LanegradError INVALID_OPTION if the output does not come from the input
 */
export function model(options: ModelOptions): Model {
  checkKeys("model", options, ["inputs", "outputs", "name"]);
  for (const [key, value] of Object.entries({ inputs: options.inputs, outputs: options.outputs })) {
    if (value instanceof SymbolicTensor) continue;
    throw new LanegradError(
      "INVALID_OPTION",
      `${key} must be what input() or a layer's apply() returned. Received: ${key}=${show(value)}`,
    );
  }
  return new Model(
    textOption("name", options.name ?? "functional"),
    new Graph([options.inputs], [options.outputs]),
  );
}

/**
 * Where data enters a functional model.
 *
 * @param options.shape the shape of one row
 * @throws LanegradError INVALID_OPTION if the shape is not an array of positive integers
 */
export function input(options: { shape: readonly number[]; name?: string }): SymbolicTensor {
  return new InputLayer(options).output();
}
