// Every layer's gradients against finite differences.
import { input, layers, model, regularizers, sequential, setRandomSeed, tensor } from "lanegrad";
import type { SymbolicTensor, Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { awayFrom } from "../support/corners.js";
import { values } from "../support/data.js";
import { checkGradients } from "../support/finiteDifferences.js";
import type { CheckOptions } from "../support/finiteDifferences.js";

const ROWS = 4;

/** A layer in training mode, alone in a model. */
interface Case extends CheckOptions {
  options?: object;
  /** Of one row of each input. Default one input of [5]. */
  shapes?: number[][];
  /** The values of the inputs; default pseudo-random in [-1.5, 1.5). */
  data?: (count: number, input: number) => Float32Array;
}

const random = (count: number, i: number): Float32Array => values(count, 1 + i, 1.5);

/** Away from the corner at 0. */
const signed = (count: number): Float32Array => awayFrom([0], count);

/** Values that differ by at least 0.25 from each other, so that no largest one changes. */
const spread = (count: number): Float32Array => {
  const order = random(count, 0);
  const ranks = [...order.keys()].sort((i, j) => order[i] - order[j]);
  return order.map((_, i) => 0.25 * (ranks.indexOf(i) - count / 2));
};

/** Values of one input differ by at least 0.2 from those of the others. */
const apart = (count: number, i: number): Float32Array =>
  random(count, i).map((value) => 0.2 * (3 * Math.round(4 * value) + i));

const merging = [
  { shapes: [[5], [5]] },
  {
    shapes: [
      [2, 3],
      [1, 3],
      [2, 1],
    ],
  },
  { shapes: [[2, 3], [3]] },
];
const pairs = merging.filter(({ shapes }) => shapes.length === 2);
const affine = [{}, { shapes: [[3, 4]] }, { options: { center: false } }, { options: { scale: false } }];
const withPenalties = {
  kernelRegularizer: { name: "l1L2", l1: 0.03, l2: 0.1 },
  biasRegularizer: "l2",
  biasInitializer: { name: "constant", value: 0.3 },
  activityRegularizer: { name: "l2", l2: 0.05 },
};
const sequence = { shapes: [[3, 2]] };
const recurrent = (...options: object[]): Case[] => [
  { options: { units: 3 }, ...sequence },
  { options: { units: 5, returnSequences: true, goBackwards: true, useBias: false }, ...sequence },
  { options: { units: 2 }, shapes: [[1, 1]] },
  { options: { units: 3, trainable: false }, ...sequence },
  { options: { units: 3, dropout: 0.3, recurrentDropout: 0.4, returnSequences: true, seed: 2 }, ...sequence },
  {
    options: { units: 2, activation: "softsign", ...withPenalties, recurrentRegularizer: "l2" },
    ...sequence,
  },
  // Softsign and elu bend sharply at 0.
  ...options.map((option) => ({ options: { units: 3, ...option }, ...sequence, step: 0.02 })),
];
/** With states to start from. */
const started = (count: number): Case => ({
  options: { units: 3, recurrentDropout: 0.3 },
  shapes: [[2, 2], ...Array.from({ length: count }, () => [3])],
});
const noise = (options: object): Case[] => [
  { options },
  { options, shapes: [[3, 4]] },
  { options: { ...options, activityRegularizer: "l2" } },
];

/** Images of odd sizes; each row of the batch moves in its own way. */
const IMAGES = [[3, 4, 2]];
const moved = (options: object): Case[] => [
  { options, shapes: IMAGES },
  { options: { ...options, fillMode: "wrap", interpolation: "nearest" }, shapes: IMAGES },
  { options: { ...options, fillMode: "constant", fillValue: 0.7 }, shapes: IMAGES },
  { options: { ...options, fillMode: "nearest" }, shapes: [[5, 3, 1]] },
];
/** Multiples of 4: with a shift of up to 0.7, well within [-1, 1] or well beyond. */
const farApart = (count: number): Float32Array => random(count, 0).map((value) => 4 * Math.round(2 * value));

const cases: Readonly<Record<string, Case[]>> = {
  activation: [{ options: { activation: "tanh" }, shapes: [[2, 3]] }],
  activityRegularization: [{ options: { l1: 0.1, l2: 0.2 }, data: signed, step: 0.04 }],
  add: merging,
  alphaDropout: noise({ rate: 0.3 }),
  average: merging,
  averagePooling1d: [
    { shapes: [[7, 3]] },
    { options: { poolSize: 3, strides: 1, padding: "same" }, shapes: [[5, 2]] },
  ],
  averagePooling2d: [
    { shapes: [[4, 5, 3]] },
    { options: { poolSize: [3, 2], strides: [2, 1], padding: "same" }, shapes: [[5, 4, 2]] },
  ],
  batchNormalization: [
    ...affine,
    { shapes: [[2, 3, 2]] },
    { options: { gammaRegularizer: "l2", betaRegularizer: "l2", betaInitializer: "ones" } },
    // Frozen, it is a linear map by its moving statistics.
    { options: { trainable: false, movingMeanInitializer: "ones" } },
  ],
  bidirectional: [
    {
      options: { layer: layers.simpleRNN({ units: 2, dropout: 0.2, returnSequences: true, seed: 3 }) },
      ...sequence,
    },
    { options: { layer: layers.lstm({ units: 3, recurrentDropout: 0.3 }), mergeMode: "mul" }, ...sequence },
    {
      options: { layer: layers.gru({ units: 2, kernelRegularizer: "l2" }), activityRegularizer: "l2" },
      ...sequence,
    },
  ],
  concatenate: [
    { shapes: [[2], [3], [1]] },
    { shapes: [[2, 3], [1, 3]], options: { axis: 1 } },
    { shapes: [[2, 3], [2, 2]], options: { axis: -1 } },
  ], // prettier-ignore
  conv1d: [
    { options: { filters: 3, kernelSize: 2, ...withPenalties, kernelInitializer: "ones" }, shapes: [[5, 2]] },
    { options: { filters: 2, kernelSize: 3, padding: "causal", dilationRate: 2 }, shapes: [[6, 2]] },
    { options: { filters: 4, kernelSize: 3, padding: "same", strides: 2, groups: 2 }, shapes: [[7, 4]] },
  ],
  conv1dTranspose: [
    {
      options: { filters: 3, kernelSize: 4, strides: 2, padding: "same", activation: "tanh" },
      shapes: [[4, 2]],
    },
    { options: { filters: 2, kernelSize: 2, strides: 3, outputPadding: 2 }, shapes: [[3, 3]] },
    {
      options: { filters: 2, kernelSize: 2, dilationRate: 2, ...withPenalties, kernelInitializer: "ones" },
      shapes: [[4, 1]],
    },
  ],
  conv2d: [
    { options: { filters: 3, kernelSize: 2, activation: "tanh" }, shapes: [[4, 5, 2]] },
    {
      options: { filters: 2, kernelSize: [3, 2], padding: "same", strides: [2, 1], activation: "gelu" },
      shapes: [[5, 4, 3]],
    },
    {
      options: { filters: 4, kernelSize: 3, dilationRate: 2, padding: "same", groups: 2, useBias: false },
      shapes: [[5, 6, 2]],
    },
    { options: { filters: 4, kernelSize: 1, activation: "softmax" }, shapes: [[3, 2, 3]] },
    {
      options: { filters: 2, kernelSize: 2, ...withPenalties, kernelInitializer: "ones" },
      shapes: [[3, 3, 2]],
    },
  ],
  conv2dTranspose: [
    { options: { filters: 3, kernelSize: 2, strides: 2, activation: "tanh" }, shapes: [[2, 3, 2]] },
    { options: { filters: 2, kernelSize: 3, strides: [2, 1], padding: "same" }, shapes: [[3, 2, 3]] },
    {
      options: { filters: 2, kernelSize: 2, dilationRate: 2, useBias: false, kernelRegularizer: "l2" },
      shapes: [[3, 3, 1]],
    },
    {
      options: { filters: 2, kernelSize: [4, 3], strides: 2, padding: "same", outputPadding: [0, 1] },
      shapes: [[3, 2, 2]],
    },
  ],
  cropping1d: [{ shapes: [[4, 3]] }, { options: { cropping: [0, 2] }, shapes: [[5, 2]] }],
  cropping2d: [
    {
      options: {
        cropping: [
          [1, 0],
          [0, 2],
        ],
      },
      shapes: [[3, 4, 2]],
    },
  ],
  dense: [
    { options: { units: 3 } },
    { options: { units: 3, useBias: false, activation: "sigmoid" } },
    { options: { units: 4, activation: "softmax" }, shapes: [[2, 3]] },
    // The corner of l1 is at 0: the kernel keeps away.
    { options: { units: 2, kernelInitializer: { name: "constant", value: 0.4 }, ...withPenalties } },
    { options: { units: 2, activation: "gelu", kernelRegularizer: regularizers.orthogonal() }, step: 0.02 },
  ],
  depthwiseConv1d: [
    { options: { kernelSize: 3, depthMultiplier: 2, strides: 2, activation: "sigmoid" }, shapes: [[6, 3]] },
    {
      options: { kernelSize: 2, padding: "same", dilationRate: 2, depthwiseRegularizer: "l2" },
      shapes: [[5, 2]],
    },
  ],
  depthwiseConv2d: [
    { options: { kernelSize: 2, depthMultiplier: 2, activation: "sigmoid" }, shapes: [[3, 4, 3]] },
    {
      options: {
        kernelSize: 3,
        padding: "same",
        strides: 2,
        depthwiseRegularizer: "l2",
        biasRegularizer: "l2",
      },
      shapes: [[4, 5, 2]],
    },
  ],
  dot: [
    { options: { axes: 1 }, shapes: [[5], [5]] },
    { options: { axes: [2, 1] }, shapes: [[2, 3], [3, 4]] },
    { options: { axes: [1, 1], normalize: true }, shapes: [[3, 2], [3, 4]] },
  ], // prettier-ignore
  dropout: [...noise({ rate: 0.4 }), { options: { rate: 0.4 }, shapes: [[2, 3, 2]] }],
  elu: [{ data: signed }, { options: { alpha: 0.5 }, data: signed }],
  embedding: [
    {
      options: { inputDim: 6, outputDim: 3, embeddingsRegularizer: "l2", maskZero: true },
      shapes: [[2]],
      data: () => Float32Array.of(0, 5, 2, 2, 5, 1, 2, 3),
      fixed: [0],
    },
  ],
  flatten: [{ shapes: [[2, 3]] }],
  gaussianDropout: noise({ rate: 0.3 }),
  gaussianNoise: noise({ stddev: 0.5 }),
  globalAveragePooling1d: [{ shapes: [[5, 3]] }, { options: { keepdims: true }, shapes: [[4, 2]] }],
  globalAveragePooling2d: [{ shapes: [[3, 2, 5]] }, { options: { keepdims: true }, shapes: [[2, 2, 2]] }],
  globalMaxPooling1d: [{ shapes: [[5, 3]], data: spread }],
  globalMaxPooling2d: [
    { shapes: [[3, 2, 5]], data: spread },
    { options: { keepdims: true }, shapes: [[2, 2, 2]], data: spread },
  ],
  groupNormalization: [
    { options: { groups: 2 }, shapes: [[6]] },
    { options: { groups: 1 }, shapes: [[2, 4]] },
    { options: { groups: -1, scale: false }, shapes: [[4, 2]] },
    { options: { groups: 2, center: false, gammaRegularizer: "l2" }, shapes: [[3, 4]] },
  ],
  gru: [
    ...recurrent({ activation: "elu", recurrentActivation: "softsign" }, { recurrentActivation: "elu" }),
    ...recurrent({ activation: "elu", recurrentActivation: "softsign" }).map(({ options, ...others }) => ({
      options: { ...options, resetAfter: false },
      ...others,
    })),
    started(1),
    { ...started(1), options: { units: 3, resetAfter: false, recurrentDropout: 0.3 } },
  ],
  identity: [{ shapes: [[2, 3]] }, { options: { activityRegularizer: "l2" } }],
  layerNormalization: [
    ...affine,
    { options: { axis: [1, 2], betaRegularizer: "l2", gammaRegularizer: "l2" }, shapes: [[2, 3]] },
  ],
  leakyReLU: [{ data: signed }, { options: { negativeSlope: 0.7 }, data: signed }],
  lstm: [
    ...recurrent({ activation: "elu", recurrentActivation: "softsign" }, { unitForgetBias: false }),
    started(2),
  ],
  maximum: merging.map((merge) => ({ ...merge, data: apart })),
  masking: [{ options: { maskValue: 5 }, shapes: [[3, 2]] }],
  maxPooling1d: [{ shapes: [[7, 3]], data: spread }],
  maxPooling2d: [
    { shapes: [[4, 5, 3]], data: spread },
    { options: { poolSize: [3, 2], strides: [2, 1], padding: "same" }, shapes: [[5, 4, 2]], data: spread },
  ],
  // Corners, where two linear functions of a unit are equal, are more than the step away with these values.
  maxout: [
    { options: { units: 2, kernelRegularizer: "l2", biasRegularizer: "l2" }, step: 0.02 },
    { options: { units: 3, numElements: 3 }, shapes: [[2, 4]], step: 0.02 },
    { options: { units: 2, useBias: false }, step: 0.02 },
  ],
  minimum: merging.map((merge) => ({ ...merge, data: apart })),
  multiHeadAttention: [
    { options: { numHeads: 2, keyDim: 3 }, shapes: [[4, 3]] },
    {
      options: { numHeads: 3, keyDim: 2, valueDim: 1, useBias: false },
      shapes: [
        [2, 4],
        [5, 3],
      ],
    },
    {
      options: { numHeads: 2, keyDim: 2, useCausalMask: true, outputShape: [2, 3] },
      shapes: [
        [3, 2],
        [4, 3],
        [4, 1],
      ],
    },
    {
      options: { numHeads: 2, keyDim: 2, dropout: 0.4, ...withPenalties, useCausalMask: true },
      shapes: [[5, 3]],
    },
    {
      options: { numHeads: 2, keyDim: 3, dropout: 0.2, seed: 4 },
      shapes: [
        [3, 2],
        [4, 3],
        [4, 2],
        [3, 4],
      ],
      data: (count, i) => random(count, i).map((value) => (i === 3 && value < 0 ? 0 : value)),
      fixed: [3],
    },
  ],
  multiply: merging,
  normalization: [
    { options: { mean: [1, 2, 3, 4, 5], variance: [1, 0.5, 2, 0.25, 3] } },
    { options: { mean: 0.5, variance: 2, invert: true }, shapes: [[2, 3]] },
  ],
  permute: [
    { options: { dims: [2, 1] }, shapes: [[2, 3]] },
    { options: { dims: [3, 1, 2] }, shapes: [[2, 3, 2]] },
  ],
  prelu: [
    { options: { alphaInitializer: { name: "constant", value: 0.3 }, alphaRegularizer: "l2" }, data: signed },
    { options: { alphaInitializer: "ones", sharedAxes: 1 }, shapes: [[2, 3]], data: signed },
    { options: { alphaInitializer: "ones", sharedAxes: [1, 2] }, shapes: [[2, 3]], data: signed },
  ],
  randomBrightness: [
    { options: { factor: 0.5, valueRange: [-100, 100] }, shapes: IMAGES },
    { options: { factor: 0.35, valueRange: [-1, 1] }, shapes: IMAGES, data: farApart },
  ],
  randomContrast: [
    { options: { factor: 0.5, valueRange: [-100, 100] }, shapes: IMAGES },
    {
      options: { factor: [0.2, 0.9], valueRange: [-100, 100], activityRegularizer: "l2" },
      shapes: [[5, 3, 1]],
    },
  ],
  randomFlip: [
    { shapes: IMAGES },
    { options: { mode: "horizontal" }, shapes: IMAGES },
    { options: { mode: "vertical" }, shapes: [[5, 3, 1]] },
  ],
  randomRotation: moved({ factor: 0.3 }),
  randomTranslation: moved({ heightFactor: 0.4, widthFactor: [-0.2, 0.6] }),
  randomZoom: [...moved({ heightFactor: 0.4 }), ...moved({ heightFactor: [-0.5, 0.1], widthFactor: 0.8 })],
  reLU: [
    { data: signed },
    {
      options: { maxValue: 1, negativeSlope: 0.1, threshold: 0.4 },
      data: (count) => awayFrom([0.4, 1], count),
    },
  ],
  repeatVector: [{ options: { n: 3 } }],
  rescaling: [
    { options: { scale: 2, offset: -1 }, shapes: [[2, 3]] },
    { options: { scale: [1, 2, 3, 4, 5] } },
  ],
  reshape: [{ options: { targetShape: [3, 2] }, shapes: [[6]] }],
  resizing: [
    { options: { height: 5, width: 3 }, shapes: IMAGES },
    { options: { height: 2, width: 7, interpolation: "nearest" }, shapes: IMAGES },
  ],
  rmsNormalization: [{}, { options: { axis: [1, 2] }, shapes: [[2, 3]] }],
  simpleRNN: [...recurrent({ activation: "elu" }), started(1)],
  separableConv1d: [
    { options: { filters: 3, kernelSize: 2, depthMultiplier: 2, activation: "tanh" }, shapes: [[4, 2]] },
    {
      options: {
        filters: 2,
        kernelSize: 3,
        padding: "same",
        depthwiseRegularizer: "l2",
        pointwiseRegularizer: "l2",
      },
      shapes: [[5, 3]],
    },
  ],
  separableConv2d: [
    { options: { filters: 3, kernelSize: 2, depthMultiplier: 2, activation: "tanh" }, shapes: [[3, 4, 2]] },
    {
      options: {
        filters: 2,
        kernelSize: 3,
        padding: "same",
        depthwiseRegularizer: "l2",
        pointwiseRegularizer: "l2",
      },
      shapes: [[4, 3, 2]],
    },
  ],
  softmax: [{}, { shapes: [[2, 3]] }],
  spatialDropout1d: [{ options: { rate: 0.4 }, shapes: [[3, 5]] }],
  spatialDropout2d: [{ options: { rate: 0.4, seed: 3 }, shapes: [[2, 3, 5]] }],
  subtract: pairs,
  timeDistributed: [
    {
      options: { layer: layers.dense({ units: 2, kernelRegularizer: "l2", activityRegularizer: "l2" }) },
      ...sequence,
    },
    { options: { layer: layers.batchNormalization({ gammaRegularizer: "l2" }) }, ...sequence },
    { options: { layer: layers.dropout({ rate: 0.3, seed: 1 }) }, ...sequence },
  ],
  unitNormalization: [{}, { options: { axis: [1, 2] }, shapes: [[2, 3]] }],
  upSampling1d: [{ shapes: [[3, 2]] }, { options: { size: 3 }, shapes: [[2, 5]] }],
  upSampling2d: [
    { shapes: [[2, 3, 2]] },
    { options: { size: [1, 3] }, shapes: [[2, 2, 1]] },
    { options: { size: [2, 3], interpolation: "bilinear" }, shapes: [[2, 3, 2]] },
  ],
  zeroPadding1d: [{ shapes: [[3, 2]] }, { options: { padding: [0, 2] }, shapes: [[2, 3]] }],
  zeroPadding2d: [
    {
      options: {
        padding: [
          [1, 0],
          [0, 2],
        ],
      },
      shapes: [[3, 2, 2]],
    },
  ],
};

/** Layers that do not have the gradient of what they compute. */
const withoutGradient: Readonly<Record<string, string>> = {
  perceptron: "passes the gradient of a step straight through; its exact rule is below",
};

const factories = Object.entries(layers).filter(([, value]) => "className" in value) as unknown as [
  name: string,
  factory: layers.AnyLayerFactory,
][];

function draw(shape: number[], seed: number): Tensor {
  return tensor(values(shape.reduce((product, size) => product * size, 1), seed), shape); // prettier-ignore
}

function check(layer: layers.Layer, { shapes = [[5]], data = random, ...options }: Case): void {
  const inputs = shapes.map((shape) => input({ shape }));
  const output = layer.apply(inputs.length === 1 ? inputs[0] : inputs);
  const net = model({ inputs, outputs: output });
  net.compile({ loss: { name: "meanSquaredError", reduction: "sum" } });
  const x = shapes.map((shape, i) => {
    const size = ROWS * shape.reduce((product, axis) => product * axis, 1);
    return tensor(data(size, i), [ROWS, ...shape]);
  });
  checkGradients(net, x, draw([ROWS, ...output.shape.slice(1).map(Number)], 9), options);
}

test("every layer has an entry", () => {
  const names = [...Object.keys(cases), ...Object.keys(withoutGradient)];
  expect(names.sort()).toEqual(factories.map(([name]) => name).sort());
});

describe("relative error under 1e-3 of the largest gradient", () => {
  const all = factories.flatMap(([name, make]) =>
    (cases[name] ?? []).map((entry) => ({ name, make, entry, title: JSON.stringify(entry) })),
  );

  test.each(all)("$name $title", ({ make, entry }) => {
    setRandomSeed(21);
    check(make((entry.options ?? {}) as never), entry);
  });
});

/** y = x^3 scale, a number learnt for each feature, times a factor that backward may be told wrong. */
class Cube extends layers.CustomLayer {
  slopeFactor = 1;

  protected override build([shape]: readonly (readonly (number | null)[])[]): void {
    this.addWeight({
      name: "scale",
      shape: shape.slice(-1).map(Number),
      initializer: "ones",
      regularizer: "l2",
    });
  }

  forward({ inputs: [x], output, weights: { scale } }: layers.CustomLayerForward): void {
    for (let i = 0; i < x.length; i++) output[i] = x[i] ** 3 * scale[i % scale.length];
  }

  backward({ inputs: [x], weights, dOutput, dInputs: [dX], dWeights }: layers.CustomLayerBackward): void {
    const [{ scale }, { scale: dScale }] = [weights, dWeights];
    for (let i = 0; i < x.length; i++) {
      if (dX !== null) dX[i] = this.slopeFactor * 3 * x[i] ** 2 * dOutput[i] * scale[i % scale.length];
      if (dScale !== null) dScale[i % scale.length] += dOutput[i] * x[i] ** 3;
    }
  }
}

test("a layer of one's own", () => check(new Cube(), { shapes: [[2, 3]] }));

test("a gradient that is wrong by 0.2 % is noticed", () => {
  const layer = new Cube();
  layer.slopeFactor = 1.002;
  expect(() => check(layer, {})).toThrow(/input 0\[/);
});

test.each([
  ["dense", () => layers.dense({ units: 4, activation: "tanh", kernelRegularizer: "l2" })],
  ["batchNormalization", () => layers.batchNormalization({ gammaRegularizer: "l2" })],
  ["layerNormalization", () => layers.layerNormalization()],
  ["dropout", () => layers.dropout({ rate: 0.3, activityRegularizer: "l2" })],
  ["a layer of one's own", () => new Cube()],
])("%s in three places", (_name, make: () => layers.Layer) => {
  setRandomSeed(22);
  const shared = make();
  const [a, b] = [input({ shape: [4] }), input({ shape: [4] })];
  const hidden: SymbolicTensor = layers.multiply().apply([shared.apply(a), shared.apply(b)]);
  const net = model({ inputs: [a, b], outputs: shared.apply(hidden) });
  net.compile({ loss: "mse" });
  checkGradients(net, [draw([ROWS, 4], 1), draw([ROWS, 4], 2)], draw([ROWS, 4], 3));
});

test.each(["unitStep", "sign"] as const)(
  "perceptron: %s passes the gradient straight through",
  (activation) => {
    setRandomSeed(23);
    const layer = layers.perceptron({
      units: 3,
      activation,
      kernelInitializer: "glorotUniform",
      kernelRegularizer: "l2",
      inputShape: [5],
    });
    const net = sequential({ layers: [layer] });
    net.compile({ loss: { name: "meanSquaredError", reduction: "sum" } });
    const [x, y] = [draw([ROWS, 5], 4), draw([ROWS, 3], 5)];
    const [kernel] = net.getWeights();
    const output = net.predict(x).data;
    const dOutput = Array.from(output, (value, i) => (2 / 3) * (value - y.data[i]));
    const { weights, inputs } = net.gradients(x, y);
    const expectAll = (got: Tensor | undefined, want: (i: number) => number): void =>
      got?.data.forEach((value, i) => expect(value).toBeCloseTo(want(i), 5));
    const sum = (count: number, term: (i: number) => number): number =>
      Array.from({ length: count }, (_, i) => term(i)).reduce((a, b) => a + b, 0);
    expect(weights.size).toBe(2);
    expectAll(
      weights.get(`${layer.name}/kernel`),
      (i) =>
        sum(ROWS, (row) => x.data[row * 5 + Math.floor(i / 3)] * dOutput[row * 3 + (i % 3)]) +
        0.02 * kernel.data[i],
    );
    expectAll(weights.get(`${layer.name}/bias`), (i) => sum(ROWS, (row) => dOutput[row * 3 + i]));
    expectAll(inputs[0], (i) =>
      sum(3, (unit) => dOutput[Math.floor(i / 5) * 3 + unit] * kernel.data[(i % 5) * 3 + unit]),
    );
  },
);
