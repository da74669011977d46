import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { logSoftmaxGradientTwin, logSoftmaxTwin, softmaxGradientTwin, softmaxTwin } from "./twins/softmax.js";

/** Every tail without and with one or two rounds of the main loop, and long rows. */
const COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 33, 1000];
const ROWS = 5;
const EPSILON = 2 ** -24;
/** The difference from the maximum is rounded, at most 16 in size here, and then exponentiated. */
const EXPONENTIAL_BOUND = 24 * EPSILON;
/** Products of at most 1 summed in float64. */
const GRADIENT_BOUND = 8 * EPSILON;

const buffers = (...values: Float32Array[]) => values.map((value) => new Buffer32(value));

function checkUnchanged(buffer: Buffer32, values: Float32Array): void {
  expectWithin(buffer.values, values, () => 0);
  buffer.checkGuards();
}

beforeEach(freeAll);

describe.each(COLUMNS)("%i columns", (columns) => {
  const count = ROWS * columns;
  const input = distinct(count, columns, 8, 2);
  const slopes = distinct(count, columns + 1);

  it.each([false, true])(`softmaxForward within 24*2^-24 relative, in place: %s`, (inPlace) => {
    const [x, other] = buffers(input, new Float32Array(count));
    const y = inPlace ? x : other;
    kernels.softmaxForward(x.pointer, y.pointer, ROWS, columns);
    const want = softmaxTwin(input, columns);
    expectWithin(y.values, want, (i) => EXPONENTIAL_BOUND * want[i]);
    y.checkGuards();
    if (!inPlace) checkUnchanged(x, input);
  });

  it.each([false, true])(`softmaxBackward within 8*2^-24, in place: %s`, (inPlace) => {
    const output = Float32Array.from(softmaxTwin(input, columns));
    const [y, dY, other] = buffers(output, slopes, new Float32Array(count));
    const dX = inPlace ? dY : other;
    kernels.softmaxBackward(y.pointer, dY.pointer, dX.pointer, ROWS, columns);
    const want = softmaxGradientTwin(output, slopes, columns);
    expectWithin(dX.values, want, (i) => GRADIENT_BOUND * output[i]);
    dX.checkGuards();
    checkUnchanged(y, output);
    if (!inPlace) checkUnchanged(dY, slopes);
  });

  it.each([false, true])(`logSoftmaxForward within 4*2^-24*(|y| + ln columns), in place: %s`, (inPlace) => {
    const [x, other] = buffers(input, new Float32Array(count));
    const y = inPlace ? x : other;
    kernels.logSoftmaxForward(x.pointer, y.pointer, ROWS, columns);
    const want = logSoftmaxTwin(input, columns);
    expectWithin(y.values, want, (i) => 4 * EPSILON * (Math.abs(want[i]) + Math.log(columns)));
    y.checkGuards();
    if (!inPlace) checkUnchanged(x, input);
  });

  it.each([false, true])(`logSoftmaxBackward within 2^-24*(2 + 8*e^y*|sum|), in place: %s`, (inPlace) => {
    const output = Float32Array.from(logSoftmaxTwin(input, columns));
    const [y, dY, other] = buffers(output, slopes, new Float32Array(count));
    const dX = inPlace ? dY : other;
    kernels.logSoftmaxBackward(y.pointer, dY.pointer, dX.pointer, ROWS, columns);
    const want = logSoftmaxGradientTwin(output, slopes, columns);
    expectWithin(dX.values, want, (i) => EPSILON * (2 + 8 * Math.abs(want[i] - slopes[i])));
    dX.checkGuards();
    checkUnchanged(y, output);
    if (!inPlace) checkUnchanged(dY, slopes);
  });

  it("NaN or +Infinity anywhere in a row makes that row NaN and no other", () => {
    for (const bad of [NaN, Infinity])
      for (const kernel of ["softmaxForward", "logSoftmaxForward"])
        for (const position of [0, columns - 1]) {
          freeAll();
          const values = distinct(3 * columns, 9);
          values[columns + position] = bad;
          const [x, y] = buffers(values, new Float32Array(3 * columns));
          kernels[kernel](x.pointer, y.pointer, 3, columns);
          const row = [...y.values.subarray(columns, 2 * columns)];
          if (kernel === "softmaxForward" || Number.isNaN(bad)) expect(row.every(Number.isNaN)).toBe(true);
          else expect(row[position]).toBeNaN();
          for (const start of [0, 2 * columns])
            expect(y.values.subarray(start, start + columns).some(Number.isNaN)).toBe(false);
        }
  });
});

describe("extremes", () => {
  it("logits 20000 apart give exactly 1 and 0, and their difference as logarithm", () => {
    const input = Float32Array.of(1e4, -1e4, 0, 100, -100);
    const [x, y] = buffers(input, new Float32Array(5));
    kernels.softmaxForward(x.pointer, y.pointer, 1, 5);
    expect([...y.values]).toEqual([1, 0, 0, 0, 0]);
    kernels.logSoftmaxForward(x.pointer, y.pointer, 1, 5);
    expect([...y.values]).toEqual([0, -20000, -10000, -9900, -10100]);
  });

  it("-Infinity among finite logits has probability 0", () => {
    const [x, y] = buffers(Float32Array.of(-Infinity, 3, -Infinity, -Infinity, 3), new Float32Array(5));
    kernels.softmaxForward(x.pointer, y.pointer, 1, 5);
    expect([...y.values]).toEqual([0, 0.5, 0, 0, 0.5]);
  });

  it("the log-probability of a nearly certain class keeps its digits, 1e-6 relative", () => {
    const [x, y] = buffers(Float32Array.of(15, 0), new Float32Array(2));
    kernels.logSoftmaxForward(x.pointer, y.pointer, 1, 2);
    expectWithin([y.values[0]], [-Math.log1p(Math.exp(-15))], () => 1e-6 * Math.exp(-15));
  });
});
