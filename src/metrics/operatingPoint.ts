import { checkKeys, nonNegativeInteger } from "../options.js";
import { DecisionMetric } from "./decisions.js";
import { ratio } from "./metric.js";
import { nameOption, thresholdCount, unitNumber } from "./names.js";
import type { NameOption } from "./names.js";

/** Options that the metrics at an operating point have in common. */
export interface OperatingPointOptions extends NameOption {
  /** How many thresholds are tried, evenly spaced from 0 to 1; at most 100,000. Default 200. */
  numThresholds?: number;
  /** The one output that is looked at. Default: all together. */
  classId?: number;
}

/** Options of `metrics.precisionAtRecall`. */
export interface PrecisionAtRecallOptions extends OperatingPointOptions {
  /** The recall to reach, from 0 to 1. */
  recall: number;
}

/** Options of `metrics.recallAtPrecision`. */
export interface RecallAtPrecisionOptions extends OperatingPointOptions {
  /** The precision to reach, from 0 to 1. */
  precision: number;
}

/** Options of `metrics.sensitivityAtSpecificity`. */
export interface SensitivityAtSpecificityOptions extends OperatingPointOptions {
  /** The specificity to reach, from 0 to 1. */
  specificity: number;
}

/** Options of `metrics.specificityAtSensitivity`. */
export interface SpecificityAtSensitivityOptions extends OperatingPointOptions {
  /** The sensitivity to reach, from 0 to 1. */
  sensitivity: number;
}

type Rate = "precision" | "recall" | "specificity" | "sensitivity";

/** What each metric wants to be high, and what must be reached. */
const pairs = {
  precisionAtRecall: ["precision", "recall"],
  recallAtPrecision: ["recall", "precision"],
  sensitivityAtSpecificity: ["sensitivity", "specificity"],
  specificityAtSensitivity: ["specificity", "sensitivity"],
} as const satisfies Record<string, readonly [Rate, Rate]>;

/** Which rate it is at which other. */
export type OperatingPointKind = keyof typeof pairs;

/** The best value of one rate among the thresholds where another is at least as wanted; 0 if there is none. */
export class OperatingPoint extends DecisionMetric<number> {
  readonly #kind: OperatingPointKind;
  readonly #options: OperatingPointOptions;
  readonly #required: number;

  constructor(kind: OperatingPointKind, options: OperatingPointOptions) {
    const constraint = pairs[kind][1];
    checkKeys(`metrics.${kind}`, options, ["name", "numThresholds", "classId", constraint]);
    const { numThresholds = 200, classId } = options;
    super(nameOption(options, kind), {
      thresholds: evenThresholds(thresholdCount(numThresholds, 1)),
      classId: classId === undefined ? undefined : nonNegativeInteger("classId", classId),
    });
    this.#kind = kind;
    this.#options = { ...options };
    this.#required = unitNumber(constraint, (options as Record<string, unknown>)[constraint]);
  }

  override copy(): OperatingPoint {
    return new OperatingPoint(this.#kind, this.#options);
  }

  override getConfig(): Record<string, unknown> {
    return { ...this.#options, metric: this.#kind, name: this.name };
  }

  override result(): number {
    const [truePositives, falsePositives] = [this.above(true), this.above(false)];
    const [trueNegatives, falseNegatives] = [this.below(false), this.below(true)];
    const rates: Record<Rate, (i: number) => number> = {
      precision: (i) => ratio(truePositives[i], truePositives[i] + falsePositives[i]),
      recall: (i) => ratio(truePositives[i], truePositives[i] + falseNegatives[i]),
      sensitivity: (i) => ratio(truePositives[i], truePositives[i] + falseNegatives[i]),
      specificity: (i) => ratio(trueNegatives[i], trueNegatives[i] + falsePositives[i]),
    };
    const [wanted, constraint] = pairs[this.#kind];
    let best = 0;
    for (let i = 0; i < truePositives.length; i++) {
      if (rates[constraint](i) >= this.#required) best = Math.max(best, rates[wanted](i));
    }
    return best;
  }
}

/** 0, 1 / (n - 1), ..., 1, as in Keras; 0.5 alone for one. */
function evenThresholds(count: number): number[] {
  return count === 1 ? [0.5] : Array.from({ length: count }, (_, i) => i / (count - 1));
}
