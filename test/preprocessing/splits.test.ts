import { describe, expect, it } from "vitest";
import { kFold, trainTestSplit } from "../../src/preprocessing/index.js";
import { tensor, Tensor } from "../../src/tensor/tensor.js";
import { expectError } from "./expectError.js";

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}

function sorted(values: Iterable<number>): number[] {
  return [...values].sort((a, b) => a - b);
}

function countOf<T>(values: readonly T[], wanted: T): number {
  return values.filter((value) => value === wanted).length;
}

describe("trainTestSplit", () => {
  it("splits without loss or repeat and keeps x and y together", () => {
    const x = range(103).map((i) => [i, -i]);
    const y = range(103).map((i) => 1000 + i);
    const { xTrain, xTest, yTrain, yTest } = trainTestSplit(x, y, { seed: 1 });
    expect(xTest.length).toBe(26);
    expect(sorted([...xTrain, ...xTest].map(([i]) => i))).toEqual(range(103));
    expect([...xTrain, ...xTest].map(([i]) => 1000 + i)).toEqual([...yTrain, ...yTest]);
    expect(yTest).not.toEqual(sorted(yTest));
  });

  it("gives the same parts for the same seed and others for another", () => {
    const y = range(100);
    const split = (seed: number) => trainTestSplit(y, y, { seed }).xTest;
    expect(split(7)).toEqual(split(7));
    expect(split(7)).not.toEqual(split(8));
    expect(trainTestSplit(y, y).xTest).not.toEqual(trainTestSplit(y, y).xTest);
  });

  it("takes the last rows for the test where it does not shuffle, as scikit-learn does", () => {
    const { xTrain, xTest } = trainTestSplit(range(10), range(10), { testSize: 0.33, shuffle: false });
    expect(xTrain).toEqual([0, 1, 2, 3, 4, 5]);
    expect(xTest).toEqual([6, 7, 8, 9]);
  });

  it("puts every row into the test part about equally often", () => {
    const hits = range(8).map(() => 0);
    for (let seed = 0; seed < 800; seed++) {
      for (const row of trainTestSplit(range(8), range(8), { seed }).xTest) hits[row]++;
    }
    // 200 expected each, standard deviation 12.2; five of them leave room for bad luck.
    for (const count of hits) expect(Math.abs(count - 200)).toBeLessThan(61);
  });

  it.each([
    { counts: [50, 50, 50], testSize: 0.25 },
    { counts: [500, 268], testSize: 0.2 },
    { counts: [1, 2, 3, 5, 7, 11, 13], testSize: 0.37 },
    { counts: [97, 3], testSize: 0.5 },
  ])("keeps the shares of the classes $counts at testSize $testSize", ({ counts, testSize }) => {
    const y = counts.flatMap((count, label) => range(count).map(() => `class ${label}`));
    for (let seed = 0; seed < 20; seed++) {
      const { yTrain, yTest } = trainTestSplit(y, y, { testSize, stratify: true, seed });
      expect(yTest.length).toBe(Math.ceil(y.length * testSize));
      counts.forEach((count, label) => {
        const tested = countOf(yTest, `class ${label}`);
        expect(Math.abs(tested - count * testSize)).toBeLessThan(1);
        expect(tested + countOf(yTrain, `class ${label}`)).toBe(count);
      });
    }
  });

  it("stratifies by labels that are not y", () => {
    const groups = range(40).map((i) => i % 4);
    const { xTest } = trainTestSplit(range(40), range(40), { stratify: groups, testSize: 0.2, seed: 3 });
    for (const group of range(4)) expect(xTest.filter((i) => i % 4 === group).length).toBe(2);
  });

  it("returns the kinds that came in", () => {
    const rows = tensor(range(24), [4, 3, 2]);
    const { xTrain, xTest, yTest } = trainTestSplit(rows, Uint8Array.of(0, 1, 2, 3), { seed: 2 });
    expect(xTrain).toBeInstanceOf(Tensor);
    expect(xTrain.shape).toEqual([3, 3, 2]);
    expect(yTest).toBeInstanceOf(Uint8Array);
    const row = yTest[0];
    expect(Array.from(xTest.data)).toEqual(range(6).map((i) => 6 * row + i));
  });

  it("reads a flat typed array as as many rows as the other side has", () => {
    const pixels = Float32Array.from(range(30));
    for (const y of [Int32Array.of(0, 1, 2, 3, 4), ["0", "1", "2", "3", "4"], tensor(range(5), [5, 1])]) {
      const { xTrain, xTest, yTest } = trainTestSplit(pixels, y, { seed: 5 });
      expect(xTrain.length).toBe(18);
      const labels = Array.from(yTest instanceof Tensor ? yTest.data : yTest, Number);
      expect(Array.from(xTest)).toEqual(labels.flatMap((label) => range(6).map((i) => 6 * label + i)));
    }
    const { yTest } = trainTestSplit(range(5), Float64Array.from(range(10)), { seed: 5, shuffle: false });
    expect(yTest).toEqual(Float64Array.of(6, 7, 8, 9));
  });

  it("refuses what it cannot split", () => {
    expectError(() => trainTestSplit([1, 2, 3], [1, 2]), "SHAPE_MISMATCH", /3 in x, 2 in y/);
    expectError(() => trainTestSplit(new Float32Array(7), [1, 2, 3]), "SHAPE_MISMATCH", /7 in x/);
    expectError(() => trainTestSplit([], []), "INVALID_DATA", /x must have at least one row/);
    expectError(() => trainTestSplit([1], [1]), "INVALID_DATA", /1 rows/);
    expectError(() => trainTestSplit("text" as unknown as number[], [1]), "INVALID_DATA");
    const y = range(8);
    expectError(() => trainTestSplit(y, y, { testSize: 1 }), "INVALID_OPTION", /testSize=1/);
    expectError(() => trainTestSplit(y, y, { testSize: 0 }), "INVALID_OPTION");
    expectError(() => trainTestSplit(y, y, { testsize: 0.5 } as object), "UNKNOWN_OPTION", /mean testSize/);
    expectError(() => trainTestSplit(y, y, { seed: -1 }), "INVALID_OPTION", /seed=-1/);
    expectError(() => trainTestSplit(y, y, { stratify: true, shuffle: false }), "INVALID_OPTION", /shuffle/);
    expectError(() => trainTestSplit(y, y, { stratify: [0, 1] }), "SHAPE_MISMATCH", /8 rows/);
    expectError(() => trainTestSplit(y, [...y.slice(1), NaN], { stratify: true }), "INVALID_LABEL", /y\[7\]/);
  });
});

describe("kFold", () => {
  it("tests every row once and trains on the others, the first folds being larger", () => {
    const folds = kFold(10, { k: 3, seed: 4 });
    expect(folds.map(({ test }) => test.length)).toEqual([4, 3, 3]);
    expect(sorted(folds.flatMap(({ test }) => test))).toEqual(range(10));
    for (const { train, test } of folds) expect(sorted([...train, ...test])).toEqual(range(10));
  });

  it("gives the folds of scikit-learn where it does not shuffle", () => {
    expect(kFold(10, { k: 4, shuffle: false })).toEqual([
      { train: [3, 4, 5, 6, 7, 8, 9], test: [0, 1, 2] },
      { train: [0, 1, 2, 6, 7, 8, 9], test: [3, 4, 5] },
      { train: [0, 1, 2, 3, 4, 5, 8, 9], test: [6, 7] },
      { train: [0, 1, 2, 3, 4, 5, 6, 7], test: [8, 9] },
    ]);
  });

  it("gives the same folds for the same seed and others for another", () => {
    expect(kFold(50, { seed: 1 })).toEqual(kFold(50, { seed: 1 }));
    expect(kFold(50, { seed: 1 })).not.toEqual(kFold(50, { seed: 2 }));
    expect(kFold(50).length).toBe(5);
  });

  it("refuses folds that cannot be", () => {
    expectError(() => kFold(3), "INVALID_OPTION", /k=5/, /3/);
    expectError(() => kFold(10, { k: 1 }), "INVALID_OPTION", /k=1/);
    expectError(() => kFold(0), "INVALID_OPTION", /n=0/);
    expectError(() => kFold(10, { folds: 5 } as object), "UNKNOWN_OPTION");
    expectError(() => kFold(10, { seed: 0.5 }), "INVALID_OPTION", /seed=0.5/);
  });
});
