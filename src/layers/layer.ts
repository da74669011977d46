import type { Activation } from "../activations/activation.js";
import { LanegradError } from "../errors.js";
import { snakeCase } from "../registry.js";
import type { ConfigWriter } from "../graph/config.js";
import type { Graph } from "../graph/graph.js";
import { Node } from "../graph/symbolic.js";
import type { Shape, SymbolicTensor } from "../graph/symbolic.js";
import type { PlanBuilder } from "../graph/planBuilder.js";
import type { Slot } from "../graph/slot.js";
import type { Weight, WeightOptions } from "../graph/weight.js";
import { checkKeys, flag, shapeOption, textOption } from "../options.js";
import { toRegularizer } from "../regularizers/spec.js";
import type { Regularizer } from "../regularizers/index.js";
import type { Block } from "../runtime/memory.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import { checkWeights } from "./checkWeights.js";
import { givenTensors } from "./givenTensors.js";
import { onlyOne } from "./onlyOne.js";
import { BASE_OPTIONS } from "./layerOptions.js";
import type { LayerOptions } from "./layerOptions.js";
import { LayerWeights } from "./layerWeights.js";
import type { SeedHolder } from "./seedHolder.js";

export type { LayerOptions } from "./layerOptions.js";

/**
 * A step of a network, with the weights it has learnt. Weights belong to the layer: two models that use
 * the same layer share them.
 */
export abstract class Layer {
  /** The kind of layer, as configurations name it. */
  abstract readonly className: string;

  /** @internal The penalty on its outputs. */
  readonly activityRegularizer: Regularizer | undefined;

  /** Whether it keeps something from batch to batch, as recurrent layers can. */
  declare readonly stateful?: boolean;

  readonly #inputShape: readonly number[] | undefined;
  readonly #weights = new LayerWeights();
  readonly #name: string | undefined;
  #automaticName: string | undefined;
  #trainable: boolean;
  #isBuilt = false;
  #firstUse: Node | undefined;

  protected constructor(kind: string, options: LayerOptions, known: readonly string[]) {
    checkKeys(kind, options, [...known, ...BASE_OPTIONS]);
    if (options.name !== undefined) this.#name = textOption("name", options.name);
    this.#trainable = flag("trainable", options.trainable ?? true);
    if (options.inputShape !== undefined) this.#inputShape = shapeOption("inputShape", options.inputShape);
    this.activityRegularizer = toRegularizer("activityRegularizer", options.activityRegularizer);
    this.activityRegularizer?.checkActivity();
  }

  /** The name it was given, or the number that the first model gave its kind: dense, dense_1. */
  get name(): string {
    return this.#name ?? this.#automaticName ?? this.kindName;
  }

  /** @internal The kind of layer in automatic names. */
  get kindName(): string {
    return snakeCase(this.className);
  }

  /** @internal The name that the user chose, if any. */
  get givenName(): string | undefined {
    return this.#name;
  }

  /**
   * Whether training changes its weights. Takes effect when a model is compiled, as in Keras: a model that
   * is compiled already goes on as before.
   */
  get trainable(): boolean {
    return this.#trainable;
  }

  set trainable(value: boolean) {
    this.#trainable = flag("trainable", value);
  }

  /** The shape of one row of input, where it was given. */
  get inputShape(): readonly number[] | undefined {
    return this.#inputShape;
  }

  /** All weights, in Keras's order. Empty until the layer is built. */
  get weights(): readonly Weight[] {
    return this.#weights.list;
  }

  /** @internal The network inside, for a model that is used as a layer. */
  get nested(): Graph | undefined {
    return undefined;
  }

  /**
   * @internal The activation that its outputs come from; "input" if at prediction it hands on the values of
   * its one input; undefined if they are something else.
   */
  get outputActivation(): Activation | "input" | undefined {
    return undefined;
  }

  /**
   * Whether the outputs carry the mask of the first input that has one, as in Keras. A mask ends at a layer that does not
   * support masking, with a warning.
   */
  get supportsMasking(): boolean {
    return false;
  }

  /** Whether its weights have a shape. */
  get isBuilt(): boolean {
    return this.#isBuilt;
  }

  /** The number of values in its weights. */
  countParams(): number {
    return this.weights.reduce((total, weight) => total + weight.size, 0);
  }

  /** The configuration from which an equal layer can be made. */
  getConfig(): Record<string, unknown> {
    const { name, trainable, activityRegularizer } = this;
    if (activityRegularizer === undefined) return { name, trainable };
    return { name, trainable, activityRegularizer: activityRegularizer.getConfig() };
  }

  /** @internal The configuration within that of a model, in which layers may occur again. */
  describe(_writer: ConfigWriter): Record<string, unknown> {
    return this.getConfig();
  }

  /**
   * Uses the layer on tensors of a model that is being described.
   *
   * @param inputs what `input` or another layer's `apply` returned; an array for layers of several inputs
   * @param others nothing: what Keras takes as further arguments is in the array, or an option of the layer
   * @returns the output; a layer or model with several outputs has `applyAll`
   * @throws LanegradError SHAPE_MISMATCH if the layer cannot take that shape, INVALID_OPTION if it has
   * several outputs
   */
  apply(inputs: SymbolicTensor | readonly SymbolicTensor[], ...others: never[]): SymbolicTensor {
    const outputs = this.applyAll(inputs, ...others);
    if (outputs.length === 1) return outputs[0];
    throw new LanegradError(
      "INVALID_OPTION",
      `${this.name} has ${outputs.length} outputs: use applyAll, which returns an array. Received: a call of apply`,
    );
  }

  /**
   * The same for any number of outputs.
   *
   * @throws LanegradError SHAPE_MISMATCH if the layer cannot take that shape
   */
  applyAll(
    inputs: SymbolicTensor | readonly SymbolicTensor[],
    ...others: never[]
  ): readonly SymbolicTensor[] {
    const list = givenTensors(this.name, inputs, others);
    const shapes = list.map((tensor) => tensor.shape);
    this.buildOnce(shapes);
    const node = new Node(this, list, this.outputShapes(shapes));
    this.noteUse(node);
    return node.outputs;
  }

  /**
   * What goes into the layer at its first use, as in Keras: the place to begin a model of what comes after it.
   *
   * @throws LanegradError NOT_BUILT before the layer is used, INVALID_OPTION if it takes several inputs
   */
  get input(): SymbolicTensor {
    return this.#only("inputs");
  }

  /**
   * What comes out of the layer at its first use, as in Keras: the place to cut a model,
   * `model({ inputs: net.inputs, outputs: net.getLayer("code").output })`.
   *
   * @throws LanegradError NOT_BUILT before the layer is used, INVALID_OPTION if it has several outputs
   */
  get output(): SymbolicTensor {
    return this.#only("outputs");
  }

  /** @internal */
  noteUse(node: Node): void {
    this.#firstUse ??= node;
  }

  /** @internal A network is given up: its use of the layer no longer counts as the first. */
  forgetUse(node: Node): void {
    if (this.#firstUse === node) this.#firstUse = undefined;
  }

  #only(side: "inputs" | "outputs"): SymbolicTensor {
    if (this.#firstUse === undefined) {
      throw new LanegradError(
        "NOT_BUILT",
        `${this.name} has no ${side} before it is used in a model that is built. Received: a layer that is not used`,
      );
    }
    return onlyOne(this.name, side, this.#firstUse[side]);
  }

  /** @internal Makes the weights, once the shape of the input is known. */
  protected build(_inputShapes: readonly Shape[]): void {}

  /** The shape of the output for inputs of these shapes. */
  abstract computeOutputShape(inputShapes: readonly Shape[]): Shape;

  /**
   * @internal Checks data that enters the model right here, before anything is computed of it.
   *
   * @param address of rows of that shape
   * @param what the data is called in messages
   */
  checkData(_address: number, _rows: number, _shape: Shape, _what: string): void {}

  /** @internal Checks the numbers of rows that batches of a fit have, where they are known before its first step. */
  checkBatchRows(_trained: readonly number[], _validated: readonly number[]): void {}

  /** @internal The shape of every output; most layers have one. */
  outputShapes(inputShapes: readonly Shape[]): readonly Shape[] {
    return [this.computeOutputShape(inputShapes)];
  }

  /** @internal Takes down in a plan what the layer computes. */
  abstract call(plan: PlanBuilder, inputs: readonly Slot[]): Slot;

  /** @internal The same for any number of outputs. */
  callAll(plan: PlanBuilder, inputs: readonly Slot[]): readonly Slot[] {
    return [this.call(plan, inputs)];
  }

  /** @internal Gives the masks of inputs, if they have any, to outputs, after `callAll`. */
  passMasks(_plan: PlanBuilder, inputs: readonly Slot[], outputs: readonly Slot[]): void {
    const mask = inputs.find((slot) => slot.mask)?.mask;
    if (this.supportsMasking) mask?.giveTo(outputs);
    else mask?.endAt(this);
  }

  /** Copies of the weights. */
  getWeights(): Tensor[] {
    return this.weights.map((weight) => this.readWeight(weight));
  }

  /**
   * Replaces the weights.
   *
   * @throws LanegradError SHAPE_MISMATCH if their number or a shape is wrong, INVALID_DATA for what is no array of numbers;
   * nothing has changed then
   */
  setWeights(values: readonly TensorLike[]): void {
    const tensors = checkWeights(this.name, this.weights, values);
    tensors.forEach((tensor, i) => this.writeWeight(this.weights[i], tensor));
  }

  /** @internal */
  readWeight(weight: Weight): Tensor {
    return this.#weights.read(weight);
  }

  /** @internal */
  writeWeight(weight: Weight, values: Tensor): void {
    this.#weights.write(weight, values);
  }

  /** @internal The first model that uses the layer says where its seeds come from. */
  adopt(seeds: SeedHolder, index: number): void {
    this.#weights.adopt(seeds, index);
  }

  /** @internal The first model's number stays, for messages; each model has its own names. */
  nameAutomatically(name: string): void {
    this.#automaticName ??= name;
  }

  /** @internal Forgets weights that nobody has used yet, so that another shape can be tried. */
  unbuild(): void {
    this.#weights.clear();
    this.#isBuilt = false;
    this.#firstUse = undefined;
  }

  /** Forgets what a stateful layer keeps: the next batch starts from zeros and may have another number of rows. */
  resetState(): void {}

  /** The same as `resetState`, as Keras has both names. */
  resetStates(): void {
    this.resetState();
  }

  /**
   * @internal The blocks that hold its weights and what it keeps from batch to batch.
   *
   * @param _rows the largest batch
   */
  blocks(_rows: number): Block[] {
    return this.#weights.blocks();
  }

  /** @internal Makes the addresses of the weights true; its blocks are in. */
  bindWeights(): void {
    this.#weights.bind();
  }

  /** Moves the weights out of linear memory now. They come back at the next use. */
  dispose(): void {
    this.#weights.moveOut();
  }

  protected addWeight(options: WeightOptions): Weight {
    return this.#weights.add(options);
  }

  /** One input, or an error that says so. */
  protected single(shapes: readonly Shape[]): Shape {
    if (shapes.length !== 1) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `${this.name} takes one input. Received: ${shapes.length} inputs`,
      );
    }
    return shapes[0];
  }

  /** Builds the layer, unless it is built. */
  protected buildOnce(shapes: readonly Shape[]): void {
    if (this.isBuilt) return;
    try {
      this.build(shapes);
    } catch (error) {
      // Weights made before the one that failed must not be there twice at the next attempt.
      this.unbuild();
      throw error;
    }
    this.#isBuilt = true;
  }
}
