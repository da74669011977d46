import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";

const ROWS = 4;
const COUNTS = [1, 0, 2, 0];

beforeEach(freeAll);

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33])("rows of %i values", (columns) => {
  const rowOf = (i: number): number => Math.floor(i / columns);
  const size = ROWS * columns;

  it("stay as they were where they do not count", () => {
    const [before, after] = [distinct(size, 1), distinct(size, 2)];
    const [counts, previous, next] = [new Buffer32(COUNTS), new Buffer32(before), new Buffer32(after)];
    kernels.carryRows(counts.pointer, previous.pointer, next.pointer, ROWS, columns);
    expect(next.values).toEqual(after.map((value, i) => (COUNTS[rowOf(i)] === 0 ? before[i] : value)));
    for (const buffer of [counts, previous, next]) buffer.checkGuards();
  });

  it("become zeros, whatever they hold, and what lies between them stays", () => {
    const stride = columns + 3;
    const values = distinct(ROWS * stride, 3);
    values[stride] = NaN;
    const [counts, x] = [new Buffer32(COUNTS), new Buffer32(values)];
    kernels.clearRows(counts.pointer, x.pointer, stride, ROWS, columns);
    const want = values.map((value, i) =>
      COUNTS[Math.floor(i / stride)] === 0 && i % stride < columns ? 0 : value,
    );
    expect(x.values).toEqual(want);
    for (const buffer of [counts, x]) buffer.checkGuards();
  });

  it.each([false, true])("divide their gradients, with everything: %s", (all) => {
    const stride = columns + 2;
    const SHOWN = [0, 1, 1, 0];
    const [dY, dThrough, factors, dDirect] = [ROWS * stride, size, size, size].map((n, i) =>
      distinct(n, 4 + i),
    );
    const buffers = [COUNTS, SHOWN, dY, dThrough, factors].map((values) => new Buffer32(values));
    const pointers = buffers.map(({ pointer }, i) => (all || i === 0 ? pointer : 0));
    const [active, carried] = [new Buffer32(dDirect), new Buffer32(size)];
    const [counts, shown, dOutput, through, by] = pointers;
    const { pointer } = active;
    kernels.divideGradient(counts, shown, dOutput, stride, through, by, pointer, pointer, carried.pointer, ROWS, columns); // prettier-ignore
    const want = Float64Array.from(dDirect, (direct, i) => {
      if (!all) return direct;
      const output = SHOWN[rowOf(i)] === 0 ? 0 : dY[rowOf(i) * stride + (i % columns)];
      return output + direct + dThrough[i] * factors[i];
    });
    expectWithin(active.values, want.map((value, i) => (COUNTS[rowOf(i)] === 0 ? 0 : value)), () => 4 * 2 ** -24); // prettier-ignore
    expectWithin(carried.values, want.map((value, i) => (COUNTS[rowOf(i)] === 0 ? value : 0)), () => 4 * 2 ** -24); // prettier-ignore
    for (const buffer of [...buffers, active, carried]) buffer.checkGuards();
  });
});

it("startedSteps has ones from the first step that counts on", () => {
  const mask = new Buffer32([0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0]);
  const started = new Buffer32(12);
  kernels.startedSteps(mask.pointer, started.pointer, 3, 4);
  expect([...started.values]).toEqual([0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]);
  for (const buffer of [mask, started]) buffer.checkGuards();
});
