// Layers of several inputs: outputs, gradients, broadcasting, errors.
import { input, layers, model, setRandomSeed, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { memory } from "../../src/runtime/runtime.js";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { checkReference, layerReferences } from "../support/layerReferences.js";

const MERGES = {
  add: layers.add,
  subtract: layers.subtract,
  multiply: layers.multiply,
  average: layers.average,
  maximum: layers.maximum,
  minimum: layers.minimum,
};

const make: Record<string, (options: never) => layers.Layer> = {
  ...MERGES,
  concatenate: layers.concatenate,
  dot: layers.dot,
};

describe("PyTorch's numbers within 2e-6 of the largest", () => {
  test.each(layerReferences(...Object.keys(make)))("$title", (reference) => {
    checkReference(make[reference.kind](reference.options as never), reference, 2e-6);
  });
});

/** Values of a shape with a batch. */
function draw(shape: number[], seed: number): Tensor {
  return tensor(
    values(
      shape.reduce((size, n) => size * n, 1),
      seed,
    ),
    shape,
  );
}

describe("finite differences, relative error under 1e-3", () => {
  const cases: [string, () => layers.Layer, number[][]][] = [
    ["add", () => layers.add(), [[3, 4], [1], [4]]],
    ["subtract", () => layers.subtract(), [[4], [3, 4]]],
    ["multiply", () => layers.multiply(), [[3, 4], [3, 1], [4]]],
    ["average", () => layers.average(), [[5], [5], [1]]],
    ["maximum", () => layers.maximum(), [[2, 2], [2, 1]]],
    ["minimum", () => layers.minimum(), [[3], [3]]],
    ["concatenate", () => layers.concatenate({ axis: 1 }), [[3, 4], [2, 4]]],
    ["dot", () => layers.dot({ axes: [1, 2] }), [[3, 4], [2, 3]]],
    ["cosine", () => layers.dot({ axes: -1, normalize: true }), [[3, 4], [4]]],
  ]; // prettier-ignore

  test.each(cases)("%s between dense layers", (_, makeLayer, shapes) => {
    setRandomSeed(7);
    const inputs = shapes.map((shape) => input({ shape }));
    const hidden = inputs.map((x, i) =>
      layers.dense({ units: shapes[i].at(-1) as number, activation: "tanh" }).apply(x),
    );
    const merged = layers.flatten().apply(makeLayer().apply(hidden));
    const net = model({ inputs, outputs: layers.dense({ units: 2 }).apply(merged) });
    net.compile({ loss: "mse" });
    const x = shapes.map((shape, i) => draw([5, ...shape], i + 1));
    checkGradients(net, x, draw([5, 2], 9));
  });

  test("a residual connection: an input of a merge that is used elsewhere too", () => {
    setRandomSeed(8);
    const x = input({ shape: [4] });
    const y = layers.dense({ units: 4, activation: "tanh" }).apply(x);
    const sum = layers.add().apply([x, layers.multiply().apply([y, x]), y]);
    const net = model({ inputs: x, outputs: layers.dense({ units: 1 }).apply(sum) });
    net.compile({ loss: "mse" });
    checkGradients(net, [draw([5, 4], 3)], draw([5, 1], 4));
  });
});

describe("one tensor twice", () => {
  const x = tensor([1, -2, 3, 0.5], [2, 2]);
  const dY = tensor([1, 10, 100, 1000], [2, 2]);
  const cases: [string, layers.Layer, number[], number[]][] = [
    ["add", layers.add(), [2, -4, 6, 1], [2, 20, 200, 2000]],
    ["subtract", layers.subtract(), [0, 0, 0, 0], [0, 0, 0, 0]],
    ["multiply", layers.multiply(), [1, 4, 9, 0.25], [2, -40, 600, 1000]],
    ["average", layers.average(), [1, -2, 3, 0.5], [1, 10, 100, 1000]],
    ["maximum, whose gradient is the first's", layers.maximum(), [1, -2, 3, 0.5], [1, 10, 100, 1000]],
    ["minimum", layers.minimum(), [1, -2, 3, 0.5], [1, 10, 100, 1000]],
  ];

  test.each(cases)("%s", (_, layer, y, dX) => {
    const a = input({ shape: [2] });
    const { outputs, inputs } = model({ inputs: a, outputs: layer.apply([a, a]) }).vjp(x, dY);
    expect([...outputs[0].data]).toEqual(y);
    expect([...inputs[0].data]).toEqual(dX);
  });

  test("concatenate", () => {
    const a = input({ shape: [2] });
    const net = model({ inputs: a, outputs: layers.concatenate().apply([a, a]) });
    const { outputs, inputs } = net.vjp(x, tensor([1, 2, 10, 20, 3, 4, 30, 40], [2, 4]));
    expect([...outputs[0].data]).toEqual([1, -2, 1, -2, 3, 0.5, 3, 0.5]);
    expect([...inputs[0].data]).toEqual([11, 22, 33, 44]);
  });

  test("dot: the squares, whose gradient is twice the values", () => {
    const a = input({ shape: [2] });
    const net = model({ inputs: a, outputs: layers.dot({ axes: 1 }).apply([a, a]) });
    const { outputs, inputs } = net.vjp(x, tensor([1, 10], [2, 1]));
    expect([...outputs[0].data]).toEqual([5, 9.25]);
    expect([...inputs[0].data]).toEqual([2, -4, 60, 10]);
  });
});

test("one tensor three times, and under another name", () => {
  const a = input({ shape: [2] });
  const sum = layers.add().apply([a, layers.identity().apply(a), a]);
  const { outputs, inputs } = model({ inputs: a, outputs: sum }).vjp([[1, -2]], [[10, 100]]);
  expect([...outputs[0].data]).toEqual([3, -6]);
  expect([...inputs[0].data]).toEqual([30, 300]);
});

describe("an input that needs no gradient beside one that does", () => {
  const merges: typeof make = { ...make, dot: () => layers.dot({ axes: 1 }) };
  const cases = Object.entries(merges).flatMap(([name, factory]) =>
    [false, true].map((isFirst): [string, boolean, () => layers.Layer] => [name, isFirst, () => factory({} as never)]),
  ); // prettier-ignore

  test.each(cases)("%s, first %s", (_, isFirst, makeLayer) => {
    setRandomSeed(21);
    const a = input({ shape: [4] });
    const hidden = layers.dense({ units: 4, activation: "tanh" }).apply(a);
    const merged = makeLayer().apply(isFirst ? [a, hidden] : [hidden, a]);
    const net = model({ inputs: a, outputs: layers.dense({ units: 1 }).apply(merged) });
    net.compile({ loss: "mse", optimizer: { name: "sgd", learningRate: 0.5 } });
    const [x, y] = [draw([6, 4], 1), draw([6, 1], 2)];
    // The gradients with respect to inputs and weights, which the references confirm.
    const gradients = [...net.gradients(x, y).weights.values()];
    const before = net.getWeights();
    // The sink of a gradient that nobody wants has the address 0.
    const atZero = memory().floats.slice(0, 16);
    net.trainOnBatch(x, y);
    expect(memory().floats.slice(0, 16)).toEqual(atZero);
    net.getWeights().forEach(({ data }, i) => {
      expect(gradients[i].data.some((value) => value !== 0)).toBe(true);
      data.forEach((value, j) => expect(value).toBeCloseTo(before[i].data[j] - 0.5 * gradients[i].data[j], 6));
    }); // prettier-ignore
  });
});

test("of equal inputs, the earlier has the gradient of a maximum and of a minimum", () => {
  for (const layer of [layers.maximum(), layers.minimum()]) {
    const inputs = [input({ shape: [1] }), input({ shape: [1] }), input({ shape: [1] })];
    const net = model({ inputs, outputs: layer.apply(inputs) });
    const one = tensor([1], [1, 1]);
    const { inputs: gradients } = net.vjp([one, one, one], tensor([5], [1, 1]));
    expect(gradients.map(({ data }) => data[0])).toEqual([5, 0, 0]);
  }
});

test("batches of different sizes, one after another", () => {
  const inputs = [input({ shape: [3, 2] }), input({ shape: [2] })];
  const net = model({ inputs, outputs: layers.add().apply(inputs) });
  for (const rows of [4, 1, 7]) {
    const [a, b] = [draw([rows, 3, 2], rows), draw([rows, 2], rows + 1)];
    const want = a.data.map((value, i) => value + b.data[2 * Math.floor(i / 6) + (i % 2)]);
    expect(net.predict([a, b]).data).toEqual(want);
    expect(net.predict([a, b], { batchSize: 3 }).data).toEqual(want);
  }
});

test("training moves the weights behind a merge", () => {
  setRandomSeed(3);
  const inputs = [input({ shape: [3] }), input({ shape: [2] })];
  const [a, b] = inputs.map((x) => layers.dense({ units: 4, activation: "tanh" }).apply(x));
  const merged = layers.concatenate().apply([layers.add().apply([a, b]), layers.multiply().apply([a, b])]);
  const net = model({ inputs, outputs: layers.dense({ units: 1 }).apply(merged) });
  net.compile({ loss: "mse", optimizer: "adam" });
  const before = net.getWeights();
  const [x, y] = [[draw([16, 3], 1), draw([16, 2], 2)], draw([16, 1], 3)];
  const losses = Array.from({ length: 30 }, () => net.trainOnBatch(x, y).loss);
  expect(losses[29]).toBeLessThan(losses[0]);
  net.getWeights().forEach((weight, i) => expect(weight.data).not.toEqual(before[i].data));
});

test("names, as in Keras", () => {
  const names = [...Object.values(MERGES), layers.concatenate].map((factory) => factory().name);
  expect(names).toEqual(["add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate"]);
});

describe("configurations", () => {
  const named = { name: "a", trainable: false };
  const cases: [string, layers.Layer, (config: never) => layers.Layer, Record<string, unknown>][] = [
    ...Object.keys(MERGES).map((name): [string, layers.Layer, (config: never) => layers.Layer, typeof named] => [name, make[name](named as never), make[name], named]),
    ["concatenate, defaults", layers.concatenate(), layers.concatenate, { axis: -1 }],
    ["concatenate", layers.concatenate({ axis: 2 }), layers.concatenate, { axis: 2 }],
    ["dot, defaults", layers.dot({ axes: 1 }), layers.dot, { axes: 1, normalize: false }],
    ["dot", layers.dot({ axes: [1, -1], normalize: true }), layers.dot, { axes: [1, -1], normalize: true }],
  ]; // prettier-ignore

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
    ["one input", on(layers.add(), [3]), "SHAPE_MISMATCH", /add takes an array of at least 2 inputs\. Received: 1$/],
    ["one input that is no array", () => layers.maximum().apply(input({ shape: [3] })), "SHAPE_MISMATCH", /at least 2/],
    ["no input", on(layers.multiply()), "SHAPE_MISMATCH", /at least 2 inputs\. Received: 0/],
    ["subtract of three", on(layers.subtract(), [3], [3], [3]), "SHAPE_MISMATCH", /exactly 2 inputs\. Received: 3/],
    ["subtract of one", on(layers.subtract(), [3]), "SHAPE_MISMATCH", /exactly 2 inputs\. Received: 1/],
    ["shapes that do not fit", on(layers.average(), [3], [1], [4, 2]), "SHAPE_MISMATCH", /shapes \[null, 3\], \[null, 1\], \[null, 4, 2\]$/],
    ["too many turns", on(layers.add(), [1, 2, 1, 2, 1], [2, 1, 2, 1, 2]), "SHAPE_MISMATCH", /take turns more than four times/],
    ["misspelt option", () => layers.add(loose({ axsi: 1 })), "UNKNOWN_OPTION", /add has no option axsi/],
    ["concatenate one", on(layers.concatenate(), [3]), "SHAPE_MISMATCH", /at least 2/],
    ["concatenate along the batch", () => layers.concatenate({ axis: 0 }), "INVALID_OPTION", /batch\. Received: axis=0/],
    ["concatenate along the batch, from the end", on(layers.concatenate({ axis: -2 }), [3], [3]), "SHAPE_MISMATCH", /axis -2.*\[null, 3\], \[null, 3\]/],
    ["concatenate along no axis", on(layers.concatenate({ axis: 2 }), [3], [3]), "SHAPE_MISMATCH", /axis 2/],
    ["concatenate other ranks", on(layers.concatenate(), [3], [3, 3]), "SHAPE_MISMATCH", /\[null, 3\], \[null, 3, 3\]/],
    ["concatenate other lengths", on(layers.concatenate(), [3, 2], [4, 2]), "SHAPE_MISMATCH", /\[null, 3, 2\], \[null, 4, 2\]/],
    ["axis that is no integer", () => layers.concatenate({ axis: 0.5 }), "INVALID_OPTION", /axis=0\.5/],
    ["dot without axes", () => layers.dot(loose({})), "INVALID_OPTION", /axes=undefined/],
    ["dot along the batch", () => layers.dot({ axes: [1, 0] }), "INVALID_OPTION", /axes=\[1,0\]/],
    ["dot along three axes", () => layers.dot({ axes: loose([1, 2, 3]) }), "INVALID_OPTION", /axes=\[1,2,3\]/],
    ["dot normalize", () => layers.dot({ axes: 1, normalize: loose(1) }), "INVALID_OPTION", /normalize=1/],
    ["dot of three", on(layers.dot({ axes: 1 }), [3], [3], [3]), "SHAPE_MISMATCH", /exactly 2/],
    ["dot of other lengths", on(layers.dot({ axes: -1 }), [3], [2, 4]), "SHAPE_MISMATCH", /axes=-1.*\[null, 3\], \[null, 2, 4\]/],
    ["dot along no axis", on(layers.dot({ axes: 2 }), [3], [3, 3]), "SHAPE_MISMATCH", /axes=2/],
    ["dot along the batch, from the end", on(layers.dot({ axes: -2 }), [3], [3]), "SHAPE_MISMATCH", /axes=-2/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));
});
