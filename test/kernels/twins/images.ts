// The kernels of images as their formulas say them, in float64.
import { threefryTwin, type Words } from "./random.js";

type Numbers = ArrayLike<number>;

export const FILL_MODES = ["reflect", "wrap", "constant", "nearest"] as const;
export type FillMode = (typeof FILL_MODES)[number];

/** What is drawn for an image: numbers from 0 to 1. */
export function drawnTwin(image: number, key: Words, step: number): Words {
  const [first, second] = threefryTwin([image, step], key);
  return [first / 2 ** 32, second / 2 ** 32];
}

/** Lengths that a row is continued by on each side. */
const REPEATS = 12;

/** A row of `size` pixels written out by its pattern, from far before it to far behind; -1 is outside. */
function continued(size: number, fillMode: FillMode): Map<number, number> {
  const forth = Array.from({ length: size }, (_, i) => i);
  const back = [...forth].reverse();
  const piece = (number: number): number[] => {
    if (number === 0 || fillMode === "wrap") return forth;
    if (fillMode === "reflect") return number % 2 === 0 ? forth : back;
    if (fillMode === "constant") return forth.map(() => -1);
    return forth.map(() => (number < 0 ? 0 : size - 1));
  };
  const pieces = Array.from({ length: 2 * REPEATS + 1 }, (_, i) => piece(i - REPEATS));
  return new Map(pieces.flat().map((place, i) => [i - REPEATS * size, place]));
}

/** Which pixels along an axis a position is made of, with their shares. */
function shares(position: number, isNearest: boolean): [index: number, share: number][] {
  if (isNearest) return [[Math.floor(position + 0.5), 1]];
  const floor = Math.floor(position);
  return [
    [floor, 1 - (position - floor)],
    [floor + 1, position - floor],
  ];
}

/** For each output pixel how much of each input pixel is in it, and of the constant beyond the edges. */
export interface Mixture {
  readonly weights: Float64Array[];
  readonly constant: Float64Array;
}

/** @param at [u, v] of an output pixel */
export function mixtureTwin(
  [height, width]: readonly [number, number],
  [newHeight, newWidth]: readonly [number, number],
  at: (x: number, y: number) => readonly [number, number],
  fillMode: FillMode,
  isNearest: boolean,
): Mixture {
  const [rows, columns] = [continued(height, fillMode), continued(width, fillMode)];
  const constant = new Float64Array(newHeight * newWidth);
  const weights = Array.from(constant, (_, pixel) => {
    const mixed = new Float64Array(height * width);
    const [u, v] = at(pixel % newWidth, Math.floor(pixel / newWidth));
    for (const [i, vertical] of shares(v, isNearest)) {
      for (const [j, horizontal] of shares(u, isNearest)) {
        const [row, column] = [rows.get(i) ?? NaN, columns.get(j) ?? NaN];
        if (row === -1 || column === -1) constant[pixel] += vertical * horizontal;
        else mixed[row * width + column] += vertical * horizontal;
      }
    }
    return mixed;
  });
  return { weights, constant };
}

/** An image by a mixture. */
export function mixTwin(
  { weights, constant }: Mixture,
  x: Numbers,
  channels: number,
  fill: number,
): Float64Array {
  return Float64Array.from({ length: weights.length * channels }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    return weights[pixel].reduce(
      (sum, weight, j) => (weight === 0 ? sum : sum + weight * x[j * channels + channel]),
      constant[pixel] * fill,
    );
  });
}

/** The gradient of `mixTwin` with respect to the image. */
export function mixGradientTwin({ weights }: Mixture, dY: Numbers, channels: number): Float64Array {
  return Float64Array.from({ length: weights[0].length * channels }, (_, i) => {
    const [pixel, channel] = [Math.floor(i / channels), i % channels];
    return weights.reduce((sum, mixed, j) => sum + mixed[pixel] * dY[j * channels + channel], 0);
  });
}

/** The transform of `kind` by numbers r and s. */
export function transformTwin(kind: number, r: number, s: number, height: number, width: number): number[] {
  const [cx, cy] = [(width - 1) / 2, (height - 1) / 2];
  if (kind === 0) return [1, 0, -s * width, 0, 1, -r * height];
  const [cos, sin] = [Math.cos(2 * Math.PI * r), Math.sin(2 * Math.PI * r)];
  if (kind === 1) return [cos, -sin, cx - cx * cos + cy * sin, sin, cos, cy - cx * sin - cy * cos];
  return [1 + s, 0, cx - (1 + s) * cx, 0, 1 + r, cy - (1 + r) * cy];
}

const clip = (value: number, [low, high]: readonly [number, number]): number =>
  Math.min(Math.max(value, low), high);

/** Of one channel. */
export function contrastTwin(
  x: readonly number[],
  factor: number,
  range: readonly [number, number],
): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  return x.map((value) => clip((value - mean) * factor + mean, range));
}

/** Of one channel: the matrix of derivatives, by its definition, times dY. */
export function contrastGradientTwin(
  x: readonly number[],
  dY: readonly number[],
  factor: number,
  [low, high]: readonly [number, number],
): number[] {
  const mean = x.reduce((sum, value) => sum + value, 0) / x.length;
  const isInside = x.map((value) => {
    const y = (value - mean) * factor + mean;
    return y >= low && y <= high;
  });
  return x.map((_, j) =>
    dY.reduce((sum, d, i) => {
      const derivative = (i === j ? factor : 0) + (1 - factor) / x.length;
      return isInside[i] ? sum + derivative * d : sum;
    }, 0),
  );
}

export function brightnessTwin(x: Numbers, shift: number, range: readonly [number, number]): number[] {
  return Array.from(x, (value) => clip(value + shift, range));
}
