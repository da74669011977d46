import type { Kernels } from "../runtime/kernels/index.js";
import { weightOf } from "./batch.js";
import type { MetricBatch } from "./batch.js";
import { Metric, ratio } from "./metric.js";

/** A weighted mean over rows: the state is the sum of weight times value, and that of the weights. */
export abstract class MeanMetric extends Metric {
  override accumulate(k: Kernels, batch: MetricBatch): void {
    this.state[0] += this.sum(k, batch);
    this.state[1] += weightOf(k, batch);
  }

  /** @internal The weighted sum over the rows of a batch. */
  protected abstract sum(k: Kernels, batch: MetricBatch): number;

  /** The value over everything since the last reset; 0 before the first batch. */
  override result(): number {
    return ratio(this.state[0], this.state[1]);
  }
}
