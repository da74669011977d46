import { beforeEach, expect, it } from "vitest";
import { Buffer32, distinct, freeAll, kernels } from "./harness.js";
import { argmax } from "./twins/loss.js";

const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 103];
const COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

beforeEach(freeAll);

/** Calls the kernel and checks that it only reads. */
function call(name: string, yTrue: Float32Array, yPred: Float32Array, ...rest: number[]): number {
  freeAll();
  const [t, p] = [new Buffer32(yTrue), new Buffer32(yPred)];
  const sum = kernels[name](t.pointer, p.pointer, ...rest);
  for (const buffer of [t, p]) buffer.checkGuards();
  expect(t.values).toEqual(yTrue);
  expect(p.values).toEqual(yPred);
  return sum;
}

/** The rows of a matrix. */
const rowsOf = (x: Float32Array, rows: number, columns: number) =>
  Array.from({ length: rows }, (_, i) => x.subarray(i * columns, (i + 1) * columns));

it("binaryAccuracySum is exact up to the division by the columns", () => {
  for (const rows of ROWS) {
    for (const columns of COLUMNS) {
      for (const threshold of [0.5, 0.25]) {
        const yTrue = distinct(rows * columns, 1).map((x) => Number(x > 0));
        const yPred = distinct(rows * columns, 2, 0.5, 0.5);
        yPred[0] = threshold; // not above it
        const matches = yPred.filter((p, i) => Number(p > threshold) === yTrue[i]).length;
        const sum = call("binaryAccuracySum", yTrue, yPred, rows, columns, threshold);
        expect(sum).toBe(matches / columns);
        // A label of -1 is the same answer as 0; no other label is.
        const signs = yTrue.map((t) => 2 * t - 1);
        expect(call("binaryAccuracySum", signs, yPred, rows, columns, threshold)).toBe(sum);
        const others = yTrue.map((t) => (t === 1 ? 0.5 : -0.5));
        expect(call("binaryAccuracySum", others, yPred, rows, columns, threshold)).toBe(0);
      }
    }
  }
});

it("categoricalAccuracySum and its sparse form are exact", () => {
  for (const rows of ROWS) {
    for (const columns of COLUMNS) {
      // Whole numbers from -3 to 2: ties in most rows.
      const yTrue = distinct(rows * columns, 3, 3).map(Math.floor);
      const yPred = distinct(rows * columns, 4, 3).map(Math.floor);
      const expected = rowsOf(yTrue, rows, columns).map(argmax);
      const found = rowsOf(yPred, rows, columns).map(argmax);
      const matches = found.filter((column, row) => column === expected[row]).length;
      expect(call("categoricalAccuracySum", yTrue, yPred, rows, columns)).toBe(matches);
      const classes = Float32Array.from(expected);
      expect(call("sparseCategoricalAccuracySum", classes, yPred, rows, columns)).toBe(matches);
      expect(call("sparseCategoricalAccuracySum", Float32Array.from(found), yPred, rows, columns)).toBe(rows);
    }
  }
});

it("the first of equal maxima counts, in every lane and in the tail", () => {
  const yPred = new Float32Array(7 * 3).fill(1);
  expect(call("sparseCategoricalAccuracySum", new Float32Array(7), yPred, 7, 3)).toBe(7);
  expect(call("sparseCategoricalAccuracySum", new Float32Array(7).fill(1), yPred, 7, 3)).toBe(0);
});

it("NaN is neither above a threshold nor a maximum", () => {
  const yPred = Float32Array.of(NaN, 1, 2);
  expect(call("sparseCategoricalAccuracySum", Float32Array.of(2), yPred, 1, 3)).toBe(1);
  expect(call("binaryAccuracySum", Float32Array.of(1, 1, 0), yPred, 3, 1, 0.5)).toBe(1);
});
