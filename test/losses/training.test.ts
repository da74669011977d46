// Losses in models: what a model reports and how it changes must be what the losses say.
import { layers, losses, optimizers, sequential, setRandomSeed } from "lanegrad";
import type { Model } from "lanegrad";
import { describe, expect, test } from "vitest";
import { expectWithin } from "../kernels/harness.js";
import { expectError } from "../preprocessing/expectError.js";
import { rows, values } from "../support/data.js";

/** Mean fourth powers of the error: no loss that is built in. */
class Quartic extends losses.CustomLoss {
  override readonly name = "quartic";
  readonly scale: number;

  constructor({ scale = 1, ...options }: losses.LossOptions & { scale?: number } = {}) {
    super(options);
    this.scale = scale;
  }

  forward(
    yTrue: Float32Array,
    yPred: Float32Array,
    count: number,
    columns: number,
    perSample: Float32Array,
  ): void {
    for (let i = 0; i < count; i++) {
      let sum = 0;
      for (let j = i * columns; j < (i + 1) * columns; j++) sum += (yPred[j] - yTrue[j]) ** 4;
      perSample[i] = (this.scale * sum) / columns;
    }
  }

  backward(
    yTrue: Float32Array,
    yPred: Float32Array,
    count: number,
    columns: number,
    dPred: Float32Array,
  ): void {
    for (let j = 0; j < count * columns; j++) {
      dPred[j] = (4 * this.scale * (yPred[j] - yTrue[j]) ** 3) / columns;
    }
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scale: this.scale };
  }
}

/** The mean squared error, written by a user. */
class OwnSquaredError extends losses.CustomLoss {
  override readonly name = "ownSquaredError";

  forward(t: Float32Array, p: Float32Array, count: number, columns: number, perSample: Float32Array): void {
    for (let i = 0; i < count; i++) {
      perSample[i] = 0;
      for (let j = i * columns; j < (i + 1) * columns; j++) perSample[i] += (p[j] - t[j]) ** 2 / columns;
    }
  }

  backward(t: Float32Array, p: Float32Array, count: number, columns: number, dPred: Float32Array): void {
    for (let j = 0; j < count * columns; j++) dPred[j] = (2 * (p[j] - t[j])) / columns;
  }
}

function linear(units: number, loss: losses.Loss, learningRate = 0.1): Model {
  setRandomSeed(5);
  const net = sequential({ layers: [layers.dense({ units, inputShape: [4] })] });
  net.compile({ loss, optimizer: optimizers.sgd({ learningRate }) });
  return net;
}

const X = rows(7, 4, 1);
const WEIGHTS = [0.5, 2, 0, 1.25, 0.75, 1, 3];
const REDUCTIONS = ["sumOverBatchSize", "sum", "mean", "meanWithSampleWeight"] as const;
const classes = [0, 2, 1, 1, 2, 0, 2];
const bits = rows(7, 3, 3).map((line) => line.map((x) => Number(x > 0)));

const makers: Record<string, [(reduction: losses.Reduction) => losses.Loss, number[][] | number[]]> = {
  meanSquaredError: [(reduction) => losses.meanSquaredError({ reduction }), rows(7, 3, 2)],
  "sparse, class 1 ignored": [
    (reduction) => losses.sparseCategoricalCrossentropy({ reduction, fromLogits: true, ignoreClass: 1 }),
    classes,
  ],
  "sparse, class -1 ignored": [
    (reduction) => losses.sparseCategoricalCrossentropy({ reduction, fromLogits: true, ignoreClass: -1 }),
    [-1, ...classes.slice(1)],
  ],
  binaryFocalCrossentropy: [
    (reduction) => losses.binaryFocalCrossentropy({ reduction, fromLogits: true }),
    bits,
  ],
  "dice of the batch": [(reduction) => losses.dice({ reduction }), bits],
  "tversky of each row": [(reduction) => losses.tversky({ reduction, alpha: 0.3, axis: -1 }), bits],
  custom: [(reduction) => new Quartic({ reduction }), rows(7, 3, 2)],
};

describe.each(Object.keys(makers))("%s in a model", (name) => {
  const [make, y] = makers[name];

  test.each(REDUCTIONS)("reports its value and passes its gradient on, reduction %s", (reduction) => {
    for (const sampleWeight of [undefined, WEIGHTS]) {
      const loss = make(reduction);
      const net = linear(3, loss);
      const predictions = net.predict(X);
      const value = loss.value(y, predictions, sampleWeight);
      const dPred = loss.gradient(y, predictions, sampleWeight).data;
      const found = net.gradients(X, y, { sampleWeight });
      expect(Math.abs(found.loss - value)).toBeLessThan(1e-5 * Math.max(1, Math.abs(value)));
      expect(Math.abs(net.testOnBatch(X, y, { sampleWeight }).loss - value)).toBeLessThan(
        1e-5 * Math.max(1, Math.abs(value)),
      );
      const bias = [...found.weights.values()][1].data;
      const want = [0, 1, 2].map((j) => X.reduce((sum, _, i) => sum + dPred[3 * i + j], 0));
      const bound = 1e-5 * Math.max(1, ...want.map(Math.abs));
      expectWithin(bias, want, () => bound);
    }
  });

  test.each(REDUCTIONS)("its gradient is the derivative of its value, reduction %s", (reduction) => {
    const loss = make(reduction);
    const predictions = Array.from(values(21, 9));
    const labels = y.flat();
    for (const weights of [undefined, WEIGHTS]) {
      const gradient = loss.gradient(labels, shaped(predictions), weights).data;
      const bound = 2e-3 * Math.max(0.05, ...gradient.map(Math.abs));
      for (let j = 0; j < 21; j++) {
        const at = (step: number): number =>
          loss.value(labels, shaped(predictions.map((p, i) => (i === j ? p + step : p))), weights);
        const want = (at(0.01) - at(-0.01)) / 0.02;
        expect(Math.abs(gradient[j] - want), `element ${j}: ${gradient[j]} and ${want}`).toBeLessThan(bound);
      }
    }
  });
});

function shaped(flat: number[]): number[][] {
  return Array.from({ length: flat.length / 3 }, (_, i) => flat.slice(3 * i, 3 * i + 3));
}

describe("a loss in TypeScript", () => {
  test("trains as the built-in one does, with weights and a short last batch, within 1e-6", async () => {
    const y = rows(7, 3, 2);
    const nets = [linear(3, losses.meanSquaredError()), linear(3, new OwnSquaredError())];
    const histories = [];
    for (const net of nets) {
      histories.push(await net.fit(X, y, { epochs: 5, batchSize: 3, sampleWeight: WEIGHTS, seed: 1 }));
    }
    const [want, got] = nets.map((net) => net.getWeights().map(({ data }) => data));
    want.forEach((data, i) => expectWithin(got[i], Array.from(data), () => 1e-6));
    const [wantLosses, gotLosses] = histories.map(({ history }) => history.loss);
    expectWithin(gotLosses, wantLosses, () => 1e-6);
  });

  test("has value, perSample and gradient over time steps too", () => {
    const loss = new Quartic({ scale: 2 });
    const [yTrue, yPred] = [Array.from(values(12, 1)), Array.from(values(12, 2))];
    const nested = (flat: number[]): number[][][] => [0, 1].map((i) => shaped(flat.slice(6 * i, 6 * i + 6)));
    const each = loss.perSample(nested(yTrue), nested(yPred));
    const powers = yTrue.map((t, j) => 2 * (yPred[j] - t) ** 4);
    const want = shaped(powers).map((line) => line.reduce((sum, x) => sum + x / 3, 0));
    expect(each.shape).toEqual([2, 2]);
    expectWithin(each.data, want, () => 1e-5);
    const weighted = (want[0] + want[1]) * 0.5 + (want[2] + want[3]) * 2;
    expect(Math.abs(loss.value(nested(yTrue), nested(yPred), [0.5, 2]) - weighted / 4)).toBeLessThan(1e-5);
    const slopes = yTrue.map((t, j) => ((8 * (yPred[j] - t) ** 3) / 3 / 4) * (j < 6 ? 0.5 : 2));
    expectWithin(loss.gradient(nested(yTrue), nested(yPred), [0.5, 2]).data, slopes, () => 1e-5);
  });

  test("has a configuration, and checks its options", () => {
    const loss = new Quartic({ scale: 3, reduction: "mean_with_sample_weight" });
    expect(loss.getConfig()).toEqual({ name: "quartic", reduction: "meanWithSampleWeight", scale: 3 });
    expectError(() => new Quartic({ size: 3 } as never), "UNKNOWN_OPTION", /size/);
    expectError(() => new Quartic({ reduction: "none" } as never), "INVALID_OPTION", /perSample/);
  });

  test("gets the same views again while nothing has moved", async () => {
    const seen = new Set<Float32Array>();
    class Watching extends OwnSquaredError {
      override backward(
        t: Float32Array,
        p: Float32Array,
        count: number,
        columns: number,
        d: Float32Array,
      ): void {
        for (const view of [t, p, d]) seen.add(view);
        super.backward(t, p, count, columns, d);
      }
    }
    await linear(3, new Watching()).fit(X, rows(7, 3, 2), { epochs: 20, batchSize: 7 });
    expect(seen.size).toBe(3);
  });

  test("an error in it comes through, and the model goes on afterwards", () => {
    let isBroken = true;
    class Breaking extends OwnSquaredError {
      override forward(...args: Parameters<OwnSquaredError["forward"]>): void {
        if (isBroken) throw new Error("broken");
        super.forward(...args);
      }
    }
    const net = linear(3, new Breaking());
    expect(() => net.trainOnBatch(X, rows(7, 3, 2))).toThrow("broken");
    isBroken = false;
    expect(net.trainOnBatch(X, rows(7, 3, 2)).loss).toBeGreaterThan(0);
  });
});

describe("the perceptron's loss", () => {
  test("with one row and gradient descent is Rosenblatt's rule at every output, within 1e-6", () => {
    const rate = 0.25;
    const net = linear(3, losses.perceptron(), rate);
    const [x, y] = [
      [0.5, -1, 0.25, 2],
      [1, 0, 1],
    ];
    const before = net.getWeights().map(({ data }) => Array.from(data));
    const predicted = net.predict([x]).data;
    net.trainOnBatch([x], [y]);
    const [kernel, bias] = net.getWeights().map(({ data }) => data);
    const errors = y.map((t, j) => t - predicted[j]);
    const wantKernel = before[0].map((w, i) => w + rate * errors[i % 3] * x[Math.floor(i / 3)]);
    expectWithin(kernel, wantKernel, () => 1e-6);
    expectWithin(
      bias,
      before[1].map((w, j) => w + rate * errors[j]),
      () => 1e-6,
    );
  });

  test("takes labels of -1 and 1 or of 0 and 1", () => {
    const loss = losses.perceptron();
    expect(loss.value([[-1], [1]], [[1], [1]])).toBe(1);
    expect(Array.from(loss.gradient([[-1], [1]], [[1], [1]]).data)).toEqual([1, 0]);
    expect(loss.value([[0, 1]], [[1, 1]])).toBe(0.5);
    expect(Array.from(loss.gradient([[0, 1]], [[1, 1]]).data)).toEqual([1, 0]);
    expectError(() => loss.value([[0.5]], [[1]]), "INVALID_LABEL");
  });
});
