// Things that are not wrong, but that people want to know before they train on them.
import { align } from "../runtime/allocator.js";
import { kernels, memory } from "../runtime/runtime.js";
import { floatsAt } from "../tensor/inMemory.js";
import type { Dataset } from "./dataset.js";
import type { Head } from "./heads.js";
import { flatten } from "./rows.js";
import type { Rows } from "./rows.js";
import { classesOf } from "./weights.js";

/** Features whose largest values differ by more than this learn at very different rates. */
const SCALE_LIMIT = 1000;

/** Looks at no more rows than this for the scale of features: enough to see it. */
const SCALE_ROWS = 4096;

/** Losses whose labels name one of several classes by a 1. */
const ONE_HOT = ["categoricalCrossentropy", "categoricalFocalCrossentropy"];

function warn(text: string): void {
  console.warn(`Lanegrad: ${text}`);
}

/** Warns of NaN and of features on very different scales in one of the inputs of a data set. */
export function warnAboutInputs(name: string, dataset: Dataset, part: number, rowSize: number): void {
  const rows = Math.min(dataset.count, SCALE_ROWS);
  const maxima = memory().moveInTogether([dataset.block], align(4 * rowSize));
  const address = dataset.address(part);
  const nan = kernels().firstNaN(address, dataset.count * rowSize);
  if (nan >= 0) {
    const [row, column] = [Math.floor(nan / rowSize), nan % rowSize];
    warn(
      `${name} holds NaN, first in row ${row}, column ${column}. Fill it in or drop its rows; NaN spreads to every weight.`,
    );
    return;
  }
  kernels().columnAbsMax(address, maxima, rows, rowSize);
  warnAboutScale(name, floatsAt(maxima, rowSize));
}

/** Compares the largest value of each column; columns of zeros do not count. */
function warnAboutScale(name: string, largest: Float32Array): void {
  let low = -1;
  let high = -1;
  for (let i = 0; i < largest.length; i++) {
    if (largest[i] === 0) continue;
    if (low < 0 || largest[i] < largest[low]) low = i;
    if (high < 0 || largest[i] > largest[high]) high = i;
  }
  if (low < 0 || largest[high] <= SCALE_LIMIT * largest[low]) return;
  warn(
    `features of ${name} differ in scale by more than ${SCALE_LIMIT}: column ${high} reaches ${show(largest[high])}, ` +
      `column ${low} only ${show(largest[low])}. Training goes better after preprocessing.standardScaler().`,
  );
}

function show(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** The class of each row; undefined if a row has several, as sequences do, or numbers between 0 and 1. */
function classesIn(labels: Rows, { loss, columns }: Head): Int32Array | undefined {
  const { rowSize } = labels;
  const isIndex = loss.labels === "classIndices";
  if (rowSize > 1 && (isIndex || rowSize !== columns || !ONE_HOT.includes(loss.name))) return undefined;
  const values = flatten(labels);
  if (!isIndex && !values.every((value) => value === 0 || value === 1)) return undefined;
  return classesOf(values, rowSize, false);
}

/** Warns when `validationSplit` cuts off classes that training then never sees, as with sorted data. */
export function warnAboutSplit(labels: Rows, trainingRows: number, head: Head): void {
  const classes = head.loss.labels === "any" ? undefined : classesIn(labels, head);
  if (classes === undefined) return;
  const seen = new Set(classes.slice(0, trainingRows));
  const missing = [...new Set(classes.slice(trainingRows))]
    .filter((label) => !seen.has(label))
    .sort((a, b) => a - b);
  if (missing.length === 0) return;
  warn(
    `the validation part holds classes that the training part lacks (${missing.join(", ")}). validationSplit takes the last rows: shuffle first, as preprocessing.trainTestSplit does.`,
  );
}
