import type { Graph, NamedWeight } from "../graph/graph.js";
import type { Weight } from "../graph/weight.js";
import type { PlanPurpose } from "../graph/planBuilder.js";
import type { Layer } from "../layers/layer.js";
import type { SeedHolder } from "../layers/seedHolder.js";
import { OptimizerState } from "../optimizers/state.js";
import type { Optimizer } from "../optimizers/index.js";
import { swapInAverages, swapOutAverages } from "../optimizers/averages.js";
import { takeStep } from "../optimizers/update.js";
import type { Place } from "../optimizers/update.js";
import type { Block } from "../runtime/memory.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { kernels } from "../runtime/runtime.js";
import type { Dataset } from "./dataset.js";
import type { Head, KeyedMetric } from "./heads.js";
import { LossPlan } from "./lossPlan.js";

/** Loss and metrics, by the keys that histories use. */
export type Logs = Record<string, number>;

/** A plan for training, and what training needs besides it. */
export interface Training {
  readonly lossPlan: LossPlan;
  /** The weights that the optimizer changes, with where their gradients land. */
  readonly trained: readonly NamedWeight[];
  readonly weights: readonly Place[];
  readonly gradients: readonly Place[];
  /** Those of them that have a constraint. */
  readonly constrained: readonly Weight[];
  readonly state: OptimizerState;
}

/** How far training is. */
export interface TrainingProgress {
  readonly step: number;
  readonly optimizerStep: number;
  readonly holdsAverages: boolean;
  readonly frozen: ReadonlySet<Layer>;
}

/** Looks at training steps from inside. What it reads is true until the method it is read in returns. */
export interface StepObserver {
  /** Memory of its own that must be in during a step. */
  readonly block: Block;
  /** Every layer's output is in place. */
  afterForward(training: Training, loss: number): void;
  /** Gradients are complete, those of penalties included; the weights are those before the step. */
  afterBackward(training: Training): void;
  /** The weights are those after the step. */
  afterUpdate(training: Training): void;
  /** Takes the message about the first NaN over. */
  onNaN(message: string): void;
}

const NO_BLOCKS: readonly Block[] = [];

/** A compiled model: takes training and evaluation steps, and remembers what the optimizer does. */
export class Trainer {
  readonly optimizer: Optimizer;
  readonly heads: readonly Head[];
  /** The seed of dropout masks; another one may be set before each step. */
  maskSeed: number;
  /** Training steps taken: the counter of dropout masks. */
  step = 0;

  readonly #graph: Graph;
  readonly #metrics: readonly KeyedMetric[];
  /** Which layers and weights are trained is settled when the model is compiled. */
  readonly #trainable: readonly NamedWeight[];
  readonly #frozen: ReadonlySet<Layer>;
  /** The loss of each output in the last step, and weighted sums since the metrics were reset. */
  readonly #outputLosses: Float64Array;
  readonly #outputTotals: Float64Array;
  #rowsSeen = 0;
  /** Of the weights when the averages took their place. */
  #markOfAverages: string | undefined;
  #training: Training | undefined;
  #testing: LossPlan | undefined;
  #dataset: Dataset | undefined;
  #blocks: readonly Block[] = NO_BLOCKS;
  #hasReportedNaN = false;
  #observer: StepObserver | undefined;

  /** @param frozen the layers that keep to themselves, as the flags stand when the model is compiled */
  constructor(
    graph: Graph,
    optimizer: Optimizer,
    heads: readonly Head[],
    seeds: SeedHolder,
    frozen: ReadonlySet<Layer>,
  ) {
    this.#graph = graph;
    this.optimizer = optimizer;
    this.heads = heads;
    this.maskSeed = seeds.value;
    this.#metrics = heads.flatMap((head) => head.metrics);
    this.#trainable = graph.weights().filter(({ layer, weight }) => weight.isTrained && !frozen.has(layer));
    this.#frozen = frozen;
    this.#outputLosses = new Float64Array(heads.length);
    this.#outputTotals = new Float64Array(heads.length);
  }

  /** The paths of the layers that were frozen when the model was compiled. */
  frozenPaths(): string[] {
    return [...this.#frozen].map((layer) => this.#graph.leaves.get(layer) as string);
  }

  /** Goes on where a file says that training was. */
  resume({ step, optimizerStep, holdsAverages }: TrainingProgress): void {
    this.step = step;
    this.optimizerState.step = optimizerStep;
    this.optimizerState.holdsAverages = holdsAverages;
  }

  /** The weights that the optimizer changes: those that are trainable and have a gradient. */
  get trained(): readonly NamedWeight[] {
    return this.training.trained;
  }

  /** What the optimizer remembers. */
  get optimizerState(): OptimizerState {
    return this.training.state;
  }

  /** The block of the optimizer's state, once there is one. */
  get stateBlock(): Block | undefined {
    return this.#training?.state.block;
  }

  /** Made at the first step: which weights have a gradient is known from the plan. */
  get training(): Training {
    this.#training ??= this.#makeTraining();
    return this.#training;
  }

  /** One training step on rows of a data set. Returns the loss before the update, penalties included. */
  trainStep(dataset: Dataset, start: number, rows: number): number {
    const { training } = this;
    const { lossPlan, weights, gradients, state, constrained } = training;
    const { plan } = lossPlan;
    const observer = this.#observer;
    this.settleAverages();
    if (plan.prepare(rows, this.#with(dataset))) state.locate(weights, gradients);
    const { holdsAverages } = state;
    swapOutAverages(kernels(), state, weights);
    plan.seedMasks(this.maskSeed);
    plan.context.step = this.step;
    lossPlan.feed(dataset, start, rows);
    let loss: number;
    try {
      loss = lossPlan.forward(this.#outputLosses);
      if (Number.isNaN(loss) && !this.#hasReportedNaN) this.#reportNaN(lossPlan);
      observer?.afterForward(training, loss);
      lossPlan.measure();
      this.#addLosses(rows);
      plan.backward();
      loss += lossPlan.penalties(true);
      observer?.afterBackward(training);
    } catch (error) {
      // A part of the user's own has failed: what has changed up to here is as after the step before.
      if (plan.undo() && holdsAverages) swapInAverages(kernels(), state, weights);
      throw error;
    }
    const k = plan.context.kernels;
    takeStep(k, state, weights, gradients);
    if (constrained.length > 0) constrain(k, constrained);
    observer?.afterUpdate(training);
    this.step++;
    return loss;
  }

  /** With averages of weights, the model gets them now; the weights are kept for the next training step. */
  endFit(): void {
    if (this.#training === undefined) return;
    const { lossPlan, weights, state } = this.#training;
    if (!state.keepsAverages || state.holdsAverages) return;
    lossPlan.plan.prepare(1, [state.block]);
    swapInAverages(kernels(), state, weights);
    this.markAverages();
  }

  /** Takes the weights as they are for their averages, until somebody changes them. */
  markAverages(): void {
    if (this.training.state.holdsAverages) this.#markOfAverages = this.#markOfWeights();
  }

  /** Weights that somebody has set or trained in the place of averages are what averages begin with. */
  settleAverages(): void {
    const { weights, state } = this.training;
    const isOver = state.holdsAverages && this.#markOfAverages !== this.#markOfWeights();
    if (isOver) state.restartAverages(kernels(), weights);
  }

  /** A text that another one takes the place of where weights are written, or another model trains them. */
  #markOfWeights(): string {
    const { lossPlan, trained } = this.training;
    lossPlan.plan.prepare(1, [this.training.state.block]);
    let writes = 0;
    let squares = 0;
    for (const { weight } of trained) {
      writes += weight.writes;
      squares += kernels().sumOfSquares(weight.address, weight.size);
    }
    return `${writes} ${squares}`;
  }

  /** Lets somebody look at the steps from now on; undefined: nobody. */
  observe(observer: StepObserver | undefined): void {
    if (observer === this.#observer) return;
    this.#observer = observer;
    this.#dataset = undefined;
  }

  /** The loss of rows of a data set at prediction, without penalties on weights; adds the rows to the metrics. */
  testStep(dataset: Dataset, start: number, rows: number): number {
    const lossPlan = this.#testPlan();
    lossPlan.plan.prepare(rows, this.#with(dataset));
    lossPlan.feed(dataset, start, rows);
    const loss = lossPlan.forward(this.#outputLosses);
    lossPlan.measure();
    this.#addLosses(rows);
    return loss;
  }

  /** The penalties on the weights as they are. */
  penalties(): number {
    const lossPlan = this.#testPlan();
    lossPlan.plan.prepare(1, NO_BLOCKS);
    return lossPlan.penalties(false);
  }

  resetMetrics(): void {
    for (const { metric } of this.#metrics) metric.reset();
    this.#outputTotals.fill(0);
    this.#rowsSeen = 0;
  }

  /** The losses of several outputs and the metrics as they stand, written into `logs`. */
  readMetrics(logs: Logs): Logs {
    if (this.#graph.outputs.length > 1) {
      this.heads.forEach(({ name }, i) => (logs[`${name}_loss`] = this.#outputTotals[i] / this.#rowsSeen));
    }
    for (const { key, metric } of this.#metrics) logs[key] = metric.result();
    return logs;
  }

  /** One training step on all of a data set; loss and metrics of it alone. */
  trainAlone(dataset: Dataset): Logs {
    return this.withFreshMetrics(() => this.readMetrics({ loss: this.trainStep(dataset, 0, dataset.count) }));
  }

  /** Runs something that uses the metrics, and leaves them as they were. */
  withFreshMetrics<T>(work: () => T): T {
    const saved = this.#metrics.map(({ metric }) => metric.snapshot());
    const totals = this.#outputTotals.slice();
    const rowsSeen = this.#rowsSeen;
    this.resetMetrics();
    try {
      return work();
    } finally {
      this.#metrics.forEach(({ metric }, i) => metric.restore(saved[i]));
      this.#outputTotals.set(totals);
      this.#rowsSeen = rowsSeen;
    }
  }

  /** A plan for gradients with respect to weights and inputs, in training mode. */
  gradientPlan(): LossPlan {
    return this.#makePlan(true, true, false);
  }

  /** Adds a batch to what `readMetrics` tells of several outputs. */
  #addLosses(rows: number): void {
    if (this.#graph.outputs.length === 1) return;
    this.#rowsSeen += rows;
    for (let i = 0; i < this.#outputLosses.length; i++) {
      this.#outputTotals[i] += rows * this.#outputLosses[i];
    }
  }

  /** The blocks that a step needs besides the weights; the same array from step to step. */
  #with(dataset: Dataset): readonly Block[] {
    const state = this.stateBlock;
    const isSame = this.#dataset === dataset && (state === undefined || this.#blocks[0] === state);
    if (!isSame) {
      this.#dataset = dataset;
      this.#blocks = state === undefined ? [dataset.block] : [state, dataset.block];
      if (this.#observer !== undefined) this.#blocks = [...this.#blocks, this.#observer.block];
    }
    return this.#blocks;
  }

  #makeTraining(): Training {
    const lossPlan = this.#makePlan(true, false, true);
    const { weightGradients } = lossPlan.plan;
    const trained = this.#trainable.filter(({ weight }) => weightGradients.has(weight));
    const weights = trained.map(({ weight }) => weight);
    return {
      lossPlan,
      trained,
      weights,
      gradients: trained.map(({ weight }) => weightGradients.get(weight) as Place),
      constrained: weights.filter(({ constraint }) => constraint !== undefined),
      state: new OptimizerState(
        this.optimizer,
        trained.map(({ path, weight }) => ({ path, shape: weight.shape })),
      ),
    };
  }

  #testPlan(): LossPlan {
    this.#testing ??= this.#makePlan(false, false, true);
    return this.#testing;
  }

  #makePlan(training: boolean, inputGradients: boolean, measures: boolean): LossPlan {
    const purpose: PlanPurpose = {
      training,
      backward: training,
      inputGradients,
      hasLoss: true,
      trained: new Set(this.#trainable.map(({ weight }) => weight)),
      frozen: this.#frozen,
    };
    const heads = measures ? this.heads : this.heads.map((head) => ({ ...head, metrics: [] }));
    return new LossPlan(this.#graph, purpose, heads);
  }

  #reportNaN(lossPlan: LossPlan): void {
    this.#hasReportedNaN = true;
    const layer = lossPlan.plan.firstLayerWithNaN();
    const where =
      layer === undefined
        ? "in the loss itself: look at labels and sample weights"
        : `in the output of the layer ${this.#graph.leaves.get(layer)}`;
    const message =
      `Lanegrad: the loss is NaN from training step ${this.step + 1} on. It began ${where}. ` +
      "Usual causes: NaN in the data, a high learning rate, features that are not scaled.";
    if (this.#observer === undefined) console.warn(message);
    else this.#observer.onNaN(message);
  }
}

function constrain(k: Kernels, constrained: readonly Weight[]): void {
  for (let i = 0; i < constrained.length; i++) {
    const { constraint, address, shape } = constrained[i];
    constraint?.apply(k, address, shape);
  }
}
