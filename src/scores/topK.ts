import { LanegradError, showShape } from "../errors.js";
import { checkKeys, invalidOption, positiveInteger } from "../options.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import type { TableLike } from "../preprocessing/table.js";
import { trueColumns } from "./columns.js";
import { readNumbers } from "./numbers.js";

/** Options of {@link topK}. */
export interface TopKOptions {
  /** How many of the highest scores count; at most the number of columns, for which the result is 1. */
  k: number;
  /** The class of each column of yScore; default 0, 1, 2, ..., or false and true for booleans. */
  labels?: readonly Label[];
}

/**
 * The share of the rows whose true class is among the k highest scores. Of equal scores the later column
 * ranks higher, as in scikit-learn (`Tensor.argMax` takes the first).
 *
 * @param yTrue the classes, one a row: column numbers, or what `labels` says; [n] or [n, 1]
 * @param yScore a score for each class, higher for likelier; probabilities or logits, [n, classes]
 * @throws LanegradError UNKNOWN_OPTION for other options
 * @throws LanegradError INVALID_OPTION for a k that is no whole number from 1 to the number of columns,
 * or labels that are not one for each column
 * @throws LanegradError INVALID_LABEL if a true class has no column
 * @throws LanegradError SHAPE_MISMATCH if yScore has a single column, or not a row for each class of yTrue
 * @throws LanegradError INVALID_DATA if either is empty, or a score is NaN, infinite or text
 */
export function topK(yTrue: Labels, yScore: TableLike, options: TopKOptions): number {
  checkKeys("topK", options, ["k", "labels"]);
  const k = positiveInteger("k", options.k);
  const table = readNumbers(yScore, "yScore");
  const { values, rows, columns } = table;
  if (columns === 1) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `yScore must hold a column for each class. Received: shape ${showShape([rows, columns])}`,
    );
  }
  if (k > columns) {
    throw invalidOption("k", `at most the number of classes, ${columns}`, k);
  }
  const truth = trueColumns(yTrue, table, options.labels);
  let hits = 0;
  truth.forEach((own, row) => {
    const start = row * columns;
    let above = 0;
    for (let column = 0; column < columns; column++) {
      const difference = values[start + column] - values[start + own];
      if (difference > 0 || (difference === 0 && column > own)) above++;
    }
    if (above < k) hits++;
  });
  return hits / rows;
}
