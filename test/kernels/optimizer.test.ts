import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels, tableOf } from "./harness.js";
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

/** Every update of a table of weights, with all that may be remembered for a weight. */
const UPDATES: Record<string, (table: number, rows: number, step: number) => void> = {
  sgd: (table, rows) => kernels.sgd(table, rows, 0.1, 0, 0),
  "sgd, momentum": (table, rows) => kernels.sgd(table, rows, 0.1, 0.9, 0),
  "sgd, Nesterov": (table, rows) => kernels.sgd(table, rows, 0.1, 0.9, 1),
  rmsprop: (table, rows) => kernels.rmsprop(table, rows, 0.1, 0.9, 0.8, 1e-7, 1),
  adam: (table, rows, step) => kernels.adam(table, rows, 0.1, 0.9, 0.999, 1e-7, step, 0),
  "adam, amsgrad": (table, rows, step) => kernels.adam(table, rows, 0.1, 0.9, 0.999, 1e-7, step, 1),
};

describe("a table of several weights", () => {
  const SIZES = [7, 0, 1, 64, 3, 10];
  /** A weight, its gradient and three arrays that start at 0. */
  const row = (size: number, i: number): Buffer32[] =>
    Array.from(
      { length: 5 },
      (_, j) => new Buffer32(j < 2 ? distinct(size, 5 * i + j + 1) : new Float32Array(size)),
    );

  it.each(Object.entries(UPDATES))("%s: the same bits as one weight after the other", (_, update) => {
    const [together, alone] = [SIZES.map(row), SIZES.map(row)];
    const table = tableOf(...together);
    for (let step = 1; step <= 3; step++) {
      update(table, together.length, step);
      for (const buffers of alone) update(tableOf(buffers), 1, step);
    }
    together.forEach((buffers, i) => {
      buffers.forEach((buffer, j) => {
        expect(buffer.words).toEqual(alone[i][j].words);
        buffer.checkGuards();
      });
      if (SIZES[i] > 0) expect(buffers[0].values).not.toEqual(distinct(SIZES[i], 5 * i + 1));
    });
  });

  it.each(Object.entries(UPDATES))("%s of no rows changes nothing", (_, update) => {
    const buffers = row(9, 0);
    update(tableOf(buffers), 0, 1);
    expect(buffers[0].values).toEqual(distinct(9, 1));
  });
});

describe("updates are within 2e-6 (1 + |x|) of float64 after 5 steps", () => {
  it.each(COUNTS)("sgd of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    run(count, [w], (g) => {
      kernels.sgd(tableOf([w.buffer, g.buffer]), 1, 0.05, 0, 0);
      sgdTwin(w.expected, g.expected, f(0.05));
    });
  });

  for (const nesterov of [false, true]) {
    it.each(COUNTS)(`sgd with momentum of %i, nesterov ${nesterov}`, (count) => {
      const w = new Twin(distinct(count, 1));
      const velocity = zeros(count);
      run(count, [w, velocity], (g) => {
        const table = tableOf([w.buffer, g.buffer, velocity.buffer]);
        kernels.sgd(table, 1, 0.05, 0.9, Number(nesterov));
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
      const remembered = [square, buffer, mean].filter((twin) => twin !== undefined);
      const options = {
        learningRate: f(0.01),
        rho: f(0.9),
        momentum: withMomentum ? f(0.8) : 0,
        epsilon: f(1e-7),
      };
      run(count, state, (g) => {
        const table = tableOf([w, g, ...remembered].map((twin) => twin.buffer));
        const { learningRate, rho, momentum, epsilon } = options;
        kernels.rmsprop(table, 1, learningRate, rho, momentum, epsilon, Number(centered));
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
        const table = tableOf([w, g, ...state.slice(1)].map((twin) => twin.buffer));
        kernels.adam(table, 1, 0.01, 0.8, 0.9, 1e-7, t, Number(amsgrad));
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
    const table = tableOf([w, g, square, mean]);
    for (let t = 0; t < 500; t++) kernels.rmsprop(table, 1, 1e-6, 0.9, 0, 1e-7, 1);
    expect(Array.from(w.values).every(Number.isFinite)).toBe(true);
  });

  it("a NaN gradient reaches the weight in every optimizer", () => {
    for (const update of Object.values(UPDATES)) {
      const buffers = Array.from({ length: 5 }, () => new Buffer32(new Float32Array(5)));
      buffers[1].values.set([0, NaN, 0, 0, NaN]);
      update(tableOf(buffers), 1, 1);
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
