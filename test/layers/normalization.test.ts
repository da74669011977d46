// Layer, group, root mean square and unit normalisation as layers.
import { readFileSync } from "node:fs";
import { LanegradError, layers, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Sequential } from "lanegrad";
import { describe, expect, test } from "vitest";
import { rows, values } from "../support/data.js";

interface Reference {
  kind: "layer" | "group" | "rms" | "unit";
  shape: number[];
  axes?: number;
  groups?: number;
  x: number[];
  dY: number[];
  gamma?: number[];
  beta?: number[];
  y: number[];
  dX: number[];
  dGamma?: number[];
  dBeta?: number[];
}

const references = JSON.parse(
  readFileSync(new URL("../references/normalization.json", import.meta.url), "utf8"),
) as Reference[];

/** The model of a reference, with its weights, and what its layer is called. */
function modelOf({ kind, shape, axes = 1, groups = 1, gamma, beta }: Reference): [Sequential, string] {
  const inputShape = shape.slice(1);
  const axis = axes === 1 ? -1 : Array.from({ length: axes }, (_, i) => -1 - i);
  const affine = { center: beta !== undefined, scale: gamma !== undefined };
  const layer = {
    layer: () => layers.layerNormalization({ axis, ...affine, inputShape }),
    group: () => layers.groupNormalization({ groups, ...affine, inputShape }),
    rms: () => layers.rmsNormalization({ axis, inputShape }),
    unit: () => layers.unitNormalization({ axis, inputShape }),
  }[kind]();
  const net = sequential({ layers: [layer] });
  net.setWeights([gamma, beta].filter((values) => values !== undefined));
  return [net, layer.name];
}

function expectClose(got: Float32Array, want: number[], tolerance: number): void {
  const largest = Math.max(1, ...want.map(Math.abs));
  expect(got.length).toBe(want.length);
  want.forEach((value, i) =>
    expect(Math.abs(got[i] - value), `${i}: ${got[i]}, ${value}`).toBeLessThan(tolerance * largest),
  );
}

describe("PyTorch's numbers within 4e-6 of the largest", () => {
  test.each(references)("$kind $shape", (reference) => {
    const [net, name] = modelOf(reference);
    const x = tensor(reference.x, reference.shape);
    expectClose(net.predict(x).data, reference.y, 4e-6);
    const { outputs, inputs, weights } = net.vjp(x, tensor(reference.dY, reference.shape));
    expectClose(outputs[0].data, reference.y, 4e-6);
    expectClose(inputs[0].data, reference.dX, 4e-6);
    const gamma = weights.get(`${name}/${reference.kind === "rms" ? "scale" : "gamma"}`);
    const beta = weights.get(`${name}/beta`);
    for (const [got, want] of [[gamma, reference.dGamma], [beta, reference.dBeta]] as const) {
      expect(got === undefined).toBe(want === undefined);
      if (got !== undefined && want !== undefined) expectClose(got.data, want, 4e-6);
    } // prettier-ignore
  });
});

test("names of layers and weights, as in Keras", () => {
  const net = sequential({
    layers: [
      layers.layerNormalization({ inputShape: [3, 4] }),
      layers.groupNormalization({ groups: 2 }),
      layers.rmsNormalization(),
      layers.unitNormalization(),
    ],
  });
  const names = net.layers.flatMap((layer) => layer.weights.map((weight) => `${layer.name}/${weight.name}`));
  expect(names).toEqual([
    "layer_normalization/gamma",
    "layer_normalization/beta",
    "group_normalization/gamma",
    "group_normalization/beta",
    "rms_normalization/scale",
  ]);
  expect(net.layers[3].name).toBe("unit_normalization");
});

test("the weights of several axes have their shape", () => {
  const layer = layers.layerNormalization({ axis: [1, -1], inputShape: [3, 4] });
  sequential({ layers: [layer] });
  expect(layer.weights.map(({ shape }) => shape)).toEqual([[3, 4], [3, 4]]); // prettier-ignore
});

test("groups of -1 and as many groups as channels are the same", () => {
  const x = tensor(values(2 * 3 * 4, 1), [2, 3, 4]);
  const [one, other] = [-1, 4].map((groups) =>
    sequential({ layers: [layers.groupNormalization({ groups, inputShape: [3, 4] })] }).predict(x),
  );
  expect(one.data).toEqual(other.data);
  expect(one.data.some((value) => value !== 0)).toBe(true);
});

test("a row has the same bits alone and in a batch", () => {
  const net = sequential({
    layers: [
      layers.layerNormalization({ inputShape: [9] }),
      layers.groupNormalization({ groups: 3 }),
      layers.rmsNormalization(),
    ],
  });
  const x = rows(5, 9, 2);
  expect(net.predict([x[3]]).data).toEqual(net.predict(x).data.slice(27, 36));
});

test("training moves the weights, and frozen layers keep theirs", () => {
  setRandomSeed(5);
  const frozen = layers.rmsNormalization({ trainable: false });
  const net = sequential({
    layers: [
      layers.reshape({ targetShape: [3, 4], inputShape: [12] }),
      layers.layerNormalization({ axis: [-2, -1], gammaRegularizer: "l2" }),
      layers.groupNormalization({ groups: 2 }),
      frozen,
      layers.unitNormalization(),
      layers.flatten(),
      layers.dense({ units: 1 }),
    ],
  });
  net.compile({ loss: "mse", optimizer: "sgd" });
  const before = net.getWeights();
  const [x, y] = [rows(8, 12, 3), rows(8, 1, 4)];
  const losses = Array.from({ length: 20 }, () => net.trainOnBatch(x, y).loss);
  expect(losses[19]).toBeLessThan(losses[0]);
  net.getWeights().forEach((weight, i) => {
    const isSame = weight.data.every((value, j) => value === before[i].data[j]);
    expect(isSame, `weight ${i}`).toBe(i === 4);
  });
  expect(frozen.weights.length).toBe(1);
});

describe("configurations", () => {
  const cases: [string, () => { getConfig(): Record<string, unknown> }, (config: never) => { getConfig(): Record<string, unknown> }, Record<string, unknown>][] = [
    ["layer, defaults", () => layers.layerNormalization(), layers.layerNormalization, { axis: -1, epsilon: 1e-3, center: true, scale: true }],
    ["layer", () => layers.layerNormalization({ axis: [-2, -1], epsilon: 0.5, center: false, gammaInitializer: "heNormal", gammaRegularizer: "l2", name: "a" }), layers.layerNormalization, { axis: [-2, -1], epsilon: 0.5, center: false }],
    ["group, defaults", () => layers.groupNormalization(), layers.groupNormalization, { groups: 32, axis: -1, epsilon: 1e-3, center: true, scale: true }],
    ["group", () => layers.groupNormalization({ groups: -1, scale: false, betaRegularizer: "l1", trainable: false }), layers.groupNormalization, { groups: -1, scale: false, trainable: false }],
    ["rms", () => layers.rmsNormalization(), layers.rmsNormalization, { axis: -1, epsilon: 1e-6 }],
    ["unit", () => layers.unitNormalization({ axis: [1, 2] }), layers.unitNormalization, { axis: [1, 2] }],
  ]; // prettier-ignore

  test.each(cases)("%s: an equal layer can be made from it", (_, make, factory, expected) => {
    const config = make().getConfig();
    expect(config).toMatchObject(expected);
    expect(factory(structuredClone(config) as never).getConfig()).toEqual(config);
  });
});

describe("errors", () => {
  const loose = (value: unknown): never => value as never;
  const on = (layer: Parameters<typeof sequential>[0]) => () => sequential(layer);
  const cases: [string, () => unknown, string, RegExp][] = [
    ["axis that is no integer", () => layers.layerNormalization({ axis: 1.5 }), "INVALID_OPTION", /axis=1\.5/],
    ["no axes", () => layers.rmsNormalization({ axis: [] }), "INVALID_OPTION", /axis=\[\]/],
    ["an axis twice", () => layers.unitNormalization({ axis: [1, 1] }), "INVALID_OPTION", /axis=\[1,1\]/],
    ["axis null", () => layers.unitNormalization({ axis: loose("last") }), "INVALID_OPTION", /axis="last"/],
    ["epsilon 0", () => layers.rmsNormalization({ epsilon: 0 }), "INVALID_OPTION", /epsilon=0/],
    ["center that is no flag", () => layers.layerNormalization({ center: loose(1) }), "INVALID_OPTION", /center=1/],
    ["a misspelt option", () => layers.layerNormalization(loose({ epsilom: 1 })), "UNKNOWN_OPTION", /Did you mean epsilon\?/],
    ["0 groups", () => layers.groupNormalization({ groups: 0 }), "INVALID_OPTION", /groups=0/],
    ["-2 groups", () => layers.groupNormalization({ groups: -2 }), "INVALID_OPTION", /groups=-2/],
    ["channels first", () => layers.groupNormalization({ axis: 1 }), "INVALID_OPTION", /axis=1/],
    ["more groups than channels", on({ layers: [layers.groupNormalization({ inputShape: [5, 16] })] }), "SHAPE_MISMATCH", /16 channels into 32 groups.*\[null, 5, 16\]/],
    ["groups that do not divide", on({ layers: [layers.groupNormalization({ groups: 4, inputShape: [6] })] }), "SHAPE_MISMATCH", /6 channels into 4 groups/],
    ["no channels", on({ layers: [layers.groupNormalization({ groups: 1, inputShape: [] })] }), "SHAPE_MISMATCH", /shape \[null\]/],
    ["not the last axis", on({ layers: [layers.layerNormalization({ axis: 1, inputShape: [3, 4] })] }), "SHAPE_MISMATCH", /last axes.*axis=1.*\[null, 3, 4\]/],
    ["not the last axes", on({ layers: [layers.rmsNormalization({ axis: [1, 3], inputShape: [2, 3, 4] })] }), "SHAPE_MISMATCH", /axis=\[1,3\]/],
    ["the batch", on({ layers: [layers.unitNormalization({ axis: [0, 1], inputShape: [3] })] }), "SHAPE_MISMATCH", /axis=\[0,1\]/],
    ["one axis by two names", on({ layers: [layers.layerNormalization({ axis: [2, -1], inputShape: [3, 4] })] }), "SHAPE_MISMATCH", /axis=\[2,-1\]/],
    ["an axis too many", on({ layers: [layers.layerNormalization({ axis: 3, inputShape: [3, 4] })] }), "SHAPE_MISMATCH", /axis=3/],
    ["no axis but the batch", on({ layers: [layers.layerNormalization({ inputShape: [] })] }), "SHAPE_MISMATCH", /shape \[null\]/],
  ]; // prettier-ignore

  test.each(cases)("%s", (_, work, code, message) => {
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
  });

  test.each([
    ["layer", layers.layerNormalization()],
    ["group", layers.groupNormalization({ groups: 2 })],
    ["rms", layers.rmsNormalization()],
  ])("%s: built for another shape", (_, layer) => {
    sequential({ layers: [layers.reshape({ targetShape: [4], inputShape: [4] }), layer] });
    const again = on({ layers: [layers.reshape({ targetShape: [6], inputShape: [6] }), layer] });
    expect(again).toThrow(/was built for/);
  });
});
