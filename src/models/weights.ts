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

function factors(classWeight: ClassWeight, classes: Int32Array): Map<number, number> {
  const counts = new Map<number, number>();
  for (const label of classes) counts.set(label, (counts.get(label) ?? 0) + 1);
  if (classWeight === "balanced") {
    return new Map([...counts].map(([label, count]) => [label, classes.length / (counts.size * count)]));
  }
  if (typeof classWeight !== "object" || classWeight === null) {
    throw new LanegradError(
      "INVALID_OPTION",
      `classWeight must be "balanced" or an object of factors by class. Received: classWeight=${show(classWeight)}`,
    );
  }
  return new Map(
    Object.entries(classWeight).map(([label, factor]) => [
      Number(label),
      nonNegative(`classWeight[${label}]`, factor),
    ]),
  );
}

/**
 * The weight of each row, from `sampleWeight` and `classWeight` (the two multiply); undefined if neither
 * is given. Classes that `classWeight` leaves out count 1, as in Keras.
 *
 * @throws LanegradError SHAPE_MISMATCH or INVALID_OPTION
 */
export function sampleWeights(
  options: { sampleWeight?: Data; classWeight?: ClassWeight },
  labels: Rows,
  count: number,
  loss: Loss,
): Float32Array | undefined {
  const { sampleWeight, classWeight } = options;
  if (sampleWeight === undefined && classWeight === undefined) return undefined;
  const weights = new Float32Array(count).fill(1);
  if (sampleWeight !== undefined) {
    const rows = toRows(sampleWeight, [1], "sampleWeight");
    if (rows.count !== count) {
      throw new LanegradError(
        "SHAPE_MISMATCH",
        `sampleWeight must have one value for each of ${count} rows. Received: ${rows.count} values`,
      );
    }
    rows.copyTo(weights, 0, 0, count);
  }
  if (classWeight === undefined) return weights;
  if (loss.labels === "any") {
    throw new LanegradError(
      "INVALID_OPTION",
      `classWeight needs a loss on classes. Received: loss ${loss.name}`,
    );
  }
  const classes = classesOf(labels);
  const byClass = factors(classWeight, classes);
  classes.forEach((label, row) => (weights[row] *= byClass.get(label) ?? 1));
  return weights;
}
