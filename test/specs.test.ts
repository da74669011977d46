// Parts given by name: what is wrong neither compiles (`tsc` reads this file) nor runs.
import { layers } from "lanegrad";
import type { constraints, initializers, regularizers } from "lanegrad";
import { expect, test } from "vitest";
import { codeOf } from "./support/data.js";

const constraint = (kernelConstraint: constraints.ConstraintSpec) =>
  layers.dense({ units: 2, kernelConstraint });
const initializer = (kernelInitializer: initializers.InitializerSpec) =>
  layers.dense({ units: 2, kernelInitializer });
const regularizer = (kernelRegularizer: regularizers.RegularizerSpec) =>
  layers.dense({ units: 2, kernelRegularizer });

const right: (() => unknown)[] = [
  () => constraint("min_max_norm"),
  () => constraint({ name: "minMaxNorm", minValue: 0.5, rate: 0.5, axis: [0, 1] }),
  () => constraint({ name: "MaxNorm", maxValue: 3 }),
  () => constraint({ name: "nonNeg" }),
  () => initializer("he_normal"),
  () => initializer({ name: "uniform", minval: -1, maxval: 1, seed: 2 }),
  () => initializer({ name: "glorot_uniform", seed: 2 }),
  () => initializer({ name: "zeros" }),
  () => regularizer("orthogonal_regularizer"),
  () => regularizer({ name: "l1_l2", l1: 1 }),
  () => regularizer({ name: "orthogonal", mode: "columns" }),
];

test.each(right.map((work) => [String(work), work] as const))("%s", (_text, work) => {
  expect(work).not.toThrow();
});

const wrong: [() => unknown, string][] = [
  // @ts-expect-error no such constraint
  [() => constraint("maxnorm"), "UNKNOWN_NAME"],
  // @ts-expect-error an option of minMaxNorm
  [() => constraint({ name: "maxNorm", minValue: 1 }), "UNKNOWN_OPTION"],
  // @ts-expect-error nonNeg has no options
  [() => constraint({ name: "nonNeg", axis: 0 }), "UNKNOWN_OPTION"],
  // @ts-expect-error not a number
  [() => constraint({ name: "maxNorm", maxValue: "2" }), "INVALID_OPTION"],
  // @ts-expect-error no such initializer
  [() => initializer("eye"), "UNKNOWN_NAME"],
  // @ts-expect-error misspelt
  [() => initializer({ name: "identity", gian: 1 }), "UNKNOWN_OPTION"],
  // @ts-expect-error zeros has no options
  [() => initializer({ name: "zeros", value: 1 }), "UNKNOWN_OPTION"],
  // @ts-expect-error an option of randomUniform
  [() => initializer({ name: "random_normal", minval: 1 }), "UNKNOWN_OPTION"],
  // @ts-expect-error no such regularizer
  [() => regularizer("l1_l3"), "UNKNOWN_NAME"],
  // @ts-expect-error an option of l2
  [() => regularizer({ name: "l1", l2: 1 }), "UNKNOWN_OPTION"],
  // @ts-expect-error no such mode
  [() => regularizer({ name: "orthogonal", mode: "both" }), "INVALID_OPTION"],
];

test.each(wrong.map(([work, code]) => [String(work), work, code] as const))("%s", (_text, work, code) => {
  expect(codeOf(work)).toBe(code);
});
