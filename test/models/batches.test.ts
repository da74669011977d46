// Batches from iterables: empty, one-shot, broken on the way, of changing sizes; each closed when it is left.
import { layers, LanegradError, sequential, setRandomSeed } from "lanegrad";
import type { CompileOptions, Sequential } from "lanegrad";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { rows } from "../support/data.js";

interface TestBatch {
  x: number[][];
  y: number[][];
}

/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

function network(optimizer: CompileOptions["optimizer"] = "sgd"): Sequential {
  setRandomSeed(3);
  const net = sequential({
    layers: [layers.dense({ units: 3, activation: "tanh", inputShape: [4] }), layers.dense({ units: 2 })],
  });
  net.compile({ optimizer, loss: "mse", metrics: ["mae"] });
  return net;
}

function batch(seed: number, count = 6): TestBatch {
  return { x: rows(count, 4, seed), y: rows(count, 2, seed + 50) };
}

function bits(net: Sequential): string {
  return net
    .getWeights()
    .map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("hex"))
    .join("|");
}

/** How an iterable was used. */
interface Use {
  begun: number;
  taken: number;
  closed: number;
}

type Kind = "sync" | "async";

/** Yields items one after another, and throws those that are errors. */
function iterableOf(
  kind: Kind,
  items: readonly unknown[],
  use: Use = { begun: 0, taken: 0, closed: 0 },
): never {
  const begin = (): object => {
    use.begun++;
    let i = 0;
    const next = (): object => {
      use.taken++;
      if (i === items.length) return { done: true, value: undefined };
      const value = items[i++];
      if (value instanceof Error) throw value;
      return { done: false, value };
    };
    const close = (): object => {
      use.closed++;
      return { done: true, value: undefined };
    };
    if (kind === "sync") return { next, return: close };
    return { next: async () => next(), return: async () => close() };
  };
  return loose({ [kind === "sync" ? Symbol.iterator : Symbol.asyncIterator]: begin });
}

async function refusal(work: () => unknown): Promise<LanegradError> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LanegradError)) throw error;
    expect(error.message).toMatch(/Received: ./);
    return error;
  }
  throw new Error("nothing was thrown");
}

let unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeEach(() => {
  unhandled = [];
  process.on("unhandledRejection", note);
  vi.spyOn(console, "warn").mockImplementation(() => {});
});

afterEach(async () => {
  await new Promise((resolve) => setTimeout(resolve, 5));
  process.off("unhandledRejection", note);
  vi.restoreAllMocks();
  expect(unhandled).toEqual([]);
});

describe.each(["sync", "async"] as const)("%s", (kind) => {
  const used = (): Use => ({ begun: 0, taken: 0, closed: 0 });

  test("an iterable is begun once for each epoch, and not closed when it has ended by itself", async () => {
    const use = used();
    const { history } = await network().fit(iterableOf(kind, [batch(1), batch(2)], use), { epochs: 3 });
    expect(history.loss).toHaveLength(3);
    expect(use).toEqual({ begun: 3, taken: 9, closed: 0 });
  });

  test.each([
    ["a number", 3],
    ["null", null],
    ["another object", { z: 1 }],
    ["x and y in an array", [batch(1).x, batch(1).y]],
    ["a batch whose x has another shape", { x: rows(6, 3, 1), y: rows(6, 2, 1) }],
    ["a batch without y", { x: rows(6, 4, 1) }],
    ["labels that are ragged", { x: rows(2, 4, 1), y: [[1, 2], [3]] }],
    ["a misspelt key", { ...batch(1), sampleweight: [1, 1, 1, 1, 1, 1] }],
    ["weights of another length", { ...batch(1), sampleWeight: [1, 1] }],
    ["no rows", { x: [], y: [] }],
  ])(
    "%s in the middle: the state after the last complete step, and the iterator is closed",
    async (_, junk) => {
      const net = network("adam");
      const use = used();
      await refusal(() => net.fit(iterableOf(kind, [batch(1), batch(2), junk, batch(3)], use)));
      expect(use).toEqual({ begun: 1, taken: 3, closed: 1 });
      const straight = network("adam");
      for (const seed of [1, 2]) straight.trainOnBatch(batch(seed).x, batch(seed).y);
      expect(bits(net)).toBe(bits(straight));
      await net.fit([batch(3)]);
      straight.trainOnBatch(batch(3).x, batch(3).y);
      expect(bits(net)).toBe(bits(straight));
    },
  );

  test("what the iterable throws is the caller's; evaluate and predict close it too", async () => {
    const mine = new Error("mine");
    const net = network();
    await expect(net.fit(iterableOf(kind, [batch(1), mine]))).rejects.toBe(mine);
    for (const call of ["evaluate", "predict"] as const) {
      for (const junk of [null, 3, { z: 1 }]) {
        const use = used();
        const batches = iterableOf(kind, [batch(1), junk], use);
        const work = () => (call === "evaluate" ? net.evaluate(batches) : net.predict(batches));
        const { code, message } = await refusal(work);
        expect([code, use.closed]).toEqual(["INVALID_DATA", 1]);
        expect(message).toMatch(/^batches must be objects \{ x, y, sampleWeight\? \}/);
      }
    }
  });

  test("without batches: an error, and nothing has changed", async () => {
    const net = network();
    const before = bits(net);
    const calls = [
      () => net.fit(iterableOf(kind, [])),
      () => net.evaluate(iterableOf(kind, [])),
      () => net.predict(iterableOf(kind, [])),
    ];
    for (const call of calls) {
      const { code, message } = await refusal(call);
      expect([code, message]).toEqual([
        "INVALID_DATA",
        "an epoch or validation needs a batch. Received: none",
      ]);
    }
    expect(bits(net)).toBe(before);
  });

  test("of changing sizes: losses count by rows, predictions are those of all rows", async () => {
    const parts = [batch(1, 6), batch(2, 1), batch(3, 40), batch(4, 2)];
    const all = { x: parts.flatMap(({ x }) => x), y: parts.flatMap(({ y }) => y) };
    const net = network();
    const logs = await net.evaluate(iterableOf(kind, parts));
    const expected = net.evaluate(all.x, all.y);
    expect(logs.loss).toBeCloseTo(expected.loss, 6);
    expect(logs.mae).toBeCloseTo(expected.mae, 6);
    const predicted = await net.predict(iterableOf(kind, parts));
    expect([...predicted.data]).toEqual([...net.predict(all.x).data]);
    await net.fit(iterableOf(kind, parts));
    const straight = network();
    for (const { x, y } of parts) straight.trainOnBatch(x, y);
    expect(bits(net)).toBe(bits(straight));
  });

  test("stepsPerEpoch goes on where the epoch before stopped, and begins again at the end", async () => {
    const net = network();
    const use = used();
    await net.fit(iterableOf(kind, [batch(1), batch(2), batch(3)], use), { epochs: 2, stepsPerEpoch: 2 });
    const straight = network();
    for (const seed of [1, 2, 3, 1]) straight.trainOnBatch(batch(seed).x, batch(seed).y);
    expect(bits(net)).toBe(bits(straight));
    expect(use).toEqual({ begun: 2, taken: 5, closed: 1 });
  });

  test("a generator of several epochs needs stepsPerEpoch, and warns when it ends early", async () => {
    async function* later(): AsyncGenerator<TestBatch> {
      yield* [batch(1), batch(2)];
    }
    function* now(): Generator<TestBatch> {
      yield* [batch(1), batch(2)];
    }
    const generator = (): never => loose(kind === "sync" ? now() : later());
    const { message } = await refusal(() => network().fit(generator(), { epochs: 2 }));
    expect(message).toMatch(/a generator needs stepsPerEpoch .*Received: a generator, epochs=2/);
    const { history, stopped } = await network().fit(generator(), { epochs: 3, stepsPerEpoch: 1 });
    expect([history.loss.length, stopped]).toEqual([2, true]);
    expect(vi.mocked(console.warn)).toHaveBeenCalledWith(expect.stringMatching(/ended before the epoch did/));
    const validation = await refusal(() =>
      network().fit([batch(1)], { epochs: 2, validationData: generator() }),
    );
    expect(validation.message).toMatch(
      /needs stepsPerEpoch or validationSteps.* Received: a generator, epochs=2/,
    );
    const once = await network().fit([batch(1)], {
      epochs: 1,
      validationData: generator(),
    });
    expect(once.history.val_loss).toHaveLength(1);
    const used = { epochs: 3, validationData: generator(), validationSteps: 1 };
    const { message: nothingLeft } = await refusal(() => network().fit([batch(1)], used));
    expect(nothingLeft).toBe("an epoch or validation needs a batch. Received: none");
    const steps = { epochs: 2, validationData: generator(), validationSteps: 1 };
    const validated = await network().fit([batch(1)], steps);
    expect(validated.history.val_loss).toHaveLength(2);
  });

  test("every validation of so many steps sees the same batches, the first ones", async () => {
    const uses: Use[] = [];
    const parts = [batch(1), batch(2), batch(3)];
    const again = loose(
      kind === "sync"
        ? { [Symbol.iterator]: () => iteratorOf(parts) }
        : { [Symbol.asyncIterator]: () => iteratorOf(parts) },
    );
    const iteratorOf = (items: TestBatch[]): unknown => {
      const use = { begun: 1, taken: 0, closed: 0 };
      uses.push(use);
      const inner: Iterable<TestBatch> & AsyncIterable<TestBatch> = iterableOf(kind, items, use);
      return kind === "sync" ? inner[Symbol.iterator]() : inner[Symbol.asyncIterator]();
    };
    const still = { name: "sgd", learningRate: 0 } as const;
    const options = { epochs: 3, verbose: 0, validationData: again } as const;
    const two = await network(still).fit([batch(9)], { ...options, validationSteps: 2 });
    expect(new Set(two.history.val_loss).size).toBe(1);
    expect(uses.map(({ taken, closed }) => [taken, closed])).toEqual([[2, 1], [2, 1], [2, 1]]); // prettier-ignore
    // More steps than there are batches do not count any of them twice.
    const all = await network(still).fit([batch(9)], { ...options, validationSteps: 5 });
    const whole = await network(still).fit([batch(9)], options);
    expect(all.history.val_loss).toEqual(whole.history.val_loss);
    expect(all.history.val_loss).not.toEqual(two.history.val_loss);
    expect(await network(still).evaluate(again, { steps: 5 })).toEqual(await network(still).evaluate(again));
  });

  test("closing may fail: the result, or the error before it, stands", async () => {
    const failing = (items: readonly unknown[]): never => {
      const inner = iterableOf(kind, items) as unknown as Record<symbol, () => { next: () => unknown }>;
      const key = kind === "sync" ? Symbol.iterator : Symbol.asyncIterator;
      const fail = (): unknown => {
        if (kind === "sync") throw new Error("in return");
        return Promise.reject(new Error("in return"));
      };
      return loose({ [key]: () => ({ next: inner[key]().next, return: fail }) });
    };
    const { history } = await network().fit(failing([batch(1), batch(2)]), { stepsPerEpoch: 1 });
    expect(history.loss).toHaveLength(1);
    const { code } = await refusal(() => network().fit(failing([batch(1), 3])));
    expect(code).toBe("INVALID_DATA");
  });

  test.each([5, undefined, null])("an iterator whose next gives %j", async (result) => {
    const next = (): unknown => (kind === "sync" ? result : Promise.resolve(result));
    const key = kind === "sync" ? Symbol.iterator : Symbol.asyncIterator;
    const { message } = await refusal(() => network().fit(loose({ [key]: () => ({ next }) })));
    expect(message).toMatch(/next\(\) of an iterator must give objects \{ done, value \}/);
  });

  test("what the other data is refused for closes the iterator, too", async () => {
    const use = used();
    await refusal(() =>
      network().fit(iterableOf(kind, [batch(1)], use), { validationData: loose([rows(6, 3, 1), 1]) }),
    );
    expect(use).toEqual({ begun: 1, taken: 0, closed: 1 });
  });
});

test("promises of another kind than the engine's are waited for", async () => {
  /** As promises of libraries, which are no instances of Promise. */
  class Foreign {
    constructor(readonly value: unknown) {}

    // oxlint-disable-next-line unicorn/no-thenable -- it is what is tested
    then(resolve: (value: unknown) => void): void {
      setTimeout(() => resolve(this.value), 1);
    }
  }
  let i = 0;
  const next = (): object =>
    new Foreign(i++ < 2 ? { done: false, value: batch(i) } : { done: true, value: undefined });
  const net = network();
  await net.fit(loose({ [Symbol.asyncIterator]: () => ({ next }) }));
  const straight = network();
  for (const seed of [1, 2]) straight.trainOnBatch(batch(seed).x, batch(seed).y);
  expect(bits(net)).toBe(bits(straight));
});

test("a stream of batches, which can be begun once", async () => {
  const stream = new ReadableStream({
    start(controller) {
      for (const seed of [1, 2]) controller.enqueue(batch(seed));
      controller.close();
    },
  });
  const net = network();
  await net.fit(loose(stream));
  const straight = network();
  for (const seed of [1, 2]) straight.trainOnBatch(batch(seed).x, batch(seed).y);
  expect(bits(net)).toBe(bits(straight));
});

test("batches have weights of their own: evaluate refuses others, which it would not use", () => {
  const one = batch(1);
  const message = /^evaluate has no option sampleWeight\. The options are steps, callbacks\./;
  for (const batches of [
    [one],
    (async function* () {
      yield one;
    })(),
  ])
    // prettier-ignore
    expect(() => network().evaluate(batches as TestBatch[], loose({ sampleWeight: [1] }))).toThrow(message);
  const sampleWeight = [1, 0, 0, 0, 0, 0];
  expect(network().evaluate([{ ...one, sampleWeight }])).toEqual(
    network().evaluate(one.x, one.y, { sampleWeight }),
  );
});

describe("at the same time", () => {
  test("evaluations that wait would share their metrics: the second is refused", async () => {
    const net = network();
    const expected = net.evaluate(batch(1).x, batch(1).y);
    const first = net.evaluate(iterableOf("async", [batch(1)]) as AsyncIterable<TestBatch>);
    expect((await refusal(() => net.evaluate(iterableOf("async", [batch(2)])))).code).toBe("BUSY");
    expect((await refusal(() => net.fit(batch(2).x, batch(2).y))).code).toBe("BUSY");
    net.evaluate(batch(2).x, batch(2).y);
    expect(await first).toEqual(expected);
    expect(await net.evaluate(iterableOf("async", [batch(1)]) as AsyncIterable<TestBatch>)).toEqual(expected);
  });

  test("reading during a fit changes nothing, training is refused", async () => {
    const options = { epochs: 4, batchSize: 2, seed: 1 };
    const straight = network("adam");
    await straight.fit(batch(1).x, batch(1).y, options);
    const net = network("adam");
    const { x, y } = batch(2);
    const onTrainBatchEnd = (): void => {
      net.predict(rows(50, 4, 2));
      net.evaluate(x, y);
      net.testOnBatch(x, y);
      net.gradients(x, y);
      net.vjp(x, y);
      net.save();
      net.dispose();
      const refused = [
        () => net.trainOnBatch(x, y),
        () => net.compile({ loss: "mse" }),
        () => net.add(layers.flatten()),
        () => net.vjp(x, y, { training: true }),
      ];
      for (const call of refused) expect(call).toThrow(/is being trained by fit/);
    };
    await net.fit(batch(1).x, batch(1).y, { ...options, callbacks: [{ onTrainBatchEnd }] });
    expect(bits(net)).toBe(bits(straight));
  });
});

const EARLY: [string, CompileOptions["optimizer"]][] = [
  ["averages of weights", { name: "sgd", useEma: true, emaMomentum: 0.5 }],
  ["accumulation", { name: "sgd", gradientAccumulationSteps: 2 }],
  ["both", { name: "adam", useEma: true, emaMomentum: 0.5, gradientAccumulationSteps: 3 }],
];

test.each(EARLY)(
  "stopped on the way and gone on: the bits of straight through, with %s",
  async (_, optimizer) => {
    const batches = [1, 2, 3, 4, 5, 6, 7].map((seed) => batch(seed));
    const straight = network(optimizer);
    await straight.fit(batches);
    const aborted = network(optimizer);
    const controller = new AbortController();
    const onTrainBatchEnd = (i: number): void => {
      if (i === 2) controller.abort();
    };
    const { stopped } = await aborted.fit(batches, {
      signal: controller.signal,
      callbacks: [{ onTrainBatchEnd }],
    });
    expect(stopped).toBe(true);
    await aborted.fit(batches.slice(3));
    expect(bits(aborted)).toBe(bits(straight));
    const thrown = network(optimizer);
    await refusal(() => thrown.fit(loose([...batches.slice(0, 4), 5])));
    await thrown.fit(batches.slice(4));
    expect(bits(thrown)).toBe(bits(straight));
  },
);

test.each(["onTrainBegin", "onEpochBegin", "onTrainBatchEnd", "onTestBatchEnd", "onEpochEnd", "onTrainEnd"])(
  "after an exception in %s the model trains again",
  async (hook) => {
    for (const work of [
      () => Promise.reject(new Error("mine")),
      (): never => {
        throw new Error("mine");
      },
    ]) {
      // prettier-ignore
      const net = network();
      const { x, y } = batch(1);
      const options = { validationData: loose([x, y]), callbacks: [loose({ [hook]: work })] };
      await expect(net.fit(x, y, options)).rejects.toThrow("mine");
      expect((await net.fit(x, y)).stopped).toBe(false);
    }
  },
);

test("validations of so many steps go on in a stream, which cannot begin again", async () => {
  for (const stream of [
    () => new ReadableStream({ pull: (controller) => controller.enqueue(batch(1)) }),
    () => Readable.from({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: batch(1) }) }) }),
  ]) {
    const options = { epochs: 3, validationData: loose(stream()), validationSteps: 2, verbose: 0 } as const;
    const { history } = await network().fit([batch(9)], options);
    expect(history.val_loss).toHaveLength(3);
  }
});
