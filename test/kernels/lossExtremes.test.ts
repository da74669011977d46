// Losses where formulas as they are usually written fail, or where they have corners.
import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, expectWithin, freeAll, kernels } from "./harness.js";

interface Result {
  sum: number;
  perSample: Float32Array;
  slopes: Float32Array;
}

/** One loss of rows of `columns`, with gradientScale 1. */
function lossOf(name: string, yTrue: number[], yPred: number[], columns = 1): Result {
  const rows = yPred.length / columns;
  const [t, p, losses, dPred] = [yTrue, yPred, rows, yPred.length].map((values) => new Buffer32(values));
  const sum = kernels[name](
    t.pointer,
    p.pointer,
    0,
    losses.pointer,
    dPred.pointer,
    rows,
    columns,
    1,
    1,
    0,
    0,
  );
  losses.checkGuards();
  dPred.checkGuards();
  return { sum, perSample: losses.values.slice(), slopes: dPred.values.slice() };
}

beforeEach(freeAll);

describe("logCosh", () => {
  it("does not overflow, and is linear far away, within 1e-7 of the value", () => {
    const errors = [1e4, -1e4, 100, -90, 1e30, Infinity];
    const { perSample, slopes } = lossOf("logCoshLoss", [0, 0, 0, 0, 0, 0], errors);
    const want = errors.map((d) => Math.abs(d) - Math.LN2);
    expectWithin(perSample, want, (i) => 1e-7 * want[i]);
    expect(Array.from(slopes)).toEqual([1, -1, 1, -1, 1, 1]);
  });

  it("keeps its digits near 0: d^2 / 2 - d^4 / 12, within 4e-7 of the value", () => {
    const errors = [1e-3, -1e-5, 1e-10, 0.01, 0].map(Math.fround);
    const { perSample, slopes } = lossOf("logCoshLoss", [0, 0, 0, 0, 0], errors);
    expectWithin(
      perSample,
      errors.map((d) => d ** 2 / 2 - d ** 4 / 12),
      (i) => 4e-7 * perSample[i],
    );
    expectWithin(slopes, errors.map(Math.tanh), (i) => 4e-7 * Math.abs(errors[i]));
  });

  it("is continuous where its two forms meet, within 2e-7", () => {
    const errors = [0.99999994, 1, 1.0000001];
    const { perSample } = lossOf("logCoshLoss", [0, 0, 0], errors);
    expectWithin(
      perSample,
      errors.map((d) => Math.log(Math.cosh(d))),
      () => 2e-7,
    );
  });
});

describe("logarithms of what is 0 or less", () => {
  it("meanSquaredLogarithmicError takes predictions below 0 as 0, with slope 0", () => {
    const { perSample, slopes } = lossOf("meanSquaredLogarithmicErrorLoss", [1, 1, -3], [-5, 0.5, -2]);
    expectWithin(perSample, [Math.LN2 ** 2, Math.log(2 / 1.5) ** 2, 0], () => 1e-6);
    expectWithin(slopes, [0, (-2 * Math.log(2 / 1.5)) / 1.5, 0], () => 1e-6);
  });

  it("meanSquaredLogarithmicError of numbers up to 1e30 is finite", () => {
    const { perSample } = lossOf("meanSquaredLogarithmicErrorLoss", [1e30, 0], [0, 1e30]);
    expectWithin(perSample, [Math.log(1e30) ** 2, Math.log(1e30) ** 2], () => 1e-6 * Math.log(1e30) ** 2);
  });

  it("poisson is finite at 0, and NaN below", () => {
    const { perSample, slopes } = lossOf("poissonLoss", [0, 1, 1], [0, 0, -1]);
    expectWithin(perSample, [0, -Math.log(1e-7), NaN], () => 1e-5);
    expectWithin(slopes.subarray(0, 2), [1, 1 - 1e7], () => 2);
  });

  it("klDivergence: a saturated wrong answer keeps its slope, a prediction above 1 has none", () => {
    const { perSample, slopes } = lossOf("klDivergenceLoss", [1, 0, 0.5, 1], [0, 1, 0.5, 3]);
    expectWithin(perSample, [-Math.log(1e-7), 1e-7 * Math.log(1e-7), 0, 0], () => 1e-5);
    expectWithin(slopes, [-1e7, -1e-7, -1, 0], (i) => (i === 0 ? 10 : 1e-9));
  });
});

describe("relative errors", () => {
  it("meanAbsolutePercentageError of a target of 0 is relative to 1e-7, and has slope 0 at no error", () => {
    const { perSample, slopes } = lossOf("meanAbsolutePercentageErrorLoss", [0, -2, 4], [1e-7, -1, 4]);
    expectWithin(perSample, [100, 50, 0], () => 1e-4);
    expectWithin(slopes, [1e9, 50, 0], (i) => (i === 0 ? 100 : 1e-4));
  });
});

describe("margins", () => {
  it.each([[-1], [0]])("hinge and squaredHinge with %i as the negative label", (negative) => {
    const yTrue = [negative, negative, 1, 1, 1];
    const yPred = [0.5, -2, 0.5, 1, -3];
    const hinge = lossOf("hingeLoss", yTrue, yPred);
    expect(Array.from(hinge.perSample)).toEqual([1.5, 0, 0.5, 0, 4]);
    expect(Array.from(hinge.slopes, (x) => x + 0)).toEqual([1, 0, -1, 0, -1]);
    const squared = lossOf("squaredHingeLoss", yTrue, yPred);
    expect(Array.from(squared.perSample)).toEqual([2.25, 0, 0.25, 0, 16]);
    expect(Array.from(squared.slopes, (x) => x + 0)).toEqual([3, 0, -1, 0, -8]);
  });

  it("categoricalHinge of one-hot rows: the best wrong class, the first of equal ones", () => {
    const yTrue = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    const yPred = [0.5, 1, 1, 0, 2, 0.5, 0.25, 0, 0.75];
    const { perSample, slopes } = lossOf("categoricalHingeLoss", yTrue, yPred, 3);
    expect(Array.from(perSample)).toEqual([1.5, 0, 0.5]);
    expect(Array.from(slopes, (x) => x + 0)).toEqual([-1, 1, 0, 0, 0, 0, 1, 0, -1]);
  });
});

describe("cosineSimilarity", () => {
  it("is -1, 1 and 0 in the same, the opposite and an orthogonal direction, whatever the norm", () => {
    const yTrue = [1, 2, 1, 2, 1, 0, 1e-5, 0, 1e30, 1e30];
    const yPred = [1e20, 2e20, -3, -6, 0, 5, 1e30, 0, 1, 1];
    const { sum, perSample } = lossOf("cosineSimilarityLoss", yTrue, yPred, 2);
    expectWithin(perSample, [-1, 1, 0, -1, -1], () => 2e-7);
    expect(Math.abs(sum + 2)).toBeLessThan(1e-6);
  });

  it("of a zero is 0, and the slope of a zero prediction that of a norm of 1e-7", () => {
    const { perSample, slopes } = lossOf("cosineSimilarityLoss", [0, 0, 3, 4], [1, 2, 0, 0], 2);
    expect(Array.from(perSample, (x) => x + 0)).toEqual([0, 0]);
    expectWithin(slopes, [0, 0, -6e6, -8e6], () => 4);
  });
});

describe("what is no probability", () => {
  it.each([NaN, Infinity])(
    "%d makes the loss and all slopes of its row NaN, whichever class is true",
    (bad) => {
      for (const label of [0, 1, 2]) {
        const yPred = [0.25, 0.5, 0.25, 0.25, bad, 0.25, 0.5, 0.25, 0.25];
        const { perSample, slopes } = lossOf("sparseCategoricalCrossentropyLoss", [0, label, 0], yPred, 3);
        expect(Array.from(perSample, Number.isNaN)).toEqual([false, true, false]);
        const isBad = Array.from(slopes, Number.isNaN);
        expect(isBad).toEqual([false, false, false, true, true, true, false, false, false]);
      }
    },
  );
});
