import { History, input, layers, loadModel, model, sequential, setRandomSeed } from "lanegrad";
import type { Logs, Sequential } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { rows } from "../support/data.js";

const x = rows(100, 4, 1);
const y = x.map(([a, b]) => [a - b]);

function regression(seed = 1): Sequential {
  setRandomSeed(seed);
  const net = sequential({
    layers: [layers.dense({ units: 6, activation: "tanh", inputShape: [4] }), layers.dense({ units: 1 })],
  });
  net.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
  return net;
}

const weightsOf = (net: Sequential): Float32Array[] => net.getWeights().map(({ data }) => data);

afterEach(() => vi.restoreAllMocks());

describe("fit", () => {
  test("reports loss and metrics of every epoch, of training and validation", async () => {
    const net = regression();
    const history = await net.fit(x, y, { epochs: 4, validationSplit: 0.2 });
    expect(history).toBeInstanceOf(History);
    expect(history.epoch).toEqual([0, 1, 2, 3]);
    expect(Object.keys(history.history).sort()).toEqual(["loss", "mae", "val_loss", "val_mae"]);
    expect(history.history.loss).toHaveLength(4);
    expect(history.history.loss[3]).toBeLessThan(history.history.loss[0]);
    expect(history.stopped).toBe(false);
    const last = net.evaluate(x.slice(80), y.slice(80));
    expect(last.loss).toBeCloseTo(history.history.val_loss[3], 6);
    expect(last.mae).toBeCloseTo(history.history.val_mae[3], 6);
  });

  test("one epoch is the steps of its batches, the last one short, in order without shuffling", async () => {
    const whole = regression();
    const byHand = regression();
    const history = await whole.fit(x, y, { batchSize: 32, shuffle: false });
    let total = 0;
    for (let start = 0; start < 100; start += 32) {
      const [xb, yb] = [x.slice(start, start + 32), y.slice(start, start + 32)];
      total += xb.length * byHand.trainOnBatch(xb, yb).loss;
    }
    expect(weightsOf(whole)).toEqual(weightsOf(byHand));
    expect(history.history.loss[0]).toBeCloseTo(total / 100, 10);
  });

  test("the order is a function of seed and epoch", async () => {
    const train = async (seed: number, initialEpoch = 0, epochs = 2): Promise<Float32Array[]> => {
      const net = regression();
      await net.fit(x, y, { epochs, initialEpoch, seed });
      return weightsOf(net);
    };
    expect(await train(7)).toEqual(await train(7));
    expect(await train(7)).not.toEqual(await train(8));
    const inTwo = regression();
    await inTwo.fit(x, y, { epochs: 1, seed: 7 });
    await inTwo.fit(x, y, { epochs: 2, initialEpoch: 1, seed: 7 });
    expect(weightsOf(inTwo)).toEqual(await train(7));
  });

  test("nested arrays, typed arrays and tensors are the same data", async () => {
    const results = [];
    for (const [inputs, labels] of [
      [x, y],
      [Float32Array.from(x.flat()), Float64Array.from(y.flat())],
      [x, y.map(([value]) => value)],
    ] as const) {
      const net = regression();
      await net.fit(inputs, labels, { epochs: 2, seed: 3 });
      results.push(weightsOf(net));
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test("builds a model from the data at the first fit", async () => {
    const net = sequential();
    net.add(layers.dense({ units: 3, activation: "relu" }));
    net.add(layers.dense({ units: 1 }));
    net.compile({ loss: "mse" });
    await net.fit(x, y);
    expect(net.predict(x).shape).toEqual([100, 1]);
    expect(net.pop().name).toBe("dense_1");
    expect(net.layers).toHaveLength(1);
  });

  test("weights of rows and classes multiply, and a weight of 0 takes a row out", async () => {
    const labels = x.map(([a, b]) => (a > b ? 1 : 0));
    const train = async (data: number[][], targets: number[], options: object): Promise<Float32Array[]> => {
      setRandomSeed(5);
      const net = sequential({
        layers: [layers.dense({ units: 1, activation: "sigmoid", inputShape: [4] })],
      });
      net.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
      await net.fit(data, targets, { shuffle: false, batchSize: 100, ...options });
      return weightsOf(net);
    };
    const both = await train(x, labels, { sampleWeight: labels.map(() => 2), classWeight: { 1: 3 } });
    const byHand = await train(x, labels, { sampleWeight: labels.map((label) => (label === 1 ? 6 : 2)) });
    expect(both).toEqual(byHand);
    expect(both).not.toEqual(await train(x, labels, {}));
    const balanced = await train(x, labels, { classWeight: "balanced" });
    const ones = labels.filter((label) => label === 1).length;
    const factors = labels.map((label) => 100 / (2 * (label === 1 ? ones : 100 - ones)));
    expect(balanced).toEqual(await train(x, labels, { sampleWeight: factors }));
  });
});

describe("stopping", () => {
  test("an abort signal ends it after the current step; the promise resolves", async () => {
    const net = regression();
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 20);
    const history = await net.fit(x, y, { epochs: 1e6, signal: controller.signal, yieldEvery: 5 });
    expect(history.stopped).toBe(true);
    expect(history.epoch.length).toBeLessThan(1e6);
    expect((await net.fit(x, y)).stopped).toBe(false);
  });

  test("a signal that is aborted already takes no step", async () => {
    const net = regression();
    const before = weightsOf(net);
    const history = await net.fit(x, y, { signal: AbortSignal.abort() });
    expect(history.stopped).toBe(true);
    expect(history.epoch).toEqual([]);
    expect(weightsOf(net)).toEqual(before);
  });

  test("stopTraining ends it", async () => {
    const net = regression();
    setTimeout(() => (net.stopTraining = true), 20);
    expect((await net.fit(x, y, { epochs: 1e6 })).stopped).toBe(true);
  });
});

describe("the event loop", () => {
  test("gets its turns: timers run during one fit", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const done = regression().fit(x, y, { epochs: 3000, yieldEvery: 5 });
    await done;
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  test("gets its turns during many short fits", async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const net = regression();
    for (let i = 0; i < 300; i++) await net.fit(x, y, { epochs: 10, yieldEvery: 5 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });

  test("gets its turns where the clock stands still", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 5);
    vi.spyOn(Date, "now").mockReturnValue(1000);
    const history = await regression().fit(x, y, { epochs: 1e6, signal: controller.signal });
    expect(history.stopped).toBe(true);
  });
});

describe("warnings", () => {
  async function warningsOf(inputs: number[][], labels: number[], options = {}): Promise<string> {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const net = sequential({ layers: [layers.dense({ units: 3, activation: "softmax", inputShape: [4] })] });
    net.compile({ loss: "sparseCategoricalCrossentropy" });
    await net.fit(inputs, labels, options);
    return warn.mock.calls.join("\n");
  }
  const classes = x.map((_, i) => i % 3);

  test("none for ordinary data", async () => {
    expect(await warningsOf(x, classes, { validationSplit: 0.2 })).toBe("");
  });

  test("classes that only the validation part holds", async () => {
    expect(await warningsOf(x, [...classes].sort(), { validationSplit: 0.4 })).toMatch(
      /classes that the training part lacks \(2\)/,
    );
  });

  test("none for labels of sequences, which have no class for a row", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const loss of ["sparseCategoricalCrossentropy", "categoricalCrossentropy"] as const) {
      const net = sequential({
        layers: [layers.dense({ units: 3, activation: "softmax", inputShape: [2, 4] })],
      });
      net.compile({ loss });
      const index = [[0, 1], [1, 2], [2, 2], [2, 0]]; // prettier-ignore
      const oneHot = index.map((row) => row.map((label) => [0, 1, 2].map((k) => Number(k === label))));
      await net.fit(x.slice(0, 4).map((row) => [row, row]), loss === "categoricalCrossentropy" ? oneHot : index, {
        validationSplit: 0.5,
      }); // prettier-ignore
    }
    expect(warn).not.toHaveBeenCalled();
  });

  test("NaN in the inputs, and the layer in which the loss became NaN", async () => {
    const holed = x.map((row) => [...row]);
    holed[17][2] = Number.NaN;
    const text = await warningsOf(holed, classes);
    expect(text).toMatch(/x holds NaN, first in row 17, column 2/);
    expect(text).toMatch(/loss is NaN from training step \d+ on\. It began in the output of the layer dense/);
    expect(text.match(/loss is NaN/g)).toHaveLength(1);
  });

  test("features whose scales differ by more than a thousand", async () => {
    const scaled = x.map(([a, b, c, d]) => [a * 5000, b, c, d]);
    expect(await warningsOf(scaled, classes)).toMatch(/differ in scale.*column 0.*standardScaler/);
  });
});

describe("progress", () => {
  test("a line an epoch, with loss, metrics and times", async () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    await regression().fit(x, y, { epochs: 2, verbose: 2 });
    vi.restoreAllMocks();
    expect(written.join("")).toMatch(/^Epoch 1\/2 - \S+ \S+\/step - loss: [\d.]+ - mae: [\d.]+\nEpoch 2\/2/);
  });

  test("a bar whose line is redrawn; the last epoch's line stays", async () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    await regression().fit(x, y, { epochs: 40, verbose: 1, validationSplit: 0.2 });
    vi.restoreAllMocks();
    const text = written.join("");
    expect(text).toMatch(/\rEpoch 1\/40 ━{20} 3\/3 \S+ \S+\/step - loss: [\d.]+ - mae: .* - val_mae: [\d.]+/);
    expect(text).toMatch(/\rEpoch 40\/40 ━{20} 3\/3 .*\n$/);
    expect(text.split("\n").length).toBeLessThan(20);
  });

  test("what a callback writes into the logs is shown or not, but never ends the fit", async () => {
    const written: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((text) => written.push(String(text)) > 0);
    const odd = { rate: "0.5", note: "text", nothing: undefined, none: null } as never;
    const onEpochEnd = (_: number, logs: Logs): void => void Object.assign(logs, odd);
    const { history } = await regression().fit(x, y, { verbose: 2, callbacks: [{ onEpochEnd }] });
    vi.restoreAllMocks();
    expect(written.join("")).toMatch(/ - rate: 0.5000 - note: NaN - nothing: NaN - none: 0.0000\n$/);
    expect(history.note).toEqual(["text"]);
  });
});

test("evaluate and predict during a fit leave its metrics alone", async () => {
  const alone = regression();
  const disturbed = regression();
  const want = await alone.fit(x, y, { epochs: 30, seed: 1 });
  const running = disturbed.fit(x, y, { epochs: 30, seed: 1, yieldEvery: 0 });
  const timer = setInterval(() => {
    disturbed.evaluate(x, y);
    disturbed.predict(x);
  }, 0);
  const got = await running;
  clearInterval(timer);
  expect(got.history).toEqual(want.history);
});

test("summary prints Keras's table", () => {
  const lines: string[] = [];
  sequential({
    layers: [
      layers.dense({ units: 25, activation: "relu", inputShape: [784] }),
      layers.batchNormalization(),
      layers.dense({ units: 10 }),
    ],
  }).summary({ print: (line) => lines.push(line) });
  expect(lines[0]).toBe('Model: "sequential"');
  expect(lines[2]).toMatch(/┃ Layer \(type\) +┃ Output Shape +┃ +Param # ┃/);
  expect(lines[4]).toMatch(/│ dense \(Dense\) +│ \(None, 25\) +│ +19,625 │/);
  expect(lines[6]).toMatch(/│ batch_normalization.* │ \(None, 25\) +│ +100 │/);
  expect(lines.slice(-3)).toEqual([
    " Total params: 19,985 (78.07 KB)",
    " Trainable params: 19,935 (77.87 KB)",
    " Non-trainable params: 50 (200.00 B)",
  ]);
});

test("summary lists tensors where a model is cut as inputs, without the layers before the cut", () => {
  const first = layers.dense({ units: 4, name: "first" });
  const middle = first.apply(input({ shape: [6] }));
  const sequence = layers.reshape({ targetShape: [2, 2] }).apply(middle);
  const [, state] = layers.lstm({ units: 2, returnState: true }).applyAll(sequence);
  const back = first.apply(layers.dense({ units: 6 }).apply(middle));
  const net = model({
    inputs: [middle, state],
    outputs: [layers.add().apply([back, middle]), layers.dense({ units: 1 }).apply(state)],
  });
  const table = (summarised: { summary: typeof net.summary }): string[] => {
    const lines: string[] = [];
    summarised.summary({ print: (line) => lines.push(line.replaceAll(/ +/g, " ")) });
    return lines;
  };
  const listed = table(net).filter((line) => line.startsWith("│"));
  expect(listed).toEqual([
    "│ first_1 (InputLayer) │ (None, 4) │ 0 │ - │",
    "│ lstm (InputLayer) │ (None, 2) │ 0 │ - │",
    "│ dense (Dense) │ (None, 6) │ 30 │ first_1 │",
    "│ first (Dense) │ (None, 4) │ 28 │ dense │",
    "│ add (Add) │ (None, 4) │ 0 │ first, first_1 │",
    "│ dense_1 (Dense) │ (None, 1) │ 3 │ lstm │",
  ]);
  expect(table(loadModel(net.save()))).toEqual(table(net));
});
