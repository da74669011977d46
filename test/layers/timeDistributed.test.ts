// A layer at each step of a sequence: against the layer on the steps one by one.
import { input, layers, loadModel, model, modelFromJSON, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Model, Tensor } from "lanegrad";
import { describe, expect, test, vi } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";

const ROWS = 3;
const STEPS = 4;

const inside: Record<string, { make: () => layers.Layer; shape: number[] }> = {
  dense: { make: () => layers.dense({ units: 3, activation: "tanh" }), shape: [2] },
  conv2d: { make: () => layers.conv2d({ filters: 2, kernelSize: 2, padding: "same" }), shape: [3, 2, 2] },
  "a model": {
    make: () =>
      sequential({ layers: [layers.conv1d({ filters: 3, kernelSize: 2, activation: "tanh" }), layers.flatten(), layers.dense({ units: 2 })] }),
    shape: [4, 2],
  },
  lstm: { make: () => layers.lstm({ units: 2, kernelRegularizer: "l2" }), shape: [3, 2] },
  layerNormalization: { make: () => layers.layerNormalization(), shape: [5] },
  "itself": { make: () => layers.timeDistributed({ layer: layers.gru({ units: 2 }) }), shape: [2, 3, 1] },
  "a layer of one's own": {
    make: () => {
      class Cube extends layers.CustomLayer {
        override forward({ inputs: [x], output }: layers.CustomLayerForward): void {
          for (let i = 0; i < x.length; i++) output[i] = x[i] ** 3;
        }
        override backward({ inputs: [x], dOutput, dInputs: [dX] }: layers.CustomLayerBackward): void {
          for (let i = 0; i < x.length; i++) if (dX) dX[i] = 3 * x[i] ** 2 * dOutput[i];
        }
      }
      return new Cube();
    },
    shape: [2],
  },
}; // prettier-ignore

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function around(layer: layers.Layer, shape: readonly number[]): Model {
  const x = input({ shape: [STEPS, ...shape] });
  return model({ inputs: x, outputs: layers.timeDistributed({ layer }).apply(x) });
}

describe.each(Object.entries(inside))("with %s", (_, { make, shape }) => {
  test("it gives what the layer gives for the steps as rows, bit for bit", () => {
    setRandomSeed(1);
    const layer = make();
    const net = around(layer, shape);
    const step = input({ shape });
    const alone = model({ inputs: step, outputs: layer.apply(step) });
    const x = values(ROWS * STEPS * sizeOf(shape), 2);
    const y = net.predict(tensor(x, [ROWS, STEPS, ...shape]));
    const want = alone.predict(tensor(x, [ROWS * STEPS, ...shape]));
    expect(y.shape).toEqual([ROWS, STEPS, ...want.shape.slice(1)]);
    expect(y.data).toEqual(want.data);
    // A short last batch.
    expect(net.predict(tensor(x, [ROWS, STEPS, ...shape]), { batchSize: 2 }).data).toEqual(y.data);
    const dY = values(y.size, 3);
    const got = net.vjp(tensor(x, [ROWS, STEPS, ...shape]), tensor(dY, [...y.shape]));
    const slopes = alone.vjp(tensor(x, [ROWS * STEPS, ...shape]), tensor(dY, [...want.shape]));
    expect(got.inputs[0].data).toEqual(slopes.inputs[0].data);
    expect([...got.weights.values()]).toEqual([...slopes.weights.values()]);
  });

  test("it has the gradients that finite differences have", () => {
    setRandomSeed(2);
    const net = around(make(), shape);
    net.compile({ loss: "mse" });
    const x = tensor(values(ROWS * STEPS * sizeOf(shape), 4), [ROWS, STEPS, ...shape]);
    const { shape: outputs } = net.predict(x);
    checkGradients(net, [x], tensor(values(sizeOf(outputs), 5), [...outputs]), { step: 0.04 });
  });
});

describe("timeDistributed", () => {
  test("names weights by the layer inside, counts them and learns them", async () => {
    setRandomSeed(3);
    const inner = sequential({
      layers: [layers.dense({ units: 4, activation: "relu" }), layers.dropout({ rate: 0.1 })],
    });
    const net = sequential({
      layers: [
        layers.timeDistributed({ layer: inner, inputShape: [STEPS, 2] }),
        layers.timeDistributed({ layer: layers.batchNormalization() }),
        layers.timeDistributed({ layer: layers.dense({ units: 1, name: "head" }) }),
      ],
    }); // prettier-ignore
    net.compile({ loss: "mse", optimizer: { name: "adam", learningRate: 0.03 } });
    const x = tensor(values(40 * STEPS * 2, 6), [40, STEPS, 2]);
    const y = tensor(Float32Array.from({ length: 40 * STEPS }, (_, i) => x.data[2 * i] - x.data[2 * i + 1]), [40, STEPS, 1]); // prettier-ignore
    const { weights } = net.gradients(x, y);
    expect([...weights.keys()]).toEqual([
      "time_distributed/sequential/dense/kernel",
      "time_distributed/sequential/dense/bias",
      "time_distributed_1/batch_normalization/gamma",
      "time_distributed_1/batch_normalization/beta",
      "time_distributed_2/head/kernel",
      "time_distributed_2/head/bias",
    ]);
    expect(net.countParams()).toBe(12 + 16 + 5);
    expect(net.layers[0].countParams()).toBe(12);
    expect(net.layers[0].getWeights()).toEqual(inner.getWeights());
    const lines: string[] = [];
    net.summary({ print: (line) => lines.push(line) });
    expect(lines.join("\n")).toMatch(/time_distributed_2 \(TimeDistri… │ \(None, 4, 1\) +│ +5 │/);
    const { history } = await net.fit(x, y, { epochs: 30, batchSize: 16, verbose: 0, seed: 1 });
    expect(history.loss[29]).toBeLessThan(0.3 * history.loss[0]);
    const copy = loadModel(net.save());
    expect(copy.getConfig()).toEqual(net.getConfig());
    expect((copy.predict(x) as Tensor).data).toEqual(net.predict(x).data);
    // Training goes on from the file with the same bits.
    const [first, second] = [net, copy as Model].map((one) => one.trainOnBatch(x, y).loss);
    expect(second).toBe(first);
    expect(copy.getWeights()).toEqual(net.getWeights());
    const again = modelFromJSON(net.toJSON()) as Model;
    again.setWeights(net.getWeights());
    expect(again.predict(x).data).toEqual(net.predict(x).data);
    net.layers[2].setWeights([[[1], [0], [0], [0]], [7]]);
    expect(net.getLayer("time_distributed_2/head").getWeights()[1].data).toEqual(Float32Array.of(7));
  });

  test("shares the layer with other places, in files too", () => {
    setRandomSeed(4);
    const shared = layers.dense({ units: 2 });
    const [steps, single] = [input({ shape: [STEPS, 2] }), input({ shape: [2] })];
    const outputs = [layers.timeDistributed({ layer: shared }).apply(steps), shared.apply(single)];
    const net = model({ inputs: [steps, single], outputs });
    expect(net.countParams()).toBe(6);
    const copy = loadModel(net.save()) as Model<Tensor[]>;
    expect(copy.countParams()).toBe(6);
    const x = [tensor(values(STEPS * 2, 7), [1, STEPS, 2]), tensor(values(2, 8), [1, 2])];
    expect(copy.predict(x)).toEqual(net.predict(x));
  });

  test("has a mask of dropout for each step, and batchNormalization over all of them", () => {
    const ones = tensor(new Float32Array(50 * STEPS * 3).fill(1), [50, STEPS, 3]);
    const dropped = around(layers.dropout({ rate: 0.5, seed: 1 }), [3]);
    const { outputs } = dropped.vjp(ones, ones, { training: true });
    const zeros = outputs[0].data.filter((value) => value === 0).length;
    expect(zeros / outputs[0].size).toBeCloseTo(0.5, 1);
    const patterns = Array.from({ length: STEPS }, (_, t) => outputs[0].data.slice(3 * t, 3 * t + 3).join());
    expect(new Set(patterns).size).toBeGreaterThan(1);
    const [wrapped, plain] = [around(layers.batchNormalization(), [3]), model(plainNormalization())];
    const x = tensor(values(ROWS * STEPS * 3, 9), [ROWS, STEPS, 3]);
    const [got, want] = [wrapped, plain].map((net) => net.vjp(x, x, { training: true }));
    expect(got.outputs[0].data).toEqual(want.outputs[0].data);
    expect(wrapped.getWeights()).toEqual(plain.getWeights());
  });

  test("does not train a layer that is frozen, or around which it is", () => {
    for (const [layer, options] of [
      [layers.dense({ units: 1, trainable: false }), {}],
      [layers.dense({ units: 1 }), { trainable: false }],
    ] as const) {
      const x = input({ shape: [STEPS, 2] });
      const net = model({ inputs: x, outputs: layers.timeDistributed({ layer, ...options }).apply(x) });
      net.compile({ loss: "mse" });
      const data = [tensor(values(8, 1), [1, STEPS, 2]), tensor(values(4, 2), [1, STEPS, 1])] as const;
      for (const one of [net, loadModel(net.save()) as Model]) {
        expect(one.gradients(...data).weights.size).toBe(0);
      }
    }
  });

  test("adds the penalty on the outputs inside, divided by rows and steps", () => {
    setRandomSeed(5);
    const layer = layers.dense({ units: 2, activityRegularizer: { name: "l2", l2: 0.5 } });
    const net = around(layer, [2]);
    net.compile({ loss: "mse" });
    const x = tensor(values(ROWS * STEPS * 2, 1), [ROWS, STEPS, 2]);
    const y = net.predict(x);
    const want = y.data.reduce((sum, value) => sum + 0.5 * value * value, 0) / (ROWS * STEPS);
    expect(net.evaluate(x, y).loss).toBeCloseTo(want, 6);
    checkGradients(net, [x], tensor(values(y.size, 2), [...y.shape]));
  });

  test("takes a batch row by row that a model predicts alone", () => {
    setRandomSeed(6);
    const net = around(layers.dense({ units: 2 }), [3]);
    const x = values(ROWS * STEPS * 3, 1);
    const all = net.predict(tensor(x, [ROWS, STEPS, 3])).data;
    expect(net.predict(x.slice(STEPS * 3, 2 * STEPS * 3)).data).toEqual(all.slice(STEPS * 2, 2 * STEPS * 2));
  });
});

function plainNormalization() {
  const x = input({ shape: [STEPS, 3] });
  return { inputs: x, outputs: layers.batchNormalization().apply(x) };
}

describe("masks", () => {
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});

  test("of the steps are passed on, whatever is inside", () => {
    setRandomSeed(7);
    const x = input({ shape: [STEPS, 2, 2] });
    const masked = layers.masking().apply(layers.reshape({ targetShape: [STEPS, 4] }).apply(x));
    const layer = sequential({ layers: [layers.reshape({ targetShape: [2, 2] }), layers.flatten(), layers.dense({ units: 3 })] }); // prettier-ignore
    const steps = layers.timeDistributed({ layer }).apply(masked);
    const net = model({ inputs: x, outputs: [steps, layers.globalAveragePooling1d().apply(steps)] });
    const data = values(STEPS * 4, 1);
    data.fill(0, 4, 12);
    const [y, mean] = net.predict(tensor(data, [1, STEPS, 2, 2])) as unknown as Tensor[];
    for (let j = 0; j < 3; j++) expect(mean.data[j]).toBeCloseTo((y.data[j] + y.data[9 + j]) / 2, 6);
    expect(warnings).not.toHaveBeenCalled();
  });

  test("within the steps, as of the words of sentences, go into the layer", () => {
    setRandomSeed(8);
    const texts = input({ shape: [2, 3] });
    const words = layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true });
    const reader = layers.lstm({ units: 2 });
    const sentences = layers.timeDistributed({ layer: reader }).apply(words.apply(texts));
    const net = model({ inputs: texts, outputs: sentences });
    const sentence = input({ shape: [3] });
    const alone = model({ inputs: sentence, outputs: reader.apply(words.apply(sentence)) });
    const y = net.predict([[[1, 2, 0], [3, 0, 0]], [[4, 4, 4], [0, 0, 0]]]); // prettier-ignore
    expect(y.data).toEqual(alone.predict([[1, 2, 0], [3, 0, 0], [4, 4, 4], [0, 0, 0]]).data); // prettier-ignore
    expect(y.data.slice(6)).toEqual(Float32Array.of(0, 0));
    expect(warnings).not.toHaveBeenCalled();
  });
});

test("says what is wrong", () => {
  const make = layers.timeDistributed as (options: object) => layers.Layer;
  expectError(
    () => make({}),
    "INVALID_OPTION",
    /layer must be a layer or a model. Received: layer=undefined$/,
  );
  expectError(() => make({ layer: input({ shape: [2] }) }), "INVALID_OPTION", /must be a layer or a model/);
  expectError(
    () => make(layers.flatten()),
    "INVALID_OPTION",
    /^timeDistributed takes an object of options, \{ layer: \.\.\. \}. Received: a Flatten$/,
  );
  expectError(() => make({ layer: layers.flatten(), steps: 2 }), "UNKNOWN_OPTION", /steps/);
  const layer = layers.dense({ units: 2 });
  expectError(
    () => make({ layer }).apply(input({ shape: [3] })),
    "SHAPE_MISMATCH",
    /needs inputs of shape \[batch, steps, \.\.\.\]. Received: shape \[null, 3\]$/,
  );
  const stateful = layers.gru({ units: 2, stateful: true });
  expectError(
    () => make({ layer: stateful }).apply(input({ shape: [2, 3, 1] })),
    "INVALID_OPTION",
    /a stateful layer cannot be inside time_distributed.*Received: gru, which is stateful$/,
  );
  const two = layers.lstm({ units: 2, returnState: true });
  expectError(() => make({ layer: two }).apply(input({ shape: [2, 3, 1] })), "INVALID_OPTION", /outputs/);
  // A layer that was built elsewhere keeps its weights where it does not fit.
  const net = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
  const before = net.getWeights();
  expectError(() => make({ layer: net.layers[0] }).apply(input({ shape: [2, 4] })), "SHAPE_MISMATCH", /./);
  expect(net.getWeights()).toEqual(before);
});
