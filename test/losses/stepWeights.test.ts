// Losses and metrics with a weight for each step of a sequence, or each place of an image, against Keras's formulas.
import { readFileSync } from "node:fs";
import { input, layers, losses, metrics, model, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { Masked } from "../support/masked.js";

interface Values {
  shape: number[];
  data: number[];
}

interface Reference {
  loss: { name: keyof typeof parts; reduction: "sum" };
  isMasked: boolean;
  sampleWeight: Values;
  x: Values;
  y: Values;
  value: number;
  dX: number[];
  metrics: { plain: number; weighted: number };
}

const file = new URL("../references/stepWeights.json", import.meta.url);
const reference = JSON.parse(readFileSync(file, "utf8")) as { mask: number[]; cases: Reference[] };

/** What makes the losses of the references, and the metrics that go with them. */
const parts = {
  meanSquaredError: { loss: losses.meanSquaredError, metric: metrics.meanSquaredError },
  meanAbsoluteError: { loss: losses.meanAbsoluteError, metric: metrics.meanAbsoluteError },
  binaryCrossentropy: { loss: losses.binaryCrossentropy, metric: metrics.binaryAccuracy },
  sparseCategoricalCrossentropy: {
    loss: losses.sparseCategoricalCrossentropy,
    metric: metrics.sparseCategoricalAccuracy,
  },
};

const asTensor = ({ data, shape }: Values): Tensor => tensor(data, shape);

function expectClose(got: ArrayLike<number>, want: readonly number[], bound: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => expect(Math.abs(got[i] - value), `[${i}]`).toBeLessThan(bound));
}

describe("Keras's formula in float64 with NumPy", () => {
  const cases = reference.cases.map((one) => ({
    ...one,
    title: JSON.stringify([one.loss, one.x.shape, one.isMasked]),
  }));

  test.each(cases)("$title", ({ loss, isMasked, sampleWeight, x, y, value, dX, metrics: want }) => {
    const [entrance, marks] = [input({ shape: x.shape.slice(1) }), input({ shape: [x.shape[1], 1] })];
    const net = isMasked
      ? model({
          inputs: [entrance, marks],
          outputs: new Masked().apply([entrance, layers.masking().apply(marks)]),
        })
      : model({ inputs: [entrance], outputs: layers.identity().apply(entrance) });
    const { name, ...ofLoss } = loss;
    const { metric } = parts[name];
    net.compile({
      loss: parts[name].loss(ofLoss),
      metrics: [metric({ name: "plain" })],
      weightedMetrics: [metric({ name: "weighted" })],
    });
    const data = isMasked ? [asTensor(x), tensor(reference.mask, [3, 4, 1])] : asTensor(x);
    const options = { sampleWeight: asTensor(sampleWeight) };
    const got = net.gradients(data, asTensor(y), options);
    const bound = 1e-6 * Math.max(1, Math.abs(value));
    expect(Math.abs(got.loss - value)).toBeLessThan(bound);
    expectClose(got.inputs[0].data, dX, 2e-6 * Math.max(...dX.map(Math.abs)));
    const logs = net.testOnBatch(data, asTensor(y), options);
    expect(Math.abs(logs.loss - value)).toBeLessThan(bound);
    for (const [key, number] of Object.entries(want)) expect(logs[key], key).toBeCloseTo(number, 6);
  });

  test.each(cases.filter(({ isMasked }) => !isMasked))(
    "$title, outside a model",
    ({ loss, sampleWeight, x, y, value, dX, metrics: want }) => {
      const { name, ...options } = loss;
      const alone = parts[name].loss(options);
      const given = [asTensor(y), asTensor(x), asTensor(sampleWeight)] as const;
      expect(Math.abs(alone.value(...given) - value)).toBeLessThan(1e-6 * Math.max(1, Math.abs(value)));
      expectClose(alone.gradient(...given).data, dX, 2e-6 * Math.max(...dX.map(Math.abs)));
      const metric = parts[name].metric({});
      metric.update(...given);
      expect(metric.result()).toBeCloseTo(want.weighted, 6);
    },
  );
});
