// True and predicted classes side by side, counted. The scores of classifiers are read off from it.
import { LanegradError, show, showShape } from "../errors.js";
import { readClassList, readLabels, showClasses, sortedClasses } from "../preprocessing/labels.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import { Tensor } from "../tensor/tensor.js";

/** How often each class was there, was predicted, and was predicted rightly. */
export interface ClassCounts {
  /** The classes that the other lists go by, in their order. */
  readonly classes: readonly Label[];
  /** How many rows are of each class. */
  readonly support: readonly number[];
  /** How many rows each class was predicted for. */
  readonly predicted: readonly number[];
  /** How many of these predictions are right. */
  readonly right: readonly number[];
  /** Rows: true class, columns: predicted class; pairs with a class that is not listed are left out. */
  readonly confusion: readonly (readonly number[])[];
  /** All classes that occur, ascending. */
  readonly occurring: readonly Label[];
}

/**
 * Counts classes.
 *
 * @param labels the classes to count, in order; default: all that occur, ascending
 * @throws LanegradError as `readPair`, INVALID_LABEL if none of `labels` occurs in yTrue, and INVALID_OPTION if
 * they are not all different
 */
export function countClasses(yTrue: Labels, yPred: Labels, labels?: readonly Label[]): ClassCounts {
  const { truth, prediction } = readPair(yTrue, yPred);
  const occurring = sortedClasses([...truth, ...prediction]);
  const classes = labels === undefined ? occurring : readClassList(labels, "labels");
  const positions = new Map(classes.map((label, position) => [label, position]));
  if (!truth.some((label) => positions.has(label))) {
    throw new LanegradError(
      "INVALID_LABEL",
      `labels must name at least one class of yTrue: ${showClasses(sortedClasses(truth))}. Received: labels=${show(labels)}`,
    );
  }
  const support = classes.map(() => 0);
  const predicted = classes.map(() => 0);
  const confusion = classes.map(() => classes.map(() => 0));
  truth.forEach((label, i) => {
    const row = positions.get(label);
    const column = positions.get(prediction[i]);
    if (row !== undefined) support[row]++;
    if (column !== undefined) predicted[column]++;
    if (row !== undefined && column !== undefined) confusion[row][column]++;
  });
  const right = classes.map((_, position) => confusion[position][position]);
  return { classes, support, predicted, right, confusion, occurring };
}

/**
 * Reads true and predicted classes and checks that they belong together.
 *
 * @throws LanegradError SHAPE_MISMATCH if they differ in length or hold several values a row
 * @throws LanegradError INVALID_LABEL if they are fractions, such as probabilities, or of two types
 * @throws LanegradError INVALID_DATA if they are empty
 */
export function readPair(yTrue: Labels, yPred: Labels): { truth: Label[]; prediction: Label[] } {
  const truth = readClasses(yTrue, "yTrue");
  const prediction = readClasses(yPred, "yPred");
  if (truth.length !== prediction.length) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `yTrue and yPred must have the same number of rows. Received: ${truth.length} in yTrue, ${prediction.length} in yPred`,
    );
  }
  if (typeof truth[0] !== typeof prediction[0]) {
    throw new LanegradError(
      "INVALID_LABEL",
      `yTrue and yPred must hold labels of one type. Received: ${typeof truth[0]} in yTrue, ${typeof prediction[0]} in yPred`,
    );
  }
  return { truth, prediction };
}

const FROM_PROBABILITIES =
  "Probabilities become classes with argMax() (one column a class) or a threshold (p > 0.5 ? 1 : 0).";

function readClasses(values: Labels, name: string): Label[] {
  if (values instanceof Tensor && values.rank === 2 && values.shape[1] > 1) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${name} must hold one class a row. ${FROM_PROBABILITIES} Received: a Tensor of shape ${showShape(values.shape)}`,
    );
  }
  const labels = readLabels(values, name);
  const fractional = labels.findIndex((label) => typeof label === "number" && !Number.isInteger(label));
  if (fractional !== -1) {
    throw new LanegradError(
      "INVALID_LABEL",
      `${name} must hold classes, so ${name}[${fractional}] must be a whole number. ${FROM_PROBABILITIES} Received: ${show(labels[fractional])}`,
    );
  }
  return labels;
}
