// Every activation's gradient, within a dense layer and as a layer of its own, against finite differences.
import { layers, sequential, setRandomSeed, tensor } from "lanegrad";
import type { activations, Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { names } from "../../src/activations/definitions.js";
import { awayFrom, mirror as kernel } from "../support/corners.js";
import { values } from "../support/data.js";
import { checkGradients } from "../support/finiteDifferences.js";

const ROWS = 6;
const COLUMNS = 4;

/** How far inputs are from corners: farther than a step of a weight moves them. */
const GAP = 0.25;

interface Case {
  options?: object;
  /** Where the function or one of its first derivatives jumps. Default nowhere. */
  corners?: readonly number[];
  /** The gradient is 0 by definition. */
  isFlat?: boolean;
}

const cases: Readonly<Record<string, Case[]>> = {
  linear: [{}],
  relu: [
    { corners: [0] },
    { options: { negativeSlope: 0.1, maxValue: 2, threshold: 0.5 }, corners: [0.5, 2] },
    { options: { maxValue: 1 }, corners: [0, 1] },
  ],
  leakyRelu: [{ corners: [0] }, { options: { negativeSlope: 0.6 }, corners: [0] }],
  sigmoid: [{}],
  tanh: [{}],
  exponential: [{}],
  elu: [{ corners: [0] }, { options: { alpha: 0.4 }, corners: [0] }],
  selu: [{ corners: [0] }],
  softplus: [{}],
  softsign: [{ corners: [0] }],
  gelu: [{}, { options: { approximate: true } }],
  silu: [{}],
  mish: [{}],
  hardSigmoid: [{ corners: [-3, 3] }],
  piecewiseLinear: [{ corners: [-0.5, 0.5] }],
  unitStep: [{ corners: [0], isFlat: true }],
  sign: [{ corners: [0], isFlat: true }],
  relu6: [{ corners: [0, 6] }],
  hardSilu: [{ corners: [-3, 3] }],
  celu: [{ corners: [0] }, { options: { alpha: 0.6 }, corners: [0] }],
  squareplus: [{}, { options: { b: 1 } }],
  hardTanh: [{ corners: [-1, 1] }],
  hardShrink: [{ corners: [-0.5, 0.5] }, { options: { threshold: 1 }, corners: [-1, 1] }],
  softShrink: [{ corners: [-0.5, 0.5] }, { options: { threshold: 1 }, corners: [-1, 1] }],
  tanhShrink: [{}],
  threshold: [{ options: { threshold: 0.5, defaultValue: -2 }, corners: [0.5] }],
  logSigmoid: [{}],
  sparsePlus: [{ corners: [-1, 1] }],
  sparseSigmoid: [{ corners: [-1, 1] }],
  softmax: [{}],
  logSoftmax: [{}],
  // Its corners are relations between the values of a row: see SPARSEMAX_ROWS.
  sparsemax: [{}],
  glu: [{}],
};

const LOSS = { name: "meanSquaredError", reduction: "sum" } as const;

const bias = [0.1, -0.2, 0.3, -0.1];

/** What goes into the activation: on every side of each corner. */
function inputsOf(name: string, corners: readonly number[]): Float32Array {
  if (name === "sparsemax") return Float32Array.from(SPARSEMAX_ROWS.flat());
  const scale = 1.5 * Math.max(1.5, ...corners.map(Math.abs));
  const found = awayFrom(corners, ROWS * COLUMNS, { seed: 3, scale, gap: GAP });
  const edges = [-Infinity, ...corners, Infinity];
  for (let i = 0; i + 1 < edges.length; i++) {
    expect(found.some((value) => value > edges[i] && value < edges[i + 1])).toBe(true);
  }
  return found;
}

/** One to four values of each row are not 0 afterwards; each is at least 0.15 from becoming so or ceasing to be. */
const SPARSEMAX_ROWS = [
  [2.5, 0.3, -1, 0.1],
  [-0.9, 1.1, 1.6, -0.4],
  [0.9, -2, 0.7, 0.8],
  [0.1, 0.2, 0.05, 0.15],
  [-1, 0, 0.3, -2.2],
  [-0.3, -0.2, -0.25, -1.9],
];

const all = names.flatMap((name) =>
  (cases[name] ?? []).map((entry) => ({
    name,
    entry,
    spec: { name, ...entry.options } as activations.ActivationSpec,
    title: JSON.stringify(entry.options ?? {}),
  })),
);

function targets(net: { outputs: readonly { shape: readonly (number | null)[] }[] }): Tensor {
  const columns = Number(net.outputs[0].shape[1]);
  return tensor(values(ROWS * columns, 7), [ROWS, columns]);
}

test("every activation has an entry", () => {
  expect(Object.keys(cases).sort()).toEqual([...names].sort());
});

describe("relative error under 1e-3 of the largest gradient", () => {
  test.each(all)("$name $title as a layer", ({ name, entry: { corners = [], isFlat = false }, spec }) => {
    const net = sequential({ layers: [layers.activation({ activation: spec, inputShape: [COLUMNS] })] });
    net.compile({ loss: LOSS });
    const x = tensor(inputsOf(name, corners), [ROWS, COLUMNS]);
    checkGradients(net, [x], targets(net));
    const [gradient] = net.gradients(x, targets(net)).inputs;
    expect(gradient.data.every((value) => value === 0)).toBe(isFlat);
  });

  test.each(all)("$name $title within a dense layer", ({ name, entry, spec }) => {
    setRandomSeed(31);
    const { corners = [], isFlat = false } = entry;
    const net = sequential({
      layers: [layers.dense({ units: COLUMNS, activation: spec, inputShape: [COLUMNS] })],
    });
    net.setWeights([kernel, bias]);
    net.compile({ loss: LOSS });
    // x . kernel + bias are the same inputs of the activation.
    const z = inputsOf(name, corners);
    const x = Float32Array.from(z, (_, i) => {
      const row = Math.floor(i / COLUMNS) * COLUMNS;
      return kernel.reduce((sum, line, j) => sum + (z[row + j] - bias[j]) * line[i % COLUMNS], 0);
    });
    checkGradients(net, [tensor(x, [ROWS, COLUMNS])], targets(net), { step: 0.02 });
    const { weights } = net.gradients(tensor(x, [ROWS, COLUMNS]), targets(net));
    expect(weights.size).toBe(2);
    for (const gradient of weights.values()) {
      expect(gradient.data.every((value) => value === 0)).toBe(isFlat);
    }
  });
});
