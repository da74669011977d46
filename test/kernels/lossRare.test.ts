import { beforeEach, describe, expect, test } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { categoricalTwin } from "./twins/loss.js";
import { binaryFocal, categoricalFocal, dice, generalized, slopesOf, tversky } from "./twins/lossRare.js";
import type { RowLoss } from "./twins/lossRare.js";

const ROWS = [1, 2, 3, 4, 5, 9];
const COLUMNS = [1, 2, 3, 4, 5, 9, 33];
const SCALE = 0.37;

/** Bound: 1e-6 of the largest loss, or slope, of the tensor, or of 1 if that is larger. */
const RELATIVE = 1e-6;

const f = Math.fround;

interface Kind {
  kernel: string;
  twin: RowLoss;
  /** Labels of so many rows. */
  yTrue: (rows: number, columns: number) => Float32Array;
  yPred: (count: number) => Float32Array;
  isSparse?: boolean;
}

const bits = (rows: number, columns: number) => distinct(rows * columns, 3).map((x) => Number(x > 0));
const shares = (rows: number, columns: number) => distinct(rows * columns, 5, 0.5, 0.5);
const classes = (rows: number, columns: number) =>
  distinct(rows, 5, columns / 2, columns / 2).map(Math.floor);
const probabilities = (count: number) => distinct(count, 4, 0.45, 0.5);
const logits = (count: number) => distinct(count, 4, 5);

function kind(kernel: string, twin: RowLoss, yTrue: Kind["yTrue"], yPred: Kind["yPred"]): Kind {
  return { kernel, twin, yTrue, yPred };
}

const binary = "binaryFocalCrossentropyLoss";
const categorical = "categoricalFocalCrossentropyLoss";
const kinds: Record<string, Kind> = {
  "binary focal": kind(binary, binaryFocal(1, 1, 2, 0, false), bits, probabilities),
  "binary focal, balanced and smoothed": kind(
    binary,
    binaryFocal(0.25, 0.75, 1.5, 0.1, false),
    shares,
    probabilities,
  ),
  "binary focal of logits": kind(binary, binaryFocal(0.25, 0.75, 2, 0.1, true), bits, logits),
  "binary focal of logits, gamma 0.5": kind(binary, binaryFocal(1, 1, 0.5, 0, true), bits, logits),
  "categorical focal": kind(categorical, categoricalFocal(0.25, 2, 0, false), bits, probabilities),
  "categorical focal, smoothed": kind(
    categorical,
    categoricalFocal(1, 1.5, 0.1, false),
    shares,
    probabilities,
  ),
  "categorical focal of logits": kind(categorical, categoricalFocal(0.25, 2, 0, true), bits, logits),
  "categorical focal of logits, gamma 0": kind(
    categorical,
    categoricalFocal(1, 0, 0.1, true),
    shares,
    logits,
  ),
  dice: kind("diceLoss", dice, shares, probabilities),
  tversky: kind("tverskyLoss", tversky(f(0.3), f(0.9)), shares, probabilities),
  generalized: {
    ...kind("categoricalGeneralizedCrossEntropyLoss", generalized(f(0.7)), classes, probabilities),
    isSparse: true,
  },
};

// With one class a probability is clipped at 1: no slope to compare with.
const columnsOf = (name: string) => (name.startsWith("categorical") ? COLUMNS.slice(1) : COLUMNS);

interface Options {
  weights?: Float32Array;
  rowsPerWeight?: number;
  perSample?: boolean;
  gradient?: boolean;
  inPlace?: boolean;
}

const largest = (values: number[]) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 1);

function check(
  { kernel, twin, ...inputs }: Kind,
  rows: number,
  columns: number,
  options: Options = {},
): void {
  const { weights, rowsPerWeight = 1, perSample = true, gradient = true, inPlace = false } = options;
  const [labels, predictions] = [inputs.yTrue(rows, columns), inputs.yPred(rows * columns)];
  const [yTrue, yPred, losses] = [new Buffer32(labels), new Buffer32(predictions), new Buffer32(rows)];
  const weight = weights && new Buffer32(weights);
  const dPred = inPlace ? yPred : new Buffer32(rows * columns);
  const sum = kernels[kernel](
    yTrue.pointer,
    yPred.pointer,
    weight?.pointer ?? 0,
    perSample ? losses.pointer : 0,
    gradient ? dPred.pointer : 0,
    rows,
    columns,
    rowsPerWeight,
    SCALE,
    ...twin.parameters,
  );

  const weightOf = (row: number) => (weights ? weights[Math.floor(row / rowsPerWeight)] : 1);
  const wantLosses: number[] = [];
  const wantSlopes: number[] = [];
  for (let row = 0; row < rows; row++) {
    const p = Array.from(predictions.subarray(row * columns, (row + 1) * columns));
    const t = inputs.isSparse
      ? [labels[row]]
      : Array.from(labels.subarray(row * columns, (row + 1) * columns));
    wantLosses.push(twin.loss(t, p));
    wantSlopes.push(...slopesOf(twin, t, p).map((slope) => SCALE * weightOf(row) * slope));
  }
  const wantSum = wantLosses.reduce((total, loss, row) => total + weightOf(row) * loss, 0);
  expectWithin([sum], [wantSum], () => RELATIVE * largest(wantLosses));
  if (perSample) expectWithin(losses.values, wantLosses, () => RELATIVE * largest(wantLosses));
  if (gradient) expectWithin(dPred.values, wantSlopes, () => RELATIVE * largest(wantSlopes));
  for (const buffer of [yTrue, yPred, losses, dPred]) buffer.checkGuards();
  expect(yTrue.values, "yTrue is only read").toEqual(labels);
  if (!inPlace) expect(yPred.values, "yPred is only read").toEqual(predictions);
  freeAll();
}

beforeEach(freeAll);

describe.each(Object.keys(kinds))("%s, within 1e-6 of the largest, or of 1", (name) => {
  test("1 to 9 rows of 1 to 33 columns", () => {
    for (const rows of ROWS) for (const columns of columnsOf(name)) check(kinds[name], rows, columns);
  });

  test("with weights, one each or one for three rows", () => {
    for (const rows of ROWS) {
      check(kinds[name], rows, 3, { weights: distinct(rows, 9, 1, 1) });
      const weights = distinct(Math.ceil(rows / 3), 9, 1, 1);
      check(kinds[name], rows, 3, { weights, rowsPerWeight: 3 });
    }
  });

  test("without perSample, without a gradient, and with the gradient over yPred", () => {
    check(kinds[name], 5, 3, { perSample: false });
    check(kinds[name], 5, 3, { gradient: false });
    check(kinds[name], 5, 3, { perSample: false, gradient: false });
    check(kinds[name], 5, 3, { inPlace: true });
  });

  test("NaN in one row makes its loss, a slope of it and the sum NaN, and no other", () => {
    const { kernel, twin, isSparse, ...inputs } = kinds[name];
    const predictions = inputs.yPred(12);
    predictions[3] = NaN;
    const labels = inputs.yTrue(4, 3);
    if (isSparse) labels[1] = 0;
    const [losses, dPred] = [new Buffer32(4), new Buffer32(12)];
    const [yTrue, yPred] = [new Buffer32(labels).pointer, new Buffer32(predictions).pointer];
    const sum = kernels[kernel](
      yTrue,
      yPred,
      0,
      losses.pointer,
      dPred.pointer,
      4,
      3,
      1,
      1,
      ...twin.parameters,
    );
    expect(sum).toBeNaN();
    expect(Array.from(losses.values, Number.isNaN)).toEqual([false, true, false, false]);
    expect(dPred.values[3]).toBeNaN();
    const others = [...dPred.values.subarray(0, 3), ...dPred.values.subarray(6)];
    expect(others.some(Number.isNaN)).toBe(false);
  });
});

/** Runs a kernel on one row. */
function row(
  kernel: string,
  t: number[],
  p: number[],
  parameters: number[],
): [loss: number, slopes: number[]] {
  const dPred = new Buffer32(p.length);
  const [yTrue, yPred] = [new Buffer32(t).pointer, new Buffer32(p).pointer];
  const loss = kernels[kernel](yTrue, yPred, 0, 0, dPred.pointer, 1, p.length, 1, 1, ...parameters);
  return [loss, Array.from(dPred.values)];
}

const WRONG = -Math.log(1e-7);

describe("extremes", () => {
  test.each([2, 1, 0.5, 0])("saturated answers of focal losses with gamma %f", (gamma) => {
    const right = row(binary, [1, 0], [1e4, -1e4], [1, 1, gamma, 0, 1]);
    expect(right[0]).toBeLessThan(2e-7);
    expectWithin(right[1], [0, 0], () => 2e-7);
    const wrong = row(binary, [0, 1], [1e4, -1e4], [1, 1, gamma, 0, 1]);
    expectWithin([wrong[0]], [WRONG], () => 1e-5);
    // As of the cross-entropy: sigmoid - t, for each of two outputs.
    expectWithin(wrong[1], [0.5, -0.5], () => 1e-6);
    const several = row(categorical, [0, 1, 0], [1e4, -1e4, 0], [1, gamma, 0, 1]);
    expectWithin([several[0]], [WRONG], () => 1e-5);
    expectWithin(several[1], [1, -1, 0], () => 1e-5);
  });

  test.each([2, 1, 0.5, 0])("probabilities of exactly 0 and 1 have finite slopes, gamma %f", (gamma) => {
    const [wrong, slopes] = row(binary, [1, 0], [0, 1], [1, 1, gamma, 0, 0]);
    expectWithin([wrong], [WRONG], () => 1e-5);
    // -1e7 of the logarithm and gamma times the loss of the factor, halved.
    expectWithin(slopes, [-5e6, 5e6], () => 20);
    const [right, small] = row(binary, [1, 0], [1, 0], [1, 1, gamma, 0, 0]);
    expect(right).toBeLessThan(2e-7);
    expect(small.every((slope) => Math.abs(slope) <= 0.6)).toBe(true);
    const [, ofClasses] = row(categorical, [1, 0], [1, 0], [1, gamma, 0, 0]);
    expect(ofClasses.every(Number.isFinite)).toBe(true);
  });

  test("masks: both empty cost 1, equal ones nothing", () => {
    for (const [kernel, parameters] of [
      ["diceLoss", [0, 0]],
      ["tverskyLoss", [0.5, 0.5]],
    ] as const) {
      expect(row(kernel, [0, 0, 0], [0, 0, 0], [...parameters])).toEqual([1, [0, 0, 0]]);
      expect(Math.abs(row(kernel, [1, 0, 1], [1, 0, 1], [...parameters])[0])).toBeLessThan(1e-7);
    }
  });

  test("the generalized cross-entropy at probability 0 has the slope at 1e-7, below it is NaN", () => {
    const [loss, slopes] = row("categoricalGeneralizedCrossEntropyLoss", [1], [1, 0], [0.5, 0]);
    expect(loss).toBe(2);
    expectWithin(slopes, [0, -(1e-7 ** -0.5)], () => 1e-3);
    expect(row("categoricalGeneralizedCrossEntropyLoss", [1], [1, -0.1], [0.5, 0])[0]).toBeNaN();
  });
});

describe("the perceptron's loss", () => {
  test("is the mean absolute error; its gradient is the error, not divided by the columns", () => {
    for (const rows of [1, 3, 5, 9]) {
      for (const columns of COLUMNS) {
        const [t, p] = [distinct(rows * columns, 1, 2), distinct(rows * columns, 2, 2)];
        const weights = distinct(rows, 9, 1, 1);
        const [yTrue, yPred, weight, losses, dPred] = [t, p, weights, rows, rows * columns].map(
          (values) => new Buffer32(values),
        );
        const pointers = [yTrue, yPred, weight, losses, dPred].map(({ pointer }) => pointer);
        const sum = kernels.perceptronLoss(...pointers, rows, columns, 1, SCALE, 0, 0);
        const errors = Array.from(p, (x, i) => x - t[i]);
        const want = Array.from({ length: rows }, (_, i) =>
          errors.slice(i * columns, (i + 1) * columns).reduce((s, x) => s + Math.abs(x) / columns, 0),
        );
        expectWithin(losses.values, want, () => 4e-6);
        expectWithin([sum], [want.reduce((s, x, i) => s + x * weights[i], 0)], () => 4e-6 * rows);
        expectWithin(
          dPred.values,
          errors.map((error, i) => SCALE * weights[Math.floor(i / columns)] * error),
          () => 4e-6,
        );
        for (const buffer of [losses, dPred]) buffer.checkGuards();
        freeAll();
      }
    }
  });

  test("one row with scale 1 has exactly the errors as its gradient", () => {
    for (const columns of COLUMNS) {
      const t = distinct(columns, 1).map((x) => Number(x > 0));
      const p = distinct(columns, 2).map((x) => Number(x > 0));
      expect(row("perceptronLoss", [...t], [...p], [0, 0])[1]).toEqual(Array.from(p, (x, j) => x - t[j]));
    }
  });
});

describe("rows of an ignored class", () => {
  test.each(["", "FromLogits"])("have loss and slopes 0, the others theirs; categorical%s", (form) => {
    const isLogits = form !== "";
    for (const ignored of [-1, 0, 2, 255]) {
      for (const rows of [1, 2, 3, 4, 5, 6, 7, 8, 9]) {
        const t = distinct(rows, 5, 2, 2).map((x) => (x < 1.3 ? ignored : Math.floor(x)));
        const p = isLogits ? logits(rows * 4) : probabilities(rows * 4);
        const [losses, dPred] = [new Buffer32(rows), new Buffer32(rows * 4)];
        const pointers = [new Buffer32(t).pointer, new Buffer32(p).pointer, 0, losses.pointer, dPred.pointer];
        const kernel = kernels[`sparseCategoricalCrossentropy${form}Loss`];
        const sum = kernel(...pointers, rows, 4, 1, SCALE, ignored, 1);
        const inside = t.map((label) => (label === ignored ? 0 : label));
        const twin = categoricalTwin({ logits: isLogits, sparse: true }, inside, p, 4, 0);
        const counts = Array.from(t, (label) => Number(label !== ignored));
        const want = twin.perSample.map((loss, i) => (counts[i] ? loss : 0));
        const slopes = twin.slopes.map((slope, i) => (counts[i >> 2] ? SCALE * slope : 0));
        expectWithin(losses.values, want, () => 2e-6 * largest(want));
        expectWithin([sum], [want.reduce((s, x) => s + x, 0)], () => 2e-6 * rows * largest(want));
        expectWithin(dPred.values, slopes, () => 2e-6 * largest(slopes));
        for (const buffer of [losses, dPred]) buffer.checkGuards();
        freeAll();
      }
    }
  });
});

describe("weights", () => {
  test("sumOfRowWeights adds up the rows that count", () => {
    for (const rows of ROWS) {
      for (const rowsPerWeight of [1, 3]) {
        const weights = distinct(Math.ceil(rows / rowsPerWeight), 9, 1, 1);
        const labels = distinct(rows, 5, 1.5, 0.5).map(Math.floor);
        const [weight, yTrue] = [new Buffer32(weights).pointer, new Buffer32(labels).pointer];
        const all = Array.from(labels, (_, i) => weights[Math.floor(i / rowsPerWeight)]);
        const add = (values: number[]) => values.reduce((s, x) => s + x, 0);
        const counts = (values: number[]) => add(values.filter((_, i) => labels[i] !== 1));
        const ones = all.map(() => 1);
        expect(kernels.sumOfRowWeights(weight, rows, rowsPerWeight, 0, 1)).toBe(add(all));
        expect(kernels.sumOfRowWeights(weight, rows, rowsPerWeight, yTrue, 1)).toBe(counts(all));
        expect(kernels.sumOfRowWeights(0, rows, rowsPerWeight, yTrue, 1)).toBe(counts(ones));
        expect(kernels.sumOfRowWeights(0, rows, rowsPerWeight, 0, 1)).toBe(rows);
        freeAll();
      }
    }
  });

  test("weighLosses adds up weighted losses and scales gradients in place", () => {
    for (const rows of ROWS) {
      for (const columns of [1, 3, 5]) {
        const [losses, slopes] = [distinct(rows, 1), distinct(rows * columns, 2)];
        const weights = distinct(Math.ceil(rows / 3), 9, 1, 1);
        const [perSample, dPred, weight] = [losses, slopes, weights].map((values) => new Buffer32(values));
        const pointers = [perSample.pointer, dPred.pointer, weight.pointer];
        const sum = kernels.weighLosses(...pointers, rows, columns, 3, SCALE);
        const weightOf = (i: number) => weights[Math.floor(i / 3)];
        expectWithin([sum], [losses.reduce((s, x, i) => s + x * weightOf(i), 0)], () => 1e-12);
        const want = Array.from(slopes, (x, i) => x * SCALE * weightOf(Math.floor(i / columns)));
        expectWithin(dPred.values, want, () => 2e-7);
        expect(perSample.values).toEqual(losses);
        expect(kernels.weighLosses(perSample.pointer, 0, 0, rows, columns, 1, SCALE)).toBeCloseTo(
          losses.reduce((s, x) => s + x, 0),
          12,
        );
        for (const buffer of [perSample, dPred]) buffer.checkGuards();
        freeAll();
      }
    }
  });
});
