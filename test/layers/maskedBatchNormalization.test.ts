// Batch normalisation of sequences with a mask: PyTorch's numbers, finite differences, and what else must hold.
import { readFileSync } from "node:fs";
import { input, layers, loadModel, model, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Model, Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { Masked } from "../support/masked.js";

interface Values {
  shape: number[];
  data: number[];
}

interface Reference {
  options: layers.BatchNormalizationOptions;
  /** Of the LSTM that follows; 0 without one. */
  units: number;
  mask: Values;
  x: Values;
  weights: Values[];
  y: Values;
  dY: Values;
  dX: Values;
  dWeights: Record<string, Values>;
  /** The moving mean and variance afterwards. */
  moved: Values[];
}

const file = new URL("../references/batchNormMask.json", import.meta.url);
const references = JSON.parse(readFileSync(file, "utf8")) as Reference[];

const toTensor = ({ data, shape }: Values): Tensor => tensor(data, shape);

function expectClose(got: Tensor | undefined, want: Values, what: string): void {
  expect(got?.shape, what).toEqual(want.shape);
  const largest = Math.max(1, ...want.data.map(Math.abs));
  want.data.forEach((value, i) =>
    expect(Math.abs((got?.data[i] ?? NaN) - value), `${what} ${i}`).toBeLessThan(4e-6 * largest),
  );
}

/** Layers one after another on the first input, which has the mask that the second shows. */
function masked(shape: readonly number[], steps: readonly number[], ...chain: layers.Layer[]): Model {
  const [x, mask] = [input({ shape }), input({ shape: steps })];
  const start = new Masked().apply([x, layers.masking().apply(mask)]);
  const outputs = chain.reduce((tensor, layer) => layer.apply(tensor), start);
  return model({ inputs: [x, mask], outputs });
}

describe("PyTorch's numbers within 4e-6 of the largest", () => {
  const titled = references.map((reference) => {
    const { options, units, mask } = reference;
    return { reference, title: `${JSON.stringify(options)} ${units} units, mask ${mask.data.join("")}` };
  });

  test.each(titled)("$title", ({ reference }) => {
    const { options, units, mask, x, weights, y, dY, dX, dWeights, moved } = reference;
    const [layer, lstm] = [layers.batchNormalization(options), layers.lstm({ units: units || 1 })];
    const net = masked(x.shape.slice(1), mask.shape.slice(1), layer, ...(units ? [lstm] : []));
    net.setWeights(weights.map(toTensor));
    const got = net.vjp([toTensor(x), toTensor(mask)], toTensor(dY), { training: true });
    expectClose(got.outputs[0], y, "y");
    expectClose(got.inputs[0], dX, "dX");
    expect(got.weights.size).toBe(Object.keys(dWeights).length);
    for (const [name, want] of Object.entries(dWeights)) {
      const path = name === "gamma" || name === "beta" ? layer.name : lstm.name;
      expectClose(got.weights.get(`${path}/${name}`), want, name);
    }
    const [mean, variance] = layer.getWeights().slice(-2);
    expectClose(mean, moved[0], "moving mean");
    expectClose(variance, moved[1], "moving variance");
  });

  test.each(titled.filter(({ reference: { units, mask } }) => units === 0 && mask.shape.length === 3))(
    "inside timeDistributed, and in a model inside it: $title",
    ({ reference: { options, mask, x, weights, y, dY, dX, moved } }) => {
      for (const wrap of [(inner: layers.Layer) => inner, alone]) {
        const layer = layers.batchNormalization(options);
        const steps = layers.timeDistributed({ layer: wrap(layer) });
        const net = masked(x.shape.slice(1), mask.shape.slice(1), steps);
        net.setWeights(weights.map(toTensor));
        const got = net.vjp([toTensor(x), toTensor(mask)], toTensor(dY), { training: true });
        expectClose(got.outputs[0], y, "y");
        expectClose(got.inputs[0], dX, "dX");
        const [mean, variance] = layer.getWeights().slice(-2);
        expectClose(mean, moved[0], "moving mean");
        expectClose(variance, moved[1], "moving variance");
      }
    },
  );
});

/** A layer as a model of its own, with one before it that passes masks on. */
function alone(layer: layers.Layer): Model {
  return sequential({ layers: [layers.activation({ activation: "linear" }), layer] });
}

const ROWS = 3;
const STEPS = 4;
const MASK = [1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 0, 1];
const mask = tensor(MASK, [ROWS, STEPS, 1]);

describe("finite differences", () => {
  test.each([
    {},
    { scale: false },
    { center: false, gammaRegularizer: "l2" },
    { gammaInitializer: { name: "constant", value: 0.7 }, epsilon: 0.1 },
  ] as layers.BatchNormalizationOptions[])(
    "alone, where the loss counts the steps of the mask: %j",
    (options) => {
      setRandomSeed(5);
      const net = masked([STEPS, 3], [STEPS, 1], layers.batchNormalization(options));
      net.compile({ loss: "mse" });
      const [x, y] = [1, 2].map((seed) => tensor(values(ROWS * STEPS * 3, seed), [ROWS, STEPS, 3]));
      checkGradients(net, [x, mask], y, { fixed: [1] });
    },
  );

  test("before a layer that takes no masks: what comes after it uses all steps", () => {
    setRandomSeed(6);
    const net = masked(
      [STEPS, 2],
      [STEPS, 1],
      layers.batchNormalization(),
      layers.flatten(),
      layers.dense({ units: 2 }),
    );
    net.compile({ loss: "mse" });
    const x = tensor(values(ROWS * STEPS * 2, 1), [ROWS, STEPS, 2]);
    checkGradients(net, [x, mask], tensor(values(ROWS * 2, 2), [ROWS, 2]), { fixed: [1] });
  });

  test("between recurrent layers, twice, and of a mask that nothing counts in", () => {
    setRandomSeed(7);
    const chain = [
      layers.batchNormalization(),
      layers.lstm({ units: 3, returnSequences: true }),
      layers.batchNormalization({ momentum: 0.5 }),
      layers.gru({ units: 2 }),
    ];
    const net = masked([STEPS, 2], [STEPS, 1], ...chain);
    net.compile({ loss: "mse" });
    const x = tensor(values(ROWS * STEPS * 2, 1), [ROWS, STEPS, 2]);
    const y = tensor(values(ROWS * 2, 2), [ROWS, 2]);
    checkGradients(net, [x, mask], y, { fixed: [1], step: 0.04 });
    const zeros = tensor(new Float32Array(ROWS * STEPS), [ROWS, STEPS, 1]);
    const { loss, weights, inputs } = net.gradients([x, zeros], y);
    expect(Number.isFinite(loss)).toBe(true);
    for (const { data } of [...weights.values(), ...inputs])
      expect(data.every((value) => value === 0)).toBe(true);
  });
});

test("a mask of ones changes no bit of outputs, statistics or sums", () => {
  const run = (masks: boolean) => {
    const layer = layers.batchNormalization();
    const x = tensor(values(5 * STEPS * 7, 1), [5, STEPS, 7]);
    const dY = tensor(values(5 * STEPS * 7, 2), [5, STEPS, 7]);
    const start = input({ shape: [STEPS, 7] });
    const net = masks
      ? masked([STEPS, 7], [STEPS, 1], layer)
      : model({ inputs: start, outputs: layer.apply(start) });
    const ones = tensor(new Float32Array(5 * STEPS).fill(1), [5, STEPS, 1]);
    const got = net.vjp(masks ? [x, ones] : x, dY, { training: true });
    return {
      y: got.outputs[0],
      sums: [...got.weights.values()],
      weights: layer.getWeights(),
      dX: got.inputs[0],
    };
  };
  const [{ dX: got, ...others }, { dX: want, ...same }] = [run(true), run(false)];
  expect(others).toEqual(same);
  got.data.forEach((value, i) => expect(Math.abs(value - want.data[i])).toBeLessThan(1e-6));
});

test("steps that do not count, NaN too, are in no statistic; they are normalised as others", () => {
  const layer = layers.batchNormalization();
  const net = masked([STEPS, 2], [STEPS, 1], layer);
  net.compile({ loss: "mse", optimizer: "sgd" });
  const x = values(ROWS * STEPS * 2, 1);
  const statistics = [0.25, NaN].map((other) => {
    layer.setWeights([[1, 1], [0, 0], [0, 0], [1, 1]]); // prettier-ignore
    const held = x.map((value, i) => (MASK[i >> 1] === 0 ? other : value));
    const { outputs } = net.vjp([tensor(held, [ROWS, STEPS, 2]), mask], tensor(x, [ROWS, STEPS, 2]), { training: true }); // prettier-ignore
    return { y: outputs[0].data, moving: layer.getWeights().slice(2) };
  });
  expect(statistics[1].moving).toEqual(statistics[0].moving);
  statistics[1].y.forEach((value, i) => {
    if (MASK[i >> 1] === 0) expect(value).toBeNaN();
    else expect(value).toBe(statistics[0].y[i]);
  });
  // Both channels hold 0.25 there.
  const [first, second] = [statistics[0].y[2], statistics[0].y[3]];
  statistics[0].y.forEach((value, i) => {
    if (MASK[i >> 1] === 0) expect(value).toBe(i % 2 === 0 ? first : second);
  });
});

test("a mask of steps that hold several rows of channels counts all of them", () => {
  const run = (steps: readonly number[], data: ArrayLike<number>) => {
    const layer = layers.batchNormalization();
    const x = tensor(values(2 * 3 * 2 * 5, 1), [2, 3, 2, 5]);
    const net = masked([3, 2, 5], steps, layer);
    const got = net.vjp([x, tensor(Float32Array.from(data), [2, ...steps])], x, { training: true });
    return [got.outputs, got.inputs[0], [...got.weights.values()], layer.getWeights()];
  };
  const each = [1, 0, 1, 0, 0, 1];
  const rows = each.flatMap((counts) => [counts, counts]);
  expect(run([3, 1], each)).toEqual(run([3, 2, 1], rows));
});

test("prediction, and a frozen layer in training, use the moving statistics whatever the mask says", () => {
  const layer = layers.batchNormalization({ trainable: false });
  const net = masked([STEPS, 2], [STEPS, 1], layer);
  layer.setWeights([[2, 3], [1, -1], [0.5, 0], [4, 0.25]]); // prettier-ignore
  net.compile({ loss: "mse" });
  const x = tensor(values(ROWS * STEPS * 2, 1), [ROWS, STEPS, 2]);
  const y = net.predict([x, mask]);
  const zeros = tensor(new Float32Array(ROWS * STEPS), [ROWS, STEPS, 1]);
  expect(net.predict([x, zeros])).toEqual(y);
  expect(net.vjp([x, mask], y, { training: true }).outputs[0]).toEqual(y);
});

test("a model with masking, batch normalisation and an LSTM trains with padding, and comes back from a file", async () => {
  setRandomSeed(8);
  const net = sequential({
    layers: [
      layers.masking({ inputShape: [6, 2] }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.lstm({ units: 6 }),
      layers.dense({ units: 1 }),
    ],
  });
  net.compile({ optimizer: { name: "adam", learningRate: 0.02 }, loss: "mse" });
  const length = (row: number): number => 1 + (row % 6);
  // Far from 0, so that padding in the statistics would be seen.
  const x = values(48 * 12, 3).map((value, i) =>
    (i % 12) >> 1 < length(Math.floor(i / 12)) ? 5 + value : 0,
  );
  const y = Float32Array.from({ length: 48 }, (_, row) => x[row * 12 + 2 * (length(row) - 1)] - 5);
  const data = tensor(x, [48, 6, 2]);
  const { history } = await net.fit(data, y, { epochs: 40, batchSize: 16, verbose: 0, seed: 1 });
  expect(history.loss[39]).toBeLessThan(0.3 * history.loss[0]);
  const [mean] = net.layers[1].getWeights().slice(2);
  mean.data.forEach((value) => expect(Math.abs(value - 5)).toBeLessThan(0.3));
  const copy = loadModel(net.save());
  expect((copy.predict(data) as Tensor).data).toEqual(net.predict(data).data);
});
