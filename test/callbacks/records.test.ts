// Callbacks that hand something out: checkpoints, tables, messages.
import { callbacks } from "lanegrad";
import type { Logs, Model } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { codeOf } from "../support/data.js";
import { drive, regression, stubModel, x, y } from "./support.js";

afterEach(() => vi.restoreAllMocks());

const { csvLogger, modelCheckpoint, terminateOnNaN } = callbacks;

interface Saved {
  bytes: number[];
  epoch: number;
  batch?: number;
}

function checkpoint(options: Partial<callbacks.ModelCheckpointOptions>): {
  saved: Saved[];
  callback: callbacks.ModelCheckpoint;
} {
  const saved: Saved[] = [];
  const callback = modelCheckpoint({
    save: (file, { epoch, batch }) => void saved.push({ bytes: [...file], epoch, batch }),
    ...options,
  });
  return { saved, callback };
}

const losses = (...sequence: number[]): Logs[] => sequence.map((value) => ({ val_loss: value }));

describe("model checkpoint", () => {
  test("saves after every epoch, with or without the optimizer", async () => {
    const whole = checkpoint({});
    await drive(whole.callback, losses(1, 2));
    expect(whole.saved).toEqual([
      { bytes: [1], epoch: 0, batch: undefined },
      { bytes: [1], epoch: 1, batch: undefined },
    ]);
    const weights = checkpoint({ saveWeightsOnly: true });
    await drive(weights.callback, losses(1));
    expect(weights.saved[0].bytes).toEqual([0]);
  });

  test("saveBestOnly saves what is better than ever, in the next fit too", async () => {
    const { saved, callback } = checkpoint({ saveBestOnly: true });
    await drive(callback, losses(3, 4, 2, 2, 1));
    expect(saved.map(({ epoch }) => epoch)).toEqual([0, 2, 4]);
    expect(callback.best).toBe(1);
    await drive(callback, losses(3, 0.5));
    expect(saved.map(({ epoch }) => epoch)).toEqual([0, 2, 4, 1]);
    const strict = checkpoint({ saveBestOnly: true, initialValueThreshold: 0.9, monitor: "val_accuracy" });
    await drive(
      strict.callback,
      [0.8, 0.95, 0.93].map((value) => ({ val_accuracy: value })),
    );
    expect(strict.saved.map(({ epoch }) => epoch)).toEqual([1]);
  });

  test("without the monitored key it says so once and saves everything", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { saved, callback } = checkpoint({ saveBestOnly: true });
    await drive(callback, [{ loss: 1 }, { loss: 1 }]);
    expect(saved).toHaveLength(2);
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test("saveFreq counts batches across epochs", async () => {
    const { saved, callback } = checkpoint({ saveFreq: 3 });
    const net = Object.assign(regression(), { save: stubModel().save });
    await net.fit(x, y, { epochs: 2, batchSize: 10, callbacks: [callback] });
    expect(saved.map(({ epoch, batch }) => [epoch, batch])).toEqual([
      [0, 2],
      [1, 1],
    ]);
  });

  test.each([
    [
      { save: "best.keras" },
      "save must be a function, as fileSink(path) of lanegrad/files gives it. Received: save=",
    ],
    ["best.keras", "for a file { save: fileSink(path) } with fileSink of lanegrad/files. Received: "],
  ])("%j in the place of a function", (options, message) => {
    const use = (): unknown => modelCheckpoint(options as never);
    expect(codeOf(use)).toBe("INVALID_OPTION");
    expect(use).toThrow(`${message}"best.keras"`);
  });

  test("a slow sink is waited for, and one that fails ends fit", async () => {
    const net = Object.assign(regression(), { save: stubModel().save });
    const order: string[] = [];
    const slow = modelCheckpoint({
      save: async (_file, { epoch }) => {
        await new Promise((resolve) => setTimeout(resolve, 10));
        order.push(`saved ${epoch}`);
      },
    });
    const epochs = callbacks.lambda({ onEpochBegin: (epoch) => void order.push(`begun ${epoch}`) });
    await net.fit(x, y, { epochs: 2, callbacks: [slow, epochs] });
    expect(order).toEqual(["begun 0", "saved 0", "begun 1", "saved 1"]);
    const failing = modelCheckpoint({ save: () => Promise.reject(new Error("disk full")) });
    await expect(net.fit(x, y, { callbacks: [failing] })).rejects.toThrow("disk full");
  });

  test("options are checked; any quantity will do where nothing is compared", async () => {
    expect(codeOf(() => modelCheckpoint({} as never))).toBe("INVALID_OPTION");
    for (const wrong of [
      { saveFreq: 0 },
      { saveFreq: "batch" },
      { saveBestOnly: 1 },
      { initialValueThreshold: NaN },
    ]) {
      expect(codeOf(() => checkpoint(wrong as never))).toBe("INVALID_OPTION");
    }
    expect(codeOf(() => checkpoint({ filepath: "x" } as never))).toBe("UNKNOWN_OPTION");
    await drive(checkpoint({ monitor: "charm" }).callback, losses(1));
    await expect(
      drive(checkpoint({ monitor: "charm", saveBestOnly: true, mode: "min" }).callback, [{ charm: 1 }]),
    ).resolves.toHaveLength(1);
  });
});

/** A table in memory. */
function table(options: Partial<callbacks.CsvLoggerOptions> = {}): {
  lines: string[];
  logger: callbacks.CsvLogger;
} {
  const lines: string[] = [];
  const write = async (line: string): Promise<void> => {
    await Promise.resolve();
    lines.push(line);
  };
  return { lines, logger: csvLogger({ write, ...options }) };
}

describe("csv logger", () => {
  test("a header of epoch and sorted keys, then a line for each epoch", async () => {
    const { lines, logger } = table();
    await drive(logger, [
      { val_loss: 2, loss: 1.5, acc: 0.25 },
      { loss: 1e-9, acc: NaN, extra: 1 },
    ]);
    expect(lines).toEqual(["epoch,acc,loss,val_loss", "0,0.25,1.5,2", "1,NaN,1e-9,NA"]);
  });

  test("validation that comes later has its columns, as in Keras", async () => {
    const { lines, logger } = table({ separator: ";" });
    await drive(logger, [{ loss: 1 }, { loss: 2, val_loss: 3 }]);
    expect(lines).toEqual(["epoch;loss;val_loss", "0;1;NA", "1;2;3"]);
  });

  test("keys that hold the separator or quotes are quoted", async () => {
    const { lines, logger } = table();
    await drive(logger, [{ 'val_"a"': 1, "val_b,c": 2 }]);
    expect(lines[0]).toBe('epoch,"val_""a""","val_b,c"');
  });

  test("append writes no header, nor does a sink that has one; each fit settles its keys", async () => {
    const appended = table({ append: true });
    await drive(appended.logger, losses(1));
    expect(appended.lines).toEqual(["0,1"]);
    const begun = table({ begin: () => Promise.resolve(true) });
    await drive(begun.logger, losses(1));
    expect(begun.lines).toEqual(["0,1"]);
    const reused = table();
    await drive(reused.logger, losses(1));
    await drive(reused.logger, [{ loss: 1, val_loss: 2 }]);
    expect(reused.lines).toEqual(["epoch,val_loss", "0,1", "epoch,loss,val_loss", "0,1,2"]);
  });

  test.each([
    [
      { write: "log.csv" },
      "write must be a function, as csvSink(path) of lanegrad/files gives it. Received: write=",
    ],
    ["log.csv", "for a file csvSink(path) of lanegrad/files. Received: "],
  ])("%j in the place of a sink", (options, message) => {
    const use = (): unknown => csvLogger(options as never);
    expect(codeOf(use)).toBe("INVALID_OPTION");
    expect(use).toThrow(`${message}"log.csv"`);
  });

  test("options are checked", () => {
    expect(codeOf(() => csvLogger({} as never))).toBe("INVALID_OPTION");
    expect(codeOf(() => table({ separator: "" }))).toBe("INVALID_OPTION");
    expect(codeOf(() => table({ seperator: "," } as never))).toBe("UNKNOWN_OPTION");
  });
});

describe("terminate on NaN", () => {
  test("stops at the batch whose loss is no number or infinite, and says so", async () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      const model = stubModel();
      const callback = terminateOnNaN();
      callback.attach(model as unknown as Model, { epochs: 1, steps: 3, verbose: 0 });
      callback.onTrainBatchEnd(0, { loss: 1 });
      expect(model.stopTraining).toBe(false);
      callback.onTrainBatchEnd(1, { loss: value });
      expect(model.stopTraining).toBe(true);
      expect(warn.mock.calls).toEqual([[`Lanegrad: batch 1: the loss is ${value}; training stops here.`]]);
      vi.restoreAllMocks();
    }
  });

  test("in a real fit, in the middle of an epoch", async () => {
    vi.spyOn(console, "warn").mockImplementation(() => {});
    const net = regression();
    const batches: number[] = [];
    const inputs = x.map((row, i) => (i === 25 ? [NaN, 0, 0] : row));
    const count = callbacks.lambda({ onTrainBatchEnd: (batch) => void batches.push(batch) });
    const history = await net.fit(inputs, y, {
      epochs: 3,
      batchSize: 10,
      shuffle: false,
      callbacks: [terminateOnNaN(), count],
    });
    expect(batches).toEqual([0, 1, 2]);
    expect(history.stopped).toBe(true);
  });
});
