// The cases of test/references/layers.json, and of others like it, against the layers.
import { readFileSync } from "node:fs";
import { input, model, tensor } from "lanegrad";
import type { layers } from "lanegrad";
import { expect } from "vitest";

interface Values {
  shape: number[];
  data: number[];
}

export interface LayerReference {
  kind: string;
  options: Record<string, unknown>;
  inputs: Values[];
  weights: Values[];
  y: Values;
  dY: Values;
  dInputs: Values[];
  dWeights: Record<string, Values>;
  /** What a test calls it. */
  title: string;
}

/** The references of some kinds of layers. */
export function layerReferences(...kinds: string[]): LayerReference[] {
  return referencesIn("layers").filter(({ kind }) => kinds.includes(kind));
}

/** All references of a file. */
export function referencesIn(name: string): LayerReference[] {
  const file = new URL(`../references/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as LayerReference[]).map((reference) => {
    const shapes = reference.inputs.map(({ shape }) => JSON.stringify(shape)).join(" ");
    return { ...reference, title: `${reference.kind} ${JSON.stringify(reference.options)} ${shapes}` };
  });
}

function expectClose(
  { data, shape }: { data: Float32Array; shape: readonly number[] },
  want: Values,
  tolerance: number,
  what: string,
): void {
  expect(shape, what).toEqual(want.shape);
  const largest = Math.max(1, ...want.data.map(Math.abs));
  want.data.forEach((value, i) =>
    expect(Math.abs(data[i] - value), `${what} ${i}: ${data[i]}, ${value}`).toBeLessThan(tolerance * largest),
  );
}

/** Output and gradients within a tolerance relative to the largest value, or absolute below 1. */
export function checkReference(layer: layers.Layer, reference: LayerReference, tolerance: number): void {
  const inputs = reference.inputs.map(({ shape }) => input({ shape: shape.slice(1) }));
  const net = model({ inputs, outputs: layer.apply(inputs) });
  net.setWeights(reference.weights.map(({ data, shape }) => tensor(data, shape)));
  const given = reference.inputs.map(({ data, shape }) => tensor(data, shape));
  const x = given.length === 1 ? given[0] : given;
  expectClose(net.predict(x), reference.y, tolerance, "y");
  const { outputs, inputs: dInputs, weights } = net.vjp(x, tensor(reference.dY.data, reference.dY.shape));
  expectClose(outputs[0], reference.y, tolerance, "y");
  expect(dInputs.length).toBe(given.length);
  reference.dInputs.forEach((want, i) => expectClose(dInputs[i], want, tolerance, `dX[${i}]`));
  expect(weights.size).toBe(Object.keys(reference.dWeights).length);
  for (const [name, want] of Object.entries(reference.dWeights)) {
    const got = weights.get(`${layer.name}/${name}`);
    expect(got, name).toBeDefined();
    if (got !== undefined) expectClose(got, want, tolerance, name);
  }
}
