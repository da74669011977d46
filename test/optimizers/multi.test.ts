// Different optimizers for different weights: the same bits as each alone, applied by hand.
import { describe, expect, test, vi } from "vitest";
import { callbacks, layers, loadModel, optimizers, sequential } from "../../src/index.js";
import type { Sequential } from "../../src/index.js";
import { toOptimizer } from "../../src/optimizers/spec.js";
import type { OptimizerSpec } from "../../src/optimizers/index.js";
import { codeOf, rows } from "../support/data.js";

const x = rows(12, 4, 1);
const y = rows(12, 2, 2);
const PATHS = ["first/kernel", "first/bias", "second/kernel", "second/bias"];
const decay = { name: "exponentialDecay", initialLearningRate: 0.1, decaySteps: 2, decayRate: 0.5 } as const;

function network(optimizer: OptimizerSpec): Sequential {
  const net = sequential({
    layers: [
      layers.dense({ units: 5, activation: "tanh", inputShape: [4], name: "first" }),
      layers.dense({ units: 2, name: "second" }),
    ],
  });
  net.compile({ optimizer, loss: "mse" });
  net.setWeights([rows(4, 5, 3), [0.1, -0.2, 0.3, 0, 0.2], rows(5, 2, 4), [0.3, -0.1]]);
  return net;
}

const arraysOf = (net: Sequential): Float32Array[] => net.getWeights().map(({ data }) => data.slice());

/** Steps with several optimizers outside the model, each on the weights of these positions. */
function byHand(parts: readonly [OptimizerSpec, readonly number[]][], steps: number): Float32Array[] {
  const net = network("sgd");
  const weights = net.getWeights();
  const made = parts.map(([spec, members]) => ({ optimizer: toOptimizer(spec), members }));
  for (let step = 0; step < steps; step++) {
    const gradients = net.gradients(x, y).weights;
    for (const { optimizer, members } of made) {
      optimizer.apply(members.map((i) => [weights[i], gradients.get(PATHS[i])!]));
    }
    net.setWeights(weights);
  }
  return arraysOf(net);
}

function trained(optimizer: OptimizerSpec, steps: number): Float32Array[] {
  const net = network(optimizer);
  for (let step = 0; step < steps; step++) net.trainOnBatch(x, y);
  return arraysOf(net);
}

const SPECS: [string, OptimizerSpec][] = [
  ["plain", { name: "sgd", learningRate: 0.1, momentum: 0.9 }],
  ["weight decay", { name: "adamw", learningRate: 0.05, weightDecay: 0.1 }],
  ["the norm of each gradient", { name: "sgd", learningRate: 0.5, clipnorm: 0.05 }],
  ["the norm of all gradients of the group", { name: "sgd", learningRate: 0.5, globalClipnorm: 0.05 }],
  ["values", { name: "sgd", learningRate: 0.5, clipvalue: 0.02 }],
  ["a schedule", { name: "adam", learningRate: decay }],
  ["averages that overwrite", { name: "sgd", useEma: true, emaMomentum: 0.5, emaOverwriteFrequency: 2 }],
  [
    "accumulation, and a schedule that counts updates",
    { name: "nadam", learningRate: decay, gradientAccumulationSteps: 2, globalClipnorm: 0.1 },
  ],
  ["what starts as the weight", { name: "scheduleFreeAdamw", learningRate: 0.1 }],
  ["working memory", { name: "muon", learningRate: 0.1 }],
];

describe("one optimizer for each layer is the same bits as both by hand", () => {
  test.each(SPECS)("%s", (_, spec) => {
    const other = { name: "adam", learningRate: 0.02 } as const;
    const pairs: [OptimizerSpec, OptimizerSpec][] = [
      [spec, other],
      [other, spec],
    ];
    for (const [one, two] of pairs) {
      const got = trained({ name: "multi", optimizers: { "first/.*": one }, default: two }, 7);
      const want = byHand(
        [
          [one, [0, 1]],
          [two, [2, 3]],
        ],
        7,
      );
      expect(got).toEqual(want);
      expect(got).not.toEqual(trained(one, 7));
      expect(got).not.toEqual(trained(two, 7));
    }
  });

  test("by name, with optimizers and names of optimizers in it", () => {
    const mixed = () => {
      const map = { "first/.*": optimizers.adam({ learningRate: 0.02 }), "third/.*": "lion" } as const;
      return { name: "multi", optimizers: map, default: optimizers.sgd({ learningRate: 0.1 }) } as const;
    };
    const want = byHand(
      [
        [{ name: "adam", learningRate: 0.02 }, [0, 1]],
        [{ name: "sgd", learningRate: 0.1 }, [2, 3]],
      ],
      3,
    );
    expect(trained(mixed(), 3)).toEqual(want);
  });

  test("groups that lie across each other; a path itself comes before patterns", () => {
    const [one, two, three] = [SPECS[3][1], SPECS[7][1], SPECS[5][1]];
    const map = { ".*/kernel": one, "first/(?:.*)": two, "first/kernel": three, ".*d/bias": "sgd" } as const;
    const want = byHand(
      [
        [three, [0]],
        [two, [1]],
        [one, [2]],
        ["sgd", [3]],
      ],
      5,
    );
    expect(trained(optimizers.multi({ optimizers: map }), 5)).toEqual(want);
  });

  test("with one pattern for all weights it is that optimizer", () => {
    for (const [, spec] of SPECS) {
      const all = { optimizers: { ".*": spec, "third/.*": "adam" }, default: "lion" } as const;
      expect(trained(optimizers.multi(all), 5)).toEqual(trained(spec, 5));
    }
  });

  test("two models share it", () => {
    const make = () => optimizers.multi({ optimizers: { "first/.*": SPECS[7][1] }, default: SPECS[5][1] });
    const shared = make();
    const [a, b] = [network(shared), network(shared)];
    for (let step = 0; step < 3; step++) a.trainOnBatch(x, y);
    for (let step = 0; step < 4; step++) for (const net of [b, a]) net.trainOnBatch(x, y);
    expect(arraysOf(a)).toEqual(trained(make(), 7));
    expect(arraysOf(b)).toEqual(trained(make(), 4));
  });
});

describe("patterns", () => {
  /** The number of the optimizer that has changed each weight. */
  function chosen(patterns: readonly string[], paths: number): number[] {
    const map = Object.fromEntries(
      patterns.map((pattern, i) => [pattern, optimizers.sgd({ learningRate: i + 1 })]),
    );
    const weights = Array.from({ length: paths }, () => Float32Array.of(0));
    const optimizer = optimizers.multi({ optimizers: map, default: { name: "sgd", learningRate: 9 } });
    optimizer.apply(weights.map((weight) => [weight, [-1]]));
    return weights.map(([value]) => value);
  }

  test("match the whole path; outside a model that is the position", () => {
    expect(chosen(["1", "1.", "2|x"], 13)).toEqual([9, 1, 3, 9, 9, 9, 9, 9, 9, 9, 2, 2, 2]);
    expect(chosen(["", "^0$"], 2)).toEqual([2, 9]);
  });

  test("layers in a model, as Keras's OptimizerMap does it", () => {
    const encoder = sequential({
      name: "encoder",
      layers: [layers.dense({ units: 2, inputShape: [2], name: "dense" })],
    });
    const net = sequential({ layers: [encoder, layers.dense({ units: 1, name: "dense" })] });
    const map = { encoder: "sgd", "encoder/.*": { name: "sgd", learningRate: 0 } } as const;
    net.compile({ optimizer: optimizers.multi({ optimizers: map, default: "sgd" }), loss: "mse" });
    const before = arraysOf(net as Sequential);
    net.trainOnBatch(rows(3, 2), rows(3, 1, 5));
    const after = arraysOf(net as Sequential);
    expect(after.slice(0, 2)).toEqual(before.slice(0, 2));
    expect(after[2]).not.toEqual(before[2]);
  });

  test("two that match, and none: errors that name the weight, before anything changes", () => {
    const two = network({
      name: "multi",
      optimizers: { "first/.*": "sgd", ".*/bias": "adam" },
      default: "sgd",
    });
    const none = network({ name: "multi", optimizers: { "first/.*": "sgd", second: "adam" } });
    for (const [net, message] of [
      [two, /only one pattern.*"first\/\.\*" and "\.\*\/bias" for the weight first\/bias/],
      [none, /pattern for every weight.*the weight second\/kernel/],
    ] as const) {
      const before = arraysOf(net);
      expect(codeOf(() => net.trainOnBatch(x, y))).toBe("INVALID_OPTION");
      expect(() => net.trainOnBatch(x, y)).toThrow(message);
      expect(arraysOf(net)).toEqual(before);
    }
  });

  test("weights that are not trained need none", () => {
    const net = network("sgd");
    net.layers[1].trainable = false;
    net.compile({ optimizer: { name: "multi", optimizers: { "first/.*": "sgd" } }, loss: "mse" });
    const before = arraysOf(net);
    net.trainOnBatch(x, y);
    expect(arraysOf(net)[0]).not.toEqual(before[0]);
    expect(arraysOf(net).slice(2)).toEqual(before.slice(2));
  });
});

describe("averages of one group", () => {
  const ema = { name: "sgd", learningRate: 0.1, useEma: true, emaMomentum: 0.75 } as const;
  const multi = (): OptimizerSpec =>
    optimizers.multi({ optimizers: { "first/.*": ema }, default: { name: "adam", learningRate: 0.05 } });
  const options = { batchSize: 12, epochs: 4, shuffle: false } as const;

  test("its weights are their averages after a fit, the others stay; training goes on from the weights", async () => {
    const history: Float32Array[][] = [];
    const plain = network(multi());
    for (let step = 0; step < 6; step++) {
      plain.trainOnBatch(x, y);
      history.push(arraysOf(plain));
    }
    const net = network(multi());
    await net.fit(x, y, options);
    const after = arraysOf(net);
    expect(after.slice(2)).toEqual(history[3].slice(2));
    for (const i of [0, 1]) {
      after[i].forEach((value, j) => {
        const [first, ...rest] = history.slice(0, 4).map((weights) => weights[i][j]);
        const average = rest.reduce((sum, weight) => 0.75 * sum + 0.25 * weight, first);
        expect(Math.abs(value - average)).toBeLessThan(1e-6);
      });
      expect(after[i]).not.toEqual(history[3][i]);
    }
    for (let step = 0; step < 2; step++) net.trainOnBatch(x, y);
    expect(arraysOf(net)).toEqual(history[5]);
  });

  test("saved while the averages are in, and trained on: the same bits", async () => {
    const net = network(multi());
    await net.fit(x, y, options);
    const resumed = loadModel(net.save()) as unknown as Sequential;
    for (const each of [net, resumed]) await each.fit(x, y, { ...options, epochs: 7, initialEpoch: 4 });
    expect(arraysOf(resumed)).toEqual(arraysOf(net));
    expect(Buffer.from(resumed.save()).equals(Buffer.from(net.save()))).toBe(true);
  });

  test("weights that were set after a fit are trained on", async () => {
    const net = network(multi());
    await net.fit(x, y, options);
    const start = arraysOf(network("sgd"));
    net.setWeights(start);
    for (const optimizer of (net.optimizer as optimizers.MultiOptimizer).optimizers)
      optimizer.learningRate = 0;
    net.trainOnBatch(x, y);
    expect(arraysOf(net)).toEqual(start);
  });
});

describe("learning rates", () => {
  test("are those of its optimizers, in the order of the patterns, the default last", () => {
    const optimizer = optimizers.multi({
      optimizers: { "first/.*": { name: "sgd", learningRate: 0.5 }, "second/.*": "adamw" },
      default: optimizers.lion(),
    });
    expect(optimizer.optimizers.map(({ name }) => name)).toEqual(["sgd", "adamw", "lion"]);
    expect(optimizer.optimizers.map(({ learningRate }) => learningRate)).toEqual([0.5, 0.001, 0.001]);
    expect(codeOf(() => optimizer.learningRate)).toBe("INVALID_OPTION");
    expect(codeOf(() => (optimizer.learningRate = 1))).toBe("INVALID_OPTION");
    expect(() => (optimizer.learningRate = 1)).toThrow(/`optimizers`.*Received: learningRate=1$/);
  });

  test("set on one of them between steps", () => {
    const optimizer = optimizers.multi({ optimizers: { "0": "sgd" }, default: "sgd" });
    optimizer.optimizers[0].learningRate = 2;
    const weights = [Float32Array.of(1), Float32Array.of(1)];
    optimizer.apply(weights.map((weight) => [weight, [0.25]]));
    expect(weights.map(([value]) => value)).toEqual([0.5, Math.fround(1 - 0.0025)]);
  });

  test("callbacks that set one for all fail with that message", async () => {
    const make = () => network({ name: "multi", optimizers: {}, default: "sgd" });
    const scheduler = callbacks.learningRateScheduler((_, rate) => rate / 2);
    const plateau = callbacks.reduceLROnPlateau({ monitor: "loss" });
    const message = /no learning rate of its own; read and set those of its `optimizers`/;
    vi.spyOn(console, "warn").mockImplementation(() => {});
    for (const callback of [scheduler, plateau])
      await expect(make().fit(x, y, { callbacks: [callback] })).rejects.toThrow(message);
    vi.restoreAllMocks();
  });
});

describe("configurations", () => {
  const options = {
    optimizers: { "first/.*": SPECS[7][1], "second/(?:kernel|bias)": "muon" },
    default: SPECS[6][1],
  } as const;

  test("are JSON, and make it again; Keras's name of the class means it too", () => {
    const optimizer = optimizers.multi(options);
    const config = JSON.parse(JSON.stringify(optimizer.getConfig())) as OptimizerSpec;
    expect(config).toMatchObject({ name: "multi", optimizers: { "first/.*": { name: "nadam" } } });
    expect(toOptimizer(config).getConfig()).toEqual(optimizer.getConfig());
    for (const name of ["multi", "Multi", "MultiOptimizer"] as const)
      expect(toOptimizer({ name, ...options }).getConfig()).toEqual(optimizer.getConfig());
    expect(trained(config, 5)).toEqual(trained(optimizer, 5));
    const alone = optimizers.multi({ optimizers: { ".*": "sgd" } });
    expect(JSON.parse(JSON.stringify(alone.getConfig()))).not.toHaveProperty("default");
  });

  const sgd = optimizers.sgd();
  test.each<[object, string, RegExp]>([
    [{}, "INVALID_OPTION", /object of optimizers by patterns.*optimizers=undefined/],
    [{ optimizers: [["a", "sgd"]] }, "INVALID_OPTION", /by patterns/],
    [{ optimizers: null }, "INVALID_OPTION", /by patterns/],
    [{ optimizers: { "a(": "sgd" } }, "INVALID_OPTION", /regular expressions.*"a\("/],
    [{ optimizers: { "a)|(b": "sgd" } }, "INVALID_OPTION", /regular expressions/],
    [{ optimizers: { a: "sdg" } }, "UNKNOWN_NAME", /sgd/],
    [{ optimizers: { a: sgd, b: sgd } }, "INVALID_OPTION", /the same optimizer twice/],
    [{ optimizers: { a: sgd }, default: sgd }, "INVALID_OPTION", /the same optimizer twice/],
    [{ optimizers: { a: optimizers.multi(options) } }, "INVALID_OPTION", /a MultiOptimizer/],
    [{ optimizers: {}, default: { name: "multi", optimizers: {} } }, "INVALID_OPTION", /a MultiOptimizer/],
    [{ optimizers: {}, default: null }, "INVALID_OPTION", /optimizer must be/],
    [{ optimizers: {}, learningRate: 0.1 }, "UNKNOWN_OPTION", /no option learningRate/],
    [{ optimizers: {}, clipnorm: 1 }, "UNKNOWN_OPTION", /no option clipnorm/],
    [{ optimizers: {}, gradientAccumulationSteps: 2 }, "UNKNOWN_OPTION", /gradientAccumulationSteps/],
  ])("%o", (wrong, code, message) => {
    const make = () => optimizers.multi(wrong as Parameters<typeof optimizers.multi>[0]);
    expect(codeOf(make)).toBe(code);
    expect(make).toThrow(message);
  });

  test("the name alone is not enough", () => {
    // @ts-expect-error it needs optimizers
    expect(codeOf(() => toOptimizer("multi"))).toBe("INVALID_OPTION");
  });

  test("a file that has no optimizer for a weight is refused", () => {
    const net = network({ name: "multi", optimizers: { "first/.*": "sgd", "second/.*": "sgd" } });
    net.trainOnBatch(x, y);
    const file = Buffer.from(net.save());
    expect(() => loadModel(file)).not.toThrow();
    file.write("third/..*", file.indexOf("second/.*"));
    expect(codeOf(() => loadModel(file))).toBe("INVALID_FILE");
    expect(() => loadModel(file)).toThrow(/the weight second\/kernel/);
  });
});
