import type { CallbackList } from "../callbacks/callbackList.js";
import { LanegradError, show } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { LayerOptions } from "../layers/layer.js";
import type { Optimizer } from "../optimizers/index.js";
import { checkKeys, flag, positiveInteger } from "../options.js";
import { freeWithOwner, memory } from "../runtime/runtime.js";
import type { Tensor } from "../tensor/tensor.js";
import { ArraySource, isAsync, isBatches } from "./batches.js";
import type { Batch, Batches, Source } from "./batches.js";
import { checkContradictions } from "./contradictions.js";
import { readCompileOptions } from "./compile.js";
import type { CompileOptions, CompileSettings } from "./compile.js";
import type { Dataset } from "./dataset.js";
import { evaluateAsyncSource, evaluateNow, evaluateSource } from "./evaluate.js";
import { fit } from "./fit.js";
import { iterable, rowsInMemory } from "./fitData.js";
import type { DataTarget } from "./fitData.js";
import { DEFAULT_BATCH, stepsOption } from "./fitOptions.js";
import type { EvaluateBatchesOptions, EvaluateOptions, FitBatchesOptions, FitOptions } from "./fitOptions.js";
import { gradients, vectorJacobianProduct } from "./gradients.js";
import type { Gradients, VectorJacobianProduct } from "./gradients.js";
import { headsOf } from "./heads.js";
import type { History } from "./history.js";
import { batchOf } from "./modelData.js";
import { Predictor } from "./predictor.js";
import type { Data, Inputs, Targets } from "./rows.js";
import { saveModel } from "./save.js";
import { Trainer } from "./trainer.js";
import type { Logs, TrainingProgress } from "./trainer.js";
import type { SampleWeight } from "./weights.js";

/**
 * A network from inputs to outputs that can be trained.
 *
 * @typeParam Outputs what `predict` returns: a tensor, or an array where there are several outputs
 */
export abstract class Model<Outputs extends Tensor | Tensor[] = Tensor> extends Predictor<Outputs> {
  /** Set it to end a `fit` that is under way after its current step. */
  stopTraining = false;
  /** What `compile` was told; the trainer is made of it once the graph is known. */
  #compileSettings: CompileSettings | undefined;
  /** The settings whose warnings have been printed. */
  #warnedOf: CompileSettings | undefined;
  #trainer: Trainer | undefined;
  #batch: Dataset | undefined;
  /** The call that others must wait for. */
  #underWay: "fit" | "evaluate" | undefined;
  #vjpSteps = 0;

  protected constructor(kind: string, options: LayerOptions) {
    super(kind, options);
  }

  /** The optimizer that the model was compiled with; its learning rate may be set at any time. */
  get optimizer(): Optimizer {
    return this.trainer().optimizer;
  }

  /**
   * Settles how the model is trained. Forgets what an earlier optimizer remembered.
   *
   * Warns on the console where losses do not suit the outputs; see the guide on choosing both.
   *
   * @throws LanegradError UNKNOWN_NAME, UNKNOWN_OPTION or INVALID_OPTION, or NOT_LINKED for a name that a bundle does
   * not link (see `linkParts`); nothing has changed then
   */
  compile(options: CompileOptions): void {
    this.checkNotTraining("compile");
    const settings = readCompileOptions(options);
    const trainer = this.graph === undefined ? undefined : this.#makeTrainer(this.graph, settings);
    this.#compileSettings = settings;
    this.#trainer = trainer;
  }

  /**
   * Trains the model on rows of inputs and labels.
   *
   * @param x inputs: nested arrays, a typed array read row by row, or a tensor; for several an array or a record of these
   * @param y labels, as the loss takes them; for several outputs an array or a record by name
   * @returns what each epoch reported
   * @throws LanegradError (the promise rejects) for wrong data or options, before anything has changed;
   * BUSY while another `fit` trains this model
   */
  fit(x: Inputs, y: Targets, options?: FitOptions): Promise<History>;
  /**
   * Trains the model on batches { x, y, sampleWeight? } of the user's making.
   *
   * @throws LanegradError (the promise rejects) as above; for a wrong batch after the steps before it
   */
  fit(batches: Batches, options?: FitBatchesOptions): Promise<History>;
  async fit(x: unknown, second?: unknown, third?: FitOptions): Promise<History> {
    this.checkNotTraining("fit");
    // As in Keras, nothing may stand in the place of the labels that batches bring.
    const options = ((isBatches(x) ? (second ?? third) : third) ?? {}) as FitOptions;
    let undoBuild = this.#buildFor(x);
    this.#underWay = "fit";
    try {
      const trainer = this.trainer();
      const target = {
        ...this.#dataTarget(),
        trainer,
        seed: this.seeds.value,
        model: this as unknown as Model,
        accept: (): void => void (undoBuild = (): void => {}),
      };
      return await fit(target, x, second, options);
    } catch (error) {
      undoBuild();
      throw error;
    } finally {
      this.#underWay = undefined;
      if (this.#trainer !== undefined) this.#trainer.maskSeed = this.seeds.value;
    }
  }

  /**
   * Loss and metrics on rows of inputs and labels, at prediction.
   *
   * @returns { loss, ...metrics }
   * @throws LanegradError for wrong data, NOT_COMPILED before `compile`
   */
  evaluate(x: Inputs, y: Targets, options?: EvaluateOptions): Logs;
  /** The same over batches { x, y, sampleWeight? }. */
  evaluate(batches: Iterable<Batch>, options?: EvaluateBatchesOptions): Logs;
  /** The same over batches that arrive by promises. */
  evaluate(batches: AsyncIterable<Batch>, options?: EvaluateBatchesOptions): Promise<Logs>;
  /** The same where the type leaves open how batches arrive. */
  evaluate(batches: Batches, options?: EvaluateBatchesOptions): Logs | Promise<Logs>;
  evaluate(x: unknown, second?: unknown, third?: EvaluateOptions): Logs | Promise<Logs> {
    const options = ((isBatches(x) ? (second ?? third) : third) ?? {}) as EvaluateOptions;
    const ofRows = isBatches(x) ? [] : ["batchSize", "sampleWeight"];
    checkKeys("evaluate", options, [...ofRows, "steps", "callbacks"]);
    const batchSize = positiveInteger("batchSize", options.batchSize ?? DEFAULT_BATCH);
    const steps = stepsOption("steps", options.steps);
    const callbacks = this.callbackList(options.callbacks, steps, isBatches(x) && isAsync(x));
    const undoBuild = this.#buildFor(x);
    try {
      const trainer = this.trainer();
      const target = this.#dataTarget();
      if (isBatches(x) && isAsync(x)) {
        this.checkNotTraining("evaluate on an async iterable");
        return this.#evaluateLater(trainer, iterable(target, x, steps, 1), callbacks);
      }
      const source = isBatches(x)
        ? iterable(target, x, steps, 1)
        : new ArraySource(rowsInMemory(target, { ...options, x, y: second }), batchSize, undefined, steps);
      return evaluateSource(trainer, source, callbacks);
    } catch (error) {
      undoBuild();
      throw error;
    }
  }

  /** The metrics are in use until it ends. */
  async #evaluateLater(trainer: Trainer, source: Source, callbacks: CallbackList): Promise<Logs> {
    this.#underWay = "evaluate";
    try {
      return await evaluateAsyncSource(trainer, source, callbacks);
    } finally {
      this.#underWay = undefined;
    }
  }

  /**
   * One training step on one batch.
   *
   * @returns loss and metrics of this batch alone, before the update
   */
  trainOnBatch(x: Inputs, y: Targets, options: { sampleWeight?: SampleWeight } = {}): Logs {
    checkKeys("trainOnBatch", options, ["sampleWeight"]);
    this.checkNotTraining("trainOnBatch");
    return this.#withBatch({ x, y, ...options }, (trainer, batch) => trainer.trainAlone(batch));
  }

  /** Loss and metrics of one batch alone, at prediction. */
  testOnBatch(x: Inputs, y: Targets, options: { sampleWeight?: SampleWeight } = {}): Logs {
    checkKeys("testOnBatch", options, ["sampleWeight"]);
    return this.#withBatch({ x, y, ...options }, (trainer, batch) =>
      trainer.withFreshMetrics(() => evaluateNow(trainer, new ArraySource(batch, batch.count))),
    );
  }

  /**
   * The gradients of the loss of one batch, penalties included, in training mode. Nothing advances:
   * neither weights nor moving statistics nor dropout masks.
   */
  gradients(x: Inputs, y: Targets, options: { sampleWeight?: SampleWeight } = {}): Gradients {
    checkKeys("gradients", options, ["sampleWeight"]);
    return this.#withBatch({ x, y, ...options }, (trainer, batch) =>
      gradients(this.builtGraph(), trainer, batch),
    );
  }

  /**
   * Backward from given gradients of the outputs: the products dY . dOutput/dWeight and dY . dOutput/dInput.
   * Needs no `compile`.
   *
   * @param dY of the shape of the output; for several outputs an array or a record by name; null counts as zero
   * @param options.training true: moving statistics and dropout counters advance as in a training step. Default false
   */
  vjp(
    x: Inputs,
    dY: Data | null | readonly (Data | null)[] | Readonly<Record<string, Data | null>>,
    options: { training?: boolean } = {},
  ): VectorJacobianProduct {
    checkKeys("vjp", options, ["training"]);
    const training = flag("training", options.training ?? false);
    if (training) this.checkNotTraining("vjp in training mode");
    const step = this.#trainer?.step ?? this.#vjpSteps;
    const maskSeed = this.#trainer?.maskSeed ?? this.seeds.value;
    const graph = this.builtGraph();
    const result = vectorJacobianProduct(graph, x, dY, { training, maskSeed, step });
    if (training && this.#trainer !== undefined) this.#trainer.step++;
    else if (training) this.#vjpSteps++;
    return result;
  }

  /**
   * The model as a file: safetensors, which other programs can read, with the configuration in its metadata.
   * The same state gives the same bytes.
   *
   * @param options.includeOptimizer whether what `compile` settled and the optimizer remembers goes along, so
   * that training can go on from the file. Default true
   * @returns the bytes, for `loadModel`
   * @throws LanegradError NOT_BUILT if the shape of the input is not known yet; INVALID_OPTION or UNKNOWN_OPTION
   */
  save(options: { includeOptimizer?: boolean } = {}): Uint8Array<ArrayBuffer> {
    checkKeys("save", options, ["includeOptimizer"]);
    const withOptimizer = flag("includeOptimizer", options.includeOptimizer ?? true);
    const settings = this.#compileSettings;
    return saveModel({
      json: this.toJSON(),
      graph: this.builtGraph(),
      seed: this.seeds.value,
      training: withOptimizer && settings !== undefined ? { settings, trainer: this.trainer() } : undefined,
    });
  }

  /** @internal Takes back the seed that a file holds. */
  restoreSeed(seed: number): void {
    this.seeds.restore(seed);
  }

  /** @internal Takes back what a file says about training. */
  restoreTraining(settings: CompileSettings, progress: TrainingProgress): Trainer {
    const trainer = this.#makeTrainer(this.builtGraph(), settings, progress.frozen);
    trainer.resume(progress);
    this.#compileSettings = settings;
    this.#trainer = trainer;
    return trainer;
  }

  /** Moves weights and optimizer state out of linear memory now. They come back at the next use. */
  override dispose(): void {
    super.dispose();
    this.#batch?.release();
    this.#batch = undefined;
    const block = this.#trainer?.stateBlock;
    if (block) memory().moveOut(block);
  }

  /** @internal */
  protected override setGraph(graph: Graph | undefined): void {
    super.setGraph(graph);
    this.#trainer = undefined;
  }

  /** @internal What `compile` settled no longer holds. */
  protected forgetCompile(): void {
    this.#compileSettings = undefined;
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
    const mustBuild = this.graph === undefined && this.#compileSettings !== undefined;
    const undo = mustBuild ? this.buildFor(x) : (): void => {};
    if (this.graph === undefined && mustBuild) {
      throw new LanegradError(
        "NOT_BUILT",
        `${this.name} does not know the shape of its input yet, and this data does not tell it. Give its first layer an inputShape, or hand in nested rows. Received: x=${show(x)}`,
      );
    }
    return undo;
  }

  /** @internal What `compile` settled, made when the graph is known. */
  trainer(): Trainer {
    if (this.#trainer !== undefined) return this.#trainer;
    if (this.#compileSettings === undefined) {
      throw new LanegradError(
        "NOT_COMPILED",
        `${this.name} must be compiled with an optimizer and a loss first. Received: a model that is not compiled`,
      );
    }
    this.#trainer = this.#makeTrainer(this.builtGraph(), this.#compileSettings);
    return this.#trainer;
  }

  #makeTrainer(graph: Graph, settings: CompileSettings, frozen = graph.frozenLeaves()): Trainer {
    const heads = headsOf(graph, settings);
    const warnings = checkContradictions(graph, heads);
    const trainer = new Trainer(graph, settings.optimizer, heads, this.seeds, frozen);
    // A model that is built at its first fit may be built again, if that fit was refused.
    if (this.#warnedOf !== settings) for (const warning of warnings) console.warn(`Lanegrad: ${warning}`);
    this.#warnedOf = settings;
    return trainer;
  }

  #dataTarget(): DataTarget {
    return { graph: this.builtGraph(), heads: this.trainer().heads };
  }

  /** Does something with a batch; one like the batch before takes its place in memory. */
  #withBatch<T>(data: Batch, work: (trainer: Trainer, batch: Dataset) => T): T {
    const undoBuild = this.#buildFor(data.x);
    let batch: Dataset;
    try {
      batch = batchOf(this.builtGraph(), this.trainer().heads, data, this.#batch);
    } catch (error) {
      undoBuild();
      throw error;
    }
    if (batch !== this.#batch) {
      this.#batch?.release();
      freeWithOwner(batch, batch.block);
      this.#batch = batch;
    }
    return work(this.trainer(), batch);
  }

  /** @internal Refuses a call while `fit`, or `evaluate` on batches that are waited for, is under way. */
  checkNotTraining(call: string): void {
    if (this.#underWay === undefined) return;
    const state = this.#underWay === "fit" ? "trained by fit" : "evaluated";
    throw new LanegradError(
      "BUSY",
      `${this.name} is being ${state}; await it, or stop it, first. Received: a call of ${call}`,
    );
  }
}
