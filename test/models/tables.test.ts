// What programs that work on tables do, step by step as in Keras.
import { input, layers, loadModel, model, preprocessing, sequential } from "lanegrad";
import type { Sequential } from "lanegrad";
import { describe, expect, test } from "vitest";
import { codeOf, rows } from "../support/data.js";

const x = rows(40, 3, 1);
const y = x.map(([a, b]) => (a > b ? 1 : 0));

/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

function classifier(units = 1, inputShape: number[] | null = [3]): Sequential {
  const first = inputShape === null ? {} : { inputShape };
  const net = sequential({
    layers: [
      layers.dense({ units: 4, activation: "tanh", ...first }),
      layers.dense({ units, activation: "sigmoid" }),
    ],
  });
  net.compile({ optimizer: "sgd", loss: "binaryCrossentropy" });
  return net;
}

describe("options after nothing in the place of labels", () => {
  function* endless(): Generator<{ x: number[][]; y: number[] }> {
    for (;;) yield { x, y };
  }

  test("fit on batches", async () => {
    const options = { epochs: 2, stepsPerEpoch: 3, verbose: 0 };
    for (const nothing of [undefined, null]) {
      const fit = classifier().fit.bind(classifier()) as (...all: unknown[]) => Promise<{ epoch: number[] }>;
      expect((await fit(endless(), nothing, options)).epoch).toEqual([0, 1]);
    }
  });

  test("evaluate on batches", () => {
    const net = classifier();
    const evaluate = net.evaluate.bind(net) as (...all: unknown[]) => unknown;
    expect(evaluate(endless(), undefined, { steps: 1 })).toEqual(net.evaluate([{ x, y }]));
  });
});

describe("evaluate", () => {
  test("takes no sampleWeight beside batches, which bring their own", () => {
    const sampleWeight = y.map((_, i) => i);
    const wrong = { sampleWeight } as object;
    expect(codeOf(() => classifier().evaluate([{ x, y }], wrong))).toBe("UNKNOWN_OPTION");
  });

  test("ends after so many steps on rows, too", () => {
    const net = classifier();
    const first = net.evaluate(x.slice(0, 14), y.slice(0, 14), { batchSize: 7 });
    expect(net.evaluate(x, y, { batchSize: 7, steps: 2 })).toEqual(first);
    expect(net.evaluate(x, y, { batchSize: 7, steps: 100 })).toEqual(net.evaluate(x, y, { batchSize: 7 }));
  });
});

describe("another head on a model that is there", () => {
  const inside = (net: Sequential): Float32Array => net.layers[0].getWeights()[0].data;

  test.each<[string, () => Sequential]>([
    ["loaded", () => loadModel(classifier().save()) as unknown as Sequential],
    [
      "built by data",
      () => {
        const net = classifier(1, null);
        net.trainOnBatch(x, y);
        return net;
      },
    ],
  ])("%s: the shape of its input stays known", (_, make) => {
    const net = make();
    const kept = inside(net).slice();
    net.pop();
    expect(net.predict(x).shape).toEqual([40, 4]);
    net.add(layers.dense({ units: 2 }));
    expect(net.predict(x).shape).toEqual([40, 2]);
    expect(inside(net)).toEqual(kept);
    expect(() => {
      net.add(layers.reshape({ targetShape: [7] }));
    }).toThrow();
    expect(net.predict(x).shape).toEqual([40, 2]);
  });

  test("nothing of the first layer of before is known of another", () => {
    const net = classifier();
    net.pop();
    net.pop();
    net.add(layers.dense({ units: 2 }));
    expect(codeOf(() => net.predict(x))).toBe("NOT_BUILT");
  });
});

describe("class weights beside a binary cross-entropy of several outputs", () => {
  const classWeight = { 0: 1, 1: 5 };

  test("go with one class in each row", async () => {
    const labels = preprocessing.oneHot(y);
    const fit = classifier(2).fit(x, labels, { verbose: 0, classWeight });
    expect((await fit).history.loss[0]).toBeGreaterThan(0);
  });

  test("go with shares of several classes, and the validation rows may be anything", async () => {
    const shares = y.map((label) => (label === 0 ? [0.9, 0.1] : [0.2, 0.8]));
    const mixed = shares.map((row, i) => (i < 30 ? row : [1, 1]));
    for (const labels of [shares, mixed]) {
      const options = { verbose: 0, classWeight, validationSplit: 0.25 } as const;
      expect((await classifier(2).fit(x, labels, options)).history.loss).toHaveLength(1);
    }
  });

  test("are an error where rows of several classes and of none balance", async () => {
    const labels = x.map((_, i) => (i % 2 === 0 ? [1, 1] : [0, 0]));
    await expect(classifier(2).fit(x, labels, { verbose: 0, classWeight })).rejects.toThrow(
      "rows of 2 labels",
    );
  });

  test("are an error where rows have several classes or none", async () => {
    const labels = x.map(([a, b, c]) => [Number(a > 0), Number(b > 0), Number(c > 0)]);
    for (const weights of [classWeight, "balanced" as const]) {
      await expect(classifier(3).fit(x, labels, { verbose: 0, classWeight: weights })).rejects.toMatchObject({
        code: "INVALID_OPTION",
        message: expect.stringContaining("rows of 3 labels"),
      });
    }
  });
});

describe("rows of other kinds", () => {
  const messageOf = (data: unknown): string => {
    try {
      classifier().predict(loose(data));
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error("nothing was thrown");
  };

  test("records, as parsers of CSV give them", () => {
    const message = messageOf([{ a: 1, b: 2, c: 3 }]);
    expect(message).toMatch(/x must hold numbers.* Received: x\[0\]=\{"a":1/);
  });

  test("arrays of big integers are no batches", () => {
    const message = messageOf(BigInt64Array.of(1n, 2n, 3n));
    expect(message).toBe("x must be an array of numbers. Received: BigInt64Array(3)");
  });
});

test("a layer that begins two nested models of different inputs loads", () => {
  const shared = layers.dense({ units: 2 });
  const [one, two] = [1, 2].map(() => sequential({ layers: [shared] }));
  const [a, b] = [input({ shape: [4] }), input({ shape: [5, 4] })];
  const file = model({ inputs: [a, b], outputs: [one.apply(a), two.apply(b)] }).save();
  expect(loadModel(file).save()).toEqual(file);
});
