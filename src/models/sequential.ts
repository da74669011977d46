import { LanegradError, OF_THIS_ENTRY, show } from "../errors.js";
import type { ConfigWriter } from "../graph/config.js";
import { Graph } from "../graph/graph.js";
import { InputLayer } from "../layers/inputLayer.js";
import { Layer } from "../layers/layer.js";
import { checkKeys, invalidOption } from "../options.js";
import { SymbolicTensor } from "../graph/symbolic.js";
import type { Shape } from "../graph/symbolic.js";
import type { Tensor } from "../tensor/tensor.js";
import { Model } from "./model.js";
import { rowShapeOf } from "./rows.js";

/** Options of `sequential`. */
export interface SequentialOptions {
  /** The layers in order; what `input` returned may come first, for its shape. More can be added. */
  layers?: readonly (Layer | SymbolicTensor)[];
  /** Default "sequential". */
  name?: string;
  /** Whether training changes its layers; see `Layer.trainable`. Default true. */
  trainable?: boolean;
}

/** A model whose layers follow one another. */
export class Sequential extends Model {
  readonly className = "Sequential";
  #stack: readonly Layer[] = [];
  /** Those of its layers that were built with it. The weights of others may be in use elsewhere. */
  #builtHere: readonly Layer[] = [];

  /**
   * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION; SHAPE_MISMATCH if a layer cannot take the output
   * of the one before
   */
  constructor(options: SequentialOptions = {}) {
    checkKeys("sequential", options, ["layers", "name", "trainable"]);
    const { layers = [], ...own } = options;
    super("sequential", own);
    if (!Array.isArray(layers)) {
      throw invalidOption("layers", "an array", layers);
    }
    const stack = layers.map(layerOf);
    const before = new Set<Layer>();
    for (const layer of stack) {
      checkLayer(layer, before);
      before.add(layer);
    }
    this.#rebuild(stack);
    if (options.trainable === false) this.trainable = false;
  }

  /** The layers in order, without what `input` returned. */
  override get layers(): readonly Layer[] {
    return this.#stack.filter((layer) => !(layer instanceof InputLayer));
  }

  /**
   * Adds a layer at the end, or what `input` returned at the beginning. A compiled model must be compiled again.
   *
   * @throws LanegradError INVALID_OPTION for what is neither, SHAPE_MISMATCH if the layer cannot take the output of the one before,
   * BUSY during a fit. The model is as before then
   */
  add(layer: Layer | SymbolicTensor): void {
    this.checkNotTraining("add");
    const added = layerOf(layer);
    checkLayer(added, new Set(this.#stack));
    if (added instanceof Sequential && added.#holds(this)) {
      throw new LanegradError(
        "INVALID_OPTION",
        `a model cannot be inside itself. Received: ${added.name}, which is or holds this model`,
      );
    }
    this.#rebuild([...this.#stack, added]);
  }

  /**
   * Takes the last layer away and returns it. A compiled model must be compiled again.
   *
   * @throws LanegradError INVALID_OPTION if there is no layer; BUSY during a fit
   */
  pop(): Layer {
    this.checkNotTraining("pop");
    const layer = this.#stack[this.#stack.length - 1];
    if (layer === undefined) {
      throw new LanegradError("INVALID_OPTION", `${this.name} has no layer to take away. Received: pop()`);
    }
    this.#rebuild(this.#stack.slice(0, -1));
    return layer;
  }

  /** @internal */
  override describe(writer: ConfigWriter): Record<string, unknown> {
    const { name, trainable, inputShape } = this;
    return { name, trainable, inputShape, layers: this.#stack.map((layer) => writer.layer(layer)) };
  }

  /** @internal */
  protected override pack([output]: Tensor[]): Tensor {
    return output;
  }

  /** @internal */
  protected override get hidesInput(): boolean {
    return true;
  }

  /** @internal */
  protected override layersNow(): readonly Layer[] {
    return this.#stack;
  }

  /** @internal As a layer of another model, it takes the shape that comes in. */
  protected override build([shape]: readonly Shape[]): void {
    this.buildForShape(shape.slice(1).map(Number));
  }

  /** @internal Another network takes the place of the one before, whose uses of the layers no longer count. */
  protected override setGraph(graph: Graph | undefined): void {
    const before = this.graph;
    super.setGraph(graph);
    if (before === graph) return;
    for (const node of before?.nodes ?? []) node.layer.forgetUse(node);
    for (const node of graph?.nodes ?? []) node.layer.noteUse(node);
  }

  /** @internal Builds it for rows of this shape. */
  buildForShape(inputShape: readonly number[]): void {
    this.#builtHere = this.#stack.filter((layer) => !layer.isBuilt);
    this.setGraph(graphOf(this.#stack, inputShape));
  }

  /** @internal */
  protected override buildFor(data: unknown): () => void {
    const shape = rowShapeOf(data, "x");
    if (shape === undefined) return () => {};
    try {
      this.buildForShape(shape);
    } catch (error) {
      this.unbuild();
      throw error;
    }
    return () => this.unbuild();
  }

  /** @internal */
  override unbuild(): void {
    for (const layer of this.#builtHere) layer.unbuild();
    this.#builtHere = [];
    super.unbuild();
  }

  /** Whether it is that model or has it inside, at any depth. Only models without a shape yet can. */
  #holds(model: Sequential): boolean {
    if (model === this) return true;
    return this.#stack.some((layer) => layer instanceof Sequential && layer.#holds(model));
  }

  /** Makes these the layers, and builds their graph if the shape of the input is known. */
  #rebuild(stack: readonly Layer[]): void {
    const unbuilt = stack.filter((layer) => !layer.isBuilt);
    try {
      const [first] = stack;
      const shape = first?.inputShape ?? (first === this.#stack[0] ? this.inputShape : undefined);
      this.setGraph(shape === undefined ? undefined : graphOf(stack, shape));
    } catch (error) {
      for (const layer of unbuilt) layer.unbuild();
      throw error;
    }
    this.#stack = stack;
    this.#builtHere = [];
    this.forgetCompile();
  }
}

/** The network of layers that follow one another, for rows of this shape. */
function graphOf(stack: readonly Layer[], inputShape: readonly number[]): Graph {
  const [first] = stack;
  const start = first instanceof InputLayer ? first : new InputLayer({ shape: inputShape });
  const input = start.apply([]);
  let tensor = input;
  for (const layer of stack) if (layer !== start) tensor = layer.apply(tensor);
  return new Graph([input], [tensor]);
}

/** What `input` returned stands for the layer that it comes from. */
function layerOf(layer: Layer | SymbolicTensor): Layer {
  const isInput = layer instanceof SymbolicTensor && layer.node.layer instanceof InputLayer;
  return isInput ? layer.node.layer : (layer as Layer);
}

function checkLayer(layer: unknown, before: ReadonlySet<Layer>): void {
  if (!(layer instanceof Layer)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `layers must be made by functions such as layers.dense({ units: 8 }), ${OF_THIS_ENTRY}. Received: ${show(layer)}`,
    );
  }
  if (before.has(layer)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `a sequential model takes each layer once; input() and apply() use it again. Received: ${layer.name} twice`,
    );
  }
  if (layer instanceof InputLayer && before.size > 0) {
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
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options; SHAPE_MISMATCH if a layer cannot
 * take the output of the one before
 */
export function sequential(options: SequentialOptions = {}): Sequential {
  return new Sequential(options);
}
