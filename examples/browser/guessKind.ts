import type { Column, LabelKind } from "./protocol.js";

/** A column of numbers with more different values than this is taken for a number, not for classes. */
const MOST_NUMERIC_CLASSES = 20;

/** Whether a column rather holds classes or a number. */
export function guessKind({ isNumeric, distinct }: Column): LabelKind {
  return isNumeric && distinct > MOST_NUMERIC_CLASSES ? "number" : "class";
}
