// Layers that hand values on: permute, repeatVector, identity.
import { input, layers, model, sequential, setRandomSeed, tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { checkReference, layerReferences } from "../support/layerReferences.js";

const make: Record<string, (options: never) => layers.Layer> = {
  permute: layers.permute,
  repeatVector: layers.repeatVector,
  identity: layers.identity,
};

describe("PyTorch's numbers", () => {
  test.each(layerReferences(...Object.keys(make)))("$title", (reference) => {
    checkReference(make[reference.kind](reference.options as never), reference, 1e-6);
  });
});

test("finite differences, relative error under 1e-3", () => {
  setRandomSeed(4);
  const net = sequential({
    layers: [
      layers.dense({ units: 4, activation: "tanh", inputShape: [3] }),
      layers.repeatVector({ n: 3 }),
      layers.identity(),
      layers.permute({ dims: [2, 1] }),
      layers.dense({ units: 2, activation: "tanh" }),
      layers.flatten(),
      layers.dense({ units: 1 }),
    ],
  });
  net.compile({ loss: "mse" });
  checkGradients(net, [tensor(values(15, 1), [5, 3])], tensor(values(5, 2), [5, 1]));
});

test("batches of different sizes, one after another", () => {
  const net = sequential({ layers: [layers.permute({ dims: [2, 1], inputShape: [2, 3] })] });
  for (const rows of [3, 1, 5]) {
    const x = tensor(values(6 * rows, rows), [rows, 2, 3]);
    const want = x.data.map((_, i) => x.data[6 * Math.floor(i / 6) + 3 * (i % 2) + Math.floor((i % 6) / 2)]);
    expect(net.predict(x).data).toEqual(want);
  }
});

test("axes of length 1 move no data, and any number of axes that stay together may move", () => {
  const net = sequential({
    layers: [layers.permute({ dims: [5, 6, 7, 1, 2, 3, 4], inputShape: [1, 2, 1, 3, 2, 1, 2] })],
  });
  const x = tensor(values(24, 1), [1, 1, 2, 1, 3, 2, 1, 2]);
  const y = net.predict(x);
  expect(y.shape).toEqual([1, 2, 1, 2, 1, 2, 1, 3]);
  expect(y.data).toEqual(x.data.map((_, i) => x.data[4 * (i % 6) + Math.floor(i / 6)]));
});

test("a loss still knows which activation the outputs come from", () => {
  const compile = (layer: layers.Layer): void => {
    const x = input({ shape: [3] });
    const outputs = layers.dense({ units: 3, activation: "softmax" }).apply(x);
    model({ inputs: x, outputs: layer.apply(outputs) }).compile({
      loss: { name: "categoricalCrossentropy", fromLogits: true },
    });
  };
  for (const layer of [layers.identity(), layers.permute({ dims: [1] }), layers.repeatVector({ n: 2 })]) {
    expect(() => compile(layer)).toThrow(/softmax/);
  }
});

test("names, as in Keras", () => {
  const list = [layers.permute({ dims: [1] }), layers.repeatVector({ n: 2 }), layers.identity()];
  expect(list.map(({ name }) => name)).toEqual(["permute", "repeat_vector", "identity"]);
});

describe("configurations", () => {
  const cases: [string, layers.Layer, (config: never) => layers.Layer, Record<string, unknown>][] = [
    ["permute", layers.permute({ dims: [2, 1], name: "a" }), layers.permute, { dims: [2, 1], name: "a" }],
    ["repeatVector", layers.repeatVector({ n: 3 }), layers.repeatVector, { n: 3 }],
    ["identity", layers.identity({ trainable: false }), layers.identity, { trainable: false }],
  ];

  test.each(cases)("%s: an equal layer can be made from it", (_, layer, factory, expected) => {
    const config = layer.getConfig();
    expect(config).toMatchObject(expected);
    expect(factory(structuredClone(config) as never).getConfig()).toEqual(config);
  });
});

describe("errors", () => {
  const loose = (value: unknown): never => value as never;
  const on =
    (layer: layers.Layer, ...shapes: number[][]) =>
    () =>
      layer.apply(shapes.map((shape) => input({ shape })));
  const cases: [string, () => unknown, string, RegExp][] = [
    ["no dims", () => layers.permute(loose({})), "INVALID_OPTION", /dims=undefined/],
    ["dims from 0", () => layers.permute({ dims: [0, 1] }), "INVALID_OPTION", /dims=\[0,1\]/],
    ["an axis twice", () => layers.permute({ dims: [1, 1] }), "INVALID_OPTION", /dims=\[1,1\]/],
    ["an axis too many", on(layers.permute({ dims: [2, 1, 3] }), [3, 4]), "SHAPE_MISMATCH", /3 axes and the batch.*\[null, 3, 4\]/],
    ["more axes than the kernel has", on(layers.permute({ dims: [5, 4, 3, 2, 1] }), [2, 2, 2, 2, 2]), "SHAPE_MISMATCH", /at most 4 axes/],
    ["permute of two", on(layers.permute({ dims: [1] }), [3], [3]), "SHAPE_MISMATCH", /one input/],
    ["n of 0", () => layers.repeatVector({ n: 0 }), "INVALID_OPTION", /n=0/],
    ["repeatVector of a matrix", on(layers.repeatVector({ n: 2 }), [3, 4]), "SHAPE_MISMATCH", /\[batch, features\].*\[null, 3, 4\]/],
    ["identity of two", on(layers.identity(), [3], [3]), "SHAPE_MISMATCH", /one input/],
    ["identity with an option", () => layers.identity(loose({ n: 2 })), "UNKNOWN_OPTION", /no option n/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));
});
