// Options of optimizers and schedules: what is refused, at run time and by the compiler.
import { describe, expect, test } from "vitest";
import { optimizers, schedules } from "../../src/index.js";
import type { CompileOptions } from "../../src/index.js";
import { toOptimizer } from "../../src/optimizers/spec.js";
import { codeOf } from "../support/data.js";

const cosine = { initialLearningRate: 0.1, decaySteps: 10 };

/** One step of a weight of 1 by a gradient of 1. */
function stepOf(optimizer: optimizers.Optimizer, weight = Float32Array.of(1)): number {
  const before = weight[0];
  optimizer.apply([[weight, Float32Array.of(1)]]);
  return before - weight[0];
}

describe("learning rates", () => {
  test("a number, a schedule, and a schedule's name and options", () => {
    const rates = [0.1, schedules.cosineDecay(cosine), { name: "cosineDecay", ...cosine } as const];
    for (const learningRate of rates) expect(stepOf(optimizers.sgd({ learningRate }))).toBeCloseTo(0.1, 7);
    for (const name of ["CosineDecay", "cosine_decay"] as const)
      expect(stepOf(optimizers.sgd({ learningRate: { name, ...cosine } }))).toBeCloseTo(0.1, 7);
  });

  test("the rate of the last step begun; the first one's before that", () => {
    const schedule = schedules.inverseTimeDecay({ initialLearningRate: 0.5, decaySteps: 1, decayRate: 1 });
    const optimizer = optimizers.sgd({ learningRate: schedule });
    expect(optimizer.learningRate).toBe(0.5);
    const weight = Float32Array.of(1);
    for (const rate of [0.5, 0.25, 0.5 / 3]) {
      expect(stepOf(optimizer, weight)).toBeCloseTo(rate, 6);
      expect(optimizer.learningRate).toBe(rate);
    }
    expect(optimizer.getConfig().learningRate).toEqual(schedule.getConfig());
  });

  test("a number can be set, a schedule cannot", () => {
    const plain = optimizers.sgd({ learningRate: 0.5 });
    plain.learningRate = 0.25;
    expect(stepOf(plain)).toBe(0.25);
    const optimizer = optimizers.sgd({ learningRate: schedules.cosineDecay(cosine) });
    expect(codeOf(() => (optimizer.learningRate = 0.1))).toBe("INVALID_OPTION");
    expect(() => (optimizer.learningRate = 0.1)).toThrow("follows a schedule");
  });

  test("a schedule of one's own", () => {
    class Halving extends schedules.Schedule {
      override at(step: number): number {
        return 2 ** -step;
      }
    }
    const optimizer = optimizers.sgd({ learningRate: new Halving() });
    const weight = Float32Array.of(8);
    expect([0, 1, 2].map(() => stepOf(optimizer, weight))).toEqual([1, 0.5, 0.25]);
    expect(codeOf(() => optimizer.getConfig())).toBe("INVALID_OPTION");
  });
});

describe("what is refused", () => {
  test.each<[object, string]>([
    [{ learningRate: -1 }, "INVALID_OPTION"],
    [{ learningRate: "cosineDecay" }, "INVALID_OPTION"],
    [{ learningRate: null, name: "sgd" }, "UNKNOWN_OPTION"],
    [{ learningRate: { name: "cosine" } }, "UNKNOWN_NAME"],
    [{ learningRate: { name: "cosineDecay" } }, "INVALID_OPTION"],
    [{ learningRate: { name: "cosineDecay", ...cosine, rate: 1 } }, "UNKNOWN_OPTION"],
    [{ useEma: 1 }, "INVALID_OPTION"],
    [{ emaMomentum: 1.1 }, "INVALID_OPTION"],
    [{ emaMomentum: -0.1 }, "INVALID_OPTION"],
    [{ emaOverwriteFrequency: 0 }, "INVALID_OPTION"],
    [{ emaOverwriteFrequency: 1.5 }, "INVALID_OPTION"],
    [{ gradientAccumulationSteps: 1 }, "INVALID_OPTION"],
    [{ gradientAccumulationSteps: 2.5 }, "INVALID_OPTION"],
  ])("%o", (options, code) => {
    expect(codeOf(() => optimizers.sgd(options))).toBe(code);
  });

  test.each<[() => unknown]>([
    [() => optimizers.ftrl({ learningRatePower: 0.1 })],
    [() => optimizers.ftrl({ l1RegularizationStrength: -1 })],
    [() => optimizers.adafactor({ beta2Decay: 0 })],
    [() => optimizers.adafactor({ clipThreshold: 0 })],
    [() => optimizers.muon({ excludeLayers: ["("] })],
    [() => optimizers.muon({ excludeLayers: "dense" as unknown as string[] })],
    [() => optimizers.muon({ rmsRate: 0 })],
    [() => optimizers.scheduleFreeAdamw({ beta1: 0 })],
    [() => optimizers.scheduleFreeAdamw({ warmupSteps: -1 })],
    [() => schedules.cosineDecay({ ...cosine, decaySteps: 0 })],
    [() => schedules.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1, tMul: 0.5 })],
    [() => schedules.piecewiseConstantDecay({ boundaries: [1], values: [1] })],
    [() => schedules.piecewiseConstantDecay({ boundaries: [2, 1], values: [1, 2, 3] })],
    [() => schedules.exponentialDecay({} as schedules.ExponentialDecayOptions)],
  ])("%s", (make) => {
    expect(codeOf(make)).toBe("INVALID_OPTION");
  });

  test("the message names what was wrong", () => {
    expect(() => optimizers.sgd({ gradientAccumulationSteps: 1 })).toThrow(
      "gradientAccumulationSteps must be 2 or more; leave it out to update at every batch. Received: gradientAccumulationSteps=1",
    );
    expect(() => optimizers.sgd({ emaMomentum: 2 })).toThrow(
      "emaMomentum must be a number from 0 to 1. Received: emaMomentum=2",
    );
  });
});

describe("specifications", () => {
  test("names in every spelling", () => {
    for (const name of ["scheduleFreeAdamw", "schedule_free_adamw", "ScheduleFreeAdamW"] as const)
      expect(toOptimizer(name).name).toBe("scheduleFreeAdamw");
    for (const name of ["Ftrl", "Lamb", "Adafactor", "Muon"] as const)
      expect(toOptimizer(name).name).toBe(name.toLowerCase());
  });

  test("only the options of the named optimizer compile", () => {
    type Spec = NonNullable<CompileOptions["optimizer"]>;
    const right: Spec[] = [
      "adam",
      "AdamW",
      { name: "adam", beta1: 0.5, learningRate: { name: "cosine_decay", ...cosine } },
      { name: "RMSprop", centered: true, gradientAccumulationSteps: 2 },
      { name: "schedule_free_adamw", warmupSteps: 3 },
    ];
    for (const spec of right) expect(() => toOptimizer(spec)).not.toThrow();
    const wrong: Spec[] = [
      // @ts-expect-error sgd has no beta1
      { name: "sgd", beta1: 0.5 },
      // @ts-expect-error lion has no epsilon
      { name: "Lion", epsilon: 1 },
      // @ts-expect-error a misspelt option
      { name: "adam", learning_rate: 1 },
      // @ts-expect-error a text for a number
      { name: "adam", beta1: "0.5" },
      // @ts-expect-error no such optimizer
      "adamm",
      // @ts-expect-error a schedule needs options
      { name: "adam", learningRate: "cosineDecay" },
      // @ts-expect-error and all that it needs
      { name: "adam", learningRate: { name: "cosineDecay", initialLearningRate: 1 } },
    ];
    for (const spec of wrong) expect(() => toOptimizer(spec)).toThrow();
  });
});
