// Bad input gives a typed error, with the right code and a message that helps, before anything changes.
import {
  activations,
  initializers,
  input,
  LanegradError,
  layers,
  losses,
  matMul,
  optimizers,
  sequential,
  tensor,
} from "lanegrad";
import type { Sequential } from "lanegrad";
import { describe, expect, test } from "vitest";
import { rows } from "../support/data.js";

function classifier(): Sequential {
  const net = sequential({
    layers: [
      layers.dense({ units: 5, activation: "relu", inputShape: [4] }),
      layers.batchNormalization(),
      layers.dense({ units: 3 }),
    ],
  });
  net.compile({
    optimizer: "adam",
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
  });
  return net;
}

const x = rows(6, 4, 1);
const y = [0, 1, 2, 0, 1, 2];

/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

function expectError(work: () => unknown, code: string, message: RegExp): void {
  let caught: unknown;
  try {
    work();
  } catch (error) {
    caught = error;
  }
  expect(caught).toBeInstanceOf(LanegradError);
  expect((caught as LanegradError).code).toBe(code);
  expect((caught as LanegradError).message).toMatch(message);
  expect((caught as LanegradError).message).toMatch(/Received: /);
}

describe("options", () => {
  const cases: [string, () => unknown, string, RegExp][] = [
    ["negative units", () => layers.dense({ units: -3 }), "INVALID_OPTION", /units must be a positive integer\. Received: units=-3/],
    ["fractional units", () => layers.dense({ units: 2.5 }), "INVALID_OPTION", /units=2\.5/],
    ["no units", () => layers.dense(loose({})), "INVALID_OPTION", /units=undefined/],
    ["a size that is open", () => layers.dense({ units: 3, inputShape: loose([null, 4]) }), "INVALID_OPTION", /inputShape must be an array of positive integers\. Received: inputShape=\[null,4\]/],
    ["an input with an option of layers", () => input(loose({ shape: [4], inputShape: [3] })), "UNKNOWN_OPTION", /^input has no option inputShape\. The options are shape, name\. Received: /],
    ["an input whose size is open", () => input({ shape: loose([null, 4]) }), "INVALID_OPTION", /shape must be an array of positive integers\. Received: shape=\[null,4\]/],
    ["misspelt option", () => layers.dense(loose({ units: 3, activaton: "relu" })), "UNKNOWN_OPTION", /Did you mean activation\?/],
    ["unknown activation", () => layers.dense({ units: 3, activation: loose("rellu") }), "UNKNOWN_NAME", /Did you mean "relu"\?/],
    ["unknown initializer", () => layers.dense({ units: 3, kernelInitializer: loose("heNorml") }), "UNKNOWN_NAME", /"heNormal"/],
    ["rate of 1", () => layers.dropout({ rate: 1 }), "INVALID_OPTION", /rate=1/],
    ["negative learning rate", () => optimizers.adam({ learningRate: -1 }), "INVALID_OPTION", /learningRate=-1/],
    ["two ways of clipping", () => optimizers.sgd({ clipnorm: 1, clipvalue: 1 }), "INVALID_OPTION", /clipnorm, clipvalue/],
    ["a seed that is no whole number", () => initializers.heNormal({ seed: 0.5 }), "INVALID_OPTION", /seed=0\.5/],
    ["a layer that is none", () => sequential({ layers: [loose({ units: 3 })] }), "INVALID_OPTION", /layers must be made by/],
    ["a slope that is no number", () => activations.leakyRelu([1], { negativeSlope: loose("0.1") }), "INVALID_OPTION", /negativeSlope="0\.1"/],
    ["reshape to another size", () => sequential({ layers: [layers.reshape({ targetShape: [5], inputShape: [4] })] }), "SHAPE_MISMATCH", /4 values a row/],
  ]; // prettier-ignore
  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));

  test("a compile that fails leaves the one before", () => {
    const net = classifier();
    const badly: unknown[] = [
      { loss: "categoricalCrossentropi" },
      { loss: "mse", metrics: ["acuracy"] },
      { loss: "mse", metrics: ["sparseCategoricalAccuracy"] },
      { loss: "mse", optimizer: { name: "adam", beta3: 1 } },
    ];
    for (const options of badly) expect(() => net.compile(loose(options))).toThrow(LanegradError);
    expect(Object.keys(net.evaluate(x, y))).toEqual(["loss", "accuracy"]);
  });

  test("unknown metric names are found before the shape of the input is known", () => {
    const net = sequential({ layers: [layers.dense({ units: 1 })] });
    expectError(
      () => net.compile({ loss: "mse", metrics: [loose("acuracy")] }),
      "UNKNOWN_NAME",
      /"accuracy"/,
    );
  });

  test("unknown names at compile", () => {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
    expectError(
      () => net.compile({ loss: loose("mean_sqared_error") }),
      "UNKNOWN_NAME",
      /"meanSquaredError"/,
    );
    expectError(() => net.compile({ loss: "mse", optimizer: loose("adamm") }), "UNKNOWN_NAME", /"adam"/);
    expectError(
      () => net.compile({ loss: "mse", metrics: [loose("acuracy")] }),
      "UNKNOWN_NAME",
      /"accuracy"/,
    );
    expectError(() => net.compile(loose({ optimizer: "adam" })), "INVALID_OPTION", /needs a loss/);
  });
});

describe("data: nothing changes", () => {
  const bad: [string, unknown, unknown, string, RegExp][] = [
    ["too many features", rows(6, 5, 2), y, "SHAPE_MISMATCH", /shape \[null, 4\].*shape \[6, 5\]/],
    ["a single row that is not nested", [1, 2, 3, 4], [0], "SHAPE_MISMATCH", /write \[x\]/],
    ["ragged rows", [...x.slice(0, 5), [1, 2, 3]], y, "INVALID_DATA", /x is ragged.*x\[5\]/],
    [
      "text in the inputs",
      [...x.slice(0, 5), [1, 2, "3", 4]],
      y,
      "INVALID_DATA",
      /x\[5\]\[2\] must be a number/,
    ],
    ["text labels", x, ["a", "b", "c", "a", "b", "c"], "INVALID_DATA", /labelEncoder.*y\[0\]="a"/],
    ["NaN label", x, [0, 1, 2, 0, 1, Number.NaN], "INVALID_LABEL", /y\[5\]=NaN/],
    ["label out of range", x, [0, 1, 3, 0, 1, 2], "INVALID_LABEL", /from 0 to 2.*y\[2\]=3/],
    ["negative label", x, [0, 1, -1, 0, 1, 2], "INVALID_LABEL", /y\[2\]=-1/],
    ["one-hot labels for a sparse loss", x, rows(6, 3, 3), "SHAPE_MISMATCH", /shape \[null, 1\]/],
    ["another number of labels", x, [0, 1], "SHAPE_MISMATCH", /6 and 2 rows/],
    ["no rows", [], [], "INVALID_DATA", /at least one row/],
    ["a typed array of the wrong length", new Float32Array(23), y, "SHAPE_MISMATCH", /rows of 4 values/],
    ["no array", 7, y, "INVALID_DATA", /must be an array/],
  ];

  test.each(bad)("%s", async (_, badX, badY, code, message) => {
    const net = classifier();
    net.trainOnBatch(x, y);
    const before = net.getWeights().map((weight) => weight.data);
    expectError(() => net.trainOnBatch(loose(badX), loose(badY)), code, message);
    expectError(() => net.evaluate(loose(badX), loose(badY)), code, message);
    await expect(net.fit(loose(badX), loose(badY), { epochs: 2 })).rejects.toMatchObject({ code });
    expect(net.getWeights().map((weight) => weight.data)).toEqual(before);
  });

  test("labels of a binary cross-entropy outside 0 to 1", () => {
    const net = sequential({ layers: [layers.dense({ units: 1, activation: "sigmoid", inputShape: [1] })] });
    net.compile({ loss: "binaryCrossentropy" });
    expectError(() => net.trainOnBatch([[1], [2]], [1, 2]), "INVALID_LABEL", /numbers from 0 to 1/);
  });

  test("wrong validation data leaves the model as it was", async () => {
    const net = classifier();
    const before = net.getWeights().map((weight) => weight.data);
    await expect(net.fit(x, y, { validationData: [rows(2, 3, 4), [0, 1]] })).rejects.toMatchObject({
      code: "SHAPE_MISMATCH",
    });
    await expect(net.fit(x, y, loose({ epoch: 3 }))).rejects.toMatchObject({ code: "UNKNOWN_OPTION" });
    await expect(net.fit(x, y, { validationSplit: 1 })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    await expect(net.fit(x, y, { classWeight: { 0: -1 } })).rejects.toMatchObject({ code: "INVALID_OPTION" });
    expect(net.getWeights().map((weight) => weight.data)).toEqual(before);
  });

  test("wrong weights change none", () => {
    const net = classifier();
    const before = net.getWeights();
    expectError(() => net.setWeights([[1]]), "SHAPE_MISMATCH", /takes 8 arrays/);
    const wrong = before.map((weight) =>
      tensor(
        weight.data.map(() => 9),
        weight.shape,
      ),
    );
    wrong[7] = tensor([1, 2]);
    expectError(() => net.setWeights(wrong), "SHAPE_MISMATCH", /weights\[7\].*shape \[3\]/);
    expect(net.getWeights().map(({ data }) => data)).toEqual(before.map(({ data }) => data));
  });
});

describe("the order of calls", () => {
  test("predict before the shape is known", () => {
    expectError(
      () => sequential({ layers: [layers.dense({ units: 1 })] }).predict([[1]]),
      "NOT_BUILT",
      /inputShape/,
    );
  });

  test("training before compile", () => {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    expectError(() => net.trainOnBatch([[1]], [[1]]), "NOT_COMPILED", /must be compiled/);
  });

  test("a second fit during a fit; predict meanwhile is fine", async () => {
    const net = classifier();
    const first = net.fit(x, y, { epochs: 50, yieldEvery: 0 });
    await expect(net.fit(x, y)).rejects.toMatchObject({ code: "BUSY" });
    expectError(() => net.compile({ loss: "mse" }), "BUSY", /being trained/);
    expectError(() => net.trainOnBatch(x, y), "BUSY", /being trained/);
    expect(net.predict(x).shape).toEqual([6, 3]);
    expect((await first).epoch).toHaveLength(50);
    expect((await net.fit(x, y)).epoch).toHaveLength(1);
  });

  test("an unknown layer name", () => {
    expectError(() => classifier().getLayer("dense_2"), "UNKNOWN_NAME", /dense_1/);
  });
});

test("products and steps of shapes that do not fit", () => {
  expectError(() => matMul([[1, 2]], [[1, 2]]), "SHAPE_MISMATCH", /\[1, 2\] and \[1, 2\]/);
  expectError(() => losses.meanSquaredError().value([1, 2], [[1, 2, 3]]), "SHAPE_MISMATCH", /3 values/);
  const sgd = optimizers.sgd();
  expectError(() => sgd.apply([[new Float32Array(3), [1, 2]]]), "SHAPE_MISMATCH", /gradients\[0\]/);
  sgd.apply([[new Float32Array(2), [1, 2]]]);
  expectError(() => sgd.apply([[new Float32Array(3), [1, 2, 3]]]), "SHAPE_MISMATCH", /by position and size/);
});
