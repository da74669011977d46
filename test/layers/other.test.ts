// Layers of noise, activations as layers, rescaling, normalization and penalties on activities.
import { input, layers, model, regularizers, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { codeOf, rows, values } from "../support/data.js";

const SATURATION = -1.0507009873554805 * 1.6732632423543772;

function expectClose(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  Array.from(want).forEach((value, i) =>
    expect(Math.abs(got[i] - value), `${i}: ${got[i]}, ${value}`).toBeLessThanOrEqual(
      tolerance * Math.max(1, Math.abs(value)),
    ),
  );
}

function momentsOf(data: Float32Array): [mean: number, variance: number] {
  const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
  return [mean, data.reduce((sum, value) => sum + (value - mean) ** 2, 0) / data.length];
}

describe("noise", () => {
  const count = 4096;
  const x = tensor(values(count * 4, 1, 2), [count, 4]);
  const dY = tensor(values(count * 4, 2), [count, 4]);
  const noisy = (layer: layers.Layer): { y: Float32Array; dX: Float32Array } => {
    setRandomSeed(3);
    const { outputs, inputs } = sequential({ layers: [layer] }).vjp(x, dY, { training: true });
    return { y: outputs[0].data, dX: inputs[0].data };
  };

  test("gaussianNoise adds noise of the standard deviation and passes gradients on", () => {
    const { y, dX } = noisy(layers.gaussianNoise({ stddev: 0.5, inputShape: [4] }));
    const [mean, variance] = momentsOf(y.map((value, i) => value - x.data[i]));
    expect(Math.abs(mean)).toBeLessThan((4 * 0.5) / Math.sqrt(4 * count));
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.02);
    expect(dX).toEqual(dY.data);
  });

  test("gaussianDropout multiplies by the same noise forward and backward", () => {
    const { y, dX } = noisy(layers.gaussianDropout({ rate: 0.2, inputShape: [4] }));
    const factors = y.map((value, i) => value / x.data[i]);
    const [mean, variance] = momentsOf(factors);
    expect(Math.abs(mean - 1)).toBeLessThan((4 * 0.5) / Math.sqrt(4 * count));
    expect(Math.abs(variance - 0.25)).toBeLessThan(0.02);
    expectClose(dX, factors.map((factor, i) => factor * dY.data[i]), 2e-6); // prettier-ignore
  });

  test("alphaDropout is Keras's formula", () => {
    const rate = 0.3;
    const { y, dX } = noisy(layers.alphaDropout({ rate, inputShape: [4] }));
    const a = ((1 - rate) * (1 + rate * SATURATION ** 2)) ** -0.5;
    const b = -a * SATURATION * rate;
    const dropped = Math.fround(a * SATURATION + b);
    const isKept = Array.from(y, (value) => Math.abs(value - dropped) > 1e-5);
    expect(Math.abs(isKept.filter((kept) => !kept).length / y.length - rate)).toBeLessThan(0.02);
    expectClose(y, isKept.map((kept, i) => (kept ? a * x.data[i] + b : dropped)), 2e-6); // prettier-ignore
    expectClose(dX, isKept.map((kept, i) => (kept ? a * dY.data[i] : 0)), 2e-6); // prettier-ignore
  });

  const makers = [
    ["gaussianNoise", (seed?: number) => layers.gaussianNoise({ stddev: 1, inputShape: [4], ...(seed && { seed }) })],
    ["gaussianDropout", (seed?: number) => layers.gaussianDropout({ rate: 0.5, inputShape: [4], ...(seed && { seed }) })],
    ["alphaDropout", (seed?: number) => layers.alphaDropout({ rate: 0.5, inputShape: [4], ...(seed && { seed }) })],
  ] as const; // prettier-ignore

  test.each(makers)("%s does nothing at prediction and hands the activation on", (_name, make) => {
    const net = sequential({ layers: [make()] });
    expect(net.predict(x).data).toEqual(x.data);
    expect(make()).toHaveProperty("outputActivation", "input");
  });

  test.each(makers)("%s with a seed gives the same noise in every model", (_name, make) => {
    const run = (layer: layers.Layer): Float32Array =>
      sequential({ layers: [layer] }).vjp(x, dY, { training: true }).outputs[0].data;
    expect(run(make(5))).toEqual(run(make(5)));
    expect(run(make(5))).not.toEqual(run(make(6)));
    expect(run(make())).not.toEqual(run(make()));
  });

  test("an amount of 0 changes nothing in training", () => {
    expect(noisy(layers.gaussianNoise({ stddev: 0, inputShape: [4] })).y).toEqual(x.data);
    expect(noisy(layers.gaussianDropout({ rate: 0, inputShape: [4] })).y).toEqual(x.data);
    expect(noisy(layers.alphaDropout({ rate: 0, inputShape: [4] })).y).toEqual(x.data);
  });
});

describe("activations as layers", () => {
  const x = [-4, -1.5, -0.25, 0.25, 1.5, 4];
  const run = (layer: layers.Layer): Tensor => sequential({ layers: [layer] }).predict([x]);
  const inputShape = [6];

  test("their formulas", () => {
    expectClose(run(layers.reLU({ inputShape })).data, [0, 0, 0, 0.25, 1.5, 4], 0);
    const clipped = layers.reLU({ maxValue: 2, negativeSlope: 0.5, threshold: 1, inputShape });
    expectClose(run(clipped).data, [-2.5, -1.25, -0.625, -0.375, 1.5, 2], 1e-7);
    expectClose(run(layers.leakyReLU({ inputShape })).data, [-1.2, -0.45, -0.075, 0.25, 1.5, 4], 1e-7);
    const elu = run(layers.elu({ alpha: 2, inputShape })).data;
    expectClose(elu, [2 * Math.expm1(-4), 2 * Math.expm1(-1.5), 2 * Math.expm1(-0.25), 0.25, 1.5, 4], 1e-6);
    const sum = x.reduce((total, value) => total + Math.exp(value), 0);
    expectClose(run(layers.softmax({ inputShape })).data, x.map((value) => Math.exp(value) / sum), 1e-6); // prettier-ignore
  });

  test("names and configurations of Keras", () => {
    const net = sequential({
      layers: [layers.reLU({ inputShape }), layers.leakyReLU(), layers.elu(), layers.softmax()],
    });
    expect(net.layers.map(({ name }) => name)).toEqual(["re_lu", "leaky_re_lu", "elu", "softmax"]);
    expect(net.layers.map((layer) => layer.getConfig())).toEqual([
      { name: "re_lu", trainable: true, negativeSlope: 0, maxValue: null, threshold: 0 },
      { name: "leaky_re_lu", trainable: true, negativeSlope: 0.3 },
      { name: "elu", trainable: true, alpha: 1 },
      { name: "softmax", trainable: true, axis: -1 },
    ]);
  });

  test("the loss sees their activation", () => {
    const net = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] }), layers.softmax()] });
    const loss = { name: "categoricalCrossentropy", fromLogits: true } as const;
    expect(codeOf(() => net.compile({ loss }))).toBe("INVALID_OPTION");
  });
});

describe("rescaling", () => {
  test("by a number, by one for each feature, and both", () => {
    const x = rows(5, 3, 4);
    const flat = x.flat();
    const run = (options: layers.RescalingOptions): Float32Array =>
      sequential({ layers: [layers.rescaling({ ...options, inputShape: [3] })] }).predict(x).data;
    expectClose(run({ scale: 0.25 }), flat.map((value) => value / 4), 1e-7); // prettier-ignore
    expectClose(run({ scale: 2, offset: -1 }), flat.map((value) => 2 * value - 1), 1e-7); // prettier-ignore
    const [scale, offset] = [[1, -2, 3], [0.5, 0, -4]]; // prettier-ignore
    expectClose(run({ scale, offset }), flat.map((value, i) => value * scale[i % 3] + offset[i % 3]), 1e-7); // prettier-ignore
    expectClose(run({ scale, offset: 1 }), flat.map((value, i) => value * scale[i % 3] + 1), 1e-7); // prettier-ignore
  });

  test("its gradient is the scale", () => {
    const net = sequential({ layers: [layers.rescaling({ scale: [2, -3], offset: 5, inputShape: [2] })] });
    const { inputs } = net.vjp([[1, 2], [3, 4]], [[1, 10], [100, 1000]]); // prettier-ignore
    expect(Array.from(inputs[0].data)).toEqual([2, -30, 200, -3000]);
  });

  test("errors", () => {
    expect(codeOf(() => layers.rescaling({} as never))).toBe("INVALID_OPTION");
    expect(codeOf(() => layers.rescaling({ scale: [] }))).toBe("INVALID_OPTION");
    expect(codeOf(() => layers.rescaling({ scale: [1, NaN] }))).toBe("INVALID_OPTION");
    expect(codeOf(() => layers.rescaling({ scale: [1, 2], offset: [1] }))).toBe("INVALID_OPTION");
    const wide = layers.rescaling({ scale: [1, 2], inputShape: [3] });
    expect(codeOf(() => sequential({ layers: [wide] }))).toBe("SHAPE_MISMATCH");
  });
});

describe("normalization", () => {
  const data = [[0, 7, 4], [2, 9, 6], [0, 7, 4], [2, 9, 6]]; // prettier-ignore

  test("the examples of Keras's documentation", () => {
    const adapted = layers.normalization({ inputShape: [3] });
    adapted.adapt(data);
    const net = sequential({ layers: [adapted] });
    expectClose(net.predict([[0, 7, 4], [2, 9, 6]]).data, [-1, -1, -1, 1, 1, 1], 1e-7); // prettier-ignore
    const given = sequential({ layers: [layers.normalization({ mean: 3, variance: 2, inputShape: [1] })] });
    expectClose(given.predict([[1], [2], [3]]).data, [-Math.SQRT2, -Math.SQRT1_2, 0], 1e-7);
    const back = layers.normalization({ axis: -1, invert: true, inputShape: [3] });
    back.adapt(data);
    expectClose(sequential({ layers: [back] }).predict([[1, 2, 3]]).data, [2, 10, 8], 1e-7);
  });

  test("statistics over all axes but the last, in double precision", () => {
    const count = 5000;
    const x = Float32Array.from({ length: 2 * count }, (_, i) =>
      i % 2 === 0 ? 3000 + values(1, i)[0] : values(1, i)[0] * 1e-3,
    );
    const layer = layers.normalization({ inputShape: [10, 2] });
    layer.adapt(tensor(x, [count / 10, 10, 2]));
    for (const column of [0, 1]) {
      const [mean, variance] = momentsOf(x.filter((_, i) => i % 2 === column));
      const [gotMean, gotVariance] = layer.getWeights();
      expectClose([gotMean.data[column] / mean], [1], 1e-6);
      expectClose([gotVariance.data[column] / variance], [1], 1e-6);
    }
    expect(layer.weights.map(({ name, shape, isTrained }) => [name, shape, isTrained])).toEqual([
      ["mean", [2], false],
      ["variance", [2], false],
      ["count", [], false],
    ]);
    expect(layer.getWeights()[2].toArray()).toBe(count);
    const { data: y } = sequential({ layers: [layer] }).predict(tensor(x, [count / 10, 10, 2]));
    for (const column of [0, 1]) {
      const [mean, variance] = momentsOf(y.filter((_, i) => i % 2 === column));
      expect(Math.abs(mean)).toBeLessThan(1e-3);
      expect(Math.abs(variance - 1)).toBeLessThan(1e-3);
    }
  });

  test("a constant feature becomes 0", () => {
    const layer = layers.normalization({ inputShape: [1] });
    layer.adapt([[5.3], [5.3], [5.3]]);
    expect(sequential({ layers: [layer] }).predict([[5.3]]).data[0]).toBe(0);
  });

  test("new statistics, by adapt or setWeights, count at once; training does not change them", async () => {
    setRandomSeed(1);
    const layer = layers.normalization({ inputShape: [1] });
    const net = sequential({ layers: [layer, layers.dense({ units: 1, kernelInitializer: "ones" })] });
    net.compile({ loss: "mse" });
    layer.adapt([[0], [2]]);
    expect(net.predict([[3]]).data[0]).toBe(2);
    layer.adapt([[3], [5]]);
    expect(net.predict([[3]]).data[0]).toBe(-1);
    layer.setWeights([[1], [4], 0]);
    expect(net.predict([[3]]).data[0]).toBe(1);
    await net.fit([[1], [2]], [[1], [2]], { epochs: 2, verbose: 0 });
    expect(layer.getWeights().map(({ data: [value] }) => value)).toEqual([1, 4, 0]);
  });

  test("gradients go through", () => {
    const layer = layers.normalization({ mean: [1, 2], variance: [4, 0.25], inputShape: [2] });
    const { inputs } = sequential({ layers: [layer] }).vjp([[0, 0]], [[1, 1]]);
    expect(Array.from(inputs[0].data)).toEqual([0.5, 2]);
  });

  test("not without statistics, again and again", () => {
    const layer = layers.normalization({ inputShape: [1] });
    const net = sequential({ layers: [layer, layers.dense({ units: 1 })] });
    net.compile({ loss: "mse" });
    for (let i = 0; i < 2; i++) {
      expect(codeOf(() => net.predict([[1]]))).toBe("NOT_BUILT");
      expect(codeOf(() => net.gradients([[1]], [[1]]))).toBe("NOT_BUILT");
    }
    layer.adapt([[1], [3]]);
    expect(net.predict([[2]]).data[0]).toBe(0);
  });

  test("errors", () => {
    const make = (options: object) => layers.normalization(options);
    expect(codeOf(() => make({ axis: 1 }))).toBe("INVALID_OPTION");
    expect(codeOf(() => make({ axis: null }))).toBe("INVALID_OPTION");
    expect(codeOf(() => make({ mean: 1 }))).toBe("INVALID_OPTION");
    expect(codeOf(() => make({ mean: 1, variance: -1 }))).toBe("INVALID_OPTION");
    expect(codeOf(() => make({ mean: [1, 2], variance: [1, 2, 3] }))).toBe("INVALID_OPTION");
    expect(codeOf(() => make({ means: 1 }))).toBe("UNKNOWN_OPTION");
    expect(codeOf(() => make({ mean: 1, variance: 1 }).adapt([[1]]))).toBe("INVALID_OPTION");
    expect(codeOf(() => make({}).adapt([1, 2]))).toBe("SHAPE_MISMATCH");
    expect(codeOf(() => make({}).adapt(tensor([], [0, 2])))).toBe("INVALID_DATA");
    const layer = make({});
    layer.adapt([[1, 2]]);
    expect(codeOf(() => layer.adapt([[1, 2, 3]]))).toBe("SHAPE_MISMATCH");
    const wrong = layers.dense({ units: 3, inputShape: [2] });
    expect(codeOf(() => sequential({ layers: [wrong, layer] }))).toBe("SHAPE_MISMATCH");
  });
});

describe("penalties on activities", () => {
  const x = rows(7, 4, 5);
  const y = rows(7, 2, 6);
  const penaltyOf = (outputs: Float32Array, l1: number, l2: number): number =>
    outputs.reduce((sum, value) => sum + l1 * Math.abs(value) + l2 * value * value, 0) / 7;

  test("belong to the loss in training and evaluation, divided by the rows of each batch", async () => {
    setRandomSeed(2);
    const plain = layers.dense({ units: 2, inputShape: [4] });
    const penalised = layers.dense({
      units: 2,
      inputShape: [4],
      activityRegularizer: regularizers.l1L2({ l1: 0.3, l2: 0.2 }),
    });
    const [a, b] = [plain, penalised].map((layer) => sequential({ layers: [layer] }));
    for (const net of [a, b]) net.compile({ loss: "mse", optimizer: { name: "sgd", learningRate: 0.1 } });
    b.setWeights(a.getWeights());
    const penalty = penaltyOf(b.predict(x).data, 0.3, 0.2);
    const without = a.evaluate(x, y).loss;
    expectClose(
      [b.evaluate(x, y).loss, b.gradients(x, y).loss],
      [without + penalty, without + penalty],
      1e-6,
    );
    const small = b.evaluate(x, y, { batchSize: 3 });
    expectClose([small.loss], [without + penalty], 1e-6);
    const { history } = await b.fit(x, y, { epochs: 1, batchSize: 7, verbose: 0 });
    expectClose([history.loss[0] as number], [without + penalty], 1e-6);
  });

  /** Central differences of the loss with respect to the inputs. */
  function checkInputs(net: ReturnType<typeof sequential>): void {
    const { inputs } = net.gradients(x, y);
    inputs[0].data.forEach((got, j) => {
      const lossAt = (shift: number): number => {
        const moved = x.map((row) => [...row]);
        moved[Math.floor(j / 4)][j % 4] += shift;
        return net.gradients(moved, y).loss;
      };
      const want = (lossAt(1e-2) - lossAt(-1e-2)) / 2e-2;
      expect(Math.abs(got - want), `${j}: ${got}, ${want}`).toBeLessThan(2e-4);
    });
  }

  class FourthPower extends regularizers.CustomRegularizer {
    evaluate(weights: Float32Array, gradient: Float32Array): number {
      let sum = 0;
      weights.forEach((value, i) => {
        sum += value ** 4;
        gradient[i] = 4 * value ** 3;
      });
      return sum;
    }
  }

  test.each([
    ["l2", regularizers.l2({ l2: 0.7 })],
    ["one's own", new FourthPower()],
  ])(
    "gradients by %s: of an activation, in the middle, beside other consumers",
    (_name, activityRegularizer) => {
      setRandomSeed(4);
      const net = sequential({
        layers: [
          layers.dense({ units: 5, activation: "tanh", activityRegularizer, inputShape: [4] }),
          layers.dropout({ rate: 0 }),
          layers.dense({ units: 3, activation: "hardSilu", activityRegularizer }),
          layers.activityRegularization({ l1: 0, l2: 0.4 }),
          layers.dense({ units: 2, activityRegularizer }),
        ],
      });
      net.compile({ loss: "mse" });
      checkInputs(net);
    },
  );

  test("in a model used as a layer, used twice, and on an output without a loss", () => {
    setRandomSeed(5);
    const shared = sequential({
      layers: [layers.dense({ units: 4, activation: "tanh", activityRegularizer: "l2", inputShape: [4] })],
    });
    const entrance = input({ shape: [4] });
    const hidden = shared.apply(shared.apply(entrance));
    const side = layers.activityRegularization({ l2: 2 }).apply(hidden);
    const net = model({ inputs: entrance, outputs: [layers.dense({ units: 2 }).apply(hidden), side] });
    net.compile({ loss: ["mse", null] });
    const data = (from: Tensor | number[][]): Float32Array => shared.predict(from).data;
    const first = data(x);
    const second = data(tensor(first, [7, 4]));
    const [out] = net.predict(x);
    const mse = out.data.reduce((sum, value, i) => sum + (value - y.flat()[i]) ** 2, 0) / 14;
    const want = mse + penaltyOf(first, 0, 0.01) + penaltyOf(second, 0, 0.01) + penaltyOf(second, 0, 2);
    const got = net.gradients(x, [y, null] as never);
    expectClose([got.loss], [want], 1e-6);
  });

  test("no part of predictions, of vjp or of the losses of outputs", () => {
    const net = sequential({ layers: [layers.activityRegularization({ l1: 5, inputShape: [4] })] });
    expect(net.predict(x).data).toEqual(Float32Array.from(x.flat()));
    expect(net.vjp(x, x).inputs[0].data).toEqual(Float32Array.from(x.flat()));
    net.compile({ loss: "mae" });
    expectClose([net.evaluate(x, x).loss], [penaltyOf(Float32Array.from(x.flat()), 5, 0)], 1e-6);
  });

  test("configurations", () => {
    const dense = layers.dense({ units: 2, activityRegularizer: { name: "l1", l1: 0.5 } });
    expect(dense.getConfig().activityRegularizer).toEqual({ name: "l1L2", l1: 0.5, l2: 0 });
    expect(layers.dense({ units: 2 }).getConfig()).not.toHaveProperty("activityRegularizer");
    const layer = layers.activityRegularization({ l1: 0.1 });
    expect(layer.getConfig()).toEqual({ name: "activity_regularization", trainable: true, l1: 0.1, l2: 0 });
    expect(layer).toHaveProperty("outputActivation", "input");
  });
});

test.each([
  [() => layers.gaussianNoise({ stddev: -1 }), "INVALID_OPTION"],
  [() => layers.gaussianNoise({} as never), "INVALID_OPTION"],
  [() => layers.gaussianDropout({ rate: 1 }), "INVALID_OPTION"],
  [() => layers.alphaDropout({ rate: 1 }), "INVALID_OPTION"],
  [() => layers.alphaDropout({ rate: 0.1, seed: -1 }), "INVALID_OPTION"],
  [() => layers.reLU({ negativeSlope: -1 }), "INVALID_OPTION"],
  [() => layers.reLU({ threshold: -1 }), "INVALID_OPTION"],
  [() => layers.reLU({ maxValue: -1 }), "INVALID_OPTION"],
  [() => layers.leakyReLU({ negativeSlope: -1 }), "INVALID_OPTION"],
  [() => layers.elu({ alpha: NaN }), "INVALID_OPTION"],
  [() => layers.softmax({ axis: 1 }), "INVALID_OPTION"],
  [() => layers.activityRegularization({ l1: -1 }), "INVALID_OPTION"],
  [() => layers.activityRegularization({ activityRegularizer: "l1" } as never), "UNKNOWN_OPTION"],
  [() => layers.dense({ units: 1, activityRegularizer: "orthogonal" }), "INVALID_OPTION"],
])("%s is refused", (work, code) => {
  expect(codeOf(work)).toBe(code);
});

test("TensorFlow.js's name of the slope is answered with ours", () => {
  expect(() => layers.leakyReLU({ alpha: 0.1 } as never)).toThrow(/Did you mean negativeSlope\?/);
});
