// Updates whose kernel leaves a direction, follows a leader or needs no schedule; and arrays as a whole.
import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, freeAll, kernels } from "./harness.js";
import { COUNTS, run, Twin, zeros } from "./steps.js";
import {
  adafactorFactoredTwin,
  adafactorUnfactoredTwin,
  ftrlTwin,
  lambDirectionTwin,
  scheduleFreeAdamwTwin,
} from "./twins/optimizer.js";

const f = Math.fround;
const STEPS = 5;

const pointersOf = (twins: Twin[]) => twins.map((twin) => twin.buffer.pointer);

/** STEPS gradients for kernels that overwrite theirs, each checked against what the twin leaves. */
function runDirections(count: number, state: Twin[], step: (g: Twin, t: number) => void): void {
  for (let t = 1; t <= STEPS; t++) {
    const g = new Twin(distinct(count, 100 * t + count, 3));
    step(g, t);
    g.check();
  }
  for (const twin of state) twin.check();
}

beforeEach(freeAll);

describe("updates are within 2e-6 (1 + |x|) of float64 after 5 steps", () => {
  it.each(COUNTS)("lambDirection of %i", (count) => {
    const [m, v] = [zeros(count), zeros(count)];
    const options = { beta1: 0.8, beta2: 0.9, epsilon: f(1e-3) };
    runDirections(count, [m, v], (g, t) => {
      const factors = [1 / (1 - 0.8 ** t), 1 / (1 - 0.9 ** t)];
      kernels.lambDirection(...pointersOf([g, m, v]), count, ...factors, 0.2, 0.1, options.epsilon);
      lambDirectionTwin(g.expected, m.expected, v.expected, t, options);
    });
  });

  it.each(COUNTS.flatMap((count) => [0.5, 0.7, 0].map((power) => [count, power])))(
    "ftrl of %i, power %f",
    (count, power) => {
      const w = new Twin(distinct(count, 1));
      const [accumulator, linear] = [new Twin(new Float32Array(count).fill(0.1)), zeros(count)];
      const options = { learningRate: 0.5, power, l1: 0.3, l2: 0.1, l2Shrinkage: 0.05 };
      run(count, [w, accumulator, linear], (g) => {
        const { learningRate, l1, l2, l2Shrinkage } = options;
        const pointers = pointersOf([w, g, accumulator, linear]);
        kernels.ftrl(...pointers, count, learningRate, power, l1, l2, l2Shrinkage);
        ftrlTwin(w.expected, g.expected, accumulator.expected, linear.expected, options);
      });
    },
  );

  it.each([
    [1, 1, 1],
    [1, 1, 5],
    [1, 7, 1],
    [1, 3, 4],
    [2, 5, 3],
    [3, 2, 9],
    [1, 9, 16],
    [1, 33, 19],
    [2, 4, 103],
    [1, 6, 530],
  ] as const)("adafactorFactored of [%i, %i, %i]", (matrices, rows, columns) => {
    const [row, column] = [zeros(matrices * rows), zeros(matrices * columns)];
    const options = { oneMinusBeta2: f(0.3), epsilon: f(1e-3) };
    runDirections(matrices * rows * columns, [row, column], (g) => {
      kernels.adafactorFactored(
        ...pointersOf([g, row, column]),
        matrices,
        rows,
        columns,
        options.oneMinusBeta2,
        options.epsilon,
      );
      const shape = [matrices, rows, columns] as const;
      adafactorFactoredTwin(g.expected, row.expected, column.expected, shape, options);
    });
  });

  it.each(COUNTS)("adafactorUnfactored of %i", (count) => {
    const v = zeros(count);
    const options = { oneMinusBeta2: f(0.3), epsilon: f(1e-3) };
    runDirections(count, [v], (g) => {
      kernels.adafactorUnfactored(...pointersOf([g, v]), count, options.oneMinusBeta2, options.epsilon);
      adafactorUnfactoredTwin(g.expected, v.expected, options);
    });
  });

  it.each(COUNTS)("scheduleFreeAdamw of %i", (count) => {
    const w = new Twin(distinct(count, 1));
    const [z, v] = [new Twin(distinct(count, 1)), zeros(count)];
    const options = { learningRate: f(0.1), beta1: f(0.8), beta2: 0.9, epsilon: f(1e-3) };
    run(count, [w, z, v], (g, t) => {
      const { learningRate, beta1, epsilon } = options;
      const factors = [learningRate, 1 / (1 - 0.9 ** t), beta1, 0.1, epsilon, 1 / t];
      kernels.scheduleFreeAdamw(...pointersOf([w, g, z, v]), count, ...factors);
      scheduleFreeAdamwTwin(w.expected, g.expected, z.expected, v.expected, t, options);
    });
  });
});

describe("arrays", () => {
  it.each(COUNTS)("blend of %i", (count) => {
    const y = new Twin(distinct(count, 1));
    run(count, [y], (x) => {
      kernels.blend(...pointersOf([y, x]), count, 0.75, -1.5);
      y.expected.forEach((value, i) => (y.expected[i] = 0.75 * value - 1.5 * x.expected[i]));
    });
  });

  it.each(COUNTS)("swap and copy of %i, bit for bit", (count) => {
    const [first, second] = [distinct(count, 1), distinct(count, 2)];
    const [a, b] = [new Buffer32(first), new Buffer32(second)];
    // A NaN with a payload, which arithmetic need not keep.
    if (count > 0) a.words[count - 1] = 0x7fc12345;
    const bits = Array.from(a.words);
    kernels.swap(a.pointer, b.pointer, count);
    expect(Array.from(a.values)).toEqual(Array.from(second));
    expect(Array.from(b.words)).toEqual(bits);
    kernels.copy(a.pointer, b.pointer, count);
    expect(Array.from(a.words)).toEqual(bits);
    for (const buffer of [a, b]) buffer.checkGuards();
  });
});

describe("corners", () => {
  it("a gradient of 0 gives a direction of 0 where nothing has been remembered", () => {
    const [g, v] = [new Buffer32(new Float32Array(5)), new Buffer32(new Float32Array(5))];
    kernels.adafactorUnfactored(g.pointer, v.pointer, 5, 1, 1e-30);
    expect(Array.from(g.values)).toEqual([0, 0, 0, 0, 0]);
    const [row, column] = [new Buffer32([0]), new Buffer32(new Float32Array(5))];
    kernels.adafactorFactored(g.pointer, row.pointer, column.pointer, 1, 1, 5, 1, 1e-30);
    expect(Array.from(g.values)).toEqual([0, 0, 0, 0, 0]);
    expect(row.values[0]).toBeGreaterThan(0);
  });

  it("ftrl: 0, not NaN, where gradient, accumulator and linear are 0, if there is an l2", () => {
    const [w, g, n, linear] = [[1], [0], [0], [0]].map((values) => new Buffer32(values));
    kernels.ftrl(w.pointer, g.pointer, n.pointer, linear.pointer, 1, 1, 0.5, 0, 0.1, 0);
    expect([w.values[0], n.values[0], linear.values[0]]).toEqual([0, 0, 0]);
  });

  it("ftrl makes weights exactly 0 within l1, and not beyond", () => {
    const [w, g, n, linear] = [
      [1, 1],
      [0.25, 4],
      [0, 0],
      [0, 0],
    ].map((values) => new Buffer32(values));
    kernels.ftrl(w.pointer, g.pointer, n.pointer, linear.pointer, 2, 1, 0.5, 0.5, 0, 0);
    // linear = g - sqrt(g^2) w = 0 for both; a second step without sigma decides.
    expect(Array.from(w.values)).toEqual([0, 0]);
    kernels.ftrl(w.pointer, g.pointer, n.pointer, linear.pointer, 2, 1, 0.5, 0.5, 0, 0);
    expect(w.values[0]).toBe(0);
    expect(w.values[1]).toBeCloseTo((0.5 - 4) / Math.sqrt(32), 6);
  });

  it("a NaN gradient reaches the weight or the direction", () => {
    const updates: ((p: number[]) => number | void)[] = [
      ([w, g, a, b]) => kernels.ftrl(w, g, a, b, 5, 0.1, 0.5, 0.1, 0, 0),
      ([w, g, a, b]) => kernels.ftrl(w, g, a, b, 5, 0.1, 0.7, 0.1, 0, 0),
      ([w, g, a, b]) => kernels.scheduleFreeAdamw(w, g, a, b, 5, 0.1, 1, 0.9, 0.1, 1e-7, 1),
      ([a, g, b]) => kernels.lambDirection(g, a, b, 5, 1, 1, 0.1, 0.1, 1e-7),
      ([, g, a]) => kernels.adafactorUnfactored(g, a, 5, 1, 1e-30),
    ];
    for (const update of updates) {
      const buffers = Array.from({ length: 4 }, () => new Buffer32(new Float32Array(5)));
      buffers[1].values.set([0.5, NaN, 0.5, 0.5, NaN]);
      update(buffers.map((buffer) => buffer.pointer));
      const want = [false, true, false, false, true];
      expect(Array.from(buffers[1].values, Number.isNaN)).toEqual(want);
      if (update !== updates[3] && update !== updates[4])
        expect(Array.from(buffers[0].values, Number.isNaN)).toEqual(want);
    }
  });

  it("a NaN gradient of a matrix spreads to its row and column", () => {
    const g = new Buffer32([1, 1, NaN, 1, 1, 1, 1, 1, 1]);
    const [row, column] = [new Buffer32(new Float32Array(3)), new Buffer32(new Float32Array(3))];
    kernels.adafactorFactored(g.pointer, row.pointer, column.pointer, 1, 3, 3, 1, 1e-30);
    expect(Number.isNaN(g.values[2])).toBe(true);
    expect(Number.isNaN(row.values[0]) && Number.isNaN(column.values[2])).toBe(true);
  });
});
