import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { orthogonalTwin } from "./twins/orthogonal.js";

/** Number of vectors and their length: below, at and above a panel of 32 vectors, with every tail. */
const SIZES = [
  [2, 1],
  [2, 3],
  [3, 9],
  [4, 5],
  [5, 4],
  [8, 33],
  [31, 6],
  [32, 7],
  [33, 5],
  [34, 100],
  [65, 10],
];
/** Of a product or sum of one float32. */
const ROUNDING = 1.2e-7;
const FACTOR = 0.75;

beforeEach(freeAll);

function vectorsOf(values: ArrayLike<number>, count: number, length: number, isRows: boolean): number[][] {
  return Array.from({ length: count }, (_, v) =>
    Array.from({ length }, (_, e) => values[isRows ? v * length + e : e * count + v]),
  );
}

function workspaceFor(count: number, length: number): Buffer32 {
  const workspace = new Buffer32(kernels.orthogonalWorkspaceFloats(count, length));
  workspace.values.fill(NaN);
  return workspace;
}

for (const isRows of [true, false]) {
  describe.each(SIZES)(`%i ${isRows ? "rows" : "columns"} of %i`, (count, length) => {
    const values = distinct(count * length, 5 * count + length);
    const strides = isRows ? [length, 1] : [1, count];
    const twin = orthogonalTwin(vectorsOf(values, count, length, isRows), FACTOR);

    it("the penalty is within a rounding for each element of a vector, the gradient for each product", () => {
      expect(twin.nearest, "the sign of a product must not hang on rounding").toBeGreaterThan(1e-5);
      const [w, workspace] = [new Buffer32(values), workspaceFor(count, length)];
      const before = distinct(count * length, 5);
      const dW = new Buffer32(before);
      const args = [count, length, ...strides, FACTOR, workspace.pointer];
      const bound = FACTOR * (length + 4) * ROUNDING;
      const alone = kernels.orthogonalPenalty(w.pointer, 0, ...args);
      expect(Math.abs(alone - twin.value)).toBeLessThanOrEqual(bound);
      expect(Array.from(dW.values)).toEqual(Array.from(before));
      expect(kernels.orthogonalPenalty(w.pointer, dW.pointer, ...args)).toBe(alone);
      const vectors = vectorsOf(dW.values, count, length, isRows);
      const starts = vectorsOf(before, count, length, isRows);
      const slope = FACTOR / ((count * (count - 1)) / 2);
      const sources = vectorsOf(values, count, length, isRows);
      vectors.forEach((vector, v) => {
        const norm = Math.hypot(...sources[v]);
        const want = twin.gradient[v].map((g, e) => g + starts[v][e]);
        const ofSums = (slope / norm) * count * (count + length) * ROUNDING;
        expectWithin(vector, want, (e) => ofSums + ROUNDING * Math.abs(want[e]));
      });
      expect(Array.from(w.values)).toEqual(Array.from(values));
      for (const buffer of [w, dW, workspace]) buffer.checkGuards();
    });
  });
}

describe("orthogonalPenalty", () => {
  it("of one vector is 0, without a gradient", () => {
    const [w, dW, workspace] = [new Buffer32([1, 2, 3]), new Buffer32([4, 5, 6]), workspaceFor(1, 3)];
    expect(kernels.orthogonalPenalty(w.pointer, dW.pointer, 1, 3, 3, 1, 1, workspace.pointer)).toBe(0);
    expect(Array.from(dW.values)).toEqual([4, 5, 6]);
  });

  it("of zeros beside another vector is 0, with a finite gradient", () => {
    const [w, dW, workspace] = [new Buffer32([0, 0, 3, 4]), new Buffer32([0, 0, 0, 0]), workspaceFor(2, 2)];
    expect(kernels.orthogonalPenalty(w.pointer, dW.pointer, 2, 2, 2, 1, 1, workspace.pointer)).toBe(0);
    expect(Array.from(dW.values)).toEqual([0, 0, 0, 0]);
  });

  it("takes a norm that is held up for a constant", () => {
    const values = Float32Array.of(1e-9, 2e-9, 3, 4, -1, 2);
    const [w, dW, workspace] = [new Buffer32(values), new Buffer32(new Float32Array(6)), workspaceFor(3, 2)];
    const value = kernels.orthogonalPenalty(w.pointer, dW.pointer, 3, 2, 2, 1, 1, workspace.pointer);
    const want = orthogonalTwin(vectorsOf(values, 3, 2, true), 1);
    expect(Math.abs(value - want.value)).toBeLessThan(1e-6);
    const slopes = want.gradient.flat();
    expectWithin(dW.values, slopes, (i) => 1e-6 * Math.abs(slopes[i]));
  });

  it("meets a NaN in every place", () => {
    for (let place = 0; place < 15; place++) {
      freeAll();
      const [w, dW] = [new Buffer32(distinct(15, 1)), new Buffer32(new Float32Array(15))];
      w.values[place] = NaN;
      const workspace = workspaceFor(3, 5);
      expect(kernels.orthogonalPenalty(w.pointer, dW.pointer, 3, 5, 5, 1, 1, workspace.pointer)).toBeNaN();
      expect(dW.values.every(Number.isNaN)).toBe(true);
    }
  });
});
