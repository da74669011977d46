import { callbacks, input, layers, model, sequential, setRandomSeed } from "lanegrad";
import type { Model, Sequential } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { regression, weightsOf, x, y } from "./support.js";

afterEach(() => vi.restoreAllMocks());

interface Watch {
  messages: string[];
  diagnostics: callbacks.Diagnostics;
}

function watch(): Watch {
  const messages: string[] = [];
  return { messages, diagnostics: callbacks.diagnostics({ report: (message) => messages.push(message) }) };
}

/** Layers of eight units and an output, of one activation. */
function deep(activation: "sigmoid" | "relu" | "linear", depth: number, learningRate: number): Sequential {
  setRandomSeed(3);
  const hidden = Array.from({ length: depth }, (_, i) =>
    layers.dense({ units: 8, activation, name: `hidden${i}`, inputShape: i === 0 ? [3] : undefined }),
  );
  const net = sequential({
    layers: [...hidden, layers.dense({ units: 1, name: "out" })],
  });
  net.compile({ optimizer: { name: "sgd", learningRate }, loss: "mse" });
  return net;
}

const norm = (...arrays: ArrayLike<number>[]): number =>
  Math.hypot(...arrays.flatMap((array) => Array.from(array)));

/** Weights of a model before and after one step on all rows, with the gradients, layer by layer. */
async function oneStep(
  net: Model,
  callback: callbacks.Diagnostics,
): Promise<{ before: Float32Array[]; gradients: Float32Array[]; after: Float32Array[] }> {
  const before = weightsOf(net);
  const { weights } = net.gradients(x, y);
  await net.fit(x, y, { batchSize: x.length, shuffle: false, callbacks: [callback] });
  return { before, gradients: [...weights.values()].map(({ data }) => data), after: weightsOf(net) };
}

describe("numbers", () => {
  test("norms of gradient, weights and update are those of the step", async () => {
    const net = regression({ optimizer: "adam" });
    const { diagnostics } = watch();
    const { before, gradients, after } = await oneStep(net, diagnostics);
    const [{ epoch, layers: found }] = diagnostics.epochs;
    expect(epoch).toBe(0);
    expect(found.map(({ name }) => name)).toEqual(["dense", "dense_1"]);
    for (const [i, layer] of found.entries()) {
      const own = [2 * i, 2 * i + 1];
      const change = own.map((w) => before[w].map((value, j) => after[w][j] - value));
      const weightNorm = norm(...own.map((w) => before[w]));
      expect(layer.weightNorm).toBeCloseTo(weightNorm, 5);
      expect(layer.gradientNorm).toBeCloseTo(norm(...own.map((w) => gradients[w])), 5);
      expect(layer.updateRatio).toBeCloseTo(norm(...change) / weightNorm, 6);
      expect(layer.deadShare).toBeNull();
    }
  });

  test("training is the same with and without, and an epoch is the mean of ten steps at most", async () => {
    const [plain, watched] = [regression(), regression()];
    const { diagnostics } = watch();
    await plain.fit(x, y, { epochs: 3, batchSize: 1, seed: 5 });
    await watched.fit(x, y, { epochs: 3, batchSize: 1, seed: 5, callbacks: [diagnostics] });
    expect(weightsOf(watched)).toEqual(weightsOf(plain));
    expect(diagnostics.epochs.map(({ epoch }) => epoch)).toEqual([0, 1, 2]);
    // 40 steps: the last of every four is looked at.
    const norms: number[] = [];
    const again = regression();
    const order = Array.from({ length: 40 }, (_, i) => i);
    const single = watch().diagnostics;
    await again.fit(x, y, { batchSize: 1, shuffle: false, callbacks: [single] });
    const byHand = regression();
    for (const i of order) {
      if (i % 4 === 3) norms.push(norm(...weightsOf(byHand).slice(0, 2)));
      byHand.trainOnBatch([x[i]], [y[i]]);
    }
    expect(single.epochs[0].layers[0].weightNorm).toBeCloseTo(norms.reduce((a, b) => a + b) / 10, 5);
  });

  test("where the number of steps is not known, every tenth is looked at", async () => {
    const batches = Array.from({ length: 12 }, (_, i) => ({ x: x.slice(i, i + 2), y: y.slice(i, i + 2) }));
    const { diagnostics } = watch();
    const byHand = regression();
    await regression().fit(batches, { callbacks: [diagnostics] });
    const norms: number[] = [];
    for (const [i, batch] of batches.entries()) {
      if (i % 10 === 0) norms.push(norm(...weightsOf(byHand).slice(0, 2)));
      byHand.trainOnBatch(batch.x, batch.y);
    }
    expect(norms).toHaveLength(2);
    expect(diagnostics.epochs[0].layers[0].weightNorm).toBeCloseTo((norms[0] + norms[1]) / 2, 6);
  });

  test("the copy of large weights lies in memory of its own", async () => {
    const large = (): Sequential => {
      setRandomSeed(4);
      const net = sequential({
        layers: [
          layers.dense({ units: 300, activation: "relu", inputShape: [3] }),
          layers.dense({ units: 300, activation: "relu" }),
          layers.dense({ units: 1 }),
        ],
      });
      net.compile({ optimizer: "adam", loss: "mse" });
      return net;
    };
    const [plain, watched] = [large(), large()];
    await plain.fit(x, y, { epochs: 2, batchSize: 8, seed: 1 });
    await watched.fit(x, y, { epochs: 2, batchSize: 8, seed: 1, callbacks: [watch().diagnostics] });
    expect(weightsOf(watched)).toEqual(weightsOf(plain));
  });

  test("the share of dead units is that of relu units that were 0 for every row of the epoch", async () => {
    setRandomSeed(2);
    const net = sequential({
      layers: [layers.dense({ units: 6, activation: "relu", inputShape: [3] }), layers.dense({ units: 1 })],
    });
    net.compile({ optimizer: { name: "sgd", learningRate: 0 }, loss: "mse" });
    const [kernel, bias, ...rest] = net.getWeights();
    bias.data.set([-100, 0, 0, -100, 0, -5]);
    // The fourth row alone makes the last unit live.
    const inputs = x.map((row, i) => (i === 3 ? [8, 0, 0] : row));
    kernel.data[5] = 1;
    net.setWeights([kernel, bias, ...rest]);
    const { diagnostics, messages } = watch();
    await net.fit(inputs, y, { batchSize: 7, callbacks: [diagnostics] });
    const [layer, output] = diagnostics.epochs[0].layers;
    expect(layer.deadShare).toBeCloseTo(2 / 6, 12);
    expect(output.deadShare).toBeNull();
    expect(layer.updateRatio).toBe(0);
    expect(messages).toEqual([]);
  });

  test("layers inside models have their path; frozen ones and those without weights have no norms", async () => {
    const inner = sequential({
      name: "encoder",
      layers: [layers.dense({ units: 4, activation: "relu", inputShape: [3] })],
    });
    inner.trainable = false;
    const inputs = input({ shape: [3] });
    const flat = layers.flatten().apply(inner.apply(inputs));
    const net = model({ inputs, outputs: layers.dense({ units: 1 }).apply(flat) });
    net.compile({ loss: "mse" });
    const { diagnostics } = watch();
    await net.fit(x, y, { callbacks: [diagnostics] });
    const [frozen, flatten, output] = diagnostics.epochs[0].layers;
    expect(frozen).toMatchObject({
      name: "encoder/dense",
      gradientNorm: null,
      weightNorm: null,
      updateRatio: null,
    });
    expect(frozen.deadShare).toBeGreaterThanOrEqual(0);
    expect(flatten).toMatchObject({ name: "flatten", gradientNorm: null, deadShare: null });
    expect(output.gradientNorm).toBeGreaterThan(0);
  });
});

describe("messages", () => {
  test("a healthy net says nothing", async () => {
    for (const [activation, depth] of [
      ["relu", 3],
      ["sigmoid", 1],
      ["linear", 2],
    ] as const) {
      const { diagnostics, messages } = watch();
      await deep(activation, depth, 0.05).fit(x, y, { epochs: 20, batchSize: 10, callbacks: [diagnostics] });
      expect(messages).toEqual([]);
    }
  });

  test("a deep net of sigmoids: gradients vanish in its first layers, said once for each", async () => {
    const { diagnostics, messages } = watch();
    await deep("sigmoid", 12, 0.01).fit(x, y, { epochs: 3, callbacks: [diagnostics] });
    expect(messages[0]).toMatch(/the gradient of the layer hidden\d vanishes/);
    expect(messages.filter((message) => message.includes("hidden0"))).toHaveLength(1);
    expect(new Set(messages).size).toBe(messages.length);
    expect(messages.length).toBeLessThan(12);
    const { layers: found } = diagnostics.epochs[0];
    expect(Number(found[0].gradientNorm) / Number(found[12].gradientNorm)).toBeLessThan(1e-4);
  });

  test("a huge learning rate: gradients explode, then NaN is found with its layer, once", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { diagnostics, messages } = watch();
    await deep("linear", 2, 100).fit(x, y, { epochs: 10, batchSize: 10, callbacks: [diagnostics] });
    expect(messages[0]).toMatch(/the gradient of the layer \w+ explodes: its norm is .* in training step/);
    expect(messages.filter((message) => message.includes("the loss is NaN"))).toHaveLength(1);
    expect(messages[messages.length - 1]).toMatch(
      /the loss is NaN .* in the output of the layer (hidden\d|out)\./,
    );
    expect(messages.length).toBeLessThanOrEqual(4);
    expect(warn).not.toHaveBeenCalled();
  });

  test("relu with a bias of -100: all units are dead", async () => {
    const net = deep("relu", 2, 0.01);
    const weights = net.getWeights();
    weights[3].data.fill(-100);
    net.setWeights(weights);
    const { diagnostics, messages } = watch();
    await net.fit(x, y, { epochs: 2, batchSize: 10, callbacks: [diagnostics] });
    expect(messages).toHaveLength(1);
    expect(messages[0]).toMatch(/all units of the layer hidden1 are dead/);
    expect(diagnostics.epochs.map(({ layers: found }) => found[1].deadShare)).toEqual([1, 1]);
    expect(diagnostics.epochs[0].layers[0].gradientNorm).toBe(0);
  });

  test("goes to console.warn by default; from NaN on units do not count as dead", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const diagnostics = callbacks.diagnostics();
    const labels = y.map(() => [NaN]);
    await deep("relu", 1, 0.01).fit(x, labels, { callbacks: [diagnostics] });
    expect(warn.mock.calls.flat().filter((text) => String(text).includes("the loss is NaN"))).toHaveLength(1);
    expect(diagnostics.epochs[0].layers[0].deadShare).toBeNull();
  });

  test("after a fit that failed, the trainer warns itself again, and diagnostics serve another fit", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { diagnostics, messages } = watch();
    const failing = {
      onTrainBatchEnd(): never {
        throw new Error("from the hook");
      },
    };
    const net = deep("relu", 1, 0.01);
    await expect(net.fit(x, y, { callbacks: [diagnostics, failing] })).rejects.toThrow("from the hook");
    expect(diagnostics.epochs).toEqual([]);
    await net.fit(x, y, { epochs: 2, callbacks: [diagnostics] });
    await net.fit(x, y, { epochs: 1, callbacks: [diagnostics] });
    expect(diagnostics.epochs).toHaveLength(1);
    await expect(net.fit(x, y, { callbacks: [diagnostics, failing] })).rejects.toThrow("from the hook");
    net.trainOnBatch([[NaN, NaN, NaN]], [[1]]);
    expect(messages).toEqual([]);
    expect(warn.mock.calls.flat()).toEqual([expect.stringContaining("the loss is NaN")]);
  });
});
