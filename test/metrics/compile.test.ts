// Metrics in models: histories, logits, class indices, errors, types.
import { metricFromConfig } from "../../src/metrics/specs.js";
import { describe, expect, test } from "vitest";
import { layers, losses, metrics, scores, sequential } from "../../src/index.js";
import type { ErrorCode, Sequential } from "../../src/index.js";
import { expectError } from "../preprocessing/expectError.js";
import { rows, values } from "../support/data.js";

const x = rows(50, 4, 1);
const binaryLabels = x.map((_, i) => Number((i * 7) % 3 === 0));
const classLabels = x.map((_, i) => (i * 7) % 5);
const oneHot = classLabels.map((label) => Array.from({ length: 5 }, (_, i) => Number(i === label)));

const net = (units: number, activation?: "sigmoid" | "softmax"): Sequential =>
  sequential({ layers: [layers.dense({ units, activation, inputShape: [4] })] });

const loose = (value: unknown): never => value as never;

/** What a metric says when all rows are handed to it by hand. */
function byHand(metric: metrics.Metric, model: Sequential, labels: number[] | number[][]): number {
  metric.update(labels, model.predict(x));
  return metric.result();
}

describe("in a model", () => {
  test("files in which a cross-entropy has a reduction, as they once had, still load", () => {
    const config = { metric: "categoricalCrossentropy", name: "cce", reduction: "sum", labelSmoothing: 0.1 };
    expect(metricFromConfig(config).getConfig()).toMatchObject({ labelSmoothing: 0.1 });
    expect(() => metricFromConfig({ ...config, metric: "meanSquaredError" })).toThrow(/reduction/);
  });

  test("cross-entropies name the options that they take", () => {
    const options = loose({ foo: 1 });
    expect(() => metrics.categoricalCrossentropy(options)).toThrow(
      "metrics.categoricalCrossentropy has no option foo. The options are name, fromLogits, labelSmoothing, axis.",
    );
    expect(() => metrics.sparseCategoricalCrossentropy(options)).toThrow(
      "name, fromLogits, ignoreClass, axis.",
    );
  });

  test("labels of -1, as hinge losses have, are no", async () => {
    const model = net(1);
    model.compile({
      optimizer: { name: "sgd", learningRate: 0 },
      loss: "hinge",
      metrics: ["precision", "recall", metrics.f1Score({ average: "micro", threshold: 0.5 })],
    });
    const signs = binaryLabels.map((label) => 2 * label - 1);
    const guesses = Array.from(model.predict(x).data, (value) => Number(value > 0.5));
    const { history } = await model.fit(x, signs, { seed: 3, verbose: 0 });
    const { loss: _, ...found } = model.evaluate(x, signs);
    const { precision, recall, f1 } = scores;
    expect(found.precision).toBeCloseTo(precision(binaryLabels, guesses), 6);
    expect(found.recall).toBeCloseTo(recall(binaryLabels, guesses), 6);
    expect(found.f1Score).toBeCloseTo(f1(binaryLabels, guesses), 6);
    expect(history.f1Score[0]).toBeCloseTo(found.f1Score, 6);
  });

  test("evaluate in uneven batches, and fit, report what the predictions say", async () => {
    const model = net(1, "sigmoid");
    model.compile({
      optimizer: { name: "sgd", learningRate: 0 },
      loss: "binaryCrossentropy",
      metrics: [
        "precision",
        "AUC",
        "true_positives",
        metrics.recall({ thresholds: 0.4, name: "at 0.4" }),
        { name: "precision_at_recall", recall: 0.5 },
        { name: "fbeta_score", average: "macro", threshold: 0.5, beta: 2 },
        "bce",
        { name: "r2_score", numRegressors: 1 },
        { name: "binary_io_u" },
      ],
    });
    const expected = {
      precision: byHand(metrics.precision(), model, binaryLabels),
      AUC: byHand(metrics.auc(), model, binaryLabels),
      true_positives: byHand(metrics.truePositives(), model, binaryLabels),
      "at 0.4": byHand(metrics.recall({ thresholds: 0.4 }), model, binaryLabels),
      precision_at_recall: byHand(metrics.precisionAtRecall({ recall: 0.5 }), model, binaryLabels),
      fbeta_score: byHand(
        metrics.fBetaScore({ average: "macro", threshold: 0.5, beta: 2 }),
        model,
        binaryLabels,
      ),
      bce: byHand(metrics.binaryCrossentropy(), model, binaryLabels),
      r2_score: byHand(metrics.r2Score({ numRegressors: 1 }), model, binaryLabels),
      binary_io_u: byHand(metrics.binaryIoU(), model, binaryLabels),
    };
    expect(expected.precision).toBeGreaterThan(0);
    for (const batchSize of [50, 7]) {
      const { loss: _, ...found } = model.evaluate(x, binaryLabels, { batchSize });
      expect(Object.keys(found)).toEqual(Object.keys(expected));
      for (const [key, value] of Object.entries(expected)) expect(found[key]).toBeCloseTo(value, 6);
    }
    const { history } = await model.fit(x, binaryLabels, { epochs: 2, batchSize: 16, validationSplit: 0.4 });
    expect(history.val_AUC).toHaveLength(2);
    expect(history["val_at 0.4"]).toHaveLength(2);
    // Nothing learns: the training and the validation part together are all rows.
    expect(history.true_positives[1] + history.val_true_positives[1]).toBe(expected.true_positives);
  });

  test("logits are cut where their probabilities would be", () => {
    const specs: metrics.MetricSpec[] = [
      "precision",
      "recall",
      "truePositives",
      "trueNegatives",
      "falsePositives",
      "falseNegatives",
      "auc",
      "binaryIoU",
      "binaryCrossentropy",
      "crossentropy",
      "accuracy",
      { name: "precision", thresholds: 0.3 },
      { name: "sensitivityAtSpecificity", specificity: 0.6 },
      { name: "f1Score", average: "micro", threshold: 0.6 },
    ];
    const probabilities = net(3, "sigmoid");
    const logits = net(3);
    logits.setWeights(probabilities.getWeights());
    const labels = x.map((row) => row.slice(0, 3).map((value) => Number(value > 0.2)));
    probabilities.compile({ loss: "binaryCrossentropy", metrics: specs });
    logits.compile({ loss: losses.binaryCrossentropy({ fromLogits: true }), metrics: specs });
    const [a, b] = [probabilities.evaluate(x, labels), logits.evaluate(x, labels)];
    for (const key of Object.keys(a)) expect(b[key], key).toBeCloseTo(a[key], 6);
    expect(a.precision).not.toBe(a.precision_1);
  });

  test("class indices count as the one-hot rows they stand for", () => {
    const specs: metrics.MetricSpec[] = [
      { name: "f1Score", average: "macro" },
      { name: "precision", topK: 2 },
      { name: "recall", thresholds: 0.2, classId: 3 },
      { name: "auc", multiLabel: true },
      "crossentropy",
      "accuracy",
    ];
    const model = net(5, "softmax");
    model.compile({ loss: "categoricalCrossentropy", metrics: [...specs, "top_k_categorical_accuracy"] });
    const dense = model.evaluate(x, oneHot);
    model.compile({
      loss: "sparseCategoricalCrossentropy",
      metrics: [...specs, { name: "sparseTopKCategoricalAccuracy", k: 2 }],
    });
    const sparse = model.evaluate(x, classLabels, { batchSize: 11 });
    expect(dense.top_k_categorical_accuracy).toBe(1);
    for (const key of ["f1Score", "precision", "recall", "auc", "crossentropy", "accuracy"])
      expect(sparse[key], key).toBeCloseTo(dense[key], 6);
    expect(sparse.sparseTopKCategoricalAccuracy).toBe(
      byHand(metrics.sparseTopKCategoricalAccuracy({ k: 2 }), model, classLabels),
    );
  });

  test("evaluate leaves what a fit has counted alone, memory may move meanwhile", async () => {
    const model = net(1, "sigmoid");
    model.compile({
      loss: "mse",
      metrics: ["falseNegatives", "trueNegatives", "falsePositives", "truePositives"],
    });
    const running = model.fit(x, binaryLabels, { batchSize: 1, yieldEvery: 0 });
    await new Promise((turn) => setTimeout(turn));
    for (let i = 0; i < 3; i++) {
      model.evaluate(x, binaryLabels);
      metrics.auc().update(
        values(90_000 * (i + 1), 3).map((value) => Number(value > 0)),
        values(90_000 * (i + 1), 4),
      );
    }
    const { history } = await running;
    const { falseNegatives, trueNegatives, falsePositives, truePositives } = history;
    expect(falseNegatives[0] + trueNegatives[0] + falsePositives[0] + truePositives[0]).toBe(50);
  });
});

test("a metric with and without weights has Keras's key, weighted_mae, and is numbered after that", async () => {
  const model = net(1);
  model.compile({ loss: "mse", metrics: ["mae", "mae"], weightedMetrics: ["mae", "mae", "rmse"] });
  const sampleWeight = x.map((_, i) => i % 3);
  const { history } = await model.fit(x, values(50, 2), { sampleWeight, verbose: 0 });
  const keys = ["loss", "mae", "mae_1", "weighted_mae", "weighted_mae_1", "rmse"];
  expect(Object.keys(history)).toEqual(keys);
  expect(history.weighted_mae).toEqual(history.weighted_mae_1);
  expect(history.weighted_mae).not.toEqual(history.mae);
});

test("rows of an ignored class have no weight where there are weights, as in Keras", () => {
  // Numbers: keras.metrics.SparseCategoricalCrossentropy(ignore_class=0) of Keras 3.16.
  const metric = metrics.sparseCategoricalCrossentropy({ ignoreClass: 0 });
  const halves = [[0.5, 0.5], [0.5, 0.5]]; // prettier-ignore
  metric.update([0, 1], halves);
  expect(metric.result()).toBeCloseTo(Math.LN2 / 2, 6);
  metric.reset();
  metric.update([0, 1], halves, [2, 1]);
  metric.update([0, 0], halves, [7, 1]);
  expect(metric.result()).toBeCloseTo(Math.LN2, 6);
  metric.reset();
  metric.update([[0, 1], [1, 1]], [halves, halves], [3, 1]); // prettier-ignore
  expect(metric.result()).toBeCloseTo(Math.LN2, 6);
});

test("metrics with workspace leave training alone", async () => {
  const weightsAfter = async (specs: metrics.MetricSpec[]): Promise<Float32Array[]> => {
    const model = sequential({
      layers: [
        layers.dense({
          units: 6,
          activation: "relu",
          inputShape: [4],
          kernelInitializer: { name: "heNormal", seed: 1 },
        }),
        layers.dense({ units: 5, activation: "softmax", kernelInitializer: { name: "heNormal", seed: 2 } }),
      ],
    });
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: specs });
    await model.fit(x, oneHot, { epochs: 3, batchSize: 8, seed: 5 });
    return model.getWeights().map(({ data }) => data);
  };
  const measured = await weightsAfter([
    { name: "auc", multiLabel: true },
    { name: "oneHotMeanIoU", numClasses: 5 },
    "r2Score",
    { name: "f1Score", average: "macro" },
  ]);
  expect(measured).toEqual(await weightsAfter([]));
});

describe("errors", () => {
  const compile =
    (metric: unknown, loss: losses.LossSpec = "binaryCrossentropy", units = 3) =>
    () =>
      net(units).compile({ loss, metrics: [loose(metric)] });
  const logits = losses.categoricalCrossentropy({ fromLogits: true });
  const cases: [string, () => unknown, ErrorCode, RegExp][] = [
    ["a list of F scores", compile("f1Score"), "INVALID_OPTION", /use average: "micro"/],
    ["a list of R2", compile(metrics.r2Score({ classAggregation: null })), "INVALID_OPTION", /classAggregation: "uniformAverage"/],
    ["a list of thresholds", compile({ name: "recall", thresholds: [0.1, 0.2] }), "INVALID_OPTION", /a single number as thresholds/],
    ["mean is for values", compile(metrics.mean()), "UNKNOWN_NAME", /metrics must be one of/],
    ["an unknown option", compile({ name: "precision", treshold: 1 }), "UNKNOWN_OPTION", /thresholds/],
    ["a reduction of a metric", () => metrics.binaryCrossentropy(loose({ reduction: "sum" })), "UNKNOWN_OPTION", /^metrics.binaryCrossentropy has no option reduction/],
    ["an option of another cross-entropy", () => metrics.crossentropy(loose({ fromLogits: true })), "UNKNOWN_OPTION", /The options are name\./],
    ["a threshold above 1", compile({ name: "precision", thresholds: 1.5 }), "INVALID_OPTION", /thresholds=1.5/],
    ["a class that is not there", compile({ name: "precision", classId: 3 }), "INVALID_OPTION", /classId=3/],
    ["more than all", compile({ name: "recall", topK: 4 }), "INVALID_OPTION", /topK=4/],
    ["Keras's 0 for logits", compile({ name: "recall", thresholds: 0 }, losses.binaryCrossentropy({ fromLogits: true })), "INVALID_OPTION", /0.5 cuts them at 0/],
    ["logits of classes", compile("precision", logits), "INVALID_OPTION", /topK: 1/],
    ["one output, always the largest", compile({ name: "f1Score", average: "macro" }, "mse", 1), "INVALID_OPTION", /needs a threshold/],
    ["one output to correlate", compile("pearsonCorrelation", "mse", 1), "INVALID_OPTION", /axis: 0/],
    ["labels of the wrong form", compile("sparseTopKCategoricalAccuracy", "mse"), "INVALID_OPTION", /needs class indices/],
    ["one-hot labels of indices", compile({ name: "oneHotMeanIoU", numClasses: 3, sparseYPred: true }, "mse"), "INVALID_OPTION", /sparseYPred=true/],
    ["an F score's threshold of 0", () => metrics.f1Score({ threshold: 0 }), "INVALID_OPTION", /threshold=0/],
    ["beta 0", () => metrics.fBetaScore({ beta: 0 }), "INVALID_OPTION", /beta=0/],
    ["another average", () => metrics.f1Score({ average: loose("mean") }), "INVALID_OPTION", /average="mean"/],
    ["another curve", () => metrics.auc({ curve: loose("DET") }), "INVALID_OPTION", /curve="DET"/],
    ["one threshold for a curve", () => metrics.auc({ numThresholds: 1 }), "INVALID_OPTION", /numThresholds=1/],
    ["a recall above 1", () => metrics.precisionAtRecall({ recall: 2 }), "INVALID_OPTION", /recall=2/],
    ["no recall", () => metrics.precisionAtRecall(loose({})), "INVALID_OPTION", /recall=undefined/],
    ["no classes", () => metrics.meanIoU(loose({})), "INVALID_OPTION", /numClasses=undefined/],
    ["a target beyond the classes", () => metrics.ioU({ numClasses: 2, targetClassIds: [2] }), "INVALID_OPTION", /from 0 to 1/],
    ["k 0", () => metrics.topKCategoricalAccuracy({ k: 0 }), "INVALID_OPTION", /k=0/],
    ["a name that is none", () => metrics.hinge({ name: "" }), "INVALID_OPTION", /name=""/],
    ["another number of outputs", () => { const r2 = metrics.r2Score(); r2.update([[1, 2]], [[1, 2]]); r2.update([1], [2]); }, "SHAPE_MISMATCH", /2 outputs/],
    ["weights for outputs", () => metrics.precision().update([[1, 0]], [[1, 0]], [1, 1]), "SHAPE_MISMATCH", /1 values/],
    ["label weights of another size", () => metrics.auc({ labelWeights: [1] }).update([[1, 0]], [[1, 0]]), "SHAPE_MISMATCH", /2 outputs/],
    ["labels that are no probabilities", () => metrics.klDivergence().update([[2, 0]], [[1, 0]]), "INVALID_LABEL", /2/],
    ["a configuration of nothing", () => metricFromConfig({ metric: "bleu" }), "UNKNOWN_NAME", /"bleu"/],
  ]; // prettier-ignore
  test.each(cases)("%s", (_, work, code, message) => expectError(work, code, message));

  test("names may be those of Keras's classes", () => {
    const model = net(5, "softmax");
    const names = [
      "Precision",
      "F1Score",
      "R2Score",
      "TopKCategoricalAccuracy",
      "MeanSquaredError",
      "KLDivergence",
    ] as const;
    const [, f1, ...others] = names;
    model.compile({
      loss: "categoricalCrossentropy",
      metrics: [
        names[0],
        { name: f1, average: "macro" },
        ...others,
        { name: "OneHotMeanIoU", numClasses: 5 },
      ],
    });
    expect(Object.keys(model.evaluate(x, oneHot))).toEqual(["loss", ...names, "OneHotMeanIoU"]);
  });

  test("a compile that fails leaves the one before", () => {
    const model = net(3);
    model.compile({ loss: "mse", metrics: ["mae"] });
    expect(() => model.compile({ loss: "mse", metrics: [loose("f1Score")] })).toThrow();
    expect(Object.keys(model.evaluate(x, rows(50, 3, 2)))).toEqual(["loss", "mae"]);
  });
});

test("types: a name takes its own options only, and the result is what they make it", () => {
  const wrong: metrics.MetricSpec[] = [
    // @ts-expect-error precision has no k
    { name: "precision", k: 3 },
    // @ts-expect-error an F score for each class has no place in a history
    "f1Score",
    // @ts-expect-error numClasses is missing
    "meanIoU",
    // @ts-expect-error a list
    { name: "recall", thresholds: [0.5] },
    // @ts-expect-error a list
    metrics.f1Score(),
    // @ts-expect-error no such metric
    "precison",
  ];
  expect(wrong).toHaveLength(6);
  const right: metrics.MetricSpec[] = [
    "top_k_categorical_accuracy",
    { name: "mean_io_u", numClasses: 3 },
    "Precision",
    { name: "TopKCategoricalAccuracy", k: 3 },
    { name: "MeanIoU", numClasses: 3 },
  ];
  expect(right).toHaveLength(5);
  const list: number[] = metrics.precision({ thresholds: [0.2, 0.5] }).result();
  const number: number = metrics.precision({ thresholds: 0.5 }).result();
  const classes: number[] = metrics.f1Score().result();
  const macro: number = metrics.f1Score({ average: "macro" }).result();
  expect([list, number, classes, macro]).toEqual([[0, 0], 0, [], 0]);
});
