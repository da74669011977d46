// Against numbers by NumPy and scikit-learn: test/references/metrics.py.
import { metricFromConfig } from "../../src/metrics/specs.js";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { metrics, tensor } from "../../src/index.js";
import type { Tensor } from "../../src/index.js";

interface Steps {
  shape: number[];
  steps: number[];
}

interface Case {
  metric: string;
  options: Record<string, unknown>;
  data: string;
  isWeighted: boolean;
  sparse: boolean;
  expected: number | number[];
}

const file = JSON.parse(readFileSync(new URL("../references/metrics.json", import.meta.url), "utf8")) as {
  data: Record<string, Record<"yTrue" | "yPred" | "weights" | "classes", Steps>>;
  cases: Case[];
};

const toTensor = ({ shape, steps }: Steps): Tensor =>
  tensor(
    Float32Array.from(steps, (n) => n / 1024),
    shape,
  );

type Factory = (options: object) => metrics.Metric<number | number[]>;

const make = (name: string, options: object) =>
  (metrics as unknown as Record<string, Factory>)[name](options);

/** Metrics whose elements are computed in float32. */
const inFloat32 =
  /mean(Squared|Absolute)|root|logCosh|cosine|poisson|klDiv|[cC]rossentropy|[hH]inge|AbsolutePercentage/;

function expectNear(got: number | number[], want: number | number[], tolerance: number): void {
  const [a, b] = [[got].flat(), [want].flat()];
  expect(Array.isArray(got)).toBe(Array.isArray(want));
  expect(a.length).toBe(b.length);
  a.forEach((value, i) =>
    expect(Math.abs(value - b[i])).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(b[i]))),
  );
}

/** Adds rows in batches of these sizes, then the rest. */
function feed(
  metric: metrics.Metric<number | number[]>,
  { data, isWeighted, sparse }: Case,
  sizes: number[],
): void {
  const parts = file.data[data];
  const yTrue = toTensor(sparse ? parts.classes : parts.yTrue);
  const yPred = toTensor(parts.yPred);
  const weights = toTensor(parts.weights);
  let start = 0;
  for (const size of [...sizes, yPred.shape[0]]) {
    const count = Math.min(size, yPred.shape[0] - start);
    if (count > 0) {
      const part = (x: Tensor): Tensor => x.slice([start], [count]);
      metric.update(part(yTrue), part(yPred), isWeighted ? part(weights) : undefined);
    }
    start += count;
  }
}

const names = [...new Set(file.cases.map(({ metric }) => metric))];

describe.each(names)("%s", (name) => {
  const cases = file.cases.filter(({ metric }) => metric === name);

  test("is the number of the reference, of all rows at once and in uneven batches", () => {
    for (const each of cases) {
      const tolerance = inFloat32.test(name) ? 2e-6 : 1e-12;
      for (const sizes of [[], [1, 7, 2, 16]]) {
        const metric = make(name, each.options);
        feed(metric, each, sizes);
        try {
          expectNear(metric.result(), each.expected, tolerance);
        } catch (error) {
          throw new Error(`${JSON.stringify(each)} in batches of ${sizes.join(", ")}: ${metric.result()}`, {
            cause: error,
          });
        }
      }
    }
  });

  test("reset, snapshot and restore, a copy, and its configuration make an equal one", () => {
    const each = cases[cases.length - 1];
    const metric = make(name, { ...each.options, name: "own" });
    feed(metric, each, [3]);
    const before = metric.result();
    const state = metric.snapshot();
    metric.reset();
    expect(metric.snapshot()).not.toEqual(state);
    metric.update(...firstRow(each));
    expect(metric.snapshot()).not.toEqual(state);
    metric.restore(state);
    expect(metric.result()).toEqual(before);
    const config = metric.getConfig();
    expect(config).toMatchObject({ metric: name, name: "own" });
    const copies = [metric.copy(), metricFromConfig(JSON.parse(JSON.stringify(config)) as typeof config)];
    for (const copy of copies) {
      feed(copy, each, [3]);
      expect(copy.name).toBe("own");
      expect(copy.result()).toEqual(before);
      expect(copy.getConfig()).toEqual(config);
    }
  });
});

/** The labels and predictions of one row. */
function firstRow({ data, sparse }: Case): [Tensor, Tensor] {
  const { classes, yTrue, yPred } = file.data[data];
  return [toTensor(sparse ? classes : yTrue).slice([0], [1]), toTensor(yPred).slice([0], [1])];
}

test("every metric of the library has a reference", () => {
  const untested = [
    "accuracy",
    "binaryAccuracy",
    "categoricalAccuracy",
    "sparseCategoricalAccuracy",
    "mean",
    "sum",
  ];
  const factories = Object.keys(metrics).filter((name) => /^[a-z]/.test(name));
  expect(factories.filter((name) => !names.includes(name) && !untested.includes(name))).toEqual([]);
});
