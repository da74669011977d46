import type { Graph } from "../graph/graph.js";
import { Plan } from "../graph/plan.js";
import { PlanBuilder } from "../graph/planBuilder.js";
import type { PlanPurpose } from "../graph/planBuilder.js";
import type { GradientSink, Pointer, Slot } from "../graph/slot.js";
import type { Weight } from "../graph/weight.js";
import type { Loss } from "../losses/index.js";
import { LossOperation } from "../losses/operation.js";
import { MetricBatch } from "../metrics/batch.js";
import type { Metric } from "../metrics/index.js";
import type { Regularizer } from "../regularizers/index.js";
import { kernels } from "../runtime/runtime.js";
import { describe } from "./network.js";
import type { Ports } from "./network.js";

interface Penalty {
  readonly weight: Weight;
  readonly regularizer: Regularizer;
}

/** A plan that ends in losses and metrics: for training, evaluation and gradients. */
export class LossPlan {
  readonly plan: Plan;
  readonly ports: Ports;
  readonly targets: readonly Slot[];
  readonly sampleWeight: Slot;
  readonly #losses: readonly LossOperation[];
  readonly #metrics: readonly (readonly Metric[])[];
  readonly #metricBatch = new MetricBatch();
  readonly #metricWorkspace: Pointer;
  readonly #penalties: readonly Penalty[];

  constructor(
    graph: Graph,
    purpose: PlanPurpose,
    losses: readonly Loss[],
    metrics: readonly (readonly Metric[])[],
  ) {
    const builder = new PlanBuilder(purpose);
    this.ports = describe(builder, graph);
    this.sampleWeight = builder.input([null], false);
    this.targets = losses.map((loss, i) =>
      builder.input(loss.labelShape(this.ports.outputs[i].shape), false),
    );
    this.#losses = losses.map((loss, i) => this.#lossAt(builder, loss, i));
    for (const slot of [this.sampleWeight, ...this.targets]) builder.keep(slot);
    this.#metrics = metrics;
    // In float64 numbers; one metric after the other works in it.
    this.#metricWorkspace = builder.reserve(
      2 * Math.max(0, ...metrics.flat().map((metric) => metric.workspaceSize())),
    );
    this.#penalties = graph.layers.flatMap((layer) =>
      layer.weights.flatMap((weight) =>
        weight.regularizer === undefined || !purpose.trained.has(weight)
          ? []
          : [{ weight, regularizer: weight.regularizer }],
      ),
    );
    this.plan = new Plan(builder, graph.layers);
  }

  /** Forward to the losses. Returns their sum, without penalties. */
  forward(isWeighted: boolean): number {
    for (let i = 0; i < this.#losses.length; i++) this.#losses[i].isWeighted = isWeighted;
    this.plan.forward();
    let total = 0;
    for (let i = 0; i < this.#losses.length; i++) total += this.#losses[i].mean(this.plan.context.rows);
    return total;
  }

  /** Adds the batch to the metrics. After `forward`. */
  measure(): void {
    const { rows } = this.plan.context;
    const batch = this.#metricBatch;
    batch.workspace = this.#metricWorkspace.address;
    batch.sampleWeight = 0;
    for (let i = 0; i < this.#metrics.length; i++) {
      const yPred = this.ports.outputs[i];
      batch.yTrue = this.targets[i].value;
      batch.yPred = yPred.value;
      batch.columns = yPred.shape[yPred.shape.length - 1] ?? 1;
      batch.rowsPerWeight = yPred.rowSize / batch.columns;
      batch.rows = rows * batch.rowsPerWeight;
      for (let j = 0; j < this.#metrics[i].length; j++) this.#metrics[i][j].accumulate(kernels(), batch);
    }
  }

  /** The penalties on the weights; with `addGradients`, their gradients are added. After `backward`. */
  penalties(addGradients: boolean): number {
    let total = 0;
    for (let i = 0; i < this.#penalties.length; i++) {
      const { weight, regularizer } = this.#penalties[i];
      const gradient = addGradients ? this.plan.weightGradients.get(weight) : undefined;
      const address = gradient === undefined ? 0 : gradient.address;
      total += kernels().regularize(weight.address, address, weight.size, regularizer.l1, regularizer.l2);
    }
    return total;
  }

  #lossAt(builder: PlanBuilder, loss: Loss, output: number): LossOperation {
    const yPred = this.ports.outputs[output];
    const sink: GradientSink = builder.gradientOf(yPred, true);
    builder.keep(yPred);
    const operation = new LossOperation(loss, this.targets[output], yPred, this.sampleWeight, sink);
    builder.add(operation);
    return operation;
  }
}
