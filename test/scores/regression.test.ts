import { describe, expect, it } from "vitest";
import { mae, mse, r2, rmse } from "../../src/scores/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { expectError } from "../preprocessing/expectError.js";

// Expected numbers: scikit-learn 1.2.1 on these values.
const truth = [
  [3, -0.5],
  [2, 7],
  [-1, 2],
  [0.25, 4],
];
const predicted = [
  [2.5, 0],
  [2, 8],
  [-1.5, 1],
  [0.5, 3],
];
const first = (rows: number[][]) => rows.map(([value]) => value);

describe("r2, mse, mae, rmse", () => {
  it("score one output", () => {
    expect(r2(first(truth), first(predicted))).toBeCloseTo(0.9410801963993454, 14);
    expect(mse(first(truth), first(predicted))).toBe(0.140625);
    expect(mae(first(truth), first(predicted))).toBe(0.3125);
    expect(rmse(first(truth), first(predicted))).toBe(0.375);
  });

  it("average over several outputs", () => {
    expect(r2(truth, predicted)).toBeCloseTo(0.9167098704564014, 14);
    expect(mse(truth, predicted)).toBeCloseTo(0.4765625, 15);
    expect(mae(truth, predicted)).toBeCloseTo(0.59375, 15);
    expect(rmse(truth, predicted)).toBeCloseTo(0.6381939094329987, 14);
  });

  it("take [n] and [n, 1], arrays and tensors, for the same", () => {
    const column = tensor(first(predicted), [4, 1]);
    expect(mse(first(truth), column)).toBe(0.140625);
    expect(mae(Float64Array.from(first(truth)), column)).toBe(0.3125);
  });

  it("have an r2 for constant truths and none for a single row", () => {
    expect(r2([2, 2, 2], [2, 2, 2])).toBe(1);
    expect(r2([2, 2, 2], [1, 2, 2])).toBe(0);
    expect(r2([1], [1])).toBeNaN();
  });

  it("refuse other shapes, NaN, text and nothing", () => {
    expectError(() => mse([1, 2], [1]), "SHAPE_MISMATCH", /\[2, 1\] in yTrue, \[1, 1\] in yPred/);
    expectError(() => mae([1, 2], [1, NaN]), "INVALID_DATA", /yPred/, /row 1/, /NaN/);
    expectError(() => r2([1, Infinity], [1, 2]), "INVALID_DATA", /yTrue/);
    expectError(() => rmse([], []), "INVALID_DATA");
    expectError(() => rmse(["1"] as unknown as number[], [1]), "INVALID_DATA", /Number\(\)/);
  });
});
