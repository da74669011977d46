// Stateful recurrent layers: a sequence cut into batches against the whole sequence, and where their state comes from.
import { callbacks, input, layers, loadModel, model, sequential, setRandomSeed, tensor } from "lanegrad";
import type { FitOptions, Sequential, Tensor } from "lanegrad";
import { describe, expect, test, vi } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";

const KINDS = ["simpleRNN", "lstm", "gru"] as const;
const makers = { simpleRNN: layers.simpleRNN, lstm: layers.lstm, gru: layers.gru };

const ROWS = 3;
const FEATURES = 2;
/** Three sequences of 6 steps. */
const whole = tensor(values(ROWS * 6 * FEATURES, 1), [ROWS, 6, FEATURES]);

/** Steps `start` up to `start + 2` of all rows, or of some. */
function part(start: number, rows = ROWS): Tensor {
  const size = 2 * FEATURES;
  const data = new Float32Array(rows * size);
  for (let row = 0; row < rows; row++) {
    const from = (row * 6 + start) * FEATURES;
    data.set(whole.data.subarray(from, from + size), row * size);
  }
  return tensor(data, [rows, 2, FEATURES]);
}

/** All parts as batches of one call: the first of all rows, the second of all rows ... */
const parts = tensor(Float32Array.from([0, 2, 4].flatMap((start) => [...part(start).data])), [3 * ROWS, 2, FEATURES]); // prettier-ignore

/** The last outputs of the whole sequences, of a layer with the weights of another model. */
function endOf(kind: (typeof KINDS)[number], net: Sequential, options: object = {}): Float32Array {
  const other = sequential({ layers: [makers[kind]({ units: 4, inputShape: [6, FEATURES], ...options })] });
  other.setWeights(net.getWeights());
  return other.predict(whole).data;
}

describe.each(KINDS)("stateful %s", (kind) => {
  const build = (options: object = {}): Sequential => {
    setRandomSeed(2);
    return sequential({
      layers: [makers[kind]({ units: 4, stateful: true, inputShape: [2, FEATURES], ...options })],
    });
  };

  test("goes on in predict, from batch to batch and from call to call, as over one long sequence", () => {
    const net = build();
    const want = endOf(kind, net);
    const all = net.predict(parts, { batchSize: ROWS });
    expect(all.data.slice(2 * ROWS * 4)).toEqual(want);
    net.resetStates();
    const steps = [0, 2, 4].map((start) => net.predict(part(start)).data);
    expect(steps[2]).toEqual(want);
    expect(net.predict(part(4)).data).not.toEqual(want);
    net.layers[0].resetState();
    expect(net.predict(part(0)).data).toEqual(steps[0]);
  });

  test("goes on in evaluate, fit and vjp in training mode; gradients and vjp at prediction leave it", async () => {
    const net = build();
    net.compile({ loss: "mse", optimizer: { name: "sgd", learningRate: 0 } });
    const y = tensor(new Float32Array(3 * ROWS * 4), [3 * ROWS, 4]);
    const first = tensor(new Float32Array(ROWS * 4), [ROWS, 4]);
    const want = endOf(kind, net);
    const walks: (() => unknown)[] = [
      () => net.evaluate(parts.data.slice(0, 2 * ROWS * 4), y.data.slice(0, 2 * ROWS * 4), { batchSize: ROWS }),
      () => net.fit(parts.data.slice(0, 2 * ROWS * 4), y.data.slice(0, 2 * ROWS * 4), { batchSize: ROWS, shuffle: false, verbose: 0 }),
      () => [part(0), part(2)].forEach((x) => net.trainOnBatch(x, first)),
      () => [part(0), part(2)].forEach((x) => net.vjp(x, first, { training: true })),
    ]; // prettier-ignore
    for (const walk of walks) {
      net.resetState();
      await walk();
      net.gradients(part(0), first);
      net.vjp(part(0), first);
      expect(net.predict(part(4)).data).toEqual(want);
    }
  });

  test("starts anew in each epoch with a callback, and learns", async () => {
    setRandomSeed(6);
    const net = sequential({
      layers: [
        makers[kind]({ units: 6, stateful: true, inputShape: [2, FEATURES] }),
        layers.dense({ units: 1 }),
      ],
    });
    net.compile({ loss: "mse", optimizer: { name: "adam", learningRate: 0.02 } });
    // What only the first part of a sequence tells.
    const y = tensor(Float32Array.from({ length: 3 * ROWS }, (_, i) => whole.data[(i % ROWS) * 12]), [3 * ROWS, 1]); // prettier-ignore
    let losses: number[] = [];
    for (const resets of [false, true]) {
      const onEpochBegin = (): void => (resets ? net.resetStates() : undefined);
      const options = { epochs: 60, batchSize: ROWS, shuffle: false, verbose: 0, callbacks: [callbacks.lambda({ onEpochBegin })] } as const; // prettier-ignore
      losses = (await net.fit(parts, y, options)).history.loss;
    }
    expect(losses[59]).toBeLessThan(0.05);
    net.resetStates();
    expect(net.evaluate(parts, y, { batchSize: ROWS }).loss).toBeLessThan(0.05);
  });

  test("the gradients of a batch are those of a layer that starts from the same states", () => {
    const net = build();
    net.predict(part(0));
    const sequence = input({ shape: [2, FEATURES] });
    const layer = makers[kind]({ units: 4, returnState: true });
    const starts = Array.from({ length: kind === "lstm" ? 2 : 1 }, () => input({ shape: [4] }));
    const first = model({ inputs: sequence, outputs: layer.applyAll(sequence) });
    first.setWeights(net.getWeights());
    const second = model({
      inputs: [sequence, ...starts],
      outputs: layer.applyAll([sequence, ...starts])[0],
    });
    const [, ...states] = first.predict(part(0));
    const dY = tensor(values(ROWS * 4, 3), [ROWS, 4]);
    const [got, want] = [net.vjp(part(2), dY), second.vjp([part(2), ...states], dY)];
    expect(got.inputs[0].data).toEqual(want.inputs[0].data);
    expect([...got.weights.values()]).toEqual([...want.weights.values()]);
  });

  test("the number of rows may change after resetStates alone", () => {
    const net = build();
    net.predict(part(0));
    const message = /stateful: each row goes on .* every batch must have 3 rows.*Received: a batch of 2$/s;
    expectError(() => net.predict(part(2, 2)), "SHAPE_MISMATCH", message);
    expectError(() => net.predict(parts, { batchSize: 8 }), "SHAPE_MISMATCH", /Received: a batch of 8$/);
    const after = net.predict(part(2)).data;
    net.resetStates();
    const [one, two] = [net.predict(part(0, 2)).data, net.predict(part(2, 2)).data];
    expect(two).toEqual(after.slice(0, 8));
    net.resetStates();
    net.predict(tensor(values(40 * 4, 4), [40, 2, FEATURES]), { batchSize: 40 });
    net.resetStates();
    expect(net.predict(part(0, 2)).data).toEqual(one);
  });

  test("forgets in the same memory: the engine notes no block for each time", () => {
    const net = build();
    const register = vi.spyOn(FinalizationRegistry.prototype, "register");
    const rows = [2, 3, 1];
    const first = rows.map((count) => {
      net.resetStates();
      return net.predict(part(0, count)).data;
    });
    const noted = register.mock.calls.length;
    for (let i = 0; i < 9; i++) {
      net.resetStates();
      if (i % 2 === 0) net.dispose();
      expect(net.predict(part(0, rows[i % 3])).data).toEqual(first[i % 3]);
    }
    expect(register.mock.calls.length).toBe(noted);
    register.mockRestore();
  });

  test("a short last batch is an error", () => {
    const net = build();
    expectError(
      () => net.predict(parts, { batchSize: 4 }),
      "SHAPE_MISMATCH",
      /must have 4 rows.*a batch of 1$/s,
    );
  });

  test("a fit with a short last batch is an error before its first step", async () => {
    const net = sequential({ layers: [build(), layers.dense({ units: 1 })] });
    net.compile({ loss: "mse", optimizer: "sgd" });
    const before = net.save();
    const y = new Float32Array(3 * ROWS);
    await expect(net.fit(parts, y, { batchSize: 4, shuffle: false })).rejects.toThrow(
      /stateful, so every batch must have the same number of rows.*Received: batches of 4 in training, 1 in training$/,
    );
    expect(net.save()).toEqual(before);
    await net.fit(parts, y, { batchSize: 4, stepsPerEpoch: 2, shuffle: false });
  });

  test("so is one whose epochs reach a short batch later, or that validates on batches of another size", async () => {
    setRandomSeed(4);
    const net = sequential({
      layers: [layers.batchNormalization({ inputShape: [2, FEATURES] }), build(), layers.dense({ units: 1 })],
    });
    net.compile({ loss: "mse", optimizer: "adam" });
    const before = net.save();
    const y = new Float32Array(3 * ROWS);
    const rows = (count: number): [Tensor, Float32Array] => [
      tensor(values(count * 4, count), [count, 2, FEATURES]),
      new Float32Array(count),
    ];
    const refused: [FitOptions, string][] = [
      [{ batchSize: 4, stepsPerEpoch: 2, epochs: 2 }, "4 in training, 1 in training"],
      [{ batchSize: 4, stepsPerEpoch: 1, initialEpoch: 2, epochs: 4 }, "4 in training, 1 in training"],
      [{ validationData: rows(3) }, "9 in training, 3 in validation"],
      [{ batchSize: 3, validationData: rows(2) }, "3 in training, 2 in validation"],
      [{ batchSize: 3, validationData: rows(4) }, "3 in training, 3 in validation, 1 in validation"],
      [{ batchSize: 3, validationData: rows(4), validationBatchSize: 4 }, "3 in training, 4 in validation"],
      [{ batchSize: 4, validationSplit: 0.5 }, "4 in training, 4 in validation, 1 in validation"],
    ];
    const says = (received: string): RegExp =>
      new RegExp(`every batch must have the same number of rows.*Received: batches of ${received}$`);
    for (const [options, received] of refused) {
      await expect(net.fit(parts, y, { verbose: 0, ...options })).rejects.toThrow(says(received));
      expect(net.save()).toEqual(before);
    }
    const batches = [{ x: part(0), y: new Float32Array(ROWS) }];
    const uneven = { validationData: rows(4), validationBatchSize: 3, verbose: 0 } as const;
    await expect(net.fit(batches, uneven)).rejects.toThrow(says("3 in validation, 1 in validation"));
    expect(net.save()).toEqual(before);

    await net.fit(parts, y, { batchSize: 4, stepsPerEpoch: 1, epochs: 2, verbose: 0 });
    net.resetStates();
    await net.fit(parts, y, { batchSize: 3, validationData: rows(4), validationSteps: 1, verbose: 0 });
    await net.fit(parts, y, { batchSize: 3, validationSplit: 1 / 3, verbose: 0 });
    await net.fit(parts, y, { batchSize: 3, validationData: batches, epochs: 2, verbose: 0 });
    expect(net.save()).not.toEqual(before);
  });

  test("keeps its state while its memory is out, and for all models with the layer", () => {
    const net = build();
    const want = endOf(kind, net);
    const other = sequential({ layers: [layers.identity({ inputShape: [2, FEATURES] }), net.layers[0]] });
    net.predict(part(0));
    net.dispose();
    other.predict(part(2));
    other.dispose();
    expect(net.predict(part(4)).data).toEqual(want);
  });

  test("with a mask carries the states over steps that do not count, whose outputs are zeros at first", () => {
    const masked = (options: object, steps: number): Sequential => {
      setRandomSeed(2);
      const layer = makers[kind]({ units: 4, returnSequences: true, ...options });
      return sequential({ layers: [layers.masking({ inputShape: [steps, 1] }), layer] });
    };
    const [net, long] = [masked({ stateful: true }, 3), masked({}, 6)];
    long.setWeights(net.getWeights());
    const [a, b] = [Float32Array.of(1, 0, 2), Float32Array.of(0, 3, 0)];
    const want = long.predict(tensor(Float32Array.of(...a, ...b), [1, 6, 1])).data;
    expect(net.predict(tensor(a, [1, 3, 1])).data).toEqual(want.slice(0, 12));
    const second = net.predict(tensor(b, [1, 3, 1])).data;
    expect(second.slice(0, 4)).toEqual(new Float32Array(4));
    expect(second.slice(4)).toEqual(want.slice(16));
  });

  test("in both directions", () => {
    const make = (stateful: boolean): Sequential => {
      setRandomSeed(5);
      const layer = makers[kind]({ units: 4, stateful, returnSequences: true });
      return sequential({ layers: [layers.bidirectional({ layer, inputShape: [2, FEATURES] })] });
    };
    const [net, plain] = [make(true), make(false)];
    plain.setWeights(net.getWeights());
    const start = plain.predict(part(0)).data;
    expect(net.predict(part(0)).data).toEqual(start);
    expect(net.predict(part(0)).data).not.toEqual(start);
    net.resetStates();
    expect(net.predict(part(0)).data).toEqual(start);
    net.layers[0].resetStates();
    expect(net.predict(part(0)).data).toEqual(start);
  });

  test("in both directions, a fit with batches of several sizes is an error before its first step", async () => {
    const layer = makers[kind]({ units: 2, stateful: true, inputShape: [2, FEATURES] });
    const net = sequential({ layers: [layers.bidirectional({ layer, inputShape: [2, FEATURES] })] });
    net.compile({ loss: "mse", optimizer: "sgd" });
    const before = net.save();
    const y = tensor(new Float32Array(3 * ROWS * 4), [3 * ROWS, 4]);
    await expect(net.fit(parts, y, { batchSize: 4 })).rejects.toThrow(
      /bidirectional is stateful, so every batch/,
    );
    expect(net.save()).toEqual(before);
  });

  test("comes back from a file without its state", () => {
    const net = build();
    const start = net.predict(part(0)).data;
    const copy = loadModel(net.save());
    expect(copy.getConfig()).toEqual(net.getConfig());
    expect((copy.predict(part(0)) as Tensor).data).toEqual(start);
    expect((copy.predict(part(2)) as Tensor).data).toEqual(net.predict(part(2)).data);
  });
});

test("resetStates reaches models inside models, and other layers have nothing to forget", () => {
  setRandomSeed(3);
  const inner = sequential({
    layers: [layers.gru({ units: 2, stateful: true }), layers.dense({ units: 1 })],
  });
  const x = input({ shape: [2, FEATURES] });
  const net = model({ inputs: x, outputs: inner.apply(x) });
  const start = net.predict(part(0)).data;
  expect(net.predict(part(0)).data).not.toEqual(start);
  net.resetStates();
  expect(net.predict(part(0)).data).toEqual(start);
});
