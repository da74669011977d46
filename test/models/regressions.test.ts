// Each of these was once wrong.
import {
  configure,
  initializers,
  input,
  layers,
  LanegradError,
  loadModel,
  losses,
  metrics,
  model,
  optimizers,
  sequential,
  setRandomSeed,
} from "lanegrad";
import type { Model, Sequential } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { codeOf, rows } from "../support/data.js";

const x = rows(40, 3, 1);
const y = x.map(([a, b]) => (a > b ? 1 : 0));

afterEach(() => vi.restoreAllMocks());

test("an initializer that cannot make a shape fails every time, not the first time alone", () => {
  const net = sequential({
    layers: [layers.dense({ units: 2, biasInitializer: "orthogonal", inputShape: [3] })],
  });
  expect(codeOf(() => net.predict(x))).toBe("SHAPE_MISMATCH");
  expect(codeOf(() => net.predict(x))).toBe("SHAPE_MISMATCH");
});

test("a model that lost a layer keeps its weights where another model with it inside cannot be built", () => {
  const base = sequential({ layers: [layers.dense({ units: 2 }), layers.dense({ units: 1 })] });
  base.compile({ loss: "mse" });
  base.trainOnBatch(x, y);
  base.pop();
  const [kernel] = base.layers[0].getWeights();
  const first = (): layers.Layer => layers.dense({ units: 3, inputShape: [3] });
  const wrong = [first(), layers.reshape({ targetShape: [7] }), base];
  expect(codeOf(() => sequential({ layers: wrong }))).toBe("SHAPE_MISMATCH");
  sequential({ layers: [first(), base] });
  expect(base.layers[0].getWeights()[0].data).toEqual(kernel.data);
});

test("weights that are set after a fit with averages count beside weights of any size", async () => {
  const net = sequential({ layers: [layers.dense({ units: 1, useBias: false, inputShape: [2] })] });
  net.compile({ optimizer: optimizers.sgd({ learningRate: 0, useEma: true }), loss: "mse" });
  net.setWeights([[[1e20], [1]]]);
  await net.fit([[0, 1]], [[1]], { verbose: 0 });
  net.setWeights([[[1e20], [5]]]);
  net.trainOnBatch([[0, 1]], [[1]]);
  expect(net.getWeights()[0].data[1]).toBe(5);
});

test("saving between two changes of weights after a fit with averages leaves training as it was", async () => {
  const trained = async (between: (net: Sequential) => void): Promise<Uint8Array> => {
    setRandomSeed(1);
    const net = sequential({ layers: [layers.dense({ units: 1, useBias: false, inputShape: [2] })] });
    net.compile({ optimizer: optimizers.sgd({ useEma: true, emaMomentum: 0.5 }), loss: "mse" });
    net.setWeights([[[1], [2]]]);
    await net.fit([[0, 1]], [[1]], { verbose: 0, epochs: 3, seed: 1 });
    net.setWeights([[[3], [4]]]);
    between(net);
    net.setWeights([[[5], [6]]]);
    net.trainOnBatch([[1, 1]], [[1]]);
    return net.save();
  };
  expect(await trained((net) => net.save())).toEqual(await trained(() => {}));
});

describe("a sequential model that cannot be built leaves layers alone that others use", () => {
  const images = (): layers.Layer => layers.conv2d({ filters: 1, kernelSize: 2 });
  const entrance = input({ shape: [3] });
  test.each<[string, (shared: layers.Layer) => void]>([
    ["as a layer", (shared) => sequential({ layers: [shared, images()] }).apply(entrance)],
    [
      "in another one",
      (shared) => {
        const inner = sequential({ layers: [shared, images()] });
        sequential({ layers: [layers.flatten({ inputShape: [3] }), inner] });
      },
    ],
    [
      "for each step",
      (shared) => {
        const layer = sequential({ layers: [shared, images()] });
        layers.timeDistributed({ layer }).apply(input({ shape: [2, 3] }));
      },
    ],
    [
      "in one whose data is refused",
      (shared) => {
        const net = sequential({ layers: [sequential({ layers: [shared] }), layers.dense({ units: 1 })] });
        net.compile({ loss: "mse" });
        net.trainOnBatch(x, ["one"] as never);
      },
    ],
    [
      "that was built before and then given up",
      (shared) => {
        const inner = sequential({ layers: [layers.flatten(), shared] });
        const net = sequential({ layers: [inner, images()] });
        expect(() => net.apply(entrance)).toThrow(LanegradError);
        net.apply(entrance);
      },
    ],
  ])("%s", (_, attempt) => {
    const shared = layers.dense({ units: 3 });
    const net = model({ inputs: entrance, outputs: shared.apply(entrance) });
    const before = net.predict(x).data;
    expect(() => attempt(shared)).toThrow(LanegradError);
    expect(net.getWeights()).toHaveLength(2);
    expect(loadModel(net.save()).predict(x).data).toEqual(before);
  });

  test("but builds its own anew", () => {
    const own = layers.dense({ units: 3 });
    const net = sequential({ layers: [own, layers.dense({ units: 1 })] });
    net.compile({ loss: "mse" });
    expect(() => net.trainOnBatch([[1, 2]], ["one"] as never)).toThrow(LanegradError);
    expect(net.trainOnBatch(x, y).loss).toBeGreaterThan(0);
    expect(own.weights[0].shape).toEqual([3, 3]);
  });
});

test("a model draws its seeds from the call of setRandomSeed before it was made, whenever it is used", () => {
  const make = (): Sequential => {
    setRandomSeed(4);
    const inner = sequential({ layers: [layers.dense({ units: 3, inputShape: [3] })] });
    return sequential({ layers: [inner, layers.dense({ units: 2 })] });
  };
  const [first, second, third] = [make(), make(), make()];
  setRandomSeed(5);
  expect(third.predict(x).data).toEqual(first.predict(x).data);
  expect(second.predict(x).data).toEqual(first.predict(x).data);
});

test("layers of two models meet in a third: names are counted in each model", () => {
  const noise = input({ shape: [2] });
  const generator = layers.dense({ units: 3 });
  const made = generator.apply(noise);
  const first = model({ inputs: noise, outputs: made });
  const picture = input({ shape: [3] });
  const judge = layers.dense({ units: 1 });
  const second = model({ inputs: picture, outputs: judge.apply(picture) });
  const both = model({ inputs: noise, outputs: judge.apply(made) });
  expect(first.getLayer("dense")).toBe(generator);
  expect(second.getLayer("dense")).toBe(judge);
  expect(both.getLayer("dense_1")).toBe(judge);
  both.compile({ loss: "mse" });
  expect([...both.gradients([[1, 2]], [[1]]).weights.keys()]).toEqual([
    "dense/kernel",
    "dense/bias",
    "dense_1/kernel",
    "dense_1/bias",
  ]);
});

test("a model that its first fit has built stays so if a callback fails: its layers may be in use by then", async () => {
  const shared = layers.dense({ units: 2 });
  const net = sequential({ layers: [shared, layers.dense({ units: 1 })] });
  net.compile({ loss: "mse" });
  const start = input({ shape: [3] });
  const made: Model[] = [];
  const onTrainBegin = (): void => {
    made.push(model({ inputs: start, outputs: shared.apply(start) }));
    throw new Error("no disk");
  };
  await expect(net.fit(x, y, { callbacks: [{ onTrainBegin }] })).rejects.toThrow("no disk");
  expect(made[0].getWeights().map(({ shape }) => shape)).toEqual([[3, 2], [2]]);
  await net.fit(x, y);
  expect(made[0].getWeights()[0].data).toEqual(net.getWeights()[0].data);
});

describe("a refused call leaves the model as it was", () => {
  test("add", () => {
    const net = sequential({ layers: [layers.dense({ units: 1, name: "a", inputShape: [1] })] });
    net.setWeights([[[2]], [1]]);
    net.compile({ loss: "mse" });
    expect(() => net.add(layers.dense({ units: 1, name: "a" }))).toThrow(/two layers named a/);
    expect(() => net.add(layers.reshape({ targetShape: [7] }))).toThrow(LanegradError);
    expect(net.predict([[3]]).toArray()).toEqual([[7]]);
    expect(net.evaluate([[3]], [[7]])).toEqual({ loss: 0 });
  });

  test("the first fit of a model without a shape", async () => {
    const net = sequential({ layers: [layers.dense({ units: 1 })] });
    await expect(net.fit(x, y)).rejects.toMatchObject({ code: "NOT_COMPILED" });
    net.compile({ loss: "mse" });
    await expect(net.fit(new Float32Array(6), [1, 2])).rejects.toMatchObject({ code: "NOT_BUILT" });
    await expect(net.fit([[1, 2], [3]], [1, 2])).rejects.toMatchObject({ code: "INVALID_DATA" });
    expect(() => net.trainOnBatch([[1, 2]], [1, 2, 3])).toThrow(LanegradError);
    await net.fit(x, y);
    expect(net.predict(x).shape).toEqual([40, 1]);
  });

  test("add and pop during a fit", async () => {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })] });
    net.compile({ loss: "mse" });
    const done = net.fit(x, y, { epochs: 20, yieldEvery: 0 });
    expect(codeOf(() => net.pop())).toBe("BUSY");
    expect(codeOf(() => net.add(layers.flatten()))).toBe("BUSY");
    await done;
  });

  test("memory that the engine refuses: smaller work goes on", () => {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    expect(codeOf(() => initializers.zeros().sample([1e6, 1e6]))).toBe("OUT_OF_MEMORY");
    expect(net.predict([[1]]).shape).toEqual([1, 1]);
    const wide = sequential({ layers: [layers.dense({ units: 1_000_000, inputShape: [1] })] });
    expect(codeOf(() => wide.predict(new Float32Array(3000), { batchSize: 3000 }))).toBe("OUT_OF_MEMORY");
    expect(wide.predict([[1]]).shape).toEqual([1, 1_000_000]);
    wide.dispose();
  });
});

describe("weights of classes", () => {
  const net = (): ReturnType<typeof sequential> => {
    setRandomSeed(1);
    const made = sequential({ layers: [layers.dense({ units: 1, activation: "sigmoid", inputShape: [3] })] });
    made.compile({ optimizer: { name: "sgd", learningRate: 0 }, loss: "binaryCrossentropy" });
    return made;
  };

  test("do not reach the validation part", async () => {
    const made = net();
    const { history } = await made.fit(x, y, { validationSplit: 0.5, classWeight: { 0: 10, 1: 10 } });
    expect(history.val_loss[0]).toBeCloseTo(made.evaluate(x.slice(20), y.slice(20)).loss, 6);
    expect(history.loss[0]).toBeCloseTo(10 * made.evaluate(x.slice(0, 20), y.slice(0, 20)).loss, 5);
  });

  test("must name classes", async () => {
    for (const classWeight of [{ cat: 5 }, { 9: 1 }, new Map([[0, 2]])]) {
      await expect(net().fit(x, y, { classWeight: classWeight as never })).rejects.toMatchObject({
        code: "INVALID_OPTION",
      });
    }
  });

  test("are for rows of one class, not for sequences of them", async () => {
    const index = [[0, 1], [1, 1]]; // prettier-ignore
    const oneHot = index.map((row) => row.map((label) => [1 - label, label]));
    const cases = [
      ["sparseCategoricalCrossentropy", 2, "softmax", index],
      ["categoricalCrossentropy", 2, "softmax", oneHot],
      ["binaryCrossentropy", 1, "sigmoid", index],
    ] as const;
    for (const [loss, units, activation, labels] of cases) {
      const made = sequential({ layers: [layers.dense({ units, activation, inputShape: [2, 3] })] });
      made.compile({ loss });
      const inputs = [x.slice(0, 2), x.slice(2, 4)];
      await made.fit(inputs, labels);
      await expect(made.fit(inputs, labels, { classWeight: { 0: 2 } })).rejects.toThrow(
        /one class for each row.*Received: rows of [24] labels/,
      );
    }
  });
});

test("penalties of weights that are not trained do not count", () => {
  const frozen = layers.dense({ units: 2, kernelRegularizer: "l2", trainable: false, inputShape: [3] });
  const net = sequential({ layers: [frozen, layers.dense({ units: 1, kernelInitializer: "zeros" })] });
  net.compile({ loss: "mse" });
  expect(
    net.evaluate(
      x,
      x.map(() => 0),
    ).loss,
  ).toBe(0);
});

test("one metric serves two models", () => {
  const accuracy = metrics.accuracy();
  const sparse = sequential({ layers: [layers.dense({ units: 3, activation: "softmax", inputShape: [3] })] });
  sparse.compile({ loss: "sparseCategoricalCrossentropy", metrics: [accuracy] });
  const labels = Array.from(sparse.predict(x).argMax());
  const binary = sequential({ layers: [layers.dense({ units: 1, activation: "sigmoid", inputShape: [3] })] });
  binary.compile({
    loss: "binaryCrossentropy",
    metrics: [accuracy, { name: "binaryAccuracy", threshold: 1 }],
  });
  expect(sparse.evaluate(x, labels).accuracy).toBe(1);
  expect(
    binary.evaluate(
      x,
      x.map(() => 0),
    ).binaryAccuracy,
  ).toBe(1);
});

test("trainable counts as it was at compile", async () => {
  const normal = layers.batchNormalization({ inputShape: [3] });
  const net = sequential({ layers: [normal, layers.dense({ units: 1 })] });
  net.compile({ loss: "mse" });
  normal.trainable = false;
  const before = normal.getWeights().map(({ data }) => data);
  net.trainOnBatch(x, y);
  normal.getWeights().forEach(({ data }, i) => expect(data).not.toEqual(before[i]));
  net.compile({ loss: "mse" });
  const frozen = normal.getWeights().map(({ data }) => data);
  net.trainOnBatch(x, y);
  expect(normal.getWeights().map(({ data }) => data)).toEqual(frozen);
});

test("a validation part of soft labels is no warning", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const net = sequential({ layers: [layers.dense({ units: 1, activation: "sigmoid", inputShape: [3] })] });
  net.compile({ loss: "binaryCrossentropy" });
  await net.fit(x, x.map((_, i) => i / 40), { validationSplit: 0.5 }); // prettier-ignore
  expect(warn).not.toHaveBeenCalled();
});

test("the seed of a fit ends with it", async () => {
  const train = async (seed: number): Promise<Float32Array> => {
    setRandomSeed(3);
    const net = sequential({
      layers: [layers.dropout({ rate: 0.5, inputShape: [3] }), layers.dense({ units: 1 })],
    });
    net.compile({ optimizer: { name: "sgd", learningRate: 0 }, loss: "mse" });
    await net.fit(x, y, { seed });
    return net.gradients(x, y).inputs[0].data;
  };
  expect(await train(1)).toEqual(await train(2));
});

test("wrong shapes where a list is wanted are typed errors", () => {
  const wrong: (() => unknown)[] = [
    () => layers.dense({ units: 3, inputShape: 4 as never }),
    () => layers.dense({ units: 3, trainable: "no" as never }),
    () => layers.dense({ units: 3, activation: null as never }),
    () => initializers.heNormal().sample(3 as never),
    () => metrics.binaryAccuracy({ treshold: 1 } as never),
    () => metrics.accuracy().update([[]], [[]]),
    () => sequential({ name: 5 as never }),
    () => sequential({ layers: [layers.dense({ units: 1 })] }).setWeights([]),
    () => configure({ memoryBudget: -1 }),
  ];
  for (const work of wrong) expect(work).toThrow(LanegradError);
});

test("a loss of one sample without a batch axis takes one weight", () => {
  expect(losses.meanSquaredError().value([1, 2], [1, 4], [3])).toBe(6);
});

test("labels of sequences may leave the last axis out", () => {
  const net = sequential({
    layers: [layers.reshape({ targetShape: [3, 2], inputShape: [6] }), layers.dense({ units: 4 })],
  });
  net.compile({ loss: { name: "sparseCategoricalCrossentropy", fromLogits: true } });
  const data = rows(2, 6, 5);
  const flat = [[0, 1, 2], [3, 2, 1]]; // prettier-ignore
  expect(net.evaluate(data, flat)).toEqual(net.evaluate(data, flat.map((row) => row.map((label) => [label])))); // prettier-ignore
});

test("labels of a hinge loss that are -1 have the weight of class 0", async () => {
  const weightsAfter = async (labels: number[]): Promise<unknown> => {
    setRandomSeed(1);
    const net = sequential({ layers: [layers.dense({ units: 1, activation: "tanh", inputShape: [3] })] });
    net.compile({ optimizer: "sgd", loss: "hinge" });
    await net.fit(x, labels, { classWeight: { 0: 5, 1: 1 } });
    return net.getWeights().map(({ data }) => data);
  };
  expect(await weightsAfter(y.map((label) => 2 * label - 1))).toEqual(await weightsAfter(y));
});

test("labels of classes in the other form say which loss takes them", () => {
  const net = sequential({ layers: [layers.dense({ units: 2, activation: "softmax", inputShape: [3] })] });
  net.compile({ loss: "categoricalCrossentropy" });
  expect(() => net.evaluate(x, y)).toThrow(/sparseCategoricalCrossentropy.*oneHot.*Received: shape \[40\]/);
  net.compile({ loss: "sparseCategoricalCrossentropy" });
  const oneHot = y.map((label) => [1 - label, label]);
  expect(() => net.evaluate(x, oneHot)).toThrow(/categoricalCrossentropy.*Received: shape \[40, 2\]/);
});

test("a sequential model may begin with input()", () => {
  const dense = layers.dense({ units: 1, kernelInitializer: "ones" });
  const net = sequential({ layers: [input({ shape: [3] }), dense] });
  expect(net.predict([[1, 2, 3]]).toArray()).toEqual([[6]]);
  expect(net.layers).toEqual([dense]);
  const added = sequential();
  added.add(input({ shape: [3] }));
  added.add(layers.dense({ units: 1, kernelInitializer: "ones" }));
  expect(added.predict([[1, 2, 3]]).toArray()).toEqual([[6]]);
  expect(
    loadModel(net.save())
      .predict([[1, 2, 3]])
      .toArray(),
  ).toEqual([[6]]);
  expect(codeOf(() => net.add(input({ shape: [1] })))).toBe("INVALID_OPTION");
  expect(codeOf(() => sequential({ layers: [dense.apply(input({ shape: [3] }))] }))).toBe("INVALID_OPTION");
});

test("epochs of fewer steps than there are batches go on where the one before stopped", async () => {
  const made = (): Sequential => {
    setRandomSeed(1);
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })] });
    net.compile({ optimizer: "sgd", loss: "mse" });
    return net;
  };
  const [five, labels] = [x.slice(0, 5), y.slice(0, 5)];
  const options = { batchSize: 1, stepsPerEpoch: 2, shuffle: false };
  const fitted = made();
  await fitted.fit(five, labels, { ...options, epochs: 3 });
  const byHand = made();
  for (const row of [0, 1, 2, 3, 4, 0]) byHand.trainOnBatch([five[row]], [labels[row]]);
  expect(fitted.getWeights()).toEqual(byHand.getWeights());
  const resumed = made();
  await resumed.fit(five, labels, { ...options, epochs: 1 });
  await resumed.fit(five, labels, { ...options, epochs: 3, initialEpoch: 1 });
  expect(resumed.getWeights()).toEqual(byHand.getWeights());
});

test("with shuffling too, epochs of fewer steps come to every row once before any comes again", async () => {
  const seen: number[] = [];
  class Seen extends metrics.CustomMetric {
    constructor() {
      super({ name: "seen", stateSize: 1 });
    }
    updateState(yTrue: Float32Array): void {
      seen.push(...yTrue);
    }
    result(): number {
      return 0;
    }
  }
  const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })] });
  net.compile({ optimizer: "sgd", loss: "mse", metrics: [new Seen()] });
  const numbers = Array.from({ length: 6 }, (_, i) => i);
  await net.fit(x.slice(0, 6), numbers, { batchSize: 1, stepsPerEpoch: 2, epochs: 6, seed: 3 });
  const [first, second] = [seen.slice(0, 6), seen.slice(6)];
  expect([...first].sort()).toEqual(numbers);
  expect([...second].sort()).toEqual(numbers);
  expect(second).not.toEqual(first);
});

describe("input and output of layers", () => {
  const stack = (): Sequential =>
    sequential({
      layers: [
        layers.dense({ units: 4, activation: "tanh", inputShape: [3] }),
        layers.dense({ units: 2, name: "code" }),
        layers.dense({ units: 3, name: "last" }),
      ],
    });

  test("cut a sequential model in the middle; weights are shared", () => {
    const net = stack();
    const encoder = model({ inputs: net.inputs, outputs: net.getLayer("code").output });
    const decoder = model({ inputs: net.getLayer("last").input, outputs: net.output });
    const code = encoder.predict(x);
    expect(code.shape).toEqual([40, 2]);
    expect(decoder.predict(code).data).toEqual(net.predict(x).data);
    net.compile({ loss: "mse" });
    net.trainOnBatch(x, x);
    expect(decoder.predict(encoder.predict(x)).data).toEqual(net.predict(x).data);
  });

  test("are those of the model as it is now, not of one it was before", () => {
    const net = stack();
    net.add(layers.dense({ units: 1 }));
    net.pop();
    net.add(layers.dense({ units: 1 }));
    for (const { output } of net.layers) {
      expect(model({ inputs: net.inputs, outputs: output }).predict(x).shape[0]).toBe(40);
    }
    expect(() => net.add(layers.reshape({ targetShape: [7] }))).toThrow(LanegradError);
    expect(model({ inputs: net.input, outputs: net.getLayer("last").output }).outputs[0].shape).toEqual([
      null,
      3,
    ]);
  });

  test("are those of the first use of a shared layer", () => {
    const a = input({ shape: [3] });
    const shared = layers.dense({ units: 3 });
    const once = shared.apply(a);
    const twice = shared.apply(once);
    expect([shared.input, shared.output]).toEqual([a, once]);
    expect(shared.output).not.toBe(twice);
    expect(loadModel(model({ inputs: a, outputs: twice }).save()).layers[0].output.shape).toEqual([null, 3]);
  });

  test("are errors where there is none, or several", () => {
    expect(codeOf(() => layers.dense({ units: 1 }).output)).toBe("NOT_BUILT");
    expect(codeOf(() => sequential({ layers: [layers.dense({ units: 1 })] }).output)).toBe("NOT_BUILT");
    const a = input({ shape: [3] });
    const sum = layers.add();
    sum.apply([a, a]);
    expect(codeOf(() => sum.input)).toBe("INVALID_OPTION");
  });
});
