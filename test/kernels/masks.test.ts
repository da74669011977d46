import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";

const ROWS = 3;
const STEPS = 4;
/** A row with all steps, one with some, one with none. What counts need not be a 1. */
const MASK = [1, 1, 1, 1, 0, 1, 0, 2, 0, 0, 0, 0];
const COUNTS = [4, 2, 0];

beforeEach(freeAll);

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33])("steps of %i values", (columns) => {
  const count = ROWS * STEPS;
  const stepOf = (i: number): number => Math.floor(i / columns);

  it("count if any value is another one, NaN too", () => {
    const values = new Float32Array(count * columns).fill(0.5);
    const [x, mask] = [new Buffer32(values), new Buffer32(count)];
    const { pointer } = mask;
    kernels.findSteps(x.pointer, 0.5, pointer, count, columns);
    expect([...mask.values]).toEqual(Array<number>(count).fill(0));
    x.values[0] = -0.5;
    x.values[3 * columns - 1] = NaN;
    x.values[5 * columns + Math.floor(columns / 2)] = 0;
    kernels.findSteps(x.pointer, 0.5, pointer, count, columns);
    expect([...mask.values]).toEqual([1, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    for (const buffer of [x, mask]) buffer.checkGuards();
  });

  it.each([0, 1, -Infinity])("are kept or become %d, whatever they hold, in place too", (other) => {
    const values = distinct(count * columns, 1);
    const [mask, y] = [new Buffer32(MASK), new Buffer32(distinct(count * columns, 2))];
    const want = values.map((value, i) => (MASK[stepOf(i)] === 0 ? other : value));
    const x = new Buffer32(values.map((value, i) => (MASK[stepOf(i)] === 0 ? NaN : value)));
    kernels.keepSteps(x.pointer, mask.pointer, other, y.pointer, count, columns);
    expect(y.values).toEqual(want);
    kernels.keepSteps(x.pointer, mask.pointer, other, x.pointer, count, columns);
    expect(x.values).toEqual(want);
    for (const buffer of [x, mask, y]) buffer.checkGuards();
  });

  it("have a mean of those that count", () => {
    const twin = (x: ArrayLike<number>): Float64Array =>
      Float64Array.from({ length: ROWS * columns }, (_, i) => {
        const [row, column] = [Math.floor(i / columns), i % columns];
        let sum = 0;
        for (let t = 0; t < STEPS; t++) {
          if (MASK[row * STEPS + t] !== 0) sum += x[(row * STEPS + t) * columns + column];
        }
        return COUNTS[row] === 0 ? 0 : sum / COUNTS[row];
      });
    const values = distinct(count * columns, 3);
    const x = new Buffer32(values.map((value, i) => (MASK[stepOf(i)] === 0 ? NaN : value)));
    const [mask, y] = [new Buffer32(MASK), new Buffer32(distinct(ROWS * columns, 4))];
    kernels.meanOfStepsForward(x.pointer, mask.pointer, y.pointer, ROWS, STEPS, columns);
    expectWithin(y.values, twin(values), () => 4 * 2 ** -24);
    const slope = distinct(ROWS * columns, 5);
    const [dY, dX] = [new Buffer32(slope), new Buffer32(distinct(count * columns, 6))];
    kernels.meanOfStepsBackward(dY.pointer, mask.pointer, dX.pointer, ROWS, STEPS, columns);
    expectWithin(dX.values, slopes(twin, values, slope), () => 2 ** -24 + 2e-8);
    for (const buffer of [x, mask, y, dY, dX]) buffer.checkGuards();
  });
});

describe("masks", () => {
  it("weigh steps with the weights of their rows", () => {
    const [mask, weights, y] = [new Buffer32(MASK), new Buffer32([2, 0.5, NaN]), new Buffer32(12)];
    kernels.weighSteps(mask.pointer, weights.pointer, y.pointer, ROWS, STEPS);
    expect([...y.values]).toEqual([2, 2, 2, 2, 0, 0.5, 0, 0.5, 0, 0, 0, 0]);
    for (const buffer of [mask, weights, y]) buffer.checkGuards();
  });

  it("join", () => {
    const [a, b, y] = [new Buffer32([0, 0, 1, 3, 0]), new Buffer32([0, 1, 0, 1, -1]), new Buffer32(5)];
    kernels.eitherStep(a.pointer, b.pointer, y.pointer, 5);
    expect([...y.values]).toEqual([0, 1, 1, 1, 1]);
    kernels.eitherStep(a.pointer, b.pointer, b.pointer, 5);
    expect([...b.values]).toEqual([0, 1, 1, 1, 1]);
    for (const buffer of [a, b, y]) buffer.checkGuards();
  });
});
