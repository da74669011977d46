// Scores of predicted probabilities: how sure a classifier was, and how rightly.
import { LanegradError, show } from "../errors.js";
import { checkKeys } from "../options.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import type { Table, TableLike } from "../preprocessing/table.js";
import { kernels } from "../runtime/runtime.js";
import { Tensor } from "../tensor/tensor.js";
import { readBinary } from "./binary.js";
import type { BinaryScoreOptions } from "./binary.js";
import { trueColumns } from "./columns.js";
import { mean, readNumbers } from "./numbers.js";

/** Options of {@link logLoss}. */
export interface LogLossOptions extends BinaryScoreOptions {
  /**
   * The class of each column, where there is one for each class; default 0, 1, 2, ..., or false and true
   * for booleans.
   */
  labels?: readonly Label[];
}

const FLOAT32_EPSILON = 1 / (1 << 23);
/** How far the probabilities of a row may be from adding up to 1. */
const SUM_TOLERANCE = 1e-3;

/**
 * Log loss, the cross-entropy of the true classes: the mean of -log(probability of the true class).
 * Probabilities are clipped to [eps, 1 - eps], eps being 2^-23 for a Tensor or a Float32Array, whose
 * numbers are no finer, and else 2^-52; the clipped ones of a row are divided by their sum. Formula and
 * conventions: scikit-learn 1.2.
 *
 * @param yTrue the classes, one a row; [n] or [n, 1]
 * @param yScore the probability of the positive class, [n] or [n, 1], or of each class, [n, classes]
 * @param options positiveLabel (default 1 or true) for one column, labels for a column a class
 * @throws LanegradError INVALID_DATA if a probability is outside 0 to 1 or NaN, if those of a row do not
 * add up to 1 within 0.001, or if nothing is given
 * @throws LanegradError INVALID_LABEL if yTrue holds more than two classes with one column, or a class
 * that has no column
 * @throws LanegradError SHAPE_MISMATCH if yTrue and yScore differ in rows
 * @throws LanegradError UNKNOWN_OPTION for other options
 * @throws LanegradError INVALID_OPTION for labels with one column, a positiveLabel with several, or
 * wrong ones
 */
export function logLoss(yTrue: Labels, yScore: TableLike, options: LogLossOptions = {}): number {
  checkKeys("logLoss", options, ["positiveLabel", "labels"]);
  const { positiveLabel, labels } = options;
  const table = readProbabilities(yScore);
  const hasOneColumn = table.columns === 1;
  if (hasOneColumn ? labels !== undefined : positiveLabel !== undefined) {
    const [wrong, value] = hasOneColumn ? ["labels", labels] : ["positiveLabel", positiveLabel];
    throw new LanegradError(
      "INVALID_OPTION",
      `logLoss takes positiveLabel where yScore is one column, labels where it is one for each class. Received: ${wrong}=${show(value)} with ${table.columns} columns`,
    );
  }
  const epsilon = isFloat32(yScore) ? FLOAT32_EPSILON : Number.EPSILON;
  const clip = (value: number) => Math.min(Math.max(value, epsilon), 1 - epsilon);
  const ofTruth = hasOneColumn
    ? binaryProbabilities(yTrue, yScore, { positiveLabel }, clip)
    : classProbabilities(trueColumns(yTrue, table, labels), table, clip);
  const { log64 } = kernels();
  return mean(ofTruth.map((probability) => -log64(probability)));
}

/**
 * The score of Brier: the mean of (probability of the positive class - 1 if the row is of it, else 0)².
 * 0 is perfect, 1 the worst. Formula: scikit-learn.
 *
 * @param yTrue the classes, at most two of them: [n] or [n, 1]
 * @param yScore the probability of the positive class, [n] or [n, 1]
 * @param options which class is positive; default 1 or true
 * @throws LanegradError INVALID_DATA if a probability is outside 0 to 1 or NaN, or if nothing is given
 * @throws LanegradError INVALID_LABEL if yTrue holds more than two classes
 * @throws LanegradError SHAPE_MISMATCH if there is not one probability for each row
 * @throws LanegradError UNKNOWN_OPTION for other options
 * @throws LanegradError INVALID_OPTION for a positiveLabel that is missing or no class
 */
export function brier(yTrue: Labels, yScore: TableLike, options: BinaryScoreOptions = {}): number {
  const { positive, score } = readBinary("brier", yTrue, yScore, options);
  checkProbabilities({ values: score, rows: score.length, columns: 1 });
  return mean(score.map((value, row) => (value - positive[row]) * (value - positive[row])));
}

/** The probability that each row's own class was given, of two classes. */
function binaryProbabilities(
  yTrue: Labels,
  yScore: TableLike,
  options: BinaryScoreOptions,
  clip: (value: number) => number,
): Float64Array {
  const { positive, score } = readBinary("logLoss", yTrue, yScore, options);
  return score.map((value, row) => (positive[row] === 1 ? clip(value) : 1 - clip(value)));
}

/** The probability that each row's own class was given, its share of the row's clipped ones. */
function classProbabilities(
  truth: Uint32Array,
  { values, columns }: Table,
  clip: (value: number) => number,
): Float64Array {
  return Float64Array.from(truth, (own, row) => {
    const ofRow = values.subarray(row * columns, (row + 1) * columns);
    const sum = ofRow.reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) {
      throw new LanegradError(
        "INVALID_DATA",
        `yScore must hold probabilities that add up to 1 in row ${row}; softmax makes them from logits. Received: a sum of ${sum}`,
      );
    }
    return clip(ofRow[own]) / ofRow.reduce((total, value) => total + clip(value), 0);
  });
}

function readProbabilities(yScore: TableLike): Table {
  const table = readNumbers(yScore, "yScore");
  checkProbabilities(table);
  return table;
}

function checkProbabilities({ values, columns }: Table): void {
  const wrong = values.findIndex((value) => value < 0 || value > 1);
  if (wrong === -1) return;
  throw new LanegradError(
    "INVALID_DATA",
    `yScore must be a probability from 0 to 1 in row ${Math.floor(wrong / columns)}; sigmoid or softmax makes them from logits. Received: ${values[wrong]}`,
  );
}

/** Whether numbers come in single precision: in a tensor, or in a Float32Array for all or for each row. */
function isFloat32(yScore: TableLike): boolean {
  if (yScore instanceof Tensor || yScore instanceof Float32Array) return true;
  return Array.isArray(yScore) && yScore[0] instanceof Float32Array;
}
