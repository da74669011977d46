import { LanegradError } from "../errors.js";
import { checkKeys, invalidOption, positive } from "../options.js";
import { DecisionMetric, MAXIMA } from "./decisions.js";
import type { DecisionRule } from "./decisions.js";
import { choiceOption, nameOption } from "./names.js";
import type { NameOption } from "./names.js";

/** How the scores of the classes become one; null keeps them apart. */
export type Average = "micro" | "macro" | "weighted" | null;

/** Options of `metrics.f1Score`. */
export interface F1ScoreOptions<A extends Average = Average> extends NameOption {
  /**
   * null: a score for each class; "micro": of the counts of all classes together; "macro": the mean of the
   * classes; "weighted": their mean by the number of their positives. Default null, as in Keras.
   */
  average?: A;
  /**
   * The probability above which a prediction is yes, from 0 (excluded) to 1. Default null: the largest
   * prediction of each row is.
   */
  threshold?: number | null;
}

/** Options of `metrics.fBetaScore`. */
export interface FBetaScoreOptions<A extends Average = Average> extends F1ScoreOptions<A> {
  /** How much more recall counts than precision. Default 1. */
  beta?: number;
}

/** What keeps ratios from 0 / 0, as in Keras. */
const EPSILON = 1e-7;

/**
 * F scores: (1 + beta^2) precision recall / (beta^2 precision + recall), formula as in Keras 3, with 1e-7
 * added to each denominator.
 */
export class FScore<Result extends number | number[] = number | number[]> extends DecisionMetric<Result> {
  readonly #metric: "f1Score" | "fBetaScore";
  readonly #options: FBetaScoreOptions;
  readonly #average: Average;
  readonly #beta: number;

  constructor(metric: "f1Score" | "fBetaScore", options: FBetaScoreOptions = {}) {
    const known = ["name", "average", "threshold"];
    checkKeys(`metrics.${metric}`, options, metric === "f1Score" ? known : [...known, "beta"]);
    super(nameOption(options, metric), readRule(options.threshold ?? null));
    this.#metric = metric;
    this.#options = { ...options };
    this.#beta = positive("beta", options.beta ?? 1);
    this.#average =
      (options.average ?? null) === null
        ? null
        : choiceOption("average", options.average, ["micro", "macro", "weighted"]);
  }

  override copy(): FScore<Result> {
    return new FScore(this.#metric, this.#options);
  }

  override getConfig(): Record<string, unknown> {
    const { threshold = null } = this.#options;
    const config = { metric: this.#metric, name: this.name, average: this.#average, threshold };
    return this.#metric === "f1Score" ? config : { ...config, beta: this.#beta };
  }

  override vectorOption(): string | undefined {
    return this.#average === null ? 'average: "micro", "macro" or "weighted"' : undefined;
  }

  protected override setUp(columns: number): void {
    if (columns === 1 && this.rule.choice === MAXIMA) {
      throw new LanegradError(
        "INVALID_OPTION",
        `metric ${this.name} needs a threshold, such as 0.5, for a single output: it is always the largest. Received: threshold=null`,
      );
    }
    super.setUp(columns);
  }

  override result(): Result {
    const groups = Array.from({ length: this.groups }, (_, group) => this.#counts(group));
    if (this.#average === "micro") return this.#score(groups.reduce(added, NOTHING)) as Result;
    const scores = groups.map((counts) => this.#score(counts));
    if (this.#average === null) return scores as Result;
    const { length } = groups;
    if (this.#average === "macro") return (length === 0 ? 0 : total(scores) / length) as Result;
    const supports = groups.map(({ truePositives, falseNegatives }) => truePositives + falseNegatives);
    const sum = total(supports) + EPSILON;
    return total(scores.map((score, i) => score * (supports[i] / sum))) as Result;
  }

  #counts(group: number): Counts {
    return {
      truePositives: this.above(true, group)[0],
      falsePositives: this.above(false, group)[0],
      falseNegatives: this.below(true, group)[0],
    };
  }

  #score({ truePositives, falsePositives, falseNegatives }: Counts): number {
    const precision = truePositives / (truePositives + falsePositives + EPSILON);
    const recall = truePositives / (truePositives + falseNegatives + EPSILON);
    const square = this.#beta * this.#beta;
    return ((1 + square) * (precision * recall)) / (square * precision + recall + EPSILON);
  }
}

interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

const NOTHING: Counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };

function added(a: Counts, b: Counts): Counts {
  return {
    truePositives: a.truePositives + b.truePositives,
    falsePositives: a.falsePositives + b.falsePositives,
    falseNegatives: a.falseNegatives + b.falseNegatives,
  };
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function readRule(threshold: unknown): DecisionRule {
  const common = { isSoft: true, isPerColumn: true };
  if (threshold === null) {
    return { ...common, thresholds: [-Infinity], choice: MAXIMA, hasOwnScale: true };
  }
  if (typeof threshold !== "number" || !(threshold > 0 && threshold <= 1)) {
    throw invalidOption("threshold", "null, or a number from 0 (excluded) to 1", threshold);
  }
  return { ...common, thresholds: [threshold] };
}
