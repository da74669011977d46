/// <reference lib="esnext.disposable" preserve="true" />
import { LanegradError, show, unknownName } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { SymbolicTensor } from "../graph/symbolic.js";
import { checkWeights, SeedHolder } from "../layers/layer.js";
import type { Layer } from "../layers/layer.js";
import { toLoss } from "../losses/index.js";
import type { Loss } from "../losses/index.js";
import { checkMetric, toMetric } from "../metrics/index.js";
import type { MetricSpec } from "../metrics/index.js";
import { toOptimizer } from "../optimizers/index.js";
import type { Optimizer } from "../optimizers/index.js";
import { checkKeys, flag, positiveInteger } from "../options.js";
import { memory } from "../runtime/runtime.js";
import type { Tensor, TensorLike } from "../tensor/tensor.js";
import type { Dataset } from "./dataset.js";
import { fit } from "./fit.js";
import type { FitOptions, FitTarget } from "./fit.js";
import { gradients, vectorJacobianProduct } from "./gradients.js";
import type { Gradients, VectorJacobianProduct } from "./gradients.js";
import type { History } from "./history.js";
import { batchOf, inputRows, trainingRows } from "./modelData.js";
import type { CompileOptions, EvaluateOptions } from "./options.js";
import { computingLayers, ForwardPlan } from "./network.js";
import { predict } from "./predict.js";
import type { Data } from "./rows.js";
import { summaryLines } from "./summary.js";
import { Trainer } from "./trainer.js";
import type { Logs } from "./trainer.js";

interface CompileSettings {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly MetricSpec[];
}

const DEFAULT_BATCH = 32;

/** Where the symbol for `using` exists, models support it. */
const disposeSymbol: typeof Symbol.dispose =
  Symbol.dispose ?? (Symbol("Symbol.dispose") as typeof Symbol.dispose);

/** A network from inputs to outputs that can be trained. */
export class Model {
  readonly name: string;
  /** Set it to end a `fit` that is under way after its current step. */
  stopTraining = false;
  protected graph: Graph | undefined;
  /** What `compile` was told; the trainer is made of it once the graph is known. */
  protected compileSettings: CompileSettings | undefined;
  readonly #seeds = new SeedHolder();
  #trainer: Trainer | undefined;
  #forward: ForwardPlan | undefined;
  #isTraining = false;
  #vjpSteps = 0;

  constructor(name: string, graph?: Graph) {
    this.name = name;
    if (graph !== undefined) this.setGraph(graph);
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
   * Settles how the model is trained. Forgets what an earlier optimizer remembered.
   *
   * @throws LanegradError UNKNOWN_NAME, UNKNOWN_OPTION or INVALID_OPTION; nothing has changed then
   */
  compile(options: CompileOptions): void {
    this.checkNotTraining("compile");
    checkKeys("compile", options, ["optimizer", "loss", "metrics"]);
    if (options.loss === undefined) {
      throw new LanegradError("INVALID_OPTION", "compile needs a loss. Received: loss=undefined");
    }
    const metrics = options.metrics ?? [];
    if (!Array.isArray(metrics)) {
      throw new LanegradError(
        "INVALID_OPTION",
        `metrics must be an array. Received: metrics=${show(metrics)}`,
      );
    }
    const settings = {
      optimizer: toOptimizer(options.optimizer ?? "rmsprop"),
      loss: toLoss(options.loss),
      metrics: metrics.map(checkMetric),
    };
    const trainer = this.graph === undefined ? undefined : this.#makeTrainer(this.graph, settings);
    this.compileSettings = settings;
    this.#trainer = trainer;
  }

  /**
   * Trains the model on rows of inputs and labels.
   *
   * @param x inputs: nested arrays, a typed array read row by row, or a tensor
   * @param y labels, as the loss takes them
   * @returns what each epoch reported
   * @throws LanegradError (the promise rejects) for wrong data or options, before anything has changed;
   * BUSY while another `fit` trains this model
   */
  async fit(x: Data, y: Data, options: FitOptions = {}): Promise<History> {
    this.checkNotTraining("fit");
    const undoBuild = this.#buildFor(x);
    this.#isTraining = true;
    try {
      return await fit(this.#fitTarget(this.trainer()), x, y, options);
    } catch (error) {
      if (this.#trainer === undefined || this.#trainer.step === 0) undoBuild();
      throw error;
    } finally {
      this.#isTraining = false;
      if (this.#trainer !== undefined) this.#trainer.maskSeed = this.#seeds.value;
    }
  }

  /**
   * Loss and metrics on rows of inputs and labels, at prediction.
   *
   * @returns { loss, ...metrics }
   * @throws LanegradError for wrong data, NOT_COMPILED before `compile`
   */
  evaluate(x: Data, y: Data, options: EvaluateOptions = {}): Logs {
    checkKeys("evaluate", options, ["batchSize", "sampleWeight"]);
    const batchSize = positiveInteger("batchSize", options.batchSize ?? DEFAULT_BATCH);
    return this.#withBatch(x, y, options.sampleWeight, (trainer, data) => trainer.evaluate(data, batchSize));
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

  /**
   * One training step on one batch.
   *
   * @returns loss and metrics of this batch alone, before the update
   */
  trainOnBatch(x: Data, y: Data, options: { sampleWeight?: Data } = {}): Logs {
    checkKeys("trainOnBatch", options, ["sampleWeight"]);
    this.checkNotTraining("trainOnBatch");
    return this.#withBatch(x, y, options.sampleWeight, (trainer, batch) => trainer.trainAlone(batch));
  }

  /** Loss and metrics of one batch alone, at prediction. */
  testOnBatch(x: Data, y: Data, options: { sampleWeight?: Data } = {}): Logs {
    checkKeys("testOnBatch", options, ["sampleWeight"]);
    return this.#withBatch(x, y, options.sampleWeight, (trainer, batch) =>
      trainer.evaluate(batch, batch.count),
    );
  }

  /**
   * The gradients of the loss of one batch, penalties included, in training mode. Nothing advances:
   * neither weights nor moving statistics nor dropout masks.
   */
  gradients(x: Data, y: Data, options: { sampleWeight?: Data } = {}): Gradients {
    checkKeys("gradients", options, ["sampleWeight"]);
    return this.#withBatch(x, y, options.sampleWeight, (trainer, batch) =>
      gradients(this.builtGraph(), trainer, batch),
    );
  }

  /**
   * Backward from a given gradient of the output: the products dY . dOutput/dWeight and dY . dOutput/dInput.
   * Needs no `compile`.
   *
   * @param dY of the shape of the output; null counts as zero
   * @param options.training true is one training forward and backward: moving statistics and dropout
   * counters advance. Default false
   */
  vjp(x: Data, dY: Data | null, options: { training?: boolean } = {}): VectorJacobianProduct {
    checkKeys("vjp", options, ["training"]);
    const training = flag("training", options.training ?? false);
    if (training) this.checkNotTraining("vjp in training mode");
    const step = this.#trainer?.step ?? this.#vjpSteps;
    const maskSeed = this.#trainer?.maskSeed ?? this.#seeds.value;
    const graph = this.builtGraph();
    const inputs = inputRows(graph, x);
    const result = vectorJacobianProduct(graph, inputs, [dY], { training, maskSeed, step });
    if (training && this.#trainer !== undefined) this.#trainer.step++;
    else if (training) this.#vjpSteps++;
    return result;
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
    const block = this.#trainer?.optimizerState.block;
    if (block) memory().moveOut(block);
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
    this.#trainer = undefined;
    for (const [layer, name] of graph?.names ?? []) layer.nameAutomatically(name);
    if (graph !== undefined)
      computingLayers(graph).forEach((layer, index) => layer.adopt(this.#seeds, index));
  }

  /**
   * @internal Builds the model for data whose rows have this shape, if it can.
   *
   * @returns what takes that back
   */
  protected buildFor(_data: unknown): () => void {
    return () => {};
  }

  /** Builds the model if it is not built yet; a model that is not compiled stays as it is. */
  #buildFor(x: unknown): () => void {
    const mustBuild = this.graph === undefined && this.compileSettings !== undefined;
    const undo = mustBuild ? this.buildFor(x) : (): void => {};
    if (this.graph === undefined && mustBuild) {
      throw new LanegradError(
        "NOT_BUILT",
        `${this.name} does not know the shape of its input, and this data does not tell the shape of a row. Give the first layer an inputShape, or hand in nested rows. Received: x=${show(x)}`,
      );
    }
    return undo;
  }

  /** What `compile` settled, made when the graph is known. */
  protected trainer(): Trainer {
    if (this.#trainer !== undefined) return this.#trainer;
    if (this.compileSettings === undefined) {
      throw new LanegradError(
        "NOT_COMPILED",
        `${this.name} must be compiled with an optimizer and a loss first. Received: a model that is not compiled`,
      );
    }
    this.#trainer = this.#makeTrainer(this.builtGraph(), this.compileSettings);
    return this.#trainer;
  }

  #makeTrainer(graph: Graph, { optimizer, loss, metrics }: CompileSettings): Trainer {
    const resolved = metrics.map((metric) => toMetric(metric, loss, graph.outputs[0].shape));
    return new Trainer(graph, { optimizer, losses: [loss], metrics: [resolved] }, this.#seeds);
  }

  /** What `fit` may see of the model. */
  #fitTarget(trainer: Trainer): FitTarget {
    const { losses } = trainer.compiled;
    return {
      trainer,
      seed: this.#seeds.value,
      classes: Math.max(2, this.builtGraph().outputs[0].shape.at(-1) ?? 0),
      model: this,
      rows: (x, y, prefix) => trainingRows(this.builtGraph(), losses, x, y, prefix),
    };
  }

  /** Does something with one batch in linear memory. */
  #withBatch<T>(
    x: Data,
    y: Data,
    weights: Data | undefined,
    work: (trainer: Trainer, batch: Dataset) => T,
  ): T {
    const undoBuild = this.#buildFor(x);
    const trainer = this.trainer();
    let batch: Dataset;
    try {
      batch = batchOf(this.builtGraph(), trainer.compiled.losses, x, y, weights);
    } catch (error) {
      undoBuild();
      throw error;
    }
    try {
      return work(trainer, batch);
    } finally {
      batch.release();
    }
  }

  /** @internal Refuses a call while `fit` is under way. */
  protected checkNotTraining(call: string): void {
    if (!this.#isTraining) return;
    throw new LanegradError(
      "BUSY",
      `${this.name} is being trained by fit; await it, or stop it, first. Received: a call of ${call}`,
    );
  }
}
