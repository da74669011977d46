import { LanegradError } from "../errors.js";
import { checkKeys, invalidOption } from "../options.js";
import type { Kernels } from "../runtime/kernels/index.js";
import { metricKernels } from "../runtime/kernels/metrics.js";
import { weightOf } from "./batch.js";
import type { MetricBatch } from "./batch.js";
import { ratio } from "./metric.js";
import { MomentsMetric } from "./moments.js";
import { nameOption } from "./names.js";
import type { NameOption } from "./names.js";

/** Options of `metrics.pearsonCorrelation` and `metrics.concordanceCorrelation`. */
export interface CorrelationOptions extends NameOption {
  /**
   * -1: along the outputs of each row, averaged over the rows. 0: along the rows, all of the epoch together,
   * averaged over the outputs; Keras averages over the batches here. Default -1.
   */
  axis?: -1 | 0;
}

/** Which correlation it is. */
export type CorrelationKind = "pearsonCorrelation" | "concordanceCorrelation";

/** What keeps the concordance of two constants from being 0 / 0, as in Keras. */
const EPSILON = 1e-7;

/** How far labels and predictions vary together: Pearson's correlation, or Lin's concordance (1989). */
export class Correlation extends MomentsMetric<number> {
  readonly #kind: CorrelationKind;
  readonly #isAlongRows: boolean;

  constructor(kind: CorrelationKind, options: CorrelationOptions = {}) {
    checkKeys(`metrics.${kind}`, options, ["name", "axis"]);
    super(nameOption(options, kind));
    const { axis = -1 } = options;
    if (axis !== -1 && axis !== 0) throw invalidOption("axis", "-1 or 0", axis);
    this.#kind = kind;
    this.#isAlongRows = axis === 0;
  }

  override copy(): Correlation {
    return new Correlation(this.#kind, { name: this.name, axis: this.#isAlongRows ? 0 : -1 });
  }

  override getConfig(): Record<string, unknown> {
    return { metric: this.#kind, name: this.name, axis: this.#isAlongRows ? 0 : -1 };
  }

  protected override setUp(columns: number): void {
    if (this.#isAlongRows) {
      super.setUp(columns);
      return;
    }
    if (columns === 1) {
      throw new LanegradError(
        "INVALID_OPTION",
        `metric ${this.name} compares the outputs of a row, and one output does not vary; axis: 0 compares along the rows. Received: axis=-1`,
      );
    }
  }

  override workspaceSize(): number {
    return this.#isAlongRows ? super.workspaceSize() : 0;
  }

  override accumulate(k: Kernels, batch: MetricBatch): void {
    if (this.#isAlongRows) {
      super.accumulate(k, batch);
      return;
    }
    const { yTrue, yPred, sampleWeight, rows, columns, rowsPerWeight } = batch;
    const isConcordance = this.#kind === "concordanceCorrelation";
    this.state[0] += metricKernels().rowCorrelationSum(
      yTrue,
      yPred,
      sampleWeight,
      rows,
      columns,
      rowsPerWeight,
      isConcordance,
    );
    this.state[1] += weightOf(k, batch);
  }

  /** The correlation; Pearson's is NaN where labels or predictions are constant. */
  override result(): number {
    if (!this.#isAlongRows) return ratio(this.state[0], this.state[1]);
    const { weight } = this;
    if (weight === 0) return 0;
    let sum = 0;
    for (const { t, tt, p, pp, tp } of this.moments()) {
      const [meanTrue, meanPred] = [t / weight, p / weight];
      const trueVariance = tt / weight - meanTrue * meanTrue;
      const predVariance = pp / weight - meanPred * meanPred;
      const covariance = tp / weight - meanTrue * meanPred;
      const distance = meanTrue - meanPred;
      sum +=
        this.#kind === "concordanceCorrelation"
          ? (2 * covariance) / (trueVariance + predVariance + distance * distance + EPSILON)
          : covariance / Math.sqrt(trueVariance * predVariance);
    }
    return sum / this.columns;
  }
}
