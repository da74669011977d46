// The gradients of whole small models against finite differences.
import { input, layers, model, regularizers, sequential, setRandomSeed } from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { rows, values } from "../support/data.js";

/** A step that balances the rounding of a float32 loss against the curvature of the network. */
const STEP = 1e-2;

/** Central differences with Richardson's extrapolation: the error falls with the fourth power of the step. */
function numeric(loss: (shift: number) => number): number {
  const at = (step: number): number => (loss(step) - loss(-step)) / (2 * step);
  return (4 * at(STEP / 2) - at(STEP)) / 3;
}

/** Compares every gradient of weights and inputs; relative to the largest gradient of its tensor. */
function check(net: Model, x: number[][], y: number[][] | number[], tolerance: number): void {
  const analytic = net.gradients(x, y);
  const weights = net.getWeights();
  const names = net.layers.flatMap((layer) => layer.weights.map(({ name }) => `${layer.name}/${name}`));
  const lossAt = (): number => net.gradients(x, y).loss;
  names.forEach((name, i) => {
    const gradient = analytic.weights.get(name);
    if (gradient === undefined) return;
    const scale = Math.max(...gradient.data.map(Math.abs), 1e-2);
    for (let j = 0; j < gradient.size; j += Math.max(1, Math.floor(gradient.size / 12))) {
      const original = weights[i].data[j];
      const want = numeric((shift) => {
        weights[i].data[j] = original + shift;
        net.setWeights(weights);
        return lossAt();
      });
      weights[i].data[j] = original;
      net.setWeights(weights);
      expect(
        Math.abs(gradient.data[j] - want) / scale,
        `${name}[${j}]: ${gradient.data[j]} and ${want}`,
      ).toBeLessThan(tolerance);
    }
  });
  const dX = analytic.inputs[0];
  const scale = Math.max(...dX.data.map(Math.abs), 1e-2);
  for (let j = 0; j < dX.size; j += Math.max(1, Math.floor(dX.size / 12))) {
    const [row, column] = [Math.floor(j / x[0].length), j % x[0].length];
    const want = numeric((shift) => {
      const moved = x.map((line) => [...line]);
      moved[row][column] += shift;
      return net.gradients(moved, y).loss;
    });
    expect(Math.abs(dX.data[j] - want) / scale, `input ${j}`).toBeLessThan(tolerance);
  }
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
    check(net, rows(9, 5, 1), rows(9, 3, 2), 1e-3);
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
      1e-3,
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
    check(net, rows(5, 4, 8), rows(5, 4, 9), 1e-3);
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
      1e-3,
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
  check(net, rows(5, 4, 8), rows(5, 2, 9), 1e-3);
});
