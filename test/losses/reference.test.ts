// Losses against formulas written out in PyTorch, with gradients by autograd: test/references/losses.py.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { toLoss } from "../../src/losses/spec.js";
import type { LossSpec } from "../../src/losses/index.js";
import { expectWithin } from "../kernels/harness.js";

interface Case {
  name: string;
  options: Record<string, unknown>;
  yTrue: number[];
  yPred: number[];
  sampleWeight: number[] | null;
  value: number;
  shape: number[];
  perSample: number[];
  gradient: number[];
}

const cases = JSON.parse(
  readFileSync(new URL("../references/losses.json", import.meta.url), "utf8"),
) as Case[];

/** Bound: 1e-6 of the largest number of a tensor, or of 1. */
const RELATIVE = 1e-6;

function expectClose(got: ArrayLike<number>, want: number[]): void {
  const bound = RELATIVE * Math.max(1, ...want.map(Math.abs));
  expectWithin(got, want, () => bound);
}

describe("losses within 1e-6 of PyTorch's, relative to the largest number or 1", () => {
  test("there are cases of every kind", () => {
    expect(cases.length).toBeGreaterThan(100);
  });

  test.each(cases.map((each, i) => [`${i}: ${each.name} ${JSON.stringify(each.options)}`, each] as const))(
    "%s",
    (_, { name, options, yTrue, yPred, sampleWeight, value, shape, perSample, gradient }) => {
      const loss = toLoss({ name, ...options } as unknown as LossSpec);
      const weights = sampleWeight ?? undefined;
      expectClose([loss.value(yTrue, yPred, weights)], [value]);
      const each = loss.perSample(yTrue, yPred);
      expect(each.shape).toEqual(shape);
      expectClose(each.data, perSample);
      expectClose(loss.gradient(yTrue, yPred, weights).data, gradient);
    },
  );
});
