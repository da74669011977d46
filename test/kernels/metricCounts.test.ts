import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import * as twins from "./twins/metric.js";

const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 33];
const COLUMNS = [1, 2, 3, 4, 5, 9];

beforeEach(freeAll);

const exactly = (): number => 0;

/** Room for float64 numbers, full of what must be overwritten. */
class Buffer64 {
  readonly #buffer: Buffer32;

  constructor(length: number) {
    this.#buffer = new Buffer32(new Float32Array(2 * length).fill(7));
  }

  get pointer(): number {
    return this.#buffer.pointer;
  }

  get values(): Float64Array {
    return new Float64Array(this.#buffer.values.buffer, this.pointer, this.#buffer.length / 2);
  }

  checkGuards(): void {
    this.#buffer.checkGuards();
  }
}

/** Values with ties: whole multiples of 1 / steps. */
const tied = (count: number, seed: number, steps: number): Float32Array =>
  distinct(count, seed).map((value) => Math.floor(value * steps) / steps);

/** A batch, with a weight for each row or for each pair of rows; a factor of 1 / 8 keeps sums exact. */
function batchOf(
  rows: number,
  columns: number,
  rowsPerWeight: number,
): { batch: twins.Batch; given: Float32Array } {
  const given = tied(Math.ceil(rows / rowsPerWeight), 3, 8).map(Math.abs);
  const batch = {
    rows,
    columns,
    yTrue: tied(rows * columns, 1, 1).map((value) => Number(value === 0)),
    yPred: tied(rows * columns, 2, 8),
    weights: Float32Array.from({ length: rows }, (_, i) => given[Math.floor(i / rowsPerWeight)]),
  };
  return { batch, given };
}

const sizes = ROWS.flatMap((rows) => COLUMNS.map((columns) => [rows, columns] as const));

describe("decisionCounts", () => {
  const thresholds = [-0.5, 0, 0.125, 0.75];
  const variants: twins.Decisions[] = [0, 1, 2, -1].flatMap((choice) =>
    [true, false].flatMap((flag) => [
      { choice, thresholds, isSparse: flag, isSoft: flag, isPerColumn: !flag, classId: -1 },
      { choice, thresholds: [0], isSparse: !flag, isSoft: flag, isPerColumn: flag, classId: 0 },
      { choice, thresholds: [], isSparse: false, isSoft: flag, isPerColumn: flag, classId: -1 },
    ]),
  );

  function run(
    batch: twins.Batch,
    weight: number,
    rowsPerWeight: number,
    options: twins.Decisions,
  ): Float64Array {
    const { rows, columns } = batch;
    const labels = options.isSparse
      ? Float32Array.from({ length: rows }, (_, i) => (i * 5) % (columns + 1))
      : Float32Array.from(batch.yTrue);
    if (!options.isSparse) labels.set([-1], labels.length - 1);
    if (!options.isSparse) labels[0] = options.isSoft ? 0.25 : -3;
    const [t, p] = [new Buffer32(labels), new Buffer32(Float32Array.from(batch.yPred))];
    const cuts = new Buffer32(options.thresholds);
    const groups = options.isPerColumn ? columns : 1;
    const counts = new Buffer64(groups * 2 * (options.thresholds.length + 1));
    const { isSparse, isSoft, classId, choice } = options;
    kernels.decisionCounts(t.pointer, p.pointer, weight, rows, columns, rowsPerWeight, +isSparse, +isSoft, classId, choice, cuts.pointer, options.thresholds.length, groups, counts.pointer); // prettier-ignore
    for (const buffer of [t, p, cuts, counts]) buffer.checkGuards();
    expectWithin(counts.values, twins.decisionCounts({ ...batch, yTrue: labels }, options), exactly);
    return counts.values.slice();
  }

  it("is the histogram, exactly, for every choice, form of labels and weights", () => {
    for (const [rows, columns] of sizes) {
      for (const options of variants) {
        for (const rowsPerWeight of [0, 1, 2]) {
          freeAll();
          const { batch, given } = batchOf(rows, columns, rowsPerWeight || 1);
          const weight = rowsPerWeight === 0 ? 0 : new Buffer32(given).pointer;
          const weights = rowsPerWeight === 0 ? new Float32Array(rows).fill(1) : batch.weights;
          run({ ...batch, weights }, weight, rowsPerWeight || 1, options);
        }
      }
    }
  });

  it("finds the bucket among 1 to 40 thresholds; NaN is above none, infinity above all", () => {
    for (let count = 1; count <= 40; count++) {
      freeAll();
      const rising = Array.from({ length: count }, (_, i) => i / 64);
      const yPred = Float32Array.of(NaN, Infinity, -Infinity, ...rising, 0.001, 5);
      const batch = {
        rows: yPred.length,
        columns: 1,
        yTrue: yPred.map(() => 1),
        yPred,
        weights: yPred.map(() => 1),
      };
      const counts = run(batch, 0, 1, { ...variants[1], isSparse: false, choice: 0, thresholds: rising });
      expect(counts[0] + counts[count + 1]).toBeGreaterThanOrEqual(3);
    }
  });

  it("NaN is not among the largest, zeros are no maxima", () => {
    const options = {
      ...variants[1],
      isSparse: false,
      isPerColumn: true,
      classId: -1,
      thresholds: [-Infinity],
    };
    const yPred = Float32Array.of(NaN, 2, 1, 0, 0, 0, NaN, NaN, NaN, -1, -2, -1);
    const batch = { rows: 4, columns: 3, yTrue: yPred.map(() => 1), yPred, weights: [1, 1, 1, 1] };
    for (const choice of [1, 2, 3]) run(batch, 0, 1, { ...options, choice });
    const [, chosenFirst, , , , chosenSecond] = run(batch, 0, 1, { ...options, choice: -1 });
    expect([chosenFirst, chosenSecond]).toEqual([1, 1]);
  });
});

it("topKAccuracySum is exact, ties share their rank", () => {
  for (const [rows, columns] of sizes) {
    for (const k of [1, 2, 5]) {
      freeAll();
      const { batch, given } = batchOf(rows, columns, 1);
      const classes = Float32Array.from({ length: rows }, (_, i) => (i * 5) % (columns + 1));
      const [c, p, w] = [classes, Float32Array.from(batch.yPred), given].map(
        (values) => new Buffer32(values),
      );
      const sparse = kernels.topKAccuracySum(c.pointer, p.pointer, rows, columns, k, 1, w.pointer, 1);
      expect(sparse).toBe(twins.topK(batch, classes, k));
      const scores = new Buffer32(tied(rows * columns, 5, 2));
      const first = Array.from(
        { length: rows },
        (_, i) => twins.ranking(twins.rowOf(scores.values, i, columns))[0],
      );
      const dense = kernels.topKAccuracySum(scores.pointer, p.pointer, rows, columns, k, 0, 0, 1);
      expect(dense).toBe(twins.topK({ ...batch, weights: new Float32Array(rows).fill(1) }, first, k));
      for (const buffer of [c, p, w, scores]) buffer.checkGuards();
    }
  }
  freeAll();
  const p = new Buffer32([NaN, 1, 2]);
  const at = (label: number): number =>
    kernels.topKAccuracySum(new Buffer32([label]).pointer, p.pointer, 1, 3, 3, 1, 0, 1);
  expect([0, 1, 2, 3, -1, NaN].map(at)).toEqual([0, 1, 1, 0, 0, 0]);
});

describe("confusionCounts", () => {
  const run = (
    yTrue: Float32Array,
    yPred: Float32Array,
    weight: Float32Array,
    ...numbers: number[]
  ): Float64Array => {
    const [count, trueColumns, predColumns, perWeight, classes, ignored, isCut, threshold] = numbers;
    const [t, p, w, matrix] = [
      new Buffer32(yTrue),
      new Buffer32(yPred),
      new Buffer32(weight),
      new Buffer64(classes ** 2),
    ];
    kernels.confusionCounts(t.pointer, p.pointer, w.pointer, count, trueColumns, predColumns, perWeight, classes, ignored, isCut, threshold, matrix.pointer); // prettier-ignore
    for (const buffer of [t, p, w, matrix]) buffer.checkGuards();
    return matrix.values.slice();
  };

  it("is exact for class numbers, one-hot rows and both, and leaves out what is no class", () => {
    for (const [count, classes] of sizes) {
      freeAll();
      const { batch, given } = batchOf(count, classes, 1);
      const numbers = distinct(count, 7, classes).map((value) => Math.trunc(value) + 0.5 * (value % 1)); // some below 0
      const best = Array.from(
        { length: count },
        (_, i) => twins.ranking(twins.rowOf(batch.yPred, i, classes))[0],
      );
      const scores = Float32Array.from(batch.yPred);
      const other = Float32Array.from({ length: count }, (_, i) => (i * 3) % classes);
      const want = (a: ArrayLike<number>, b: ArrayLike<number>, ignored: number) =>
        twins.confusion(a, b, given, classes, ignored);
      expectWithin(
        run(numbers, other, given, count, 0, 0, 1, classes, -1, 0, 0),
        want(numbers, other, -1),
        exactly,
      );
      expectWithin(
        run(other, scores, given, count, 0, classes, 1, classes, 0, 0, 0),
        want(other, best, 0),
        exactly,
      );
      expectWithin(
        run(scores, other, given, count, classes, 0, 1, classes, -1, 0, 0),
        want(best, other, -1),
        exactly,
      );
    }
  });

  it("cuts at a threshold that itself is class 1; NaN is no class, or below the cut", () => {
    const cut = run(
      Float32Array.of(0, 1, 1, 0),
      Float32Array.of(0.5, 0.25, 0.75, NaN),
      Float32Array.of(1, 2),
      4,
      0,
      0,
      2,
      2,
      -1,
      1,
      0.5,
    );
    expect([...cut]).toEqual([2, 1, 1, 2]);
    expect([
      ...run(
        Float32Array.of(NaN, 0),
        Float32Array.of(1, NaN),
        Float32Array.of(1, 1),
        2,
        0,
        0,
        1,
        2,
        -1,
        0,
        0,
      ),
    ]).toEqual([0, 0, 0, 0]);
  });
});

it("columnMoments and rowCorrelationSum are within 1e-13 of their twins", () => {
  for (const [rows, columns] of sizes) {
    for (const rowsPerWeight of [1, 2]) {
      freeAll();
      const { given, batch: shape } = batchOf(rows, columns, rowsPerWeight);
      const batch = {
        ...shape,
        yTrue: distinct(rows * columns, 1, 3, 1),
        yPred: distinct(rows * columns, 2, 2),
      };
      const [t, p, w] = [batch.yTrue, batch.yPred, given].map((values) => new Buffer32(values));
      const sums = new Buffer64(6 * columns + 2);
      kernels.columnMoments(t.pointer, p.pointer, w.pointer, rows, columns, rowsPerWeight, sums.pointer);
      expectWithin(sums.values, twins.columnMoments(batch), () => 1e-13 * rows * 16);
      for (const isConcordance of [false, true]) {
        if (columns === 1) continue;
        const sum = kernels.rowCorrelationSum(
          t.pointer,
          p.pointer,
          w.pointer,
          rows,
          columns,
          rowsPerWeight,
          +isConcordance,
        );
        expectWithin([sum], [twins.rowCorrelations(batch, isConcordance)], () => 1e-12 * rows);
      }
      for (const buffer of [t, p, w, sums]) buffer.checkGuards();
    }
  }
});

it("a NaN reaches the moments and correlations of its own column and row, a constant row has no correlation", () => {
  const [t, p] = [new Buffer32([1, 2, NaN, 1, 5, 5]), new Buffer32([1, 3, 4, 2, 1, 2])];
  const sums = new Buffer64(14);
  kernels.columnMoments(t.pointer, p.pointer, 0, 3, 2, 1, sums.pointer);
  expect([...sums.values.subarray(0, 3)]).toEqual([NaN, NaN, NaN]);
  expect([...sums.values.subarray(6)]).toEqual([8, 30, 11, 7, 17, 18, 3, 3]);
  const at = (row: number, isConcordance: number): number =>
    kernels.rowCorrelationSum(t.pointer + 8 * row, p.pointer + 8 * row, 0, 1, 2, 1, isConcordance);
  expect([at(0, 0), at(1, 0), at(2, 0), at(1, 1), at(2, 1)]).toEqual([1, NaN, NaN, NaN, 0]);
});

it("a row of weight 0, which has no correlation either, does not reach the sum of the others", () => {
  const [t, p] = [new Buffer32([1, 2, 0, 0, 2, 1]), new Buffer32([1, 3, 4, 2, 1, 2])];
  const weights = new Buffer32([3, 0, 1]);
  const sum = (sampleWeight: number): number =>
    kernels.rowCorrelationSum(t.pointer, p.pointer, sampleWeight, 3, 2, 1, 0);
  expect([sum(weights.pointer), sum(0)]).toEqual([2, NaN]);
});

it("accuracies take weights, one for each row or for several", () => {
  for (const [rows, columns] of sizes) {
    for (const rowsPerWeight of [1, 2, 3]) {
      freeAll();
      const { batch, given } = batchOf(rows, columns, rowsPerWeight);
      const [t, p, w] = [Float32Array.from(batch.yTrue), Float32Array.from(batch.yPred), given].map(
        (values) => new Buffer32(values),
      );
      const weights = Array.from(batch.weights);
      const rowsOf = (x: Float32Array): number[][] => weights.map((_, i) => twins.rowOf(x, i, columns));
      const firsts = (x: Float32Array): number[] => rowsOf(x).map((row) => twins.ranking(row)[0]);
      const total = (values: number[]): number =>
        values.reduce((sum, value, i) => sum + weights[i] * value, 0);
      const right = rowsOf(t.values).map(
        (row, i) => row.filter((label, j) => label === Number(p.values[i * columns + j] > 0.25)).length,
      );
      const binary = kernels.binaryAccuracySum(
        t.pointer,
        p.pointer,
        rows,
        columns,
        0.25,
        w.pointer,
        rowsPerWeight,
      );
      expect(binary).toBe(total(right) / columns);
      const found = firsts(p.values);
      const matches = total(firsts(t.values).map((first, i) => Number(first === found[i])));
      expect(
        kernels.categoricalAccuracySum(t.pointer, p.pointer, rows, columns, w.pointer, rowsPerWeight),
      ).toBe(matches);
      const classes = new Buffer32(firsts(t.values));
      expect(
        kernels.sparseCategoricalAccuracySum(
          classes.pointer,
          p.pointer,
          rows,
          columns,
          w.pointer,
          rowsPerWeight,
        ),
      ).toBe(matches);
    }
  }
});
