import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, freeAll, kernels } from "./harness.js";

/** Sizes with every tail of a vector and of a cache line, with none and with two rounds. */
const SIZES = [...Array.from({ length: 20 }, (_, i) => i + 1), 31, 32, 33, 34, 35, 47];

beforeEach(freeAll);

describe("gatherRows", () => {
  it.each(SIZES)("copies rows of %i floats in the order given", (rowFloats) => {
    const values = distinct(5 * rowFloats, rowFloats);
    const source = new Buffer32(values);
    const rows = [4, 0, 2, 2, 1, 4, 3, 3, 0, 1, 4];
    const order = new Buffer32(rows.length);
    order.words.set(rows);
    const destination = new Buffer32(rows.length * rowFloats);
    kernels.gatherRows(source.pointer, order.pointer, destination.pointer, rows.length, rowFloats);
    const want = rows.flatMap((row) => Array.from(values.subarray(row * rowFloats, (row + 1) * rowFloats)));
    expect(Array.from(destination.values)).toEqual(want);
    expect(Array.from(source.values)).toEqual(Array.from(values));
    expect(Array.from(order.words)).toEqual(rows);
    destination.checkGuards();
  });

  it.each([1, 2, 3, 4, 5, 8])("copies %i rows, of every tail of four", (count) => {
    const source = new Buffer32(distinct(8 * 5, 1));
    const order = new Buffer32(count);
    const rows = Array.from({ length: count }, (_, i) => 7 - i);
    order.words.set(rows);
    const destination = new Buffer32(count * 5);
    kernels.gatherRows(source.pointer, order.pointer, destination.pointer, count, 5);
    const want = rows.flatMap((row) => Array.from(source.values.subarray(row * 5, (row + 1) * 5)));
    expect(Array.from(destination.values)).toEqual(want);
    destination.checkGuards();
  });

  it("writes nothing for no rows", () => {
    const destination = new Buffer32(0);
    kernels.gatherRows(destination.pointer, destination.pointer, destination.pointer, 0, 3);
    destination.checkGuards();
  });
});

describe("first NaN", () => {
  it.each([0, ...SIZES])("is found in every position of %i", (count) => {
    const values = distinct(count, 1);
    const x = new Buffer32(values);
    expect(kernels.firstNaN(x.pointer, count)).toBe(-1);
    for (let i = 0; i < count; i++) {
      for (const bad of [NaN, Infinity, -Infinity]) {
        x.values.set(values);
        x.values[i] = bad;
        x.values[count - 1] = bad;
        expect(kernels.firstNaN(x.pointer, count)).toBe(Number.isNaN(bad) ? i : -1);
      }
    }
  });

  it("is found in every quarter of the parts of a long array", () => {
    const [quarter, parts, rest] = [4096, 2, 37];
    const count = 4 * quarter * parts + rest;
    const x = new Buffer32(distinct(count, 1));
    expect(kernels.firstNaN(x.pointer, count)).toBe(-1);
    for (let begin = 0; begin < count; begin += quarter) {
      for (const i of [begin, begin + 18, begin + 35, Math.min(begin + quarter, count) - 1]) {
        const value = x.values[i];
        x.values[i] = Infinity;
        expect(kernels.firstNaN(x.pointer, count)).toBe(-1);
        x.values[i] = NaN;
        expect(kernels.firstNaN(x.pointer, count)).toBe(i);
        x.values[i] = value;
      }
    }
  });

  it("reads nothing beyond the count", () => {
    const x = new Buffer32([1, -3.4028234663852886e38, NaN]);
    expect(kernels.firstNaN(x.pointer, 2)).toBe(-1);
  });
});

describe("columnAbsMax", () => {
  it.each(SIZES)("of %i columns is exact and ignores NaN", (columns) => {
    const rows = 7;
    const values = distinct(rows * columns, columns, 10);
    for (let i = 0; i < values.length; i += 3) values[i] = NaN;
    for (let row = 0; row < rows; row++) values[row * columns + columns - 1] = NaN;
    const x = new Buffer32(values);
    const destination = new Buffer32(distinct(columns, 2));
    kernels.columnAbsMax(x.pointer, destination.pointer, rows, columns);
    const want = Array.from({ length: columns }, (_, column) => {
      let largest = 0;
      for (let row = 0; row < rows; row++) {
        const magnitude = Math.abs(values[row * columns + column]);
        if (magnitude > largest) largest = magnitude;
      }
      return largest;
    });
    expect(Array.from(destination.values)).toEqual(want);
    destination.checkGuards();
  });

  it.each([1, 2, 3, 4, 5, 8, 9])("of %i rows", (rows) => {
    const x = new Buffer32(distinct(rows * 6, 3, 10));
    const destination = new Buffer32(6);
    kernels.columnAbsMax(x.pointer, destination.pointer, rows, 6);
    const column = (j: number): number[] =>
      Array.from(
        x.values.filter((_, i) => i % 6 === j),
        Math.abs,
      );
    expect(Array.from(destination.values)).toEqual(
      Array.from({ length: 6 }, (_, j) => Math.max(...column(j))),
    );
    destination.checkGuards();
  });

  it("keeps infinities, and gives zeros for no rows", () => {
    const x = new Buffer32([1, -Infinity, 3, NaN, 5, 2, -4, 0, 1, 1]);
    const destination = new Buffer32(5);
    kernels.columnAbsMax(x.pointer, destination.pointer, 2, 5);
    expect(Array.from(destination.values)).toEqual([2, Infinity, 3, 1, 5]);
    kernels.columnAbsMax(x.pointer, destination.pointer, 0, 5);
    expect(Array.from(destination.values)).toEqual([0, 0, 0, 0, 0]);
    destination.checkGuards();
  });
});

describe("fill", () => {
  it.each([0, ...SIZES, 2047, 2048, 2049, 4096, 5001])("of %i", (count) => {
    const x = new Buffer32(distinct(count, 1));
    kernels.fill(x.pointer, count, -0.1);
    expect(Array.from(x.values)).toEqual(Array.from({ length: count }, () => Math.fround(-0.1)));
    x.checkGuards();
  });
});
