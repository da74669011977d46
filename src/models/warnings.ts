// Things that are not wrong, but that people want to know before they train on them.
import { align } from "../runtime/allocator.js";
import { kernels, memory } from "../runtime/runtime.js";
import type { Rows } from "./rows.js";

/** Features whose largest values differ by more than this learn at very different rates. */
const SCALE_LIMIT = 1000;

/** Looks at no more rows than this for the scale of features: enough to see it. */
const SCALE_ROWS = 4096;

function warn(text: string): void {
  console.warn(`Lanegrad: ${text}`);
}

/** Warns of NaN and of features on very different scales in rows that lie in linear memory. */
export function warnAboutInputs(name: string, address: number, rows: number, rowSize: number): void {
  const nan = kernels().firstNaN(address, rows * rowSize);
  if (nan >= 0) {
    const [row, column] = [Math.floor(nan / rowSize), nan % rowSize];
    warn(
      `${name} holds NaN, first in row ${row}, column ${column}. Fill missing values in or drop their rows; NaN spreads to every weight.`,
    );
    return;
  }
  warnAboutScale(name, address, Math.min(rows, SCALE_ROWS), rowSize);
}

function warnAboutScale(name: string, address: number, rows: number, columns: number): void {
  if (columns < 2) return;
  const pointer = memory().scratch(align(4 * columns));
  kernels().columnAbsMax(address, pointer, rows, columns);
  const largest = memory().floats.subarray(pointer >>> 2, (pointer >>> 2) + columns);
  let low = -1;
  let high = -1;
  for (let i = 0; i < columns; i++) {
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

/** The class of each row: the label itself, or the place of the largest of several. */
function classes(rows: Rows, start: number, count: number): Set<number> {
  const values = new Float32Array(count * rows.rowSize);
  rows.copyTo(values, 0, start, count);
  const found = new Set<number>();
  for (let row = 0; row < count; row++) {
    const labels = values.subarray(row * rows.rowSize, (row + 1) * rows.rowSize);
    found.add(rows.rowSize === 1 ? labels[0] : labels.indexOf(Math.max(...labels)));
  }
  return found;
}

/** Warns when `validationSplit` cuts off classes that training then never sees, as with sorted data. */
export function warnAboutSplit(labels: Rows, trainingRows: number): void {
  const seen = classes(labels, 0, trainingRows);
  const validated = classes(labels, trainingRows, labels.count - trainingRows);
  const missing = [...validated].filter((label) => !seen.has(label)).sort((a, b) => a - b);
  if (missing.length === 0) return;
  warn(
    `the validation part holds classes that the training part lacks (${missing.join(", ")}). validationSplit takes the ` +
      "last rows, so sorted data must be shuffled first; preprocessing.trainTestSplit with stratify does it.",
  );
}
