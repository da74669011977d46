import * as activations from "../activations/index.js";
import * as constraints from "../constraints/index.js";
import { LanegradError, show } from "../errors.js";
import * as initializers from "../initializers/index.js";
import type { AnyLayerFactory } from "../layers/factory.js";
import * as layers from "../layers/factories/index.js";
import { linkParts } from "../linking.js";
import type { Parts } from "../linking.js";
import * as losses from "../losses/index.js";
import * as metrics from "../metrics/index.js";
import * as optimizers from "../optimizers/index.js";
import * as regularizers from "../regularizers/index.js";
import * as schedules from "../schedules/index.js";
import type { Tensor } from "../tensor/tensor.js";
import { FORMAT_VERSION } from "./base.js";
import { loadWith } from "./loadModel.js";
import type { Model } from "./model.js";
import { ConfigReader, invalidConfig, objectAt, REGISTER } from "./modelFromConfig.js";

function isLayerFactory(value: unknown): value is AnyLayerFactory {
  return typeof value === "function" && "className" in value;
}

/** Links every part there is, and returns every kind of layer. */
function linkEverything(): AnyLayerFactory[] {
  linkParts({ activations, constraints, initializers, losses, metrics, optimizers, regularizers, schedules });
  return Object.values<unknown>(layers).filter(isLayerFactory);
}

/**
 * Makes a model of a file that `save` wrote: its layers and weights and, where the file has them, what
 * `compile` settled and what the optimizer remembers, so that training goes on as if it had never stopped.
 *
 * Links every kind of layer, and every part that a name can stand for; `loadModelWith` links those alone that it is
 * given.
 *
 * @typeParam Outputs `Tensor[]` for a model that was made with an array of outputs
 * @param bytes the file
 * @throws LanegradError INVALID_FILE, with the place of what is wrong, or INVALID_DATA for no bytes; nothing has been made
 * then
 */
export function loadModel<Outputs extends Tensor | Tensor[] = Tensor>(
  bytes: Uint8Array | ArrayBuffer,
): Model<Outputs> {
  return loadWith(bytes, linkEverything(), false) as unknown as Model<Outputs>;
}

/**
 * The same with these kinds of layers alone, so that a bundler can leave out the others. In a bundle a file may name
 * the common optimizers, losses and so on, and those that are linked.
 *
 * @param factories such as [layers.dense, layers.dropout]
 * @param parts what to link, as `linkParts` takes it, such as { optimizers: { ftrl: optimizers.ftrl } }
 * @throws LanegradError INVALID_FILE, also for a file with other kinds of layers, or parts that are not linked;
 * INVALID_OPTION for a list of something else, and what `linkParts` throws
 */
export function loadModelWith<Outputs extends Tensor | Tensor[] = Tensor>(
  bytes: Uint8Array | ArrayBuffer,
  factories: readonly AnyLayerFactory[],
  parts: Parts = {},
): Model<Outputs> {
  if (!Array.isArray(factories) || !factories.every(isLayerFactory)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `loadModelWith takes the layers of the file as a list, such as [layers.dense, layers.dropout]. Received: ${show(factories)}`,
    );
  }
  linkParts(parts);
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
  const reader = new ConfigReader(linkEverything(), REGISTER);
  return reader.model(value, "model") as unknown as Model<Outputs>;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new LanegradError("INVALID_FILE", "the model must be JSON. Received: a text that is none");
  }
}
