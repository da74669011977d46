import { LanegradError } from "../errors.js";
import { checkKeys, flag, invalidOption, seedNumber } from "../options.js";
import { permutation } from "../runtime/random.js";
import { isNumericArray } from "../tensor/nested.js";
import { readLabels } from "./labels.js";
import type { Label, Labels } from "./labels.js";
import { lengthOf, takeRows } from "./rows.js";
import type { Rows } from "./rows.js";

/** Options of {@link trainTestSplit}. */
export interface TrainTestSplitOptions {
  /** The share of the rows for testing, between 0 and 1; default 0.25. Its count is rounded up. */
  testSize?: number;
  /** Keep the shares of the classes in both parts: true takes y as the labels; default false. */
  stratify?: boolean | Labels;
  /** The same seed gives the same split; default: a fresh one each time, or the one of `setRandomSeed`. */
  seed?: number;
  /** Mix the rows first; default true. Without it the last rows are the test part. */
  shuffle?: boolean;
}

/** The two parts of x and of y. */
export interface TrainTestSplit<X, Y> {
  /** The rows of x to train on. */
  readonly xTrain: X;
  /** The rows of x to test with. */
  readonly xTest: X;
  /** The rows of y to train on. */
  readonly yTrain: Y;
  /** The rows of y to test with. */
  readonly yTest: Y;
}

/**
 * Splits rows into a part to train on and a part to test with, each row in one of them.
 *
 * The test part has ceil(rows · testSize) rows. Stratified, each class has its share of the test
 * part rounded up or down (largest remainders first), so that the counts add up. Conventions:
 * scikit-learn's `train_test_split`.
 *
 * @param x rows: an array of anything, a Tensor, or a typed array, whose length must be a multiple of
 * the number of rows of y (for instance 784 pixels for each label)
 * @param y as many rows as x; a typed array may hold several values a row too
 * @returns parts of the same kinds as x and y; the values are copied, rows of arrays are not
 * @throws LanegradError SHAPE_MISMATCH if x, y and the labels differ in their number of rows
 * @throws LanegradError INVALID_DATA if there are no rows, or too few for two parts
 * @throws LanegradError INVALID_OPTION or UNKNOWN_OPTION for wrong options, such as stratify without shuffle
 * @throws LanegradError INVALID_LABEL if stratify has labels that are no text, numbers or booleans
 */
export function trainTestSplit<X extends Rows, Y extends Rows>(
  x: X,
  y: Y,
  options: TrainTestSplitOptions = {},
): TrainTestSplit<X, Y> {
  checkKeys("trainTestSplit", options, ["testSize", "stratify", "seed", "shuffle"]);
  const { testSize = 0.25, stratify = false, seed, shuffle = true } = options;
  flag("shuffle", shuffle);
  if (seed !== undefined) seedNumber("seed", seed);
  const { rows, widthOfX, widthOfY } = countRows(x, y);
  const testCount = countTestRows(rows, testSize);
  const labels = stratify === false ? undefined : labelsFor(stratify, y, rows);
  if (labels !== undefined && !shuffle) {
    throw new LanegradError(
      "INVALID_OPTION",
      "shuffle must be true where stratify is given. Received: shuffle=false",
    );
  }
  const order = shuffle ? Array.from(permutation(rows, seed)) : Array.from({ length: rows }, (_, i) => i);
  const { train, test } =
    labels === undefined
      ? { train: order.slice(0, rows - testCount), test: order.slice(rows - testCount) }
      : divideByClass(order, labels, shares(labels, testCount, testSize));
  return {
    xTrain: takeRows(x, train, widthOfX),
    xTest: takeRows(x, test, widthOfX),
    yTrain: takeRows(y, train, widthOfY),
    yTest: takeRows(y, test, widthOfY),
  };
}

/** The number of rows, and how many values of x and y make one where they are typed arrays. */
function countRows(x: Rows, y: Rows): { rows: number; widthOfX: number; widthOfY: number } {
  const lengthOfX = lengthOf(x, "x");
  const lengthOfY = lengthOf(y, "y");
  const rows = isNumericArray(x)
    ? isNumericArray(y)
      ? Math.min(lengthOfX, lengthOfY)
      : lengthOfY
    : lengthOfX;
  const widthOfX = isNumericArray(x) ? lengthOfX / rows : 1;
  const widthOfY = isNumericArray(y) ? lengthOfY / rows : 1;
  const rowsAgree = Number.isInteger(widthOfX) && Number.isInteger(widthOfY);
  if (!rowsAgree || (!isNumericArray(y) && lengthOfY !== rows)) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `x and y must have the same number of rows (a typed array a multiple of it). Received: ${lengthOfX} in x, ${lengthOfY} in y`,
    );
  }
  return { rows, widthOfX, widthOfY };
}

function countTestRows(rows: number, testSize: unknown): number {
  if (typeof testSize !== "number" || !(testSize > 0 && testSize < 1)) {
    throw invalidOption("testSize", "a share of the rows between 0 and 1", testSize);
  }
  const count = Math.ceil(rows * testSize);
  if (count === rows) {
    throw new LanegradError(
      "INVALID_DATA",
      `x must have enough rows for a train and a test part. Received: ${rows} rows, of which testSize=${testSize} takes ${count}`,
    );
  }
  return count;
}

function labelsFor(stratify: true | Labels, y: Rows, rows: number): Label[] {
  const labels = readLabels(stratify === true ? y : stratify, stratify === true ? "y" : "stratify");
  if (labels.length !== rows) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `stratify must have one label for each of the ${rows} rows. Received: ${labels.length} labels`,
    );
  }
  return labels;
}

/** Deals the rows out in their order: each goes to the test part while its class has a place there. */
function divideByClass(
  order: readonly number[],
  labels: readonly Label[],
  places: Map<Label, number>,
): { train: number[]; test: number[] } {
  const train: number[] = [];
  const test: number[] = [];
  for (const row of order) {
    const free = places.get(labels[row]) ?? 0;
    places.set(labels[row], free - 1);
    (free > 0 ? test : train).push(row);
  }
  return { train, test };
}

/**
 * How many rows of each class go to the test part: the whole part of its share, and one more for the
 * largest remainders until the counts add up. Equal remainders: the larger class first.
 */
function shares(labels: readonly Label[], testCount: number, testSize: number): Map<Label, number> {
  const counts = new Map<Label, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const remainder = (count: number) => count * testSize - Math.floor(count * testSize);
  const byRemainder = [...counts].sort(([, a], [, b]) => remainder(b) - remainder(a) || b - a);
  let left = testCount;
  for (const [, count] of byRemainder) left -= Math.floor(count * testSize);
  return new Map(
    byRemainder.map(([label, count], rank) => [label, Math.floor(count * testSize) + (rank < left ? 1 : 0)]),
  );
}
