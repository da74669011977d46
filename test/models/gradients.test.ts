// The gradients of whole small models against finite differences.
import { input, layers, model, regularizers, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { rows, values } from "../support/data.js";
import { checkGradients } from "../support/finiteDifferences.js";

/** Compares every gradient of a model of one input. */
function check(net: Model, x: number[][], y: number[][] | number[]): void {
  checkGradients(net, [tensor(x)], y);
}

/** Smooth activations: finite differences are meaningless across a corner. */
const SMOOTH = [
  "linear",
  "sigmoid",
  "tanh",
  "exponential",
  "softplus",
  "gelu",
  "silu",
  "mish",
  "softmax",
  "logSoftmax",
] as const;

describe("finite differences, relative error under 1e-3 of the largest gradient", () => {
  test.each(SMOOTH)("dense layers with %s", (activation) => {
    setRandomSeed(11);
    const net = sequential({
      layers: [
        layers.dense({ units: 7, activation, inputShape: [5] }),
        layers.dense({ units: 6, activation }),
        layers.dense({ units: 3 }),
      ],
    });
    net.compile({ loss: "mse" });
    check(net, rows(9, 5, 1), rows(9, 3, 2));
  });

  test("batch normalisation, dropout, penalties, softmax from logits", () => {
    setRandomSeed(12);
    const net = sequential({
      layers: [
        layers.dense({ units: 8, activation: "tanh", kernelRegularizer: "l2", inputShape: [4] }),
        layers.batchNormalization(),
        layers.dropout({ rate: 0.3 }),
        layers.dense({ units: 6, activation: "gelu", useBias: false }),
        layers.batchNormalization({ center: false }),
        layers.dense({ units: 3, kernelRegularizer: { name: "l2", l2: 0.05 } }),
      ],
    });
    net.compile({ loss: { name: "sparseCategoricalCrossentropy", fromLogits: true } });
    check(
      net,
      rows(12, 4, 3),
      Array.from({ length: 12 }, (_, i) => i % 3),
    );
  });

  test("orthogonal penalties on rows and on columns, and one of one's own", () => {
    class FourthPower extends regularizers.CustomRegularizer {
      evaluate(weights: Float32Array, gradient: Float32Array): number {
        weights.forEach((weight, i) => (gradient[i] = 4 * weight ** 3));
        return weights.reduce((sum, weight) => sum + weight ** 4, 0);
      }
    }
    setRandomSeed(15);
    const net = sequential({
      layers: [
        layers.dense({
          units: 3,
          activation: "tanh",
          kernelRegularizer: { name: "orthogonal", factor: 0.5 },
          biasInitializer: "ones",
          biasRegularizer: new FourthPower(),
          inputShape: [4],
        }),
        layers.dense({
          units: 4,
          kernelRegularizer: regularizers.orthogonal({ factor: 2, mode: "columns" }),
          biasRegularizer: "l2",
        }),
      ],
    });
    net.compile({ loss: "mse" });
    check(net, rows(5, 4, 8), rows(5, 4, 9));
  });

  test("axes between batch and features", () => {
    setRandomSeed(13);
    const net = sequential({
      layers: [
        layers.reshape({ targetShape: [3, 4], inputShape: [12] }),
        layers.dense({ units: 5, activation: "tanh" }),
        layers.batchNormalization(),
        layers.flatten(),
        layers.dense({ units: 1, activation: "sigmoid" }),
      ],
    });
    net.compile({ loss: "binaryCrossentropy" });
    check(
      net,
      rows(6, 12, 4),
      Array.from({ length: 6 }, (_, i) => i % 2),
    );
  });
});

test("gradients advances nothing", () => {
  const net = sequential({
    layers: [
      layers.dense({ units: 4, inputShape: [3] }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.5 }),
    ],
  });
  net.compile({ loss: "mse" });
  const before = net.getWeights().map((weight) => weight.data);
  const [x, y] = [rows(8, 3, 5), rows(8, 4, 6)];
  const first = net.gradients(x, y);
  expect(net.gradients(x, y).loss).toBe(first.loss);
  expect(net.getWeights().map((weight) => weight.data)).toEqual(before);
});

test("gradients keeps averages of weights where they are", async () => {
  const [x, y] = [rows(8, 3, 5), rows(8, 4, 6)];
  const trained = await Promise.all(
    [false, true].map(async (asks) => {
      setRandomSeed(9);
      const net = sequential({
        layers: [layers.dense({ units: 4, inputShape: [3] }), layers.batchNormalization()],
      });
      net.compile({ optimizer: { name: "sgd", useEma: true, emaMomentum: 0.5 }, loss: "mse" });
      await net.fit(x, y, { epochs: 3, seed: 1 });
      if (asks) net.gradients(x, y);
      net.trainOnBatch(x, y);
      return net.getWeights().map((weight) => weight.data);
    }),
  );
  expect(trained[1]).toEqual(trained[0]);
});

test("vjp in training mode is one training forward: statistics and masks advance", () => {
  const net = sequential({
    layers: [layers.batchNormalization({ inputShape: [3] }), layers.dropout({ rate: 0.5 })],
  });
  const x = values(300, 7);
  const statistics = net.getWeights()[2].data;
  const first = net.vjp(x, null, { training: true });
  const second = net.vjp(x, null, { training: true });
  expect(net.getWeights()[2].data).not.toEqual(statistics);
  expect(second.outputs[0].data).not.toEqual(first.outputs[0].data);
  expect(first.inputs[0].data.every((value) => value === 0)).toBe(true);
});

test("weights used twice add their gradients up", () => {
  setRandomSeed(14);
  const shared = layers.dense({ units: 4, activation: "tanh" });
  const x = input({ shape: [4] });
  const net = model({ inputs: x, outputs: layers.dense({ units: 2 }).apply(shared.apply(shared.apply(x))) });
  net.compile({ loss: "mse" });
  check(net, rows(5, 4, 8), rows(5, 2, 9));
});
