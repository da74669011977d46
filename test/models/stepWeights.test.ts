// Sample weights for each step of a sequence, or each place of an image.
import { input, layers, losses, metrics, model, sequential, setRandomSeed, tensor } from "lanegrad";
import type { Batch, Sequential, Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";
import { checkGradients } from "../support/finiteDifferences.js";
import { Masked } from "../support/masked.js";

function expectClose(got: ArrayLike<number>, want: readonly number[], bound: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => expect(Math.abs(got[i] - value), `[${i}]`).toBeLessThan(bound));
}

const ROWS = 6;
const STEPS = 4;
const CLASSES = 3;
const x = tensor(values(ROWS * STEPS * 2, 1), [ROWS, STEPS, 2]);
const labels = Float32Array.from({ length: ROWS * STEPS }, (_, i) => (i * i + (i >> 2)) % CLASSES);
const y = tensor(labels, [ROWS, STEPS]);
const weights = values(ROWS * STEPS, 5).map((value) => 0.75 + 0.5 * value);
const sampleWeight = tensor(weights, [ROWS, STEPS]);

function network(
  options: { loss?: losses.LossSpec; weightedMetrics?: metrics.MetricSpec[] } = {},
): Sequential {
  setRandomSeed(7);
  const net = sequential({
    layers: [
      layers.simpleRNN({ units: 3, returnSequences: true, inputShape: [STEPS, 2] }),
      layers.dense({ units: CLASSES, activation: "softmax" }),
    ],
  });
  net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "adam", ...options });
  return net;
}

/** The rows at some places, in this order. */
function take(data: Tensor, places: readonly number[]): Tensor {
  const size = data.size / data.shape[0];
  const taken = places.flatMap((row) => [...data.data.subarray(row * size, (row + 1) * size)]);
  return tensor(taken, [places.length, ...data.shape.slice(1)]);
}

const weightsOf = (net: Sequential): Float32Array[] => net.getWeights().map(({ data }) => data.slice());

/** The sum of weight times loss of the steps of a model's predictions. */
function sumOf(net: Sequential, by: ArrayLike<number>): number {
  const each = losses.sparseCategoricalCrossentropy().perSample(y, net.predict(x)).data;
  return each.reduce((sum, loss, i) => sum + loss * by[i], 0);
}

describe("a weight for each step", () => {
  test.each(["sumOverBatchSize", "sum", "meanWithSampleWeight"] as const)(
    "gives gradients that finite differences agree with, %s",
    (reduction) => {
      const net = network({ loss: losses.sparseCategoricalCrossentropy({ reduction }) });
      checkGradients(net, [x], y, { sampleWeight });
    },
  );

  test("is taken in every form, with labels of every form", () => {
    const net = network();
    const want = net.testOnBatch(x, y, { sampleWeight }).loss;
    expect(want).toBeCloseTo(sumOf(net, weights) / (ROWS * STEPS), 6);
    const nested = sampleWeight.toArray() as number[][];
    const rows = nested.map((row) => Float32Array.from(row));
    for (const same of [nested, rows, weights, tensor(weights, [ROWS, STEPS, 1])]) {
      expect(net.testOnBatch(x, y, { sampleWeight: same }).loss).toBe(want);
    }
    expect(net.testOnBatch(x, tensor(labels, [ROWS, STEPS, 1]), { sampleWeight }).loss).toBe(want);
  });

  test("that is the same in all of a row is the row's weight, and 1 changes nothing", () => {
    const byRow = Array.from({ length: ROWS }, (_, row) => 0.25 * row);
    const byStep = byRow.map((weight) => Array<number>(STEPS).fill(weight));
    const weightedMetrics = [
      "accuracy",
      metrics.sparseTopKCategoricalAccuracy({ k: 2 }),
    ] as metrics.MetricSpec[];
    const net = network({ weightedMetrics });
    const ones = byRow.map(() => Array<number>(STEPS).fill(1));
    for (const [a, b] of [
      [{ sampleWeight: byRow }, { sampleWeight: byStep }],
      [{ sampleWeight: byRow.map((weight) => [weight]) }, { sampleWeight: byStep }],
      [{}, { sampleWeight: ones }],
    ]) {
      const [logs, other] = [net.testOnBatch(x, y, a), net.testOnBatch(x, y, b)];
      for (const key of Object.keys(logs)) expect(other[key]).toBeCloseTo(logs[key], 6);
      const [first, second] = [net.gradients(x, y, a), net.gradients(x, y, b)];
      for (const [path, { data }] of first.weights) {
        expectClose(second.weights.get(path)?.data ?? [], [...data], 1e-7);
      }
    }
  });

  test("of 0 and 1 is a mask, but for what the sum is divided by", () => {
    const marks = weights.map((weight) => (weight > 0.7 ? 1 : 0));
    const counted = marks.reduce((sum, mark) => sum + mark, 0);
    setRandomSeed(7);
    const [entrance, flags] = [input({ shape: [STEPS, 2] }), input({ shape: [STEPS, 1] })];
    const dense = layers.dense({ units: CLASSES, activation: "softmax" });
    const plain = model({ inputs: entrance, outputs: dense.apply(entrance) });
    const masked = model({
      inputs: [entrance, flags],
      outputs: new Masked().apply([dense.apply(entrance), layers.masking().apply(flags)]),
    });
    const weightedMetrics = ["accuracy"] as const;
    for (const net of [plain, masked]) {
      net.compile({ loss: "sparseCategoricalCrossentropy", optimizer: "sgd", weightedMetrics });
    }
    const mask = tensor(marks, [ROWS, STEPS, 1]);
    const byMask = masked.evaluate([x, mask], y, { batchSize: ROWS });
    const byWeight = plain.evaluate(x, y, { sampleWeight: marks, batchSize: ROWS });
    expect(counted).toBeGreaterThan(5);
    expect(counted).toBeLessThan(ROWS * STEPS - 5);
    expect(byWeight.accuracy).toBeCloseTo(byMask.accuracy, 7);
    expect(byWeight.loss).toBeCloseTo((byMask.loss * counted) / (ROWS * STEPS), 6);
    const want = masked.gradients([x, mask], y).inputs[0].data.map((d) => (d * counted) / (ROWS * STEPS));
    expectClose(plain.gradients(x, y, { sampleWeight: marks }).inputs[0].data, [...want], 1e-7);
  });

  test("goes with a mask of fewer axes than the losses have", () => {
    const shape = [2, STEPS, 2, 3];
    const [entrance, flags] = [input({ shape: shape.slice(1) }), input({ shape: [STEPS, 1] })];
    const net = model({
      inputs: [entrance, flags],
      outputs: new Masked().apply([entrance, layers.masking().apply(flags)]),
    });
    const mean = metrics.meanSquaredError();
    net.compile({ loss: "mse", metrics: ["mae"], weightedMetrics: [mean] });
    const [a, t] = [tensor(values(48, 1), shape), tensor(values(48, 2), shape)];
    const marks = [1, 0, 0, 1, 1, 1, 0, 1];
    const each = losses.meanSquaredError().perSample(t, a).data;
    const off = losses.meanAbsoluteError().perSample(t, a).data;
    const counts = (i: number): number => marks[Math.floor(i / 2)];
    const w = values(16, 3).map((value) => 1 + value);
    const sum = (of: (i: number) => number): number => each.reduce((total, _, i) => total + of(i), 0);
    const data = [a, tensor(marks, [2, STEPS, 1])];
    for (const [given, weight] of [
      [{}, () => 1],
      [{ sampleWeight: [0.5, 3] }, (i: number) => (i < 8 ? 0.5 : 3)],
      [{ sampleWeight: tensor(w, [2, STEPS, 2]) }, (i: number) => w[i]],
    ] as const) {
      const logs = net.testOnBatch(data, t, given);
      const weighted = sum((i) => each[i] * weight(i) * counts(i));
      expect(logs.loss).toBeCloseTo(weighted / 10, 6);
      expect(logs.meanSquaredError).toBeCloseTo(weighted / sum((i) => weight(i) * counts(i)), 6);
      expect(logs.mae).toBeCloseTo(sum((i) => off[i] * counts(i)) / 10, 6);
      checkGradients(net, data, t, { ...given, fixed: [1] });
    }
  });

  test("weighs a loss and a metric in TypeScript", () => {
    class Off extends losses.CustomLoss {
      override forward(
        a: Float32Array,
        b: Float32Array,
        rows: number,
        columns: number,
        each: Float32Array,
      ): void {
        for (let i = 0; i < rows; i++) each[i] = (b[i * columns] - a[i * columns]) ** 2;
      }
      override backward(
        a: Float32Array,
        b: Float32Array,
        rows: number,
        columns: number,
        d: Float32Array,
      ): void {
        d.fill(0);
        for (let i = 0; i < rows; i++) d[i * columns] = 2 * (b[i * columns] - a[i * columns]);
      }
    }
    const seen: number[][] = [];
    class Seeing extends metrics.CustomMetric {
      constructor() {
        super({ name: "seeing", stateSize: 0 });
      }
      override updateState(
        _a: Float32Array,
        _b: Float32Array,
        rows: number,
        _c: number,
        w?: Float32Array,
      ): void {
        seen.push([rows, ...(w ?? [])]);
      }
      override result(): number {
        return 0;
      }
    }
    const net = network({ loss: new Off(), weightedMetrics: [new Seeing()] });
    const truth = tensor(values(x.size * 1.5, 8), [ROWS, STEPS, CLASSES]);
    checkGradients(net, [x], truth, { sampleWeight });
    seen.length = 0;
    net.testOnBatch(x, truth, { sampleWeight });
    expect(seen).toEqual([[ROWS * STEPS, ...weights]]);
  });
});

describe("weights of steps travel with their rows", () => {
  const batchesOf = (order: readonly number[], size: number): Batch[] =>
    Array.from({ length: order.length / size }, (_, i) => {
      const places = order.slice(i * size, (i + 1) * size);
      return { x: take(x, places), y: take(y, places), sampleWeight: take(sampleWeight, places) };
    });

  test("in fit, trainOnBatch and batches of an iterable", async () => {
    const order = [0, 1, 2, 3, 4, 5];
    const byFit = network();
    await byFit.fit(x, y, { sampleWeight, batchSize: 2, shuffle: false });
    const byHand = network();
    for (const { x: a, y: b, sampleWeight: w } of batchesOf(order, 2)) {
      byHand.trainOnBatch(a, b, { sampleWeight: w ?? [] });
    }
    const byBatches = network();
    await byBatches.fit(batchesOf(order, 2));
    expect(weightsOf(byFit)).toEqual(weightsOf(byHand));
    expect(weightsOf(byBatches)).toEqual(weightsOf(byHand));
    const unweighted = network();
    await unweighted.fit(x, y, { batchSize: 2, shuffle: false });
    expect(weightsOf(unweighted)).not.toEqual(weightsOf(byFit));
  });

  test("when rows are shuffled: the order alone decides, not where the weights stood", async () => {
    // A row's weights say which row it is: the loss of a batch tells which rows it had.
    const net = network();
    const single = Array.from({ length: ROWS }, (_, row) => {
      const w = take(sampleWeight, [row]);
      return net.testOnBatch(take(x, [row]), take(y, [row]), { sampleWeight: w }).loss;
    });
    const still = network();
    still.compile({ loss: "sparseCategoricalCrossentropy", optimizer: { name: "sgd", learningRate: 0 } });
    const seen: number[] = [];
    let before = 0;
    await still.fit(x, y, {
      sampleWeight,
      batchSize: 1,
      seed: 3,
      callbacks: [
        {
          onTrainBatchEnd: (step: number, logs: { loss: number }) => {
            // Hooks get the mean of the epoch so far.
            seen.push(logs.loss * (step + 1) - before);
            before = logs.loss * (step + 1);
          },
        },
      ],
    });
    const places = seen.map((loss) => single.findIndex((one) => Math.abs(one - loss) < 1e-6));
    expect([...places].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(places).not.toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("into short last batches, validation data and a validation split", async () => {
    const net = network({ weightedMetrics: ["accuracy"] });
    const whole = net.evaluate(x, y, { sampleWeight, batchSize: ROWS });
    expect(net.evaluate(x, y, { sampleWeight, batchSize: 4 }).accuracy).toBeCloseTo(whole.accuracy, 6);
    expect(net.evaluate(x, y, { sampleWeight, batchSize: 4 }).loss).toBeCloseTo(whole.loss, 6);
    const still = network();
    still.compile({ loss: "sparseCategoricalCrossentropy", optimizer: { name: "sgd", learningRate: 0 } });
    const given = await still.fit(x, y, { validationData: [x, y, sampleWeight] });
    expect(given.history.val_loss[0]).toBeCloseTo(whole.loss, 6);
    const split = await still.fit(x, y, { sampleWeight, validationSplit: 0.5 });
    const last = [3, 4, 5];
    const { loss } = still.testOnBatch(take(x, last), take(y, last), {
      sampleWeight: take(sampleWeight, last),
    });
    expect(split.history.val_loss[0]).toBeCloseTo(loss, 6);
  });

  test("where batches of an iterable have weights by turns", () => {
    const net = network();
    const all = [
      {},
      { sampleWeight },
      { sampleWeight: [1, 2, 3, 4, 5, 6] },
      { sampleWeight },
      {
        sampleWeight: tensor(
          weights.map((weight) => 2 * weight),
          [ROWS, STEPS],
        ),
      },
      {},
    ];
    const each = all.map((given) => net.testOnBatch(x, y, given).loss);
    const { loss } = net.evaluate(all.map((given) => ({ x, y, ...given })));
    expect(loss).toBeCloseTo(each.reduce((sum, one) => sum + one, 0) / all.length, 6);
    expect(new Set(each).size).toBe(4);
  });
});

describe("several outputs", () => {
  const entrance = input({ shape: [STEPS, 2] });
  const steps = layers.dense({ units: CLASSES, activation: "softmax", name: "steps" }).apply(entrance);
  const pixels = layers.dense({ units: 1, name: "pixels" }).apply(entrance);
  const rows = layers
    .dense({ units: 2, name: "rows" })
    .apply(layers.globalAveragePooling1d().apply(entrance));
  const target = tensor(values(ROWS * STEPS, 6), [ROWS, STEPS, 1]);
  const targets = tensor(values(ROWS * 2, 7), [ROWS, 2]);
  const byRow = [1, 2, 0, 1, 3, 1];

  test("each have weights of their own, by step or by row", () => {
    const both = model({ inputs: entrance, outputs: [steps, rows] });
    both.compile({ loss: ["sparseCategoricalCrossentropy", "mse"] });
    const [first, second] = [
      model({ inputs: entrance, outputs: steps }),
      model({ inputs: entrance, outputs: rows }),
    ];
    first.compile({ loss: "sparseCategoricalCrossentropy" });
    second.compile({ loss: "mse" });
    const one = first.testOnBatch(x, y, { sampleWeight }).loss;
    const other = second.testOnBatch(x, targets, { sampleWeight: byRow }).loss;
    for (const given of [
      { steps: sampleWeight, rows: byRow },
      [sampleWeight, byRow],
      [sampleWeight.toArray() as number[][], byRow],
    ]) {
      const logs = both.testOnBatch(x, [y, targets], { sampleWeight: given });
      expect(logs.steps_loss).toBeCloseTo(one, 6);
      expect(logs.rows_loss).toBeCloseTo(other, 6);
    }
    const partly = both.testOnBatch(x, [y, targets], { sampleWeight: [sampleWeight, null] });
    expect(partly.rows_loss).toBeCloseTo(second.testOnBatch(x, targets).loss, 6);
    checkGradients(both, [x], [y, targets], { sampleWeight: [sampleWeight, byRow] });
  });

  test("share weights of steps where all have them", () => {
    const both = model({ inputs: entrance, outputs: [steps, pixels] });
    both.compile({ loss: ["sparseCategoricalCrossentropy", "mse"] });
    const shared = both.gradients(x, [y, target], { sampleWeight });
    const apart = both.gradients(x, [y, target], {
      sampleWeight: { steps: sampleWeight, pixels: tensor(weights, [ROWS, STEPS]) },
    });
    expect(shared.loss).toBe(apart.loss);
    expect(shared.inputs[0].data).toEqual(apart.inputs[0].data);
  });

  test("are named where their weights are wrong", () => {
    const both = model({ inputs: entrance, outputs: [steps, rows] });
    both.compile({ loss: ["sparseCategoricalCrossentropy", "mse"] });
    expectError(
      () => both.testOnBatch(x, [y, targets], { sampleWeight: { rows: sampleWeight } }),
      "SHAPE_MISMATCH",
      /sampleWeight\.rows must have shape \[null, 1\].* Received: shape \[6, 4\]/,
    );
    expectError(
      () => both.testOnBatch(x, [y, targets], { sampleWeight: { steps: [1, 2] } }),
      "SHAPE_MISMATCH",
      /sampleWeight\.steps must have one value for each of 6 rows, or shape \[6, 4\]\. Received: 2 values/,
    );
  });
});

describe("says what is wrong with", () => {
  const net = network();
  const ones = (...shape: number[]): Tensor =>
    tensor(new Float32Array(shape.reduce((size, length) => size * length, 1)).fill(1), shape);

  test.each([
    ["other steps", ones(ROWS, 3), /sampleWeight must have shape \[null, 4\].* Received: shape \[6, 3\]/],
    ["other rows", ones(5, STEPS), /one value for each of 6 rows, or shape \[6, 4\]\. Received: 20 values/],
    ["one value for each prediction", ones(ROWS, STEPS, CLASSES), /shape \[null, 4, 1\].* \[6, 4, 3\]/],
    ["too many numbers", new Float32Array(ROWS * 3), /rows of 4 values.* Received: /],
    ["too few rows of numbers", new Float32Array(5 * STEPS), /shape \[6, 4\]\. Received: 20 values/],
    ["too few numbers", new Float32Array(5), /each of 6 rows, or shape \[6, 4\]\. Received: 5 values/],
  ])("%s", (_, wrong, message) => {
    expectError(() => net.testOnBatch(x, y, { sampleWeight: wrong }), "SHAPE_MISMATCH", message);
    expectError(() => net.evaluate([{ x, y, sampleWeight: wrong }]), "SHAPE_MISMATCH", message);
  });

  test("weights of validation data, by that name", async () => {
    for (const weights of [ones(ROWS, 3), ones(5)]) {
      await expect(net.fit(x, y, { verbose: 0, validationData: [x, y, weights] })).rejects.toThrow(
        /^validation sampleWeight must have/,
      );
    }
  });

  test("uneven rows", () => {
    const uneven = Array.from({ length: ROWS }, (_, row) => Array<number>(row === 4 ? 3 : STEPS).fill(1));
    expectError(() => net.testOnBatch(x, y, { sampleWeight: uneven }), "INVALID_DATA", /sampleWeight/);
  });

  test("a loss of a whole batch: it takes weights of rows alone", () => {
    const whole = network({ loss: losses.dice() });
    const truth = tensor(new Float32Array(ROWS * STEPS * CLASSES).fill(1), [ROWS, STEPS, CLASSES]);
    expectError(
      () => whole.testOnBatch(x, truth, { sampleWeight }),
      "SHAPE_MISMATCH",
      /must have shape \[null, 1\]/,
    );
  });

  test("weights of losses and metrics outside a model", () => {
    const [a, b] = [ones(2, 3, 4), ones(2, 3, 4)];
    for (const weigh of [
      () => losses.meanSquaredError().value(a, b, [1, 2, 3]),
      () => metrics.meanSquaredError().update(a, b, [1, 2, 3]),
    ]) {
      expectError(weigh, "SHAPE_MISMATCH", /sampleWeight must have 2 or 6 values\. Received: shape \[3\]/);
    }
    for (const weigh of [
      () => losses.meanSquaredError().gradient(a, b, ones(3, 2)),
      () => metrics.meanSquaredError().update(a, b, ones(3, 2)),
    ]) {
      expectError(weigh, "SHAPE_MISMATCH", /6 values, 2 rows of them\. Received: shape \[3, 2\]/);
    }
  });

  test("classes of steps: they have no weights of their own, as in Keras", async () => {
    await expect(net.fit(x, y, { classWeight: { 1: 2 } })).rejects.toThrow(
      /classWeight needs one class for each row/,
    );
  });
});
