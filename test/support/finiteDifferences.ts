// The gradients of whole small models against finite differences.
import { tensor } from "lanegrad";
import type { Gradients, Model, SampleWeight, Targets, Tensor } from "lanegrad";
import { expect } from "vitest";
import type { Graph } from "../../src/graph/graph.js";

export type AnyModel = Model | Model<Tensor[]> | Model<Tensor | Tensor[]>;

/** The widest step; the finest is this over 2^(LEVELS - 1), where rounding of a float32 loss begins to tell. */
const STEP = 0.08;
const LEVELS = 4;

/** A tensor whose largest gradient is less than this is compared with this instead. */
const SMALLEST_SCALE = 1e-2;

/** About the relative rounding of a loss computed in float32. */
const ROUNDING = 1e-7;

/**
 * A derivative at 0 by central differences and Richardson's extrapolation over steps that are halved. Of all the
 * values so found it takes the one with the least error, estimated by how far it is from its neighbours (Ridders
 * 1982) and by what rounding makes of its step: the curvature of the function spoils the wide steps and its
 * rounding the fine ones. What the derivative ought to be has no say in that.
 */
export function derivative(f: (shift: number) => number, widest = STEP): number {
  let [best, bestError] = [NaN, Infinity];
  let previous: number[] = [];
  for (let level = 0; level < LEVELS; level++) {
    const step = widest / 2 ** level;
    const [above, below] = [f(step), f(-step)];
    const rounding = (ROUNDING * (Math.abs(above) + Math.abs(below))) / (2 * step);
    const row = [(above - below) / (2 * step)];
    previous.forEach((coarser, order) => {
      const finer = row[order];
      const extrapolated = finer + (finer - coarser) / (4 ** (order + 1) - 1);
      const spread = Math.max(Math.abs(extrapolated - finer), Math.abs(extrapolated - coarser));
      if (spread + rounding < bestError) [best, bestError] = [extrapolated, spread + rounding];
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
  { name = "", tolerance = 1e-3, step = STEP, tried = 12 } = {},
): void {
  expect(gradient.shape, name).toEqual(x.shape);
  const scale = Math.max(...gradient.data.map(Math.abs), SMALLEST_SCALE);
  for (let j = 0; j < gradient.size; j += Math.max(1, Math.floor(gradient.size / tried))) {
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
  /** About as many elements of each tensor are tried. Default 12. */
  tried?: number;
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
  // Inside the library: the published types do not show it.
  const graph = (net as unknown as { readonly nested: Graph }).nested;
  const frozen = graph.frozenLeaves();
  const places = graph.weights();
  const paths = places.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining([...analytic.weights.keys()]));
  places.forEach(({ path, layer, weight }) => {
    const own = layer.getWeights();
    const place = layer.weights.indexOf(weight);
    const lossAt = (weights: Tensor): number => {
      layer.setWeights(own.map((value, k) => (k === place ? weights : value)));
      return lossOf(x);
    };
    const gradient = analytic.weights.get(path);
    if (gradient !== undefined) {
      expect(weight.isTrained && !frozen.has(layer), `${path} is trained`).toBe(true);
      compareGradient(gradient, own[place], lossAt, { name: path, ...options });
    } else if (weight.isTrained && !frozen.has(layer)) {
      // Absent, since the loss does not depend on it.
      expect(lossAt(moved(own[place], 0, 1)), path).toBe(lossOf(x));
    }
    layer.setWeights(own);
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

/** What belongs to one input or output alone rather than in an array. */
export function asData(x: readonly Tensor[]): Tensor | readonly Tensor[];
export function asData(x: readonly (Tensor | null)[]): Tensor | readonly (Tensor | null)[];
export function asData(x: readonly (Tensor | null)[]): Tensor | readonly (Tensor | null)[] {
  return x.length === 1 && x[0] !== null ? x[0] : x;
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
  const product = net.vjp(asData(x), asData(dY));
  expect(product.outputs).toEqual([net.predict(asData(x))].flat());
  compareAll(net, x, product, sumOf, options);
}
