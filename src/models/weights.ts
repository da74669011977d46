import { LanegradError, showShape } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { isClass } from "../losses/labels.js";
import { invalidOption, nonNegative } from "../options.js";
import { isNumericArray } from "../tensor/nested.js";
import type { Head } from "./heads.js";
import { byName, isRecord } from "./byName.js";
import { flatten, rowShapeOf, toRows } from "./rows.js";
import type { Data, Rows } from "./rows.js";

/** A factor for each class by its index, or "balanced": n / (classes * rows of the class). */
export type ClassWeight = Readonly<Record<number, number>> | "balanced";

/**
 * The classes of rows: class indices, the place of the largest label, or 0 and 1 for a single output, where
 * the signs -1 and 1 stand for the same.
 */
export function classesOf(values: Float32Array, rowSize: number, areSigns: boolean): Int32Array {
  return Int32Array.from({ length: values.length / rowSize }, (_, row) => {
    if (rowSize === 1) return areSigns && values[row] < 0 ? 0 : Math.round(values[row]);
    let best = 0;
    for (let j = 1; j < rowSize; j++) {
      if (values[row * rowSize + j] > values[row * rowSize + best]) best = j;
    }
    return best;
  });
}

/** Whether rows add up to 1, as one class does, or shares of several. */
function areShares(values: Float32Array, rowSize: number): boolean {
  let sum = 1;
  return values.every((value, i) => {
    sum = i % rowSize === 0 ? value : sum + value;
    return (i + 1) % rowSize !== 0 || Math.abs(sum - 1) < 1e-3;
  });
}

function factors(classWeight: ClassWeight, rowsClasses: Int32Array, classes: number): Map<number, number> {
  if (classWeight === "balanced") {
    const counts = new Map<number, number>();
    for (const label of rowsClasses) counts.set(label, (counts.get(label) ?? 0) + 1);
    return new Map([...counts].map(([label, count]) => [label, rowsClasses.length / (counts.size * count)]));
  }
  const isPlain = isRecord(classWeight);
  const keys = isPlain ? Object.keys(classWeight) : [];
  if (!isPlain || !keys.every((key) => isClass(Number(key), classes))) {
    throw invalidOption(
      "classWeight",
      `"balanced" or an object of factors by class, from 0 to ${classes - 1}`,
      classWeight,
    );
  }
  return new Map(
    keys.map((key) => [Number(key), nonNegative(`classWeight[${key}]`, classWeight[Number(key)])]),
  );
}

/**
 * A factor for each row, [n], or for each loss where an output has several in a row, as [n, steps] for sequences; for
 * several outputs also an array, or a record by output name, of these.
 *
 * For several outputs, an array of as many arrays as there are outputs is weights for each of these; a tensor never is.
 */
export type SampleWeight = Data | readonly (Data | null)[] | Readonly<Record<string, Data | null>>;

/** The factors of rows, or of the steps of these, at each output with labels; undefined where all count the same. */
export type OutputWeights = readonly (Rows | undefined)[];

/**
 * The weights as given, for each output with labels.
 *
 * @param prefix what stands before sampleWeight in messages
 * @throws LanegradError SHAPE_MISMATCH, or UNKNOWN_NAME for an output that does not exist
 */
export function outputWeights(
  sampleWeight: unknown,
  heads: readonly Head[],
  { outputs, outputNames }: Graph,
  count: number,
  prefix = "",
): OutputWeights {
  if (sampleWeight === undefined) return heads.map(() => undefined);
  const what = `${prefix}sampleWeight`;
  const isByOutput =
    isRecord(sampleWeight) ||
    (outputNames.length > 1 &&
      Array.isArray(sampleWeight) &&
      sampleWeight.length === outputNames.length &&
      sampleWeight.every((entry) => typeof entry !== "number"));
  const parts = isByOutput ? byName(sampleWeight, outputNames, what) : undefined;
  return heads.map(({ loss, output, name, isOnly }) => {
    const part = parts ? (parts[output] ?? undefined) : sampleWeight;
    if (part === undefined) return undefined;
    const [, ...steps] = loss.shapeOfLosses(outputs[output].shape);
    return weightRows(part, steps as number[], count, isOnly ? what : `${what}.${name}`);
  });
}

/** @param steps the shape of the losses of a row */
function weightRows(given: unknown, steps: readonly number[], count: number, name: string): Rows {
  const own = isNumericArray(given) ? [given.length / count] : (rowShapeOf(given, name) ?? [1]);
  // As in Keras, weights of steps may have an axis of length 1 at their end.
  const byStep = own.length > steps.length ? [...steps, 1] : steps;
  const rows = toRows(given, own.length > 1 || own[0] > 1 ? byStep : [1], name);
  if (rows.count === count) return rows;
  const orByStep = steps.length > 0 ? `, or shape ${showShape([count, ...steps])}` : "";
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${name} must have one value for each of ${count} rows${orByStep}. Received: ${rows.count * rows.rowSize} values`,
  );
}

/**
 * The weights of the training rows: each row's own times that of its class. Classes that `classWeight`
 * leaves out count 1, and validation rows have no class weights, as in Keras.
 *
 * @param trainingRows how many rows, from the first on, are trained on
 * @throws LanegradError INVALID_OPTION
 */
export function withClassWeights(
  weights: OutputWeights,
  classWeight: ClassWeight | undefined,
  heads: readonly Head[],
  labels: readonly Rows[],
  trainingRows: number,
): OutputWeights {
  if (classWeight === undefined) return weights;
  const [{ loss, columns }] = heads;
  if (heads.length > 1 || loss.labels === "any") {
    const received = heads.length > 1 ? `${heads.length} outputs` : `loss ${loss.name}`;
    throw new LanegradError(
      "INVALID_OPTION",
      `classWeight needs a single output with a loss on classes. Received: ${received}`,
    );
  }
  const { rowSize } = labels[0];
  const values = flatten(labels[0]).subarray(0, trainingRows * rowSize);
  // Rows of independent decisions have any number of ones.
  const isMixed = loss.name.startsWith("binary") && !areShares(values, rowSize);
  if (rowSize > 1 && (loss.labels === "classIndices" || rowSize !== columns || isMixed)) {
    throw new LanegradError(
      "INVALID_OPTION",
      `classWeight needs one class for each row. Received: rows of ${rowSize} labels`,
    );
  }
  const areSigns = loss.labels === "signs";
  const rowsClasses = classesOf(values, rowSize, areSigns);
  const classes = loss.labels === "integers" ? Infinity : Math.max(2, columns);
  const byClass = factors(classWeight, rowsClasses, classes);
  const own = weights[0] && flatten(weights[0]);
  const both = Float32Array.from(rowsClasses, (label, row) => (own?.[row] ?? 1) * (byClass.get(label) ?? 1));
  return [toRows(both, [1], "classWeight")];
}
