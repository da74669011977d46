// Model files that were damaged, or made to do damage: each loads and works, or is refused with its place.
import {
  backend,
  input,
  LanegradError,
  layers,
  loadModel,
  model,
  modelFromJSON,
  sequential,
  setRandomSeed,
} from "lanegrad";
import type { Model, Tensor } from "lanegrad";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { readSafetensors, writeSafetensors } from "../../src/saving/safetensors.js";
import { rows } from "../support/data.js";

type Json = Record<string, unknown>;

/** Nothing that a small file says may take longer, in milliseconds of the processor. */
const LONGEST = 1000;

/** Nor more memory outside the engine's heap. */
const MOST_BYTES = 20e6;

async function sequentialFile(): Promise<Uint8Array> {
  const net = sequential({
    layers: [
      layers.dense({
        units: 5,
        activation: { name: "leakyRelu", negativeSlope: 0.2 },
        kernelRegularizer: "l2",
        kernelConstraint: { name: "maxNorm", maxValue: 3 },
        inputShape: [4],
      }),
      layers.batchNormalization({ trainable: false }),
      layers.dropout({ rate: 0.3, seed: 4 }),
      layers.groupNormalization({ groups: 5 }),
      layers.reshape({ targetShape: [5, 1] }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
  });
  net.compile({
    optimizer: {
      name: "adam",
      learningRate: { name: "exponentialDecay", initialLearningRate: 0.1, decaySteps: 5, decayRate: 0.9 },
      useEma: true,
    },
    loss: "sparseCategoricalCrossentropy",
    metrics: ["accuracy", { name: "sparseTopKCategoricalAccuracy", k: 2 }],
  });
  await net.fit(rows(6, 4, 1), [0, 1, 2, 0, 1, 2], { epochs: 1 });
  return net.save();
}

/** Shared layers, a model inside that is used twice, two inputs and two outputs. */
async function functionalFile(): Promise<Uint8Array> {
  const shared = layers.dense({ units: 4, activation: "tanh", name: "shared" });
  const inner = input({ shape: [4] });
  const encoder = model({
    inputs: inner,
    outputs: shared.apply(layers.dense({ units: 4 }).apply(inner)),
    name: "encoder",
  });
  const a = input({ shape: [4], name: "a" });
  const b = input({ shape: [4], name: "b" });
  const left = encoder.apply(shared.apply(a));
  const right = encoder.apply(b);
  const net = model({
    inputs: [a, b],
    outputs: [
      layers.dense({ units: 1, activation: "sigmoid", name: "one" }).apply(left),
      sequential({ layers: [layers.dense({ units: 2 })], name: "two" }).apply(right),
    ],
  });
  net.compile({
    optimizer: { name: "sgd", momentum: 0.9 },
    loss: { one: "binaryCrossentropy", two: "mse" },
    lossWeights: { one: 1, two: 0.5 },
    metrics: { one: ["auc", "accuracy"], two: ["mae"] },
  });
  const x = rows(6, 4, 1);
  await net.fit([x, x], [[0, 1, 0, 1, 0, 1], rows(6, 2, 3)]);
  return net.save();
}

/** Other layers, initializers, penalties and the like. */
async function rareFile(): Promise<Uint8Array> {
  const net = sequential({
    layers: [
      layers.layerNormalization({ inputShape: [4] }),
      layers.dense({
        units: 6,
        activation: "glu",
        kernelInitializer: { name: "orthogonal", gain: 2, seed: 1 },
        kernelRegularizer: { name: "orthogonalRegularizer", factor: 0.1 },
        biasInitializer: { name: "truncatedNormal", mean: 0, stddev: 0.1 },
        kernelConstraint: { name: "minMaxNorm", minValue: 0, maxValue: 2, rate: 0.5, axis: 0 },
      }),
      layers.rmsNormalization(),
      layers.activation({ activation: { name: "threshold", threshold: 0.1, defaultValue: 0 } }),
      layers.dense({
        units: 3,
        kernelInitializer: { name: "varianceScaling", scale: 2, mode: "fanAvg", distribution: "uniform" },
        activation: { name: "relu", maxValue: 6, negativeSlope: 0.1, threshold: 0 },
      }),
      layers.unitNormalization(),
      layers.perceptron({ units: 2, kernelInitializer: { name: "constant", value: 0.3 } }),
      layers.dense({ units: 2, activation: "sigmoid", useBias: false, kernelInitializer: "identity" }),
    ],
  });
  net.compile({
    optimizer: {
      name: "muon",
      gradientAccumulationSteps: 2,
      clipnorm: 1,
      learningRate: { name: "piecewiseConstantDecay", boundaries: [2, 4], values: [1, 0.5, 0.1] },
    },
    loss: { name: "binaryFocalCrossentropy", applyClassBalancing: true, alpha: 0.3, gamma: 2 },
    metrics: [
      { name: "auc", numThresholds: 5, multiLabel: true },
      { name: "precisionAtRecall", recall: 0.5 },
      { name: "fBetaScore", average: "macro", beta: 2, threshold: 0.5 },
      { name: "binaryIoU", targetClassIds: [0, 1], threshold: 0.4 },
      { name: "r2Score" },
    ],
  });
  await net.fit(
    rows(6, 4, 1),
    rows(6, 2, 3).map((row) => row.map((value) => Number(value > 0))),
  );
  return net.save();
}

/** A file with other metadata or tensors. */
function rewritten(file: Uint8Array, change: Partial<Record<string, string>>, tensors?: object): Uint8Array {
  const content = readSafetensors(file);
  const metadata = Object.fromEntries(
    Object.entries({ ...content.metadata, ...change }).filter(([, text]) => text !== undefined),
  ) as Record<string, string>;
  const all = [...content.tensors].map(([name, { shape, values }]) => ({ name, shape, values: values() }));
  return writeSafetensors({ metadata, tensors: (tensors as typeof all | undefined) ?? all });
}

/** Uses a model as its user would. */
function use(net: Model<Tensor | Tensor[]>): void {
  const size = (shape: readonly (number | null)[]): number =>
    shape.slice(1).reduce<number>((n, m) => n * (m ?? 1), 1);
  if (net.inputs.some(({ shape }) => size(shape) > 1e4)) return;
  const data = net.inputs.map(({ shape }) => new Float32Array(2 * size(shape)).fill(0.5));
  const x = (data.length === 1 ? data[0] : data) as never;
  net.predict(x);
  // What its labels are depends on the loss: of the shape of the output, or class indices.
  for (const isDense of [true, false]) {
    const labels = net.outputs.map(({ shape }) => new Float32Array(2 * (isDense ? size(shape) : 1)));
    try {
      net.trainOnBatch(x, (labels.length === 1 ? labels[0] : labels) as never);
    } catch (error) {
      if (!(error instanceof LanegradError)) throw error;
    }
  }
}

/** Loads what may be anything. Returns the message of the refusal; undefined if it loaded and works. */
function attempt(what: string, load: () => Model<Tensor | Tensor[]>): string | undefined {
  const usedBytes = backend().usedBytes;
  const { arrayBuffers } = process.memoryUsage();
  const start = process.cpuUsage();
  let refusal: unknown;
  try {
    const net = load();
    use(net);
    net.dispose();
  } catch (error) {
    refusal = error;
  }
  const { user, system } = process.cpuUsage(start);
  const faults: string[] = [];
  if ((user + system) / 1000 > LONGEST) faults.push(`took ${user + system} microseconds`);
  if (refusal !== undefined) {
    faults.push(...faultsOf(refusal));
    const left = backend().usedBytes - usedBytes;
    if (left !== 0) faults.push(`${left} bytes are left`);
    const grown = process.memoryUsage().arrayBuffers - arrayBuffers;
    if (grown > MOST_BYTES) faults.push(`took ${grown} bytes`);
  }
  if (faults.length > 0) throw new Error(`${what}: ${faults.join("; ")}`);
  return (refusal as Error | undefined)?.message;
}

/** What is wrong with an error about a file. */
function faultsOf(error: unknown): string[] {
  if (!(error instanceof LanegradError)) return [String((error as Error).stack).slice(0, 700)];
  const { code, message } = error;
  if (code !== "INVALID_FILE") return [`${code} ${message}`];
  const isFit = /Received: ./.test(message) && message.length < 1500;
  return isFit ? [] : [message.slice(0, 2000)];
}

const DEEP = "@deep@";
const VALUES: unknown[] = [null, "x", "", -1, 0, 1.5, 1e15, 1e30, true, [], {}, "__proto__", "constructor", [[]], { name: "x" }, DEEP, { constructor: 1 }, { constructor: { name: { toString: 1 } }, toJSON: 1 }, { toString: null, valueOf: null }]; // prettier-ignore

/** JSON text, with deep nests where they are wanted. */
function text(value: unknown): string {
  return JSON.stringify(value).replaceAll(JSON.stringify(DEEP), "[".repeat(10_000) + "]".repeat(10_000));
}

/** Every way to replace a value, to drop a key, or to double an entry, somewhere inside; as JSON texts. */
function* mutations(root: Json): Generator<[string, string]> {
  function* walk(node: unknown, path: string): Generator<[string, string]> {
    if (typeof node !== "object" || node === null) return;
    const parent = node as Json;
    for (const key of Object.keys(parent)) {
      const own = parent[key];
      const here = `${path}.${key}`;
      for (const value of VALUES) {
        parent[key] = value;
        yield [`${here} = ${JSON.stringify(value)}`, text(root)];
      }
      parent[key] = own;
      yield* walk(own, here);
      if (Array.isArray(node)) {
        const saved = [...(node as unknown[])];
        node.splice(Number(key), 1);
        yield [`${here} removed`, text(root)];
        node.splice(0, node.length, ...saved);
        node.splice(Number(key), 0, own);
        yield [`${here} doubled`, text(root)];
        node.splice(0, node.length, ...saved);
      } else {
        delete parent[key];
        yield [`${here} deleted`, text(root)];
        parent[key] = own;
        yield [`${here} twice`, text(root).replace(`"${key}":`, `"${key}":null,"${key}":`)];
        for (const extra of ["__proto__", "extra", "constructor", "toString"]) {
          const at = text(root).indexOf(text(parent));
          const changed = `{${JSON.stringify(extra)}:{"a":1},${text(parent).slice(1)}`;
          yield [
            `${path} with ${extra}`,
            text(root).slice(0, at) + changed + text(root).slice(at + text(parent).length),
          ];
        }
      }
    }
  }
  yield* walk(root, "");
}

const FILES: [string, () => Promise<Uint8Array>][] = [
  ["sequential", sequentialFile],
  ["functional", functionalFile],
  ["rare", rareFile],
];

beforeAll(() => void vi.spyOn(console, "warn").mockImplementation(() => {}));
afterAll(() => vi.restoreAllMocks());
beforeEach(() => setRandomSeed(7));

describe.each(FILES)("%s", (_, make) => {
  test.each(["model", "training"])(
    "every value of metadata.%s replaced, dropped, doubled",
    async (part) => {
      const file = await make();
      const json = JSON.parse(readSafetensors(file).metadata[part]) as Json;
      let refused = 0;
      let count = 0;
      const failures: string[] = [];
      for (const [what, changed] of mutations(json)) {
        count++;
        try {
          if (attempt(what, () => loadModel(rewritten(file, { [part]: changed }))) !== undefined) refused++;
        } catch (error) {
          failures.push((error as Error).message);
        }
      }
      expect(failures.slice(0, 5), `${failures.length} of ${count}`).toEqual([]);
      expect(refused).toBeGreaterThan(count / 2);
      expect(attempt("the good file", () => loadModel(file))).toBeUndefined();
    },
    300_000,
  );
});

/** The same file with something changed in its JSON. */
function changed(file: Uint8Array, part: "model" | "training", change: (json: Json) => void): Uint8Array {
  const json = JSON.parse(readSafetensors(file).metadata[part]) as Json;
  change(json);
  return rewritten(file, { [part]: text(json) });
}

function expectRefused(file: Uint8Array, pattern: RegExp): void {
  expect(attempt(String(pattern), () => loadModel(file))).toMatch(pattern);
}

type Config = {
  layers: Json[];
  nodes: { layer: number; inputs: unknown[] }[];
  outputs: unknown[];
  inputs: Json[];
};

describe("connections", () => {
  const cases: [string, (config: Config) => void, RegExp][] = [
    ["a node that comes later", ({ nodes }) => (nodes[0].inputs = [[2, 0]]), /nodes\[0\]\.inputs must be a whole number from 0 to -1/],
    ["itself", ({ nodes }) => (nodes[1].inputs = [[1, 0]]), /nodes\[1\]\.inputs must be .* 0 to 0\. Received: 1/],
    ["an output that its layer does not have", ({ nodes }) => (nodes[1].inputs = [[0, 1]]), /from 0 to 0\. Received: 1/],
    ["an input out of range", ({ nodes }) => (nodes[0].inputs = [[2]]), /from 0 to 1\. Received: 2/],
    ["a layer out of range", ({ nodes }) => (nodes[0].layer = 99), /nodes\[0\]\.layer must be/],
    ["a layer described before it is there", ({ layers: [first] }) => { delete first.className; }, /layers\[0\]\.id must be that of a layer described before/],
    ["a number twice", ({ layers: list }) => (list[1].id = list[0].id), /layers\[1\].id must be a number that no other layer has/],
    ["a model inside itself", ({ layers: list }) => { (list.find(({ className }) => className === "Functional")as { config: Config }).config.layers.push({ id: 0 }); }, /described before/],
    ["an input as a layer", ({ layers: list, nodes }) => { nodes[0].layer = list.push({ id: 90, className: "InputLayer", config: { shape: [4] } }) - 1; }, /is an input/],
    ["no outputs", (config) => { config.outputs = []; }, /outputs must be/],
    ["two outputs of which one would be lost", (config) => { (config as unknown as Json).hasOutputList = false; }, /outputs must be an array of 1/],
    ["two inputs of one name", ({ inputs }) => (inputs[1].name = inputs[0].name), /unique/],
    ["names that make two paths equal", ({ layers: list }) => { (list[0].config as Json).name = "encoder/shared"; }, /two layers at|must have the tensor/],
  ]; // prettier-ignore
  test.each(cases)("%s", async (_, change, pattern) => {
    const file = await functionalFile();
    expectRefused(
      changed(file, "model", (json) => void change(json.config as Config)),
      pattern,
    );
    expect(attempt("the good file", () => loadModel(file))).toBeUndefined();
  });
});

describe("a small file must not take long or much", () => {
  const metadata = (config: object, className = "Sequential"): Record<string, string> => ({
    format: "lanegrad",
    formatVersion: "1",
    model: JSON.stringify({ formatVersion: 1, className, config, seed: 1 }),
  });
  const fileOf = (config: object, className?: string): Uint8Array =>
    writeSafetensors({ metadata: metadata(config, className), tensors: [] });

  test("models that use a model twice, 90 deep", () => {
    let inner: Json = { id: 0, className: "Flatten", config: { trainable: true } };
    for (let i = 1; i <= 90; i++) {
      const nodes = [
        { layer: 0, inputs: [[0]] },
        { layer: 0, inputs: [[0, 0]] },
      ];
      const config = { trainable: true, hasOutputList: false, inputs: [{ shape: [3] }], layers: [inner], nodes, outputs: [[1, 0]] }; // prettier-ignore
      inner = { id: i, className: "Functional", config };
    }
    expectRefused(fileOf(inner.config as object, "Functional"), /must use layers at most 100000 times/);
  });

  test("models inside models, 150 deep", () => {
    let inner: Json = { id: 0, className: "Flatten", config: { trainable: true } };
    for (let i = 1; i <= 150; i++) {
      inner = { id: i, className: "Sequential", config: { trainable: true, layers: [inner] } };
    }
    expectRefused(fileOf(inner.config as object), /at most 100 models deep/);
  });

  test("20,000 layers", () => {
    const list = Array.from({ length: 20_000 }, (_, id) => ({ id, className: "Flatten", config: { trainable: true } })); // prettier-ignore
    const file = fileOf({ trainable: true, inputShape: [3], layers: list });
    expect(attempt("many layers", () => loadModel(file))).toBeUndefined();
  });

  test("long names", () => {
    const long = "x".repeat(2_000_000);
    const layer = (className: string, config: object): object => ({ id: 0, className, config });
    for (const one of [
      layer(long, {}),
      layer("Flatten", { [long]: 1 }),
      layer("Dense", { units: 1, activation: long }),
      layer("Dense", { units: 1, name: long }),
    ]) {
      expectRefused(fileOf({ trainable: true, inputShape: [3], layers: [one] }), /Received/);
    }
    expectRefused(fileOf({ trainable: true, layers: [] }, long), /unknown class/);
  });

  test("sizes beyond any memory, without and with training", async () => {
    const file = await sequentialFile();
    for (const units of [1e9, 2 ** 31, 2 ** 53, 1e300]) {
      expectRefused(
        changed(
          file,
          "model",
          (json) => ((json.config as Config).layers[6].config = { units, trainable: true }),
        ),
        /must have the tensor "dense_1\/kernel"/,
      );
    }
  });

  test.each([
    [{ metric: "auc", name: "auc", numThresholds: 1e15 }],
    [{ metric: "auc", name: "auc", numThresholds: 4e9 }],
    [{ metric: "meanIoU", name: "iou", numClasses: 1e15 }],
    [{ metric: "meanIoU", name: "iou", numClasses: 30_000 }],
    [{ metric: "precisionAtRecall", name: "p", recall: 0.5, numThresholds: 1e9 }],
    [{ name: "auc", numThresholds: 1e15 }],
    [{ metric: "sum", name: "sum" }],
    [{ metric: "__proto__" }],
    [{ metric: "constructor" }],
    [{ name: "toString" }],
  ])("metric %j", async (metric) => {
    const file = await functionalFile();
    expectRefused(
      changed(file, "training", (json) => {
        json.metrics = { kind: "record", entries: { one: [metric] } };
      }),
      /metadata\.training/,
    );
  });
});

describe("training", () => {
  const cases: [string, (training: Json) => void, RegExp][] = [
    ["frozen paths that do not exist", (json) => (json.frozen = ["nowhere"]), /training\.frozen\[0\] must be the path of a layer\. Received: "nowhere"/],
    ["frozen paths that are no texts", (json) => (json.frozen = [3]), /training\.frozen\[0\]/],
    ["averages without an optimizer that makes them", (json) => (json.holdsAverages = true), /training\.holdsAverages must be false/],
    ["negative loss weights", (json) => (json.lossWeights = { kind: "list", entries: [-1, 1] }), /training\.lossWeights/],
    ["loss weights that are no numbers", (json) => (json.lossWeights = { kind: "list", entries: ["1", 1] }), /training\.lossWeights/],
    ["an optimizer of unknown name", (json) => (json.optimizer = { name: "constructor" }), /metadata\.training .* optimizer/],
    ["another optimizer, whose slots are missing", (json) => (json.optimizer = { name: "adam" }), /must have the tensor "optimizer\//],
    ["an optimizer without slots", (json) => (json.optimizer = { name: "sgd" }), /a tensor "optimizer\/momentum/],
    ["a loss for an output that is not there", (json) => (json.loss = { kind: "record", entries: { three: { name: "meanSquaredError" } } }), /metadata\.training .*"three"/],
    ["an unknown kind", (json) => (json.loss = { kind: "all", entries: {} }), /training\.loss\.kind/],
  ]; // prettier-ignore
  test.each(cases)("%s", async (_, change, pattern) => {
    const file = await functionalFile();
    expectRefused(changed(file, "training", change), pattern);
    expect(attempt("the good file", () => loadModel(file))).toBeUndefined();
  });

  test("what is loaded can be trained", async () => {
    const net = loadModel<Tensor[]>(await functionalFile());
    const x = rows(6, 4, 1);
    const { history } = await net.fit([x, x], [[0, 1, 0, 1, 0, 1], rows(6, 2, 3)]);
    expect(history.loss.every(Number.isFinite)).toBe(true);
  });
});

describe("tensors", () => {
  type Stored = { name: string; shape: number[]; values: Float32Array }[];
  const cases: [string, (tensors: Stored) => Stored, RegExp][] = [
    ["one is missing", (all) => all.slice(1), /must have the tensor/],
    ["the last is missing", (all) => all.slice(0, -1), /must have the tensor "optimizer/],
    ["one too many", (all) => [...all, { name: "more", shape: [1], values: Float32Array.of(1) }], /a tensor "more"/],
    ["another shape of the same size", (all) => all.map((t, i) => (i === 0 ? { ...t, shape: [...t.shape, 1] } : t)), /of shape/],
    ["NaN in a weight", (all) => (all[0].values.fill(NaN, 1, 2), all), /NaN as value 1 of/],
    ["NaN in the optimizer's state", (all) => (all[all.length - 1].values.fill(NaN), all), /NaN as value 0 of "optimizer/],
  ]; // prettier-ignore
  test.each(cases)("%s", async (_, change, pattern) => {
    const file = await functionalFile();
    const all = [...readSafetensors(file).tensors].map(([name, { shape, values }]) => ({ name, shape, values: values() })); // prettier-ignore
    expectRefused(rewritten(file, {}, change(all)), pattern);
  });

  test("saving NaN warns, and says which", () => {
    const net = sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] });
    net.setWeights([[[NaN], [1]], [0]]);
    vi.mocked(console.warn).mockClear();
    const file = net.save();
    expect(vi.mocked(console.warn).mock.calls).toEqual([[expect.stringMatching(/dense\/kernel holds NaN/)]]);
    expectRefused(file, /NaN as value 0 of "dense\/kernel"/);
  });
});

describe("versions", () => {
  test.each(["0", "2", "x", "-1", "1.5", "", "NaN", "1e400"])("formatVersion %j", async (formatVersion) => {
    expectRefused(
      rewritten(await sequentialFile(), { formatVersion }),
      /formatVersion 1\. Received: formatVersion=/,
    );
  });

  test.each([0, 2, "1", "x", null, undefined, {}])("modelFromJSON: formatVersion %j", (formatVersion) => {
    const json = {
      ...sequential({ layers: [layers.dense({ units: 1, inputShape: [2] })] }).toJSON(),
      formatVersion,
    };
    expect(attempt("json", () => modelFromJSON(json))).toMatch(/formatVersion must be 1\. Received: /);
  });

  test("modelFromJSON of what is no model", () => {
    for (const json of [undefined, null, 3, 10n, "", "{", "[]", [], () => {}, Symbol("x"), "[".repeat(1e5)]) {
      expect(attempt(String(json).slice(0, 9), () => modelFromJSON(json))).toMatch(/Received: /);
    }
  });
});

describe.each(FILES)("bytes of the %s file", (name, make) => {
  test("3,000 mutations", async () => {
    const file = await make();
    const random = generator(name.length);
    let refused = 0;
    for (let i = 0; i < 1000; i++) {
      const broken = mutateBytes(file, random);
      if (attempt(`mutation ${i}`, () => loadModel(broken)) !== undefined) refused++;
    }
    expect(refused).toBeGreaterThan(300);
    expect(attempt("the good file", () => loadModel(file))).toBeUndefined();
  }, 120_000);
});

/** Whole numbers below a limit, the same each time (mulberry32). */
function generator(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) % limit;
  };
}

/** Some bytes other than they were, mostly in the header; or a part cut out, doubled or left off. */
function mutateBytes(file: Uint8Array, random: (limit: number) => number): Uint8Array {
  const headerEnd = 8 + new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const at = random(3) === 0 ? random(file.length) : random(headerEnd);
  const kind = random(5);
  if (kind === 0) return file.slice(0, at);
  if (kind === 1) {
    const end = at + 1 + random(20);
    const cut = Uint8Array.from([...file.subarray(0, at), ...file.subarray(end)]);
    // With the right length of the header, what is inside gets its turn.
    if (at > 8 && end < headerEnd) new DataView(cut.buffer).setUint32(0, headerEnd - 8 - (end - at), true);
    return cut;
  }
  const changed = file.slice();
  const count = 1 + random(3);
  for (let i = 0; i < count; i++) {
    changed[Math.min(at + random(8), file.length - 1)] = kind === 2 ? random(256) : 0x22 + random(0x5c);
  }
  return changed;
}
