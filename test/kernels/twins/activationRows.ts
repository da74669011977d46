// The gated linear unit and sparsemax in float64, row by row.
import { sigmoid } from "./math.js";

type Numbers = ArrayLike<number>;

function rowsOf(x: Numbers, columns: number): number[][] {
  return Array.from({ length: x.length / columns }, (_, row) =>
    Array.from({ length: columns }, (_, i) => x[row * columns + i]),
  );
}

export function gluTwin(x: Numbers, columns: number): number[] {
  const half = columns / 2;
  return rowsOf(x, columns).flatMap((row) => row.slice(0, half).map((a, i) => a * sigmoid(row[half + i])));
}

export function gluGradientTwin(x: Numbers, dY: Numbers, columns: number): number[] {
  const half = columns / 2;
  const gradients = rowsOf(dY, half);
  return rowsOf(x, columns).flatMap((row, r) => [
    ...row.slice(half).map((b, i) => gradients[r][i] * sigmoid(b)),
    ...row.slice(half).map((b, i) => gradients[r][i] * row[i] * sigmoid(b) * sigmoid(-b)),
  ]);
}

/** Algorithm 1 of Martins and Astudillo 2016: by sorting. */
function sparsemaxRow(row: number[]): number[] {
  const sorted = [...row].sort((a, b) => b - a);
  let sum = 0;
  let threshold = 0;
  sorted.forEach((value, i) => {
    sum += value;
    if (1 + (i + 1) * value > sum) threshold = (sum - 1) / (i + 1);
  });
  return row.map((value) => Math.max(value - threshold, 0));
}

export function sparsemaxTwin(x: Numbers, columns: number): number[] {
  return rowsOf(x, columns).flatMap(sparsemaxRow);
}

/** The Jacobian Diag(s) - s s^T / |S|, s being 1 on the support S (equation 9 of the paper). */
export function sparsemaxGradientTwin(y: Numbers, dY: Numbers, columns: number): number[] {
  const gradients = rowsOf(dY, columns);
  return rowsOf(y, columns).flatMap((row, r) => {
    const support = row.map((value) => Number(value > 0));
    const size = support.reduce((total, s) => total + s, 0);
    return support.map((s, i) =>
      support.reduce((total, t, j) => total + (s * (i === j ? 1 : 0) - (s * t) / size) * gradients[r][j], 0),
    );
  });
}
