import { LanegradError, show } from "../errors.js";
import { Graph } from "../graph/graph.js";
import { InputLayer } from "../layers/inputLayer.js";
import { Layer } from "../layers/layer.js";
import { checkKeys } from "../options.js";
import { Model } from "./model.js";
import { rowShapeOf } from "./rows.js";

/** Options of `sequential`. */
export interface SequentialOptions {
  /** The layers in order. More can be added. */
  layers?: readonly Layer[];
  /** Default "sequential". */
  name?: string;
}

/** A model whose layers follow one another. */
export class Sequential extends Model {
  readonly #stack: Layer[] = [];

  constructor(options: SequentialOptions = {}) {
    checkKeys("sequential", options, ["layers", "name"]);
    super(options.name ?? "sequential");
    const layers = options.layers ?? [];
    if (!Array.isArray(layers)) {
      throw new LanegradError("INVALID_OPTION", `layers must be an array. Received: layers=${show(layers)}`);
    }
    for (const layer of layers) {
      checkLayer(layer, this.#stack);
      this.#stack.push(layer);
    }
    this.#rebuild();
  }

  override get layers(): readonly Layer[] {
    return this.#stack;
  }

  /**
   * Adds a layer at the end. A compiled model must be compiled again.
   *
   * @throws LanegradError SHAPE_MISMATCH if the layer cannot take the output of the one before
   */
  add(layer: Layer): void {
    checkLayer(layer, this.#stack);
    this.#stack.push(layer);
    try {
      this.#rebuild();
    } catch (error) {
      this.#stack.pop();
      throw error;
    }
  }

  /** Takes the last layer away and returns it. A compiled model must be compiled again. */
  pop(): Layer {
    const layer = this.#stack.pop();
    if (layer === undefined) {
      throw new LanegradError("INVALID_OPTION", `${this.name} has no layer to take away. Received: pop()`);
    }
    this.#rebuild();
    return layer;
  }

  protected override get hidesInput(): boolean {
    return true;
  }

  protected override buildFor(data: unknown): void {
    const shape = rowShapeOf(data);
    if (shape !== undefined) this.#build(shape);
  }

  /** Builds the graph anew, if the shape of the input is known. */
  #rebuild(): void {
    this.graph = undefined;
    this.compileSettings = undefined;
    const [first] = this.#stack;
    if (first instanceof InputLayer) this.#build(first.shape.slice(1).map(Number));
    else if (first?.inputShape !== undefined) this.#build(first.inputShape);
  }

  #build(inputShape: readonly number[]): void {
    const [first] = this.#stack;
    if (first === undefined) return;
    const start = first instanceof InputLayer ? first : new InputLayer({ shape: inputShape });
    const input = start.output();
    let tensor = input;
    for (const layer of this.#stack) if (layer !== start) tensor = layer.apply(tensor);
    this.setGraph(new Graph([input], [tensor]));
  }
}

function checkLayer(layer: unknown, stack: readonly Layer[]): void {
  if (!(layer instanceof Layer)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `layers must be made by the functions of layers, such as layers.dense({ units: 8 }). Received: ${show(layer)}`,
    );
  }
  if (stack.includes(layer)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `a sequential model takes each layer once; with input() and apply() a layer can be used again. Received: ${layer.name} twice`,
    );
  }
  if (layer instanceof InputLayer && stack.length > 0) {
    throw new LanegradError(
      "INVALID_OPTION",
      "an input can only be the first layer. Received: an input after it",
    );
  }
}

/**
 * Makes a model whose layers follow one another. The shape of the input comes from the first layer's
 * `inputShape`, or from the data at the first `fit`.
 *
 * @throws LanegradError SHAPE_MISMATCH if a layer cannot take the output of the one before
 */
export function sequential(options: SequentialOptions = {}): Sequential {
  return new Sequential(options);
}
