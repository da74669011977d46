// Losses: the loss of each sample, reduced, and its gradient.
import { tensor } from "lanegrad";
import { camelCase, find, toOptions } from "./case.js";
import { isNear } from "./generator.js";
import { compareAtCorners } from "./layer.js";

const OPS = [
  "mean_squared_error",
  "mean_absolute_error",
  "huber",
  "log_cosh",
  "mean_squared_logarithmic_error",
  "mean_absolute_percentage_error",
  "poisson",
  "cosine_similarity",
  "binary_crossentropy",
  "hinge",
  "squared_hinge",
  "categorical_crossentropy",
  "sparse_categorical_crossentropy",
  "categorical_hinge",
  "kl_divergence",
];

/** Room for the slope at a clipped probability: float32 has no number very near to 1 - 1e-7. */
const CLIPPED_TOLERANCE = { rtol: 0.25, atol: 1e-6 };

function run(testCase) {
  const make = find("losses", camelCase(testCase.op));
  const loss = make(toOptions(testCase.params));
  const yTrue = testCase.input("y_true");
  const yPred = testCase.input("y_pred");
  const sampleWeight = testCase.input("sample_weight");
  testCase.compare("per_sample", loss.perSample(yTrue, yPred));
  testCase.compare("loss", loss.value(yTrue, yPred, sampleWeight));

  const gradientAt = (at) => loss.gradient(yTrue, at, sampleWeight).data;
  const gradient = gradientAt(yPred);
  const corners = testCase.kink_idx ?? [];
  const clipped = testCase.clipped_idx ?? [];
  compareEither(testCase, gradient, [...corners, ...clipped]);
  compareAtCorners(testCase, "grad", gradient, gradientAt, yPred, corners);
  compareClipped(testCase, gradient, gradientAt, yPred, clipped);
}

/** The gradient must be `grad`, or `grad_plain` where the case has it. */
function compareEither(testCase, gradient, skip) {
  const hasPlain = testCase.expected.grad_plain !== undefined;
  const before = testCase.failures.length;
  testCase.compare("grad", gradient, skip);
  if (testCase.failures.length === before || !hasPlain) return;
  const failures = testCase.failures.splice(before);
  testCase.compare("grad_plain", gradient, skip);
  if (testCase.failures.length > before) testCase.failures.push(...failures);
}

/**
 * Where a probability was clipped, the slope may be 0 or the one at the clipped value, which is the
 * gradient that the library itself gives there. The expected slope is held to the same.
 */
function compareClipped(testCase, gradient, gradientAt, yPred, clipped) {
  if (clipped.length === 0) return;
  const epsilon = Number.parseFloat(testCase.conventions.epsilon);
  const inside = yPred.data.map((p) => Math.min(Math.max(p, epsilon), 1 - epsilon));
  const slopes = gradientAt(tensor(inside, yPred.shape));
  for (const position of clipped) {
    const want = Number(testCase.expected.grad.values[position]);
    for (const slope of [gradient[position], want]) {
      const isRight = [0, slopes[position]].some((right) => isNear(slope, right, CLIPPED_TOLERANCE));
      testCase.expect(isRight, `grad[${position}] is ${slope}, neither 0 nor about ${slopes[position]}`);
    }
  }
}

export const lossRuns = Object.fromEntries(OPS.map((op) => [op, run]));
