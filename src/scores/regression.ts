// Scores of predicted numbers.
import { LanegradError, showShape } from "../errors.js";
import type { Table, TableLike } from "../preprocessing/table.js";
import { mean, readNumbers } from "./numbers.js";

/** True and predicted numbers of one output. */
interface Output {
  readonly truth: Float64Array;
  readonly prediction: Float64Array;
}

/**
 * Mean squared error: the mean of (true - predicted)². Of several outputs, the mean over them.
 * Formulas and conventions of these functions: scikit-learn.
 *
 * @param yTrue the true values, [n] or [n, outputs]
 * @param yPred the predicted values; [n] and [n, 1] count as the same shape
 * @throws LanegradError SHAPE_MISMATCH if the two differ in shape
 * @throws LanegradError INVALID_DATA if they are empty or ragged, or hold NaN, an infinity or text
 */
export function mse(yTrue: TableLike, yPred: TableLike): number {
  return meanOverOutputs(yTrue, yPred, meanSquaredError);
}

/** The square root of the mean squared error, of each output. Parameters and errors are those of {@link mse}. */
export function rmse(yTrue: TableLike, yPred: TableLike): number {
  return meanOverOutputs(yTrue, yPred, (output) => Math.sqrt(meanSquaredError(output)));
}

/** Mean absolute error: the mean of |true - predicted|. Parameters and errors are those of {@link mse}. */
export function mae(yTrue: TableLike, yPred: TableLike): number {
  return meanOverOutputs(yTrue, yPred, (output) => mean(absoluteErrors(output)));
}

/**
 * The coefficient of determination: 1 - Σ(true - predicted)² / Σ(true - mean of true)². 1 is perfect,
 * 0 as good as always predicting the mean, below 0 worse. Where all true values are equal it is 1 if
 * every prediction is right and else 0. Parameters and errors are those of {@link mse}.
 *
 * @returns NaN for a single row, for which it is not defined
 */
export function r2(yTrue: TableLike, yPred: TableLike): number {
  return meanOverOutputs(yTrue, yPred, (output) => {
    const { truth } = output;
    if (truth.length < 2) return NaN;
    const spread = variance(truth);
    const error = meanSquaredError(output);
    if (spread === 0) return error === 0 ? 1 : 0;
    return 1 - error / spread;
  });
}

/**
 * Explained variance: 1 - variance of (true - predicted) / variance of true. Unlike {@link r2} it does not
 * mind predictions that are all too high by the same amount. Where all true values are equal it is 1 if
 * the predictions are off by one amount and else 0. Parameters and errors are those of {@link mse}.
 */
export function explainedVariance(yTrue: TableLike, yPred: TableLike): number {
  return meanOverOutputs(yTrue, yPred, ({ truth, prediction }) => {
    const unexplained = variance(truth.map((value, row) => value - prediction[row]));
    const whole = variance(truth);
    if (unexplained === 0) return 1;
    return whole === 0 ? 0 : 1 - unexplained / whole;
  });
}

/**
 * The largest |true - predicted|, of one output. Parameters and errors are those of {@link mse}.
 *
 * @throws LanegradError SHAPE_MISMATCH if there are several outputs, too
 */
export function maxError(yTrue: TableLike, yPred: TableLike): number {
  const { truth, prediction } = readSame(yTrue, yPred);
  if (truth.columns !== 1) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `maxError takes one output, [n] or [n, 1]; score the outputs one by one. Received: shape ${showShape([truth.rows, truth.columns])}`,
    );
  }
  return absoluteErrors({ truth: truth.values, prediction: prediction.values }).reduce((a, b) =>
    Math.max(a, b),
  );
}

/**
 * The median of |true - predicted|, which single rows that are far off do not move; of an even number of
 * rows the mean of the two in the middle. Parameters and errors are those of {@link mse}.
 */
export function medianAbsoluteError(yTrue: TableLike, yPred: TableLike): number {
  return meanOverOutputs(yTrue, yPred, (output) => {
    const errors = absoluteErrors(output).sort();
    const middle = errors.length >> 1;
    return errors.length % 2 === 1 ? errors[middle] : (errors[middle - 1] + errors[middle]) / 2;
  });
}

/**
 * Mean absolute percentage error as a share, not times 100: the mean of |true - predicted| / |true|, where
 * |true| is at least 2^-52, so that true values of 0 give very large numbers. Parameters and errors are
 * those of {@link mse}.
 */
export function meanAbsolutePercentageError(yTrue: TableLike, yPred: TableLike): number {
  return meanOverOutputs(yTrue, yPred, ({ truth, prediction }) =>
    mean(
      truth.map(
        (value, row) => Math.abs(value - prediction[row]) / Math.max(Math.abs(value), Number.EPSILON),
      ),
    ),
  );
}

function absoluteErrors({ truth, prediction }: Output): Float64Array {
  return truth.map((value, row) => Math.abs(value - prediction[row]));
}

function variance(values: Float64Array): number {
  const center = mean(values);
  return mean(values.map((value) => (value - center) * (value - center)));
}

function meanSquaredError({ truth, prediction }: Output): number {
  return mean(truth.map((value, row) => (value - prediction[row]) * (value - prediction[row])));
}

function meanOverOutputs(yTrue: TableLike, yPred: TableLike, score: (output: Output) => number): number {
  const { truth, prediction } = readSame(yTrue, yPred);
  const scores = Float64Array.from({ length: truth.columns }, (_, column) =>
    score({ truth: valuesOf(truth, column), prediction: valuesOf(prediction, column) }),
  );
  return mean(scores);
}

function valuesOf({ values, rows, columns }: Table, column: number): Float64Array {
  const ofColumn = new Float64Array(rows);
  for (let row = 0; row < rows; row++) ofColumn[row] = values[row * columns + column];
  return ofColumn;
}

function readSame(yTrue: TableLike, yPred: TableLike): { truth: Table; prediction: Table } {
  const truth = readNumbers(yTrue, "yTrue");
  const prediction = readNumbers(yPred, "yPred");
  if (truth.rows !== prediction.rows || truth.columns !== prediction.columns) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `yTrue and yPred must have the same shape. Received: ${showShape([truth.rows, truth.columns])} in yTrue, ${showShape([prediction.rows, prediction.columns])} in yPred`,
    );
  }
  return { truth, prediction };
}
