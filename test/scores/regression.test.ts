import { describe, expect, it } from "vitest";
import {
  explainedVariance,
  mae,
  maxError,
  meanAbsolutePercentageError,
  medianAbsoluteError,
  mse,
  r2,
  rmse,
} from "../../src/scores/index.js";
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

// Expected numbers: scikit-learn 1.2.1 (reference.py), explained_variance_score, max_error, median_absolute_error and
// mean_absolute_percentage_error of (truth, predicted), and of their first columns.
describe("explainedVariance, maxError, medianAbsoluteError, meanAbsolutePercentageError", () => {
  it("score one output", () => {
    const [t, p] = [first(truth), first(predicted)];
    expect(explainedVariance(t, p)).toBeCloseTo(0.955810147299509, 14);
    expect(maxError(t, p)).toBe(0.5);
    expect(medianAbsoluteError(t, p)).toBe(0.375);
    expect(meanAbsolutePercentageError(t, p)).toBeCloseTo(0.41666666666666663, 14);
  });

  it("average over several outputs", () => {
    expect(explainedVariance(truth, predicted)).toBeCloseTo(0.9251100425938539, 14);
    expect(medianAbsoluteError(truth, predicted)).toBe(0.6875);
    expect(meanAbsolutePercentageError(truth, predicted)).toBeCloseTo(0.44494047619047616, 14);
  });

  it("take the error in the middle of an odd number, by value and not by digits", () => {
    expect(medianAbsoluteError([1, 2, 3, 4, 5], [1, 4, 3, 14, 8])).toBe(2);
    expect(medianAbsoluteError([0, 0, 0], [9, -10, 100])).toBe(10);
  });

  it("find the largest error wherever it is, whatever its sign", () => {
    expect(maxError([5, 0, 0], [1, 1, 1])).toBe(4);
    expect(maxError([0, 0, 0], [1, 1, 4])).toBe(4);
    expect(maxError(tensor([0, 0], [2, 1]), [0, 0])).toBe(0);
  });

  it("have an explained variance for constants, and do not mind an offset", () => {
    expect(explainedVariance([2, 2, 2], [3, 3, 3])).toBe(1);
    expect(explainedVariance([2, 2, 2], [1, 2, 2])).toBe(0);
    expect(explainedVariance([1], [5])).toBe(1);
    expect(explainedVariance([1, 2, 3], [11, 12, 13])).toBe(1);
  });

  it("divide by no true value of 0", () => {
    expect(meanAbsolutePercentageError([0, 1], [1, 1])).toBe(2251799813685248);
    expect(meanAbsolutePercentageError([-2, 4], [-1, 4])).toBe(0.25);
  });

  it("refuse other shapes, NaN and nothing", () => {
    for (const score of [explainedVariance, maxError, medianAbsoluteError, meanAbsolutePercentageError]) {
      expectError(() => score([1, 2], [1]), "SHAPE_MISMATCH", /\[2, 1\] in yTrue, \[1, 1\] in yPred/);
      expectError(() => score([1, 2], [1, NaN]), "INVALID_DATA", /yPred/, /row 1/, /NaN/);
      expectError(() => score([], []), "INVALID_DATA");
    }
    expectError(() => maxError(truth, predicted), "SHAPE_MISMATCH", /one output/, /\[4, 2\]/);
  });
});
