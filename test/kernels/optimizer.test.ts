import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { COUNTS, run, Twin, zeros } from "./steps.js";
import {
  adamTwin,
  penaltySlopeTwin,
  penaltyTwin,
  rmspropTwin,
  sgdMomentumTwin,
  sgdTwin,
} from "./twins/optimizer.js";

const f = Math.fround;

beforeEach(freeAll);

describe("updates are within 2e-6 (1 + |x|) of float64 after 5 steps", () => {
  it.each(COUNTS)("sgd of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    run(count, [w], (g) => {
      kernels.sgd(w.buffer.pointer, g.buffer.pointer, count, 0.05);
      sgdTwin(w.expected, g.expected, f(0.05));
    });
  });

  for (const nesterov of [false, true]) {
    it.each(COUNTS)(`sgdMomentum of %i, nesterov ${nesterov}`, (count) => {
      const w = new Twin(distinct(count, 1));
      const velocity = zeros(count);
      run(count, [w, velocity], (g) => {
        const pointers = [w, g, velocity].map((twin) => twin.buffer.pointer);
        kernels.sgdMomentum(...pointers, count, 0.05, 0.9, Number(nesterov));
        sgdMomentumTwin(w.expected, g.expected, velocity.expected, f(0.05), f(0.9), nesterov);
      });
    });
  }

  for (const [centered, withMomentum] of [
    [false, false],
    [false, true],
    [true, false],
    [true, true],
  ]) {
    it.each(COUNTS)(`rmsprop of %i, centered ${centered}, momentum ${withMomentum}`, (count) => {
      const w = new Twin(distinct(count, 1));
      const square = zeros(count);
      const mean = centered ? zeros(count) : undefined;
      const buffer = withMomentum ? zeros(count) : undefined;
      const state = [w, square, mean, buffer].filter((twin) => twin !== undefined);
      const options = { learningRate: f(0.01), rho: f(0.9), momentum: f(0.8), epsilon: f(1e-7) };
      run(count, state, (g) => {
        kernels.rmsprop(
          w.buffer.pointer,
          g.buffer.pointer,
          square.buffer.pointer,
          mean?.buffer.pointer ?? 0,
          buffer?.buffer.pointer ?? 0,
          count,
          options.learningRate,
          options.rho,
          options.momentum,
          options.epsilon,
        );
        rmspropTwin(w.expected, g.expected, square.expected, mean?.expected, buffer?.expected, options);
      });
    });
  }

  for (const amsgrad of [false, true]) {
    it.each(COUNTS)(`adam of %i, amsgrad ${amsgrad}`, (count) => {
      const w = new Twin(distinct(count, 1));
      const [m, v] = [zeros(count), zeros(count)];
      const vMax = amsgrad ? zeros(count) : undefined;
      const state = [w, m, v, ...(vMax ? [vMax] : [])];
      run(count, state, (g, t) => {
        const stepSize = f((0.01 * Math.sqrt(1 - 0.9 ** t)) / (1 - 0.8 ** t));
        kernels.adam(
          w.buffer.pointer,
          g.buffer.pointer,
          m.buffer.pointer,
          v.buffer.pointer,
          vMax?.buffer.pointer ?? 0,
          count,
          stepSize,
          0.2,
          0.1,
          1e-7,
        );
        const options = { stepSize, beta1: 0.8, beta2: 0.9, epsilon: 1e-7 };
        adamTwin(w.expected, g.expected, m.expected, v.expected, vMax?.expected, options);
      });
    });
  }

  it("rmsprop, centered, stays finite under a large constant gradient", () => {
    const count = 7;
    const w = new Buffer32(distinct(count, 1));
    const g = new Buffer32(new Float32Array(count).map((_, i) => 1000 + i));
    const [square, mean] = [new Buffer32(new Float32Array(count)), new Buffer32(new Float32Array(count))];
    const pointers = [w, g, square, mean].map((buffer) => buffer.pointer);
    for (let t = 0; t < 500; t++) kernels.rmsprop(...pointers, 0, count, 1e-6, 0.9, 0, 1e-7);
    expect(Array.from(w.values).every(Number.isFinite)).toBe(true);
  });

  it("a NaN gradient reaches the weight in every optimizer", () => {
    const updates: ((p: number[]) => void)[] = [
      ([w, g]) => kernels.sgd(w, g, 5, 0.1),
      ([w, g, a]) => kernels.sgdMomentum(w, g, a, 5, 0.1, 0.9, 1),
      ([w, g, a, b]) => kernels.rmsprop(w, g, a, b, 0, 5, 0.1, 0.9, 0, 1e-7),
      ([w, g, a, b, c]) => kernels.adam(w, g, a, b, c, 5, 0.1, 0.1, 0.001, 1e-7),
    ];
    for (const update of updates) {
      const buffers = Array.from({ length: 5 }, () => new Buffer32(new Float32Array(5)));
      buffers[1].values.set([0, NaN, 0, 0, NaN]);
      update(buffers.map((buffer) => buffer.pointer));
      expect(Array.from(buffers[0].values, Number.isNaN)).toEqual([false, true, false, false, true]);
    }
  });
});

describe("around the update", () => {
  it.each(COUNTS)("scale of %i is exact", (count) => {
    const values = distinct(count, 3);
    const x = new Buffer32(values);
    kernels.scale(x.pointer, count, 0.3);
    expect(Array.from(x.values)).toEqual(Array.from(values, (value) => f(value * f(0.3))));
    x.checkGuards();
  });

  it.each(COUNTS)("clipByValue of %i is exact and keeps NaN", (count) => {
    const values = distinct(count, 3, 2);
    values.subarray(0, 3).set([NaN, Infinity, -Infinity].slice(0, count));
    if (count > 4) values[count - 1] = NaN;
    const x = new Buffer32(values);
    kernels.clipByValue(x.pointer, count, 0.5);
    expect(Array.from(x.values)).toEqual(Array.from(values, (v) => Math.max(-0.5, Math.min(0.5, v))));
    x.checkGuards();
  });

  it.each(COUNTS)("sumOfSquares of %i is within 1e-14 of float64", (count) => {
    const x = new Buffer32(distinct(count, 3, 1e25));
    const want = x.values.reduce((sum, value) => sum + value ** 2, 0);
    expect(Math.abs(kernels.sumOfSquares(x.pointer, count) - want)).toBeLessThanOrEqual(1e-14 * want);
  });

  it("sumOfSquares meets NaN and infinity in every position", () => {
    for (let i = 0; i < 7; i++) {
      const x = new Buffer32(distinct(7, i));
      x.values[i] = NaN;
      expect(kernels.sumOfSquares(x.pointer, 7)).toBeNaN();
      x.values[i] = -Infinity;
      expect(kernels.sumOfSquares(x.pointer, 7)).toBe(Infinity);
    }
  });

  it.each(COUNTS)("regularize of %i: penalty within 1e-14, gradient within 2e-7 (1 + |dW|)", (count) => {
    const values = distinct(count, 5);
    if (count > 1) values[1] = 0;
    if (count > 5) values[count - 1] = -0;
    const gradients = distinct(count, 6);
    const [w, dW] = [new Buffer32(values), new Buffer32(gradients)];
    const [l1, l2] = [f(0.01), f(0.03)];
    const want = penaltyTwin(values, l1, l2);
    const bound = 1e-14 * (1 + want);
    expect(Math.abs(kernels.regularize(w.pointer, 0, count, l1, l2) - want)).toBeLessThanOrEqual(bound);
    expect(Array.from(dW.values)).toEqual(Array.from(gradients));
    expect(Math.abs(kernels.regularize(w.pointer, dW.pointer, count, l1, l2) - want)).toBeLessThanOrEqual(
      bound,
    );
    const slopes = Array.from(gradients, (g, i) => g + penaltySlopeTwin(values[i], l1, l2));
    expectWithin(dW.values, slopes, (i) => 2e-7 * (1 + Math.abs(slopes[i])));
    expect(Array.from(w.values)).toEqual(Array.from(values));
    dW.checkGuards();
  });
});
