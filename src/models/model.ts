import { LanegradError, show } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { toLoss } from "../losses/index.js";
import type { Loss } from "../losses/index.js";
import { checkMetric, toMetric } from "../metrics/index.js";
import type { MetricSpec } from "../metrics/index.js";
import { toOptimizer } from "../optimizers/index.js";
import type { Optimizer } from "../optimizers/index.js";
import { checkKeys, flag, positiveInteger } from "../options.js";
import { freeWithOwner, memory } from "../runtime/runtime.js";
import { Network } from "./base.js";
import type { Dataset } from "./dataset.js";
import { fit } from "./fit.js";
import type { FitOptions, FitTarget } from "./fit.js";
import { gradients, vectorJacobianProduct } from "./gradients.js";
import type { Gradients, VectorJacobianProduct } from "./gradients.js";
import type { History } from "./history.js";
import { batchOf, inputRows, trainingRows } from "./modelData.js";
import { DEFAULT_BATCH } from "./options.js";
import type { CompileOptions, EvaluateOptions } from "./options.js";
import type { Data } from "./rows.js";
import { Trainer } from "./trainer.js";
import type { Logs } from "./trainer.js";

interface CompileSettings {
  readonly optimizer: Optimizer;
  readonly loss: Loss;
  readonly metrics: readonly MetricSpec[];
}

interface BatchData {
  readonly x: Data;
  readonly y: Data;
  readonly sampleWeight: Data | undefined;
}

/** A network from inputs to outputs that can be trained. */
export class Model extends Network {
  /** Set it to end a `fit` that is under way after its current step. */
  stopTraining = false;
  /** What `compile` was told; the trainer is made of it once the graph is known. */
  protected compileSettings: CompileSettings | undefined;
  #trainer: Trainer | undefined;
  #batch: Dataset | undefined;
  #isTraining = false;
  #vjpSteps = 0;

  constructor(name: string, graph?: Graph) {
    super(name);
    if (graph !== undefined) this.setGraph(graph);
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
      if (this.#trainer !== undefined) this.#trainer.maskSeed = this.seeds.value;
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
    const data = { x, y, sampleWeight: options.sampleWeight };
    return this.#withData(data, (trainer, dataset) => trainer.evaluate(dataset, batchSize));
  }

  /**
   * One training step on one batch.
   *
   * @returns loss and metrics of this batch alone, before the update
   */
  trainOnBatch(x: Data, y: Data, options: { sampleWeight?: Data } = {}): Logs {
    checkKeys("trainOnBatch", options, ["sampleWeight"]);
    this.checkNotTraining("trainOnBatch");
    const data = { x, y, sampleWeight: options.sampleWeight };
    return this.#withBatch(data, (trainer, batch) => trainer.trainAlone(batch));
  }

  /** Loss and metrics of one batch alone, at prediction. */
  testOnBatch(x: Data, y: Data, options: { sampleWeight?: Data } = {}): Logs {
    checkKeys("testOnBatch", options, ["sampleWeight"]);
    const data = { x, y, sampleWeight: options.sampleWeight };
    return this.#withBatch(data, (trainer, batch) => trainer.evaluate(batch, batch.count));
  }

  /**
   * The gradients of the loss of one batch, penalties included, in training mode. Nothing advances:
   * neither weights nor moving statistics nor dropout masks.
   */
  gradients(x: Data, y: Data, options: { sampleWeight?: Data } = {}): Gradients {
    checkKeys("gradients", options, ["sampleWeight"]);
    const data = { x, y, sampleWeight: options.sampleWeight };
    return this.#withBatch(data, (trainer, batch) => gradients(this.builtGraph(), trainer, batch));
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
    const maskSeed = this.#trainer?.maskSeed ?? this.seeds.value;
    const graph = this.builtGraph();
    const inputs = inputRows(graph, x);
    const result = vectorJacobianProduct(graph, inputs, [dY], { training, maskSeed, step });
    if (training && this.#trainer !== undefined) this.#trainer.step++;
    else if (training) this.#vjpSteps++;
    return result;
  }

  /** Moves weights and optimizer state out of linear memory now. They come back at the next use. */
  override dispose(): void {
    super.dispose();
    this.#batch?.release();
    this.#batch = undefined;
    const block = this.#trainer?.optimizerState.block;
    if (block) memory().moveOut(block);
  }

  /** @internal */
  protected override setGraph(graph: Graph | undefined): void {
    super.setGraph(graph);
    this.#trainer = undefined;
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
    return new Trainer(graph, { optimizer, losses: [loss], metrics: [resolved] }, this.seeds);
  }

  /** What `fit` may see of the model. */
  #fitTarget(trainer: Trainer): FitTarget {
    const { losses } = trainer.compiled;
    return {
      trainer,
      seed: this.seeds.value,
      classes: Math.max(2, this.builtGraph().outputs[0].shape.at(-1) ?? 0),
      model: this,
      rows: (x, y, prefix) => trainingRows(this.builtGraph(), losses, x, y, prefix),
    };
  }

  /** Does something with data in linear memory, which is free again afterwards. */
  #withData<T>(data: BatchData, work: (trainer: Trainer, data: Dataset) => T): T {
    const dataset = this.#datasetOf(data);
    try {
      return work(this.trainer(), dataset);
    } finally {
      dataset.release();
    }
  }

  /** The same for a batch like the one before: its block is kept, so that steps by hand are quick too. */
  #withBatch<T>(data: BatchData, work: (trainer: Trainer, batch: Dataset) => T): T {
    const batch = this.#datasetOf(data, this.#batch);
    if (batch !== this.#batch) {
      this.#batch?.release();
      freeWithOwner(batch, batch.block);
      this.#batch = batch;
    }
    return work(this.trainer(), batch);
  }

  #datasetOf(data: BatchData, before?: Dataset): Dataset {
    const undoBuild = this.#buildFor(data.x);
    const { losses } = this.trainer().compiled;
    try {
      return batchOf(this.builtGraph(), losses, data, before);
    } catch (error) {
      undoBuild();
      throw error;
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
