import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { permuteTwin, product } from "./twins/layers.js";

const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100];

beforeEach(freeAll);

describe("copyStrided", () => {
  it.each(WIDTHS)("puts runs of %i side by side and takes them apart again", (length) => {
    const count = 5;
    const [before, after] = [2, 3];
    const stride = before + length + after;
    const values = distinct(count * length, 1);
    const wide = distinct(count * stride, 2);
    const [x, y] = [new Buffer32(values), new Buffer32(wide)];
    kernels.copyStrided(x.pointer, length, y.pointer + before * 4, stride, length, count);
    const want = wide.map((old, i) => {
      const column = (i % stride) - before;
      return column >= 0 && column < length ? values[Math.floor(i / stride) * length + column] : old;
    });
    expect(Array.from(y.values)).toEqual(Array.from(want));
    const back = new Buffer32(count * length);
    kernels.copyStrided(y.pointer + before * 4, stride, back.pointer, length, length, count);
    expect(Array.from(back.values)).toEqual(Array.from(values));
    for (const buffer of [x, y, back]) buffer.checkGuards();
  });

  it("repeats a run with a stride of 0, and does nothing for no runs", () => {
    const [x, y] = [new Buffer32([1, 2, 3]), new Buffer32(new Float32Array(6))];
    kernels.copyStrided(x.pointer, 0, y.pointer, 3, 3, 0);
    expect(Array.from(y.values)).toEqual([0, 0, 0, 0, 0, 0]);
    kernels.copyStrided(x.pointer, 0, y.pointer, 3, 3, 2);
    expect(Array.from(y.values)).toEqual([1, 2, 3, 1, 2, 3]);
    y.checkGuards();
  });
});

/** Axes of y as those of x, and the strides of x in that order. */
function transpose(x: Buffer32, y: Buffer32, sizes: readonly number[], axes: readonly number[]): void {
  const strides = axes.map((axis) => product(sizes.slice(axis + 1)));
  kernels.permute(x.pointer, y.pointer, ...axes.map((axis) => sizes[axis]), ...strides);
  for (const buffer of [x, y]) buffer.checkGuards();
}

const ORDERS = [
  [0, 1, 2, 3, 4],
  [0, 1, 2, 4, 3],
  [0, 1, 3, 2, 4],
  [0, 4, 3, 2, 1],
  [0, 2, 4, 1, 3],
  [4, 3, 2, 1, 0],
  [3, 0, 4, 2, 1],
];

describe("permute", () => {
  describe.each(ORDERS)("to the axes %i %i %i %i %i", (...axes) => {
    it.each([1, 2, 3, 4, 5, 8, 9, 33])("with %i in the last one, and back", (width) => {
      const sizes = [2, 3, 4, 5, width];
      const values = distinct(product(sizes), 1);
      const [x, y] = [new Buffer32(values), new Buffer32(values.length)];
      transpose(x, y, sizes, axes);
      expect(Array.from(y.values)).toEqual(Array.from(permuteTwin(values, sizes, axes)));
      const [back, ySizes] = [new Buffer32(values.length), axes.map((axis) => sizes[axis])];
      const inverse = sizes.map((_, axis) => axes.indexOf(axis));
      transpose(y, back, ySizes, inverse);
      expect(Array.from(back.values)).toEqual(Array.from(values));
    });
  });
});

describe("repeat", () => {
  const twin = (x: ArrayLike<number>, repeats: number, inner: number) =>
    Float64Array.from(
      { length: x.length * repeats },
      (_, i) => x[Math.floor(i / (repeats * inner)) * inner + (i % inner)],
    );

  it.each(WIDTHS)("of rows of %i: exact, and its gradient within 2^-22 of each term", (inner) => {
    for (const repeats of [1, 2, 5]) {
      const values = distinct(3 * inner, 1);
      const [x, y] = [new Buffer32(values), new Buffer32(3 * repeats * inner)];
      kernels.repeatForward(x.pointer, y.pointer, 3, repeats, inner);
      expect(Array.from(y.values)).toEqual(Array.from(twin(values, repeats, inner)));
      const slope = distinct(y.length, 2);
      const [dY, dX] = [new Buffer32(slope), new Buffer32(distinct(x.length, 3))];
      kernels.repeatBackward(dY.pointer, dX.pointer, 3, repeats, inner);
      const want = slopes((at) => twin(at, repeats, inner), values, slope);
      expectWithin(dX.values, want, () => repeats * 2 ** -22);
      for (const buffer of [x, y, dY, dX]) buffer.checkGuards();
    }
  });
});
