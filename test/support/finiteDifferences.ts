// The gradients of whole small models against finite differences.
import { tensor } from "lanegrad";
import type { Model, Tensor } from "lanegrad";
import { expect } from "vitest";

/** A step that balances the rounding of a float32 loss against the curvature of the network. */
const STEP = 1e-2;

/** About as many elements of each tensor are tried. */
const TRIED = 12;

/** Central differences with Richardson's extrapolation: the error falls with the fourth power of the step. */
function numeric(loss: (shift: number) => number): number {
  const at = (step: number): number => (loss(step) - loss(-step)) / (2 * step);
  return (4 * at(STEP / 2) - at(STEP)) / 3;
}

/** Compares some elements of a gradient; relative to its largest. */
function compare(
  gradient: Tensor,
  name: string,
  tolerance: number,
  lossAt: (element: number, shift: number) => number,
): void {
  const scale = Math.max(...gradient.data.map(Math.abs), 1e-2);
  for (let j = 0; j < gradient.size; j += Math.max(1, Math.floor(gradient.size / TRIED))) {
    const want = numeric((shift) => lossAt(j, shift));
    const error = Math.abs(gradient.data[j] - want) / scale;
    expect(error, `${name}[${j}]: ${gradient.data[j]} and ${want}`).toBeLessThan(tolerance);
  }
}

/** A copy in which one element is moved. */
function moved(x: Tensor, element: number, shift: number): Tensor {
  const data = x.data.slice();
  data[element] += shift;
  return tensor(data, [...x.shape]);
}

/**
 * Compares every gradient of weights and inputs of a compiled model.
 *
 * @param x one tensor for each input
 * @param fixed inputs that have no gradient, such as indices
 */
export function checkGradients(
  net: Model,
  x: readonly Tensor[],
  y: Tensor,
  { tolerance = 1e-3, fixed = [] as readonly number[] } = {},
): void {
  const gradientsOf = (inputs: readonly Tensor[]): ReturnType<Model["gradients"]> =>
    net.gradients(inputs.length === 1 ? inputs[0] : inputs, y);
  const lossOf = (inputs: readonly Tensor[]): number => gradientsOf(inputs).loss;
  const analytic = gradientsOf(x);
  const weights = net.getWeights();
  const names = net.layers.flatMap((layer) => layer.weights.map(({ name }) => `${layer.name}/${name}`));
  names.forEach((name, i) => {
    const gradient = analytic.weights.get(name);
    if (gradient === undefined) return;
    compare(gradient, name, tolerance, (element, shift) => {
      net.setWeights(weights.map((weight, k) => (k === i ? moved(weight, element, shift) : weight)));
      return lossOf(x);
    });
    net.setWeights(weights);
  });
  analytic.inputs.forEach((gradient, i) => {
    if (fixed.includes(i)) {
      expect(gradient.data.every((value) => value === 0)).toBe(true);
      return;
    }
    compare(gradient, `input ${i}`, tolerance, (element, shift) =>
      lossOf(x.map((values, k) => (k === i ? moved(values, element, shift) : values))),
    );
  });
}
