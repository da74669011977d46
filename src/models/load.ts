import { linkRareKernels } from "../activations/linked.js";
import type { AnyLayerFactory } from "../layers/factory.js";
import * as layers from "../layers/index.js";
import { LanegradError } from "../errors.js";
import { activationKernels } from "../runtime/kernels/activations.js";
import type { Tensor } from "../tensor/tensor.js";
import { FORMAT_VERSION } from "./base.js";
import { loadWith } from "./loadModel.js";
import type { Model } from "./model.js";
import { ConfigReader, invalidConfig, objectAt } from "./modelFromConfig.js";

/** Every kind of layer there is; the names of all activations stand for them from here on. */
function allFactories(): AnyLayerFactory[] {
  linkRareKernels(activationKernels);
  return Object.values(layers).filter(
    (value): value is AnyLayerFactory & typeof value => typeof value === "function" && "className" in value,
  ) as AnyLayerFactory[];
}

/**
 * Makes a model of a file that `save` wrote: its layers and weights and, where the file has them, what
 * `compile` settled and what the optimizer remembers, so that training goes on as if it had never stopped.
 *
 * Links every kind of layer; `loadModelWith` links those alone that it is given.
 *
 * @typeParam Outputs `Tensor[]` for a model that was made with an array of outputs
 * @param bytes the file
 * @throws LanegradError INVALID_FILE, with the place of what is wrong; nothing has been made then
 */
export function loadModel<Outputs extends Tensor | Tensor[] = Tensor>(
  bytes: Uint8Array | ArrayBuffer,
): Model<Outputs> {
  return loadWith(bytes, allFactories(), false) as unknown as Model<Outputs>;
}

/**
 * The same with these kinds of layers alone, so that a bundler can leave out the others.
 *
 * @param factories such as [layers.dense, layers.dropout]
 * @throws LanegradError INVALID_FILE, also for a file with other kinds of layers
 */
export function loadModelWith<Outputs extends Tensor | Tensor[] = Tensor>(
  bytes: Uint8Array | ArrayBuffer,
  factories: readonly AnyLayerFactory[],
): Model<Outputs> {
  return loadWith(bytes, factories, true) as unknown as Model<Outputs>;
}

/**
 * Makes a model of what `toJSON` returned, or of that as a text. Its weights are new, and it is not compiled.
 *
 * @throws LanegradError INVALID_FILE, with the place of what is wrong
 */
export function modelFromJSON<Outputs extends Tensor | Tensor[] = Tensor>(json: unknown): Model<Outputs> {
  const value = typeof json === "string" ? parse(json) : json;
  const { formatVersion } = objectAt(value, "the model");
  if (formatVersion !== FORMAT_VERSION) {
    throw invalidConfig("formatVersion", String(FORMAT_VERSION), formatVersion);
  }
  const reader = new ConfigReader(
    allFactories(),
    "A class of your own must be registered first, with registerClass.",
  );
  return reader.model(value, "model") as unknown as Model<Outputs>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LanegradError("INVALID_FILE", "the model must be JSON. Received: a text that is none");
  }
}
