// Outputs of random graphs: smooth losses, each with the activation and the labels that suit it.
import { losses, tensor } from "lanegrad";
import type { activations, Tensor } from "lanegrad";
import type { Draw } from "./draw.js";

type Labels = (draw: Draw, rows: number, columns: number) => Tensor;

const numbers: Labels = (draw, rows, columns) => tensor(draw.numbers(rows * columns, -1, 1), [rows, columns]);

const rates: Labels = (draw, rows, columns) => tensor(draw.numbers(rows * columns, 0.1, 2), [rows, columns]);

const bits: Labels = (draw, rows, columns) =>
  tensor(draw.numbers(rows * columns, 0, 2).map(Math.floor), [rows, columns]);

const indices: Labels = (draw, rows, columns) =>
  tensor(draw.numbers(rows, 0, columns).map(Math.floor), [rows, 1]);

/** Rows that add up to 1. */
const shares: Labels = (draw, rows, columns) => {
  const data = draw.numbers(rows * columns, 0.2, 1);
  const sums = Array.from({ length: rows }, (_, row) =>
    data.subarray(row * columns, (row + 1) * columns).reduce((a, b) => a + b, 0),
  );
  return tensor(data.map((value, i) => value / sums[Math.floor(i / columns)]), [rows, columns]); // prettier-ignore
};

/** What an output can be. */
export interface HeadKind {
  loss: (options: losses.LossOptions) => losses.Loss;
  activation: activations.ActivationName;
  labels: Labels;
  /** Where the number of outputs matters. */
  units?: number;
}

const { meanSquaredError, logCosh, cosineSimilarity, poisson, meanSquaredLogarithmicError } = losses;
const { binaryCrossentropy, binaryFocalCrossentropy, categoricalCrossentropy, klDivergence } = losses;
const { sparseCategoricalCrossentropy, categoricalGeneralizedCrossEntropy, tversky } = losses;

export const HEADS: readonly HeadKind[] = [
  { loss: meanSquaredError, activation: "linear", labels: numbers },
  { loss: logCosh, activation: "tanh", labels: numbers },
  { loss: cosineSimilarity, activation: "softplus", labels: numbers, units: 3 },
  { loss: poisson, activation: "exponential", labels: rates },
  { loss: meanSquaredLogarithmicError, activation: "softplus", labels: rates },
  { loss: binaryCrossentropy, activation: "sigmoid", labels: bits },
  { loss: (o) => binaryCrossentropy({ ...o, fromLogits: true }), activation: "linear", labels: bits },
  { loss: binaryFocalCrossentropy, activation: "sigmoid", labels: bits },
  { loss: categoricalCrossentropy, activation: "softmax", labels: shares, units: 3 },
  { loss: klDivergence, activation: "softmax", labels: shares, units: 3 },
  {
    loss: (o) => sparseCategoricalCrossentropy({ ...o, fromLogits: true }),
    activation: "linear",
    labels: indices,
    units: 4,
  },
  { loss: categoricalGeneralizedCrossEntropy, activation: "softmax", labels: indices, units: 3 },
  { loss: (o) => tversky({ ...o, alpha: 0.3, axis: -1 }), activation: "sigmoid", labels: bits },
];
