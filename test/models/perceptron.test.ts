// The perceptron against the rule of the textbook, in double precision.
import { readFileSync } from "node:fs";
import { input, layers, model, perceptron, sequential } from "lanegrad";
import type { Perceptron } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { codeOf, rows } from "../support/data.js";

const CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]; // prettier-ignore

const steps = {
  unitStep: (z: number): number => (z > 0 ? 1 : 0),
  sign: (z: number): number => Math.sign(z),
};

interface Rule {
  /** The kernel, then the bias, after each row. */
  path: number[][];
  /** The wrong answers of each epoch. */
  wrong: number[];
}

/** Rosenblatt's rule, row by row: w += rate (y - prediction) x, b += rate (y - prediction). */
function learn(x: number[][], y: number[], step: keyof typeof steps, rate: number, epochs: number): Rule {
  const weights = [...x[0].map(() => 0), 0];
  const path: number[][] = [];
  const wrong: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    wrong.push(0);
    x.forEach((row, i) => {
      const extended = [...row, 1];
      const error = y[i] - steps[step](extended.reduce((sum, value, j) => sum + value * weights[j], 0));
      if (error !== 0) wrong[epoch]++;
      extended.forEach((value, j) => (weights[j] += rate * error * value));
      path.push([...weights]);
    });
  }
  return { path, wrong };
}

afterEach(() => vi.restoreAllMocks());

describe("the layer", () => {
  const labels = { and: [0, 0, 0, 1], or: [0, 1, 1, 1], xor: [0, 1, 1, 0] };

  test.each(["unitStep", "sign"] as const)(
    "%s: forward is the step, backward lets gradients pass",
    (activation) => {
      const x = input({ shape: [5] });
      const layer = layers.perceptron({ units: 3, activation, kernelInitializer: "glorotUniform" });
      const net = model({ inputs: x, outputs: layer.apply(x) });
      const plain = layers.dense({ units: 3 });
      const linear = model({ inputs: x, outputs: plain.apply(x) });
      plain.setWeights(layer.getWeights());
      const [data, dY] = [rows(7, 5, 1), rows(7, 3, 2)];
      const z = linear.predict(data);
      expect(net.predict(data).toArray()).toEqual(
        (z.toArray() as number[][]).map((row) => row.map(steps[activation])),
      );
      const [got, want] = [net.vjp(data, dY), linear.vjp(data, dY)];
      expect([...got.weights.values()].map(({ data }) => data)).toEqual(
        [...want.weights.values()].map(({ data }) => data),
      );
      expect(got.inputs[0].data).toEqual(want.inputs[0].data);
      // Double precision: dKernel = x^T . dY.
      const kernel = data[0].map((_, j) => dY[0].map((_, unit) => data.reduce((sum, row, i) => sum + row[j] * dY[i][unit], 0))); // prettier-ignore
      Array.from(got.weights.values())[0].data.forEach((value, i) =>
        expect(value).toBeCloseTo(kernel.flat()[i], 5),
      );
    },
  );

  test("in the middle of a model, the gradient of what comes before", () => {
    const hidden = layers.dense({ units: 4, activation: "tanh", inputShape: [5] });
    const net = sequential({ layers: [hidden, layers.perceptron({ units: 2, kernelInitializer: "ones" })] });
    const { weights } = net.vjp(rows(3, 5, 1), [[1, 0], [0, 1], [0, 0]]); // prettier-ignore
    expect(Array.from(weights.values(), ({ data }) => data.some((value) => value !== 0))).toEqual([true, true, true, true]); // prettier-ignore
  });

  // What the loss "perceptron" and gradient descent do, by hand.
  test.each(Object.entries(labels))("its gradients make the rule learn %s", (_, y) => {
    const layer = layers.perceptron({ inputShape: [2] });
    const net = sequential({ layers: [layer] });
    const path: number[][] = [];
    for (let epoch = 0; epoch < 6; epoch++) {
      CORNERS.forEach((row, i) => {
        const error = net.predict([row]).data[0] - y[i];
        const gradients = [...net.vjp([row], [[error]]).weights.values()];
        layer.setWeights(
          layer.getWeights().map(({ data }, w) => data.map((value, j) => value - gradients[w].data[j])),
        );
        path.push(layer.getWeights().flatMap(({ data }) => [...data]));
      });
    }
    expect(path).toEqual(learn(CORNERS, y, "unitStep", 1, 6).path);
  });

  test("options", () => {
    expect(layers.perceptron().getConfig()).toMatchObject({
      units: 1,
      activation: { name: "unitStep" },
      useBias: true,
    });
    expect(layers.perceptron({ activation: "heaviside" }).activation.name).toBe("unitStep");
    expect(layers.perceptron({ units: 2, useBias: false, inputShape: [3] }).className).toBe("Perceptron");
    expect(() => layers.perceptron({ activation: "relu" as never })).toThrow(
      'activation of a perceptron must be "unitStep" or "sign". Received: activation="relu"',
    );
    expect(codeOf(() => layers.perceptron({ activation: "relu" as never }))).toBe("INVALID_OPTION");
    expect(() => layers.perceptron({ unit: 2 } as never)).toThrow(/^perceptron has no option unit/);
    expect(() => layers.dense({ unit: 2 } as never)).toThrow(/^dense has no option unit/);
  });
});

describe("the model", () => {
  const table = readFileSync(new URL("../../examples/data/iris.csv", import.meta.url), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split(","));
  const flowers = table.map((cells) => cells.slice(0, 4).map(Number));
  const isSetosa = table.map((cells) => (cells[4] === "setosa" ? 1 : 0));

  async function train(net: Perceptron, x: number[][], y: number[] | number[][], epochs: number) {
    const path: number[][] = [];
    const onTrainBatchEnd = (): void => {
      path.push(net.getWeights().flatMap(({ data }) => [...data]));
    };
    const callbacks = [{ onTrainBatchEnd }];
    const { history } = await net.fit(x, y, { batchSize: 1, epochs, shuffle: false, verbose: 0, callbacks });
    return { path, history };
  }

  const cases = [
    ["and", [0, 0, 0, 1], 1],
    ["or", [0, 1, 1, 1], 1],
    ["and, half the rate", [0, 0, 0, 1], 0.5],
    ["or, twice the rate", [0, 1, 1, 1], 2],
  ] as const;

  test.each(cases)("%s is learnt by the weights of the textbook", async (_, labels, learningRate) => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const activation of ["unitStep", "sign"] as const) {
      const y = labels.map((label) => (activation === "sign" ? 2 * label - 1 : label));
      const want = learn(CORNERS, y, activation, learningRate, 10);
      expect(want.wrong[0]).toBeGreaterThan(0);
      expect(want.wrong.at(-1)).toBe(0);
      const net = perceptron({ learningRate, activation, inputShape: [2] });
      const { path, history } = await train(net, CORNERS, y, 10);
      expect(path).toEqual(want.path);
      expect(history.loss.at(-1)).toBe(0);
      expect(history.accuracy.at(-1)).toBe(1);
      expect(net.evaluate(CORNERS, y)).toEqual({ loss: 0, accuracy: 1 });
      const bias = want.path.at(-1)?.at(-1) as number;
      expect(net.threshold).toBe(0 - bias);
    }
    expect(warn).not.toHaveBeenCalled();
  });

  test("xor is not learnt", async () => {
    const y = [0, 1, 1, 0];
    const net = perceptron({ inputShape: [2] });
    const { path, history } = await train(net, CORNERS, y, 50);
    const want = learn(CORNERS, y, "unitStep", 1, 50);
    expect(path).toEqual(want.path);
    expect(Math.min(...history.loss)).toBeGreaterThan(0);
    expect(history.accuracy).toEqual(want.wrong.map((wrong) => 1 - wrong / 4));
  });

  test("several units learn side by side", async () => {
    const y = [[0, 0, 1], [0, 1, 1], [0, 1, 1], [1, 1, 0]]; // prettier-ignore
    const net = perceptron({ units: 3 });
    expect(codeOf(() => net.threshold)).toBe("NOT_BUILT");
    await train(net, CORNERS, y, 12);
    const want = [0, 1, 2].map((unit) => learn(CORNERS, y.map((row) => row[unit]), "unitStep", 1, 12)); // prettier-ignore
    const [kernel, bias] = net.getWeights().map(({ data }) => data);
    want.forEach(({ path }, unit) => {
      expect([kernel[unit], kernel[3 + unit], bias[unit]]).toEqual(path.at(-1));
    });
    expect(net.threshold).toEqual(Array.from(bias, (value) => 0 - value));
    const predicted = net.predict(CORNERS).toArray() as number[][];
    expect(predicted).toEqual(y);
    expect(net.evaluate(CORNERS, [[0, 1, 1], [0, 1, 0], [0, 1, 1], [1, 1, 0]]).accuracy).toBeCloseTo(10 / 12, 12); // prettier-ignore
  });

  test("setosa or not: separable, learnt as by the textbook", async () => {
    const want = learn(flowers, isSetosa, "unitStep", 1, 10);
    expect(want.wrong.at(-1)).toBe(0);
    const net = perceptron();
    const { path, history } = await train(net, flowers, isSetosa, 10);
    expect(history.accuracy).toEqual(want.wrong.map((wrong) => 1 - wrong / flowers.length));
    path.at(-1)?.forEach((value, i) => expect(value).toBeCloseTo(want.path.at(-1)?.[i] as number, 4));
    expect(net.predict(flowers).data).toEqual(Float32Array.from(isSetosa));
  });

  test("wrong labels and options", async () => {
    const net = perceptron({ inputShape: [2] });
    await expect(net.fit(CORNERS, [0, 1, 2, 3], { verbose: 0 })).rejects.toMatchObject({
      code: "INVALID_LABEL",
    });
    expect(codeOf(() => perceptron({ unit: 1 } as never))).toBe("UNKNOWN_OPTION");
    expect(codeOf(() => perceptron({ learningRate: -1 }))).toBe("INVALID_OPTION");
    expect(codeOf(() => perceptron({ activation: "tanh" as never }))).toBe("INVALID_OPTION");
    expect(perceptron({ name: "neuron" }).name).toBe("neuron");
    expect(perceptron({ learningRate: 0.25, inputShape: [2] }).optimizer.learningRate).toBe(0.25);
  });
});

test("the accuracy of labels -1 and 1 is that of the signs", () => {
  const y = [-1, 1, 1, -1, 1];
  const net = sequential({
    layers: [layers.dense({ units: 1, kernelInitializer: "ones", inputShape: [1] })],
  });
  net.compile({ loss: "hinge", metrics: ["accuracy"] });
  expect(net.evaluate([[-2], [0.25], [3], [0.1], [-0.5]], y).accuracy).toBeCloseTo(3 / 5, 12);
  expect(net.evaluate([[-2], [0.25], [3], [0.1], [-0.5]], [0, 1, 1, 0, 1]).accuracy).toBeCloseTo(3 / 5, 12);
});
