// Class labels as users hand them in: text, whole numbers or booleans, in any kind of array.
import { LanegradError, show, showShape } from "../errors.js";
import { isNumericArray } from "../tensor/nested.js";
import type { NumericArray } from "../tensor/nested.js";
import { Tensor } from "../tensor/tensor.js";

/** What names a class. */
export type Label = string | number | boolean;

/** One label a row: [n] or [n, 1]. */
export type Labels = readonly Label[] | readonly (readonly Label[])[] | NumericArray | Tensor;

/**
 * One label for each row, as an ordinary array.
 *
 * @throws LanegradError SHAPE_MISMATCH if a row holds more than one value
 * @throws LanegradError INVALID_LABEL if a label is no text, number or boolean, or if they are of several types
 */
export function readLabels(labels: unknown, name: string): Label[] {
  if (labels instanceof Tensor) {
    const columns = labels.shape[1] ?? 1;
    if (labels.rank === 0 || labels.rank > 2 || columns !== 1) {
      throw oneLabelEach(name, `a Tensor of shape ${showShape(labels.shape)}`);
    }
    return checked(Array.from(labels.data), name);
  }
  if (isNumericArray(labels)) return checked(Array.from(labels), name);
  if (!Array.isArray(labels)) {
    throw new LanegradError("INVALID_DATA", `${name} must be an array of labels. Received: ${show(labels)}`);
  }
  return checked(
    labels.map((row: unknown, index) => {
      if (!Array.isArray(row) && !isNumericArray(row)) return row;
      if (row.length !== 1) throw oneLabelEach(name, `${name}[${index}]=${show(row)}`);
      return row[0];
    }),
    name,
  );
}

/**
 * A list of classes, such as those of columns, as an ordinary array.
 *
 * @throws LanegradError INVALID_OPTION if a class is in it twice, and as `readLabels`
 */
export function readClassList(classes: unknown, name: string): Label[] {
  const list = readLabels(classes, name);
  if (new Set(list).size === list.length) return list;
  const again = list.findIndex((label, i) => list.indexOf(label) < i);
  const first = list.indexOf(list[again]);
  throw new LanegradError(
    "INVALID_OPTION",
    `${name} must be all different. Received: ${show(list[again])} as ${name}[${first}] and ${name}[${again}]`,
  );
}

function oneLabelEach(name: string, received: string): LanegradError {
  return new LanegradError(
    "SHAPE_MISMATCH",
    `${name} must hold one label a row. The columns of a one-hot or probability matrix become labels with its argMax(). Received: ${received}`,
  );
}

function checked(labels: unknown[], name: string): Label[] {
  if (labels.length === 0) {
    throw new LanegradError("INVALID_DATA", `${name} must hold at least one label. Received: ${name}=[]`);
  }
  const type = typeof labels[0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    const isLabel = typeof label === "string" || typeof label === "boolean" || Number.isFinite(label);
    if (!isLabel || typeof label !== type) {
      const expected = isLabel ? `a ${type} like ${name}[0]` : "text, a finite number or a boolean";
      throw new LanegradError("INVALID_LABEL", `${name}[${i}] must be ${expected}. Received: ${show(label)}`);
    }
  }
  return labels as Label[];
}

/** Each label once, ascending: numbers by value, text by code point, false before true. */
export function sortedClasses<L extends Label>(labels: readonly L[]): L[] {
  return [...new Set(labels)].sort((a, b) =>
    typeof a === "string" && typeof b === "string" ? compareCodePoints(a, b) : Number(a) - Number(b),
  );
}

/** Compares by code point, where `<` compares the halves of surrogate pairs. */
function compareCodePoints(a: string, b: string): number {
  const pointsOfA = [...a];
  const pointsOfB = [...b];
  const shared = Math.min(pointsOfA.length, pointsOfB.length);
  for (let i = 0; i < shared; i++) {
    const difference = (pointsOfA[i].codePointAt(0) ?? 0) - (pointsOfB[i].codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return pointsOfA.length - pointsOfB.length;
}

/** Labels as an error message lists them. */
export function showClasses(classes: readonly Label[]): string {
  const shown = classes.slice(0, 20).map(show).join(", ");
  return classes.length > 20 ? `${shown}, ... (${classes.length} classes)` : shown;
}
