import { describe, expect, it } from "vitest";
import { accuracy, topK } from "../../src/scores/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { expectError } from "../preprocessing/expectError.js";
import { numbersFrom } from "./random.js";

// Expected numbers: scikit-learn 1.2.1 (reference.py), top_k_accuracy_score(truth, scores, k=k, labels=[0, 1, 2, 3])
const truth = [0, 1, 2, 2, 3, 0];
const scores = [
  [0.5, 0.2, 0.2, 0.1],
  [0.3, 0.4, 0.2, 0.1],
  [0.25, 0.25, 0.25, 0.25],
  [0.7, 0.2, 0.1, 0],
  [0.1, 0.2, 0.3, 0.4],
  [0.25, 0.25, 0.25, 0.25],
];

describe("topK", () => {
  it("scores as scikit-learn, the later of equal scores first", () => {
    expect(topK(truth, scores, { k: 1 })).toBeCloseTo(0.5, 15);
    expect(topK(truth, scores, { k: 2 })).toBeCloseTo(0.6666666666666666, 15);
    expect(topK(truth, scores, { k: 3 })).toBeCloseTo(0.8333333333333334, 15);
    expect(topK(truth, scores, { k: 4 })).toBe(1);
  });

  it("agrees with sorting each row, and with accuracy for k = 1", () => {
    const next = numbersFrom(9);
    const rows = Array.from({ length: 60 }, () => Array.from({ length: 7 }, () => next() - 0.5));
    const labels = rows.map(() => Math.floor(next() * 7));
    for (let k = 1; k <= 7; k++) {
      const hits = rows.filter((row, i) =>
        [...row.keys()]
          .sort((a, b) => row[b] - row[a])
          .slice(0, k)
          .includes(labels[i]),
      );
      expect(topK(labels, rows, { k })).toBe(hits.length / 60);
    }
    expect(topK(labels, rows, { k: 1 })).toBe(accuracy(labels, tensor(rows).argMax()));
  });

  it("takes tensors, [n, 1] and names of the columns", () => {
    expect(topK(tensor(truth, [6, 1]), tensor(scores), { k: 2 })).toBe(4 / 6);
    const names = truth.map((label) => ["d", "c", "b", "a"][label]);
    expect(topK(names, scores, { k: 2, labels: ["d", "c", "b", "a"] })).toBe(4 / 6);
  });

  it("refuses a wrong k, and labels and scores that do not belong together", () => {
    expectError(() => topK(truth, scores, { k: 0 }), "INVALID_OPTION", /k=0/);
    expectError(() => topK(truth, scores, { k: 1.5 }), "INVALID_OPTION", /k=1.5/);
    expectError(() => topK(truth, scores, { k: 5 }), "INVALID_OPTION", /at most .* 4/, /k=5/);
    expectError(() => topK(truth, scores, {} as { k: number }), "INVALID_OPTION", /k=undefined/);
    expectError(
      () => topK(truth, scores, undefined as unknown as { k: number }),
      "INVALID_OPTION",
      /options/,
    );
    expectError(() => topK(truth, scores, { k: 1, K: 2 } as { k: number }), "UNKNOWN_OPTION", /K/);
    expectError(() => topK([0, 1], scores, { k: 1 }), "SHAPE_MISMATCH", /2 in yTrue, 6 in yScore/);
    expectError(() => topK([0, 1], [0.1, 0.2], { k: 1 }), "SHAPE_MISMATCH", /each class/, /\[2, 1\]/);
    expectError(() => topK([0, 1, 2, 2, 4, 0], scores, { k: 1 }), "INVALID_LABEL", /yTrue\[4\]/);
    expectError(() => topK([0, 1, 2, 2, 0.5, 0], scores, { k: 1 }), "INVALID_LABEL", /0\.5/);
    expectError(() => topK([0], [[NaN, 1]], { k: 1 }), "INVALID_DATA", /yScore/, /NaN/);
    expectError(() => topK(truth, scores, { k: 1, labels: ["a"] }), "INVALID_OPTION", /labels=\["a"\]/);
  });
});
