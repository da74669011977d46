// Layers of images and sequences.
import { input, layers, loadModel, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkReference, referencesIn } from "../support/layerReferences.js";

const factories = layers as unknown as Record<string, layers.AnyLayerFactory>;

describe("PyTorch's numbers within 2e-6 of the largest", () => {
  const files = ["convolution1d", "convolution2d", "pooling"];
  test.each(files.flatMap(referencesIn))("$title", (reference) => {
    checkReference(factories[reference.kind](reference.options as never), reference, 2e-6);
  });
});

const draw = (shape: number[], seed: number): Tensor =>
  tensor(values(shape.reduce((product, length) => product * length, 1), seed), shape); // prettier-ignore

/** Every layer after each other, with normalisation and dropout of images between them. */
function network() {
  setRandomSeed(4);
  return sequential({
    layers: [
      layers.zeroPadding2d({ padding: 1, inputShape: [9, 8, 2] }),
      layers.conv2d({ filters: 6, kernelSize: 3, activation: "relu", kernelConstraint: "maxNorm" }),
      layers.batchNormalization(),
      layers.spatialDropout2d({ rate: 0.2 }),
      layers.maxPooling2d(),
      layers.depthwiseConv2d({ kernelSize: 3, padding: "same", depthMultiplier: 2 }),
      layers.dropout({ rate: 0.2 }),
      layers.separableConv2d({ filters: 4, kernelSize: 2, activation: "mish" }),
      layers.upSampling2d({ interpolation: "bilinear" }),
      layers.conv2dTranspose({ filters: 3, kernelSize: 3, strides: 2, padding: "same" }),
      layers.cropping2d({ cropping: 1 }),
      layers.averagePooling2d({ poolSize: [2, 1] }),
      layers.reshape({ targetShape: [50, 3] }),
      layers.conv1d({ filters: 4, kernelSize: 3, padding: "causal", activation: "tanh" }),
      layers.zeroPadding1d(),
      layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2 }),
      layers.separableConv1d({ filters: 4, kernelSize: 3, padding: "same", activation: "tanh" }),
      layers.conv1dTranspose({ filters: 4, kernelSize: 3, strides: 2, padding: "same", outputPadding: 1 }),
      layers.upSampling1d(),
      layers.cropping1d({ cropping: [2, 3] }),
      layers.spatialDropout1d({ rate: 0.1 }),
      layers.averagePooling1d(),
      layers.maxPooling1d({ poolSize: 3, strides: 2, padding: "same" }),
      layers.globalAveragePooling1d(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });
}

test("a network of all of them trains, is saved and loaded, and goes on with the same bits", async () => {
  const [net, x] = [network(), draw([20, 9, 8, 2], 3)];
  const y = Int32Array.from({ length: 20 }, (_, i) => i % 3);
  net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "adam" });
  const { history } = await net.fit(x, y, { epochs: 12, batchSize: 8, seed: 1, verbose: 0 });
  expect(history.loss[11]).toBeLessThan(history.loss[0]);
  const loaded = loadModel(net.save());
  expect(loaded.getConfig()).toEqual(net.getConfig());
  const want = net.predict(x) as Tensor;
  expect(loaded.predict(x)).toEqual(want);
  await net.fit(x, y, { epochs: 1, batchSize: 8, seed: 2, verbose: 0 });
  await loaded.fit(x, y, { epochs: 1, batchSize: 8, seed: 2, verbose: 0 });
  expect(loaded.predict(x)).toEqual(net.predict(x));
  const alone = net.predict(tensor(x.data.subarray(144 * 7, 144 * 8), [1, 9, 8, 2])) as Tensor;
  expect(Array.from(alone.data)).toEqual(Array.from((net.predict(x) as Tensor).data.subarray(21, 24)));
});

test("shapes of outputs and weights, numbers of parameters and names as in Keras", () => {
  const cases: [layers.Layer, number[], (number | null)[], number[][]][] = [
    [layers.conv2d({ filters: 6, kernelSize: 5, padding: "same" }), [28, 28, 1], [null, 28, 28, 6], [[5, 5, 1, 6], [6]]],
    [layers.conv2d({ filters: 4, kernelSize: [3, 2], strides: [2, 1], groups: 2 }), [9, 8, 6], [null, 4, 7, 4], [[3, 2, 3, 4], [4]]],
    [layers.conv1d({ filters: 4, kernelSize: 3, strides: 2 }), [9, 5], [null, 4, 4], [[3, 5, 4], [4]]],
    [layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }), [5, 6, 3], [null, 3, 4, 6], [[3, 3, 3, 2], [6]]],
    [layers.separableConv2d({ filters: 5, kernelSize: 3 }), [5, 6, 3], [null, 3, 4, 5], [[3, 3, 3, 1], [1, 1, 3, 5], [5]]],
    [layers.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2 }), [4, 6, 3], [null, 9, 13, 5], [[3, 3, 5, 3], [5]]],
    [layers.maxPooling2d(), [5, 6, 3], [null, 2, 3, 3], []],
    [layers.averagePooling2d({ padding: "same" }), [5, 6, 3], [null, 3, 3, 3], []],
    [layers.globalMaxPooling2d(), [5, 6, 3], [null, 3], []],
    [layers.globalAveragePooling1d({ keepdims: true }), [5, 6], [null, 1, 6], []],
    [layers.conv1dTranspose({ filters: 5, kernelSize: 3, strides: 2 }), [8, 4], [null, 17, 5], [[3, 5, 4], [5]]],
    [layers.conv1dTranspose({ filters: 6, kernelSize: 2, strides: 3, padding: "same", outputPadding: 2 }), [8, 4], [null, 23, 6], [[2, 6, 4], [6]]],
    [layers.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: "same", outputPadding: [0, 1] }), [4, 6, 3], [null, 7, 12, 5], [[3, 3, 5, 3], [5]]],
    [layers.depthwiseConv1d({ kernelSize: 3, depthMultiplier: 2 }), [5, 3], [null, 3, 6], [[3, 3, 2], [6]]],
    [layers.separableConv1d({ filters: 5, kernelSize: 3 }), [5, 3], [null, 3, 5], [[3, 3, 1], [1, 3, 5], [5]]],
    [layers.upSampling1d(), [5, 3], [null, 10, 3], []],
    [layers.zeroPadding1d(), [5, 3], [null, 7, 3], []],
    [layers.cropping1d(), [5, 3], [null, 3, 3], []],
  ]; // prettier-ignore
  for (const [layer, shape, output, weights] of cases) {
    expect(layer.apply(input({ shape })).shape).toEqual(output);
    expect(layer.weights.map((weight) => weight.shape)).toEqual(weights);
  }
  const names = cases.map(([layer]) => layer.name);
  expect(names.slice(0, 7)).toEqual([
    "conv2d", "conv2d", "conv1d", "depthwise_conv2d", "separable_conv2d", "conv2d_transpose", "max_pooling2d",
  ]); // prettier-ignore
  expect(names.slice(10)).toEqual([
    "conv1d_transpose", "conv1d_transpose", "conv2d_transpose", "depthwise_conv1d", "separable_conv1d",
    "up_sampling1d", "zero_padding1d", "cropping1d",
  ]); // prettier-ignore
});

test("glorotUniform reckons with the window: limit sqrt(6 / (25 (3 + 8)))", () => {
  setRandomSeed(2);
  const layer = layers.conv2d({ filters: 8, kernelSize: 5, inputShape: [9, 9, 3] });
  sequential({ layers: [layer] });
  const largest = Math.max(...layer.getWeights()[0].data.map(Math.abs));
  const limit = Math.sqrt(6 / (25 * 11));
  expect(largest).toBeLessThanOrEqual(limit * (1 + 1e-6));
  expect(largest).toBeGreaterThan(0.98 * limit);
});

test("spatial dropout drops whole channels of a row, and leaves the others' mean", () => {
  for (const [make, shape] of [
    [layers.spatialDropout1d, [6, 40]],
    [layers.spatialDropout2d, [3, 2, 40]],
  ] as const) {
    const net = sequential({ layers: [make({ rate: 0.25, seed: 5, inputShape: shape })] });
    const x = tensor(new Float32Array(50 * 240).fill(3), [50, ...shape]);
    const { outputs } = net.vjp(x, x, { training: true });
    const { data } = outputs[0] as Tensor;
    let kept = 0;
    for (let row = 0; row < 50; row++) {
      for (let channel = 0; channel < 40; channel++) {
        const first = data[row * 240 + channel];
        expect([0, 4]).toContain(first);
        for (let i = 1; i < 6; i++) expect(data[row * 240 + i * 40 + channel]).toBe(first);
        kept += first / 4;
      }
    }
    // Five standard deviations of the share of 2,000 channels.
    expect(Math.abs(kept / 2000 - 0.75)).toBeLessThan(0.05);
    expect(net.predict(x)).toEqual(x);
  }
});

describe("errors", () => {
  const loose = (value: unknown): never => value as never;
  const built = layers.conv2d({ filters: 2, kernelSize: 3 });
  built.apply(input({ shape: [5, 5, 3] }));
  const on = (layer: layers.Layer, shape: number[]) => () => layer.apply(input({ shape }));
  const cases: [string, () => unknown, string, RegExp][] = [
    ["no filters", () => layers.conv2d(loose({ kernelSize: 3 })), "INVALID_OPTION", /filters=undefined/],
    ["no window", () => layers.conv2d(loose({ filters: 3 })), "INVALID_OPTION", /kernelSize=undefined/],
    ["three sizes", () => layers.conv2d(loose({ filters: 3, kernelSize: [3, 3, 3] })), "INVALID_OPTION", /array of two.*\[3/],
    ["two sizes", () => layers.conv1d(loose({ filters: 3, kernelSize: [3, 3] })), "INVALID_OPTION", /kernelSize/],
    ["an empty window", () => layers.conv2d({ filters: 3, kernelSize: [3, 0] }), "INVALID_OPTION", /kernelSize=0/],
    ["causal images", () => layers.conv2d(loose({ filters: 3, kernelSize: 3, padding: "causal" })), "INVALID_OPTION", /"valid" or "same".*causal/],
    ["strides and dilation", () => layers.conv2d({ filters: 3, kernelSize: 3, strides: 2, dilationRate: [1, 2] }), "INVALID_OPTION", /strides=2, dilationRate=\[1,2\]/],
    ["groups and filters", () => layers.conv2d({ filters: 3, kernelSize: 3, groups: 2 }), "INVALID_OPTION", /groups=2, filters=3/],
    ["groups and channels", on(layers.conv2d({ filters: 4, kernelSize: 3, groups: 2 }), [5, 5, 3]), "SHAPE_MISMATCH", /groups=2.*\[null, 5, 5, 3\]/],
    ["not an image", on(layers.conv2d({ filters: 4, kernelSize: 3 }), [5, 5]), "SHAPE_MISMATCH", /\[batch, height, width, channels\].*\[null, 5, 5\]/],
    ["not a sequence", on(layers.maxPooling1d(), [5, 5, 3]), "SHAPE_MISMATCH", /\[batch, steps, channels\]/],
    ["a window too wide", on(layers.conv2d({ filters: 4, kernelSize: [2, 4], dilationRate: 2 }), [5, 6, 3]), "SHAPE_MISMATCH", /window of \[3, 7\]/],
    ["a pool too wide", on(layers.averagePooling2d({ poolSize: 6 }), [5, 6, 3]), "SHAPE_MISMATCH", /window of \[6, 6\]/],
    ["built for others", on(built, [5, 5, 4]), "SHAPE_MISMATCH", /built for 3 channels/],
    ["a wrong option", () => layers.maxPooling2d(loose({ kernelSize: 2 })), "UNKNOWN_OPTION", /kernelSize/],
    ["no multiplier", () => layers.depthwiseConv2d({ kernelSize: 2, depthMultiplier: 0 }), "INVALID_OPTION", /depthMultiplier=0/],
    ["nothing left", on(layers.cropping2d({ cropping: 2 }), [4, 6, 3]), "SHAPE_MISMATCH", /leave something/],
    ["wrong margins", () => layers.zeroPadding2d(loose({ padding: [1, [2, 3, 4]] })), "INVALID_OPTION", /two pairs/],
    ["a negative margin", () => layers.cropping2d({ cropping: [-1, 0] }), "INVALID_OPTION", /cropping=-1/],
    ["more output than strides", () => layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: [3, 2], outputPadding: 2 }), "INVALID_OPTION", /less than strides.*outputPadding=2, strides=\[3,2\]/],
    ["a negative end", () => layers.conv1dTranspose({ filters: 2, kernelSize: 3, outputPadding: -1 }), "INVALID_OPTION", /outputPadding=-1/],
    ["two output paddings for one axis", () => layers.conv1dTranspose(loose({ filters: 2, kernelSize: 3, outputPadding: [0, 0] })), "INVALID_OPTION", /outputPadding must be an integer\./],
    ["no output", on(layers.conv1dTranspose({ filters: 2, kernelSize: 2, padding: "same", outputPadding: 0 }), [1, 3]), "SHAPE_MISMATCH", /outputPadding=\[0\].*\[null, 1, 3\]/],
    ["causal, transposed", () => layers.conv1dTranspose(loose({ filters: 2, kernelSize: 2, padding: "causal" })), "INVALID_OPTION", /"valid" or "same".*causal/],
    ["causal, depthwise", () => layers.depthwiseConv1d(loose({ kernelSize: 2, padding: "causal" })), "INVALID_OPTION", /"valid" or "same".*causal/],
    ["no sequence", on(layers.separableConv1d({ filters: 2, kernelSize: 2 }), [5, 5, 3]), "SHAPE_MISMATCH", /\[batch, steps, channels\]/],
    ["nothing left of a sequence", on(layers.cropping1d({ cropping: [2, 1] }), [3, 2]), "SHAPE_MISMATCH", /leave something.*\[null, 3, 2\]/],
    ["pairs for a sequence", () => layers.zeroPadding1d(loose({ padding: [[1, 2], [3, 4]] })), "INVALID_OPTION", /padding/],
    ["a size of two", () => layers.upSampling1d(loose({ size: [2, 2] })), "INVALID_OPTION", /size=\[2,2\]/],
    ["an interpolation that is not there", () => layers.upSampling2d(loose({ interpolation: "bicubic" })), "INVALID_OPTION", /bicubic/],
    ["no rate", () => layers.spatialDropout2d(loose({})), "INVALID_OPTION", /rate=undefined/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));
});
