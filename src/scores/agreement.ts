// How far predicted and true classes agree, where the classes are not equally frequent.
import type { Labels } from "../preprocessing/labels.js";
import { countClasses } from "./classes.js";

/**
 * The mean over the classes of yTrue of the share of their rows that was found (recall): 1/classes is
 * as good as guessing, however frequent each class is. A class that was only predicted does not count.
 * Formulas and conventions of these functions: scikit-learn.
 *
 * @param yTrue the classes, one a row: text, whole numbers or booleans; [n] or [n, 1]
 * @param yPred the predicted classes; probabilities become classes with argMax() or a threshold
 * @throws LanegradError INVALID_LABEL, SHAPE_MISMATCH or INVALID_DATA if yTrue and yPred are not one
 * class a row, of one type and of one length
 */
export function balancedAccuracy(yTrue: Labels, yPred: Labels): number {
  const { right, support } = countClasses(yTrue, yPred);
  let sum = 0;
  let classes = 0;
  support.forEach((rows, position) => {
    if (rows === 0) return;
    sum += right[position] / rows;
    classes++;
  });
  return sum / classes;
}

/**
 * Cohen's kappa: (accuracy - chance) / (1 - chance), where chance is the accuracy of independent guesses
 * with the same frequencies. 1 is perfect, 0 as good as chance, below 0 worse. yTrue and yPred may change
 * places. Parameters and errors are those of {@link balancedAccuracy}.
 *
 * @returns NaN if all rows are of one class and predicted to be of it, for which it is not defined
 */
export function cohenKappa(yTrue: Labels, yPred: Labels): number {
  const { rows, right, products } = countAgreement(yTrue, yPred);
  return (rows * right - products) / (rows * rows - products);
}

/**
 * The correlation coefficient of Matthews (phi), for two classes or more: 1 is perfect, 0 as good as
 * chance, and 0 too where yTrue or yPred is all of one class. Of two classes, -1 is always wrong.
 * Parameters and errors are those of {@link balancedAccuracy}.
 */
export function matthews(yTrue: Labels, yPred: Labels): number {
  const { rows, right, products, truthSquares, predictionSquares } = countAgreement(yTrue, yPred);
  const spread = (rows * rows - truthSquares) * (rows * rows - predictionSquares);
  return spread === 0 ? 0 : (rows * right - products) / Math.sqrt(spread);
}

/** Counts of rows, and sums over the classes of products of how often each is true and is predicted. */
function countAgreement(yTrue: Labels, yPred: Labels) {
  const { support, predicted, right } = countClasses(yTrue, yPred);
  const dot = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, count, position) => sum + count * b[position], 0);
  return {
    rows: support.reduce((sum, count) => sum + count, 0),
    right: right.reduce((sum, count) => sum + count, 0),
    products: dot(support, predicted),
    truthSquares: dot(support, support),
    predictionSquares: dot(predicted, predicted),
  };
}
