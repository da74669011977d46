// Rows of a learnt table by index.
import { input, layers, model, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { rows, values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { checkReference, layerReferences } from "../support/layerReferences.js";

describe("PyTorch's numbers, and no gradient for indices", () => {
  test.each(layerReferences("embedding"))("$title", (reference) => {
    checkReference(layers.embedding(reference.options as never), reference, 1e-6);
  });
});

test("finite differences, relative error under 1e-3, for every row of the table", () => {
  setRandomSeed(5);
  const words = input({ shape: [3] });
  const other = input({ shape: [2] });
  const table = layers.embedding({ inputDim: 5, outputDim: 4, embeddingsRegularizer: "l2" });
  const hidden = layers.dense({ units: 4, activation: "tanh" }).apply(other);
  const merged = layers.multiply().apply([table.apply(words), hidden]);
  const outputs = layers.dense({ units: 2 }).apply(layers.flatten().apply(merged));
  const net = model({ inputs: [words, other], outputs });
  net.compile({ loss: "mse" });
  const indices = tensor([0, 1, 1, 4, 4, 4, 2, 0, 1, 1, 4, 0], [4, 3]);
  const x = [indices, tensor(values(8, 1), [4, 2])];
  checkGradients(net, x, tensor(values(8, 2), [4, 2]), { fixed: [0] });
});

test("the table starts within 0.05 of 0, as Keras's", () => {
  setRandomSeed(6);
  const table = layers.embedding({ inputDim: 50, outputDim: 20, inputShape: [1] });
  sequential({ layers: [table] });
  const [{ data, shape }] = table.getWeights();
  expect([table.weights[0].name, shape, table.name]).toEqual(["embeddings", [50, 20], "embedding"]);
  const [least, most] = [Math.min(...data), Math.max(...data)];
  expect(least).toBeGreaterThanOrEqual(-0.05);
  expect(least).toBeLessThan(-0.045);
  expect(most).toBeLessThanOrEqual(0.05);
  expect(most).toBeGreaterThan(0.045);
});

test("only the rows that occur are moved by plain gradient descent", () => {
  setRandomSeed(7);
  const net = sequential({
    layers: [layers.embedding({ inputDim: 6, outputDim: 3, inputShape: [2] }), layers.flatten(), layers.dense({ units: 1 })],
  }); // prettier-ignore
  net.compile({ loss: "mse", optimizer: "sgd" });
  const before = net.getWeights()[0].data;
  net.trainOnBatch([[1, 4], [4, 1]], [[1], [2]]); // prettier-ignore
  const after = net.getWeights()[0].data;
  const moved = [0, 1, 2, 3, 4, 5].filter((row) =>
    [0, 1, 2].some((column) => before[3 * row + column] !== after[3 * row + column]),
  );
  expect(moved).toEqual([1, 4]);
});

test("a table that is frozen has no gradient", () => {
  setRandomSeed(8);
  const net = sequential({
    layers: [layers.embedding({ inputDim: 3, outputDim: 2, trainable: false, inputShape: [2] }), layers.flatten(), layers.dense({ units: 1 })],
  }); // prettier-ignore
  net.compile({ loss: "mse" });
  const x = [[0, 2], [1, 1]]; // prettier-ignore
  const { weights, inputs } = net.gradients(x, [[1], [2]]);
  expect([...weights.keys()].sort()).toEqual(["dense/bias", "dense/kernel"]);
  expect([...inputs[0].data]).toEqual([0, 0, 0, 0]);
});

describe("inputs that are no indices", () => {
  const table = (): Model => {
    setRandomSeed(9);
    const net = sequential({
      layers: [layers.embedding({ inputDim: 4, outputDim: 2, inputShape: [2] }), layers.flatten(), layers.dense({ units: 1 })],
    }); // prettier-ignore
    net.compile({ loss: "mse", optimizer: "adam" });
    return net;
  };

  test.each([4, -1, 0.5, NaN, Infinity, 1e9])("%s", (bad) => {
    const net = table();
    const x = [[0, 3], [1, 2], [0, bad]]; // prettier-ignore
    const y = [[1], [2], [3]];
    const expected =
      /embedding takes whole numbers from 0 to 3, and (x|its input) holds others\. Received: \S+ at \[2\]\[1\]/;
    const before = net.getWeights();
    for (const work of [
      () => net.predict(x),
      () => net.evaluate(x, y),
      () => net.trainOnBatch(x, y),
      () => net.gradients(x, y),
      () => net.vjp(x, [[1], [1], [1]]),
    ]) {
      expectError(work, "INVALID_DATA", expected);
    }
    net.getWeights().forEach(({ data }, i) => expect(data).toEqual(before[i].data));
  });

  test("the value is in the message", () => {
    expect(() => table().predict([[0, 7]])).toThrow(/Received: 7 at \[0\]\[1\]$/);
  });

  test("in fit, all rows are looked at first: nothing has changed, moving statistics neither", async () => {
    const words = input({ shape: [2], name: "words" });
    const sizes = input({ shape: [1], name: "sizes" });
    const inner = sequential({ layers: [layers.embedding({ inputDim: 4, outputDim: 2 }), layers.flatten()] });
    const joined = layers.concatenate().apply([layers.batchNormalization().apply(sizes), inner.apply(words)]);
    const net = model({ inputs: [words, sizes], outputs: layers.dense({ units: 1 }).apply(joined) });
    net.compile({ loss: "mse" });
    const before = net.getWeights();
    const x = { words: [...Array.from({ length: 5 }, (_, i) => [i % 4, 0]), [9, 0]], sizes: rows(6, 1, 2) };
    const failing = net.fit(x, rows(6, 1, 1), { batchSize: 2, shuffle: false });
    await expect(failing).rejects.toThrow(/and x\.words holds others\. Received: 9 at \[5\]\[0\]/);
    net.getWeights().forEach(({ data }, i) => expect(data).toEqual(before[i].data));
  });

  test("computed inputs that are no indices: the steps before stay, and the model goes on", () => {
    const words = input({ shape: [2] });
    const doubled = layers.add().apply([words, words]);
    const vectors = layers.flatten().apply(layers.embedding({ inputDim: 4, outputDim: 2 }).apply(doubled));
    const net = model({ inputs: words, outputs: layers.dense({ units: 1 }).apply(vectors) });
    net.compile({ loss: "mse" });
    net.trainOnBatch([[0, 1]], [1]);
    const before = net.getWeights();
    expect(() => net.trainOnBatch([[2, 0]], [1])).toThrow(
      /its input holds others\. Received: 4 at \[0\]\[0\]/,
    );
    net.getWeights().forEach(({ data }, i) => expect(data).toEqual(before[i].data));
    net.trainOnBatch([[0, 1]], [1]);
  });
});

test("an equal layer can be made from its configuration", () => {
  const options = { inputDim: 7, outputDim: 3, embeddingsConstraint: "unitNorm", name: "words" } as const;
  const config = layers.embedding({ ...options, embeddingsRegularizer: "l1" }).getConfig();
  expect(config).toMatchObject({ inputDim: 7, outputDim: 3, name: "words" });
  expect(layers.embedding(structuredClone(config) as never).getConfig()).toEqual(config);
});

describe("errors", () => {
  const loose = (value: unknown): never => value as never;
  const cases: [string, () => unknown, string, RegExp][] = [
    ["no inputDim", () => layers.embedding(loose({ outputDim: 2 })), "INVALID_OPTION", /inputDim=undefined/],
    ["outputDim 0", () => layers.embedding({ inputDim: 2, outputDim: 0 }), "INVALID_OPTION", /outputDim=0/],
    ["more indices than float32 tells apart", () => layers.embedding({ inputDim: 2 ** 24 + 1, outputDim: 1 }), "INVALID_OPTION", /at most 16777216/],
    ["maskZero", () => layers.embedding(loose({ inputDim: 2, outputDim: 2, maskZero: 1 })), "INVALID_OPTION", /maskZero/],
    ["two inputs", () => layers.embedding({ inputDim: 2, outputDim: 2 }).apply([input({ shape: [1] }), input({ shape: [1] })]), "SHAPE_MISMATCH", /one input/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));
});
