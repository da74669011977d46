// Penalties on tensors and in a model's loss. Orthogonal penalties and their gradients by PyTorch's automatic
// differentiation: test/references/constraints.py. (Finite differences: test/models/gradients.test.ts.)
import { input, layers, regularizers, sequential, setRandomSeed, tensor } from "lanegrad";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codeOf, rows, values } from "../support/data.js";

interface Case {
  shape: number[];
  mode: "rows" | "columns";
  factor: number;
  weights: number[];
  value: number;
  gradient: number[];
}

const cases = (
  JSON.parse(readFileSync(new URL("../references/constraints.json", import.meta.url), "utf8")) as {
    orthogonal: Case[];
  }
).orthogonal;
/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

/** Fourth powers: a penalty that no built-in one is. */
class FourthPower extends regularizers.CustomRegularizer {
  evaluate(weights: Float32Array, gradient: Float32Array): number {
    let sum = 0;
    for (let i = 0; i < weights.length; i++) {
      sum += weights[i] ** 4;
      gradient[i] += 4 * weights[i] ** 3;
    }
    return sum;
  }
}

describe("on tensors", () => {
  test.each(cases.map((one) => [one.mode, one.shape, one] as const))(
    "orthogonal %s of %j as PyTorch has it",
    (mode, shape, one) => {
      const regularizer = regularizers.orthogonal({ mode, factor: one.factor });
      const weights = tensor(one.weights, shape);
      expect(Math.abs(regularizer.value(weights) / one.value - 1)).toBeLessThan(1e-6);
      const gradient = regularizer.gradient(weights);
      expect(gradient.shape).toEqual(shape);
      const [count, length] = mode === "rows" ? shape : [...shape].reverse();
      for (let v = 0; v < count; v++) {
        const places = Array.from({ length }, (_, e) => (mode === "rows" ? v * length + e : e * count + v));
        const scale = Math.max(...places.map((place) => Math.abs(one.gradient[place])));
        for (const place of places) {
          expect(Math.abs(gradient.data[place] - one.gradient[place])).toBeLessThan(2e-5 * scale);
        }
      }
    },
  );

  test("l1 and l2", () => {
    const weights = [
      [1, -2],
      [0, 0.5],
    ];
    expect(regularizers.l1({ l1: 0.5 }).value(weights)).toBe(1.75);
    expect(Array.from(regularizers.l1({ l1: 0.5 }).gradient(weights).data)).toEqual([0.5, -0.5, 0, 0.5]);
    expect(regularizers.l2({ l2: 0.5 }).value(weights)).toBe(2.625);
    expect(Array.from(regularizers.l2({ l2: 0.5 }).gradient(weights).data)).toEqual([1, -2, 0, 0.5]);
    expect(regularizers.l1L2({ l1: 0.5, l2: 0.5 }).value(weights)).toBe(4.375);
    expect(regularizers.l1L2().value(weights)).toBe(0);
  });

  test("one of one's own", () => {
    expect(new FourthPower().value([1, -2, 0.5])).toBe(17.0625);
    expect(Array.from(new FourthPower().gradient([1, -2, 0.5]).data)).toEqual([4, -32, 0.5]);
    expect(new FourthPower().getConfig()).toEqual({ name: "FourthPower" });
  });

  test("one row has no pairs: no penalty", () => {
    expect(regularizers.orthogonal().value([[1, 2, 3]])).toBe(0);
  });
});

describe("in a model", () => {
  const penalties = [
    regularizers.orthogonal({ factor: 3 }),
    regularizers.orthogonal({ factor: 2, mode: "columns" }),
    regularizers.l1L2({ l1: 0.1, l2: 0.2 }),
    new FourthPower(),
  ];

  /** Two dense layers of different sizes, the second larger, so that workspaces differ. */
  const network = (isPenalised: boolean) => {
    const [first, second, third, fourth] = penalties.map((one) => (isPenalised ? one : undefined));
    setRandomSeed(21);
    const net = sequential({
      layers: [
        layers.dense({
          units: 9,
          activation: "tanh",
          kernelRegularizer: first,
          biasRegularizer: third,
          biasInitializer: "normal",
          inputShape: [5],
        }),
        layers.dense({ units: 40, kernelRegularizer: second }),
        layers.dense({ units: 2, kernelRegularizer: fourth }),
      ],
    });
    net.compile({ loss: "mse" });
    return net;
  };
  const [x, y] = [rows(33, 5, 1), rows(33, 2, 2)];

  test.each([1, 33])("loss and gradients of %i rows are those without penalties, and the penalties'", (n) => {
    const [plain, penalised] = [network(false), network(true)];
    const [free, bound] = [plain, penalised].map((net) => net.gradients(x.slice(0, n), y.slice(0, n)));
    const owners = [
      ["dense/kernel", 0, penalties[0]],
      ["dense/bias", 1, penalties[2]],
      ["dense_1/kernel", 2, penalties[1]],
      ["dense_2/kernel", 4, penalties[3]],
    ] as const;
    let total = free.loss;
    const weights = penalised.getWeights();
    for (const [name, index, regularizer] of owners) {
      total += regularizer.value(weights[index]);
      const slope = regularizer.gradient(weights[index]).data;
      const [want, got] = [free.weights.get(name)?.data, bound.weights.get(name)?.data];
      slope.forEach((d, i) => expect(got?.[i]).toBeCloseTo((want?.[i] ?? NaN) + d, 5));
    }
    expect(bound.loss).toBeCloseTo(total, 5);
    expect(bound.weights.get("dense_1/bias")?.data).toEqual(free.weights.get("dense_1/bias")?.data);
    const evaluated = penalised.evaluate(x, y).loss - plain.evaluate(x, y).loss;
    expect(evaluated).toBeCloseTo(total - free.loss, 5);
  });

  test("training lowers an orthogonal penalty", () => {
    setRandomSeed(4);
    const kernelRegularizer = regularizers.orthogonal({ factor: 1 });
    const net = sequential({ layers: [layers.dense({ units: 6, inputShape: [4], kernelRegularizer })] });
    net.compile({ optimizer: { name: "adam", learningRate: 0.01 }, loss: "mse" });
    const penalty = () => kernelRegularizer.value(net.getWeights()[0]);
    const before = penalty();
    for (let step = 0; step < 200; step++) net.trainOnBatch(rows(8, 4, 1), rows(8, 6, 2, 0.1));
    expect(penalty()).toBeLessThan(0.2 * before);
  });
});

describe("names and options", () => {
  const configOf = (kernelRegularizer: regularizers.RegularizerSpec) =>
    layers.dense({ units: 2, kernelRegularizer }).getConfig().kernelRegularizer;

  test.each([
    ["l1", { name: "l1L2", l1: 0.01, l2: 0 }],
    ["L1", { name: "l1L2", l1: 0.01, l2: 0 }],
    ["l2", { name: "l1L2", l1: 0, l2: 0.01 }],
    ["L2", { name: "l1L2", l1: 0, l2: 0.01 }],
    ["l1L2", { name: "l1L2", l1: 0.01, l2: 0.01 }],
    ["l1_l2", { name: "l1L2", l1: 0.01, l2: 0.01 }],
    ["l1l2", { name: "l1L2", l1: 0.01, l2: 0.01 }],
    ["L1L2", { name: "l1L2", l1: 0.01, l2: 0.01 }],
    ["orthogonal", { name: "orthogonal", factor: 0.01, mode: "rows" }],
    ["orthogonal_regularizer", { name: "orthogonal", factor: 0.01, mode: "rows" }],
    ["OrthogonalRegularizer", { name: "orthogonal", factor: 0.01, mode: "rows" }],
  ] as const)("%s", (name, config) => {
    expect(configOf(name)).toEqual(config);
    expect(configOf(config as never)).toEqual(config);
  });

  test("an object that names l1L2 has the defaults of Keras's class", () => {
    expect(configOf({ name: "l1_l2" })).toEqual({ name: "l1L2", l1: 0, l2: 0 });
  });

  const wrong: [string, () => unknown, string][] = [
    ["a name", () => configOf(loose("l3")), "UNKNOWN_NAME"],
    ["an option", () => regularizers.orthogonal(loose({ l1: 1 })), "UNKNOWN_OPTION"],
    ["a negative factor", () => regularizers.orthogonal({ factor: -1 }), "INVALID_OPTION"],
    ["a mode", () => regularizers.orthogonal({ mode: loose("both") }), "INVALID_OPTION"],
    ["one axis", () => regularizers.orthogonal().value([1, 2]), "SHAPE_MISMATCH"],
    [
      "three axes",
      () => regularizers.orthogonal().gradient(tensor(values(8, 1), [2, 2, 2])),
      "SHAPE_MISMATCH",
    ],
    [
      "a bias",
      () => layers.dense({ units: 2, biasRegularizer: "orthogonal" }).apply(input({ shape: [3] })),
      "SHAPE_MISMATCH",
    ],
  ];
  test.each(wrong)("%s that is wrong", (_what, work, code) => {
    expect(codeOf(work)).toBe(code);
  });
});
