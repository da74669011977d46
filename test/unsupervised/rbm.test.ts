// Restricted Boltzmann machines.
import {
  backend,
  configure,
  layers,
  rbm,
  RestrictedBoltzmannMachine,
  sequential,
  setRandomSeed,
  tensor,
} from "lanegrad";
import type { RbmOptions } from "lanegrad";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { values } from "../support/data.js";
import { expectError } from "../support/errors.js";

/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

const lines = readFileSync(new URL("../../examples/data/digits8x8.csv", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .slice(1)
  .map((line) => line.split(",").map(Number));
const digits = lines.map((line) => line.slice(0, 64).map((value) => value / 16));
const labels = Int32Array.from(lines, (line) => line[64]);

/** All rows of 0 and 1 of a length. */
const corners = (length: number): number[][] =>
  Array.from({ length: 2 ** length }, (_, i) => Array.from({ length }, (__, bit) => (i >> bit) & 1));

/** A machine of three visible and two hidden units. */
function tiny(): RestrictedBoltzmannMachine {
  const machine = rbm({ units: 2, seed: 4 });
  machine.setWeights([tensor(values(6, 1, 2), [3, 2]), values(3, 2), values(2, 3)]);
  return machine;
}

/** -E(v, h) */
function agreement(machine: RestrictedBoltzmannMachine, v: number[], h: number[]): number {
  const [kernel, b, c] = machine.getWeights();
  let sum = 0;
  v.forEach((x, i) => (sum += x * b.data[i] + h.reduce((s, y, j) => s + x * y * kernel.data[i * 2 + j], 0)));
  return sum + h.reduce((s, y, j) => s + y * c.data[j], 0);
}

describe("by enumeration of all states of a tiny machine", () => {
  const machine = tiny();
  const rows = corners(3);
  const weight = (v: number[]): number =>
    corners(2).reduce((sum, h) => sum + Math.exp(agreement(machine, v, h)), 0);

  test("the free energy", () => {
    const { data, shape } = machine.freeEnergy(rows);
    expect(shape).toEqual([8]);
    rows.forEach((v, i) => expect(data[i]).toBeCloseTo(-Math.log(weight(v)), 5));
  });

  test("the probabilities of hidden units", () => {
    const { data, shape } = machine.transform(rows);
    expect(shape).toEqual([8, 2]);
    rows.forEach((v, i) => {
      const fires = corners(2).filter((h) => h[1] === 1);
      const share = fires.reduce((sum, h) => sum + Math.exp(agreement(machine, v, h)), 0) / weight(v);
      expect(data[2 * i + 1]).toBeCloseTo(share, 5);
    });
  });

  test("samples come as often as their probabilities say; a seed settles them", () => {
    const n = 20_000;
    const drawn = machine.sample(n, 30);
    const total = rows.reduce((sum, v) => sum + weight(v), 0);
    rows.forEach((v) => {
      const p = weight(v) / total;
      let count = 0;
      for (let i = 0; i < n; i++) count += Number(v.every((x, j) => drawn.data[3 * i + j] === x));
      expect(Math.abs(count / n - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));
    });
    expect(machine.sample(n, 30).data).toEqual(drawn.data);
    expect(machine.sample(n, 30, 5).data).not.toEqual(drawn.data);
  });
});

describe("training", () => {
  const small = digits.slice(0, 200);
  const fitted = async (options: Partial<RbmOptions>): Promise<RestrictedBoltzmannMachine> => {
    const machine = rbm({ units: 12, epochs: 2, seed: 3, momentum: 0.5, ...options });
    await machine.fit(small);
    return machine;
  };

  test.each([
    ["CD-1", {}, "ca3cc608"],
    ["CD-3", { k: 3 }, "77ca6870"],
    ["persistent", { persistent: true, batchSize: 48 }, "371c9581"],
    ["probabilities", { visibleStates: "probabilities", k: 2, weightDecay: 0.01 }, "d1315b22"],
  ] as const)(
    "%s reconstructs better and better, with these bits in the plain build",
    async (_, options, bits) => {
      const before = backend();
      configure({ deterministic: true });
      const machine = rbm({ units: 12, epochs: 10, seed: 3, ...options });
      const { reconstructionError } = (await machine.fit(small)).history;
      configure({ deterministic: before.deterministic });
      expect(reconstructionError.length).toBe(10);
      expect(reconstructionError[9]).toBeLessThan(0.75 * reconstructionError[0]);
      const { shape } = machine.reconstruct(small);
      expect(shape).toEqual([200, 64]);
      let hash = 0x811c9dc5;
      for (const { data } of machine.getWeights()) {
        for (const word of new Uint32Array(data.buffer)) hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
      }
      expect(hash.toString(16)).toBe(bits);
    },
  );

  test.each([{}, { persistent: true }, { persistent: true, visibleStates: "probabilities" } as const])(
    "goes on from a file as if it had not stopped: %j",
    async (options) => {
      const machine = await fitted(options);
      const bytes = machine.save();
      const loaded = RestrictedBoltzmannMachine.load(bytes);
      expect(loaded.save()).toEqual(bytes);
      const [history] = [await machine.fit(small), await loaded.fit(small)];
      expect(history.epoch).toEqual([2, 3]);
      expect(loaded.save()).toEqual(machine.save());
      expect(loaded.save()).not.toEqual(bytes);
    },
  );

  test("files that are damaged are refused", async () => {
    const bytes = (await fitted({})).save();
    const text = new TextDecoder("latin1").decode(bytes);
    for (const [from, to] of [
      ['"kind":"rbm"', '"kind":"rbn"'],
      ['\\"units\\":12', '\\"units\\":13'],
      ['\\"units\\":12', '\\"units\\":-2'],
      ['\\"step\\":', '\\"stop\\":'],
      ['"hiddenBias"', '"hiddenBios"'],
      ['"visibleBias"', '"visibleBios"'],
    ]) {
      const file = Uint8Array.from(text.replace(from, to), (letter) => letter.charCodeAt(0));
      expectError(() => RestrictedBoltzmannMachine.load(file), "INVALID_FILE", /./);
    }
    for (const length of [0, 9, bytes.length - 4]) {
      expectError(
        () => RestrictedBoltzmannMachine.load(bytes.slice(0, length)),
        "INVALID_FILE",
        /safetensors|cut short/,
      );
    }
  });
});

describe("chains that pass on probabilities", () => {
  const x = [
    [0, 0.25, 1],
    [0.5, 0.75, 0],
  ];
  const kernel = values(9, 5, 1);
  const visibleBias = values(3, 6, 1);
  const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
  /** Hidden units that are sure of what they do, so that nothing is left to chance. */
  const hidden = [1, 0, 1];
  const sure = (options: Partial<RbmOptions>): RestrictedBoltzmannMachine => {
    const machine = rbm({
      units: 3,
      epochs: 1,
      seed: 1,
      visibleStates: "probabilities",
      learningRate: 0.5,
      ...options,
    });
    machine.setWeights([tensor(kernel, [3, 3]), visibleBias, Float32Array.of(90, -90, 90)]);
    return machine;
  };
  const passed = Array.from(visibleBias, (bias, i) =>
    sigmoid(hidden.reduce((sum, h, j) => sum + h * kernel[3 * i + j], bias)),
  );

  test.each([{}, { k: 3 }, { persistent: true, k: 2, batchSize: 2 }])(
    "end where the formula says, and weights decay: %j",
    async (options) => {
      const machine = sure({ weightDecay: 0.25, ...options });
      const { history } = await machine.fit(x);
      const [kernelAfter, biasAfter, hiddenAfter] = machine.getWeights();
      let error = 0;
      for (let i = 0; i < 3; i++) {
        const slope = (x[0][i] + x[1][i]) / 2 - passed[i];
        expect(biasAfter.data[i]).toBeCloseTo(visibleBias[i] + 0.5 * slope, 6);
        for (let j = 0; j < 3; j++) {
          const weight = kernel[3 * i + j];
          expect(kernelAfter.data[3 * i + j]).toBeCloseTo(
            weight + 0.5 * (hidden[j] * slope - 0.25 * weight),
            6,
          );
        }
        error += x.reduce((sum, row) => sum + (row[i] - passed[i]) ** 2, 0) / 6;
      }
      expect(Array.from(hiddenAfter.data)).toEqual([90, -90, 90]);
      expect(history.reconstructionError[0]).toBeCloseTo(error, 6);
    },
  );

  test("are what sample returns", () => {
    const drawn = sure({}).sample(2, 4);
    [...passed, ...passed].forEach((p, i) => expect(drawn.data[i]).toBeCloseTo(p, 6));
  });
});

/** A digit moved by rows and columns; what comes in is empty. */
function moved(digit: number[], down: number, across: number): number[] {
  return digit.map((_, i) => {
    const [row, column] = [Math.floor(i / 8) - down, (i % 8) - across];
    return row < 0 || row > 7 || column < 0 || column > 7 ? 0 : digit[row * 8 + column];
  });
}

// Each digit where it is and moved by one pixel in four directions, as in scikit-learn's example of BernoulliRBM: where
// every digit is in its place, raw pixels are already enough for a linear classifier.
test("features beat raw pixels in softmax regression on digits8x8, moved by up to a pixel", async () => {
  const moves = [
    [0, 0],
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ];
  const all = digits.flatMap((digit) => moves.map(([down, across]) => moved(digit, down, across)));
  const classes = Int32Array.from({ length: all.length }, (_, i) => labels[Math.floor(i / moves.length)]);
  const train = 1200 * moves.length;
  const accuracyOf = async (x: number[][]): Promise<number> => {
    setRandomSeed(1);
    const net = sequential({
      layers: [layers.dense({ units: 10, activation: "softmax", inputShape: [x[0].length] })],
    });
    const optimizer = { name: "adam", learningRate: 0.005 } as const;
    net.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
    await net.fit(x.slice(0, train), classes.slice(0, train), { epochs: 15, seed: 1, verbose: 0 });
    return (net.evaluate(x.slice(train), classes.slice(train)) as { accuracy: number }).accuracy;
  };
  const machine = rbm({ units: 200, batchSize: 10, epochs: 15, seed: 1 });
  await machine.fit(all.slice(0, train));
  const features = machine.transform(all).toArray() as number[][];
  const [raw, learnt] = [await accuracyOf(all), await accuracyOf(features)];
  expect(raw).toBeGreaterThan(0.7);
  expect(learnt).toBeGreaterThan(raw + 0.05);
}, 60_000);

test("wrong options and data are refused", async () => {
  for (const options of [
    { units: 0 },
    { learningRate: 0 },
    { momentum: 1 },
    { k: 0 },
    { persistent: 1 },
    { weightDecay: -1 },
  ]) {
    expectError(
      () => rbm(loose({ units: 2, ...options })),
      "INVALID_OPTION",
      new RegExp(Object.keys(options)[0]),
    );
  }
  expectError(() => rbm(loose({ units: 2, rate: 1 })), "UNKNOWN_OPTION", /rate/);
  expectError(() => rbm(loose({ units: 2, visibleStates: "binary" })), "UNKNOWN_NAME", /probabilities/);
  const machine = rbm({ units: 2, epochs: 1 });
  for (const work of [
    () => machine.getWeights(),
    () => machine.save(),
    () => machine.sample(1, 1),
    () => machine.transform([[1]]),
  ]) {
    expectError(work, "NOT_BUILT", /fit/);
  }
  expectError(() => machine.setWeights([[[1]], [1], [1]]), "SHAPE_MISMATCH", /\[visible, 2\]/);
  expectError(() => machine.setWeights([]), "SHAPE_MISMATCH", /Received: no weights$/);
  expectError(() => machine.setWeights([[[1, NaN]], [1], [1, 2]]), "INVALID_DATA", /finite/);
  expectError(() => machine.setWeights(loose(undefined)), "SHAPE_MISMATCH", /3 arrays/);
  await expect(machine.fit([[0, 2]])).rejects.toMatchObject({
    code: "INVALID_DATA",
    message: expect.stringMatching(/row 0, column 1.*Received: 2/) as string,
  });
  for (const options of [{ onEpochEnd: 3 }, { signal: {} }]) {
    await expect(machine.fit([[0, 1]], loose(options))).rejects.toMatchObject({ code: "INVALID_OPTION" });
  }
  const running = machine.fit([[0, 1]], {
    onEpochEnd: () => expectError(() => machine.save(), "BUSY", /save/),
  });
  await expect(machine.fit([[0, 1]])).rejects.toMatchObject({ code: "BUSY" });
  await running;
  expectError(() => machine.sample(0, 1), "INVALID_OPTION", /count/);
  expectError(() => machine.transform([[1]]), "SHAPE_MISMATCH", /\[rows, 2\]/);
});
