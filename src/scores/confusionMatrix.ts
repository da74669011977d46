import { checkKeys } from "../options.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import { countClasses } from "./classes.js";

/** Options of {@link confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** The classes of the rows and columns, in order; default: all that occur, ascending. */
  labels?: readonly Label[];
}

/** Counts: rows are the true classes, columns the predicted ones. `toString()` lays them out. */
export type ConfusionMatrix = number[][] & {
  /** The classes of the rows and columns. */
  readonly labels: readonly Label[];
};

/**
 * How often each class was predicted for each class: `matrix[i][j]` rows of class i were predicted
 * to be of class j. Conventions: scikit-learn's `confusion_matrix`.
 *
 * @param yTrue the classes, one a row: text, whole numbers or booleans
 * @param yPred the predicted classes; probabilities become classes with argMax() or a threshold
 * @throws LanegradError INVALID_LABEL, SHAPE_MISMATCH or INVALID_DATA if yTrue and yPred are not one
 * class a row, of one type and of one length, or if none of the labels occurs in yTrue
 * @throws LanegradError UNKNOWN_OPTION for other options
 * @throws LanegradError INVALID_OPTION if labels are not all different
 */
export function confusionMatrix(
  yTrue: Labels,
  yPred: Labels,
  options: ConfusionMatrixOptions = {},
): ConfusionMatrix {
  checkKeys("confusionMatrix", options, ["labels"]);
  const { classes, confusion } = countClasses(yTrue, yPred, options.labels);
  const matrix = confusion.map((row) => [...row]);
  // Not enumerable, so that the matrix prints, compares and serialises as the plain array it is.
  return Object.defineProperties(matrix, {
    labels: { value: classes },
    toString: { value: () => layOut(matrix, classes) },
  }) as ConfusionMatrix;
}

function layOut(matrix: readonly (readonly number[])[], labels: readonly Label[]): string {
  const names = labels.map(String);
  const cells = [
    ["true \\ predicted", ...names],
    ...matrix.map((row, position) => [names[position], ...row.map(String)]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  return cells.map((row) => row.map((cell, column) => cell.padStart(widths[column])).join("  ")).join("\n");
}
