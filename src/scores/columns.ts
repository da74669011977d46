// Several classes beside a table with one column for each: which column is that of the true class.
import { LanegradError, show, showShape } from "../errors.js";
import { readLabels, showClasses } from "../preprocessing/labels.js";
import type { Label, Labels } from "../preprocessing/labels.js";
import type { Table } from "../preprocessing/table.js";
import { readTruth } from "./binary.js";

/**
 * The column of the true class of each row.
 *
 * @param labels the class of each column; default 0, 1, 2, ..., or false and true for booleans
 * @throws LanegradError SHAPE_MISMATCH if there is not one true class for each row
 * @throws LanegradError INVALID_LABEL if a true class has no column
 * @throws LanegradError INVALID_OPTION if labels are not one for each column, all different
 */
export function trueColumns(yTrue: Labels, score: Table, labels?: readonly Label[]): Uint32Array {
  const truth = readTruth(yTrue, score);
  const classes =
    labels === undefined ? defaultClasses(truth[0], score.columns) : readLabels(labels, "labels");
  const positions = new Map(classes.map((label, position) => [label, position]));
  if (positions.size !== score.columns || classes.length !== score.columns) {
    throw new LanegradError(
      "INVALID_OPTION",
      `labels must name the class of each column of yScore, all different. Received: labels=${show(labels)} with yScore of shape ${showShape([score.rows, score.columns])}`,
    );
  }
  return Uint32Array.from(truth, (label, row) => {
    const position = positions.get(label);
    if (position === undefined) {
      throw new LanegradError(
        "INVALID_LABEL",
        `yTrue[${row}] must be the class of a column of yScore: ${showClasses(classes)}. Other classes go in the option labels, in the order of the columns. Received: ${show(label)}`,
      );
    }
    return position;
  });
}

function defaultClasses(example: Label, columns: number): Label[] {
  if (typeof example === "boolean" && columns === 2) return [false, true];
  return Array.from({ length: columns }, (_, column) => column);
}
