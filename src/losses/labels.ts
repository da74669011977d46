import { LanegradError } from "../errors.js";
import type { Loss } from "./loss.js";

/**
 * What the labels of a loss must be. Class indices are places among the outputs, integers are only compared
 * with each other; of both there is one for each row of outputs.
 */
export type LabelKind = "any" | "probabilities" | "classIndices" | "integers" | "signs";

/** 2^24: whole numbers from here on are not all float32 numbers. */
const INTEGER_LIMIT = 0x1000000;

/**
 * Checks that labels are what a loss can work with.
 *
 * @param columns the number of outputs, which for class indices is the number of classes
 * @param first the number of values of `name` before these labels
 * @throws LanegradError INVALID_LABEL with the first wrong label
 */
export function checkLabels(
  loss: Loss,
  labels: Float32Array,
  columns: number,
  name: string,
  first = 0,
): void {
  if (loss.labels === "any") return;
  if (loss.labels === "signs") return checkSigns(loss, labels, name, first);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (loss.labels === "classIndices" && !isClass(label, columns) && label !== loss.ignoreClass) {
      const or = loss.ignoreClass === null ? "" : `, or ${loss.ignoreClass} to be ignored`;
      throw new LanegradError(
        "INVALID_LABEL",
        `${name} must hold class indices, whole numbers from 0 to ${columns - 1}${or}, for ${loss.name} with ${columns} outputs. Received: ${name}[${first + i}]=${label}`,
      );
    }
    if (loss.labels === "integers" && !(Number.isInteger(label) && Math.abs(label) < INTEGER_LIMIT)) {
      throw new LanegradError(
        "INVALID_LABEL",
        `${name} must hold whole numbers below 2^24 in magnitude for ${loss.name}. Received: ${name}[${first + i}]=${label}`,
      );
    }
    if (loss.labels === "probabilities" && !(label >= 0 && label <= 1)) {
      throw new LanegradError(
        "INVALID_LABEL",
        `${name} must hold numbers from 0 to 1 for ${loss.name}. Received: ${label} as value ${first + i} of ${name}`,
      );
    }
  }
}

/** Whether a number is one of so many classes. */
export function isClass(label: number, classes: number): boolean {
  return Number.isInteger(label) && label >= 0 && label < classes;
}

/** Labels that are all -1 or 1, or all 0 or 1. Mixed, nobody could say what a 0 means. */
function checkSigns(loss: Loss, labels: Float32Array, name: string, first: number): void {
  const lowest = labels.includes(-1) ? -1 : 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === lowest || labels[i] === 1) continue;
    throw new LanegradError(
      "INVALID_LABEL",
      `${name} must hold -1 and 1, or 0 and 1, for ${loss.name}. Received: ${labels[i]} as value ${first + i} of ${name}${lowest === -1 && labels[i] === 0 ? ", and -1 elsewhere" : ""}`,
    );
  }
}
