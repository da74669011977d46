// Scores of predicted numbers.
import { LanegradError, showShape } from "../errors.js";
import { readTable } from "../preprocessing/table.js";
import type { TableLike } from "../preprocessing/table.js";

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
  return meanOverOutputs(yTrue, yPred, ({ truth, prediction }) =>
    mean(truth.map((value, row) => Math.abs(value - prediction[row]))),
  );
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
    const center = mean(truth);
    const variance = mean(truth.map((value) => (value - center) * (value - center)));
    const error = meanSquaredError(output);
    if (variance === 0) return error === 0 ? 1 : 0;
    return 1 - error / variance;
  });
}

function meanSquaredError({ truth, prediction }: Output): number {
  return mean(truth.map((value, row) => (value - prediction[row]) * (value - prediction[row])));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanOverOutputs(yTrue: TableLike, yPred: TableLike, score: (output: Output) => number): number {
  const truth = readNumbers(yTrue, "yTrue");
  const prediction = readNumbers(yPred, "yPred");
  if (truth.rows !== prediction.rows || truth.columns !== prediction.columns) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `yTrue and yPred must have the same shape. Received: ${showShape([truth.rows, truth.columns])} in yTrue, ${showShape([prediction.rows, prediction.columns])} in yPred`,
    );
  }
  const inColumn = (column: number) => (_: number, i: number) => i % truth.columns === column;
  const scores = Float64Array.from({ length: truth.columns }, (_, column) =>
    score({
      truth: truth.values.filter(inColumn(column)),
      prediction: prediction.values.filter(inColumn(column)),
    }),
  );
  return mean(scores);
}

function readNumbers(values: TableLike, name: string) {
  const table = readTable(values, name);
  const missing = table.values.findIndex((value) => Number.isNaN(value));
  if (missing !== -1) {
    throw new LanegradError(
      "INVALID_DATA",
      `${name} must hold a number in row ${Math.floor(missing / table.columns)}. Received: NaN`,
    );
  }
  return table;
}
