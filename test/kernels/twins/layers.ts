// The kernels of layers as their formulas say them, in float64.
import { normalPair, threefryTwin, type Words } from "./random.js";

type Numbers = ArrayLike<number>;

/** The functions of `assembly/broadcast.ts`, in the order of their kinds. */
export const MERGES: readonly (readonly [string, (a: number, b: number) => number])[] = [
  ["add", (a, b) => a + b],
  ["subtract", (a, b) => a - b],
  ["multiply", (a, b) => a * b],
  ["maximum", (a, b) => Math.max(a, b)],
  ["minimum", (a, b) => Math.min(a, b)],
  ["prelu", (x, alpha) => Math.max(x, 0) - alpha * Math.max(-x, 0)],
];

/** The sizes a tensor has itself: 1 in the axes that it lacks. */
export const ownSizes = (sizes: readonly number[], axes: number): number[] =>
  sizes.map((size, axis) => ((axes >> axis) & 1 ? size : 1));

export const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** The coordinates of an element. */
function coordinates(index: number, sizes: readonly number[]): number[] {
  return sizes.map((size, axis) => Math.floor(index / product(sizes.slice(axis + 1))) % size);
}

/** The index of the element at coordinates, which are 0 in axes of size 1. */
function indexOf(position: readonly number[], sizes: readonly number[]): number {
  return sizes.reduce((index, size, axis) => index * size + (size === 1 ? 0 : position[axis]), 0);
}

/** f of two tensors that broadcast to `sizes`. */
export function broadcastTwin(
  f: (a: number, b: number) => number,
  a: Numbers,
  b: Numbers,
  sizes: readonly number[],
  aAxes: number,
  bAxes: number,
): Float64Array {
  return Float64Array.from({ length: product(sizes) }, (_, i) => {
    const position = coordinates(i, sizes);
    return f(a[indexOf(position, ownSizes(sizes, aAxes))], b[indexOf(position, ownSizes(sizes, bAxes))]);
  });
}

/** y[positions in the order of `axes`] = x[position]: axis k of y is axis axes[k] of x. */
export function permuteTwin(x: Numbers, sizes: readonly number[], axes: readonly number[]): Float64Array {
  const y = new Float64Array(x.length);
  const ySizes = axes.map((axis) => sizes[axis]);
  for (let i = 0; i < x.length; i++) {
    const position = coordinates(i, sizes);
    y[
      indexOf(
        axes.map((axis) => position[axis]),
        ySizes,
      )
    ] = x[i];
  }
  return y;
}

export interface ProductShape {
  batches: number;
  m: number;
  n: number;
  k: number;
  transposedA: boolean;
  transposedB: boolean;
}

/** a.b for each batch. */
export function batchedMatMulTwin(a: Numbers, b: Numbers, shape: ProductShape): Float64Array {
  const { batches, m, n, k, transposedA, transposedB } = shape;
  const c = new Float64Array(batches * m * n);
  for (let batch = 0; batch < batches; batch++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let l = 0; l < k; l++) {
          const left = a[batch * m * k + (transposedA ? l * m + i : i * k + l)];
          const right = b[batch * k * n + (transposedB ? j * k + l : l * n + j)];
          c[(batch * m + i) * n + j] += left * right;
        }
      }
    }
  }
  return c;
}

/** x / max(norm, epsilon) along the middle axis of [outer, length, inner]. */
export function unitNormTwin(x: Numbers, length: number, inner: number, epsilon: number): Float64Array {
  const squares = new Float64Array(x.length / length);
  const group = (i: number) => Math.floor(i / (length * inner)) * inner + (i % inner);
  for (let i = 0; i < x.length; i++) squares[group(i)] += x[i] * x[i];
  return Float64Array.from(x, (value, i) => value / Math.max(Math.sqrt(squares[group(i)]), epsilon));
}

/** Standard normal numbers of a key and a step. */
export function noiseTwin(count: number, key: Words, step: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => normalPair(threefryTwin([i >> 1, step], key))[i & 1]);
}

/** Keras's alpha dropout, with a mask given. */
export function alphaDropoutTwin(x: Numbers, kept: readonly boolean[], rate: number): Float64Array {
  const saturation = -1.6732632423543772 * 1.0507009873554805;
  const a = ((1 - rate) * (1 + rate * saturation ** 2)) ** -0.5;
  const b = -a * saturation * rate;
  return Float64Array.from(x, (value, i) => a * (kept[i] ? value : saturation) + b);
}

/** The largest of each group of `pieces`. */
export function maxoutTwin(x: Numbers, pieces: number): Float64Array {
  return Float64Array.from({ length: x.length / pieces }, (_, i) =>
    Math.max(...Array.from({ length: pieces }, (_unused, piece) => x[i * pieces + piece])),
  );
}
