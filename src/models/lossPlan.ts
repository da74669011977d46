import type { Graph } from "../graph/graph.js";
import { Plan } from "../graph/plan.js";
import { PlanBuilder } from "../graph/planBuilder.js";
import type { LossTerm, PlanPurpose } from "../graph/planBuilder.js";
import type { Pointer, Slot } from "../graph/slot.js";
import type { Weight } from "../graph/weight.js";
import { LossOperation } from "../losses/operation.js";
import { MetricBatch } from "../metrics/batch.js";
import type { Regularizer } from "../regularizers/index.js";
import { kernels } from "../runtime/runtime.js";
import type { Dataset } from "./dataset.js";
import type { Head } from "./heads.js";
import { describe } from "./network.js";
import type { Ports } from "./network.js";

interface Penalty {
  readonly weight: Weight;
  readonly regularizer: Regularizer;
}

/** An output with a loss, as it lies in a plan. */
interface PlannedHead {
  readonly head: Head;
  readonly yTrue: Slot;
  readonly yPred: Slot;
  readonly sampleWeight: Slot;
  readonly operation: LossOperation;
}

/** A plan that ends in losses and metrics: for training, evaluation and gradients. */
export class LossPlan {
  readonly plan: Plan;
  readonly ports: Ports;
  readonly #heads: readonly PlannedHead[];
  readonly #metricBatch = new MetricBatch();
  readonly #metricWorkspace: Pointer;
  /** Penalties on outputs of layers. */
  readonly #terms: readonly LossTerm[];
  readonly #penalties: readonly Penalty[];
  /** Memory that the penalties use one after the other. */
  readonly #workspace: Pointer;

  constructor(graph: Graph, purpose: PlanPurpose, heads: readonly Head[]) {
    const builder = new PlanBuilder(purpose, graph.leaves.keys());
    this.ports = describe(builder, graph);
    this.#heads = heads.map((head) => this.#planHead(builder, head));
    this.#terms = builder.lossTerms;
    // In float64 numbers; one metric after the other works in it.
    const doubles = heads.flatMap(({ metrics }) => metrics.map(({ metric }) => metric.workspaceSize()));
    this.#metricWorkspace = builder.reserve(2 * Math.max(0, ...doubles));
    this.#penalties = graph
      .weights()
      .flatMap(({ weight }) =>
        weight.regularizer === undefined || !purpose.trained.has(weight)
          ? []
          : [{ weight, regularizer: weight.regularizer }],
      );
    const floats = this.#penalties.map(({ weight, regularizer }) =>
      regularizer.workspaceFloats(kernels(), weight.shape),
    );
    this.#workspace = builder.afterwards(Math.max(0, ...floats));
    this.plan = new Plan(builder, graph.leaves.keys());
  }

  /** Copies a batch from a data set in: the only copy on the way in. */
  feed(dataset: Dataset, start: number, rows: number): void {
    const k = this.plan.context.kernels;
    const { inputs } = this.ports;
    let part = 0;
    for (let i = 0; i < inputs.length; i++) dataset.gather(k, part++, inputs[i], start, rows);
    for (let i = 0; i < this.#heads.length; i++) {
      dataset.gather(k, part++, this.#heads[i].yTrue, start, rows);
    }
    for (let i = 0; i < this.#heads.length; i++) {
      const { operation, sampleWeight } = this.#heads[i];
      operation.weightsPerRow = dataset.rowSize(part);
      if (operation.weightsPerRow > 0) dataset.gather(k, part, sampleWeight, start, rows);
      part++;
    }
  }

  /**
   * Forward to the losses.
   *
   * @param outputLosses receives the loss of each output, without its factor
   * @returns their sum with factors, and penalties on outputs of layers; without penalties on weights
   */
  forward(outputLosses: Float64Array): number {
    this.plan.forward();
    let total = 0;
    for (let i = 0; i < this.#heads.length; i++) {
      const { operation, head } = this.#heads[i];
      outputLosses[i] = operation.value[0];
      total += head.lossWeight * outputLosses[i];
    }
    for (let i = 0; i < this.#terms.length; i++) total += this.#terms[i].value[0];
    return total;
  }

  /** Adds the batch to the metrics. After `forward`. */
  measure(): void {
    const { rows } = this.plan.context;
    const batch = this.#metricBatch;
    batch.workspace = this.#metricWorkspace.address;
    for (let i = 0; i < this.#heads.length; i++) {
      const { head, yTrue, yPred, operation } = this.#heads[i];
      if (head.metrics.length === 0) continue;
      batch.yTrue = yTrue.value;
      batch.yPred = yPred.value;
      batch.columns = head.columns;
      batch.rows = (rows * yPred.rowSize) / batch.columns;
      batch.rowsPerWeight = batch.rows / operation.batch.samples;
      for (let j = 0; j < head.metrics.length; j++) {
        const { metric, isWeighted } = head.metrics[j];
        const { sampleWeight, mask } = operation.batch;
        batch.sampleWeight = isWeighted ? sampleWeight : mask;
        metric.accumulate(kernels(), batch);
      }
    }
  }

  /** The penalties on the weights; with `addGradients`, their gradients are added. After `backward`. */
  penalties(addGradients: boolean): number {
    let total = 0;
    for (let i = 0; i < this.#penalties.length; i++) {
      const { weight, regularizer } = this.#penalties[i];
      const gradient = addGradients ? this.plan.weightGradients.get(weight) : undefined;
      const address = gradient === undefined ? 0 : gradient.address;
      total += regularizer.penalty(kernels(), weight.address, address, weight.shape, this.#workspace.address);
    }
    return total;
  }

  #planHead(builder: PlanBuilder, head: Head): PlannedHead {
    const { loss } = head;
    const yPred = this.ports.outputs[head.output];
    const yTrue = builder.input(loss.labelShape(yPred.shape), false);
    const sampleWeight = builder.input(loss.shapeOfLosses(yPred.shape), false);
    const losses = yPred.rowSize / loss.columnsOf(yPred.shape);
    // It may add an operation, so it comes before what is asked for that of the loss.
    const steps = yPred.mask?.weights(builder, loss, losses);
    const sink = builder.gradientOf(yPred, true);
    for (const slot of [yPred, yTrue, sampleWeight]) builder.keep(slot);
    const perSample = loss.needsPerSample ? builder.temporary(losses, true) : undefined;
    const operation = new LossOperation(head, yTrue, yPred, sampleWeight, sink, perSample, steps);
    builder.add(operation);
    return { head, yTrue, yPred, sampleWeight, operation };
  }
}
