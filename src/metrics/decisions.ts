import { LanegradError } from "../errors.js";
import type { Loss } from "../losses/index.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { metricKernels } from "../runtime/kernels/metrics.js";
import { kernels, memory } from "../runtime/runtime.js";
import type { MetricBatch } from "./batch.js";
import { addFrom, Metric } from "./metric.js";

/** @internal The choice of `decisionCounts` in which only the maxima of a row are yes. */
export const MAXIMA = -1;

/** What a metric counts. */
export interface DecisionRule {
  /** Rising; a prediction is yes at those it is above. */
  readonly thresholds: readonly number[];
  /** The one output that is looked at; default all. */
  readonly classId?: number;
  /** k: no prediction that is not among the k largest of its row is yes; MAXIMA; default 0, all may be. */
  readonly choice?: number;
  /** Whether labels between 0 and 1 count in part as either; default: all above 0 are yes. */
  readonly isSoft?: boolean;
  /** Whether each output is counted apart. */
  readonly isPerColumn?: boolean;
  /** Whether what predictions are does not depend on the loss of a model: no thresholds, or fixed ones. */
  readonly hasOwnScale?: boolean;
}

/**
 * What is counted from yes-or-no decisions. The state is a histogram: for each output (or all together),
 * positives by how many thresholds their predictions are above, then negatives likewise.
 *
 * In a model whose loss is a binary cross-entropy from logits, predictions are logits: thresholds stay
 * probabilities and are compared as their logits. Labels that are class indices count as one-hot rows.
 */
export abstract class DecisionMetric<Result extends number | number[]> extends Metric<Result> {
  /** @internal */
  protected readonly rule: DecisionRule;
  /** The thresholds as predictions are compared with them. */
  #cuts: Float32Array;
  #isSparse = false;

  protected constructor(name: string, rule: DecisionRule) {
    super(name, 0);
    this.rule = rule;
    this.#cuts = Float32Array.from(rule.thresholds);
  }

  override isSparse(): boolean {
    return this.#isSparse;
  }

  override get adapts(): boolean {
    return true;
  }

  /** @internal The histograms: one, or one for each output. */
  protected get groups(): number {
    return this.rule.isPerColumn ? this.columns : 1;
  }

  override settle(loss: Loss, columns: number): void {
    this.#isSparse = loss.labels === "classIndices" && columns > 1;
    if (!loss.fromLogits || this.rule.hasOwnScale) return;
    if (loss.name !== "binaryCrossentropy") {
      throw new LanegradError(
        "INVALID_OPTION",
        `metric ${this.name} compares probabilities with thresholds; end the model with a softmax layer, or count the largest outputs (topK: 1 in precision and recall, no threshold in F scores). Received: logits of classes, by the loss ${loss.name}`,
      );
    }
    this.useLogits();
  }

  /** @internal From now on predictions are logits of independent outputs. */
  protected useLogits(): void {
    const { thresholds } = this.rule;
    if (thresholds.length === 1 && thresholds[0] === 0) {
      throw new LanegradError(
        "INVALID_OPTION",
        `metric ${this.name} takes its threshold as a probability, for logits too: 0.5 cuts them at 0. Received: thresholds=0`,
      );
    }
    this.#cuts = Float32Array.from(thresholds, logit);
  }

  protected override resolve(labels: number, rows: number, columns: number): void {
    this.#isSparse = columns > 1 && labels === rows;
  }

  protected override setUp(columns: number): void {
    const { classId = -1, choice = 0, isPerColumn } = this.rule;
    checkBelow("classId", classId, columns);
    checkBelow("topK", choice - 1, columns);
    this.state = new Float64Array((isPerColumn ? columns : 1) * 2 * (this.#cuts.length + 1));
  }

  override workspaceSize(): number {
    return this.state.length + Math.ceil(this.#cuts.length / 2);
  }

  override accumulate(_k: Kernels, batch: MetricBatch): void {
    const { rule } = this;
    const { workspace } = batch;
    const thresholds = workspace + 8 * this.state.length;
    memory().floats.set(this.#cuts, thresholds >>> 2);
    metricKernels().decisionCounts(
      batch.yTrue,
      batch.yPred,
      batch.sampleWeight,
      batch.rows,
      batch.columns,
      batch.rowsPerWeight,
      this.#isSparse,
      rule.isSoft ?? false,
      rule.classId ?? -1,
      rule.choice ?? 0,
      thresholds,
      this.#cuts.length,
      this.groups,
      workspace,
    );
    addFrom(workspace, this.state);
  }

  /** @internal For each threshold the positives (or negatives) whose predictions are above it. */
  protected above(isPositive: boolean, group = 0): Float64Array {
    const histogram = this.#histogram(isPositive, group);
    const sums = new Float64Array(this.#cuts.length);
    let sum = 0;
    for (let i = sums.length - 1; i >= 0; i--) sums[i] = sum += histogram[i + 1];
    return sums;
  }

  /** @internal For each threshold the positives (or negatives) whose predictions are not above it. */
  protected below(isPositive: boolean, group = 0): Float64Array {
    const histogram = this.#histogram(isPositive, group);
    const sums = new Float64Array(this.#cuts.length);
    let sum = 0;
    for (let i = 0; i < sums.length; i++) sums[i] = sum += histogram[i];
    return sums;
  }

  /** @internal The weight of all positives (or negatives). */
  protected total(isPositive: boolean, group = 0): number {
    return this.#histogram(isPositive, group).reduce((sum, weight) => sum + weight, 0);
  }

  #histogram(isPositive: boolean, group: number): Float64Array {
    const buckets = this.#cuts.length + 1;
    const start = (2 * group + (isPositive ? 0 : 1)) * buckets;
    // Before the first batch the state is empty; everything counts 0 then.
    return this.state.length === 0 ? new Float64Array(buckets) : this.state.subarray(start, start + buckets);
  }
}

/** The logit whose sigmoid is p. */
export function logit(p: number): number {
  if (p <= 0) return -Infinity;
  return p >= 1 ? Infinity : kernels().log64(p / (1 - p));
}

function checkBelow(option: string, index: number, columns: number): void {
  if (index < columns) return;
  throw new LanegradError(
    "INVALID_OPTION",
    `${option} must fit predictions with ${columns} outputs. Received: ${option}=${option === "topK" ? index + 1 : index}`,
  );
}
