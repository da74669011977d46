import { checkKeys, nonNegativeInteger } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { metricKernels } from "../runtime/kernels/metrics.js";
import type { MetricBatch } from "./batch.js";
import { addFrom, Metric } from "./metric.js";
import { choiceOption, nameOption } from "./names.js";
import type { NameOption } from "./names.js";

/** How the scores of several outputs become one; null keeps them apart. */
export type ClassAggregation = "uniformAverage" | "varianceWeightedAverage" | null;

/** Options of `metrics.r2Score`. */
export interface R2ScoreOptions<A extends ClassAggregation = ClassAggregation> extends NameOption {
  /**
   * "uniformAverage": the mean over the outputs; "varianceWeightedAverage": weighted by the variance of
   * their labels; null: one for each. Default "uniformAverage".
   */
  classAggregation?: A;
  /** The number of regressors, for the adjusted score. Default 0: not adjusted. */
  numRegressors?: number;
}

/** The weighted sums of one output, with t = yTrue and p = yPred. */
export interface Moments {
  readonly t: number;
  readonly tt: number;
  readonly residual: number;
  readonly p: number;
  readonly pp: number;
  readonly tp: number;
}

const MOMENTS = 6;

/** What follows from sums of powers and products of labels and predictions over all rows. */
export abstract class MomentsMetric<Result extends number | number[]> extends Metric<Result> {
  override isSparse(): boolean {
    return false;
  }

  protected override setUp(columns: number): void {
    this.state = new Float64Array(MOMENTS * columns + 2);
  }

  override workspaceSize(): number {
    return this.state.length;
  }

  override accumulate(_k: Kernels, batch: MetricBatch): void {
    const { yTrue, yPred, sampleWeight, rows, columns, rowsPerWeight, workspace } = batch;
    metricKernels().columnMoments(yTrue, yPred, sampleWeight, rows, columns, rowsPerWeight, workspace);
    addFrom(workspace, this.state);
  }

  /** @internal The sum of the weights. */
  protected get weight(): number {
    return this.state[MOMENTS * this.columns];
  }

  /** @internal The number of rows whose weight is not 0. */
  protected get samples(): number {
    return this.state[MOMENTS * this.columns + 1];
  }

  /** @internal The sums of each output. */
  protected moments(): Moments[] {
    return Array.from({ length: this.columns }, (_, column) => {
      const start = MOMENTS * column;
      const [t, tt, residual, p, pp, tp] = this.state.subarray(start, start + MOMENTS);
      return { t, tt, residual, p, pp, tp };
    });
  }
}

/**
 * The coefficient of determination, 1 - residual / total sum of squares, formula as in Keras: an output
 * whose labels are constant scores 0.
 */
export class R2Score<Result extends number | number[] = number | number[]> extends MomentsMetric<Result> {
  readonly #options: R2ScoreOptions;
  readonly #aggregation: ClassAggregation;
  readonly #regressors: number;

  constructor(options: R2ScoreOptions = {}) {
    checkKeys("metrics.r2Score", options, ["name", "classAggregation", "numRegressors"]);
    super(nameOption(options, "r2Score"));
    const { classAggregation = "uniformAverage", numRegressors = 0 } = options;
    this.#options = { ...options };
    this.#regressors = nonNegativeInteger("numRegressors", numRegressors);
    this.#aggregation =
      classAggregation === null
        ? null
        : choiceOption("classAggregation", classAggregation, ["uniformAverage", "varianceWeightedAverage"]);
  }

  override copy(): R2Score<Result> {
    return new R2Score(this.#options);
  }

  override getConfig(): Record<string, unknown> {
    return {
      metric: "r2Score",
      name: this.name,
      classAggregation: this.#aggregation,
      numRegressors: this.#regressors,
    };
  }

  override vectorOption(): string | undefined {
    return this.#aggregation === null ? 'classAggregation: "uniformAverage"' : undefined;
  }

  /** The score; not adjusted where there are too few rows for that. NaN before the first batch. */
  override result(): Result {
    const moments = this.moments();
    const totals = moments.map(({ t, tt }) => tt - t * (t / this.weight));
    const scores = moments.map(({ residual }, i) => {
      const score = 1 - residual / totals[i];
      return score === -Infinity || score === Infinity ? 0 : score;
    });
    if (this.#aggregation === null) return scores.map((score) => this.#adjusted(score)) as Result;
    const isUniform = this.#aggregation === "uniformAverage";
    let sum = 0;
    let weights = 0;
    scores.forEach((score, i) => {
      const weight = isUniform ? 1 : totals[i];
      sum += weight * score;
      weights += weight;
    });
    return this.#adjusted(sum / weights) as Result;
  }

  #adjusted(score: number): number {
    const freedom = this.samples - this.#regressors - 1;
    if (this.#regressors === 0 || freedom <= 0) return score;
    return 1 - ((1 - score) * (this.samples - 1)) / freedom;
  }
}
