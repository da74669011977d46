import { callbacks, layers, sequential } from "lanegrad";
import type { Batch } from "lanegrad";
import { describe, expect, test } from "vitest";
import { codeOf } from "../support/data.js";
import { regression, weightsOf, x, y } from "./support.js";

const HOOKS = [
  "onTrainBegin",
  "onTrainEnd",
  "onEpochBegin",
  "onEpochEnd",
  "onTrainBatchBegin",
  "onTrainBatchEnd",
  "onTestBegin",
  "onTestEnd",
  "onTestBatchBegin",
  "onTestBatchEnd",
  "onPredictBegin",
  "onPredictEnd",
  "onPredictBatchBegin",
  "onPredictBatchEnd",
] as const;

/** Notes every hook with its first value, if that is a number. */
function recorder(prefix = ""): { calls: string[]; hooks: callbacks.CallbackHooks } {
  const calls: string[] = [];
  const entries = HOOKS.map((hook) => [
    hook,
    (first: unknown): void => void calls.push(prefix + hook + (typeof first === "number" ? ` ${first}` : "")),
  ]);
  return { calls, hooks: Object.fromEntries(entries) as callbacks.CallbackHooks };
}

const validation = ["onTestBegin", "onTestBatchBegin 0", "onTestBatchEnd 0", "onTestEnd"];

const epochOf = (epoch: number): string[] => [
  `onEpochBegin ${epoch}`,
  "onTrainBatchBegin 0",
  "onTrainBatchEnd 0",
  "onTrainBatchBegin 1",
  "onTrainBatchEnd 1",
  ...validation,
  `onEpochEnd ${epoch}`,
];

describe("order of hooks", () => {
  test("fit with validation", async () => {
    const { calls, hooks } = recorder();
    await regression().fit(x, y, {
      epochs: 2,
      batchSize: 20,
      validationData: [x, y],
      validationBatchSize: 40,
      callbacks: [hooks],
    });
    expect(calls).toEqual(["onTrainBegin", ...epochOf(0), ...epochOf(1), "onTrainEnd"]);
  });

  test("evaluate, of rows and of batches that arrive by promises", async () => {
    const expected = [
      "onTestBegin",
      "onTestBatchBegin 0",
      "onTestBatchEnd 0",
      "onTestBatchBegin 1",
      "onTestBatchEnd 1",
      "onTestEnd",
    ];
    const net = regression();
    const byRows = recorder();
    net.evaluate(x, y, { batchSize: 20, callbacks: [byRows.hooks] });
    expect(byRows.calls).toEqual(expected);
    const later = recorder();
    await net.evaluate(laterBatches(), { callbacks: [later.hooks] });
    expect(later.calls).toEqual(expected);
  });

  test("predict, of rows, of batches and of batches that arrive by promises, counts on", async () => {
    const batch = (n: number): string[] => [`onPredictBatchBegin ${n}`, `onPredictBatchEnd ${n}`];
    const expected = ["onPredictBegin", ...batch(0), ...batch(1), "onPredictEnd"];
    const net = regression();
    const [byRows, byBatches, later] = [recorder(), recorder(), recorder()];
    net.predict(x, { batchSize: 20, callbacks: [byRows.hooks] });
    net.predict([{ x: x.slice(0, 20) }, { x: x.slice(20) }], { callbacks: [byBatches.hooks] });
    await net.predict(laterBatches(), { callbacks: [later.hooks] });
    expect([byRows.calls, byBatches.calls, later.calls]).toEqual([expected, expected, expected]);
  });

  test("asynchronous hooks are awaited, one callback after the other", async () => {
    const order: string[] = [];
    const slow = (name: string, milliseconds: number): callbacks.Callback =>
      callbacks.lambda({
        onTrainBatchEnd: async (batch) => {
          await new Promise((resolve) => setTimeout(resolve, milliseconds));
          order.push(`${name} ${batch}`);
        },
        onEpochEnd: async (_epoch, logs) => {
          await Promise.resolve();
          logs[name] = order.length;
        },
      });
    const plain = { onTrainBatchEnd: (batch: number): void => void order.push(`plain ${batch}`) };
    const { history } = await regression().fit(x, y, {
      batchSize: 20,
      callbacks: [slow("a", 20), slow("b", 1), plain],
    });
    expect(order).toEqual(["a 0", "b 0", "plain 0", "a 1", "b 1", "plain 1"]);
    expect(history).toMatchObject({ a: [6], b: [6] });
  });

  test("asynchronous hooks work in evaluate on an async iterable, and are refused elsewhere", async () => {
    const net = regression();
    let ended = 0;
    const later = {
      onTestBatchEnd: async (): Promise<void> => {
        await Promise.resolve();
        ended++;
      },
    };
    await net.evaluate(laterBatches(), { callbacks: [later] });
    expect(ended).toBe(2);
    expect(codeOf(() => net.evaluate(x, y, { callbacks: [later] }))).toBe("INVALID_OPTION");
    const failing = { onPredictBegin: () => Promise.reject(new Error("not seen")) };
    expect(codeOf(() => net.predict(x, { callbacks: [failing] }))).toBe("INVALID_OPTION");
  });
});

async function* laterBatches(): AsyncGenerator<Batch> {
  yield { x: x.slice(0, 20), y: y.slice(0, 20) };
  yield { x: x.slice(20), y: y.slice(20) };
}

describe("stopping", () => {
  test("stopTraining in the middle of an epoch ends it there, and onTrainEnd is called", async () => {
    const { calls, hooks } = recorder();
    const net = regression();
    const stop = callbacks.lambda({
      onTrainBatchEnd: (batch) => {
        if (batch === 1) net.stopTraining = true;
      },
    });
    const history = await net.fit(x, y, { epochs: 3, batchSize: 10, callbacks: [stop, hooks] });
    expect(history).toMatchObject({ epoch: [], stopped: true });
    expect(calls).toEqual([
      "onTrainBegin",
      "onEpochBegin 0",
      "onTrainBatchBegin 0",
      "onTrainBatchEnd 0",
      "onTrainBatchBegin 1",
      "onTrainBatchEnd 1",
      "onTrainEnd",
    ]);
  });

  test("stopTraining in onTrainBegin or onEpochBegin takes no step", async () => {
    for (const hook of ["onTrainBegin", "onEpochBegin"] as const) {
      const net = regression();
      const before = weightsOf(net);
      const { calls, hooks } = recorder();
      const stop = { [hook]: (): void => void (net.stopTraining = true) };
      expect((await net.fit(x, y, { callbacks: [stop, hooks] })).stopped).toBe(true);
      expect(weightsOf(net)).toEqual(before);
      expect(calls).not.toContain("onTrainBatchBegin 0");
      expect(calls[calls.length - 1]).toBe("onTrainEnd");
    }
  });

  test("an aborted fit calls onTrainEnd with the logs of the last epoch", async () => {
    const aborter = new AbortController();
    let last: unknown;
    const watcher = callbacks.lambda({
      onEpochEnd: (epoch) => {
        if (epoch === 1) aborter.abort();
      },
      onTrainEnd: (logs) => void (last = logs),
    });
    const { history } = await regression().fit(x, y, {
      epochs: 5,
      callbacks: [watcher],
      signal: aborter.signal,
    });
    expect(history.loss).toHaveLength(2);
    expect(last).toEqual({ loss: history.loss[1] });
  });

  test.each(HOOKS.slice(0, 10))(
    "an exception in %s rejects, and the model can be trained again",
    async (hook) => {
      const net = regression();
      const failing = {
        [hook]: (): never => {
          throw new Error("from the hook");
        },
      };
      const options = { batchSize: 20, validationData: [x, y] as const };
      await expect(net.fit(x, y, { ...options, callbacks: [failing] })).rejects.toThrow("from the hook");
      const { history } = await net.fit(x, y, { ...options, epochs: 2 });
      expect(history.loss).toHaveLength(2);
      expect(history.loss[1]).toBeLessThan(history.loss[0]);
    },
  );
});

describe("checks", () => {
  const net = regression();
  const fitWith = (callback: unknown): Promise<unknown> =>
    net.fit(x, y, { callbacks: [callback as callbacks.Callback] });

  test("a misspelt hook is an error with the nearest name", async () => {
    await expect(fitWith({ onEpochEnds() {} })).rejects.toMatchObject({
      code: "UNKNOWN_OPTION",
      message: expect.stringContaining("Did you mean onEpochEnd?") as string,
    });
    await expect(fitWith({ on_epoch_end() {} })).rejects.toThrow("Did you mean onEpochEnd?");
    await expect(fitWith({ onEpochEnd() {}, onBatchEnd() {} })).rejects.toThrow(
      "Did you mean onTrainBatchEnd?",
    );
    class Misspelt extends callbacks.Callback {
      onTrainBeginn(): void {}
    }
    await expect(fitWith(new Misspelt())).rejects.toThrow("Did you mean onTrainBegin?");
    expect(codeOf(() => callbacks.lambda({ epochEnd() {} } as never))).toBe("UNKNOWN_OPTION");
  });

  test("what is no callback, or no function, is an error; other members are welcome", async () => {
    for (const wrong of [{}, 3, null, () => {}, { onEpochEnd: 3 }]) {
      await expect(fitWith(wrong)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    }
    const counting = {
      count: 0,
      once: true,
      onEpochEnd(): void {
        this.count++;
      },
    };
    await fitWith(counting);
    expect(counting.count).toBe(1);
  });

  test("a callback knows its model and the call it is part of", async () => {
    const seen: unknown[] = [];
    class Curious extends callbacks.Callback {
      override onTrainBegin(): void {
        seen.push(this.model, this.parameters);
      }
    }
    const own = sequential({ layers: [layers.dense({ units: 1, inputShape: [3] })] });
    own.compile({ loss: "mse" });
    await own.fit(x, y, { epochs: 3, batchSize: 10, callbacks: [new Curious()] });
    expect(seen[0]).toBe(own);
    expect(seen[1]).toEqual({ epochs: 3, steps: 4, verbose: 0 });
  });
});

test("a callback serves one model at a time: two fits at once need one each", async () => {
  const stop = callbacks.earlyStopping({ monitor: "loss", restoreBestWeights: true });
  const first = regression({}, 1);
  const second = regression({}, 2);
  const alone = weightsOf(second);
  const running = first.fit(x, y, { epochs: 3, yieldEvery: 0, callbacks: [stop], verbose: 0 });
  await expect(second.fit(x, y, { callbacks: [stop], verbose: 0 })).rejects.toMatchObject({
    code: "BUSY",
    message: expect.stringMatching(/Received: a call of another model, same callback$/) as string,
  });
  expect(weightsOf(second)).toEqual(alone);
  expect((await running).history.loss).toHaveLength(3);
  expect((await second.fit(x, y, { epochs: 2, callbacks: [stop], verbose: 0 })).history.loss).toHaveLength(2);
});
