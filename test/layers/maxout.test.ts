// The largest of several linear functions.
import { input, layers, sequential, setRandomSeed, tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { rows, values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { checkReference, layerReferences } from "../support/layerReferences.js";

describe("PyTorch's numbers within 2e-6 of the largest", () => {
  test.each(layerReferences("maxout"))("$title", (reference) => {
    checkReference(layers.maxout(reference.options as never), reference, 2e-6);
  });
});

test("two pieces learn the absolute value", async () => {
  const net = sequential({ layers: [layers.maxout({ units: 1, inputShape: [1] })] });
  net.setWeights([[1, -1], [0, 0]]); // prettier-ignore
  expect([...net.predict([[-3], [0.5]]).data]).toEqual([3, 0.5]);
  net.setWeights([[0.3, -0.2], [0, 0]]); // prettier-ignore
  net.compile({ loss: "mse", optimizer: { name: "adam", learningRate: 0.01 } });
  const x = rows(64, 1, 1, 2);
  const y = x.map(([value]) => [Math.abs(value)]);
  await net.fit(x, y, { epochs: 400, batchSize: 64, verbose: 0 });
  expect(net.evaluate(x, y).loss).toBeLessThan(0.05);
});

test("finite differences, relative error under 1e-3", () => {
  setRandomSeed(12);
  const net = sequential({
    layers: [
      layers.maxout({ units: 2, numElements: 3, kernelRegularizer: "l2", inputShape: [3] }),
      layers.dense({ units: 2 }),
    ],
  });
  net.compile({ loss: "mse" });
  checkGradients(net, [tensor(values(9, 3, 2), [3, 3])], tensor(values(6, 4), [3, 2]));
});

test("names and shapes of weights", () => {
  const layer = layers.maxout({ units: 3, inputShape: [4] });
  sequential({ layers: [layer] });
  const weights = layer.weights.map(({ name, shape }) => [name, shape]);
  expect(weights).toEqual([["kernel", [4, 6]], ["bias", [6]]]); // prettier-ignore
  expect(layer.name).toBe("maxout");
});

test.each([
  [layers.maxout({ units: 3 }), { units: 3, numElements: 2, useBias: true }],
  [layers.maxout({ units: 1, numElements: 4, useBias: false, kernelConstraint: "maxNorm", kernelRegularizer: "l2" }), { numElements: 4 }],
])("an equal layer can be made from its configuration", (layer, expected) => {
  const config = layer.getConfig();
  expect(config).toMatchObject(expected);
  expect(layers.maxout(structuredClone(config) as never).getConfig()).toEqual(config);
}); // prettier-ignore

describe("errors", () => {
  const loose = (value: unknown): never => value as never;
  const built = layers.maxout({ units: 2 });
  built.apply(input({ shape: [3] }));
  const cases: [string, () => unknown, string, RegExp][] = [
    ["no units", () => layers.maxout(loose({})), "INVALID_OPTION", /units=undefined/],
    ["no pieces", () => layers.maxout({ units: 2, numElements: 0 }), "INVALID_OPTION", /numElements=0/],
    ["an activation", () => layers.maxout(loose({ units: 2, activation: "relu" })), "UNKNOWN_OPTION", /activation/],
    ["no features", () => layers.maxout({ units: 2 }).apply(input({ shape: [] })), "SHAPE_MISMATCH", /\[null\]/],
    ["built for others", () => built.apply(input({ shape: [4] })), "SHAPE_MISMATCH", /last axis is 3.*\[null, 4\]/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));
});
