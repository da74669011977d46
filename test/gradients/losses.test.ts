// Every loss's gradient against finite differences: on its own, and at the end of a small model.
import { layers, losses, sequential, tensor } from "lanegrad";
import type { Tensor } from "lanegrad";
import { describe, expect, test } from "vitest";
import { mirror as kernel } from "../support/corners.js";
import { values } from "../support/data.js";
import { checkGradients, compareGradient } from "../support/finiteDifferences.js";

const ROWS = 6;
const COLUMNS = 4;
const SIZE = ROWS * COLUMNS;

/** Less than what separates the values below from corners and from the ends of [0, 1]. */
const STEP = 0.04;

type Factory = (options?: never) => losses.Loss;

/** What a loss is tried on. */
interface Kind {
  yTrue: Tensor;
  yPred: Tensor;
  /** What a model ends in that predicts such values. */
  activation: "linear" | "sigmoid" | "softmax" | "exponential";
}

function rows(data: ArrayLike<number>): Tensor {
  return tensor(Float32Array.from(data), [ROWS, data.length / ROWS]);
}

/** In (from, to). */
function between(from: number, to: number, seed: number): number[] {
  return Array.from(values(SIZE, seed), (value) => from + ((value + 1) / 2) * (to - from));
}

/** Rows that add up to 1. */
function distributions(data: readonly number[]): number[] {
  return data.map((value, i) => {
    const start = i - (i % COLUMNS);
    return value / data.slice(start, start + COLUMNS).reduce((a, b) => a + b, 0);
  });
}

const classes = [0, 3, 1, 2, 2, 0];
const oneHot = classes.flatMap((label) => [0, 1, 2, 3].map((column) => Number(column === label)));
const numbers = between(-1.5, 1.5, 1);
const probabilities = between(0.15, 0.85, 2);
const shares = distributions(between(0.5, 1.5, 3));
const logits = between(-2, 2, 4);

/** Errors of 0.3 to 1.8 and both signs: away from 0, and from the bend of huber at 1. */
const errors = between(0, 0.5, 5).map(
  (value, i) => [0.3, -0.3, 1.3, -1.3][i % 4] + [1, -1, 1, -1][i % 4] * value,
);

/** On both sides of 1 and of -1, but not near. */
const margins = between(0, 0.7, 6).map((value, i) => [1.15, -0.8, 0.1, -1.85][i % 4] + value);
const signs = Array.from(values(SIZE, 7), (value) => (value < 0 ? -1 : 1));

/** In each row the right class is far ahead, or far behind the best wrong one, which is alone. */
const leads = classes.flatMap((label, row) =>
  [0, 1, 2, 3].map(
    (column) => [0.3, 0, -0.4, 0.8][(column + row) % 4] + (column === label ? [2, 0.4][row % 2] : 0),
  ),
);

const regression: Kind = { yTrue: rows(numbers.map((value, i) => value - errors[i])), yPred: rows(numbers), activation: "linear" }; // prettier-ignore
const positive: Kind = { yTrue: rows(between(0.2, 3, 8)), yPred: rows(between(0.3, 2.5, 9)), activation: "exponential" }; // prettier-ignore
const masks: Kind = { yTrue: rows(signs.map((sign) => (sign + 1) / 2)), yPred: rows(probabilities), activation: "sigmoid" }; // prettier-ignore
const binaryLogits: Kind = { ...masks, yPred: rows(logits), activation: "linear" };
const oneOf: Kind = { yTrue: rows(oneHot), yPred: rows(shares), activation: "softmax" };
const soft: Kind = { ...oneOf, yTrue: rows(distributions(between(0.1, 1, 10))) };
const oneOfLogits: Kind = { ...oneOf, yPred: rows(logits), activation: "linear" };
const indices: Kind = { ...oneOf, yTrue: rows(classes) };
const indexLogits: Kind = { ...oneOfLogits, yTrue: rows(classes) };
const signed: Kind = { yTrue: rows(signs), yPred: rows(margins), activation: "linear" };

const embeddings: Kind = { yTrue: rows(classes.map((label) => label % 3)), yPred: rows(between(-0.5, 0.5, 11)), activation: "linear" }; // prettier-ignore

type Entry = readonly [options: object, kind: Kind];

const REDUCTIONS = ["sumOverBatchSize", "sum", "mean", "meanWithSampleWeight"] as const;

const smoothed = (probable: Kind, logit: Kind): Entry[] => [
  [{}, probable],
  [{ labelSmoothing: 0.2 }, probable],
  [{ fromLogits: true }, logit],
  [{ fromLogits: true, labelSmoothing: 0.2 }, logit],
];
const focal = (probable: Kind, logit: Kind): Entry[] => [
  ...smoothed(probable, logit),
  [{ gamma: 0 }, probable],
  [{ gamma: 1.5, alpha: 0.6 }, probable],
  [{ gamma: 3, alpha: 0.6, fromLogits: true }, logit],
];
const overlap: Entry[] = [
  [{}, masks],
  [{ axis: -1 }, masks],
  [{ axis: [0, 1] }, masks],
];

const entries: Readonly<Record<string, Entry[]>> = {
  meanSquaredError: [[{}, regression]],
  meanAbsoluteError: [[{}, regression]],
  huber: [[{}, regression], [{ delta: 2.5 }, regression], [{ delta: 0.25 }, regression]], // prettier-ignore
  binaryCrossentropy: smoothed(masks, binaryLogits),
  categoricalCrossentropy: [...smoothed(oneOf, oneOfLogits), [{}, soft]],
  sparseCategoricalCrossentropy: [
    [{}, indices],
    [{ ignoreClass: 2 }, indices],
    [{ fromLogits: true }, indexLogits],
    [{ fromLogits: true, ignoreClass: 0 }, indexLogits],
  ],
  meanAbsolutePercentageError: [[{}, regression]],
  meanSquaredLogarithmicError: [[{}, positive]],
  logCosh: [[{}, regression]],
  poisson: [[{}, positive]],
  cosineSimilarity: [[{}, regression]],
  klDivergence: [[{}, soft]],
  hinge: [[{}, signed], [{}, { ...signed, yTrue: masks.yTrue }]], // prettier-ignore
  squaredHinge: [[{}, signed], [{}, { ...signed, yTrue: masks.yTrue }]], // prettier-ignore
  categoricalHinge: [[{}, { ...oneOf, yPred: rows(leads), activation: "linear" }]],
  binaryFocalCrossentropy: [
    ...focal(masks, binaryLogits),
    [{ applyClassBalancing: true, alpha: 0.7 }, masks],
    [{ applyClassBalancing: true, fromLogits: true }, binaryLogits],
  ],
  categoricalFocalCrossentropy: focal(oneOf, oneOfLogits),
  categoricalGeneralizedCrossEntropy: [[{}, indices], [{ q: 0.2 }, indices]], // prettier-ignore
  dice: overlap,
  tversky: [...overlap, [{ alpha: 0.3, beta: 0.8 }, masks]],
  // A smaller gamma than the default: at 80 the loss bends within a step.
  circle: [
    [{ gamma: 4 }, embeddings],
    [{ gamma: 2, margin: 0.1, removeDiagonal: false }, embeddings],
  ],
};

/** Losses whose gradient is not the derivative of their value. */
const withoutGradient: Readonly<Record<string, string>> = {
  perceptron: "has the error in place of a gradient; its exact rule is below",
};

/** `toLoss` is internal: it reads what `compile` is told. */
const factories = Object.entries(losses).filter(([name]) => /^[a-z]/.test(name) && name !== "toLoss") as [
  string,
  Factory,
][];

const SAMPLE_WEIGHT = tensor([0.5, 2, 0, 1.5, 0.25, 1], [ROWS]);

const all = factories.flatMap(([name, make]) =>
  (entries[name] ?? []).flatMap(([options, kind], i) =>
    (i === 0 ? REDUCTIONS : REDUCTIONS.slice(-1)).flatMap((reduction) =>
      [undefined, SAMPLE_WEIGHT].map((sampleWeight) => {
        const given = { ...options, reduction };
        const title = `${JSON.stringify(given)}${sampleWeight === undefined ? "" : " weighted"}`;
        return { name, title, kind, sampleWeight, loss: make(given as never) };
      }),
    ),
  ),
);

test("every loss has an entry", () => {
  const known = [...Object.keys(entries), ...Object.keys(withoutGradient)];
  expect(known.sort()).toEqual(factories.map(([name]) => name).sort());
});

/** What goes into the activation that makes `yPred`. */
function before({ yPred, activation }: Kind): Tensor {
  const inverse = { linear: (y: number) => y, sigmoid: (y: number) => Math.log(y / (1 - y)), softmax: Math.log, exponential: Math.log }; // prettier-ignore
  return tensor(yPred.data.map(inverse[activation]), [...yPred.shape]);
}

describe("relative error under 1e-3 of the largest gradient", () => {
  test.each(all)("$name $title", ({ loss, kind: { yTrue, yPred }, sampleWeight }) => {
    const gradient = loss.gradient(yTrue, yPred, sampleWeight);
    expect(gradient.data.some((value) => Math.abs(value) > 1e-2)).toBe(true);
    compareGradient(gradient, yPred, (moved) => loss.value(yTrue, moved, sampleWeight), { step: STEP });
  });

  test.each(all)("$name $title at the end of a model", ({ loss, kind, sampleWeight }) => {
    const net = sequential({
      layers: [layers.dense({ units: COLUMNS, activation: kind.activation, inputShape: [COLUMNS] })],
    });
    net.setWeights([kernel, [0, 0, 0, 0]]);
    net.compile({ loss });
    const z = before(kind).data;
    const x = z.map((_, i) => {
      const start = i - (i % COLUMNS);
      return kernel.reduce((sum, line, j) => sum + z[start + j] * line[i % COLUMNS], 0);
    });
    const given = sampleWeight === undefined ? {} : { sampleWeight };
    checkGradients(net, [tensor(x, [ROWS, COLUMNS])], kind.yTrue, { step: STEP, ...given });
  });
});

/** Circle compares rows with each other, which must be [n, d]. */
const withAxes = factories.filter(([name]) => name in entries && name !== "circle");

test.each(withAxes)("%s with an axis between batch and outputs", (name, make) => {
  const [, { yTrue, yPred }] = entries[name][0];
  const labels = tensor(yTrue.data, [ROWS / 2, 2, yTrue.size / ROWS]);
  const predictions = tensor(yPred.data, [ROWS / 2, 2, COLUMNS]);
  for (const sampleWeight of [undefined, [0.5, 2, 1.25]]) {
    const loss = make();
    const gradient = loss.gradient(labels, predictions, sampleWeight);
    expect(gradient.data.some((value) => Math.abs(value) > 1e-2)).toBe(true);
    const lossAt = (moved: Tensor): number => loss.value(labels, moved, sampleWeight);
    compareGradient(gradient, predictions, lossAt, { step: STEP });
  }
});

test.each([undefined, 0.3])("a loss of one's own, %s", (weight) => {
  class Quartic extends losses.CustomLoss {
    forward(
      yTrue: Float32Array,
      yPred: Float32Array,
      count: number,
      columns: number,
      perSample: Float32Array,
    ): void {
      perSample.fill(0);
      yPred.forEach((y, i) => (perSample[Math.floor(i / columns)] += (y - yTrue[i]) ** 4));
      expect(perSample.length).toBe(count);
    }

    backward(
      yTrue: Float32Array,
      yPred: Float32Array,
      _rows: number,
      _columns: number,
      dPred: Float32Array,
    ): void {
      yPred.forEach((y, i) => (dPred[i] = 4 * (y - yTrue[i]) ** 3));
    }
  }
  const { yTrue, yPred } = regression;
  const weights = weight && Array.from({ length: ROWS }, (_, i) => weight + i);
  for (const reduction of REDUCTIONS) {
    const loss = new Quartic({ reduction });
    const gradient = loss.gradient(yTrue, yPred, weights);
    compareGradient(gradient, yPred, (moved) => loss.value(yTrue, moved, weights));
  }
});

test.each([
  ["signs", signs],
  ["0 and 1", signs.map((sign) => (sign + 1) / 2)],
])(
  "perceptron: the gradient is the error times weight over what the reduction divides by, %s",
  (_, labels) => {
    const yPred = labels.map((label, i) => labels[(i + 5) % SIZE] * Number(i > 3) + label * Number(i <= 3));
    const weights = Array.from(SAMPLE_WEIGHT.data);
    const total = weights.reduce((a, b) => a + b, 0);
    for (const reduction of REDUCTIONS) {
      const divisor = { sum: 1, mean: ROWS, sumOverBatchSize: ROWS, meanWithSampleWeight: total }[reduction];
      const loss = losses.perceptron({ reduction });
      const { data } = loss.gradient(rows(labels), rows(yPred), weights);
      data.forEach((got, i) => {
        const want = ((yPred[i] - labels[i]) * weights[Math.floor(i / COLUMNS)]) / divisor;
        expect(got).toBeCloseTo(want, 6);
      });
      expect(data.some((value) => value !== 0)).toBe(true);
    }
  },
);
