// The gradients of whole small models against finite differences.
import { tensor } from "lanegrad";
import type { Gradients, Model, SampleWeight, Targets, Tensor } from "lanegrad";
import { expect } from "vitest";

export type AnyModel = Model | Model<Tensor[]>;

/** The widest step; the finest is this over 2^(LEVELS - 1), where rounding of a float32 loss begins to tell. */
const STEP = 0.08;
const LEVELS = 4;

/** About as many elements of each tensor are tried. */
const TRIED = 12;

/** A tensor whose largest gradient is less than this is compared with this instead. */
const SMALLEST_SCALE = 1e-2;

/**
 * A derivative at 0 by central differences, Richardson's extrapolation over steps that are halved, and of all the
 * values so found the one that differs least from its neighbours (Ridders 1982): the curvature of the function
 * spoils the wide steps and its rounding the fine ones. What it ought to be has no say in that.
 */
export function derivative(f: (shift: number) => number, widest = STEP): number {
  let [best, bestError] = [NaN, Infinity];
  let previous: number[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const step = widest / 2 ** level;
    const row = [(f(step) - f(-step)) / (2 * step)];
    previous.forEach((coarser, order) => {
      const finer = row[order];
      const extrapolated = finer + (finer - coarser) / (4 ** (order + 1) - 1);
      const error = Math.max(Math.abs(extrapolated - finer), Math.abs(extrapolated - coarser));
      if (error < bestError) [best, bestError] = [extrapolated, error];
      row.push(extrapolated);
    });
    previous = row;
  }
  return best;
}

/** A copy in which one element is moved. */
function moved(x: Tensor, element: number, shift: number): Tensor {
  const data = x.data.slice();
  data[element] += shift;
  return tensor(data, [...x.shape]);
}

/** Compares some elements of a gradient; relative to its largest. */
export function compareGradient(
  gradient: Tensor,
  x: Tensor,
  lossAt: (x: Tensor) => number,
  { name = "", tolerance = 1e-3, step = STEP } = {},
): void {
  expect(gradient.shape, name).toEqual(x.shape);
  const scale = Math.max(...gradient.data.map(Math.abs), SMALLEST_SCALE);
  for (let j = 0; j < gradient.size; j += Math.max(1, Math.floor(gradient.size / TRIED))) {
    const want = derivative((shift) => lossAt(moved(x, j, shift)), step);
    const error = Math.abs(gradient.data[j] - want) / scale;
    expect(error, `${name}[${j}]: ${gradient.data[j]} and ${want}`).toBeLessThan(tolerance);
  }
}

/** How gradients are compared. */
export interface CheckOptions {
  /** Of the error relative to the largest gradient of the tensor. Default 1e-3. */
  tolerance?: number;
  /** The widest step: to be less where there is a corner nearby. Default 0.08. */
  step?: number;
  /** Inputs that have no gradient, such as indices: it must be 0. */
  fixed?: readonly number[];
}

/** Every gradient of weights, by path, and of inputs against those of a function of both. */
function compareAll(
  net: AnyModel,
  x: readonly Tensor[],
  analytic: Pick<Gradients, "weights" | "inputs">,
  lossOf: (x: readonly Tensor[]) => number,
  { fixed = [], ...options }: CheckOptions,
): void {
  const values = net.getWeights();
  const frozen = net.nested.frozenLeaves();
  const places = net.nested.weights();
  const paths = places.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining([...analytic.weights.keys()]));
  places.forEach(({ path, layer, weight }, i) => {
    const lossAt = (weights: Tensor): number => {
      net.setWeights(values.map((value, k) => (k === i ? weights : value)));
      return lossOf(x);
    };
    const gradient = analytic.weights.get(path);
    if (gradient !== undefined) {
      expect(weight.isTrained && !frozen.has(layer), `${path} is trained`).toBe(true);
      compareGradient(gradient, values[i], lossAt, { name: path, ...options });
    } else if (weight.isTrained && !frozen.has(layer)) {
      // Absent, since the loss does not depend on it.
      expect(lossAt(moved(values[i], 0, 1)), path).toBe(lossOf(x));
    }
    net.setWeights(values);
  });
  expect(analytic.inputs.length).toBe(x.length);
  analytic.inputs.forEach((gradient, i) => {
    if (fixed.includes(i)) {
      expect(gradient.data.every((value) => value === 0)).toBe(true);
      return;
    }
    const lossAt = (moving: Tensor): number => lossOf(x.map((given, k) => (k === i ? moving : given)));
    compareGradient(gradient, x[i], lossAt, { name: `input ${i}`, ...options });
  });
}

/** One input alone rather than in an array. */
function asData(x: readonly Tensor[]): Tensor | readonly Tensor[] {
  return x.length === 1 ? x[0] : x;
}

/**
 * Compares every gradient of weights and inputs of a compiled model. Weights without a gradient must be frozen,
 * statistics, or without influence on the loss.
 *
 * @param x one tensor for each input
 */
export function checkGradients(
  net: AnyModel,
  x: readonly Tensor[],
  y: Targets,
  { sampleWeight, ...options }: CheckOptions & { sampleWeight?: SampleWeight } = {},
): void {
  const given = sampleWeight === undefined ? {} : { sampleWeight };
  const gradientsOf = (inputs: readonly Tensor[]): Gradients => net.gradients(asData(inputs), y, given);
  compareAll(net, x, gradientsOf(x), (inputs) => gradientsOf(inputs).loss, options);
}

/**
 * Compares what `vjp` returns, at prediction, with the gradients of the sum of dY times outputs.
 *
 * @param dY one tensor for each output
 */
export function checkProduct(
  net: AnyModel,
  x: readonly Tensor[],
  dY: readonly Tensor[],
  options: CheckOptions = {},
): void {
  const sumOf = (inputs: readonly Tensor[]): number =>
    [net.predict(asData(inputs))]
      .flat()
      .reduce((sum, { data }, i) => sum + data.reduce((part, y, j) => part + dY[i].data[j] * y, 0), 0);
  const product = net.vjp(asData(x), dY.length === 1 ? dY[0] : dY);
  expect(product.outputs).toEqual([net.predict(asData(x))].flat());
  compareAll(net, x, product, sumOf, options);
}
