import { describe, expect, it } from "vitest";
import { accuracy, balancedAccuracy, cohenKappa, matthews } from "../../src/scores/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { expectError } from "../preprocessing/expectError.js";
import { numbersFrom } from "./random.js";

// Expected numbers: scikit-learn 1.2.1 (reference.py),
//   for f in (balanced_accuracy_score, cohen_kappa_score, matthews_corrcoef): print(repr(f(truth, predicted)))
const truth = "cat dog ant dog cat ant ant dog bee cat ant dog".split(" ");
const predicted = "cat dog ant cat cat ant dog dog ant ant ant dog".split(" ");
const ones = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const guesses = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

const cases = [
  {
    name: "four classes",
    truth,
    predicted,
    want: [0.5416666666666666, 0.5151515151515151, 0.5208421985061126],
  },
  {
    name: "true and predicted swapped",
    truth: predicted,
    predicted: truth,
    want: [0.6722222222222222, 0.5151515151515151, 0.5208421985061126],
  },
  { name: "two classes", truth: ones, predicted: guesses, want: [0.75, 0.5, 0.5163977794943222] },
  {
    name: "a class that was only predicted",
    truth: ["cat", "dog", "cat", "dog"],
    predicted: ["cat", "eel", "dog", "dog"],
    want: [0.5, 0.19999999999999996, 0.22360679774997896],
  },
  { name: "one class predicted", truth: [0, 1, 1], predicted: [1, 1, 1], want: [0.5, 0, 0] },
  { name: "one class, always right", truth: [1, 1], predicted: [1, 1], want: [1, NaN, 0] },
  { name: "always wrong", truth: [0, 0, 1, 1], predicted: [1, 1, 0, 0], want: [0, -1, -1] },
];

describe("balancedAccuracy, cohenKappa, matthews", () => {
  it.each(cases)("score as scikit-learn: $name", ({ truth: t, predicted: p, want }) => {
    const scores = [balancedAccuracy, cohenKappa, matthews].map((score) => score(t, p));
    scores.forEach((got, i) =>
      Number.isNaN(want[i]) ? expect(got).toBeNaN() : expect(got).toBeCloseTo(want[i], 14),
    );
  });

  it("are 1 exactly where all is right", () => {
    for (const score of [balancedAccuracy, cohenKappa, matthews]) expect(score(truth, truth)).toBe(1);
  });

  it("agree with their definitions, row by row", () => {
    const next = numbersFrom(11);
    for (let round = 0; round < 20; round++) {
      const classes = 2 + (round % 4);
      const t = Array.from({ length: 37 }, () => Math.floor(next() * classes));
      const p = t.map((label) => (next() < 0.5 ? label : Math.floor(next() * classes)));
      expect(matthews(t, p)).toBeCloseTo(correlation(t, p, classes), 12);
      const pairs = t.flatMap((own) => p.map((guess) => Number(own === guess)));
      const chance = pairs.reduce((sum, same) => sum + same, 0) / pairs.length;
      expect(cohenKappa(t, p)).toBeCloseTo((accuracy(t, p) - chance) / (1 - chance), 12);
    }
  });

  it("take booleans, typed arrays and tensors of one column", () => {
    for (const score of [balancedAccuracy, cohenKappa, matthews]) {
      const want = score(ones, guesses);
      expect(score(ones.map(Boolean), guesses.map(Boolean))).toBe(want);
      expect(score(Int32Array.from(ones), tensor(guesses, [16, 1]))).toBe(want);
    }
  });

  it("refuse labels that do not belong together", () => {
    for (const score of [balancedAccuracy, cohenKappa, matthews]) {
      expectError(() => score([0, 1], [0]), "SHAPE_MISMATCH", /2 in yTrue, 1 in yPred/);
      expectError(() => score([0, 1], [0.2, 0.9]), "INVALID_LABEL", /argMax/);
      expectError(() => score(["a"], [0]), "INVALID_LABEL", /string in yTrue/);
      expectError(() => score([], []), "INVALID_DATA");
    }
  });
});

/** The correlation of the one-hot columns of the two, summed over the classes. */
function correlation(t: number[], p: number[], classes: number): number {
  const covariance = (a: number[], b: number[]) => {
    let sum = 0;
    for (let label = 0; label < classes; label++) {
      const share = (list: number[]) => list.filter((value) => value === label).length / list.length;
      const [shareA, shareB] = [share(a), share(b)];
      a.forEach((_, i) => {
        sum += (Number(a[i] === label) - shareA) * (Number(b[i] === label) - shareB);
      });
    }
    return sum;
  };
  return covariance(t, p) / Math.sqrt(covariance(t, t) * covariance(p, p));
}
