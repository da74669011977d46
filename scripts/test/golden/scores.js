// Scores of classifiers, of probabilities and of predicted numbers.
import { MissingPart, find } from "./case.js";

/**
 * Runs the parts of a case one by one, so that those whose functions exist are held to the expected
 * numbers; a case that lacks one fails as missing a part.
 */
function runParts(testCase, parts) {
  const missing = [];
  for (const part of parts) {
    try {
      part();
    } catch (error) {
      if (!(error instanceof MissingPart)) throw error;
      missing.push(error.message);
    }
  }
  if (missing.length > 0 && testCase.failures.length === 0) throw new MissingPart(missing.join(", "));
}

/** A part that compares one number. */
function score(testCase, key, name, ...args) {
  return () => testCase.compareList(key, find("scores", name)(...args), testCase.expected[key]);
}

function classification(testCase) {
  const { expected, params } = testCase;
  const [yTrue, yPred] = [testCase.list("y_true"), testCase.list("y_pred")];
  const labels = Array.from({ length: params.classes }, (_, label) => label);
  runParts(testCase, [
    () => {
      const matrix = find("scores", "confusionMatrix")(yTrue, yPred, { labels });
      testCase.compareList("confusion_matrix", matrix, expected.confusion_matrix);
    },
    score(testCase, "accuracy", "accuracy", yTrue, yPred),
    () => {
      const report = find("scores", "classificationReport")(yTrue, yPred, { labels });
      compareReport(testCase, report, expected.report);
      testCase.compareList("report_text", String(report), expected.report_text);
    },
    score(testCase, "balanced_accuracy", "balancedAccuracy", yTrue, yPred),
    score(testCase, "cohen_kappa", "cohenKappa", yTrue, yPred),
    score(testCase, "mcc", "matthews", yTrue, yPred),
  ]);
}

function compareReport(testCase, report, want) {
  for (const [row, numbers] of Object.entries(want)) {
    if (typeof numbers === "number") testCase.compareList(`report ${row}`, report[row], numbers);
    else
      for (const key of Object.keys(numbers))
        testCase.compareList(`report ${row} ${key}`, report[row]?.[key], numbers[key]);
  }
}

function binaryScores(testCase) {
  const [yTrue, yScore] = [testCase.list("y_true"), testCase.list("y_score")];
  const yPred = yScore.map((value) => (value > 0.5 ? 1 : 0));
  const thresholded = Object.entries(testCase.expected["at_0.5"]).map(([name, want]) => () => {
    testCase.compareList(`at_0.5 ${name}`, find("scores", name)(yTrue, yPred), want);
  });
  runParts(testCase, [
    ...thresholded,
    score(testCase, "roc_auc", "rocAuc", yTrue, yScore),
    score(testCase, "average_precision", "averagePrecision", yTrue, yScore),
    score(testCase, "log_loss", "logLoss", yTrue, yScore),
    score(testCase, "brier", "brier", yTrue, yScore),
  ]);
}

function topK(testCase) {
  const yTrue = testCase.list("y_true");
  const yScore = testCase.input("y_score");
  for (const [key, want] of Object.entries(testCase.expected)) {
    const k = Number(key.replace("top_", ""));
    testCase.compareList(key, find("scores", "topK")(yTrue, yScore, { k }), want);
  }
}

function regression(testCase) {
  const [yTrue, yPred] = [testCase.list("y_true"), testCase.list("y_pred")];
  const names = {
    explained_variance: "explainedVariance",
    max_error: "maxError",
    median_ae: "medianAbsoluteError",
  };
  runParts(
    testCase,
    Object.keys(testCase.expected).map((key) => score(testCase, key, names[key] ?? key, yTrue, yPred)),
  );
}

export const scoreRuns = { classification, binary_scores: binaryScores, top_k: topK, regression };
