import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, freeAll, kernels } from "./harness.js";
import { COUNTS, run, Twin, zeros } from "./steps.js";
import {
  adadeltaTwin,
  adagradTwin,
  adamaxTwin,
  lionTwin,
  nadamSchedule,
  nadamTwin,
} from "./twins/optimizer.js";

const f = Math.fround;

const pointersOf = (twins: Twin[]) => twins.map((twin) => twin.buffer.pointer);

beforeEach(freeAll);

describe("updates are within 2e-6 (1 + |x|) of float64 after 5 steps", () => {
  it.each(COUNTS)("adagrad of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    const accumulator = new Twin(new Float32Array(count).fill(0.1));
    const options = { learningRate: f(0.05), epsilon: f(1e-7) };
    run(count, [w, accumulator], (g) => {
      kernels.adagrad(...pointersOf([w, g, accumulator]), count, options.learningRate, options.epsilon);
      adagradTwin(w.expected, g.expected, accumulator.expected, options);
    });
  });

  it.each(COUNTS)("adadelta of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    const [square, step] = [zeros(count), zeros(count)];
    const [learningRate, epsilon] = [1, f(1e-4)];
    run(count, [w, square, step], (g) => {
      kernels.adadelta(...pointersOf([w, g, square, step]), count, learningRate, 0.2, epsilon);
      adadeltaTwin(w.expected, g.expected, square.expected, step.expected, {
        learningRate,
        rho: 0.8,
        epsilon,
      });
    });
  });

  it.each(COUNTS)("adamax of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    const [m, u] = [zeros(count), zeros(count)];
    const options = { learningRate: 0.01, beta1: 0.8, beta2: f(0.9), epsilon: 1e-7 };
    run(count, [w, m, u], (g, t) => {
      const stepSize = 0.01 / (1 - 0.8 ** t);
      kernels.adamax(...pointersOf([w, g, m, u]), count, stepSize, 0.2, options.beta2, 1e-7);
      adamaxTwin(w.expected, g.expected, m.expected, u.expected, t, options);
    });
  });

  it.each(COUNTS)("nadam of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    const [m, v] = [zeros(count), zeros(count)];
    const options = { learningRate: 0.01, beta1: 0.8, beta2: 0.9, epsilon: 1e-7 };
    run(count, [w, m, v], (g, t) => {
      const { now, next, product } = nadamSchedule(t, 0.8);
      const factors = [
        (0.01 * next) / (1 - product * next),
        (0.01 * (1 - now)) / (1 - product),
        1 / (1 - 0.9 ** t),
      ];
      kernels.nadam(...pointersOf([w, g, m, v]), count, ...factors, 0.2, 0.1, 1e-7);
      nadamTwin(w.expected, g.expected, m.expected, v.expected, t, options);
    });
  });

  it.each(COUNTS)("lion of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    const m = zeros(count);
    const options = { learningRate: f(0.01), beta1: 0.8, beta2: 0.9 };
    run(count, [w, m], (g) => {
      kernels.lion(...pointersOf([w, g, m]), count, options.learningRate, 0.2, 0.1);
      lionTwin(w.expected, g.expected, m.expected, options);
    });
  });
});

describe("corners", () => {
  it("lion does not move a weight whose mean and gradient are 0", () => {
    const [w, g, m] = [[1, 2, 3, 4, 5], [0, -0, 1, -1, 0], 5].map((values) => new Buffer32(values));
    m.values.fill(0);
    kernels.lion(w.pointer, g.pointer, m.pointer, 5, 0.5, 0.1, 0.01);
    expect(Array.from(w.values)).toEqual([1, 2, 2.5, 4.5, 5]);
  });

  it("a NaN gradient reaches the weight in every optimizer", () => {
    const updates: ((p: number[]) => void)[] = [
      ([w, g, a]) => kernels.adagrad(w, g, a, 5, 0.1, 1e-7),
      ([w, g, a, b]) => kernels.adadelta(w, g, a, b, 5, 0.1, 0.1, 1e-7),
      ([w, g, a, b]) => kernels.adamax(w, g, a, b, 5, 0.1, 0.1, 0.999, 1e-7),
      ([w, g, a, b]) => kernels.nadam(w, g, a, b, 5, 0.1, 0.1, 1, 0.1, 0.001, 1e-7),
      ([w, g, a]) => kernels.lion(w, g, a, 5, 0.1, 0.1, 0.01),
    ];
    for (const update of updates) {
      const buffers = Array.from({ length: 4 }, () => new Buffer32(new Float32Array(5)));
      buffers[1].values.set([0, NaN, 0, 0, NaN]);
      update(buffers.map((buffer) => buffer.pointer));
      expect(Array.from(buffers[0].values, Number.isNaN)).toEqual([false, true, false, false, true]);
    }
  });
});
