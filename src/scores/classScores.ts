// Precision, recall and F1, of one class or averaged.
import { LanegradError, show, unknownName } from "../errors.js";
import { checkKeys, invalidOption } from "../options.js";
import { showClasses } from "../preprocessing/labels.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import { countClasses, readPair } from "./classes.js";
import type { ClassCounts } from "./classes.js";

/** Precision, recall and F1 together. */
export interface PrecisionRecallF1 {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** How the scores of several classes become one: the plain mean, weighted by support, or from summed counts. */
export type Average = "binary" | "macro" | "weighted" | "micro";

/** Options of {@link precision}, {@link recall} and {@link f1}. */
export interface ClassScoreOptions {
  /**
   * "binary" (default): the score of the positive class, of two. "macro": the mean over the classes.
   * "weighted": the mean weighted by how many rows are of each class. "micro": from the counts of all
   * classes together.
   */
  average?: Average;
  /** The class that counts as positive where average is "binary"; default 1, or true for booleans. */
  positiveLabel?: Label;
  /** The classes to average over; default: all that occur. */
  labels?: readonly Label[];
}

const AVERAGES: readonly Average[] = ["binary", "macro", "weighted", "micro"];

/**
 * The share of the rows predicted to be of a class that are of it: right / predicted, 0 where it was
 * never predicted. Formulas and conventions of the three functions: scikit-learn, `zero_division=0`.
 *
 * @param yTrue the classes, one a row: text, whole numbers or booleans
 * @param yPred the predicted classes; probabilities become classes with argMax() or a threshold
 * @throws LanegradError UNKNOWN_OPTION for other options
 * @throws LanegradError INVALID_OPTION for an average over three classes or more that is "binary", or labels that are
 * not all different
 * @throws LanegradError INVALID_LABEL, SHAPE_MISMATCH or INVALID_DATA if yTrue and yPred are not one
 * class a row, of one type and of one length
 */
export function precision(yTrue: Labels, yPred: Labels, options: ClassScoreOptions = {}): number {
  return scoreClasses("precision", yTrue, yPred, options).precision;
}

/**
 * The share of the rows of a class that were found: right / support, 0 where there is none.
 * Parameters and errors are those of {@link precision}.
 */
export function recall(yTrue: Labels, yPred: Labels, options: ClassScoreOptions = {}): number {
  return scoreClasses("recall", yTrue, yPred, options).recall;
}

/**
 * The harmonic mean of precision and recall: 2·p·r / (p + r), 0 where both are 0. Averages are taken
 * over the F1 of the classes. Parameters and errors are those of {@link precision}.
 */
export function f1(yTrue: Labels, yPred: Labels, options: ClassScoreOptions = {}): number {
  return scoreClasses("f1", yTrue, yPred, options).f1;
}

/**
 * The share of the rows whose class was predicted. Parameters and errors are those of
 * {@link precision}, without options.
 */
export function accuracy(yTrue: Labels, yPred: Labels): number {
  const { truth, prediction } = readPair(yTrue, yPred);
  return truth.filter((label, row) => label === prediction[row]).length / truth.length;
}

function scoreClasses(
  owner: string,
  yTrue: Labels,
  yPred: Labels,
  options: ClassScoreOptions,
): PrecisionRecallF1 {
  checkKeys(owner, options, ["average", "positiveLabel", "labels"]);
  const { average = "binary", positiveLabel, labels } = options;
  if (!AVERAGES.includes(average)) throw unknownName("average", average, AVERAGES);
  const counts = countClasses(yTrue, yPred, labels);
  return average === "binary" ? positiveScores(counts, positiveLabel) : averageScores(counts, average);
}

function positiveScores(counts: ClassCounts, positiveLabel: Label | undefined): PrecisionRecallF1 {
  const { classes, occurring } = counts;
  if (occurring.length > 2) {
    throw new LanegradError(
      "INVALID_OPTION",
      `average must be "macro", "weighted" or "micro" where there are more than two classes. Received: average="binary" with the classes ${showClasses(occurring)}`,
    );
  }
  const positive = positiveLabel ?? (typeof occurring[0] === "boolean" ? true : 1);
  const position = classes.indexOf(positive);
  if (position !== -1)
    return scoresOf(counts.right[position], counts.predicted[position], counts.support[position]);
  if (occurring.includes(positive)) {
    throw invalidOption("labels", `a list with the positive class ${show(positive)}`, classes);
  }
  if (occurring.length === 2 || typeof positive !== typeof occurring[0]) {
    throw invalidOption("positiveLabel", `one of the classes ${showClasses(occurring)}`, positive);
  }
  return scoresOf(0, 0, 0);
}

/** Precision, recall and F1 of each class. */
export function scoresByClass({ right, predicted, support }: ClassCounts): PrecisionRecallF1[] {
  return right.map((count, position) => scoresOf(count, predicted[position], support[position]));
}

/** Precision, recall and F1 averaged over the classes. */
export function averageScores(counts: ClassCounts, average: Exclude<Average, "binary">): PrecisionRecallF1 {
  if (average === "micro")
    return scoresOf(total(counts.right), total(counts.predicted), total(counts.support));
  const weights = average === "weighted" ? counts.support : counts.support.map(() => 1);
  const scores = scoresByClass(counts);
  const mean = (key: keyof PrecisionRecallF1) =>
    ratio(total(scores.map((score, position) => score[key] * weights[position])), total(weights));
  return { precision: mean("precision"), recall: mean("recall"), f1: mean("f1") };
}

function scoresOf(right: number, predicted: number, support: number): PrecisionRecallF1 {
  const precision = ratio(right, predicted);
  const recall = ratio(right, support);
  return { precision, recall, f1: ratio(2 * precision * recall, precision + recall) };
}

/** A ratio that is 0 where it has no denominator. */
function ratio(numerator: number, denominator: number): number {
  return denominator === 0 ? 0 : numerator / denominator;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, value) => sum + value, 0);
}
