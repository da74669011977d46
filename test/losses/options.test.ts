// Names, options and configurations of losses, and what the type checker lets through.
import { losses } from "lanegrad";
import type { CompileOptions } from "lanegrad";
import { describe, expect, test } from "vitest";
import { toLoss } from "../../src/losses/spec.js";
import type { LossSpec } from "../../src/losses/index.js";
import { expectError } from "../preprocessing/expectError.js";

const { dice, meanSquaredError, sparseCategoricalCrossentropy, tversky } = losses;

/** Every loss with options that are not the defaults, and all it has to remember. */
const configs: Record<string, unknown>[] = [
  { name: "meanSquaredError" },
  { name: "meanAbsoluteError" },
  { name: "huber", delta: 0.7 },
  { name: "binaryCrossentropy", fromLogits: true, labelSmoothing: 0.2, axis: -1 },
  { name: "categoricalCrossentropy", fromLogits: true, labelSmoothing: 0.1, axis: -1 },
  { name: "sparseCategoricalCrossentropy", fromLogits: true, ignoreClass: -1, axis: -1 },
  { name: "sparseCategoricalCrossentropy", fromLogits: false, ignoreClass: null, axis: -1 },
  { name: "meanAbsolutePercentageError" },
  { name: "meanSquaredLogarithmicError" },
  { name: "logCosh" },
  { name: "poisson" },
  { name: "cosineSimilarity", axis: -1 },
  { name: "klDivergence" },
  { name: "hinge" },
  { name: "squaredHinge" },
  { name: "categoricalHinge" },
  {
    name: "binaryFocalCrossentropy",
    applyClassBalancing: true,
    alpha: 0.3,
    gamma: 1.5,
    fromLogits: true,
    labelSmoothing: 0.1,
    axis: -1,
  },
  {
    name: "categoricalFocalCrossentropy",
    alpha: 0.3,
    gamma: 1.5,
    fromLogits: true,
    labelSmoothing: 0.1,
    axis: -1,
  },
  { name: "categoricalGeneralizedCrossEntropy", q: 0.3 },
  { name: "dice", axis: [1, 2] },
  { name: "dice", axis: null },
  { name: "tversky", axis: -1, alpha: 0.3, beta: 0.6 },
  { name: "circle", gamma: 64, margin: 0.25, removeDiagonal: false },
  { name: "perceptron" },
];

describe("configurations", () => {
  test.each(configs.map((config) => [JSON.stringify(config), config] as const))(
    "%s comes back",
    (_, config) => {
      const whole = { ...config, reduction: "sum" };
      const loss = toLoss(whole as unknown as LossSpec);
      expect(loss.getConfig()).toEqual(whole);
      expect(toLoss(loss.getConfig() as unknown as LossSpec)).toEqual(loss);
    },
  );

  test("defaults are those of Keras", () => {
    const reduction = "sumOverBatchSize";
    expect(losses.binaryFocalCrossentropy().getConfig()).toEqual({
      name: "binaryFocalCrossentropy",
      reduction,
      applyClassBalancing: false,
      alpha: 0.25,
      gamma: 2,
      fromLogits: false,
      labelSmoothing: 0,
      axis: -1,
    });
    expect(tversky().getConfig()).toEqual({ name: "tversky", reduction, axis: null, alpha: 0.5, beta: 0.5 });
    expect(losses.categoricalGeneralizedCrossEntropy().getConfig()).toEqual({
      name: "categoricalGeneralizedCrossEntropy",
      reduction,
      q: 0.5,
    });
  });
});

describe("names", () => {
  test.each([
    ["mean_squared_error", "meanSquaredError"],
    ["MeanSquaredError", "meanSquaredError"],
    ["MSE", "meanSquaredError"],
    ["kl_divergence", "klDivergence"],
    ["KLDivergence", "klDivergence"],
    ["kld", "klDivergence"],
    ["LogCosh", "logCosh"],
    ["logcosh", "logCosh"],
    ["binary_focal_crossentropy", "binaryFocalCrossentropy"],
    ["CategoricalFocalCrossentropy", "categoricalFocalCrossentropy"],
    ["categorical_generalized_cross_entropy", "categoricalGeneralizedCrossEntropy"],
    ["Tversky", "tversky"],
  ] as const)("%s is %s", (name, resolved) => {
    expect(toLoss(name).name).toBe(resolved);
    expect(toLoss({ name } as LossSpec).name).toBe(resolved);
  });

  test("unknown ones are errors", () => {
    expectError(() => toLoss("ctc" as LossSpec), "UNKNOWN_NAME", /loss must be one of/);
  });
});

describe("reductions", () => {
  test.each([
    ["sum", "sum"],
    ["mean", "mean"],
    ["sumOverBatchSize", "sumOverBatchSize"],
    ["sum_over_batch_size", "sumOverBatchSize"],
    ["meanWithSampleWeight", "meanWithSampleWeight"],
    ["mean_with_sample_weight", "meanWithSampleWeight"],
  ] as const)("%s is %s", (reduction, resolved) => {
    expect(meanSquaredError({ reduction }).reduction).toBe(resolved);
  });

  test("none is refused with the name of what does it", () => {
    for (const reduction of ["none", null]) {
      const work = (): unknown => meanSquaredError({ reduction } as never);
      expectError(work, "INVALID_OPTION", /reduction must be one of/, /loss\.perSample/);
    }
    expectError(() => meanSquaredError({ reduction: "max" } as never), "INVALID_OPTION", /"max"/);
  });
});

describe("wrong options", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["axis 0", () => losses.cosineSimilarity({ axis: 0 } as never), /axis must be -1/],
    ["axis null", () => losses.binaryCrossentropy({ axis: null } as never), /axis must be -1/],
    ["ignoreClass 1.5", () => sparseCategoricalCrossentropy({ ignoreClass: 1.5 }), /ignoreClass/],
    [
      "ignoreClass beyond float32",
      () => sparseCategoricalCrossentropy({ ignoreClass: 2 ** 25 }),
      /ignoreClass/,
    ],
    ["gamma -1", () => losses.binaryFocalCrossentropy({ gamma: -1 }), /gamma/],
    ["alpha NaN", () => losses.categoricalFocalCrossentropy({ alpha: NaN }), /alpha/],
    ["q 0", () => losses.categoricalGeneralizedCrossEntropy({ q: 0 }), /q must be/],
    ["q 1", () => losses.categoricalGeneralizedCrossEntropy({ q: 1 }), /q must be/],
    ["beta -1", () => tversky({ beta: -1 }), /beta/],
    ["axis 1.5", () => dice({ axis: 1.5 }), /axis must be/],
    ["no axes", () => dice({ axis: [] }), /axis must be/],
    ["axes between", () => dice({ axis: [0] }).value([[1, 0]], [[1, 0]]), /axis must be/],
    ["an axis that is not there", () => dice({ axis: 2 }).value([[1, 0]], [[1, 0]]), /axis must be/],
  ])("%s", (_, work, pattern) => {
    expectError(work, "INVALID_OPTION", pattern);
  });

  test("labels beside the classes, where none is ignored or another", () => {
    const predictions = [[0.5, 0.5]];
    expectError(() => sparseCategoricalCrossentropy().value([-1], predictions), "INVALID_LABEL");
    const ignoring = sparseCategoricalCrossentropy({ ignoreClass: -1 });
    expect(ignoring.value([-1], predictions)).toBe(0);
    expectError(() => ignoring.value([2], predictions), "INVALID_LABEL", /or -1 to be ignored/);
  });
});

// The types as they are published: internal properties are no options.
test("the type checker lets a name have the options of its own loss alone", () => {
  const right: CompileOptions["loss"][] = [
    "mse",
    "log_cosh",
    "KLDivergence",
    { name: "huber", delta: 2, reduction: "sum" },
    { name: "binary_crossentropy", fromLogits: true },
    { name: "sparseCategoricalCrossentropy", ignoreClass: null },
    { name: "dice", axis: [1, 2] },
    { name: "BCE", labelSmoothing: 0.1 },
    { name: "Circle", removeDiagonal: false },
  ];
  expect(right.map((spec) => toLoss(spec as LossSpec)).length).toBe(right.length);
  const wrong: CompileOptions["loss"][] = [
    // @ts-expect-error
    "mean_square_error",
    // @ts-expect-error
    { name: "huber", fromLogits: true },
    // @ts-expect-error
    { name: "meanSquaredError", delta: 2 },
    // @ts-expect-error
    { name: "mse", reduction: "none" },
    // @ts-expect-error
    { name: "huber", delta: "2" },
    // @ts-expect-error
    { name: "binary_crossentropy", ignoreClass: 1 },
    // @ts-expect-error
    { name: "cosine_similarity", axis: 1 },
    // @ts-expect-error
    { name: "circle", axis: -1 },
  ];
  for (const spec of wrong) expect(() => toLoss(spec as LossSpec)).toThrow();
});
