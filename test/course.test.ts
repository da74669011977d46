// The numbers that course notes work out by hand.
import {
  activations,
  layers,
  matMul,
  model,
  input,
  optimizers,
  scores,
  sequential,
  setRandomSeed,
  tensor,
} from "lanegrad";
import { beforeEach, describe, expect, test } from "vitest";
import { rows } from "./support/data.js";

beforeEach(() => setRandomSeed(1));

describe("a layer by hand", () => {
  test("Z = A.W + b and the thresholds of its sigmoid", () => {
    const net = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] });
    net.setWeights([
      [
        [1, -3, 5],
        [-2, 4, -6],
      ],
      [-1, 1, 2],
    ]);
    const z = net.predict([[200, 17]]);
    expect(z.toArray()).toEqual([[165, -531, 900]]);
    expect(activations.sigmoid(z).toArray()).toEqual([[1, 0, 1]]);
    expect(matMul([[200, 17]], [[1, -3, 5], [-2, 4, -6]]).toArray()).toEqual([[166, -532, 898]]); // prettier-ignore
  });

  test("softmax([2, 1, 0.1])", () => {
    const got = activations.softmax([2, 1, 0.1]).data;
    [0.65900114, 0.24243297, 0.09856589].forEach((want, i) => expect(got[i]).toBeCloseTo(want, 7));
  });

  test("sigmoid and softmax of the same four scores", () => {
    const scoresOf4 = tensor([-0.5, 1.2, -0.1, 2.4]);
    const sigmoid = activations.sigmoid(scoresOf4).data;
    const softmax = activations.softmax(scoresOf4).data;
    // By the definitions, in double precision.
    const exponentials = Array.from(scoresOf4.data, Math.exp);
    const sum = exponentials.reduce((a, b) => a + b);
    [0.37754067, 0.76852478, 0.47502081, 0.9168273].forEach((want, i) =>
      expect(sigmoid[i]).toBeCloseTo(want, 6),
    );
    exponentials.forEach((e, i) => expect(softmax[i]).toBeCloseTo(e / sum, 6));
    expect(softmax.reduce((a, b) => a + b)).toBeCloseTo(1, 6);
    expect(sigmoid.reduce((a, b) => a + b)).toBeGreaterThan(2);
  });
});

describe("how weights start", () => {
  const x = rows(64, 3, 1);
  const y = x.map(([a, b, c]) => [a * b + c > 0 ? 1 : 0]);

  function trained(kernelInitializer: "zeros" | "glorotUniform"): Float32Array[] {
    const net = sequential({
      layers: [
        layers.dense({ units: 8, activation: "relu", kernelInitializer, inputShape: [3] }),
        layers.dense({ units: 1, activation: "sigmoid", kernelInitializer }),
      ],
    });
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0.5 }), loss: "binaryCrossentropy" });
    for (let step = 0; step < 50; step++) net.trainOnBatch(x, y);
    return net.getWeights().map((weight) => weight.data);
  }

  test("all-zero kernels learn nothing: no gradient reaches them", () => {
    const [hidden, hiddenBias, output] = trained("zeros");
    for (const weight of [hidden, hiddenBias, output])
      expect(weight.every((value) => value === 0)).toBe(true);
  });

  test("zero biases are harmless", () => {
    const [hidden, hiddenBias] = trained("glorotUniform");
    expect(new Set(hidden).size).toBe(hidden.length);
    expect(hiddenBias.some((value) => value !== 0)).toBe(true);
  });
});

test("a linear network of several layers is a linear regression", () => {
  const x = rows(100, 2, 2);
  const y = x.map(([a, b]) => [3 * a - 2 * b + 0.5]);
  const net = sequential({
    layers: [
      layers.dense({ units: 4, inputShape: [2] }),
      layers.dense({ units: 3 }),
      layers.dense({ units: 1 }),
    ],
  });
  net.compile({ optimizer: optimizers.adam({ learningRate: 0.02 }), loss: "mse" });
  for (let step = 0; step < 800; step++) net.trainOnBatch(x, y);
  // What the three layers compute together is one linear function: these are its coefficients.
  const [at0, atA, atB] = net.predict([[0, 0], [1, 0], [0, 1]]).data; // prettier-ignore
  expect(at0).toBeCloseTo(0.5, 2);
  expect(atA - at0).toBeCloseTo(3, 2);
  expect(atB - at0).toBeCloseTo(-2, 2);
  expect(scores.r2(y, net.predict(x))).toBeGreaterThan(0.9999);
});

test("layers shared by two models have one set of weights", () => {
  const x = input({ shape: [3] });
  const encoder = layers.dense({ units: 2, activation: "tanh" });
  const code = encoder.apply(x);
  const autoencoder = model({ inputs: x, outputs: layers.dense({ units: 3 }).apply(code) });
  const encoding = model({ inputs: x, outputs: code });
  const data = rows(20, 3, 3);
  const before = encoding.predict(data).data;
  autoencoder.compile({ optimizer: "adam", loss: "mse" });
  autoencoder.trainOnBatch(data, data);
  expect(encoding.predict(data).data).not.toEqual(before);
  expect(encoding.getWeights()[0].data).toEqual(autoencoder.getWeights()[0].data);
});
