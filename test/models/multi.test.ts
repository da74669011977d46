// Several inputs and outputs: numbers against models with one, and what careless users pass.
import {
  input,
  LanegradError,
  layers,
  loadModel,
  model,
  optimizers,
  sequential,
  setRandomSeed,
} from "lanegrad";
import type { CompileOptions, Model, SymbolicTensor, Tensor } from "lanegrad";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rows } from "../support/data.js";

const loose = (value: unknown): never => value as never;

const x1 = rows(6, 4, 1);
const x2 = rows(6, 3, 2);
const classes = [0, 1, 2, 0, 1, 2];
const targets = rows(6, 2, 5);

beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterEach(() => vi.restoreAllMocks());

interface Parts {
  entrance: SymbolicTensor;
  hidden: SymbolicTensor;
  classifier: SymbolicTensor;
  regressor: SymbolicTensor;
}

/** Two outputs on a layer in common. */
function parts(): Parts {
  setRandomSeed(4);
  const entrance = input({ shape: [4], name: "a" });
  const hidden = layers.dense({ units: 5, activation: "tanh", name: "shared" }).apply(entrance);
  const classifier = layers.dense({ units: 3, activation: "softmax", name: "cls" }).apply(hidden);
  const regressor = layers.dense({ units: 2, name: "reg" }).apply(hidden);
  return { entrance, hidden, classifier, regressor };
}

const crossentropy = "sparseCategoricalCrossentropy";

/** Two inputs, each with an output of its own. */
function network(options: Partial<CompileOptions> = {}): Model<Tensor[]> {
  setRandomSeed(3);
  const a = input({ shape: [4], name: "a" });
  const b = input({ shape: [3], name: "b" });
  const left = layers.dense({ units: 5, activation: "tanh" }).apply(a);
  const net = model({
    inputs: [a, b],
    outputs: [
      layers.dense({ units: 3, activation: "softmax", name: "cls" }).apply(left),
      layers.dense({ units: 2, name: "reg" }).apply(b),
    ],
  });
  net.compile({ optimizer: "sgd", loss: { cls: crossentropy, reg: "mse" }, ...options });
  return net;
}

function bits(net: { getWeights(): Tensor[] }): string {
  return net
    .getWeights()
    .map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"))
    .join("|");
}

function expectClose(values: ArrayLike<number>, expected: readonly number[]): void {
  expect(values).toHaveLength(expected.length);
  expected.forEach((value, i) => expect(values[i]).toBeCloseTo(value, 6));
}

/** a * x + b * y. */
function combined(a: number, x: Tensor, b: number, y: Tensor): number[] {
  return [...x.data].map((value, i) => a * value + b * y.data[i]);
}

function weight(gradients: { weights: Map<string, Tensor> }, path: string): Tensor {
  return gradients.weights.get(path) as Tensor;
}

describe("numbers", () => {
  test("gradients are the weighted sum of those of two models that share the layers", () => {
    const { entrance, classifier, regressor } = parts();
    const both = model({ inputs: entrance, outputs: [classifier, regressor] });
    const first = model({ inputs: entrance, outputs: classifier });
    const second = model({ inputs: entrance, outputs: regressor });
    both.compile({ loss: [crossentropy, "mse"], lossWeights: [0.3, 2] });
    first.compile({ loss: crossentropy });
    second.compile({ loss: "mse" });
    const sampleWeight = [1, 2, 0, 1, 3, 1];
    const g = both.gradients(x1, [classes, targets], { sampleWeight: { cls: sampleWeight } });
    const g1 = first.gradients(x1, classes, { sampleWeight });
    const g2 = second.gradients(x1, targets);
    expect(g.loss).toBeCloseTo(0.3 * g1.loss + 2 * g2.loss, 6);
    for (const path of ["shared/kernel", "shared/bias"]) {
      expectClose(weight(g, path).data, combined(0.3, weight(g1, path), 2, weight(g2, path)));
    }
    expectClose(
      weight(g, "cls/kernel").data,
      combined(0.3, weight(g1, "cls/kernel"), 0, weight(g1, "cls/kernel")),
    );
    expectClose(g.inputs[0].data, combined(0.3, g1.inputs[0], 2, g2.inputs[0]));
    const logs = both.evaluate(x1, [classes, targets]);
    expect(logs.cls_loss).toBeCloseTo(first.evaluate(x1, classes).loss, 6);
    expect(logs.reg_loss).toBeCloseTo(second.evaluate(x1, targets).loss, 6);
  });

  test("vjp: null counts as zero, and the products of several outputs add up", () => {
    const { entrance, classifier, regressor } = parts();
    const both = model({ inputs: entrance, outputs: [classifier, regressor] });
    const v1 = model({ inputs: entrance, outputs: classifier }).vjp(x1, rows(6, 3, 9));
    const v2 = model({ inputs: entrance, outputs: regressor }).vjp(x1, targets);
    const sum = both.vjp(x1, [rows(6, 3, 9), targets]);
    expectClose(sum.inputs[0].data, combined(1, v1.inputs[0], 1, v2.inputs[0]));
    const one = both.vjp(x1, [null, targets]);
    expect(one.inputs[0].data).toEqual(v2.inputs[0].data);
    expect(weight(one, "shared/kernel").data).toEqual(weight(v2, "shared/kernel").data);
    expect(weight(one, "cls/kernel").data.every((value) => value === 0)).toBe(true);
    expect(both.vjp(x1, { reg: targets }).inputs[0].data).toEqual(v2.inputs[0].data);
    expect(both.vjp(x1, [null, null]).inputs[0].data.every((value) => value === 0)).toBe(true);
  });

  /** Outputs that share storage, or of which one comes from the other. */
  const related: [string, (parts: Parts) => [SymbolicTensor, SymbolicTensor]][] = [
    ["the same tensor", ({ regressor }) => [regressor, regressor]],
    ["a tensor and what comes from it", ({ regressor }) => [regressor, layers.activation({ activation: "relu" }).apply(regressor)]],
    ["a tensor and the same values in another shape", ({ regressor }) => [regressor, layers.reshape({ targetShape: [1, 2] }).apply(regressor)]],
    ["the input and what comes from it", ({ entrance }) => [entrance, layers.dense({ units: 2 }).apply(entrance)]],
    ["what comes from a tensor, and the tensor", ({ hidden, regressor }) => [regressor, hidden]],
  ]; // prettier-ignore
  test.each(related)("two outputs: %s", (_, outputsOf) => {
    const own = parts();
    const outputs = outputsOf(own);
    const labels = outputs.map(({ shape }, i) => {
      const flat = rows(
        6,
        shape.slice(1).reduce<number>((n, size) => n * (size ?? 1), 1),
        20 + i,
      );
      return shape.length === 3 ? flat.map((row) => [row]) : flat;
    });
    const both = model({ inputs: own.entrance, outputs });
    both.compile({ loss: ["mse", "mae"] });
    const g = both.gradients(x1, loose(labels));
    const single = outputs.map((output, i) => {
      const one = model({ inputs: own.entrance, outputs: output });
      one.compile({ loss: i === 0 ? "mse" : "mae" });
      return one.gradients(x1, loose(labels[i]));
    });
    expect(g.loss).toBeCloseTo(single[0].loss + single[1].loss, 6);
    expectClose(g.inputs[0].data, combined(1, single[0].inputs[0], 1, single[1].inputs[0]));
    for (const [path, { data }] of g.weights) {
      const sum = [...data].map((_value, i) => single.reduce((total, { weights }) => total + (weights.get(path)?.data[i] ?? 0), 0)); // prettier-ignore
      expectClose(data, sum);
    }
    const dY = both.vjp(x1, loose(labels));
    const alone = outputs.map((output, i) =>
      model({ inputs: own.entrance, outputs: output }).vjp(x1, loose(labels[i])),
    );
    expectClose(dY.inputs[0].data, combined(1, alone[0].inputs[0], 1, alone[1].inputs[0]));
    expect(
      loadModel<Tensor[]>(both.save())
        .predict(x1)
        .map(({ data }) => [...data]),
    ).toEqual(both.predict(x1).map(({ data }) => [...data]));
  });

  test("an output without a loss: its weights neither change nor decay, in a loaded model either", async () => {
    const { entrance, classifier, regressor } = parts();
    const net = model({ inputs: entrance, outputs: [classifier, regressor] });
    net.compile({ optimizer: { name: "adamw", weightDecay: 0.1 }, loss: { cls: crossentropy } });
    const before = bits(net.getLayer("reg"));
    await net.fit(x1, { cls: classes }, { epochs: 2 });
    const loaded = loadModel<Tensor[]>(net.save());
    await loaded.fit(x1, [classes, null], { epochs: 2, seed: 1 });
    await net.fit(x1, { cls: classes }, { epochs: 2, seed: 1 });
    expect([bits(net.getLayer("reg")), bits(loaded.getLayer("reg"))]).toEqual([before, before]);
    expect(bits(loaded)).toBe(bits(net));
    expect([...net.gradients(x1, [classes, null]).weights.keys()]).toEqual(
      ["shared/kernel", "shared/bias", "cls/kernel", "cls/bias"],
    ); // prettier-ignore
  });

  test("frozen layers have no gradient of their own, and those before them the same", async () => {
    const { entrance, classifier, regressor } = parts();
    const net = model({ inputs: entrance, outputs: [classifier, regressor] });
    net.compile({ loss: [crossentropy, "mse"] });
    const free = net.gradients(x1, [classes, targets]);
    net.getLayer("cls").trainable = false;
    net.compile({ optimizer: "adamw", loss: [crossentropy, "mse"] });
    const frozen = net.gradients(x1, [classes, targets]);
    expect([...frozen.weights.keys()]).toEqual(["shared/kernel", "shared/bias", "reg/kernel", "reg/bias"]);
    expect(frozen.inputs[0].data).toEqual(free.inputs[0].data);
    const before = bits(net.getLayer("cls"));
    net.getLayer("cls").trainable = true; // takes effect at the next compile
    await net.fit(x1, [classes, targets]);
    expect(bits(net.getLayer("cls"))).toBe(before);
    net.compile({ optimizer: "adamw", loss: [crossentropy, "mse"] });
    await net.fit(x1, [classes, targets]);
    expect(bits(net.getLayer("cls"))).not.toBe(before);
  });

  test("two models that share a layer, compiled while its flag differs", async () => {
    const { entrance, classifier, regressor } = parts();
    const first = model({ inputs: entrance, outputs: classifier });
    const second = model({ inputs: entrance, outputs: regressor });
    const shared = first.getLayer("shared");
    first.compile({ loss: crossentropy });
    shared.trainable = false;
    second.compile({ loss: "mse" });
    const before = bits(shared);
    await second.fit(x1, targets);
    expect(bits(shared)).toBe(before);
    await first.fit(x1, classes);
    expect(bits(shared)).not.toBe(before);
  });

  test("an optimizer that two models share is to each as one of its own", () => {
    const optimizer = optimizers.adam();
    const nets = [network({ optimizer }), network({ optimizer }), network({ optimizer: "adam" })];
    for (let step = 0; step < 3; step++) {
      for (const net of nets) net.trainOnBatch([x1, x2], [classes, targets]);
    }
    expect([bits(nets[0]), bits(nets[1])]).toEqual([bits(nets[2]), bits(nets[2])]);
  });
});

describe("wrong data: named, and no weight has changed", () => {
  const x = [x1, x2];
  const y = [classes, targets];
  const badClasses = [0, 1, 2, 3, 1, 2];
  const cases: [string, unknown, unknown, object, RegExp][] = [
    ["a misspelt input", { a: x1, bb: x2 }, y, {}, /an entry of x must be one of a, b.* Received: "bb"/],
    ["a missing input", { a: x1 }, y, {}, /x\.b must be an array of numbers\. Received: undefined/],
    ["an input that every object has", { a: x1, constructor: x2 }, y, {}, /Received: "constructor"/],
    ["three inputs", [x1, x2, x1], y, {}, /x must be an array of 2 \(a, b\) .* Received: an array of 3/],
    ["inputs the other way round", [x2, x1], y, {}, /x\.a must have shape \[null, 4\].* Received: shape \[6, 3\]/],
    ["null as an input", [x1, null], y, {}, /x\.b .* Received: null/],
    ["no inputs", undefined, y, {}, /x must be an array of 2/],
    ["inputs of different lengths", [x1, x2.slice(1)], y, {}, /x\.a and x\.b must have the same number of rows/],
    ["missing labels", x, { cls: classes }, {}, /y\.reg must be an array of numbers\. Received: undefined/],
    ["null for an output with a loss", x, [classes, null], {}, /y\.reg .* Received: null/],
    ["labels of another length for one output", x, [classes, targets.slice(1)], {}, /x and y\.reg must have the same number/],
    ["a class too many for one output", x, [badClasses, targets], {}, /y\.cls must hold class indices.* Received: y\.cls\[3\]=3/],
    ["ragged labels of one output", x, [classes, [...targets.slice(1), [1]]], {}, /y\.reg is ragged/],
    ["labels of the other output", x, [targets, classes], {}, /y\.cls must have shape/],
    ["wrong validation labels of one output", x, y, { validationData: [x, [badClasses, targets]] }, /validation y\.cls\[3\]=3/],
    ["wrong labels in the validation split", x, [[...classes.slice(1), 3], targets], { validationSplit: 0.5 }, /y\.cls\[5\]=3/],
    ["weights for no output", x, y, { sampleWeight: { clss: classes } }, /an entry of sampleWeight .* Received: "clss"/],
    ["weights of another length", x, y, { sampleWeight: { cls: [1, 1] } }, /sampleWeight\.cls must have one value for each of 6/],
    ["class weights", x, y, { classWeight: { 0: 1 } }, /classWeight needs a single output .* Received: 2 outputs/],
    ["text", x, ["abc", targets], {}, /y\.cls must be an array of numbers\. Received: "abc"/],
  ]; // prettier-ignore
  test.each(cases)("%s", async (_, inputs, labels, options, pattern) => {
    const net = network({ optimizer: "adam" });
    const before = Buffer.from(net.save());
    const error = (await net.fit(loose(inputs), loose(labels), loose(options)).catch((thrown: unknown) => thrown)) as LanegradError;
    expect(error).toBeInstanceOf(LanegradError);
    expect(error.message).toMatch(pattern);
    expect(error.message).toMatch(/Received: ./);
    expect(Buffer.from(net.save()).equals(before)).toBe(true);
  }); // prettier-ignore

  test("with a loss for one of two outputs, messages still name it", async () => {
    const { entrance, classifier, regressor } = parts();
    const net = model({ inputs: entrance, outputs: [classifier, regressor] });
    net.compile({ loss: { cls: crossentropy } });
    await expect(net.fit(x1, { cls: [0, 1, 2, 0, 1, 7] })).rejects.toThrow(/Received: y\.cls\[5\]=7/);
    await expect(net.fit(x1, { cls: [0, 1] })).rejects.toThrow(
      /x and y\.cls must have the same number of rows/,
    );
  });

  test("vjp names the output", () => {
    expect(() => network().vjp([x1, x2], [targets, targets])).toThrow(/dY\.cls must have shape/);
    expect(() => network().vjp([x1, x2], { reg: targets.slice(1) })).toThrow(
      /dY\.reg must have a row for each of 6/,
    );
  });

  test("an array that holds itself has no shape", () => {
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => network().predict(loose([endless, x2]))).toThrow(/x\.a must nest arrays at most 64 deep/);
  });
});

describe("wrong settings", () => {
  const cases: [string, unknown, RegExp][] = [
    ["a loss for no output", { loss: { nope: "mse" } }, /an output in loss must be one of cls, reg\. Received: "nope"/],
    ["no loss at all", { loss: {} }, /needs a loss for at least one of the outputs cls, reg/],
    ["one loss in a list", { loss: ["mse"] }, /loss of a model with 2 outputs .* Received: 1 entries/],
    ["one metric in a list", { loss: "mse", metrics: ["mae"] }, /metrics of a model with 2 outputs/],
    ["lists too deep", { loss: "mse", metrics: [[["mae"]], []] }, /metrics must be one of .* Received: \["mae"\]/],
    ["a metric for no output", { loss: "mse", metrics: { c: "mae" } }, /an output in metrics must be one of cls, reg/],
    ["a metric without a loss", { loss: { cls: "mse" }, metrics: { reg: ["mae"] } }, /Received: metrics for reg, which has no loss/],
    ["one loss weight", { loss: "mse", lossWeights: 2 }, /lossWeights must be an array or an object/],
    ["loss weights of mixed kinds", { loss: "mse", lossWeights: [1, "2"] }, /lossWeights\[1\] must be a number/],
    ["a loss weight for no output", { loss: "mse", lossWeights: { regg: 2 } }, /Did you mean "reg"\?/],
  ]; // prettier-ignore
  test.each(cases)("%s: the compile before stays", (_, options, pattern) => {
    const net = network();
    const before = net.evaluate([x1, x2], [classes, targets]);
    expect(() => net.compile(loose(options))).toThrow(pattern);
    expect(net.evaluate([x1, x2], [classes, targets])).toEqual(before);
  });

  test("outputs named as what every object has get what was given for them alone", async () => {
    const a = input({ shape: [4] });
    const outputs = ["constructor", "toString", "__proto__"].map((name) =>
      layers.dense({ units: 1, name }).apply(a),
    );
    const net = model({ inputs: a, outputs });
    net.compile({ loss: loose({ constructor: "mse" }) });
    const { history } = await net.fit(x1, loose({ constructor: classes }));
    expect(Object.keys(history)).toEqual(["loss", "constructor_loss"]);
    const labels = loose({ constructor: classes });
    expect(loadModel<Tensor[]>(net.save()).evaluate(x1, labels)).toEqual(net.evaluate(x1, labels));
  });
});

describe("graphs", () => {
  test("2,000 layers one after another are trained, saved and loaded; 20,000 are predicted with", () => {
    const entrance = input({ shape: [2] });
    let tensor = entrance;
    for (let i = 0; i < 2000; i++)
      tensor = layers.dense({ units: 2, kernelInitializer: "identity" }).apply(tensor);
    const net = model({ inputs: entrance, outputs: tensor });
    expect([...net.predict([[1, 2]]).data]).toEqual([1, 2]);
    net.compile({ loss: "mse" });
    net.trainOnBatch([[1, 2]], [[1, 2]]);
    expect([...loadModel(net.save()).predict([[1, 2]]).data]).toEqual([1, 2]);
    for (let i = 0; i < 18_000; i++) tensor = layers.flatten().apply(tensor);
    expect([...model({ inputs: entrance, outputs: tensor }).predict([[1, 2]]).data]).toEqual([1, 2]);
  });

  test("a model is used twice on its own output", () => {
    const entrance = input({ shape: [2] });
    const inner = model({ inputs: entrance, outputs: layers.dense({ units: 2 }).apply(entrance) });
    const net = model({ inputs: entrance, outputs: inner.apply(inner.apply(inner.outputs[0])) });
    net.compile({ loss: "mse" });
    net.trainOnBatch(targets, targets);
    const thrice = inner.predict(inner.predict(inner.predict(targets)));
    expectClose(net.predict(targets).data, [...thrice.data]);
    expect(loadModel(net.save()).predict(targets).data).toEqual(net.predict(targets).data);
  });

  test("an input that is an output, and one that nothing needs", async () => {
    const a = input({ shape: [2] });
    const b = input({ shape: [3] });
    const net = model({ inputs: [a, b], outputs: [a, layers.dense({ units: 2 }).apply(a)] });
    net.compile({ loss: "mse" });
    await net.fit([targets, x2], [targets, targets]);
    const [same] = net.predict([targets, x2]);
    expectClose(same.data, targets.flat());
    expect(net.gradients([targets, x2], [targets, targets]).inputs[1].data).toEqual(new Float32Array(18));
  });

  const refused: [string, () => unknown, RegExp][] = [
    ["an input that is missing", () => model({ inputs: input({ shape: [2] }), outputs: layers.dense({ units: 1 }).apply(input({ shape: [2], name: "other" })) }), /needs the input other/],
    ["a name twice", () => { const a = input({ shape: [2] }); return model({ inputs: a, outputs: ["q", "q"].map((name) => layers.dense({ units: 1, name }).apply(a)) }); }, /two layers named q/],
    ["an input twice", () => { const a = input({ shape: [2] }); return model({ inputs: [a, a], outputs: a }); }, /inputs must differ/],
    ["a layer on another shape", () => { const d = layers.dense({ units: 2 }); d.apply(input({ shape: [2] })); return d.apply(input({ shape: [3] })); }, /built for inputs whose last axis is 2\. Received: shape \[null, 3\]/],
    ["an input's layer on a tensor", () => { const a = input({ shape: [2] }); return a.node.layer.apply(a); }, /is an input: data enters there/],
    ["a change of a part of another model", () => { const s = sequential({ layers: [layers.dense({ units: 3, inputShape: [2] })] }); s.apply(input({ shape: [2] })); s.add(layers.flatten()); }, /is a layer of another model/],
    ["a model in itself", () => { const s = sequential(); s.add(s); }, /a model cannot be inside itself/],
    ["a model in one that is in it", () => { const s = sequential(); const outer = sequential({ layers: [s] }); s.add(outer); }, /a model cannot be inside itself/],
  ]; // prettier-ignore
  test.each(refused)("%s", (_, work, pattern) => expect(work).toThrow(pattern));

  test("a model inside another that gets its shape there", async () => {
    const inner = sequential({ layers: [layers.dense({ units: 3 })] });
    const entrance = input({ shape: [4] });
    const net = model({ inputs: entrance, outputs: inner.apply(entrance) });
    net.compile({ loss: "mse" });
    await net.fit(x1, x2);
    expect(inner.predict(x1).data).toEqual(net.predict(x1).data);
    expect(loadModel(net.save()).predict(x1).data).toEqual(net.predict(x1).data);
  });

  test("sizes beyond any memory are typed errors, and the next model works", () => {
    const huge = sequential({
      layers: [layers.dense({ units: 1e10, inputShape: [4] }), layers.dense({ units: 1 })],
    });
    for (const optimizer of ["adam", "adagrad"] as const) {
      huge.compile({ optimizer, loss: "mse" });
      expect(() => huge.trainOnBatch(x1, classes)).toThrow(
        expect.objectContaining({ code: "OUT_OF_MEMORY" }),
      );
    }
    const wide = sequential({ layers: [layers.dense({ units: 1e10, inputShape: [4] })] });
    expect(() => wide.predict(x1)).toThrow(expect.objectContaining({ code: "OUT_OF_MEMORY" }));
    expect(network().predict([x1, x2])).toHaveLength(2);
  });
});

test("a penalty on weights of an output without a loss trains them, as it is part of the loss", () => {
  const a = input({ shape: [2] });
  const head = layers.dense({
    units: 1,
    kernelRegularizer: { name: "l2", l2: 0.5 },
    kernelInitializer: "ones",
  });
  const net = model({ inputs: a, outputs: [layers.dense({ units: 1 }).apply(a), head.apply(a)] });
  net.compile({ optimizer: { name: "sgd", learningRate: 0.1 }, loss: ["mse", null] });
  const x = [
    [1, 2],
    [3, 4],
  ];
  const [kernel, bias] = head.getWeights();
  const gradients = net.gradients(x, [[1, 2], null]);
  // d (0.5 w^2) / dw = w; the bias has neither loss nor penalty.
  expect([...(gradients.weights.get(`${net.outputNames[1]}/kernel`)?.data ?? [])]).toEqual([1, 1]);
  expect(gradients.weights.has(`${net.outputNames[1]}/bias`)).toBe(false);
  for (const factor of [0.9, 0.81]) {
    net.trainOnBatch(x, [[1, 2], null]);
    head.getWeights()[0].data.forEach((w, i) => expect(w).toBeCloseTo(kernel.data[i] * factor, 6));
  }
  expect(head.getWeights()[1].data).toEqual(bias.data);
});

test("an output may be called x: records of inputs and labels to validate on are no batches", async () => {
  const a = input({ shape: [4] });
  const outputs = ["x", "b"].map((name) => layers.dense({ units: 2, name }).apply(a));
  const net = model({ inputs: a, outputs });
  net.compile({ loss: "mse", optimizer: { name: "sgd", learningRate: 0 } });
  const labels = { x: targets, b: targets };
  const { history } = await net.fit(x1, labels, { validationData: [x1, labels], verbose: 0 });
  expect(history.val_loss).toEqual([net.evaluate(x1, labels).loss]);
});

test("an input may be called x: a record of inputs to validate on is no batch", async () => {
  setRandomSeed(5);
  const [a, b] = [input({ shape: [4], name: "x" }), input({ shape: [3], name: "z" })];
  const out = layers.dense({ units: 2, name: "out" }).apply(layers.concatenate().apply([a, b]));
  const net = model({ inputs: [a, b], outputs: out });
  net.compile({ loss: "mse", optimizer: { name: "sgd", learningRate: 0 } });
  const x = { x: x1, z: x2 };
  const { loss } = net.evaluate(x, targets);
  for (const labels of [targets, { out: targets }]) {
    const { history } = await net.fit(x, labels, { validationData: [x, labels], verbose: 0 });
    expect(history.val_loss).toEqual([loss]);
  }
  const batches = await net.fit(x, targets, { validationData: [{ x, y: targets }], verbose: 0 });
  expect(batches.history.val_loss).toEqual([loss]);
});
