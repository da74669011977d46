import { describe, expect, it } from "vitest";
import {
  accuracy,
  classificationReport,
  confusionMatrix,
  f1,
  precision,
  recall,
} from "../../src/scores/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { expectError } from "../preprocessing/expectError.js";

// Expected numbers and tables: scikit-learn 1.2.1 on these labels.
const truth = "cat dog ant dog cat ant ant dog bee cat ant dog".split(" ");
const predicted = "cat dog ant cat cat ant dog dog ant ant ant dog".split(" ");
const ones = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const guesses = [1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

describe("labels", () => {
  it("must be all different, or a class would count as one that never occurs", () => {
    const twice = { labels: ["ant", "dog", "ant"] };
    const message = /labels must be all different\. Received: "ant" as labels\[0\] and labels\[2\]/;
    expectError(() => confusionMatrix(truth, predicted, twice), "INVALID_OPTION", message);
    expectError(() => classificationReport(truth, predicted, twice), "INVALID_OPTION", message);
    for (const score of [precision, recall, f1]) {
      expectError(() => score(truth, predicted, { ...twice, average: "macro" }), "INVALID_OPTION", message);
    }
  });

  it("without the positive class are named as what is wrong", () => {
    expectError(
      () => f1(ones, guesses, { labels: [0] }),
      "INVALID_OPTION",
      /labels must be .* positive class 1/,
    );
    expect(f1(ones, guesses, { labels: [1, 0] })).toBe(f1(ones, guesses));
  });
});

describe("confusionMatrix", () => {
  it("counts true classes in rows and predicted ones in columns", () => {
    const matrix = confusionMatrix(truth, predicted);
    expect(matrix).toEqual([
      [3, 0, 0, 1],
      [1, 0, 0, 0],
      [1, 0, 2, 0],
      [0, 0, 1, 3],
    ]);
    expect(matrix.labels).toEqual(["ant", "bee", "cat", "dog"]);
    expect(JSON.stringify(matrix)).toBe("[[3,0,0,1],[1,0,0,0],[1,0,2,0],[0,0,1,3]]");
  });

  it("keeps to the labels asked for, in their order", () => {
    expect(confusionMatrix(truth, predicted, { labels: ["dog", "ant"] })).toEqual([
      [3, 0],
      [1, 3],
    ]);
    expect(confusionMatrix([0, 1], [0, 1], { labels: [0, 1, 2] })).toEqual([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 0],
    ]);
  });

  it("lays itself out", () => {
    expect(String(confusionMatrix([0, 0, 1], [0, 1, 1]))).toBe(
      ["true \\ predicted  0  1", "               0  1  1", "               1  0  1"].join("\n"),
    );
  });
});

describe("precision, recall, f1, accuracy", () => {
  it("scores the positive class of two", () => {
    expect(precision(ones, guesses)).toBeCloseTo(0.8333333333333334, 15);
    expect(recall(ones, guesses)).toBeCloseTo(0.625, 15);
    expect(f1(ones, guesses)).toBeCloseTo(0.7142857142857143, 15);
    expect(f1(ones, guesses, { positiveLabel: 0 })).toBeCloseTo(0.7777777777777777, 15);
    expect(f1(ones.map(Boolean), guesses.map(Boolean))).toBeCloseTo(0.7142857142857143, 15);
    expect(accuracy(ones, guesses)).toBe(0.75);
  });

  it.each([
    {
      average: "macro",
      want: [0.5041666666666667, 0.5416666666666666, 0.5208333333333333, 0.7083333333333333],
    },
    {
      average: "weighted",
      want: [0.6166666666666667, 0.6666666666666666, 0.6388888888888888, 0.7083333333333333],
    },
    {
      average: "micro",
      want: [0.6666666666666666, 0.6666666666666666, 0.6666666666666666, 0.7058823529411765],
    },
  ] as const)("averages over classes: $average", ({ average, want }) => {
    expect(precision(truth, predicted, { average })).toBeCloseTo(want[0], 14);
    expect(recall(truth, predicted, { average })).toBeCloseTo(want[1], 14);
    expect(f1(truth, predicted, { average })).toBeCloseTo(want[2], 14);
    expect(f1(truth, predicted, { average, labels: ["dog", "ant"] })).toBeCloseTo(want[3], 14);
  });

  it("is 0 where a ratio has no denominator", () => {
    expect([precision, recall, f1].map((score) => score([0, 0], [0, 0]))).toEqual([0, 0, 0]);
    expect(precision([1, 0], [0, 0])).toBe(0);
    expect(recall([0, 0], [1, 0])).toBe(0);
  });

  it("takes arrays, typed arrays and tensors of one column", () => {
    for (const kind of [
      (y: number[]) => Int32Array.from(y),
      (y: number[]) => tensor(y),
      (y: number[]) => tensor(y, [y.length, 1]),
      (y: number[]) => y.map((label) => [label]),
    ]) {
      expect(accuracy(kind(ones), guesses)).toBe(0.75);
      expect(recall(ones, kind(guesses))).toBe(0.625);
    }
  });

  it("says how probabilities become classes", () => {
    expectError(() => accuracy([0, 1], [0.2, 0.9]), "INVALID_LABEL", /argMax/, /threshold/, /Received: 0.2/);
    const probabilities = tensor([
      [0.1, 0.9],
      [0.8, 0.2],
    ]);
    expectError(() => accuracy([0, 1], probabilities), "SHAPE_MISMATCH", /argMax/, /threshold/, /\[2, 2\]/);
  });

  it("refuses labels that do not belong together", () => {
    expectError(() => accuracy([0, 1], [0]), "SHAPE_MISMATCH", /2 in yTrue, 1 in yPred/);
    expectError(() => accuracy(["a", "b"], [0, 1]), "INVALID_LABEL", /string in yTrue, number in yPred/);
    expectError(() => accuracy([], []), "INVALID_DATA");
    expectError(() => accuracy([0, NaN], [0, 1]), "INVALID_LABEL", /NaN/);
    expectError(() => f1([0, 1, 2], [0, 1, 2]), "INVALID_OPTION", /"macro"/, /0, 1, 2/);
    expectError(() => f1(["a", "b"], ["a", "b"]), "INVALID_OPTION", /positiveLabel=1/);
    expectError(() => f1(ones, guesses, { average: "mcro" as "macro" }), "UNKNOWN_NAME", /mean "macro"/);
    expectError(() => f1(ones, guesses, { averge: "macro" } as object), "UNKNOWN_OPTION", /mean average/);
    expectError(() => confusionMatrix([0, 1], [0, 1], { labels: [7] }), "INVALID_LABEL", /labels=\[7\]/);
  });
});

describe("classificationReport", () => {
  it("prints the table of scikit-learn", () => {
    expect(String(classificationReport(truth, predicted))).toBe(
      "              precision    recall  f1-score   support\n\n         ant       0.60      0.75      0.67         4\n         bee       0.00      0.00      0.00         1\n         cat       0.67      0.67      0.67         3\n         dog       0.75      0.75      0.75         4\n\n    accuracy                           0.67        12\n   macro avg       0.50      0.54      0.52        12\nweighted avg       0.62      0.67      0.64        12\n",
    );
  });

  it("prints numbers half-way between two as Python does: 0.625 as 0.62, 0.875 as 0.88", () => {
    expect(String(classificationReport(ones, guesses))).toBe(
      "              precision    recall  f1-score   support\n\n           0       0.70      0.88      0.78         8\n           1       0.83      0.62      0.71         8\n\n    accuracy                           0.75        16\n   macro avg       0.77      0.75      0.75        16\nweighted avg       0.77      0.75      0.75        16\n",
    );
  });

  it("takes labels, names and digits", () => {
    const options = { labels: ["dog", "ant"], targetNames: ["a long name of a class", "ants"], digits: 3 };
    expect(String(classificationReport(truth, predicted, options))).toBe(
      "                        precision    recall  f1-score   support\n\na long name of a class      0.750     0.750     0.750         4\n                  ants      0.600     0.750     0.667         4\n\n             micro avg      0.667     0.750     0.706         8\n             macro avg      0.675     0.750     0.708         8\n          weighted avg      0.675     0.750     0.708         8\n",
    );
    const wider = { labels: ["ant", "bee", "cat", "dog", "eel"], digits: 0 };
    expect(String(classificationReport(truth, predicted, wider))).toBe(
      "              precision    recall  f1-score   support\n\n         ant          1         1         1         4\n         bee          0         0         0         1\n         cat          1         1         1         3\n         dog          1         1         1         4\n         eel          0         0         0         0\n\n   micro avg          1         1         1        12\n   macro avg          0         0         0        12\nweighted avg          1         1         1        12\n",
    );
  });

  it("is an object of numbers", () => {
    const report = classificationReport(ones, guesses, { targetNames: ["no", "yes"] });
    expect(report.yes).toEqual({
      precision: 5 / 6,
      recall: 0.625,
      "f1-score": expect.closeTo(0.7142857142857143, 14),
      support: 8,
    });
    expect(report.accuracy).toBe(0.75);
    expect(report["macro avg"].recall).toBe(0.75);
    expect(Object.keys(report)).toEqual(["no", "yes", "accuracy", "macro avg", "weighted avg"]);
  });

  it("keeps the row of a class that is called accuracy", () => {
    const lines = String(classificationReport(["accuracy", "b"], ["accuracy", "b"])).split("\n");
    expect(lines[2]).toBe("    accuracy       1.00      1.00      1.00         1");
    expect(lines[5]).toBe("    accuracy                           1.00         2");
  });

  it("refuses names that do not fit the classes, and unknown options", () => {
    expectError(
      () => classificationReport(ones, guesses, { targetNames: ["one"] }),
      "INVALID_OPTION",
      /2 classes/,
    );
    expectError(() => classificationReport(ones, guesses, { digits: -1 }), "INVALID_OPTION", /digits=-1/);
    expectError(() => classificationReport(ones, guesses, { digits: 21 }), "INVALID_OPTION", /digits=21/);
    const misspelt = { targetnames: ["a", "b"] } as object;
    expectError(() => classificationReport(ones, guesses, misspelt), "UNKNOWN_OPTION", /mean targetNames/);
  });
});
