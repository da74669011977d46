import { LanegradError, show } from "../errors.js";
import { positiveInteger } from "../options.js";
import { newFloats } from "../runtime/memory.js";
import { Tensor } from "../tensor/tensor.js";
import { readClassList, readLabels, showClasses, sortedClasses } from "./labels.js";
import type { Label, Labels } from "./labels.js";

/**
 * One row for each label, with a 1 in the column of its class and 0 elsewhere.
 *
 * @param labels [n] or [n, 1]
 * @param classes how many classes there are, with labels from 0 to classes - 1, or the labels in the
 * order of their columns; default: for numbers one more than the largest (as Keras's
 * `to_categorical`), for text and booleans the distinct labels, sorted
 * @returns a tensor of shape [n, classes]
 * @throws LanegradError INVALID_LABEL if a label belongs to no class
 * @throws LanegradError INVALID_OPTION if classes is neither a positive integer nor a list of labels, all
 * different
 * @throws LanegradError INVALID_DATA or SHAPE_MISMATCH if there is not one label a row
 * @throws LanegradError OUT_OF_MEMORY if the engine has no array for so many classes; labelEncoder turns large numbers
 * into class indices
 */
export function oneHot(labels: Labels, classes?: number | readonly Label[]): Tensor {
  const list = readLabels(labels, "labels");
  const { count, columnOf, expected } = columnsFor(list, classes);
  const data = newFloats(list.length * count);
  list.forEach((label, row) => {
    const column = columnOf(label);
    if (column === undefined) {
      throw new LanegradError(
        "INVALID_LABEL",
        `labels[${row}] must be ${expected}. Received: ${show(label)}`,
      );
    }
    data[row * count + column] = 1;
  });
  return new Tensor(data, [list.length, count]);
}

interface Columns {
  readonly count: number;
  readonly columnOf: (label: Label) => number | undefined;
  readonly expected: string;
}

function columnsFor(labels: readonly Label[], classes: number | readonly Label[] | undefined): Columns {
  if (Array.isArray(classes)) return listedColumns(readClassList(classes, "classes"));
  if (classes === undefined && typeof labels[0] !== "number") return listedColumns(sortedClasses(labels));
  const largest = labels.reduce<number>((most, label) => Math.max(most, Number(label)), 0);
  const count = classes === undefined ? Math.floor(largest) + 1 : positiveInteger("classes", classes);
  const isColumn = (label: Label) => Number.isInteger(label) && Number(label) >= 0 && Number(label) < count;
  return {
    count,
    columnOf: (label) => (isColumn(label) ? Number(label) : undefined),
    expected: `a whole number from 0 to ${count - 1}`,
  };
}

function listedColumns(classes: readonly Label[]): Columns {
  const columns = new Map(classes.map((label, column) => [label, column]));
  return {
    count: classes.length,
    columnOf: (label) => columns.get(label),
    expected: `one of the classes ${showClasses(classes)}`,
  };
}
