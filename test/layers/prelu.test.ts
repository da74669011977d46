// Rectifiers with a learnt slope.
import { input, layers, sequential, setRandomSeed, tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { checkReference, layerReferences } from "../support/layerReferences.js";

describe("PyTorch's numbers within 1e-6 of the largest", () => {
  test.each(layerReferences("prelu"))("$title", (reference) => {
    checkReference(layers.prelu(reference.options as never), reference, 1e-6);
  });
});

test("where x is 0, neither x nor alpha has a gradient, as in Keras; alpha starts at 0", () => {
  const layer = layers.prelu({ inputShape: [3] });
  const net = sequential({ layers: [layer] });
  expect([...layer.getWeights()[0].data]).toEqual([0, 0, 0]);
  net.setWeights([[0.5, 0.5, 0.5]]);
  const { outputs, inputs, weights } = net.vjp([[-2, 0, 2]], [[1, 1, 1]]);
  expect([...outputs[0].data]).toEqual([-1, 0, 2]);
  expect([...inputs[0].data]).toEqual([0.5, 0, 1]);
  expect([...(weights.get(`${layer.name}/alpha`)?.data ?? [])]).toEqual([-2, 0, 0]);
});

test.each([undefined, 1, [1, 2]])("finite differences, shared axes %j", (sharedAxes) => {
  setRandomSeed(10);
  const net = sequential({
    layers: [
      layers.dense({ units: 6, inputShape: [3] }),
      layers.reshape({ targetShape: [2, 3] }),
      layers.prelu({ ...(sharedAxes && { sharedAxes }), alphaInitializer: "ones", alphaRegularizer: "l2" }),
      layers.flatten(),
      layers.dense({ units: 2 }),
    ],
  });
  net.compile({ loss: "mse" });
  // Far from the corner: one sign for each column of x.kernel.
  const x = tensor(values(6, 1).map((value, i) => [1, 2, -3][i % 3] + 0.1 * value), [2, 3]); // prettier-ignore
  checkGradients(net, [x], tensor(values(4, 2), [2, 2]));
});

test("names and shapes of weights, as in Keras", () => {
  const layer = layers.prelu({ sharedAxes: [1, 3], inputShape: [2, 3, 4] });
  sequential({ layers: [layer] });
  expect(layer.weights.map(({ name, shape }) => [name, shape])).toEqual([["alpha", [1, 3, 1]]]);
  expect(layer.name).toBe("p_re_lu");
});

test("what is shared may have another length", () => {
  const layer = layers.prelu({ sharedAxes: 1 });
  layer.apply(input({ shape: [2, 3] }));
  expect(layer.apply(input({ shape: [5, 3] })).shape).toEqual([null, 5, 3]);
  expect(() => layer.apply(input({ shape: [2, 4] }))).toThrow(/alpha of shape \[1, 3\]/);
});

test.each([
  [layers.prelu(), { sharedAxes: undefined }],
  [layers.prelu({ sharedAxes: 2, alphaInitializer: "ones", alphaConstraint: "nonNeg" }), { sharedAxes: [2] }],
])("an equal layer can be made from its configuration", (layer, expected) => {
  const config = layer.getConfig();
  expect(config).toMatchObject(expected);
  expect(layers.prelu(structuredClone(config) as never).getConfig()).toEqual(config);
});

describe("errors", () => {
  const loose = (value: unknown): never => value as never;
  const on = (layer: layers.Layer, shape: number[]) => () => layer.apply(input({ shape }));
  const cases: [string, () => unknown, string, RegExp][] = [
    ["the batch shared", () => layers.prelu({ sharedAxes: [0, 1] }), "INVALID_OPTION", /sharedAxes=\[0,1\]/],
    ["an axis twice", () => layers.prelu({ sharedAxes: [1, 1] }), "INVALID_OPTION", /sharedAxes=\[1,1\]/],
    ["an axis that is no integer", () => layers.prelu({ sharedAxes: loose("1") }), "INVALID_OPTION", /sharedAxes="1"/],
    ["an axis too many", on(layers.prelu({ sharedAxes: 3 }), [3, 4]), "SHAPE_MISMATCH", /sharedAxes=\[3\].*\[null, 3, 4\]/],
    ["too many places", on(layers.prelu({ sharedAxes: [2, 4] }), [2, 2, 2, 2, 2]), "SHAPE_MISMATCH", /too many places/],
    ["an unknown option", () => layers.prelu(loose({ alpha: 1 })), "UNKNOWN_OPTION", /alpha/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));
});
