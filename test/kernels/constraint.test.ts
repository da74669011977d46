import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { COUNTS } from "./steps.js";
import { constrainNormTwin } from "./twins/constraint.js";

/** Two roundings, of the factor and of the product. */
const RELATIVE = 1.3e-7;
/** Outer, reduced, inner: vectors in a row with every tail, and side by side with every tail. */
const SHAPES = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100].map((count) => [3, count, 1]),
  ...[2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100].map((count) => [2, 5, count]),
  [1, 1, 13],
  [4, 17, 6],
];
/** Minimum, maximum, rate: max norm, unit norm, min-max norm strict and slow. */
const BOUNDS = [
  [0, 0.7, 1],
  [1, 1, 1],
  [0.9, 1.3, 1],
  [0.9, 1.3, 0.3],
  [0.9, 1.3, 0],
];

beforeEach(freeAll);

describe.each(SHAPES)("constrainNorm of %i, %i, %i", (outer, reduced, inner) => {
  it.each(BOUNDS)("to %f and %f at rate %f is within 1.3e-7 of itself", (minimum, maximum, rate) => {
    const values = distinct(outer * reduced * inner, reduced + inner);
    const w = new Buffer32(values);
    kernels.constrainNorm(w.pointer, outer, reduced, inner, minimum, maximum, rate);
    const want = constrainNormTwin(values, [outer, reduced, inner], minimum, maximum, rate);
    expectWithin(w.values, want, (i) => RELATIVE * Math.abs(want[i]));
    w.checkGuards();
  });
});

describe("constrainNorm", () => {
  it("leaves vectors of zeros as they are", () => {
    const w = new Buffer32(new Float32Array(15));
    kernels.constrainNorm(w.pointer, 1, 3, 5, 1, 1, 1);
    expect(Array.from(w.values)).toEqual(Array.from({ length: 15 }, () => 0));
  });

  it("makes a vector with a NaN all NaN, and no other", () => {
    for (const inner of [1, 6]) {
      for (let place = 0; place < 3 * 5 * inner; place++) {
        freeAll();
        const w = new Buffer32(distinct(3 * 5 * inner, 2));
        w.values[place] = NaN;
        kernels.constrainNorm(w.pointer, 3, 5, inner, 0.2, 0.5, 1);
        const vectorOf = (i: number) => `${Math.floor(i / (5 * inner))}, ${i % inner}`;
        w.values.forEach((value, i) => expect(Number.isNaN(value)).toBe(vectorOf(i) === vectorOf(place)));
      }
    }
  });

  it("takes norms beyond the range of float32 squares", () => {
    for (const shape of [
      [1, 5, 1],
      [1, 5, 3],
    ]) {
      const values = distinct(5 * shape[2], 4, 1e25);
      const w = new Buffer32(values);
      kernels.constrainNorm(w.pointer, ...shape, 0, 2, 1);
      const want = constrainNormTwin(values, shape, 0, 2, 1);
      expectWithin(w.values, want, (i) => RELATIVE * Math.abs(want[i]));
    }
  });
});

it.each(COUNTS)("constrainNonNegative of %i is exact and keeps NaN", (count) => {
  const values = distinct(count, 3, 2);
  values.subarray(0, 3).set([NaN, Infinity, -Infinity].slice(0, count));
  if (count > 4) values[count - 1] = NaN;
  const w = new Buffer32(values);
  kernels.constrainNonNegative(w.pointer, count);
  expect(Array.from(w.values)).toEqual(Array.from(values, (v) => Math.max(v, 0)));
  w.checkGuards();
});
