import { describe, expect, it } from "vitest";
import { brier, logLoss } from "../../src/scores/index.js";
import { tensor } from "../../src/tensor/tensor.js";
import { expectError } from "../preprocessing/expectError.js";
import { numbersFrom } from "./random.js";

// Expected numbers: scikit-learn 1.2.1 (reference.py),
//   log_loss(y, s); brier_score_loss(y, s); log_loss(classes, np.array(rows, dtype), labels=[0, 1, 2])
const y = [0, 0, 1, 1, 1, 0, 1, 0];
const s = [0.125, 0.5, 0.5, 0.75, 0.25, 0.5, 1, 0];
const classes = [0, 2, 1, 1];
const rows = [
  [0.7, 0.2, 0.1],
  [0.1, 0.1, 0.8],
  [0.3, 0.3, 0.4],
  [1, 0, 0],
];

describe("logLoss", () => {
  it("scores two classes as scikit-learn", () => {
    expect(logLoss(y, s)).toBeCloseTo(0.4858686709845038, 13);
    expect(logLoss(y.map(Boolean), s)).toBe(logLoss(y, s));
  });

  it("scores several classes as scikit-learn", () => {
    expect(logLoss(classes, rows)).toBeCloseTo(9.456861172174008, 12);
    const names = classes.map((label) => ["ant", "bee", "cat"][label]);
    expect(logLoss(names, rows, { labels: ["ant", "bee", "cat"] })).toBe(logLoss(classes, rows));
    const reversed = rows.map((row) => [...row].reverse());
    expect(logLoss(names, reversed, { labels: ["cat", "bee", "ant"] })).toBe(logLoss(classes, rows));
  });

  it("divides rows that add up to nearly 1 by their sum", () => {
    const nearly = [
      [0.5004, 0.5],
      [0.25, 0.7504],
    ];
    expect(logLoss([0, 1], nearly)).toBeCloseTo(0.49014811086107857, 13);
    expect(logLoss([false, true], nearly)).toBe(logLoss([0, 1], nearly));
  });

  it("clips by the precision of the numbers", () => {
    expect(logLoss([1, 0], [0, 0.25])).toBeCloseTo(18.165667730784467, 12);
    const single = Float32Array.from([0, 0.25]);
    expect(logLoss([1, 0], single)).toBeCloseTo(8.115033612665261, 6);
    expect(logLoss([1, 0], tensor(single))).toBe(logLoss([1, 0], single));
    expect(logLoss(classes, tensor(rows))).toBeCloseTo(4.431544133514806, 5);
    expect(logLoss(classes, tensor(rows))).toBe(
      logLoss(
        classes,
        rows.map((row) => Float32Array.from(row)),
      ),
    );
  });

  it("agrees with its definition", () => {
    const next = numbersFrom(8);
    const labels = Array.from({ length: 100 }, () => Number(next() < 0.5));
    const probabilities = labels.map(() => 0.01 + 0.98 * next());
    const losses = labels.map((label, i) => -Math.log(label === 1 ? probabilities[i] : 1 - probabilities[i]));
    const want = losses.reduce((sum, loss) => sum + loss, 0) / 100;
    expect(logLoss(labels, probabilities)).toBeCloseTo(want, 12);
    const columns = probabilities.map((p) => [1 - p, p]);
    expect(logLoss(labels, columns)).toBeCloseTo(want, 12);
    const opposite = probabilities.map((p) => 1 - p);
    expect(logLoss(labels, opposite, { positiveLabel: 0 })).toBeCloseTo(want, 12);
  });

  it("refuses logits, sums that are not 1, and labels without a column", () => {
    expectError(() => logLoss([0, 1], [-2, 3]), "INVALID_DATA", /0 to 1/, /row 0/, /sigmoid/, /-2/);
    expectError(() => logLoss([0, 1], [0.5, NaN]), "INVALID_DATA", /row 1/, /NaN/);
    const half = [[0.5, 0.2, 0.2], rows[0]];
    expectError(() => logLoss([0, 1], half), "INVALID_DATA", /row 0/, /softmax/, /0.8999/);
    expectError(() => logLoss([0, 3, 1, 1], rows), "INVALID_LABEL", /yTrue\[1\]/, /labels/, /Received: 3/);
    expectError(() => logLoss(["a", "b", "a", "a"], rows), "INVALID_LABEL", /yTrue\[0\]/, /"a"/);
    expectError(() => logLoss([0, 1], rows), "SHAPE_MISMATCH", /2 in yTrue, 4 in yScore/);
    expectError(() => logLoss([0, 1, 2], [0.1, 0.2, 0.3]), "INVALID_LABEL", /two classes/);
    expectError(() => logLoss([], []), "INVALID_DATA");
  });

  it("refuses options that do not belong to the shape", () => {
    expectError(() => logLoss(y, s, { labels: [0, 1] }), "INVALID_OPTION", /labels=\[0,1\] with 1 columns/);
    expectError(() => logLoss(classes, rows, { positiveLabel: 1 }), "INVALID_OPTION", /positiveLabel=1/);
    expectError(
      () => logLoss(classes, rows, { labels: [0, 1] }),
      "INVALID_OPTION",
      /labels=\[0,1\]/,
      /\[4, 3\]/,
    );
    expectError(() => logLoss(classes, rows, { labels: [0, 1, 1] }), "INVALID_OPTION", /all different/);
    expectError(() => logLoss(y, s, { eps: 1e-7 } as object), "UNKNOWN_OPTION", /eps/);
  });
});

describe("brier", () => {
  it("scores as scikit-learn", () => {
    expect(brier(y, s)).toBe(0.173828125);
    expect(brier(tensor(y), tensor(s, [8, 1]))).toBe(0.173828125);
  });

  it("is 0 for certain and right, 1 for certain and wrong, and takes a single class", () => {
    expect(brier([0, 1], [0, 1])).toBe(0);
    expect(brier([0, 1], [1, 0])).toBe(1);
    expect(brier([0, 0], [0.5, 0.25])).toBe(0.15625);
    expect(brier(["no", "no"], [0.5, 0.25], { positiveLabel: "yes" })).toBe(0.15625);
  });

  it("refuses what is no probability of two classes", () => {
    expectError(() => brier([0, 1], [0.5, 1.5]), "INVALID_DATA", /0 to 1/, /row 1/, /1.5/);
    expectError(() => brier([0, 1], [0.5, NaN]), "INVALID_DATA", /NaN/);
    expectError(() => brier([0, 1], [0.5]), "SHAPE_MISMATCH", /2 in yTrue/);
    expectError(() => brier(classes, [0, 0, 1, 1]), "INVALID_LABEL", /0, 1, 2/);
    expectError(() => brier(classes, rows), "SHAPE_MISMATCH", /\[4, 3\]/);
    expectError(() => brier(["a", "b"], [0, 1]), "INVALID_OPTION", /positiveLabel/);
  });
});
