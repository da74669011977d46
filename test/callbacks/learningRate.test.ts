import { callbacks } from "lanegrad";
import type { Logs } from "lanegrad";
import { afterEach, describe, expect, test, vi } from "vitest";
import { codeOf, values } from "../support/data.js";
import { drive, regression, stubModel, weightsOf, x, y } from "./support.js";

afterEach(() => vi.restoreAllMocks());

const { learningRateScheduler, reduceLROnPlateau } = callbacks;

describe("learning rate scheduler", () => {
  test("sets the rate of each epoch from its number and the rate so far, and reports it", async () => {
    const net = regression({ optimizer: { name: "sgd", learningRate: 0.1 } });
    const seen: [number, number][] = [];
    const scheduler = learningRateScheduler((epoch, rate) => {
      seen.push([epoch, rate]);
      return epoch < 2 ? rate : rate / 2;
    });
    const { history } = await net.fit(x, y, { epochs: 4, callbacks: [scheduler] });
    expect(seen).toEqual([
      [0, 0.1],
      [1, 0.1],
      [2, 0.1],
      [3, 0.05],
    ]);
    expect(history.learningRate).toEqual([0.1, 0.1, 0.05, 0.025]);
    expect(net.optimizer.learningRate).toBe(0.025);
  });

  test("the epoch is trained with the rate that was set", async () => {
    const scheduled = regression();
    await scheduled.fit(x, y, { callbacks: [learningRateScheduler(() => 0.2)], seed: 1 });
    const fixed = regression({ optimizer: { name: "sgd", learningRate: 0.2 } });
    await fixed.fit(x, y, { seed: 1 });
    expect(weightsOf(scheduled)).toEqual(weightsOf(fixed));
  });

  test("refuses what is no learning rate, and says what it does if asked to", async () => {
    for (const wrong of [NaN, -1, Infinity, "0.1", undefined]) {
      const scheduler = learningRateScheduler(() => wrong as number);
      await expect(regression().fit(x, y, { callbacks: [scheduler] })).rejects.toMatchObject({
        code: "INVALID_OPTION",
      });
    }
    expect(codeOf(() => learningRateScheduler(0.1 as never))).toBe("INVALID_OPTION");
    expect(codeOf(() => learningRateScheduler(() => 1, { verbos: 1 } as never))).toBe("UNKNOWN_OPTION");
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await drive(
      learningRateScheduler(() => 0.5, { verbose: 1 }),
      [{}],
    );
    expect(log.mock.calls).toEqual([["Epoch 1: the learning rate is set to 0.5"]]);
  });
});

interface Rule {
  factor: number;
  patience: number;
  minDelta: number;
  cooldown: number;
  minLr: number;
  mode: "min" | "max";
}

/** The learning rate after each epoch by Keras 3.16's rule, told anew. */
function twin(sequence: readonly number[], rule: Rule, start: number): number[] {
  let [rate, wait, cooldown] = [start, 0, 0];
  let best: number | undefined;
  return sequence.map((value) => {
    if (cooldown > 0) {
      cooldown -= 1;
      wait = 0;
    }
    const delta = rule.mode === "min" ? -rule.minDelta : rule.minDelta;
    const isBetter =
      best === undefined || (rule.mode === "min" ? value - delta < best : value - delta > best);
    if (isBetter) {
      best = value;
      wait = 0;
      return rate;
    }
    if (cooldown > 0) return rate;
    wait += 1;
    if (wait < rule.patience || rate <= rule.minLr) return rate;
    rate = Math.max(rate * rule.factor, rule.minLr);
    cooldown = rule.cooldown;
    wait = 0;
    return rate;
  });
}

/** The learning rate after each epoch, and what was logged. */
async function run(
  options: Partial<Rule>,
  sequence: readonly number[],
): Promise<{ rates: number[]; logged: number[] }> {
  const model = stubModel();
  const rates: number[] = [];
  const plateau = reduceLROnPlateau(options);
  const end = plateau.onEpochEnd.bind(plateau);
  plateau.onEpochEnd = (epoch: number, logs: Logs): void => {
    end(epoch, logs);
    rates.push(model.optimizer.learningRate);
  };
  const logs = await drive(
    plateau,
    sequence.map((value) => ({ val_loss: value })),
    model,
  );
  return { rates, logged: logs.map(({ learningRate }) => learningRate) };
}

describe("reduce on plateau", () => {
  test("sequences worked out by hand; the rate that the epoch was trained with is logged", async () => {
    const flat = [1, 1, 1, 1, 1, 1, 1];
    expect(await run({ patience: 2, factor: 0.5 }, flat)).toEqual({
      rates: [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125],
      logged: [1, 1, 1, 0.5, 0.5, 0.25, 0.25],
    });
    expect((await run({ patience: 1, factor: 0.5, cooldown: 2 }, flat)).rates).toEqual([
      1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125,
    ]);
    expect((await run({ patience: 1, factor: 0.5, minLr: 0.3 }, flat)).rates).toEqual([
      1, 0.5, 0.3, 0.3, 0.3, 0.3, 0.3,
    ]);
    // By default, a change of 1e-4 or less is none.
    expect((await run({ patience: 1, factor: 0.5 }, [1, 0.99995, 0.9998])).rates).toEqual([1, 0.5, 0.5]);
    expect(
      (
        await run(
          {},
          Array.from({ length: 12 }, () => 1),
        )
      ).rates.slice(9),
    ).toEqual([1, 0.1, 0.1]);
  });

  test("random sequences follow Keras's rule", async () => {
    let reduced = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const [a, b, c, d] = values(4, seed).map(Math.abs);
      const rule: Rule = {
        patience: Math.floor(a * 4),
        factor: Math.round(b * 9) / 10,
        cooldown: Math.floor(c * 4),
        minLr: d > 0.5 ? 0.05 : 0,
        minDelta: seed % 3 === 0 ? 0.25 : 1e-4,
        mode: seed % 2 === 0 ? "min" : "max",
      };
      const sequence = Array.from(values(30, 500 + seed), (value) => Math.round(value * 8) / 8);
      const expected = twin(sequence, rule, 1);
      expect((await run(rule, sequence)).rates).toEqual(expected);
      if (expected[29] < 0.5) reduced++;
    }
    expect(reduced).toBeGreaterThan(100);
  });

  test("in a real fit, with the rate in the history; a second fit starts anew", async () => {
    const net = regression({ optimizer: { name: "sgd", learningRate: 0.08 } });
    const plateau = reduceLROnPlateau({ monitor: "loss", minDelta: 1e3, patience: 2, factor: 0.5 });
    const { history } = await net.fit(x, y, { epochs: 6, callbacks: [plateau] });
    expect(history.learningRate).toEqual([0.08, 0.08, 0.08, 0.04, 0.04, 0.02]);
    const second = await net.fit(x, y, { epochs: 3, callbacks: [plateau] });
    expect(second.history.learningRate).toEqual([0.02, 0.02, 0.02]);
    expect(net.optimizer.learningRate).toBe(0.01);
  });

  test("a missing key is warned of once; options are checked", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    await drive(reduceLROnPlateau(), [{ loss: 1 }, { loss: 1 }]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0][0]).toMatch(/val_loss.*The keys are: loss, learningRate\./);
    for (const wrong of [
      { factor: 1 },
      { factor: -0.1 },
      { patience: -1 },
      { cooldown: 0.5 },
      { minLr: -1 },
    ]) {
      expect(codeOf(() => reduceLROnPlateau(wrong))).toBe("INVALID_OPTION");
    }
    expect(codeOf(() => reduceLROnPlateau({ minLR: 0 } as never))).toBe("UNKNOWN_OPTION");
  });

  test("a rate that follows a schedule is refused before anything is trained", async () => {
    const learningRate = {
      name: "exponentialDecay",
      initialLearningRate: 0.1,
      decaySteps: 10,
      decayRate: 0.9,
    } as const;
    const net = regression({ optimizer: { name: "sgd", learningRate } });
    const before = weightsOf(net);
    await expect(
      net.fit(x, y, { epochs: 3, callbacks: [reduceLROnPlateau({ monitor: "loss", patience: 2 })] }),
    ).rejects.toMatchObject({ code: "INVALID_OPTION" });
    expect(weightsOf(net)).toEqual(before);
  });
});
