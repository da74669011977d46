// Activations on tensors and in layers: against PyTorch, through their configurations, in a training step.
import { readFileSync } from "node:fs";
import { activations, input, layers, loadModel, model, sequential, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { toActivation } from "../../src/activations/activation.js";
import type { ActivationSpec } from "../../src/activations/activation.js";
import { codeOf, rows, values } from "../support/data.js";

interface Reference {
  x: number[][];
  dY: number[][];
  cases: { spec: { name: string }; y: number[][]; dX: number[][] }[];
}

/** Made by activations.py beside it. */
const reference = JSON.parse(
  readFileSync(new URL("../references/activations.json", import.meta.url), "utf8"),
) as Reference;

/** Every name, with options that must be given. */
const SPECS: ActivationSpec[] = [
  ...(["linear", "relu", "leakyRelu", "sigmoid", "tanh", "exponential", "elu", "selu", "softplus"] as const),
  ...(["softsign", "gelu", "silu", "swish", "mish", "hardSigmoid", "piecewiseLinear", "unitStep"] as const),
  ...(["heaviside", "sign", "relu6", "hardSilu", "hardSwish", "hard_swish", "celu", "squareplus"] as const),
  ...(["hardTanh", "hardShrink", "softShrink", "tanhShrink", "logSigmoid", "sparsePlus"] as const),
  ...(["sparseSigmoid", "softmax", "logSoftmax", "sparsemax", "glu"] as const),
  { name: "relu", negativeSlope: 0.1 },
  { name: "relu", maxValue: 6 },
  { name: "relu", negativeSlope: 0.1, maxValue: 2, threshold: 0.5 },
  { name: "relu", maxValue: null },
  { name: "gelu", approximate: true },
  { name: "celu", alpha: 2 },
  { name: "squareplus", b: 0 },
  { name: "hard_shrink", threshold: 0.1 },
  { name: "soft_shrink", threshold: 0.1 },
  { name: "threshold", threshold: 0.1, defaultValue: -1 },
];

const named = SPECS.map((spec) => [JSON.stringify(spec), spec] as const);

/** 2^-22, the error of a few operations in float32. */
const TOLERANCE = 2 ** -22;

function expectNear(got: Float32Array, want: number[][]): void {
  const flat = want.flat();
  expect(got.length).toBe(flat.length);
  flat.forEach((value, i) => {
    expect(Math.abs(got[i] - value), `${i}: ${got[i]} and ${value}`).toBeLessThan(
      TOLERANCE * (4 + Math.abs(value)),
    );
  });
}

describe.each(reference.cases.map((one) => [JSON.stringify(one.spec), one] as const))("%s", (_, one) => {
  const spec = one.spec as ActivationSpec;

  test("a layer has the values and gradients of PyTorch", () => {
    const net = sequential({ layers: [layers.activation({ activation: spec, inputShape: [8] })] });
    const dY = reference.dY.map((row) => row.slice(0, one.y[0].length));
    const { outputs, inputs } = net.vjp(reference.x, dY);
    expectNear(outputs[0].data, one.y);
    expectNear(inputs[0].data, one.dX);
    expect(outputs[0].shape).toEqual([6, one.y[0].length]);
  });

  test("a dense layer with the identity as kernel is the same", () => {
    const net = sequential({ layers: [layers.dense({ units: 8, activation: spec, inputShape: [8] })] });
    const identity = Array.from({ length: 8 }, (_, i) =>
      Array.from({ length: 8 }, (_, j) => Number(i === j)),
    );
    net.setWeights([tensor(identity), tensor(new Float32Array(8))]);
    const dY = reference.dY.map((row) => row.slice(0, one.y[0].length));
    const { outputs, inputs } = net.vjp(reference.x, dY);
    expectNear(outputs[0].data, one.y);
    expectNear(inputs[0].data, one.dX);
  });
});

test("the functions take the options of their names", () => {
  const { x } = reference;
  const want = (index: number) => reference.cases[index].y;
  const find = (spec: object) =>
    want(reference.cases.findIndex((one) => JSON.stringify(one.spec) === JSON.stringify(spec)));
  const {
    relu,
    relu6,
    hardSilu,
    celu,
    squareplus,
    hardTanh,
    hardShrink,
    softShrink,
    tanhShrink,
    threshold,
    logSigmoid,
    sparsePlus,
    sparseSigmoid,
    sparsemax,
    glu,
  } = activations;
  const general = { negativeSlope: 0.3, maxValue: 5, threshold: 1.25 };
  const pairs: [Tensor, object][] = [
    [relu(x, general), { name: "relu", ...general }],
    [relu6(x), { name: "relu6" }],
    [hardSilu(x), { name: "hard_swish" }],
    [celu(x, { alpha: 0.3 }), { name: "celu", alpha: 0.3 }],
    [squareplus(x, { b: 0.2 }), { name: "squareplus", b: 0.2 }],
    [hardTanh(x), { name: "hard_tanh" }],
    [hardShrink(x, { threshold: 2 }), { name: "hard_shrink", threshold: 2 }],
    [softShrink(x, { threshold: 2 }), { name: "soft_shrink", threshold: 2 }],
    [tanhShrink(x), { name: "tanh_shrink" }],
    [
      threshold(x, { threshold: 0.7, defaultValue: -20 }),
      { name: "threshold", threshold: 0.7, defaultValue: -20 },
    ],
    [logSigmoid(x), { name: "log_sigmoid" }],
    [sparsePlus(x), { name: "sparse_plus" }],
    [sparseSigmoid(x), { name: "sparse_sigmoid" }],
    [sparsemax(x), { name: "sparsemax" }],
    [glu(x), { name: "glu" }],
  ];
  for (const [got, spec] of pairs) expectNear(got.data, find(spec));
});

test("functions keep the shape, and glu halves the last axis", () => {
  const t = tensor(values(24, 3), [2, 3, 4]);
  expect(activations.hardTanh(t).shape).toEqual([2, 3, 4]);
  expect(activations.sparsemax(t).shape).toEqual([2, 3, 4]);
  expect(activations.glu(t).shape).toEqual([2, 3, 2]);
  expect(activations.glu(tensor(new Float32Array(0), [0, 4])).shape).toEqual([0, 2]);
  expect(activations.relu6(7).toArray()).toBe(6);
});

test.each(named)("%s comes back from its configuration", (_, spec) => {
  const activation = toActivation("activation", spec);
  const again = toActivation("activation", activation.config as ActivationSpec);
  expect(again).toEqual(activation);
  expect(JSON.parse(JSON.stringify(activation.config))).toEqual(activation.config);
});

test("relu without options is the kernel of relu, and with a slope alone that of leakyRelu", () => {
  const kindOf = (spec: ActivationSpec) => toActivation("activation", spec).kind;
  expect(kindOf("relu")).toBe(1);
  expect(kindOf({ name: "relu", negativeSlope: 0, maxValue: null, threshold: 0 })).toBe(1);
  expect(kindOf({ name: "relu", negativeSlope: 0.1 })).toBe(kindOf("leakyRelu"));
  expect(kindOf({ name: "relu", maxValue: 6 })).toEqual(kindOf("relu6"));
});

test.each(named)("%s trains one step in dense and activation layers of several axes", (_, spec) => {
  const net = sequential({
    layers: [
      layers.dense({ units: 6, activation: spec, inputShape: [3, 4] }),
      layers.flatten(),
      layers.dense({ units: 4 }),
      layers.activation({ activation: spec }),
      layers.dense({ units: 1 }),
    ],
  });
  const halves = toActivation("activation", spec).kind === "glu";
  expect(net.layers.map((layer) => layer.countParams())).toEqual([
    30,
    0,
    halves ? 40 : 76,
    0,
    halves ? 3 : 5,
  ]);
  net.compile({ optimizer: "sgd", loss: "mse" });
  const x = Array.from({ length: 5 }, (_, i) => rows(3, 4, i + 1));
  const before = net.getWeights().map(({ data }) => [...data]);
  expect(Number.isFinite(net.trainOnBatch(x, rows(5, 1, 9)).loss)).toBe(true);
  const after = net.getWeights().map(({ data }) => [...data]);
  expect(after.flat().every(Number.isFinite)).toBe(true);
  expect(after).not.toEqual(before);
});

test("an odd axis cannot be halved", () => {
  const glu = { activation: "glu" } as const;
  expect(codeOf(() => activations.glu([1, 2, 3]))).toBe("SHAPE_MISMATCH");
  expect(codeOf(() => activations.glu(1))).toBe("SHAPE_MISMATCH");
  expect(codeOf(() => layers.activation(glu).apply(input({ shape: [3] })))).toBe("SHAPE_MISMATCH");
  expect(codeOf(() => layers.dense({ units: 5, ...glu }).apply(input({ shape: [4] })))).toBe(
    "SHAPE_MISMATCH",
  );
  const x = input({ shape: [2, 6] });
  const net = model({ inputs: x, outputs: layers.activation(glu).apply(x) });
  expect(net.predict([rows(2, 6, 1)]).shape).toEqual([1, 2, 3]);
});

test.each<[string, () => unknown, string]>([
  ["threshold without its numbers", () => toActivation("activation", "threshold" as never), "INVALID_OPTION"],
  ["a negative b", () => activations.squareplus([1], { b: -1 }), "INVALID_OPTION"],
  ["alpha 0 of celu", () => activations.celu([1], { alpha: 0 }), "INVALID_OPTION"],
  [
    "a negative threshold of softShrink",
    () => activations.softShrink([1], { threshold: -1 }),
    "INVALID_OPTION",
  ],
  ["a negative maxValue", () => activations.relu([1], { maxValue: -1 }), "INVALID_OPTION"],
  ["an option of another", () => activations.relu([1], { alpha: 1 } as never), "UNKNOWN_OPTION"],
  [
    "an option where there is none",
    () => toActivation("activation", { name: "relu6", maxValue: 5 } as never),
    "UNKNOWN_OPTION",
  ],
])("%s is refused", (_, work, code) => {
  expect(codeOf(work)).toBe(code);
});

test("the compiler refuses misspelt names and the options of others", () => {
  const specs: ActivationSpec[] = [
    // @ts-expect-error no such name
    "hardTanH",
    // @ts-expect-error its numbers must be given
    "threshold",
    // @ts-expect-error its numbers must be given
    { name: "threshold", threshold: 1 },
    // @ts-expect-error no such option
    { name: "relu", alpha: 1 },
    // @ts-expect-error no such option
    { name: "elu", negativeSlope: 1 },
    // @ts-expect-error no options
    { name: "relu6", maxValue: 5 },
    // @ts-expect-error no such option
    { name: "celu", beta: 1 },
    // @ts-expect-error no such option
    { name: "softShrink", lambda: 1 },
  ];
  expect(specs.length).toBe(8);
});

/** The activations of options and files, each by its function. */
const functions = Object.values(activations).filter(
  (value): value is activations.ActivationFunction => "activationName" in value,
);

describe("a function of activations", () => {
  test("all but threshold stand for themselves", () => {
    const names = Object.keys(activations).filter((name) => /^[a-z]/.test(name));
    expect(functions.map(({ activationName }) => activationName).sort()).toEqual(
      names.filter((name) => name !== "threshold" && name !== "linkAll").sort(),
    );
  });

  test.each(functions.map((given) => [given.activationName, given] as const))(
    "%s is its name in a layer, with the default options",
    (name, given) => {
      expect(toActivation("activation", given)).toEqual(toActivation("activation", name));
      const layer = layers.activation({ activation: given, inputShape: [4] });
      expect(layer.getConfig().activation).toEqual(
        layers.activation({ activation: name }).getConfig().activation,
      );
      const net = sequential({ layers: [layer] });
      const x = [[-2, -0.3, 0.4, 3]];
      expect(loadModel(net.save()).predict(x).data).toEqual(given(x).data);
    },
  );

  test("goes wherever an activation is named", () => {
    const { mish, relu, sigmoid, tanh, softmax } = activations;
    const made = [
      layers.dense({ units: 1, activation: mish }),
      layers.conv1d({ filters: 1, kernelSize: 1, activation: mish }),
      layers.conv2d({ filters: 1, kernelSize: 1, activation: mish }),
      layers.depthwiseConv2d({ kernelSize: 1, activation: mish }),
      layers.depthwiseConv1d({ kernelSize: 1, activation: mish }),
      layers.separableConv1d({ filters: 1, kernelSize: 1, activation: mish }),
      layers.separableConv2d({ filters: 1, kernelSize: 1, activation: mish }),
      layers.conv1dTranspose({ filters: 1, kernelSize: 1, activation: mish }),
      layers.conv2dTranspose({ filters: 1, kernelSize: 1, activation: mish }),
    ];
    for (const layer of made) expect(layer.getConfig().activation).toEqual({ name: "mish" });
    const cells = [layers.lstm, layers.gru].map((cell) =>
      cell({ units: 1, activation: relu, recurrentActivation: sigmoid }).getConfig(),
    );
    for (const { activation, recurrentActivation } of cells) {
      expect([activation, recurrentActivation]).toMatchObject([{ name: "relu" }, { name: "sigmoid" }]);
    }
    expect(layers.simpleRNN({ units: 1, activation: tanh }).getConfig().activation).toEqual({ name: "tanh" });
    expect(codeOf(() => layers.lstm({ units: 1, activation: softmax }))).toBe("INVALID_OPTION");
  });

  test("other functions are none, and threshold has no default", () => {
    // @ts-expect-error a function of one's own
    expect(() => layers.dense({ units: 1, activation: (z: Tensor) => z })).toThrow(/Received: function/);
    // @ts-expect-error its options must be given
    expect(codeOf(() => layers.dense({ units: 1, activation: activations.threshold }))).toBe("UNKNOWN_NAME");
    // @ts-expect-error no function of its own
    expect(codeOf(() => layers.dense({ units: 1, activation: activations.linkAll }))).toBe("UNKNOWN_NAME");
    // @ts-expect-error no options
    expect(codeOf(() => activations.mish([1], { beta: 1 }))).toBe("UNKNOWN_OPTION");
  });
});
