// Which outputs go with which losses: the wrong ones are told at compile, the right ones are silent.
import { activations, input, LanegradError, layers, losses, model, sequential } from "lanegrad";
import type { CompileOptions, Sequential } from "lanegrad";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { MockInstance } from "vitest";
import { codeOf, rows } from "../support/data.js";

type Activation = NonNullable<Parameters<typeof layers.dense>[0]["activation"]>;

let warn: MockInstance<typeof console.warn>;

beforeEach(() => {
  warn = vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(() => vi.restoreAllMocks());

function ending(units: number, activation: Activation): Sequential {
  return sequential({ layers: [layers.dense({ units, activation, inputShape: [4] })] });
}

const LOGITS = {
  binaryCrossentropy: losses.binaryCrossentropy({ fromLogits: true }),
  categoricalCrossentropy: losses.categoricalCrossentropy({ fromLogits: true }),
  sparseCategoricalCrossentropy: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
};
const logits = (name: keyof typeof LOGITS) => LOGITS[name];

describe("errors", () => {
  const cases: [string, number, Activation, CompileOptions["loss"], RegExp][] = [
    ["softmax of one unit", 1, "softmax", "binaryCrossentropy", /always 1, so nothing can be learnt\. Instead, use sigmoid/],
    ["softmax of one unit, regression", 1, "softmax", "mse", /softmax with one unit does not go with any loss/],
    ["sparsemax of one unit", 1, "sparsemax", "mse", /activation="sparsemax", loss="meanSquaredError"$/],
    ["one class", 1, "sigmoid", "categoricalCrossentropy", /one output for each class.* sigmoid and binaryCrossentropy/],
    ["one class, sparse", 1, "sigmoid", "sparseCategoricalCrossentropy", /one unit for each class\. Received: output dense\S* with 1 unit,/],
    ["one class, logits", 1, "linear", logits("sparseCategoricalCrossentropy"), /loss="sparseCategoricalCrossentropy" with fromLogits$/],
    ["softmax twice", 3, "softmax", logits("categoricalCrossentropy"), /squashed already\. Instead, leave the activation of the last layer out, or leave fromLogits out/],
    ["softmax twice, sparse", 3, "softmax", logits("sparseCategoricalCrossentropy"), /with 3 units, activation="softmax"/],
    ["sigmoid twice", 1, "sigmoid", logits("binaryCrossentropy"), /activation="sigmoid", loss="binaryCrossentropy" with fromLogits$/],
    ["sigmoid, then softmax", 3, "sigmoid", logits("categoricalCrossentropy"), /squashed already/],
    ["softmax, then sigmoid", 3, "softmax", logits("binaryCrossentropy"), /squashed already/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, units, activation, loss, message) => {
    const net = ending(units, activation);
    let caught: unknown;
    try {
      net.compile({ loss });
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(LanegradError);
    expect((caught as LanegradError).code).toBe("INVALID_OPTION");
    expect((caught as LanegradError).message).toMatch(message);
    expect(warn).not.toHaveBeenCalled();
    expect(codeOf(() => net.optimizer)).toBe("NOT_COMPILED");
  });

  test("a model that was compiled stays so", () => {
    const net = ending(1, "sigmoid");
    net.compile({ loss: "binaryCrossentropy", optimizer: "adam" });
    const { optimizer } = net;
    expect(codeOf(() => net.compile({ loss: logits("binaryCrossentropy") }))).toBe("INVALID_OPTION");
    expect(net.optimizer).toBe(optimizer);
  });

  test("a model that is built by its data fails at the first use and stays unbuilt", async () => {
    const net = sequential({ layers: [layers.dense({ units: 1, activation: "softmax" })] });
    net.compile({ loss: "mse" });
    const [x, y] = [rows(3, 4, 1), [0, 1, 0]];
    await expect(net.fit(x, y)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    expect(codeOf(() => net.evaluate(x, y))).toBe("INVALID_OPTION");
    expect(codeOf(() => net.trainOnBatch(x, y))).toBe("INVALID_OPTION");
    expect(net.isBuilt).toBe(false);
  });
});

describe("warnings", () => {
  const cases: [string, number, Activation, CompileOptions, RegExp][] = [
    ["sigmoid, categorical", 3, "sigmoid", { loss: "categoricalCrossentropy" }, /exclude each other.*use softmax .*, or binaryCrossentropy/],
    ["sigmoid, sparse", 3, "hardSigmoid", { loss: "sparseCategoricalCrossentropy" }, /activation="hardSigmoid"/],
    ["softmax, binary", 3, "softmax", { loss: "binaryCrossentropy" }, /independent.*use sigmoid .*, or categoricalCrossentropy/],
    ["linear, binary", 1, "linear", { loss: "binaryCrossentropy" }, /expects probabilities.*sigmoid, or in a linear layer with fromLogits: true/],
    ["relu, binary", 1, "relu", { loss: "binaryCrossentropy" }, /activation="relu"/],
    ["tanh, several", 2, "tanh", { loss: "binaryCrossentropy" }, /with 2 units, activation="tanh"/],
    ["linear, categorical", 3, "linear", { loss: "categoricalCrossentropy" }, /end the model in softmax, or in a linear layer with fromLogits: true/],
    ["linear, sparse", 3, "linear", { loss: "sparseCategoricalCrossentropy" }, /activation="linear", loss="sparseCategoricalCrossentropy"$/],
    ["log-probabilities", 3, "logSoftmax", { loss: "sparseCategoricalCrossentropy" }, /activation="logSoftmax"/],
    ["sigmoid, hinge", 1, "sigmoid", { loss: "hinge" }, /below -1 and above 1.*linear or tanh, or use a cross-entropy/],
    ["softmax, squared hinge", 2, "softmax", { loss: "squaredHinge" }, /loss="squaredHinge"$/],
    ["linear, poisson", 1, "linear", { loss: "poisson" }, /NaN.*exponential or softplus, or use/],
    ["accuracy of numbers", 1, "linear", { loss: "mse", metrics: ["accuracy"] }, /measure mae or rmse, or use sigmoid.*metrics=\["accuracy"\]$/],
    ["accuracy of counts", 1, "exponential", { loss: "poisson", metrics: ["acc"] }, /metrics=\["\w+"\]$/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, units, activation, options, message) => {
    ending(units, activation).compile(options);
    expect(warn).toHaveBeenCalledTimes(1);
    const [text] = warn.mock.calls[0];
    expect(text).toMatch(/^Lanegrad: \w/);
    expect(text).toMatch(message);
    expect(text).toMatch(/Received: output dense\S* with \d units?, activation=/);
  });

  test("once for each compile, also where the first data is refused", async () => {
    const net = sequential({ layers: [layers.dense({ units: 1 })] });
    net.compile({ loss: "binaryCrossentropy" });
    expect(warn).not.toHaveBeenCalled();
    await expect(net.fit(rows(3, 4, 1), [0, 1, 7])).rejects.toMatchObject({ code: "INVALID_LABEL" });
    await net.fit(rows(3, 4, 1), [0, 1, 0], { verbose: 0 });
    net.evaluate(rows(3, 4, 1), [0, 1, 0]);
    expect(warn).toHaveBeenCalledTimes(1);
    net.compile({ loss: "binaryCrossentropy" });
    expect(warn).toHaveBeenCalledTimes(2);
  });

  test("each of several outputs", () => {
    const x = input({ shape: [4] });
    const outputs = [
      layers.dense({ units: 1, name: "price" }).apply(x),
      layers.dense({ units: 1, name: "sold" }).apply(x),
      layers.dense({ units: 3, name: "kind", activation: "sigmoid" }).apply(x),
    ];
    const net = model({ inputs: x, outputs });
    net.compile({ loss: { price: "mse", sold: "binaryCrossentropy", kind: "categoricalCrossentropy" } });
    expect(warn.mock.calls.map(([text]) => /Received: output (\w+)/.exec(text)?.[1])).toEqual([
      "sold",
      "kind",
    ]);
    warn.mockClear();
    net.compile({ loss: { price: "mse", sold: null } });
    expect(warn).not.toHaveBeenCalled();
  });
});

describe("right models are silent", () => {
  const cases: [string, number, Activation, CompileOptions][] = [
    ["two classes", 1, "sigmoid", { loss: "binaryCrossentropy", metrics: ["accuracy"] }],
    ["two classes, logits", 1, "linear", { loss: logits("binaryCrossentropy"), metrics: ["accuracy"] }],
    ["classes", 3, "softmax", { loss: "categoricalCrossentropy", metrics: ["accuracy"] }],
    ["classes, sparse", 3, "softmax", { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }],
    ["classes, sparsemax", 3, "sparsemax", { loss: "categoricalCrossentropy" }],
    ["classes, logits", 3, "linear", { loss: logits("categoricalCrossentropy"), metrics: ["accuracy"] }],
    ["classes, sparse, logits", 3, "linear", { loss: logits("sparseCategoricalCrossentropy") }],
    ["log-probabilities, which are logits", 3, "logSoftmax", { loss: logits("categoricalCrossentropy") }],
    ["several labels", 3, "sigmoid", { loss: "binaryCrossentropy", metrics: ["accuracy"] }],
    ["several labels, logits", 3, "linear", { loss: logits("binaryCrossentropy") }],
    ["two classes, hardSigmoid", 1, "hardSigmoid", { loss: "binaryCrossentropy" }],
    ["regression", 1, "linear", { loss: "mse", metrics: ["mae"] }],
    ["regression, several", 2, "linear", { loss: "huber" }],
    ["regression of what is positive", 1, "softplus", { loss: "mae" }],
    ["regression from 0 to 1", 1, "sigmoid", { loss: "mse" }],
    ["classes by their squares", 3, "softmax", { loss: "mse", metrics: ["accuracy"] }],
    ["signs by their squares", 1, "tanh", { loss: "mse", metrics: ["accuracy"] }],
    ["a threshold that is asked for", 1, "linear", { loss: "mse", metrics: ["binaryAccuracy"] }],
    ["counts", 1, "exponential", { loss: "poisson", metrics: ["mae"] }],
    ["counts, softplus", 1, "softplus", { loss: "poisson" }],
    ["margins", 1, "linear", { loss: "hinge", metrics: ["accuracy"] }],
    ["margins, tanh", 1, "tanh", { loss: "squaredHinge" }],
    ["margins of classes", 3, "linear", { loss: "categoricalHinge" }],
    ["distributions", 3, "softmax", { loss: "klDivergence" }],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, units, activation, options) => {
    ending(units, activation).compile(options);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe("where the activation is found", () => {
  const warned = (net: { compile(options: CompileOptions): void }, options: CompileOptions): string => {
    warn.mockClear();
    net.compile(options);
    expect(warn).toHaveBeenCalledTimes(1);
    return /activation="(\w+)"/.exec(warn.mock.calls[0][0] as string)?.[1] as string;
  };
  const binary = { loss: "binaryCrossentropy" } as const;

  test("a layer of its own, before layers that only hand on", () => {
    const net = sequential({
      layers: [
        layers.dense({ units: 3, inputShape: [4] }),
        layers.activation({ activation: "tanh" }),
        layers.dropout({ rate: 0.5 }),
        layers.reshape({ targetShape: [3, 1] }),
        layers.flatten(),
        layers.activation({ activation: "linear" }),
      ],
    });
    expect(warned(net, binary)).toBe("tanh");
  });

  test("models used as layers, and what comes before them", () => {
    const inner = sequential({ layers: [layers.dense({ units: 3, activation: "relu", inputShape: [4] })] });
    const idle = sequential({ layers: [layers.dropout({ rate: 0.1, inputShape: [3] })] });
    const x = input({ shape: [4] });
    const first = inner.apply(x);
    expect(warned(model({ inputs: x, outputs: first }), binary)).toBe("relu");
    expect(warned(model({ inputs: x, outputs: idle.apply(first) }), binary)).toBe("relu");
  });

  test("the right output of a model of several", () => {
    const x = input({ shape: [4] });
    const heads = [
      layers.dense({ units: 1, activation: "sigmoid" }).apply(x),
      layers.dense({ units: 1, activation: "tanh" }).apply(x),
    ];
    const two = model({ inputs: x, outputs: heads });
    const y = input({ shape: [4] });
    const [probability, other] = two.applyAll(y);
    expect(warned(model({ inputs: y, outputs: other }), binary)).toBe("tanh");
    warn.mockClear();
    model({ inputs: y, outputs: probability }).compile(binary);
    expect(warn).not.toHaveBeenCalled();
  });

  test("what nobody can say is no contradiction", () => {
    const normalised = sequential({
      layers: [layers.dense({ units: 3, inputShape: [4] }), layers.batchNormalization()],
    });
    normalised.compile(binary);
    const x = input({ shape: [3] });
    model({ inputs: x, outputs: layers.dropout({ rate: 0.5 }).apply(x) }).compile(binary);
    // Softmax along another axis than the last: these values do not add up to 1 for the loss.
    const moved = sequential({
      layers: [
        layers.reshape({ targetShape: [2, 2], inputShape: [4] }),
        layers.activation({ activation: "softmax" }),
        layers.flatten(),
      ],
    });
    moved.compile(binary);
    expect(warn).not.toHaveBeenCalled();
  });

  test("softmax as a layer of its own after a linear layer of one unit", () => {
    const net = sequential({
      layers: [layers.dense({ units: 1, inputShape: [4] }), layers.activation({ activation: "softmax" })],
    });
    expect(codeOf(() => net.compile({ loss: "mse" }))).toBe("INVALID_OPTION");
    expect(activations.softmax([[-3], [8]]).toArray()).toEqual([[1], [1]]);
  });
});
