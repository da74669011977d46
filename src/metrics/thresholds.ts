import { checkKeys, invalidOption, nonNegativeInteger, positiveInteger } from "../options.js";
import { DecisionMetric } from "./decisions.js";
import type { DecisionRule } from "./decisions.js";
import { ratio } from "./metric.js";
import { nameOption, unitNumber } from "./names.js";
import type { NameOption } from "./names.js";

/** Options of `metrics.truePositives` and its siblings. */
export interface CountOptions<Thresholds = number | readonly number[]> extends NameOption {
  /**
   * Probabilities from 0 to 1 above which a prediction is yes; a list gives a result for each. With a
   * binary cross-entropy from logits these stay probabilities: 0.5 cuts logits at 0. Default 0.5.
   */
  thresholds?: Thresholds;
}

/** Options of `metrics.precision` and `metrics.recall`. */
export interface PrecisionOptions<Thresholds = number | readonly number[]> extends CountOptions<Thresholds> {
  /**
   * Only the k largest predictions of a row can be yes, of equal ones the first; with no `thresholds`, all
   * of them are. Default: every prediction above the threshold is yes.
   */
  topK?: number;
  /** The one output that is looked at. Default: all together. */
  classId?: number;
}

/** How each metric follows from the counts at a threshold. */
const formulas = {
  precision: (truePositives: number, falsePositives: number) =>
    ratio(truePositives, truePositives + falsePositives),
  recall: (truePositives: number, _falsePositives: number, _trueNegatives: number, falseNegatives: number) =>
    ratio(truePositives, truePositives + falseNegatives),
  truePositives: (count: number) => count,
  falsePositives: (_truePositives: number, count: number) => count,
  trueNegatives: (_truePositives: number, _falsePositives: number, count: number) => count,
  falseNegatives: (_truePositives: number, _falsePositives: number, _trueNegatives: number, count: number) =>
    count,
};

/** What is computed from the counts over thresholds. */
export type ThresholdMetricKind = keyof typeof formulas;

/** What is not among the k largest is below this, as in Keras: all that are count as yes. */
const BELOW_ALL = -1e10;

/** Precision, recall or a count, at one threshold or at each of several. */
export class ThresholdMetric<
  Result extends number | number[] = number | number[],
> extends DecisionMetric<Result> {
  readonly #kind: ThresholdMetricKind;
  readonly #options: PrecisionOptions;

  constructor(kind: ThresholdMetricKind, options: PrecisionOptions = {}) {
    const takesClasses = kind === "precision" || kind === "recall";
    checkKeys(
      `metrics.${kind}`,
      options,
      takesClasses ? ["name", "thresholds", "topK", "classId"] : ["name", "thresholds"],
    );
    super(nameOption(options, kind), readRule(options));
    this.#kind = kind;
    this.#options = { ...options };
  }

  override copy(): ThresholdMetric<Result> {
    return new ThresholdMetric(this.#kind, this.#options);
  }

  override getConfig(): Record<string, unknown> {
    const { thresholds } = this.#options;
    const copied = Array.isArray(thresholds) ? { thresholds: [...(thresholds as number[])] } : {};
    return { ...this.#options, ...copied, metric: this.#kind, name: this.name };
  }

  override vectorOption(): string | undefined {
    return Array.isArray(this.#options.thresholds) ? "a single number as thresholds" : undefined;
  }

  /** The value at the threshold; for a list, one for each. Keras returns a number for a list of one. */
  override result(): Result {
    const [truePositives, falsePositives] = [this.above(true), this.above(false)];
    const [trueNegatives, falseNegatives] = [this.below(false), this.below(true)];
    const at = (i: number): number =>
      formulas[this.#kind](truePositives[i], falsePositives[i], trueNegatives[i], falseNegatives[i]);
    const { thresholds } = this.#options;
    if (!Array.isArray(thresholds)) return at(0) as Result;
    return (thresholds as number[]).map((threshold) => at(this.rule.thresholds.indexOf(threshold))) as Result;
  }
}

function readRule({ thresholds, topK, classId }: PrecisionOptions): DecisionRule {
  const choice = topK === undefined ? 0 : positiveInteger("topK", topK);
  const column = classId === undefined ? undefined : nonNegativeInteger("classId", classId);
  if (thresholds === undefined) {
    const hasOwnScale = topK !== undefined;
    return { thresholds: [hasOwnScale ? BELOW_ALL : 0.5], choice, classId: column, hasOwnScale };
  }
  return { thresholds: readThresholds(thresholds), choice, classId: column };
}

/** @internal Rising thresholds from a number or a list. */
export function readThresholds(thresholds: unknown): number[] {
  const list: unknown = typeof thresholds === "number" ? [thresholds] : thresholds;
  if (!Array.isArray(list) || list.length === 0) {
    throw invalidOption("thresholds", "a number from 0 to 1, or a list of such numbers", thresholds);
  }
  return list.map((threshold) => unitNumber("thresholds", threshold)).sort((a, b) => a - b);
}
