import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import {
  categoricalTwin,
  divisorOf,
  elementTwins,
  elementwiseTwin,
  rowTwins,
  rowwiseTwin,
  type TwinLoss,
} from "./twins/loss.js";

const ROWS = [1, 2, 3, 4, 5, 6, 7, 8, 9];
const COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
const SCALE = 0.37;

/** Bound: 2e-6 of the largest loss, or slope, of the tensor, or of 1 if that is larger. */
const RELATIVE = 2e-6;

const f = Math.fround;

interface Problem {
  name: string;
  yTrue: Float32Array;
  yPred: Float32Array;
  rows: number;
  columns: number;
  /** The loss's parameter. */
  a: number;
  twin: TwinLoss;
}

interface Options {
  weights?: Float32Array;
  rowsPerWeight?: number;
  perSample?: boolean;
  gradient?: boolean;
  /** The gradient overwrites yPred. */
  inPlace?: boolean;
  /** Bound, relative to the largest value. */
  relative?: number;
}

const largest = (values: number[]) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 1);

/** Runs the kernel and compares all three results, the guards and the inputs. */
function check(problem: Problem, options: Options = {}): void {
  const { name, rows, columns, a, twin } = problem;
  const { weights, rowsPerWeight = 1, perSample = true, gradient = true, inPlace = false } = options;
  const relative = options.relative ?? RELATIVE;
  const yTrue = new Buffer32(problem.yTrue);
  const yPred = new Buffer32(problem.yPred);
  const weight = weights && new Buffer32(weights);
  const losses = new Buffer32(rows);
  const dPred = inPlace ? yPred : new Buffer32(rows * columns);
  const pointers = [
    yTrue.pointer,
    yPred.pointer,
    weight?.pointer ?? 0,
    perSample ? losses.pointer : 0,
    gradient ? dPred.pointer : 0,
  ];
  const sum = kernels[name](...pointers, rows, columns, rowsPerWeight, SCALE, a, 0);

  const weightOf = (row: number) => (weights ? weights[Math.floor(row / rowsPerWeight)] : 1);
  const weighted = twin.perSample.map((loss, row) => loss * weightOf(row));
  const slopes = twin.slopes.map((slope, i) => SCALE * weightOf(Math.floor(i / columns)) * slope);
  const sumBound = relative * weighted.reduce((total, x) => total + Math.max(1, Math.abs(x)), 0);
  expectWithin([sum], [weighted.reduce((total, x) => total + x, 0)], () => sumBound);
  if (perSample) expectWithin(losses.values, twin.perSample, () => relative * largest(twin.perSample));
  if (gradient) expectWithin(dPred.values, slopes, () => relative * largest(slopes));

  for (const buffer of [yTrue, yPred, losses, dPred]) buffer.checkGuards();
  expect(yTrue.values, "yTrue is only read").toEqual(problem.yTrue);
  if (!inPlace) expect(yPred.values, "yPred is only read").toEqual(problem.yPred);
  if (!perSample)
    expect(new Uint8Array(losses.values.slice().buffer).every((byte) => byte === 0xa5)).toBe(true);
  if (weight) expect(weight.values, "weights are only read").toEqual(weights);
  freeAll();
}

const inputs: Record<
  string,
  { yTrue: (count: number) => Float32Array; yPred: (count: number) => Float32Array; as: number[] }
> = {
  regression: { yTrue: (n) => distinct(n, 1, 2), yPred: (n) => distinct(n, 2, 3), as: [0] },
  huber: { yTrue: (n) => distinct(n, 1, 2), yPred: (n) => distinct(n, 2, 3), as: [1, 0.3] },
  probability: {
    yTrue: (n) => distinct(n, 3).map((x) => Number(x > 0)),
    yPred: (n) => distinct(n, 4, 0.49, 0.5),
    as: [0, f(0.1)],
  },
  logit: {
    yTrue: (n) => distinct(n, 3).map((x) => Number(x > 0)),
    yPred: (n) => distinct(n, 4, 9),
    as: [0, f(0.1)],
  },
  positive: { yTrue: (n) => distinct(n, 1, 1, 1.2), yPred: (n) => distinct(n, 2, 1.3, 1.4), as: [0] },
  distribution: {
    yTrue: (n) => distinct(n, 3, 0.5, 0.5),
    yPred: (n) => distinct(n, 4, 0.47, 0.53),
    as: [0],
  },
  // 0 counts as -1.
  signs: {
    yTrue: (n) => distinct(n, 3).map((x) => (x > 0 ? 1 : Math.floor(2 * x) + 1)),
    yPred: (n) => distinct(n, 4, 3),
    as: [0],
  },
};

const elementInputs: Record<string, string> = {
  meanSquaredErrorLoss: "regression",
  meanAbsoluteErrorLoss: "regression",
  huberLoss: "huber",
  binaryCrossentropyLoss: "probability",
  binaryCrossentropyFromLogitsLoss: "logit",
  meanAbsolutePercentageErrorLoss: "regression",
  meanSquaredLogarithmicErrorLoss: "positive",
  logCoshLoss: "regression",
  poissonLoss: "positive",
  klDivergenceLoss: "distribution",
  hingeLoss: "signs",
  squaredHingeLoss: "signs",
};

function elementProblems(name: string, rows: number, columns: number): Problem[] {
  const { yTrue, yPred, as } = inputs[elementInputs[name]];
  const t = yTrue(rows * columns);
  const p = yPred(rows * columns);
  return as.map((a) => {
    const twin = elementwiseTwin(elementTwins[name], t, p, columns, a, divisorOf(name, columns));
    return { name, yTrue: t, yPred: p, rows, columns, a, twin };
  });
}

/** Directions for the cosine, distributions for the hinge. */
function rowProblems(name: string, rows: number, columns: number): Problem[] {
  const count = rows * columns;
  const isHinge = name === "categoricalHingeLoss";
  const yTrue = isHinge ? distinct(count, 6, 0.5, 0.5) : distinct(count, 6, 2);
  const yPred = distinct(count, 7, 2);
  const twin = rowwiseTwin(rowTwins[name], yTrue, yPred, columns);
  return [{ name, yTrue, yPred, rows, columns, a: 0, twin }];
}

const categorical: Record<string, { logits: boolean; sparse: boolean }> = {
  categoricalCrossentropyLoss: { logits: false, sparse: false },
  categoricalCrossentropyFromLogitsLoss: { logits: true, sparse: false },
  sparseCategoricalCrossentropyLoss: { logits: false, sparse: true },
  sparseCategoricalCrossentropyFromLogitsLoss: { logits: true, sparse: true },
};

/** Rows that sum to something other than 1, targets that do too. */
function categoricalProblems(name: string, rows: number, columns: number): Problem[] {
  const kind = categorical[name];
  const yTrue = kind.sparse
    ? distinct(rows, 5, columns / 2, columns / 2).map(Math.floor)
    : distinct(rows * columns, 6, 0.5, 0.5);
  const yPred = kind.logits ? distinct(rows * columns, 7, 9) : distinct(rows * columns, 8, 0.45, 0.55);
  return (kind.sparse ? [0] : [0, f(0.1)]).map((a) => {
    const twin = categoricalTwin(kind, yTrue, yPred, columns, a);
    return { name, yTrue, yPred, rows, columns, a, twin };
  });
}

function problemsOf(name: string, rows: number, columns: number): Problem[] {
  if (name in categorical) return categoricalProblems(name, rows, columns);
  return (name in rowTwins ? rowProblems : elementProblems)(name, rows, columns);
}

const names = [...Object.keys(elementInputs), ...Object.keys(categorical), ...Object.keys(rowTwins)];

beforeEach(freeAll);

describe("losses and gradients are within 2e-6 of the largest, or of 1", () => {
  it.each(names)("%s, 1 to 9 rows of 1 to 11 columns", (name) => {
    for (const rows of ROWS) {
      for (const columns of COLUMNS) for (const problem of problemsOf(name, rows, columns)) check(problem);
    }
  });

  it.each(names)("%s with weights, one each or one for three rows", (name) => {
    for (const rows of ROWS) {
      for (const columns of [1, 3, 4, 10]) {
        for (const problem of problemsOf(name, rows, columns)) {
          check(problem, { weights: distinct(rows, 9, 1, 1) });
          check(problem, { weights: distinct(Math.ceil(rows / 3), 9, 1, 1), rowsPerWeight: 3 });
        }
      }
    }
  });

  it.each(names)("%s without perSample, without a gradient, and with the gradient over yPred", (name) => {
    for (const rows of [1, 5, 9]) {
      for (const columns of [1, 3, 10]) {
        for (const problem of problemsOf(name, rows, columns)) {
          check(problem, { perSample: false });
          check(problem, { gradient: false });
          check(problem, { perSample: false, gradient: false, weights: distinct(rows, 9, 1, 1) });
          check(problem, { inPlace: true });
        }
      }
    }
  });

  it.each(names)("%s of many rows and of many columns", (name) => {
    for (const problem of problemsOf(name, 1003, 7)) check(problem);
    for (const problem of problemsOf(name, 6, 1003)) check(problem);
  });
});

describe("extremes", () => {
  it("binary cross-entropy of logits up to 10000 is finite, within 2e-6", () => {
    const logits = Float32Array.of(1e4, -1e4, 1e4, -1e4, 100, -100, 30, -30, 0, 0);
    const yTrue = Float32Array.of(1, 0, 0, 1, 0, 1, 1, 0, 1, 0);
    const name = "binaryCrossentropyFromLogitsLoss";
    const twin = elementwiseTwin(elementTwins[name], yTrue, logits, 1, 0);
    check({ name, yTrue, yPred: logits, rows: 10, columns: 1, a: 0, twin });
    const tiny = kernels[name](...pointersOf([1], [30]), 0, 0, 0, 1, 1, 1, 1, 0, 0);
    expect(Math.abs(tiny / Math.log1p(Math.exp(-30)) - 1), "relative, for a right answer").toBeLessThan(1e-6);
  });

  it("categorical cross-entropy of logits up to 10000 is finite, within 2e-6", () => {
    const logits = Float32Array.of(1e4, -1e4, 0, -1e4, 1e4, 0, 100, -100, 0, 1e4, 1e4, 1e4, 0, 30, 0);
    const yTrue = Float32Array.of(0, 0, 1, 2, 1);
    const name = "sparseCategoricalCrossentropyFromLogitsLoss";
    const twin = categoricalTwin({ logits: true, sparse: true }, yTrue, logits, 3, 0);
    check({ name, yTrue, yPred: logits, rows: 5, columns: 3, a: 0, twin });
    const tiny = kernels[name](...pointersOf([1], [0, 10, 0]), 0, 0, 0, 1, 3, 1, 1, 0, 0);
    expect(Math.abs(tiny / Math.log1p(2 * Math.exp(-10)) - 1), "relative, for a right answer").toBeLessThan(
      1e-6,
    );
  });

  it("a class with logit -Infinity and target 0 costs nothing", () => {
    const sum = kernels.categoricalCrossentropyFromLogitsLoss(
      ...pointersOf([1, 0, 0], [1, 1, -Infinity]),
      0,
      0,
      0,
      1,
      3,
      1,
      1,
      0,
      0,
    );
    expect(Math.abs(sum - Math.LN2)).toBeLessThan(1e-7);
  });

  // 1 - 1e-7 is no float32 number; the nearest one is 1 - 1.19e-7.
  it("saturated wrong probabilities lose -log(1e-7) and keep the slope at the clipped value, within 1e-6", () => {
    const yPred = new Buffer32([1, 0, 1e-9]);
    const yTrue = new Buffer32([0, 1, 1]);
    const dPred = new Buffer32(3);
    const sum = kernels.binaryCrossentropyLoss(
      yTrue.pointer,
      yPred.pointer,
      0,
      0,
      dPred.pointer,
      3,
      1,
      1,
      1,
      0,
      0,
    );
    expectWithin([sum], [-3 * Math.log(1e-7)], (i) => 1e-6 * 48 * (i + 1));
    expectWithin(dPred.values, [1e7, -1e7, -1e7], () => 1e-6 * 1e7);
  });

  it("saturated right probabilities lose less than 2e-7, with a slope of about 1", () => {
    const dPred = new Buffer32(2);
    const sum = kernels.binaryCrossentropyLoss(
      ...pointersOf([1, 0], [1, 0]),
      0,
      0,
      dPred.pointer,
      2,
      1,
      1,
      1,
      0,
      0,
    );
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(4e-7);
    expectWithin(dPred.values, [-1, 1], () => 2e-7);
  });

  it("a class of probability 0 that was right has the slope at the clipped value, within 1e-6", () => {
    const yPred = Float32Array.of(0, 1, 0, 0.5, 0.5, 0);
    for (const name of ["categoricalCrossentropyLoss", "sparseCategoricalCrossentropyLoss"]) {
      const kind = categorical[name];
      const yTrue = kind.sparse ? Float32Array.of(0, 2) : Float32Array.of(1, 0, 0, 0, 0, 1);
      const twin = categoricalTwin(kind, yTrue, yPred, 3, 0);
      expect(twin.slopes[0]).toBeCloseTo(-1e7, 0);
      check({ name, yTrue, yPred, rows: 2, columns: 3, a: 0, twin });
    }
  });

  it("the absolute error has slope 0 where there is no error", () => {
    const dPred = new Buffer32(3);
    kernels.meanAbsoluteErrorLoss(...pointersOf([1, 2, 3], [1, 3, 2]), 0, 0, dPred.pointer, 3, 1, 1, 1, 0, 0);
    expect(Array.from(dPred.values)).toEqual([0, 1, -1]);
  });
});

describe("NaN in one row", () => {
  it.each(names)("%s: its loss, its slopes and the sum are NaN, the other rows are not", (name) => {
    for (const columns of [1, 3, 5]) {
      for (let row = 0; row < 6; row++) {
        freeAll();
        const [problem] = problemsOf(name, 6, columns);
        problem.yPred[row * columns] = NaN;
        const [perSample, dPred] = [new Buffer32(6), new Buffer32(6 * columns)];
        const sum = kernels[name](
          ...pointersOf(problem.yTrue, problem.yPred),
          0,
          perSample.pointer,
          dPred.pointer,
          6,
          columns,
          1,
          1,
          problem.a,
          0,
        );
        expect(sum).toBeNaN();
        expect(dPred.values[row * columns]).toBeNaN();
        expect(Array.from(perSample.values, Number.isNaN)).toEqual(
          Array.from({ length: 6 }, (_, i) => i === row),
        );
        const clean = dPred.values.filter((_, i) => Math.floor(i / columns) !== row);
        expect(clean.every(Number.isFinite)).toBe(true);
      }
    }
  });
});

function pointersOf(yTrue: ArrayLike<number>, yPred: ArrayLike<number>): [number, number] {
  return [new Buffer32(yTrue).pointer, new Buffer32(yPred).pointer];
}
