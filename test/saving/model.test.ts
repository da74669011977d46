// Models saved, loaded, and trained on from the file.
import {
  input,
  initializers,
  layers,
  loadModel,
  loadModelWith,
  model,
  modelFromJSON,
  optimizers,
  schedules,
  sequential,
  setRandomSeed,
} from "lanegrad";
import type { CompileOptions, Model, Tensor } from "lanegrad";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rows, values } from "../support/data.js";

const x = rows(50, 6);
const y = Array.from({ length: 50 }, (_, i) => i % 3);

function network(): Model {
  return sequential({
    layers: [
      layers.dense({
        units: 7,
        activation: "gelu",
        kernelInitializer: "heNormal",
        kernelRegularizer: "l2",
        inputShape: [6],
      }),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.3 }),
      layers.layerNormalization(),
      layers.dense({ units: 3, kernelConstraint: { name: "maxNorm", maxValue: 3 } }),
    ],
  });
}

const loss = { name: "sparseCategoricalCrossentropy", fromLogits: true } as const;

function bits(net: { getWeights(): Tensor[] }): string {
  return net
    .getWeights()
    .map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"))
    .join("|");
}

beforeEach(() => setRandomSeed(11));

const OPTIMIZERS: [string, () => CompileOptions["optimizer"]][] = [
  ["sgd", () => "sgd"],
  ["sgd with momentum", () => ({ name: "sgd", momentum: 0.9, nesterov: true })],
  ["rmsprop, centered", () => ({ name: "rmsprop", momentum: 0.5, centered: true })],
  [
    "adam with a cosine schedule",
    () =>
      optimizers.adam({
        learningRate: schedules.cosineDecay({ initialLearningRate: 0.01, decaySteps: 100, warmupSteps: 5 }),
      }),
  ],
  ["amsgrad", () => ({ name: "adam", amsgrad: true })],
  ["adamw", () => "adamw"],
  ["adamax", () => "adamax"],
  ["nadam", () => "nadam"],
  ["adagrad", () => "adagrad"],
  ["adadelta", () => "adadelta"],
  ["lion", () => "lion"],
  ["ftrl", () => "ftrl"],
  ["lamb", () => "lamb"],
  ["adafactor", () => "adafactor"],
  ["muon", () => "muon"],
  ["schedule-free adamw", () => "scheduleFreeAdamw"],
  ["averages of weights", () => ({ name: "adam", useEma: true, emaMomentum: 0.9 })],
  [
    "averages that overwrite",
    () => ({ name: "sgd", momentum: 0.9, useEma: true, emaMomentum: 0.9, emaOverwriteFrequency: 3 }),
  ],
  // 7 batches an epoch: the file is written in the middle of an accumulation.
  ["accumulation", () => ({ name: "adam", gradientAccumulationSteps: 2, globalClipnorm: 1 })],
  [
    "several optimizers, each with options of its own",
    () =>
      optimizers.multi({
        optimizers: {
          "dense/.*": { name: "adam", gradientAccumulationSteps: 2, globalClipnorm: 0.5 },
          "dense/bias": { name: "sgd", momentum: 0.9, useEma: true, emaOverwriteFrequency: 3 },
          "dense_1/.*": {
            name: "muon",
            learningRate: schedules.exponentialDecay({
              initialLearningRate: 0.01,
              decaySteps: 5,
              decayRate: 0.9,
            }),
            useEma: true,
            emaMomentum: 0.9,
          },
        },
        default: "scheduleFreeAdamw",
      }),
  ],
];

describe("saved after epoch 5 and trained on: the same bits as straight through", () => {
  test.each(OPTIMIZERS)("%s", async (_, optimizer) => {
    const options = { batchSize: 8, epochs: 10, seed: 3 };
    const straight = network();
    straight.compile({ optimizer: optimizer(), loss, metrics: ["accuracy"] });
    const whole = await straight.fit(x, y, options);
    setRandomSeed(11);
    const first = network();
    first.compile({ optimizer: optimizer(), loss, metrics: ["accuracy"] });
    await first.fit(x, y, { ...options, epochs: 5 });
    const resumed = loadModel(first.save());
    expect(bits(resumed)).toBe(bits(first));
    const rest = await resumed.fit(x, y, { ...options, initialEpoch: 5 });
    expect(bits(resumed)).toBe(bits(straight));
    expect(rest.history.loss).toEqual(whole.history.loss.slice(5));
    expect(rest.history.accuracy).toEqual(whole.history.accuracy.slice(5));
    expect(Buffer.from(resumed.save()).equals(Buffer.from(straight.save()))).toBe(true);
  });

  test("without a seed of the fit: the model's own goes with the file", async () => {
    const straight = network();
    straight.compile({ loss });
    await straight.fit(x, y, { epochs: 4 });
    setRandomSeed(11);
    const first = network();
    first.compile({ loss });
    await first.fit(x, y, { epochs: 2 });
    const resumed = loadModel(first.save());
    await resumed.fit(x, y, { epochs: 4, initialEpoch: 2 });
    expect(bits(resumed)).toBe(bits(straight));
  });

  test("from a checkpoint in the middle of a fit, with averages of weights", async () => {
    const files: Uint8Array[] = [];
    const compile = (net: Model): void => net.compile({ optimizer: { name: "adam", useEma: true }, loss });
    const straight = network();
    compile(straight);
    const callbacks = [{ onEpochEnd: (): void => void files.push(straight.save()) }];
    await straight.fit(x, y, { epochs: 6, seed: 1, callbacks });
    const resumed = loadModel(files[2]);
    await resumed.fit(x, y, { epochs: 6, initialEpoch: 3, seed: 1 });
    expect(bits(resumed)).toBe(bits(straight));
  });
});

describe("averages of weights", () => {
  test("weights that were set after a fit are trained on, not those from before", async () => {
    const net = network();
    net.compile({ optimizer: { name: "sgd", useEma: true }, loss });
    await net.fit(x, y, { epochs: 2, seed: 1 });
    const zeros = net.getWeights().map(({ shape, size }) => ({ shape, size }));
    net.setWeights(zeros.map(({ size }) => new Float32Array(size)));
    net.optimizer.learningRate = 0;
    await net.fit(x, y, { epochs: 1, seed: 1 });
    const [kernel] = net.getWeights();
    expect(kernel.data.every((value) => value === 0)).toBe(true);
  });

  const ones = ({ size }: Tensor): Float32Array => new Float32Array(size).fill(1);

  /** Fitted, so that it has its averages. */
  async function averaged(): Promise<Model> {
    const net = network();
    net.compile({ optimizer: { name: "sgd", useEma: true, emaMomentum: 0.5 }, loss });
    await net.fit(x, y, { epochs: 2, seed: 1 });
    return net;
  }

  test.each([
    ["set after loading", false],
    ["set before saving", true],
  ])("weights that were %s are trained on, not those of the file", async (_, isBefore) => {
    const net = await averaged();
    let loaded = loadModel(net.save());
    net.setWeights(net.getWeights().map(ones));
    if (isBefore) loaded = loadModel(net.save());
    else loaded.setWeights(net.getWeights());
    net.trainOnBatch(x, y);
    loaded.trainOnBatch(x, y);
    expect(bits(loaded)).toBe(bits(net));
    expect(Buffer.from(loaded.save()).equals(Buffer.from(net.save()))).toBe(true);
  });

  test("what another model has taught the same layers after a fit is not lost", async () => {
    const net = await averaged();
    const other = sequential({ layers: [...net.layers] });
    other.compile({ optimizer: { name: "sgd", learningRate: 0.1 }, loss });
    other.trainOnBatch(x, y);
    const taught = net.getWeights()[0].data;
    net.optimizer.learningRate = 0;
    net.trainOnBatch(x, y);
    expect(net.getWeights()[0].data).toEqual(taught);
  });

  test("weights that were set after a fit win over a fit without a step, too", async () => {
    const net = await averaged();
    net.setWeights(net.getWeights().map(ones));
    const other = loadModel(net.save());
    await net.fit(x, y, { epochs: 1, initialEpoch: 1 });
    net.trainOnBatch(x, y);
    other.trainOnBatch(x, y);
    expect(bits(net)).toBe(bits(other));
  });
});

describe("the file", () => {
  test("the same state gives the same bytes", () => {
    const net = network();
    net.compile({ optimizer: "adam", loss });
    expect(Buffer.from(net.save()).equals(Buffer.from(net.save()))).toBe(true);
    const again = loadModel(net.save());
    expect(Buffer.from(again.save()).equals(Buffer.from(net.save()))).toBe(true);
  });

  test("predictions are the same bits, and the model compiles and trains", async () => {
    const net = network();
    const loaded = loadModel(net.save());
    expect(loaded.predict(x).data).toEqual(net.predict(x).data);
    expect(loaded.layers.map(({ className }) => className)).toEqual(
      net.layers.map(({ className }) => className),
    );
    loaded.compile({ loss });
    await loaded.fit(x, y);
  });

  test("without the optimizer: smaller, and not compiled", () => {
    const net = network();
    net.compile({ optimizer: "adam", loss });
    net.trainOnBatch(x, y);
    const small = net.save({ includeOptimizer: false });
    expect(small.byteLength).toBeLessThan(net.save().byteLength);
    expect(() => loadModel(small).evaluate(x, y)).toThrow(/must be compiled/);
  });

  test("frozen layers stay frozen as they were when the model was compiled", () => {
    const net = network();
    net.layers[0].trainable = false;
    net.compile({ optimizer: "adam", loss });
    net.layers[0].trainable = true;
    net.trainOnBatch(x, y);
    const loaded = loadModel(net.save());
    expect(loaded.layers[0].trainable).toBe(true);
    const [before] = loaded.getWeights();
    loaded.trainOnBatch(x, y);
    expect(loaded.getWeights()[0].data).toEqual(before.data);
  });

  test("metrics, losses and their factors by output come back", () => {
    const a = input({ shape: [6], name: "table" });
    const h = layers.dense({ units: 5, activation: "tanh" }).apply(a);
    const net = model({
      inputs: a,
      outputs: [
        layers.dense({ units: 1, name: "size" }).apply(h),
        layers.dense({ units: 3, activation: "softmax", name: "kind" }).apply(h),
      ],
    });
    net.compile({
      optimizer: "adam",
      loss: { size: "mse", kind: "sparseCategoricalCrossentropy" },
      lossWeights: { size: 0.25 },
      metrics: { kind: ["accuracy", { name: "sparseTopKCategoricalAccuracy", k: 2 }] },
      weightedMetrics: [["mae"], null],
    });
    const targets = { size: rows(50, 1), kind: y };
    const sampleWeight = { size: values(50).map(Math.abs) };
    net.trainOnBatch(x, targets);
    const loaded = loadModel<Tensor[]>(net.save());
    expect(loaded.evaluate(x, targets, { sampleWeight })).toEqual(net.evaluate(x, targets, { sampleWeight }));
    expect(loaded.predict(x).map(({ data }) => data)).toEqual(net.predict(x).map(({ data }) => data));
  });

  test("shared layers and models inside models stay shared", () => {
    const a = input({ shape: [4], name: "left" });
    const b = input({ shape: [4], name: "right" });
    const shared = layers.dense({ units: 3, activation: "tanh" });
    const encoder = sequential({ name: "encoder", layers: [shared, layers.dense({ units: 2 })] });
    const outputs = layers.dense({ units: 1 }).apply(encoder.apply(a));
    const other = layers.dense({ units: 2 }).apply(shared.apply(b));
    const net = model({ inputs: [a, b], outputs: [outputs, other, encoder.apply(b)] });
    const loaded = loadModel<Tensor[]>(net.save());
    expect(loaded.countParams()).toBe(net.countParams());
    const data = { left: rows(5, 4), right: rows(5, 4) };
    expect(loaded.predict(data).map(({ data: d }) => d)).toEqual(net.predict(data).map(({ data: d }) => d));
    expect(loaded.inputNames).toEqual(["left", "right"]);
    expect(loaded.outputNames).toEqual(net.outputNames);
    expect(loaded.getLayer("encoder/dense").countParams()).toBe(15);
  });

  test("a model cut out of another one", () => {
    const a = input({ shape: [6] });
    const middle = layers.dense({ units: 4, activation: "relu" }).apply(a);
    const whole = model({ inputs: a, outputs: layers.dense({ units: 2 }).apply(middle) });
    const head = model({ inputs: middle, outputs: whole.outputs[0] });
    expect(head.countParams()).toBe(10);
    const loaded = loadModel(head.save());
    expect(loaded.predict(rows(3, 4)).data).toEqual(head.predict(rows(3, 4)).data);
  });

  test.each([undefined, "shared"])("a model cut behind a layer that it uses again, named %s", (name) => {
    const a = input({ shape: [4] });
    const shared = layers.dense({ units: 4, ...(name !== undefined && { name }) });
    const [first, second] = [shared.apply(a), shared.apply(layers.reLU().apply(a))];
    const between = layers.dense({ units: 4 }).apply(first);
    const net = model({
      inputs: [first, second],
      outputs: [layers.add().apply([shared.apply(between), second]), first],
    });
    expect(new Set([...net.inputNames, ...net.layers.map((layer) => layer.name)]).size).toBe(5);
    const [one, two] = net.outputNames;
    net.compile({ loss: { [one]: "mse", [two]: "mae" } });
    const data = { [net.inputNames[0]]: rows(5, 4), [net.inputNames[1]]: rows(5, 4, 2) };
    net.trainOnBatch(data, [rows(5, 4), rows(5, 4, 1)]);
    const loaded = loadModel<Tensor[]>(net.save());
    expect(loaded.inputNames).toEqual(net.inputNames);
    expect(loaded.outputNames).toEqual(net.outputNames);
    expect(loaded.predict(data)).toEqual(net.predict(data));
    expect(Buffer.from(loaded.save()).equals(Buffer.from(net.save()))).toBe(true);
  });

  test("loadModelWith needs the layers of the file alone", () => {
    const net = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] });
    const loaded = loadModelWith(net.save(), [layers.dense]);
    expect(loaded.predict(rows(2, 3)).data).toEqual(net.predict(rows(2, 3)).data);
    expect(() => loadModelWith(net.save(), [layers.dropout])).toThrow(/loadModelWith.*className="Dense"/);
    for (const list of [layers, layers.dense, undefined, [undefined], [layers.dense({ units: 1 })]]) {
      // @ts-expect-error no list of factories
      const load = () => loadModelWith(net.save(), list);
      expect(load).toThrow(
        expect.objectContaining({ code: "INVALID_OPTION", message: expect.stringMatching("as a list") }),
      );
    }
  });

  test("JSON describes a model without its weights", () => {
    const net = network();
    const text = JSON.stringify(net);
    const again = modelFromJSON(text);
    expect(JSON.stringify(again)).toBe(text);
    expect(again.countParams()).toBe(net.countParams());
    expect(() => modelFromJSON("{")).toThrow(/must be JSON/);
    expect(() => modelFromJSON({ formatVersion: 2 })).toThrow(/formatVersion must be 1/);
  });
});

describe("NaN", () => {
  afterEach(() => vi.restoreAllMocks());

  test("saving warns, loading refuses", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const net = sequential({
      layers: [layers.dense({ units: 2, inputShape: [2], kernelInitializer: initializers.zeros() })],
    });
    net.setWeights([
      [1, 2, NaN, 4],
      [0, 0],
    ]);
    const bytes = net.save();
    expect(warn).toHaveBeenCalledWith(expect.stringMatching(/weight dense\/kernel holds NaN/));
    expect(() => loadModel(bytes)).toThrow(/NaN as value 2 of "dense\/kernel"/);
  });
});
