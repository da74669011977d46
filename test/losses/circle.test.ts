// The circle loss against its formula written out in PyTorch (test/references/circle.py), the numbers of Keras's own
// tests (losses_test.py of 3.16), and in models.
import { readFileSync } from "node:fs";
import { layers, losses, metrics, optimizers, sequential, setRandomSeed } from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { toLoss } from "../../src/losses/spec.js";
import { expectWithin } from "../kernels/harness.js";
import { expectError } from "../preprocessing/expectError.js";
import { rows, values } from "../support/data.js";

interface Case {
  about: string;
  options: losses.CircleOptions;
  yTrue: number[];
  yPred: number[][];
  sampleWeight: number[] | null;
  value: number;
  perSample: number[];
  gradient: number[];
}

const cases = JSON.parse(
  readFileSync(new URL("../references/circle.json", import.meta.url), "utf8"),
) as Case[];

/** Bound: 1e-6 of the largest number of a tensor, or of 1. */
function expectClose(got: ArrayLike<number>, want: number[]): void {
  const bound = 1e-6 * Math.max(1, ...want.map(Math.abs));
  expectWithin(got, want, () => bound);
}

describe("within 1e-6 of PyTorch's, relative to the largest number or 1", () => {
  test.each(cases.map((each, i) => [`${i}: ${each.about} ${JSON.stringify(each.options)}`, each] as const))(
    "%s",
    (_, { options, yTrue, yPred, sampleWeight, value, perSample, gradient }) => {
      const loss = losses.circle(options);
      const weights = sampleWeight ?? undefined;
      expectClose([loss.value(yTrue, yPred, weights)], [value]);
      expectClose(loss.perSample(yTrue, yPred).data, perSample);
      expect(loss.perSample(yTrue, yPred).shape).toEqual([yTrue.length]);
      expectClose(loss.gradient(yTrue, yPred, weights).data, gradient);
      const column = yTrue.map((label) => [label]);
      expect(loss.value(column, yPred, weights)).toBe(loss.value(yTrue, yPred, weights));
    },
  );
});

test("has the numbers of Keras's own tests, to their digits", () => {
  const five = [
    [0.70014004, -0.42008403, 0.14002801, 0.56011203],
    [0.17609018, 0.70436073, -0.52827054, 0.44022545],
    [-0.34050261, 0.25537696, -0.68100522, 0.59587957],
    [0.32163376, -0.75047877, 0.53605627, -0.21442251],
    [0.51261459, -0.34174306, 0.17087153, 0.76892189],
  ];
  const six = [
    [0.40824829, -0.54433105, 0.27216553, 0.68041382],
    [0.76376261, 0.10910895, -0.54554473, 0.32732684],
    [-0.74420841, 0.24806947, 0.49613894, -0.3721042],
    [0.52981294, -0.13245324, 0.79471941, -0.26490647],
    [0.54554473, -0.32732684, 0.10910895, 0.76376261],
    [-0.27216553, 0.68041382, 0.40824829, -0.54433105],
  ];
  const labels = [1, 1, 2, 2, 3];
  const weights = [2, 2, 1, 1, 0.5];
  const { circle } = losses;
  expect(circle().value(labels, five)).toBeCloseTo(188.3883, 3);
  expect(circle({ gamma: 256, margin: 0.25 }).value(labels, five)).toBeCloseTo(652.7617, 3);
  expect(circle().value(labels, five, weights)).toBeCloseTo(244.91918, 3);
  expect(circle({ reduction: "mean_with_sample_weight" }).value(labels, five, weights)).toBeCloseTo(
    163.27948,
    3,
  );
  const each = circle().perSample([...labels, 4], six).data;
  expectWithin(each, [82.9116, 36.7942, 92.459, 52.6798, 0, 0], () => 1e-4);
  expect(circle({ reduction: "sum" }).value([...labels, 4], six)).toBeCloseTo(264.845, 2);
});

describe("rows without a loss", () => {
  test("do not count in the divisor, and have no part in the gradient", () => {
    const loss = losses.circle({ gamma: 2 });
    const [first, second] = rows(2, 3, 1);
    // Row 2 is alone in its class: its own loss is 0, and it is a wrong neighbour of the others.
    const each = Array.from(loss.perSample([1, 1, 2], [first, second, [0, 0, 1]]).data);
    expect(each[2]).toBe(0);
    expect(loss.value([1, 1, 2], [first, second, [0, 0, 1]])).toBeCloseTo((each[0] + each[1]) / 2, 6);
    expect(Array.from(loss.gradient([1, 2, 3], rows(3, 3, 2)).data)).toEqual(Array(9).fill(0));
    expect(loss.value([1, 2, 3], rows(3, 3, 2))).toBe(0);
  });

  test("NaN is not taken for a row without one", () => {
    const embeddings = [
      [1, 0],
      [NaN, 0],
      [0, 1],
    ];
    for (const reduction of ["mean", "sum", "meanWithSampleWeight"] as const) {
      const loss = losses.circle({ reduction });
      expect(loss.value([1, 1, 2], embeddings)).toBeNaN();
      expect(loss.gradient([1, 1, 2], embeddings).data[2]).toBeNaN();
    }
  });
});

describe("options and labels", () => {
  test("the configuration comes back, by all names", () => {
    const loss = losses.circle({ gamma: 64, margin: 0.25, removeDiagonal: false, reduction: "sum" });
    const config = loss.getConfig();
    expect(config).toEqual({
      name: "circle",
      reduction: "sum",
      gamma: 64,
      margin: 0.25,
      removeDiagonal: false,
    });
    expect(toLoss(config as never)).toEqual(loss);
    for (const name of ["circle", "Circle"] as const) {
      expect(toLoss(name).getConfig()).toEqual({
        name: "circle",
        reduction: "sumOverBatchSize",
        gamma: 80,
        margin: 0.4,
        removeDiagonal: true,
      });
    }
  });

  test("wrong options are errors", () => {
    expectError(() => losses.circle({ gamma: -1 }), "INVALID_OPTION", /gamma/);
    expectError(() => losses.circle({ margin: NaN }), "INVALID_OPTION", /margin/);
    expectError(() => losses.circle({ removeDiagonal: 1 } as never), "INVALID_OPTION", /removeDiagonal/);
    expectError(() => losses.circle({ scale: 1 } as never), "UNKNOWN_OPTION", /scale/);
  });

  test("labels are whole numbers of any value that float32 tells apart, one for each row", () => {
    const loss = losses.circle();
    const embeddings = [
      [1, 0],
      [0, 1],
    ];
    expect(loss.value([-5, 2 ** 24 - 1], embeddings)).toBe(0);
    for (const label of [0.5, NaN, Infinity, 2 ** 24, -(2 ** 25)]) {
      expectError(() => loss.value([0, label], embeddings), "INVALID_LABEL", /whole numbers below 2\^24/);
    }
    expectError(
      () =>
        loss.value(
          [
            [1, 0],
            [0, 1],
          ],
          embeddings,
        ),
      "SHAPE_MISMATCH",
      /2 values/,
    );
    expectError(() => loss.value([0, 1, 0, 1], [embeddings, embeddings]), "SHAPE_MISMATCH", /\[n, d\]/);
  });
});

function embedder(loss: Parameters<Model["compile"]>[0]["loss"]): Model {
  setRandomSeed(3);
  const net = sequential({
    layers: [
      layers.dense({ units: 16, activation: "relu", inputShape: [4] }),
      layers.dense({ units: 3 }),
      layers.unitNormalization(),
    ],
  });
  net.compile({ loss, optimizer: optimizers.adam({ learningRate: 0.01 }) });
  return net;
}

/** Three classes, named 7, -20 and 500, that are not apart: each is two clouds on opposite sides. */
function clouds(count: number): { x: number[][]; y: number[] } {
  const noise = rows(count, 4, 8, 0.3);
  const x = noise.map((row, i) => {
    const side = i % 2 === 0 ? 1 : -1;
    return row.map((value, j) => value + (j === i % 3 ? 1.5 * side : 0));
  });
  return { x, y: x.map((_, i) => [7, -20, 500][i % 3]) };
}

/** The mean similarity within classes and between them. */
function similarities(
  net: Model,
  { x, y }: { x: number[][]; y: number[] },
): [within: number, between: number] {
  const e = net.predict(x).data;
  const sums = [0, 0];
  const counts = [0, 0];
  for (let i = 0; i < y.length; i++) {
    for (let j = 0; j < i; j++) {
      const kind = Number(y[i] !== y[j]);
      counts[kind]++;
      for (let k = 0; k < 3; k++) sums[kind] += e[3 * i + k] * e[3 * j + k];
    }
  }
  return [sums[0] / counts[0], sums[1] / counts[1]];
}

describe("in a model", () => {
  test("fit brings classes together and apart, seen rows and others", async () => {
    const net = embedder("circle");
    const data = clouds(120);
    const before = similarities(net, data);
    expect(before[0] - before[1]).toBeLessThan(0.3);
    const { history } = await net.fit(data.x.slice(0, 90), data.y.slice(0, 90), {
      epochs: 60,
      batchSize: 28,
      seed: 1,
      validationData: [data.x.slice(90), data.y.slice(90)],
    });
    expect(history.loss[59]).toBeLessThan(0.2 * history.loss[0]);
    expect(history.val_loss[59]).toBeLessThan(0.5 * history.val_loss[0]);
    const [within, between] = similarities(net, { x: data.x.slice(90), y: data.y.slice(90) });
    expect(within).toBeGreaterThan(0.8);
    expect(between).toBeLessThan(0.2);
  });

  test("reports its value and passes its gradient on, times its factor", () => {
    const { x, y } = clouds(9);
    const net = sequential({ layers: [layers.dense({ units: 3, inputShape: [4] })] });
    for (const reduction of ["sum", "mean", "meanWithSampleWeight"] as const) {
      const loss = losses.circle({ reduction, gamma: 1 });
      const sampleWeight = Array.from(values(9, 4), Math.abs);
      net.compile({ loss, lossWeights: [0.5], optimizer: "sgd" });
      const predictions = net.predict(x);
      const value = loss.value(y, predictions, sampleWeight);
      const dPred = loss.gradient(y, predictions, sampleWeight).data;
      const found = net.gradients(x, y, { sampleWeight });
      const bound = 1e-5 * Math.max(1, Math.abs(value), ...dPred.map(Math.abs));
      expect(Math.abs(found.loss - 0.5 * value)).toBeLessThan(bound);
      expect(Math.abs(net.testOnBatch(x, y, { sampleWeight }).loss - 0.5 * value)).toBeLessThan(bound);
      const want = [0, 1, 2].map((j) => x.reduce((sum, _, i) => sum + 0.5 * dPred[3 * i + j], 0));
      expectWithin([...found.weights.values()][1].data, want, () => bound);
    }
  });

  test("refuses labels that are not whole, metrics of outputs, and outputs with more axes", async () => {
    const { x, y } = clouds(6);
    const net = embedder("circle");
    await expect(net.fit(x, [0.5, ...y.slice(1)])).rejects.toMatchObject({ code: "INVALID_LABEL" });
    for (const metric of ["accuracy", "sparseCategoricalAccuracy", "mse", "precision"] as const) {
      expectError(
        () => net.compile({ loss: "circle", metrics: [metric] }),
        "INVALID_OPTION",
        /compared with each other/,
      );
    }
    expect(() => net.compile({ loss: "circle", metrics: [metrics.auc()] })).toThrow();
    const steps = sequential({ layers: [layers.dense({ units: 3, inputShape: [2, 4] })] });
    steps.compile({ loss: "circle" });
    await expect(steps.fit([rows(2, 4), rows(2, 4, 1)], [0, 1])).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
  });

  test("takes class weights by label", async () => {
    const { x, y } = clouds(9);
    const sampleWeight = y.map((label) => (label === 500 ? 0.25 : 1));
    const got = await embedder("circle").fit(x, y, { classWeight: { 500: 0.25 }, epochs: 2, seed: 1 });
    const want = await embedder("circle").fit(x, y, { sampleWeight, epochs: 2, seed: 1 });
    expect(got.history.loss).toEqual(want.history.loss);
  });
});
