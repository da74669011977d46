import { LanegradError, show } from "../errors.js";
import { checkKeys, flag, invalidOption, nonNegative } from "../options.js";
import { kernels } from "../runtime/runtime.js";
import { DecisionMetric } from "./decisions.js";
import { ratio } from "./metric.js";
import { choiceOption, nameOption, thresholdCount } from "./names.js";
import type { NameOption } from "./names.js";
import { readThresholds } from "./thresholds.js";

/** Options of `metrics.auc`. */
export interface AucOptions extends NameOption {
  /** How many points the curve has, from 2 to 100,000. Default 200. */
  numThresholds?: number;
  /** True against false positive rate, or precision against recall. Default "ROC". */
  curve?: "ROC" | "PR";
  /**
   * "interpolation": trapezoids, and for "PR" the interpolation of Davis and Goadrich (2006); "minoring"
   * takes the lower end of each interval, "majoring" the higher one. Default "interpolation".
   */
  summationMethod?: "interpolation" | "minoring" | "majoring";
  /** Probabilities to use as points instead; the ends are added. */
  thresholds?: readonly number[];
  /** Whether each output has a curve of its own, and the mean of the areas is the result. Default false. */
  multiLabel?: boolean;
  /** The weight of each output, in the mean of the areas or, without `multiLabel`, in the counts. */
  labelWeights?: readonly number[];
  /**
   * Whether predictions are logits. Default: in a model whether the loss is a binary cross-entropy from
   * logits, else false.
   */
  fromLogits?: boolean;
}

const OPTIONS = [
  "name",
  "numThresholds",
  "curve",
  "summationMethod",
  "thresholds",
  "multiLabel",
  "labelWeights",
  "fromLogits",
];

/** The counts at every point of a curve, from the lowest threshold to the highest. */
interface Points {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * The area under a curve through as many points as there are thresholds, as Keras approximates it. The
 * thresholds are evenly spaced; every prediction is above the first one, -1e-7, and none is above the last
 * one, 1 + 1e-7.
 */
export class Auc extends DecisionMetric<number> {
  readonly #options: AucOptions;

  constructor(options: AucOptions = {}) {
    checkKeys("metrics.auc", options, OPTIONS);
    const { thresholds, labelWeights } = options;
    const isPerColumn = flag("multiLabel", options.multiLabel ?? false) || labelWeights !== undefined;
    super(nameOption(options, "auc"), {
      thresholds: thresholds === undefined ? innerThresholds(thresholdCount(options.numThresholds ?? 200, 2)) : readThresholds(thresholds),
      isPerColumn,
      hasOwnScale: options.fromLogits !== undefined,
    }); // prettier-ignore
    choiceOption("curve", options.curve ?? "ROC", ["ROC", "PR"]);
    choiceOption("summationMethod", options.summationMethod ?? "interpolation", [
      "interpolation",
      "minoring",
      "majoring",
    ]);
    flag("fromLogits", options.fromLogits ?? false);
    if (labelWeights !== undefined) {
      if (!Array.isArray(labelWeights))
        throw invalidOption("labelWeights", "a list of numbers", labelWeights);
      for (const weight of labelWeights as number[]) nonNegative("labelWeights", weight);
    }
    this.#options = { ...options };
  }

  override copy(): Auc {
    return new Auc(this.#options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.#options, metric: "auc", name: this.name };
  }

  protected override setUp(columns: number): void {
    const { labelWeights, fromLogits } = this.#options;
    if (labelWeights !== undefined && labelWeights.length !== columns) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `labelWeights must have a number for each of ${columns} outputs. Received: labelWeights=${show(labelWeights)}`,
      );
    }
    if (fromLogits) this.useLogits();
    super.setUp(columns);
  }

  override result(): number {
    const { labelWeights, multiLabel } = this.#options;
    const curves = Array.from({ length: this.groups }, (_, group) => this.#points(group));
    if (curves.length === 0) return 0;
    if (!multiLabel) {
      return this.#area(labelWeights === undefined ? curves[0] : weightedSum(curves, labelWeights));
    }
    let sum = 0;
    let weights = 0;
    curves.forEach((curve, i) => {
      const weight = labelWeights?.[i] ?? 1;
      sum += weight * this.#area(curve);
      weights += weight;
    });
    return ratio(sum, weights);
  }

  #points(group: number): Points {
    const [positives, negatives] = [this.total(true, group), this.total(false, group)];
    return {
      truePositives: Float64Array.of(positives, ...this.above(true, group), 0),
      falsePositives: Float64Array.of(negatives, ...this.above(false, group), 0),
      positives,
      negatives,
    };
  }

  #area(points: Points): number {
    const { curve = "ROC", summationMethod = "interpolation" } = this.#options;
    if (curve === "PR" && summationMethod === "interpolation") return interpolatedPrecision(points);
    const { truePositives, falsePositives, positives, negatives } = points;
    const recall = truePositives.map((count) => ratio(count, positives));
    const x = curve === "PR" ? recall : falsePositives.map((count) => ratio(count, negatives));
    const y =
      curve === "PR" ? truePositives.map((count, i) => ratio(count, count + falsePositives[i])) : recall;
    let area = 0;
    for (let i = 0; i + 1 < x.length; i++) {
      let height = (y[i] + y[i + 1]) / 2;
      if (summationMethod === "minoring") height = Math.min(y[i], y[i + 1]);
      else if (summationMethod === "majoring") height = Math.max(y[i], y[i + 1]);
      area += (x[i] - x[i + 1]) * height;
    }
    return area;
  }
}

/** numThresholds - 2 numbers between 0 and 1, evenly spaced. */
function innerThresholds(numThresholds: number): number[] {
  return Array.from({ length: numThresholds - 2 }, (_, i) => (i + 1) / (numThresholds - 1));
}

function weightedSum(curves: readonly Points[], weights: readonly number[]): Points {
  const sum = (numbers: (curve: Points) => number): number =>
    curves.reduce((total, curve, i) => total + weights[i] * numbers(curve), 0);
  return {
    truePositives: curves[0].truePositives.map((_, i) => sum((curve) => curve.truePositives[i])),
    falsePositives: curves[0].falsePositives.map((_, i) => sum((curve) => curve.falsePositives[i])),
    positives: sum((curve) => curve.positives),
    negatives: sum((curve) => curve.negatives),
  };
}

/**
 * The area under precision against recall where between two thresholds true positives grow linearly with
 * all that are called positive (Davis and Goadrich 2006, section 4; closed form as in Keras): with P = TP +
 * FP from P_b to P_a, slope dTP / dP and intercept TP_b - slope P_b,
 * slope (dTP + intercept log(P_a / P_b)) / positives.
 */
function interpolatedPrecision({ truePositives, falsePositives, positives }: Points): number {
  const { log64 } = kernels();
  let area = 0;
  for (let i = 0; i + 1 < truePositives.length; i++) {
    const larger = truePositives[i] + falsePositives[i];
    const smaller = truePositives[i + 1] + falsePositives[i + 1];
    const rise = truePositives[i] - truePositives[i + 1];
    const slope = ratio(rise, Math.max(larger - smaller, 0));
    const intercept = truePositives[i + 1] - slope * smaller;
    const logarithm = larger > 0 && smaller > 0 ? log64(larger / smaller) : 0;
    area += ratio(slope * (rise + intercept * logarithm), positives);
  }
  return area;
}
