import { LanegradError, show } from "../errors.js";
import type { Loss } from "../losses/index.js";
import { nonNegative } from "../options.js";
import { toRows } from "./rows.js";
import type { Data, Rows } from "./rows.js";

/** A factor for each class by its index, or "balanced": n / (classes * rows of the class). */
export type ClassWeight = Readonly<Record<number, number>> | "balanced";

/** The classes of rows: class indices, the place of the largest label, or 0 and 1 for a single output. */
function classesOf(labels: Rows): Int32Array {
  const { count, rowSize } = labels;
  const values = new Float32Array(count * rowSize);
  labels.copyTo(values, 0, 0, count);
  return Int32Array.from({ length: count }, (_, row) => {
    if (rowSize === 1) return Math.round(values[row]);
    let best = 0;
    for (let j = 1; j < rowSize; j++) {
      if (values[row * rowSize + j] > values[row * rowSize + best]) best = j;
    }
    return best;
  });
}

function factors(classWeight: ClassWeight, rowsClasses: Int32Array, classes: number): Map<number, number> {
  if (classWeight === "balanced") {
    const counts = new Map<number, number>();
    for (const label of rowsClasses) counts.set(label, (counts.get(label) ?? 0) + 1);
    return new Map([...counts].map(([label, count]) => [label, rowsClasses.length / (counts.size * count)]));
  }
  const isPlain =
    typeof classWeight === "object" && classWeight !== null && !(Symbol.iterator in classWeight);
  const keys = isPlain ? Object.keys(classWeight) : [];
  if (
    !isPlain ||
    !keys.every((key) => Number.isInteger(Number(key)) && Number(key) >= 0 && Number(key) < classes)
  ) {
    throw new LanegradError(
      "INVALID_OPTION",
      `classWeight must be "balanced" or an object of factors by class, from 0 to ${classes - 1}. Received: classWeight=${show(classWeight)}`,
    );
  }
  return new Map(
    keys.map((key) => [Number(key), nonNegative(`classWeight[${key}]`, classWeight[Number(key)])]),
  );
}

/**
 * The weight of each row as given; undefined if none is.
 *
 * @throws LanegradError SHAPE_MISMATCH
 */
export function rowWeights(sampleWeight: Data | undefined, count: number): Float32Array | undefined {
  if (sampleWeight === undefined) return undefined;
  const rows = toRows(sampleWeight, [1], "sampleWeight");
  if (rows.count !== count) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `sampleWeight must have one value for each of ${count} rows. Received: ${rows.count} values`,
    );
  }
  const weights = new Float32Array(count);
  rows.copyTo(weights, 0, 0, count);
  return weights;
}

/**
 * The weights of the training rows: each row's own times that of its class. Classes that `classWeight`
 * leaves out count 1, and validation rows have no class weights, as in Keras.
 *
 * @param trainingRows how many rows, from the first on, are trained on
 * @param classes how many classes there are
 * @throws LanegradError INVALID_OPTION
 */
export function withClassWeights(
  weights: Float32Array | undefined,
  classWeight: ClassWeight | undefined,
  labels: Rows,
  trainingRows: number,
  loss: Loss,
  classes: number,
): Float32Array | undefined {
  if (classWeight === undefined) return weights;
  if (loss.labels === "any") {
    throw new LanegradError(
      "INVALID_OPTION",
      `classWeight needs a loss on classes. Received: loss ${loss.name}`,
    );
  }
  const rowsClasses = classesOf(labels).subarray(0, trainingRows);
  const byClass = factors(classWeight, rowsClasses, classes);
  return Float32Array.from(rowsClasses, (label, row) => (weights?.[row] ?? 1) * (byClass.get(label) ?? 1));
}
