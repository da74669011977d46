// Models made from JSON that anybody may have written: everything is checked, nothing is computed.
import { LanegradError, show } from "../errors.js";
import { SymbolicTensor } from "../graph/symbolic.js";
import type { AnyLayerFactory } from "../layers/factory.js";
import { InputLayer } from "../layers/inputLayer.js";
import { Layer } from "../layers/layer.js";
import { flag, shapeOption } from "../options.js";
import { classNamed } from "../saving/registry.js";
import { Functional } from "./functional.js";
import { Model } from "./model.js";
import { Sequential } from "./sequential.js";

/** Deeper models inside models than this are taken for an attack on the stack. */
const DEEPEST = 100;

/**
 * More uses of layers than this, models inside opened, are taken for an attack on time: models that use a
 * model twice, one inside the other, describe 2^100 in a few lines.
 */
const MOST_USES = 100_000;

/** The error for a configuration that is not right, with where in it. */
export function invalidConfig(place: string, expected: string, received: unknown): LanegradError {
  return new LanegradError("INVALID_FILE", `${place} must be ${expected}. Received: ${describe(received)}`);
}

/** What to do about the name of a class that this program does not know. */
export const REGISTER = "A class of your own must be registered first, with registerClass.";

/** What was said about a part that a file describes, as an error about the file. */
export function notValid(place: string, what: string, error: LanegradError): LanegradError {
  if (error.code === "INVALID_FILE") return error;
  const message =
    error.code === "UNKNOWN_NAME"
      ? error.message.replace(" Received: ", ` ${REGISTER} Received: `)
      : error.message;
  return new LanegradError("INVALID_FILE", `${place} describes no valid ${what}: ${message}`);
}

/** A value from a file, briefly. */
function describe(value: unknown): string {
  if (value === null || typeof value !== "object") return show(value);
  return Array.isArray(value) ? `an array of ${value.length}` : "an object";
}

export type JsonObject = Readonly<Record<string, unknown>>;

export function objectAt(value: unknown, place: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw invalidConfig(place, "an object", value);
}

export function listAt(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw invalidConfig(place, "an array", value);
}

function indexAt(value: unknown, place: string, count: number): number {
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) < count) return value as number;
  throw invalidConfig(place, `a whole number from 0 to ${count - 1}`, value);
}

/** Makes layers and models of their configurations. */
export class ConfigReader {
  readonly #factories: ReadonlyMap<string, AnyLayerFactory>;
  readonly #hint: string;
  readonly #layers = new Map<number, Layer>();
  /** How many layers run when a model does. */
  readonly #uses = new Map<Layer, number>();
  #depth = 0;

  /** @param hint what to do about a class that is not there */
  constructor(factories: readonly AnyLayerFactory[], hint: string) {
    this.#factories = new Map(factories.map((factory) => [factory.className, factory]));
    this.#hint = hint;
  }

  /** @throws LanegradError INVALID_FILE, with the place of what is wrong */
  model(json: unknown, place: string): Model<never> {
    const { className, config } = objectAt(json, place);
    const made = this.#make(className, objectAt(config, `${place}.config`), place);
    if (made instanceof Model) return made as Model<never>;
    throw invalidConfig(`${place}.className`, "the class of a model", className);
  }

  #layer(json: unknown, place: string): Layer {
    const { id, className, config } = objectAt(json, place);
    const number = indexAt(id, `${place}.id`, Number.MAX_SAFE_INTEGER);
    const known = this.#layers.get(number);
    if (className === undefined) {
      if (known !== undefined) return known;
      throw invalidConfig(`${place}.id`, "that of a layer described before", id);
    }
    if (known !== undefined) throw invalidConfig(`${place}.id`, "a number that no other layer has", id);
    const layer = this.#make(className, objectAt(config, `${place}.config`), place);
    this.#layers.set(number, layer);
    return layer;
  }

  #make(className: unknown, config: JsonObject, place: string): Layer {
    if (typeof className !== "string") throw invalidConfig(`${place}.className`, "a text", className);
    if (++this.#depth > DEEPEST) throw invalidConfig(place, `at most ${DEEPEST} models deep`, className);
    try {
      if (className === "Sequential") return this.#sequential(config, place);
      if (className === "Functional") return this.#functional(config, place);
      return this.#single(className, config, place);
    } catch (error) {
      throw asFileError(error, place);
    } finally {
      this.#depth--;
    }
  }

  #single(className: string, config: JsonObject, place: string): Layer {
    if (className === "InputLayer") return new InputLayer(config as never);
    const factory = this.#factories.get(className);
    if (factory !== undefined) return this.#made(factory, config, place);
    const Custom = classNamed(className) as (new (config: JsonObject) => unknown) | undefined;
    if (Custom === undefined) {
      throw new LanegradError(
        "INVALID_FILE",
        `${place} is a layer of an unknown class. ${this.#hint} Received: className=${describe(className)}`,
      );
    }
    const layer = new Custom(config);
    if (layer instanceof Layer) return layer;
    throw invalidConfig(`${place}.className`, "the class of a layer", className);
  }

  /** A layer of a factory, around another layer if its configuration describes one as models do. */
  #made(factory: AnyLayerFactory, config: JsonObject, place: string): Layer {
    const described = config.layer as JsonObject | null | undefined;
    if (typeof described !== "object" || described?.id === undefined) return factory(config as never);
    const inner = this.#layer(described, `${place}.config.layer`);
    const layer = factory({ ...config, layer: inner } as never);
    this.#uses.set(layer, this.#uses.get(inner) ?? 1);
    return layer;
  }

  #sequential(config: JsonObject, place: string): Sequential {
    const { name, trainable, layers, inputShape } = config;
    const stack = listAt(layers, `${place}.layers`).map((layer, i) =>
      this.#layer(layer, `${place}.layers[${i}]`),
    );
    const uses = this.#usesOf(stack, place);
    const model = new Sequential({ layers: stack, ...nameOption(name) });
    this.#uses.set(model, uses);
    if (inputShape !== undefined && !model.isBuilt) {
      model.buildForShape(shapeOption(`${place}.inputShape`, inputShape));
    }
    model.restoreTrainable(flag(`${place}.trainable`, trainable));
    return model;
  }

  #functional(config: JsonObject, place: string): Functional<never> {
    const { name, trainable, inputs, layers, nodes, outputs, hasOutputList } = config;
    const entrances = listAt(inputs, `${place}.inputs`).map((entry, i) =>
      new InputLayer(objectAt(entry, `${place}.inputs[${i}]`) as never).apply([]),
    );
    const list = listAt(layers, `${place}.layers`).map((layer, i) =>
      this.#layer(layer, `${place}.layers[${i}]`),
    );
    const used: Layer[] = [];
    const made: (readonly SymbolicTensor[])[] = [];
    const tensorAt = (reference: unknown, at: string): SymbolicTensor => {
      const [first, output] = listAt(reference, at);
      if (output === undefined) return entrances[indexAt(first, at, entrances.length)];
      const tensors = made[indexAt(first, at, made.length)];
      return tensors[indexAt(output, at, tensors.length)];
    };
    listAt(nodes, `${place}.nodes`).forEach((node, n) => {
      const at = `${place}.nodes[${n}]`;
      const { layer, inputs: sources } = objectAt(node, at);
      const tensors = listAt(sources, `${at}.inputs`).map((reference) => tensorAt(reference, `${at}.inputs`));
      const own = list[indexAt(layer, `${at}.layer`, list.length)];
      made.push(own.applyAll(tensors));
      used.push(own);
    });
    const uses = this.#usesOf(used, place);
    const ends = listAt(outputs, `${place}.outputs`).map((reference) =>
      tensorAt(reference, `${place}.outputs`),
    );
    const model = new Functional<never>({
      inputs: entrances,
      outputs: flag(`${place}.hasOutputList`, hasOutputList) ? ends : single(ends, `${place}.outputs`),
      ...nameOption(name),
    });
    this.#uses.set(model, uses);
    model.restoreTrainable(flag(`${place}.trainable`, trainable));
    return model;
  }

  #usesOf(layers: readonly Layer[], place: string): number {
    const uses = layers.reduce((sum, layer) => sum + (this.#uses.get(layer) ?? 1), 0);
    if (uses <= MOST_USES) return uses;
    throw new LanegradError(
      "INVALID_FILE",
      `${place} must use layers at most ${MOST_USES} times, models inside opened. Received: ${uses} uses`,
    );
  }
}

function single(tensors: readonly SymbolicTensor[], place: string): SymbolicTensor {
  if (tensors.length === 1) return tensors[0];
  throw invalidConfig(place, "an array of 1 where hasOutputList is false", tensors);
}

function nameOption(name: unknown): { name?: string } {
  return name === undefined ? {} : { name: name as string };
}

/** What constructors say about a configuration, as an error about the file. */
function asFileError(error: unknown, place: string): unknown {
  if (error instanceof LanegradError) {
    return notValid(place, "layer", error);
  }
  const isTooDeep = error instanceof RangeError;
  return isTooDeep ? invalidConfig(place, "less deep", "models inside models") : error;
}
