import { LanegradError, show } from "../errors.js";
import { checkKeys, nonNegativeInteger } from "../options.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import { countClasses } from "./classes.js";
import type { ClassCounts } from "./classes.js";
import { accuracy, averageScores, scoresByClass } from "./classScores.js";
import type { PrecisionRecallF1 } from "./classScores.js";

/** Options of {@link classificationReport}. */
export interface ClassificationReportOptions {
  /** The classes to report, in order; default: all that occur, ascending. */
  labels?: readonly Label[];
  /** Names of the classes, in the order of the labels; default: the labels themselves. */
  targetNames?: readonly Label[];
  /** Digits after the point in the table; default 2. */
  digits?: number;
}

/** The scores of one class, or their average. */
export interface ReportRow {
  /** The share of the predictions of the class that are right. */
  readonly precision: number;
  /** The share of the rows of the class that are found. */
  readonly recall: number;
  /** The harmonic mean of the two. */
  readonly "f1-score": number;
  /** How many rows are of the class. */
  readonly support: number;
}

/** The scores by the names of the classes, and their averages. `toString()` gives the table. */
export type ClassificationReport = {
  /** The share of right predictions. */
  readonly accuracy: number;
  readonly "macro avg": ReportRow;
  readonly "weighted avg": ReportRow;
  toString(): string;
} & { readonly [className: string]: ReportRow };

const HEADINGS = ["precision", "recall", "f1-score", "support"] as const;
const CELL_WIDTH = 9;
const MOST_DIGITS = 20;
/** A score that is not half-way between two printed numbers shows it within so many digits more. */
const EXACT_DIGITS = 60;

/**
 * Precision, recall and F1 of each class with their averages: an object whose `toString()` is the
 * table that scikit-learn's `classification_report` prints. Where the labels given are not just the
 * classes that occur, the table has "micro avg" in the place of "accuracy", as there.
 *
 * @param yTrue the classes, one a row: text, whole numbers or booleans
 * @param yPred the predicted classes; probabilities become classes with argMax() or a threshold
 * @throws LanegradError UNKNOWN_OPTION for other options
 * @throws LanegradError INVALID_OPTION if there is not one target name for each class, or labels are not all different
 * @throws LanegradError INVALID_LABEL, SHAPE_MISMATCH or INVALID_DATA if yTrue and yPred are not one
 * class a row, of one type and of one length
 */
export function classificationReport(
  yTrue: Labels,
  yPred: Labels,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  checkKeys("classificationReport", options, ["labels", "targetNames", "digits"]);
  const { digits = 2 } = options;
  if (nonNegativeInteger("digits", digits) > MOST_DIGITS) {
    throw new LanegradError(
      "INVALID_OPTION",
      `digits must be at most ${MOST_DIGITS}. Received: digits=${digits}`,
    );
  }
  const counts = countClasses(yTrue, yPred, options.labels);
  const names = namesOf(counts, options.targetNames);
  const rows = scoresByClass(counts).map((scores, position) => toRow(scores, counts.support[position]));
  const support = counts.support.reduce((sum, count) => sum + count, 0);
  const averages = {
    micro: toRow(averageScores(counts, "micro"), support),
    macro: toRow(averageScores(counts, "macro"), support),
    weighted: toRow(averageScores(counts, "weighted"), support),
  };
  const isComplete =
    counts.classes.length === counts.occurring.length &&
    counts.occurring.every((label) => counts.classes.includes(label));
  const report = {
    ...Object.fromEntries(names.map((name, position) => [name, rows[position]])),
    ...(isComplete ? {} : { "micro avg": averages.micro }),
    accuracy: accuracy(yTrue, yPred),
    "macro avg": averages.macro,
    "weighted avg": averages.weighted,
  };
  const table = layOut(
    [...names.entries()].map(([position, name]) => [name, rows[position]]),
    [
      [isComplete ? "accuracy" : "micro avg", averages.micro],
      ["macro avg", averages.macro],
      ["weighted avg", averages.weighted],
    ],
    digits,
  );
  // Not enumerable, so that the report prints, compares and serialises as the plain object it is.
  return Object.defineProperty(report, "toString", { value: () => table }) as unknown as ClassificationReport;
}

function namesOf({ classes }: ClassCounts, targetNames: readonly Label[] | undefined): string[] {
  if (targetNames === undefined) return classes.map(String);
  if (!Array.isArray(targetNames) || targetNames.length !== classes.length) {
    throw new LanegradError(
      "INVALID_OPTION",
      `targetNames must hold one name for each of the ${classes.length} classes; labels says which classes to report. Received: targetNames=${show(targetNames)}`,
    );
  }
  return targetNames.map(String);
}

function toRow({ precision, recall, f1 }: PrecisionRecallF1, support: number): ReportRow {
  return { precision, recall, "f1-score": f1, support };
}

type NamedRow = readonly [name: string, row: ReportRow];

/** The number of characters, where `length` counts some of them twice. */
function lengthOf(text: string): number {
  return [...text].length;
}

/** The table, column by column as wide as scikit-learn makes it. */
function layOut(classes: readonly NamedRow[], averages: readonly NamedRow[], digits: number): string {
  const width = Math.max(lengthOf("weighted avg"), digits, ...classes.map(([name]) => lengthOf(name)));
  const line = (name: string, cells: readonly string[]) =>
    `${" ".repeat(width - lengthOf(name))}${name} ${cells.map((cell) => ` ${cell.padStart(CELL_WIDTH)}`).join("")}\n`;
  const scoreLine = ([name, row]: NamedRow) => {
    const scores = [row.precision, row.recall, row["f1-score"]];
    return line(name, [...scores.map((score) => toFixedHalfEven(score, digits)), String(row.support)]);
  };
  const accuracyLine = ([name, row]: NamedRow) =>
    line(name, ["", "", toFixedHalfEven(row["f1-score"], digits), String(row.support)]);
  const [first, ...others] = averages;
  const firstLine = first[0] === "accuracy" ? accuracyLine(first) : scoreLine(first);
  return `${line("", HEADINGS)}\n${classes.map(scoreLine).join("")}\n${firstLine}${others.map(scoreLine).join("")}`;
}

/**
 * A number with so many digits after the point. Numbers half-way between two go to the even digit, as
 * Python prints them: 0.125 becomes 0.12, where `toFixed` gives 0.13.
 */
function toFixedHalfEven(value: number, digits: number): string {
  const exact = value.toFixed(digits + EXACT_DIGITS);
  const cut = exact.length - EXACT_DIGITS;
  const isHalfWay = /^50*$/.test(exact.slice(cut));
  const lastDigit = Number(exact.slice(0, cut).replace(".", "").at(-1));
  if (!isHalfWay || lastDigit % 2 === 1) return value.toFixed(digits);
  return exact.slice(0, digits === 0 ? cut - 1 : cut);
}
