import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";

/** Nothing, every tail with and without rounds of the main loop, and a larger size. */
const COUNTS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 103];

beforeEach(freeAll);

describe.each(COUNTS)("%i elements", (count) => {
  it("addInPlace is the rounded sum, exactly", () => {
    const [a, b] = [distinct(count, 1), distinct(count, 2)];
    const [target, x] = [new Buffer32(a), new Buffer32(b)];
    kernels.addInPlace(target.pointer, x.pointer, count);
    const want = a.map((value, i) => value + b[i]);
    expectWithin(target.values, want, () => 0);
    expectWithin(x.values, b, () => 0);
    target.checkGuards();
    x.checkGuards();
  });

  it("sum is exact for numbers that are whole multiples of 2^-23", () => {
    const values = distinct(count, 3);
    const x = new Buffer32(values);
    const want = values.reduce((total, value) => total + value, 0);
    expect(kernels.sum(x.pointer, count)).toBe(want);
    expectWithin(x.values, values, () => 0);
    x.checkGuards();
  });
});

describe("sum", () => {
  it("of 1e6 times 0.1 is within 1e-12 of itself: no float32 total", () => {
    const x = new Buffer32(new Float32Array(1e6).fill(0.1));
    const want = 1e6 * Math.fround(0.1);
    expect(Math.abs(kernels.sum(x.pointer, 1e6) / want - 1)).toBeLessThan(1e-12);
  });

  it("is NaN wherever the NaN is", () => {
    for (let i = 0; i < 7; i++) {
      const values = distinct(7, 4);
      values[i] = NaN;
      expect(kernels.sum(new Buffer32(values).pointer, 7)).toBeNaN();
    }
  });
});
