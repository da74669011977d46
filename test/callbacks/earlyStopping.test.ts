import { callbacks, input, layers, metrics, model, sequential } from "lanegrad";
import type { Logs } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { codeOf, values } from "../support/data.js";
import { drive, regression, stubModel, weightsOf, x, y } from "./support.js";

afterEach(() => vi.restoreAllMocks());

const { earlyStopping } = callbacks;

interface Rule {
  minDelta?: number;
  patience?: number;
  mode?: "min" | "max";
  baseline?: number;
  startFromEpoch?: number;
}

/** Keras 3.16's rule, told anew: how many epochs run, which is the best, which stopped training. */
function twin(
  sequence: readonly number[],
  rule: Rule,
): { ran: number; best?: number; bestEpoch: number; stoppedEpoch: number } {
  const { minDelta = 0, patience = 0, mode = "min", baseline, startFromEpoch = 0 } = rule;
  const sign = mode === "max" ? 1 : -1;
  const better = (a: number, b: number): boolean => sign * a - Math.abs(minDelta) > sign * b;
  let best: number | undefined;
  let bestEpoch = 0;
  let wait = 0;
  for (const [epoch, value] of sequence.entries()) {
    if (epoch < startFromEpoch) continue;
    wait++;
    if (best === undefined || better(value, best)) {
      best = value;
      bestEpoch = epoch;
      if (baseline === undefined || better(value, baseline)) wait = 0;
    } else if (wait >= patience && epoch > 0) {
      return { ran: epoch + 1, best, bestEpoch, stoppedEpoch: epoch };
    }
  }
  return { ran: sequence.length, best, bestEpoch, stoppedEpoch: 0 };
}

const logsOf = (sequence: readonly number[], key = "val_loss"): Logs[] =>
  sequence.map((value) => ({ loss: 0, [key]: value }));

describe("early stopping", () => {
  test("sequences worked out by hand", async () => {
    const cases: [Rule, number[], number, number, number][] = [
      // options, val_loss, epochs run, best epoch, stopped epoch
      [{}, [1, 0.9, 0.9, 0.8], 3, 1, 2],
      [{ patience: 2 }, [1, 0.9, 0.95, 0.91, 0.5], 4, 1, 3],
      [{ patience: 2 }, [1, 0.9, 0.95, 0.89, 0.95, 0.9], 6, 3, 5],
      [{ patience: 1, minDelta: 0.1 }, [1, 0.95, 0.5], 2, 0, 1],
      [{ patience: 1, minDelta: -0.1 }, [1, 0.95, 0.5], 2, 0, 1],
      [{ mode: "max" }, [1, 2, 1.5, 3], 3, 1, 2],
      [{ patience: 2, baseline: 0.5 }, [1, 0.9, 0.95, 0.4], 3, 1, 2],
      [{ patience: 3, baseline: 0.5 }, [1, 0.9, 0.4, 0.6, 0.6, 0.6, 0.1], 6, 2, 5],
      [{ startFromEpoch: 3 }, [0.1, 9, 9, 5, 6, 1], 5, 3, 4],
      [{ patience: 0 }, [NaN, 1, 0.5], 2, 0, 1],
    ];
    for (const [rule, sequence, ran, bestEpoch, stoppedEpoch] of cases) {
      const callback = earlyStopping(rule);
      expect(await drive(callback, logsOf(sequence))).toHaveLength(ran);
      expect(callback.bestEpoch).toBe(bestEpoch);
      expect(callback.best).toBe(sequence[bestEpoch]);
      expect(callback.stoppedEpoch).toBe(stoppedEpoch);
      expect(twin(sequence, rule)).toMatchObject({ ran, bestEpoch });
    }
  });

  test("random sequences follow Keras's rule", async () => {
    let stopped = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const [a, b, c, d] = values(4, seed);
      const rule: Rule = {
        patience: Math.floor(Math.abs(a) * 5),
        minDelta: seed % 3 === 0 ? b * 0.2 : 0,
        mode: seed % 2 === 0 ? "min" : "max",
        baseline: c > 0 ? d : undefined,
        startFromEpoch: seed % 5 === 0 ? 3 : 0,
      };
      const sequence = Array.from(values(25, 1000 + seed), (value) => Math.round(value * 8) / 8);
      const callback = earlyStopping(rule);
      const { ran, ...state } = twin(sequence, rule);
      expect(await drive(callback, logsOf(sequence))).toHaveLength(ran);
      expect({
        best: callback.best,
        bestEpoch: callback.bestEpoch,
        stoppedEpoch: callback.stoppedEpoch,
      }).toEqual(state);
      if (ran < sequence.length) stopped++;
    }
    expect(stopped).toBeGreaterThan(100);
  });

  test("a second fit starts anew", async () => {
    const callback = earlyStopping({ patience: 1 });
    await drive(callback, logsOf([1, 2, 3]));
    expect(callback.stoppedEpoch).toBe(1);
    expect(await drive(callback, logsOf([5, 4, 3]))).toHaveLength(3);
    expect(callback).toMatchObject({ stoppedEpoch: 0, bestEpoch: 2, best: 3 });
  });

  test("a missing key is warned of once, with the keys there are, and never stops", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    expect(
      await drive(earlyStopping({ monitor: "val_loss" }), [
        { loss: 1, mae: 2 },
        { loss: 1, mae: 2 },
        { loss: 1, mae: 2 },
      ]),
    ).toHaveLength(3);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toMatch(/val_loss.*The keys are: loss, mae\./);
  });

  test("restores the weights of the best epoch, bit for bit, whatever stopped training", async () => {
    for (const end of ["patience", "epochs", "stop", "abort"]) {
      const net = regression({ optimizer: { name: "sgd", learningRate: 0.01 } });
      const aborter = new AbortController();
      const scripted = [5, 3, 1, 2, 2, 2];
      const snapshots: Float32Array[][] = [];
      const script = callbacks.lambda({
        onEpochEnd: (epoch, logs) => {
          logs.val_loss = scripted[epoch];
          snapshots.push(weightsOf(net));
        },
        onTrainBatchEnd: (batch) => {
          if (snapshots.length < 4 || batch < 1) return;
          if (end === "stop") net.stopTraining = true;
          if (end === "abort") aborter.abort();
        },
      });
      const early = earlyStopping({ patience: end === "patience" ? 2 : 9, restoreBestWeights: true });
      const history = await net.fit(x, y, {
        epochs: 6,
        batchSize: 10,
        callbacks: [script, early],
        signal: aborter.signal,
      });
      expect(history.stopped).toBe(end !== "epochs");
      expect(early.bestEpoch).toBe(2);
      expect(weightsOf(net)).toEqual(snapshots[2]);
      expect(snapshots[3]).not.toEqual(snapshots[2]);
    }
  });

  test("stops a real fit", async () => {
    const early = earlyStopping({ monitor: "loss", minDelta: 1e3, patience: 3 });
    const { epoch, stopped } = await regression().fit(x, y, { epochs: 20, callbacks: [early] });
    expect({ epoch, stopped, at: early.stoppedEpoch }).toEqual({ epoch: [0, 1, 2, 3], stopped: true, at: 3 });
  });

  test("auto mode knows metrics, and asks where it cannot know", async () => {
    const net = sequential({ layers: [layers.dense({ units: 1, activation: "sigmoid", inputShape: [3] })] });
    net.compile({
      loss: "binaryCrossentropy",
      metrics: ["acc", "mae", "kld", metrics.cosineSimilarity({ name: "alike" })],
    });
    const labels = y.map(([value]) => [value > 0 ? 1 : 0]);
    for (const [monitor, sequence, bestEpoch] of [
      ["val_acc", [0.1, 0.2, 0.3], 2],
      ["mae", [0.1, 0.2, 0.3], 0],
      ["val_kld", [0.1, 0.2, 0.3], 0],
      ["alike", [0.1, 0.2, 0.3], 2],
    ] as const) {
      const early = earlyStopping({ monitor, patience: 9 });
      const script = callbacks.lambda({
        onEpochEnd: (epoch, logs) => void (logs[monitor] = sequence[epoch]),
      });
      await net.fit(x, labels, { epochs: 3, callbacks: [script, early] });
      expect(early.bestEpoch).toBe(bestEpoch);
    }
    await expect(
      net.fit(x, labels, { callbacks: [earlyStopping({ monitor: "charm" })] }),
    ).rejects.toMatchObject({ code: "INVALID_OPTION" });
    await net.fit(x, labels, { callbacks: [earlyStopping({ monitor: "mae", mode: "max" })] });
  });

  test("auto mode knows the metrics of several outputs", async () => {
    const inputs = input({ shape: [3] });
    const outputs = [layers.dense({ units: 1, name: "a" }), layers.dense({ units: 1, name: "b" })];
    const net = model({ inputs, outputs: outputs.map((layer) => layer.apply(inputs)) });
    net.compile({ loss: "mse", metrics: { b: ["accuracy"] } });
    const early = earlyStopping({ monitor: "b_accuracy", patience: 9 });
    const script = callbacks.lambda({ onEpochEnd: (epoch, logs) => void (logs.b_accuracy = epoch) });
    await net.fit(x, [y, y], { epochs: 3, callbacks: [script, early] });
    expect(early.bestEpoch).toBe(2);
    const loss = earlyStopping({ monitor: "a_loss" });
    await net.fit(x, [y, y], { epochs: 2, callbacks: [loss] });
    expect(loss.bestEpoch).toBe(1);
  });

  test("options are checked", () => {
    expect(codeOf(() => earlyStopping({ monitors: "loss" } as never))).toBe("UNKNOWN_OPTION");
    for (const wrong of [
      { patience: -1 },
      { patience: 0.5 },
      { mode: "up" },
      { monitor: "" },
      { baseline: NaN },
      { minDelta: "1" },
      { restoreBestWeights: 1 },
      { verbose: 2 },
      { startFromEpoch: -1 },
    ]) {
      expect(codeOf(() => earlyStopping(wrong as never))).toBe("INVALID_OPTION");
    }
  });

  test("says what it does if it is asked to", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await drive(earlyStopping({ verbose: 1 }), logsOf([1, 2]), stubModel());
    expect(log.mock.calls).toEqual([["Epoch 2: early stopping"]]);
  });
});
