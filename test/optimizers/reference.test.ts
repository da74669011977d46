// Training steps and schedules against test/references/optimizers.py: Keras's formulas in float64.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { tensor } from "../../src/index.js";
import type { schedules } from "../../src/index.js";
import { applyToTensors } from "../../src/optimizers/apply.js";
import { toOptimizer } from "../../src/optimizers/spec.js";
import type { OptimizerSpec } from "../../src/optimizers/index.js";
import { OptimizerState } from "../../src/optimizers/state.js";
import { toSchedule } from "../../src/schedules/spec.js";
import type { ScheduleSpec } from "../../src/schedules/index.js";

interface WeightSet {
  shapes: number[][];
  weights: number[][];
  batches: number[][][];
}

interface Case {
  title: string;
  optimizer: OptimizerSpec;
  set: string;
  /** The weights after so many calls. */
  after: Record<string, number[][]>;
  slots: Record<string, number[]>[];
}

const reference = JSON.parse(
  readFileSync(new URL("../references/optimizers.json", import.meta.url), "utf8"),
) as {
  sets: Record<string, WeightSet>;
  steps: number[];
  schedules: { schedule: Exclude<ScheduleSpec, schedules.Schedule>; rates: number[] }[];
  optimizers: Case[];
};

/** Some hundred roundings of float32; Muon's polynomial multiplies them by up to 3.4 in each iteration. */
const toleranceOf = (title: string) => (title.startsWith("muon") ? 2e-5 : 4e-6);

function expectNear(got: ArrayLike<number>, want: number[], tolerance: number): void {
  expect(got.length).toBe(want.length);
  want.forEach((value, i) => {
    expect(Math.abs(got[i] - value), `value ${i}: ${got[i]} for ${value}`).toBeLessThanOrEqual(
      tolerance * (1 + Math.abs(value)),
    );
  });
}

describe.each(reference.optimizers)("$title", ({ title, optimizer: spec, set, after, slots }) => {
  const { shapes, weights, batches } = reference.sets[set];

  test("apply gives the weights of the reference after each call", () => {
    const optimizer = toOptimizer(spec);
    const ours = weights.map((values, i) => tensor(values, shapes[i]));
    batches.forEach((gradients, call) => {
      optimizer.apply(ours.map((weight, i) => [weight, tensor(gradients[i], shapes[i])]));
      after[call + 1]?.forEach((want, i) => expectNear(ours[i].data, want, toleranceOf(title)));
    });
  });

  test("what is remembered has the names and values of the reference", () => {
    const optimizer = toOptimizer(spec);
    const state = new OptimizerState(
      optimizer,
      shapes.map((shape) => ({ shape, path: "" })),
    );
    const ours = weights.map((values) => Float32Array.from(values));
    for (const gradients of batches)
      applyToTensors(
        state,
        ours,
        gradients.map((values) => Float32Array.from(values)),
      );
    const saved = state.read();
    expect(saved.map(({ name, weight }) => `${name} ${weight}`).sort()).toEqual(
      slots.flatMap((named, weight) => Object.keys(named).map((name) => `${name} ${weight}`)).sort(),
    );
    // What adds up unscaled has larger values and errors than weights have.
    for (const { name, weight, values } of saved)
      expectNear(values, slots[weight][name], 5 * toleranceOf(title));
    expect(state.step).toBe(batches.length);
  });

  test("its configuration makes it again", () => {
    const optimizer = toOptimizer(spec);
    const config = JSON.parse(JSON.stringify(optimizer.getConfig())) as OptimizerSpec;
    expect(toOptimizer(config).getConfig()).toEqual(optimizer.getConfig());
  });
});

describe.each(reference.schedules)("$schedule", ({ schedule: spec, rates }) => {
  test("gives the rates of the reference, and is made again from its configuration", () => {
    const schedule = toSchedule(spec);
    const again = toSchedule(JSON.parse(JSON.stringify(schedule.getConfig())) as ScheduleSpec);
    reference.steps.forEach((step, i) => {
      const message = `step ${step}: ${schedule.at(step)} for ${rates[i]}`;
      expect(Math.abs(schedule.at(step) - rates[i]), message).toBeLessThanOrEqual(1e-13);
      expect(again.at(step)).toBe(schedule.at(step));
    });
  });
});
