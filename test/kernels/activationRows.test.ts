import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { gluGradientTwin, gluTwin, sparsemaxGradientTwin, sparsemaxTwin } from "./twins/activationRows.js";

const ROWS = 5;
const EPSILON = 2 ** -24;

const buffers = (...values: Float32Array[]) => values.map((value) => new Buffer32(value));

function checkUnchanged(buffer: Buffer32, values: Float32Array): void {
  expectWithin(buffer.values, values, () => 0);
  buffer.checkGuards();
}

beforeEach(freeAll);

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100])("glu to %i columns", (half) => {
  const columns = 2 * half;
  const input = distinct(ROWS * columns, half, 20, 1);
  const slopes = distinct(ROWS * half, half + 1);

  it("gluForward within 6*2^-24 relative", () => {
    const [x, y] = buffers(input, new Float32Array(ROWS * half));
    kernels.gluForward(x.pointer, y.pointer, ROWS, columns);
    const want = gluTwin(input, columns);
    expectWithin(y.values, want, (i) => 6 * EPSILON * Math.abs(want[i]));
    y.checkGuards();
    checkUnchanged(x, input);
  });

  it("gluBackward within 8*2^-24 |dY| and |dY a|", () => {
    const [x, dY, dX] = buffers(input, slopes, new Float32Array(ROWS * columns));
    kernels.gluBackward(x.pointer, dY.pointer, dX.pointer, ROWS, columns);
    const want = gluGradientTwin(input, slopes, columns);
    const scale = (i: number) => {
      const [row, column] = [Math.floor(i / columns), i % columns];
      const gradient = Math.abs(slopes[row * half + (column % half)]);
      return column < half ? gradient : gradient * Math.abs(input[i - half]);
    };
    expectWithin(dX.values, want, (i) => 8 * EPSILON * scale(i));
    dX.checkGuards();
    checkUnchanged(x, input);
    checkUnchanged(dY, slopes);
  });
});

it("glu: NaN in either half gives NaN there alone; a closed gate 0, an open one the value", () => {
  const [x, y] = buffers(
    Float32Array.of(NaN, 2, 3, 4, 5, 0, NaN, -Infinity, Infinity, 0),
    new Float32Array(5),
  );
  kernels.gluForward(x.pointer, y.pointer, 1, 10);
  expect([...y.values]).toEqual([NaN, NaN, 0, 4, 2.5]);
});

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100, 1000])("sparsemax of %i columns", (columns) => {
  const count = ROWS * columns;
  const slopes = distinct(count, columns + 1);

  // From rows whose support is everything to rows where one value stands alone.
  it.each([0.001, 0.3, 1, 8, 1000])("sparsemaxForward within 2^-23 of numbers spread over %f", (scale) => {
    const input = distinct(count, columns, scale, 2);
    const [x, y] = buffers(input, new Float32Array(count));
    kernels.sparsemaxForward(x.pointer, y.pointer, ROWS, columns);
    const want = sparsemaxTwin(input, columns);
    expectWithin(y.values, want, (i) => 2 * EPSILON * want[i] + 1e-12 * scale);
    y.checkGuards();
    checkUnchanged(x, input);
    kernels.sparsemaxForward(x.pointer, x.pointer, ROWS, columns);
    checkUnchanged(x, y.values);
  });

  it.each([false, true])("sparsemaxBackward within 2^-23 (1 + |dX|), in place: %s", (inPlace) => {
    const output = Float32Array.from(sparsemaxTwin(distinct(count, columns, 1), columns));
    const [y, dY, other] = buffers(output, slopes, new Float32Array(count));
    const dX = inPlace ? dY : other;
    kernels.sparsemaxBackward(y.pointer, dY.pointer, dX.pointer, ROWS, columns);
    const want = sparsemaxGradientTwin(output, slopes, columns);
    expectWithin(dX.values, want, (i) => 2 * EPSILON * Math.abs(want[i]) + 1e-12);
    dX.checkGuards();
    checkUnchanged(y, output);
    if (!inPlace) checkUnchanged(dY, slopes);
  });

  it("NaN or +Infinity anywhere in a row makes that row NaN and no other", () => {
    for (const bad of [NaN, Infinity])
      for (const position of [0, columns - 1]) {
        freeAll();
        const values = distinct(3 * columns, 9);
        values[columns + position] = bad;
        const [x, y] = buffers(values, new Float32Array(3 * columns));
        kernels.sparsemaxForward(x.pointer, y.pointer, 3, columns);
        expect([...y.values.subarray(columns, 2 * columns)].every(Number.isNaN)).toBe(true);
        for (const start of [0, 2 * columns])
          expect(y.values.subarray(start, start + columns).some(Number.isNaN)).toBe(false);
      }
  });
});

describe("sparsemax in extremes", () => {
  const forward = (...values: number[]): number[] => {
    const [x, y] = buffers(Float32Array.from(values), new Float32Array(values.length));
    kernels.sparsemaxForward(x.pointer, y.pointer, 1, values.length);
    return [...y.values];
  };

  it("equal numbers share, however large", () => {
    expect(forward(7, 7, 7, 7)).toEqual([0.25, 0.25, 0.25, 0.25]);
    expect(forward(3e38, 3e38, -3e38)).toEqual([0.5, 0.5, 0]);
  });

  it("a lead of 1 or more takes all", () => {
    expect(forward(1, 0)).toEqual([1, 0]);
    expect(forward(-5, 1e30, 1e29)).toEqual([0, 1, 0]);
  });

  it("-Infinity among finite numbers has probability 0; alone it has none", () => {
    expect(forward(-Infinity, 3, 3.5, -Infinity)).toEqual([0, 0.25, 0.75, 0]);
    expect(forward(-Infinity, -Infinity)).toEqual([NaN, NaN]);
  });
});
