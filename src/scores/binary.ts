// Two classes beside one number a row: which rows are of the positive class, and what they scored.
import { LanegradError, showShape } from "../errors.js";
import { checkKeys, invalidOption } from "../options.js";
import { readLabels, showClasses, sortedClasses } from "../preprocessing/labels.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import type { Table, TableLike } from "../preprocessing/table.js";
import { readNumbers } from "./numbers.js";

/** Options of the scores of two classes. */
export interface BinaryScoreOptions {
  /**
   * The class that counts as positive, whose score or probability yScore holds. Default: 1 where the
   * labels are 0 and 1 or -1 and 1, true for booleans. Other labels need it.
   */
  positiveLabel?: Label;
}

/** The rows of a binary problem. */
export interface BinaryRows {
  /** 1 where the row is of the positive class, else 0. */
  readonly positive: Uint8Array;
  /** One finite number a row. */
  readonly score: Float64Array;
  /** How many rows are of the positive class. */
  readonly positives: number;
}

/**
 * Reads the true classes and the score of the positive one.
 *
 * @throws LanegradError SHAPE_MISMATCH if there is not one score for each row
 * @throws LanegradError INVALID_LABEL if yTrue holds three classes or more, or no labels
 * @throws LanegradError INVALID_DATA if either is empty, or a score is NaN, infinite or text
 * @throws LanegradError INVALID_OPTION for a positiveLabel that is missing or no class
 */
export function readBinary(
  owner: string,
  yTrue: Labels,
  yScore: TableLike,
  options: BinaryScoreOptions,
): BinaryRows {
  checkKeys(owner, options, ["positiveLabel"]);
  const table = readNumbers(yScore, "yScore");
  if (table.columns !== 1) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `yScore must hold one number a row, for the positive class; of two columns that is the second. Received: shape ${showShape([table.rows, table.columns])}`,
    );
  }
  const truth = readTruth(yTrue, table);
  const positiveLabel = findPositive(truth, options.positiveLabel);
  const positive = Uint8Array.from(truth, (label) => (label === positiveLabel ? 1 : 0));
  return {
    positive,
    score: table.values,
    positives: positive.reduce((sum, one) => sum + one, 0),
  };
}

/**
 * The true class of each row of a table of scores.
 *
 * @throws LanegradError SHAPE_MISMATCH if there is not one for each row
 */
export function readTruth(yTrue: Labels, score: Table): Label[] {
  const truth = readLabels(yTrue, "yTrue");
  if (truth.length !== score.rows) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `yTrue and yScore must have the same number of rows. Received: ${truth.length} in yTrue, ${score.rows} in yScore`,
    );
  }
  return truth;
}

function findPositive(truth: readonly Label[], wanted: Label | undefined): Label {
  const classes = sortedClasses(truth);
  if (classes.length > 2) {
    throw new LanegradError(
      "INVALID_LABEL",
      `yTrue must hold two classes; score each class against the others (label === name) to compare more. Received: ${showClasses(classes)}`,
    );
  }
  if (wanted === undefined) return defaultPositive(classes);
  const isKnown = classes.includes(wanted) || (classes.length === 1 && typeof wanted === typeof classes[0]);
  if (!isKnown) {
    throw invalidOption("positiveLabel", `one of the classes ${showClasses(classes)}`, wanted);
  }
  return wanted;
}

function defaultPositive(classes: readonly Label[]): Label {
  if (typeof classes[0] === "boolean") return true;
  const isUsual = [0, -1].some((negative) => classes.every((label) => label === negative || label === 1));
  if (isUsual) return 1;
  throw new LanegradError(
    "INVALID_OPTION",
    `positiveLabel must name the positive class where the labels are not 0 and 1, -1 and 1 or booleans. Received: positiveLabel=undefined with the classes ${showClasses(classes)}`,
  );
}
