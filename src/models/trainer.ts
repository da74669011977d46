import { LanegradError } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import type { Weight } from "../graph/weight.js";
import type { Layer, SeedHolder } from "../layers/layer.js";
import type { Loss } from "../losses/index.js";
import type { Metric } from "../metrics/index.js";
import { OptimizerState } from "../optimizers/state.js";
import type { Optimizer } from "../optimizers/index.js";
import { takeStep } from "../optimizers/update.js";
import type { Place } from "../optimizers/update.js";
import type { Block } from "../runtime/memory.js";
import { kernels } from "../runtime/runtime.js";
import type { Dataset } from "./dataset.js";
import { LossPlan } from "./lossPlan.js";

/** Loss and metrics, by the keys that histories use. */
export type Logs = Record<string, number>;

/** What `compile` settled. */
export interface Compiled {
  readonly optimizer: Optimizer;
  readonly losses: readonly Loss[];
  /** For each output. */
  readonly metrics: readonly (readonly Metric[])[];
}

/** A compiled model: takes training and evaluation steps, and remembers what the optimizer does. */
export class Trainer {
  readonly compiled: Compiled;
  /** The seed of dropout masks; another one may be set before each step. */
  maskSeed: number;
  /** Training steps taken: the counter of dropout masks. */
  step = 0;
  readonly optimizerState: OptimizerState;

  readonly #graph: Graph;
  readonly #trained: Weight[];
  readonly #metrics: readonly Metric[];
  readonly #keys: readonly string[];
  readonly #frozen: ReadonlySet<Layer>;
  readonly #stateBlocks: readonly Block[];
  #training: { plan: LossPlan; gradients: Place[] } | undefined;
  #testing: LossPlan | undefined;
  #dataset: Dataset | undefined;
  #blocks: readonly Block[] = [];
  #hasReportedNaN = false;

  constructor(graph: Graph, compiled: Compiled, seeds: SeedHolder) {
    this.#graph = graph;
    this.compiled = compiled;
    this.maskSeed = seeds.value;
    this.#metrics = compiled.metrics.flat();
    this.#keys = metricKeys(this.#metrics);
    this.#trained = graph.layers.flatMap((layer) => layer.trainedWeights);
    this.#frozen = new Set(graph.layers.filter((layer) => !layer.trainable));
    const weights = graph.layers.flatMap(({ name, trainedWeights }) =>
      trainedWeights.map((weight) => ({ shape: weight.shape, path: `${name}/${weight.name}` })),
    );
    this.optimizerState = new OptimizerState(compiled.optimizer, weights);
    const { block } = this.optimizerState;
    this.#stateBlocks = block === null ? [] : [block];
  }

  /** The weights that the optimizer changes, fixed when the model was compiled. */
  get trained(): readonly Weight[] {
    return this.#trained;
  }

  /**
   * One training step on rows of a data set.
   *
   * @returns the loss before the update, penalties included
   */
  trainStep(dataset: Dataset, start: number, rows: number): number {
    this.#training ??= this.#makeTrainingPlan();
    const { plan: lossPlan, gradients } = this.#training;
    const { plan } = lossPlan;
    plan.prepare(rows, this.#with(dataset));
    plan.seedMasks(this.maskSeed);
    plan.context.step = this.step;
    this.feed(lossPlan, dataset, start, rows);
    let loss = lossPlan.forward(dataset.isWeighted);
    if (Number.isNaN(loss) && !this.#hasReportedNaN) this.#reportNaN(lossPlan);
    lossPlan.measure();
    plan.backward();
    loss += lossPlan.penalties(true);
    takeStep(kernels(), this.compiled.optimizer, this.optimizerState, this.#trained, gradients);
    this.step++;
    return loss;
  }

  /** The loss of rows of a data set at prediction, without penalties; adds the rows to the metrics. */
  testStep(dataset: Dataset, start: number, rows: number): number {
    const lossPlan = this.#testPlan();
    lossPlan.plan.prepare(rows, this.#with(dataset));
    this.feed(lossPlan, dataset, start, rows);
    const loss = lossPlan.forward(dataset.isWeighted);
    lossPlan.measure();
    return loss;
  }

  /** The penalties on the weights as they are. */
  penalties(): number {
    const lossPlan = this.#testPlan();
    lossPlan.plan.prepare(1, this.#stateBlocks);
    return lossPlan.penalties(false);
  }

  resetMetrics(): void {
    for (const metric of this.#metrics) metric.reset();
  }

  /** The metrics as they stand, written into `logs`. */
  readMetrics(logs: Logs): Logs {
    this.#metrics.forEach((metric, i) => (logs[this.#keys[i]] = metric.result()));
    return logs;
  }

  /** Loss and metrics over a data set, at prediction; leaves the metrics as they were. */
  evaluate(dataset: Dataset, batchSize: number): Logs {
    return this.#withFreshMetrics(() => {
      let total = 0;
      for (let start = 0; start < dataset.count; start += batchSize) {
        const rows = Math.min(batchSize, dataset.count - start);
        total += rows * this.testStep(dataset, start, rows);
      }
      return this.readMetrics({ loss: total / dataset.count + this.penalties() });
    });
  }

  /** One training step on all of a data set; loss and metrics of it alone. */
  trainAlone(dataset: Dataset): Logs {
    return this.#withFreshMetrics(() =>
      this.readMetrics({ loss: this.trainStep(dataset, 0, dataset.count) }),
    );
  }

  /** Runs something that uses the metrics, and leaves them as they were. */
  #withFreshMetrics<T>(work: () => T): T {
    const saved = this.#metrics.map((metric) => metric.snapshot());
    this.resetMetrics();
    try {
      return work();
    } finally {
      this.#metrics.forEach((metric, i) => metric.restore(saved[i]));
    }
  }

  /** A plan for gradients with respect to weights and inputs, in training mode. */
  gradientPlan(): LossPlan {
    return this.#makePlan(true, true, []);
  }

  /** Copies a batch from a data set into a plan: the only copy on the way in. */
  feed(lossPlan: LossPlan, dataset: Dataset, start: number, rows: number): void {
    const k = kernels();
    const { inputs } = lossPlan.ports;
    let part = 0;
    for (let i = 0; i < inputs.length; i++) dataset.gather(k, part++, inputs[i], start, rows);
    for (let i = 0; i < lossPlan.targets.length; i++)
      dataset.gather(k, part++, lossPlan.targets[i], start, rows);
    if (dataset.isWeighted) dataset.gather(k, part, lossPlan.sampleWeight, start, rows);
  }

  /** The blocks that a step needs besides the weights; the same array from step to step. */
  #with(dataset: Dataset): readonly Block[] {
    if (this.#dataset !== dataset) {
      this.#dataset = dataset;
      this.#blocks = [...this.#stateBlocks, dataset.block];
    }
    return this.#blocks;
  }

  #makeTrainingPlan(): { plan: LossPlan; gradients: Place[] } {
    const plan = this.#makePlan(true, false, this.compiled.metrics);
    const gradients = this.#trained.map((weight) => plan.plan.weightGradients.get(weight) as Place);
    return { plan, gradients };
  }

  #testPlan(): LossPlan {
    this.#testing ??= this.#makePlan(false, false, this.compiled.metrics);
    return this.#testing;
  }

  #makePlan(training: boolean, inputGradients: boolean, metrics: readonly (readonly Metric[])[]): LossPlan {
    const trained = new Set(this.#trained);
    const purpose = { training, backward: training, inputGradients, trained, frozen: this.#frozen };
    return new LossPlan(this.#graph, purpose, this.compiled.losses, metrics);
  }

  #reportNaN(lossPlan: LossPlan): void {
    this.#hasReportedNaN = true;
    const layer = lossPlan.plan.firstLayerWithNaN();
    const where =
      layer === undefined ? "in the loss itself: look at the labels" : `in the output of the layer ${layer}`;
    console.warn(
      `Lanegrad: the loss is NaN from training step ${this.step + 1} on. It began ${where}. ` +
        "Usual causes: NaN in the data, a learning rate that is too high, features that are not scaled.",
    );
  }
}

/** The key of each metric; the same metric at several outputs is numbered. */
function metricKeys(metrics: readonly Metric[]): string[] {
  const keys: string[] = [];
  for (const { name } of metrics) {
    let key = name;
    for (let n = 1; keys.includes(key); n++) key = `${name}_${n}`;
    if (key === "loss")
      throw new LanegradError("INVALID_OPTION", "a metric must not be named loss. Received: loss");
    keys.push(key);
  }
  return keys;
}
