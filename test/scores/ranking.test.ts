import { describe, expect, it } from "vitest";
import { averagePrecision, rocAuc } from "../../src/scores/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { expectError } from "../preprocessing/expectError.js";
import { numbersFrom } from "./random.js";

// Expected numbers: scikit-learn 1.2.1 (reference.py), print(repr(roc_auc_score(y, s)), repr(average_precision_score(y, s)))
const y = [0, 0, 1, 1, 1, 0, 1, 0];
const s = [0.125, 0.5, 0.5, 0.75, 0.25, 0.5, 1, 0];
const logits = [-3, 2, 1, 4, -1, 0, 9, -7];
const mail = ["spam", "ham", "spam", "ham"];
const spamScores = [0.9, 0.4, 0.35, 0.1];

describe("rocAuc", () => {
  it("scores as scikit-learn, ties counted half", () => {
    expect(rocAuc(y, s)).toBe(0.8125);
    expect(rocAuc(y, logits)).toBe(0.8125);
    expect(rocAuc(mail, spamScores, { positiveLabel: "spam" })).toBe(0.75);
    expect(rocAuc([0, 1, 1], [0.5, 0.5, 0.5])).toBe(0.5);
  });

  it("is 1 for a perfect order, 0 for the reverse", () => {
    expect(rocAuc([0, 1, 0, 1], [-2, 3, -1, 2])).toBe(1);
    expect(rocAuc([0, 1, 0, 1], [2, -3, 1, -2])).toBe(0);
  });

  it("counts pairs exactly: the same bits as counting them one by one", () => {
    const next = numbersFrom(5);
    for (let round = 0; round < 30; round++) {
      const levels = [2, 5, 1000][round % 3];
      const labels = Array.from({ length: 53 }, (_, i) => (i < 2 ? i : Number(next() < 0.3)));
      const scores = labels.map((label) => Math.floor(levels * (0.7 * next() + 0.3 * label)));
      expect(rocAuc(labels, scores)).toBe(areaByPairs(labels, scores));
    }
  });

  it("takes 200,000 rows, where counting pairs would take 10,000,000,000", () => {
    const rows = 200_000;
    // Score i * 7919 mod rows visits every score once; the upper half is positive but for one swapped pair.
    const scores = Float64Array.from({ length: rows }, (_, i) => (i * 7919) % rows);
    const labels = Uint8Array.from(scores, (value) => {
      if (value === rows / 2) return 0;
      return value > rows / 2 || value === rows / 2 - 1 ? 1 : 0;
    });
    expect(rocAuc(labels, scores)).toBe(1 - 1 / (rows / 2) ** 2);
  });
});

describe("averagePrecision", () => {
  it("scores as scikit-learn", () => {
    expect(averagePrecision(y, s)).toBeCloseTo(0.8166666666666667, 14);
    expect(averagePrecision(y, logits)).toBeCloseTo(0.8541666666666666, 14);
    expect(averagePrecision(mail, spamScores, { positiveLabel: "spam" })).toBeCloseTo(0.8333333333333333, 14);
    expect(averagePrecision([0, 1, 1], [0.5, 0.5, 0.5])).toBeCloseTo(0.6666666666666666, 14);
    expect(averagePrecision([1, 1], [0.2, 0.1])).toBe(1);
  });

  it("agrees with its definition, threshold by threshold", () => {
    const next = numbersFrom(6);
    for (let round = 0; round < 20; round++) {
      const labels = Array.from({ length: 41 }, (_, i) => (i < 2 ? i : Number(next() < 0.4)));
      const scores = labels.map(() => Math.floor(next() * (round % 2 === 0 ? 6 : 1e6)));
      expect(averagePrecision(labels, scores)).toBeCloseTo(areaByThresholds(labels, scores), 12);
    }
  });
});

describe("rocAuc and averagePrecision", () => {
  it("take booleans, -1 and 1, [n, 1], typed arrays and tensors", () => {
    for (const score of [rocAuc, averagePrecision]) {
      const want = score(y, s);
      expect(score(y.map(Boolean), s)).toBe(want);
      expect(
        score(
          y.map((label) => 2 * label - 1),
          s.map((value) => [value]),
        ),
      ).toBe(want);
      expect(score(Int32Array.from(y), Float32Array.from(s))).toBe(want);
      expect(score(tensor(y, [8, 1]), tensor(s, [8, 1]))).toBe(want);
    }
    const swapped = y.map((label) => 1 - label);
    expect(rocAuc(y, s, { positiveLabel: 0 })).toBe(rocAuc(swapped, s));
  });

  it("refuse what has no area", () => {
    expectError(
      () => rocAuc([1, 1], [0.1, 0.2]),
      "INVALID_LABEL",
      /two classes/,
      /2 positive and 0 negative/,
    );
    expectError(() => rocAuc([0, 0], [0.1, 0.2]), "INVALID_LABEL", /0 positive and 2 negative/);
    expectError(() => averagePrecision([0, 0], [0.1, 0.2]), "INVALID_LABEL", /a positive row/);
  });

  it("refuse wrong labels, scores and options", () => {
    for (const score of [rocAuc, averagePrecision]) {
      expectError(() => score([0, 1], [0.5]), "SHAPE_MISMATCH", /2 in yTrue, 1 in yScore/);
      expectError(
        () =>
          score(
            [0, 1],
            [
              [0.5, 0.5],
              [0.2, 0.8],
            ],
          ),
        "SHAPE_MISMATCH",
        /second/,
        /\[2, 2\]/,
      );
      expectError(() => score([0, 1], [0.5, NaN]), "INVALID_DATA", /yScore/, /row 1/, /NaN/);
      expectError(() => score([0, 1], [0.5, Infinity]), "INVALID_DATA", /yScore/, /Infinity/);
      expectError(() => score([], []), "INVALID_DATA");
      expectError(() => score([0, NaN], [1, 2]), "INVALID_LABEL", /yTrue\[1\]/);
      expectError(() => score([0, 1, 2], [1, 2, 3]), "INVALID_LABEL", /two classes/, /0, 1, 2/);
      expectError(() => score(mail, spamScores), "INVALID_OPTION", /positiveLabel/, /"ham", "spam"/);
      expectError(() => score([1, 2], [1, 2]), "INVALID_OPTION", /positiveLabel must name/);
      expectError(() => score([0, 1], [1, 2], { positiveLabel: 2 }), "INVALID_OPTION", /positiveLabel=2/);
      expectError(() => score([0, 1], [1, 2], { positivelabel: 1 } as object), "UNKNOWN_OPTION", /mean/);
    }
  });
});

function areaByPairs(labels: number[], scores: number[]): number {
  let won = 0;
  let pairs = 0;
  labels.forEach((label, i) =>
    labels.forEach((other, j) => {
      if (label !== 1 || other !== 0) return;
      pairs++;
      if (scores[i] > scores[j]) won++;
      else if (scores[i] === scores[j]) won += 0.5;
    }),
  );
  return won / pairs;
}

function areaByThresholds(labels: number[], scores: number[]): number {
  const positives = labels.filter((label) => label === 1).length;
  let area = 0;
  let recallBefore = 0;
  for (const threshold of [...new Set(scores)].sort((a, b) => b - a)) {
    const above = labels.filter((_, i) => scores[i] >= threshold);
    const found = above.filter((label) => label === 1).length;
    area += (found / positives - recallBefore) * (found / above.length);
    recallBefore = found / positives;
  }
  return area;
}
