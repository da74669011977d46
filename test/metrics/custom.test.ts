// Metrics of one's own, values handed over by hand, shapes with axes between, and Keras's documented examples.
import { describe, expect, test } from "vitest";
import { configure, layers, metrics, sequential, tensor } from "../../src/index.js";
import { expectError } from "../preprocessing/expectError.js";
import { rows, values } from "../support/data.js";

/** The weighted sum of the errors, and how many batches there were. */
class TotalError extends metrics.CustomMetric {
  seen: Float32Array[] = [];

  constructor(readonly factor = 1) {
    super({ name: "totalError", stateSize: 2 });
  }

  override updateState(
    yTrue: Float32Array,
    yPred: Float32Array,
    count: number,
    columns: number,
    sampleWeight?: Float32Array,
  ): void {
    this.seen.push(yPred);
    for (let i = 0; i < count; i++) {
      for (let j = i * columns; j < (i + 1) * columns; j++)
        this.state[0] += this.factor * (sampleWeight?.[i] ?? 1) * Math.abs(yPred[j] - yTrue[j]);
    }
    this.state[1]++;
  }

  override result(): number {
    return this.state[0];
  }
}

describe("a metric of one's own", () => {
  const x = rows(30, 4, 1);
  const y = rows(30, 3, 2);

  test("sees batches and weights, starts again, and reports in a model", async () => {
    const metric = new TotalError(2);
    metric.update([[1], [5]], [[2], [3]], [1, 0.5]);
    expect(metric.result()).toBe(4);
    metric.reset();
    expect(metric.result()).toBe(0);
    const net = sequential({ layers: [layers.dense({ units: 3, inputShape: [4] })] });
    net.compile({ loss: "mse", metrics: [metric, "mae", "auc"] });
    const { totalError, mae } = net.evaluate(x, y, { batchSize: 8 });
    expect(totalError).toBeCloseTo(2 * 90 * mae, 3);
    expect(metric.result()).toBe(0); // each model has its own
    const { history } = await net.fit(x, y, { epochs: 2, batchSize: 8 });
    expect(history.totalError).toHaveLength(2);
  });

  test("its views are made anew only when they show another part", () => {
    const metric = new TotalError();
    const [labels, predictions] = [values(8, 1), values(8, 2)];
    for (let i = 0; i < 5; i++) metric.update(labels, predictions);
    expect(new Set(metric.seen.map((view) => view.byteOffset)).size).toBe(1);
    expect(new Set(metric.seen).size).toBe(1);
    configure({}); // addresses may have changed
    metric.update(labels, predictions);
    expect(new Set(metric.seen).size).toBe(2);
  });

  test("wrong options are typed errors", () => {
    class Wrong extends metrics.CustomMetric {
      constructor(options: object) {
        super(options as metrics.CustomMetricOptions);
      }
      override updateState(): void {}
      override result(): number {
        return 0;
      }
    }
    expectError(() => new Wrong({ name: "", stateSize: 1 }), "INVALID_OPTION", /name=""/);
    expectError(() => new Wrong({ name: "a", stateSize: -1 }), "INVALID_OPTION", /stateSize=-1/);
    expectError(() => new Wrong({ name: "a", stateSize: 1, size: 1 }), "UNKNOWN_OPTION", /stateSize/);
  });
});

describe("mean and sum", () => {
  test("of numbers and of arrays, with weights for values or samples", () => {
    const [mean, sum] = [metrics.mean(), metrics.sum({ name: "total" })];
    expect([mean.result(), sum.result(), sum.name]).toEqual([0, 0, "total"]);
    for (const metric of [mean, sum]) metric.update([1, 3, 5, 7]);
    expect([mean.result(), sum.result()]).toEqual([4, 16]);
    for (const metric of [mean, sum]) {
      metric.reset();
      metric.update([1, 3, 5, 7], [1, 1, 0, 0]);
    }
    expect([mean.result(), sum.result()]).toEqual([2, 4]);
    mean.update(10);
    expect(mean.result()).toBeCloseTo(14 / 3, 12);
    for (const metric of [mean, sum]) {
      metric.reset();
      metric.update([[1, 2], [3, 5]], [1, 3]); // prettier-ignore
    }
    // Two samples of mean 1.5 and 4.
    expect([mean.result(), sum.result()]).toEqual([(1.5 + 12) / 4, 27]);
    mean.reset();
    mean.update([[1, 2], [3, 5]], [[1, 0], [0, 1]]); // prettier-ignore
    mean.update([9]);
    expect(mean.result()).toBe((0.5 + 2.5 + 9) / 2);
    expectError(() => mean.update([1, 2], [1, 2, 3]), "SHAPE_MISMATCH", /2 values/);
    expect(metrics.sum().getConfig()).toEqual({ metric: "sum", name: "sum" });
  });
});

test("places between the first and the last axis are rows that share a weight", () => {
  const yPred = tensor(values(3 * 4 * 2, 1), [3, 4, 2]);
  const yTrue = tensor(
    values(3 * 4 * 2, 2).map((value) => Number(value > 0)),
    [3, 4, 2],
  );
  const weights = [1, 0, 2];
  const makers: (() => metrics.Metric)[] = [
    metrics.precision,
    metrics.auc,
    metrics.meanSquaredError,
    metrics.r2Score,
    metrics.accuracy,
    metrics.concordanceCorrelation,
    metrics.binaryIoU,
    () => metrics.f1Score({ average: "micro", threshold: 0.1 }),
    () => metrics.topKCategoricalAccuracy({ k: 1 }),
    () => metrics.oneHotMeanIoU({ numClasses: 2 }),
  ];
  for (const make of makers) {
    const [shared, flat] = [make(), make()];
    shared.update(yTrue, yPred, weights);
    flat.update(
      tensor(yTrue.data, [12, 2]),
      tensor(yPred.data, [12, 2]),
      weights.flatMap((w) => [w, w, w, w]),
    );
    expect(shared.result()).toBe(flat.result());
  }
});

test("Keras's documented examples", () => {
  type Example = [
    metrics.Metric<number | number[]>,
    number[] | number[][],
    number[] | number[][],
    number[] | undefined,
    number | number[],
  ];
  const oneHot = [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0]]; // prettier-ignore
  const outputs = [[0.2, 0.3, 0.5], [0.1, 0.2, 0.7], [0.5, 0.3, 0.1], [0.1, 0.4, 0.5]]; // prettier-ignore
  const sides = [0, 0.3, 0.8, 0.3, 0.8];
  const several = [[1, 1, 1], [1, 0, 0], [1, 1, 0]]; // prettier-ignore
  const guesses = [[0.2, 0.6, 0.7], [0.2, 0.6, 0.6], [0.6, 0.8, 0]]; // prettier-ignore
  const t = [[0, 1, 0.5], [1, 1, 0.2]]; // prettier-ignore
  const p = [[0.1, 0.9, 0.5], [1, 0.9, 0.2]]; // prettier-ignore
  const examples: Example[] = [
    [metrics.precision(), [0, 1, 1, 1], [1, 0, 1, 1], undefined, 2 / 3],
    [metrics.precision(), [0, 1, 1, 1], [1, 0, 1, 1], [0, 0, 1, 0], 1],
    [metrics.precision({ topK: 2 }), [[0, 0, 1, 1]], [[1, 1, 1, 1]], undefined, 0],
    [metrics.falseNegatives(), [0, 1, 1, 1], [0, 1, 0, 0], undefined, 2],
    [metrics.trueNegatives(), [0, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], 1],
    [metrics.auc({ numThresholds: 3 }), [0, 0, 1, 1], [0, 0.5, 0.3, 0.9], undefined, 0.75],
    [metrics.auc({ numThresholds: 3 }), [0, 0, 1, 1], [0, 0.5, 0.3, 0.9], [1, 0, 0, 1], 1],
    [metrics.sensitivityAtSpecificity({ specificity: 0.5 }), [0, 0, 0, 1, 1], sides, undefined, 0.5],
    [metrics.sensitivityAtSpecificity({ specificity: 0.5 }), [0, 0, 0, 1, 1], sides, [1, 1, 2, 2, 1], 1 / 3],
    [metrics.specificityAtSensitivity({ sensitivity: 0.5 }), [0, 0, 0, 1, 1], sides, undefined, 2 / 3],
    [metrics.precisionAtRecall({ recall: 0.5 }), [0, 0, 0, 1, 1], sides, undefined, 0.5],
    [metrics.precisionAtRecall({ recall: 0.5 }), [0, 0, 0, 1, 1], sides, [2, 2, 2, 1, 1], 1 / 3],
    [metrics.recallAtPrecision({ precision: 0.8 }), [0, 0, 1, 1], [0, 0.5, 0.3, 0.9], undefined, 0.5],
    [metrics.fBetaScore({ beta: 2, threshold: 0.5 }), several, guesses, undefined, [0.3846154, 0.90909094, 0.8333334]],
    [metrics.f1Score({ threshold: 0.5 }), several, guesses, undefined, [0.5, 0.8, 0.6666667]],
    [metrics.topKCategoricalAccuracy({ k: 1 }), [[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]], [0.75, 0.25], 0.25],
    [metrics.r2Score(), [[1], [4], [3]], [[2], [4], [4]], undefined, 0.57142854],
    [metrics.cosineSimilarity(), [[0, 1], [1, 1]], [[1, 0], [1, 1]], undefined, 0.5],
    [metrics.pearsonCorrelation(), t, p, undefined, 0.9966996338993913],
    [metrics.concordanceCorrelation(), t, p, undefined, 0.9816320385426076],
    [metrics.binaryIoU({ threshold: 0.3 }), [0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7], undefined, 1 / 3],
    [metrics.binaryIoU({ threshold: 0.3 }), [0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7], [0.2, 0.3, 0.4, 0.1], 0.17361112],
    [metrics.ioU({ numClasses: 2, targetClassIds: [0] }), [0, 0, 1, 1], [0, 1, 0, 1], [0.3, 0.3, 0.3, 0.1], 1 / 3],
    [metrics.meanIoU({ numClasses: 2 }), [0, 0, 1, 1], [0, 1, 0, 1], [0.3, 0.3, 0.3, 0.1], 0.23809525],
    [metrics.oneHotIoU({ numClasses: 3, targetClassIds: [0, 2] }), oneHot, outputs, [0.1, 0.2, 0.3, 0.4], 0.0714286],
    [metrics.oneHotMeanIoU({ numClasses: 3 }), oneHot, outputs, [0.1, 0.2, 0.3, 0.4], 0.047619],
    [metrics.oneHotIoU({ numClasses: 3, targetClassIds: [0, 2], sparseYPred: true }), oneHot, [2, 2, 0, 2], [0.1, 0.2, 0.3, 0.4], 0.0714286],
  ]; // prettier-ignore
  for (const [metric, yTrue, yPred, weights, expected] of examples) {
    metric.update(yTrue, yPred, weights);
    const [got, want] = [[metric.result()].flat(), [expected].flat()];
    got.forEach((value, i) => expect(Math.abs(value - want[i]), metric.name).toBeLessThan(1e-6));
    expect(got).toHaveLength(want.length);
  }
});

test("before the first batch ratios are 0, as in Keras", () => {
  const made = [
    metrics.precision(),
    metrics.recall(),
    metrics.auc(),
    metrics.accuracy(),
    metrics.hinge(),
    metrics.truePositives(),
  ];
  expect(made.map((metric) => metric.result())).toEqual([0, 0, 0, 0, 0, 0]);
});

test("counts stay exact where float32 would not", () => {
  const metric = metrics.truePositives();
  const ones = new Float32Array(1 << 20).fill(1);
  for (let i = 0; i < 17; i++) metric.update(ones, ones);
  metric.update([1], [1]);
  expect(metric.result()).toBe(17 * 2 ** 20 + 1); // beyond 2^24
});

test("a snapshot from before the first batch restores that", () => {
  const metric = metrics.recall();
  const empty = metric.snapshot();
  metric.update([1, 0], [1, 1]);
  expect(metric.result()).toBe(1);
  metric.restore(empty);
  expect(metric.result()).toBe(0);
});
