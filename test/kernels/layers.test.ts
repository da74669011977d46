// Maxout, scale and shift, and the sums of diagnostics.
import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { maxoutTwin } from "./twins/layers.js";

const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100];
const UNIT = 2 ** -24;

beforeEach(freeAll);

describe("maxout", () => {
  function run(values: ArrayLike<number>, slope: ArrayLike<number>, pieces: number) {
    const count = values.length / pieces;
    const [x, y, dY] = [new Buffer32(values), new Buffer32(count), new Buffer32(slope)];
    const dX = new Buffer32(distinct(values.length, 9));
    kernels.maxoutForward(x.pointer, y.pointer, count, pieces);
    kernels.maxoutBackward(x.pointer, dY.pointer, dX.pointer, count, pieces);
    for (const buffer of [x, y, dY, dX]) buffer.checkGuards();
    return { y: Array.from(y.values), dX: dX.values };
  }

  it.each(WIDTHS)("of %i pieces is exact, and so is its gradient", (pieces) => {
    for (const count of [1, 4, 7]) {
      const values = distinct(count * pieces, 1, 3, -1);
      const slope = distinct(count, 2);
      const { y, dX } = run(values, slope, pieces);
      expect(y).toEqual(Array.from(maxoutTwin(values, pieces)));
      const want = slopes((x) => maxoutTwin(x, pieces), values, slope);
      expectWithin(dX, want, () => 1e-8);
    }
  });

  it("gives a tie to the first piece, and a NaN the slope of its group", () => {
    const { y, dX } = run([1, 3, 3, -2, -2, -2, 5, NaN, 6, -Infinity, -Infinity, -Infinity], [1, 2, 3, 4], 3);
    expect(y).toEqual([3, -2, NaN, -Infinity]);
    expect(Array.from(dX)).toEqual([0, 1, 0, 2, 0, 0, 0, 3, 0, 4, 0, 0]);
  });
});

describe("scaleShift", () => {
  interface Vectors {
    center: Float32Array | null;
    scale: Float32Array;
    shift: Float32Array | null;
  }

  function run(values: Float32Array, { center, scale, shift }: Vectors, rows: number, isInPlace = false) {
    const columns = scale.length;
    const x = new Buffer32(values);
    const y = isInPlace ? x : new Buffer32(values.length);
    const vectors = [center, scale, shift].map((vector) => (vector ? new Buffer32(vector) : null));
    const pointers = vectors.map((vector) => vector?.pointer ?? 0);
    kernels.scaleShift(x.pointer, ...pointers, y.pointer, rows, columns);
    for (const buffer of [x, y, ...vectors]) buffer?.checkGuards();
    return y.values;
  }

  const twin = (x: ArrayLike<number>, { center, scale, shift }: Vectors) =>
    Float64Array.from(x, (value, i) => {
      const j = i % scale.length;
      return (value - (center?.[j] ?? 0)) * scale[j] + (shift?.[j] ?? 0);
    });

  it.each(WIDTHS)(
    "of %i columns within 2^-22, and its gradient is itself without center and shift",
    (columns) => {
      for (const rows of [1, 2, 5, 7, 18]) {
        const values = distinct(rows * columns, 1);
        const whole = {
          center: distinct(columns, 2),
          scale: distinct(columns, 3),
          shift: distinct(columns, 4),
        };
        for (const vectors of [whole, { ...whole, center: null }, { ...whole, shift: null }]) {
          const y = run(values, vectors, rows);
          expectWithin(y, twin(values, vectors), () => 4 * UNIT);
          expect(Array.from(run(values, vectors, rows, true))).toEqual(Array.from(y));
        }
        const slope = distinct(values.length, 5);
        const dX = run(slope, { center: null, scale: whole.scale, shift: null }, rows);
        const want = slopes((x) => twin(x, whole), values, slope);
        expectWithin(dX, want, () => 2 * UNIT + 2e-8 * values.length ** 0.5);
      }
    },
  );

  it("keeps the digits that a large mean would take", () => {
    const values = distinct(33, 1, 0.5, 10_000);
    const vectors = { center: new Float32Array([10_000]), scale: new Float32Array([3]), shift: null };
    expectWithin(
      run(values, vectors, 33),
      twin(values, vectors),
      (i) => 2 * UNIT * Math.abs(values[i] - 10_000),
    );
  });

  it("keeps NaN and infinities to their elements", () => {
    const vectors = {
      center: null,
      scale: new Float32Array([2, 3, 4]),
      shift: new Float32Array([1, NaN, 1]),
    };
    const y = run(new Float32Array([NaN, 1, 2, Infinity, 1, -Infinity]), vectors, 2);
    expect(Array.from(y)).toEqual([NaN, NaN, 9, Infinity, NaN, -Infinity]);
  });
});

describe("columnAbsMaxInto", () => {
  it.each(WIDTHS)("of %i columns is exact over several batches, and ignores NaN", (columns) => {
    const destination = new Buffer32(new Float32Array(columns));
    const want = Array.from({ length: columns }, () => 0);
    for (const rows of [3, 0, 1, 6]) {
      const values = distinct(rows * columns, rows + 1, 10);
      for (let i = 0; i < values.length; i += 5) values[i] = NaN;
      const x = new Buffer32(values);
      kernels.columnAbsMaxInto(x.pointer, destination.pointer, rows, columns);
      values.forEach((value, i) => {
        if (Math.abs(value) > want[i % columns]) want[i % columns] = Math.abs(value);
      });
      expect(Array.from(destination.values)).toEqual(want);
      for (const buffer of [x, destination]) buffer.checkGuards();
    }
  });
});

describe("squaredDifference", () => {
  const twin = (a: Float32Array, b: Float32Array) =>
    a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0);

  it.each([0, ...WIDTHS, 10_001])("of %i within 1e-14 of it", (count) => {
    for (const offset of [0, 1000]) {
      const [a, b] = [distinct(count, 1, 1, offset), distinct(count, 2, 1, offset)];
      const got = kernels.squaredDifference(new Buffer32(a).pointer, new Buffer32(b).pointer, count);
      expect(Math.abs(got - twin(a, b))).toBeLessThanOrEqual(1e-14 * Math.max(count, 1) * twin(a, b));
    }
  });

  it("reads nothing beyond the count, overflows nothing, and gives NaN for NaN", () => {
    const [a, b] = [new Buffer32([3e38, 1, NaN]), new Buffer32([-3e38, 1, 0])];
    const far = Math.fround(3e38) * 2;
    expect(kernels.squaredDifference(a.pointer, b.pointer, 2)).toBe(far * far);
    expect(kernels.squaredDifference(a.pointer, b.pointer, 3)).toBe(NaN);
  });
});
