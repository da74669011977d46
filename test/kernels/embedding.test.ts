import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";

const ROWS = 6;
/** The first and the last row, one that comes three times, one that never comes (1). */
const INDICES = [5, 0, 3, 3, 2, 4, 3, 0];

const twin = (table: ArrayLike<number>, width: number) =>
  Float64Array.from(
    { length: INDICES.length * width },
    (_, i) => table[INDICES[Math.floor(i / width)] * width + (i % width)],
  );

beforeEach(freeAll);

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33])("embedding of width %i", (width) => {
  it("copies the rows named", () => {
    const values = distinct(ROWS * width, 1);
    const [table, indices] = [new Buffer32(values), new Buffer32(INDICES)];
    const y = new Buffer32(INDICES.length * width);
    kernels.embeddingForward(table.pointer, indices.pointer, y.pointer, INDICES.length, width);
    expect(Array.from(y.values)).toEqual(Array.from(twin(values, width)));
    for (const buffer of [table, indices, y]) buffer.checkGuards();
  });

  it("adds up the gradients of a row, and gives 0 to one never named", () => {
    const slope = distinct(INDICES.length * width, 2);
    const [indices, dY] = [new Buffer32(INDICES), new Buffer32(slope)];
    const dTable = new Buffer32(distinct(ROWS * width, 3));
    const pointers = [indices.pointer, dY.pointer, dTable.pointer];
    kernels.embeddingBackward(...pointers, INDICES.length, ROWS, width);
    const want = slopes((table) => twin(table, width), distinct(ROWS * width, 1), slope);
    expectWithin(dTable.values, want, () => 3 * 2 ** -24 + 2e-8);
    expect(dTable.values.subarray(width, 2 * width).every((value) => value === 0)).toBe(true);
    for (const buffer of [indices, dY, dTable]) buffer.checkGuards();
  });
});

describe("firstBadIndex", () => {
  it("takes every row, and finds what is none in any position", () => {
    const good = [0, 5, -0, 3, 4];
    const indices = new Buffer32(good);
    expect(kernels.firstBadIndex(indices.pointer, 5, ROWS)).toBe(-1);
    expect(kernels.firstBadIndex(indices.pointer, 0, ROWS)).toBe(-1);
    for (let i = 0; i < 5; i++) {
      for (const bad of [-1, 6, 0.5, 5.5, -1e-9, NaN, Infinity, -Infinity, 1e30]) {
        indices.values.set(good);
        indices.values[i] = bad;
        expect(kernels.firstBadIndex(indices.pointer, 5, ROWS)).toBe(i);
        expect(kernels.firstBadIndex(indices.pointer, i, ROWS)).toBe(-1);
      }
    }
  });

  it("compares with the number of rows exactly, beyond the whole numbers of float32", () => {
    const indices = new Buffer32([2 ** 24]);
    expect(kernels.firstBadIndex(indices.pointer, 1, 2 ** 24)).toBe(0);
    expect(kernels.firstBadIndex(indices.pointer, 1, 2 ** 24 + 1)).toBe(-1);
  });
});
