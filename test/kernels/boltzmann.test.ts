// Restricted Boltzmann machines: units that fire, directions, energies. Numbers by NumPy: test/references/rbm.py.
import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { climbTwin, energyTwin, sigmoidTwin } from "./twins/boltzmann.js";
import { uniformTwin, type Words } from "./twins/random.js";

interface Case {
  rows: number;
  visible: number;
  units: number;
  weights: number[];
  v0: number[];
  v1: number[];
  h0: number[];
  visibleGivenHidden: number[];
  direction: number[];
}

const cases = JSON.parse(readFileSync(new URL("../references/rbm.json", import.meta.url), "utf8")) as Case[];
const KEY: Words = [0x243f6a88, 0x85a308d3];
const COUNTS = [...Array.from({ length: 18 }, (_, i) => i), 33, 100, 103];

beforeEach(freeAll);

it.each(COUNTS)("%i units fire where a uniform number is below their probability", (count) => {
  const [z, samples] = [new Buffer32(distinct(count, 1, 4)), new Buffer32(count)];
  const want = Array.from(z.values, sigmoidTwin);
  kernels.fireUnits(z.pointer, samples.pointer, count, KEY[0], KEY[1], 0);
  for (const buffer of [z, samples]) buffer.checkGuards();
  expectWithin(z.values, want, (i) => 3e-7 * want[i]);
  const uniform = uniformTwin(count, 0, 1, KEY);
  expect(Array.from(samples.values)).toEqual(Array.from(z.values, (p, i) => Number(uniform[i] < p)));
});

it("probabilities 0 and 1 settle samples, another step draws anew, NaN does not fire", () => {
  const z = new Buffer32([...Array<number>(50).fill(-200), ...Array<number>(50).fill(200), NaN]);
  const samples = new Buffer32(101);
  kernels.fireUnits(z.pointer, samples.pointer, 101, 1, 2, 3);
  expect(Array.from(samples.values)).toEqual(
    Array.from({ length: 101 }, (_, i) => Number(i >= 50 && i < 100)),
  );
  expect(z.values[100]).toBeNaN();
  const drawn = [3, 4].map((step) => {
    kernels.fireUnits(new Buffer32(new Float32Array(101)).pointer, samples.pointer, 101, 1, 2, step);
    return samples.values.join();
  });
  expect(drawn[0]).not.toBe(drawn[1]);
});

describe.each(cases)("$rows rows, $visible visible and $units hidden units", (one) => {
  const { rows, visible, units } = one;
  const size = visible * units;
  const weights = (): [number, number, number] => {
    const { pointer } = new Buffer32(one.weights);
    return [pointer, pointer + 4 * size, pointer + 4 * (size + visible)];
  };
  const workspace = (): number => new Buffer32(kernels.workspaceBytes() / 4).pointer;

  it("has NumPy's probabilities both ways", () => {
    const [kernel, visibleBias, hiddenBias] = weights();
    const [v, h, p] = [new Buffer32(one.v0), new Buffer32(rows * units), new Buffer32(rows * visible)];
    const room = workspace();
    kernels.sampleHidden(v.pointer, kernel, hiddenBias, h.pointer, 0, rows, visible, units, 0, 0, 0, room);
    kernels.sampleVisible(h.pointer, kernel, visibleBias, p.pointer, 0, rows, visible, units, 0, 0, 0, room);
    for (const buffer of [v, h, p]) buffer.checkGuards();
    expectWithin(h.values, one.h0, () => 2e-6);
    expectWithin(p.values, one.visibleGivenHidden, () => 2e-6);
  });

  it("has NumPy's direction", () => {
    const [kernel, , hiddenBias] = weights();
    const [v0, v1] = [new Buffer32(one.v0), new Buffer32(one.v1)];
    const [h0, h1] = [new Buffer32(rows * units), new Buffer32(rows * units)];
    const [direction, negative] = [new Buffer32(one.direction.length), new Buffer32(size)];
    const room = workspace();
    kernels.sampleHidden(v0.pointer, kernel, hiddenBias, h0.pointer, 0, rows, visible, units, 0, 0, 0, room);
    kernels.sampleHidden(v1.pointer, kernel, hiddenBias, h1.pointer, 0, rows, visible, units, 0, 0, 0, room);
    kernels.contrastiveDivergence(
      v0.pointer,
      h0.pointer,
      v1.pointer,
      h1.pointer,
      direction.pointer,
      negative.pointer,
      rows,
      visible,
      units,
      room,
    );
    for (const buffer of [v0, v1, h0, h1, direction, negative]) buffer.checkGuards();
    expectWithin(direction.values, one.direction, () => 1e-6 * rows + 1e-6);
  });

  it("has the energies of the formula", () => {
    const [kernel, visibleBias, hiddenBias] = weights();
    const [v, z, energies] = [new Buffer32(one.v0), new Buffer32(rows * units), new Buffer32(rows)];
    kernels.freeEnergies(
      v.pointer,
      kernel,
      visibleBias,
      hiddenBias,
      z.pointer,
      energies.pointer,
      rows,
      visible,
      units,
      workspace(),
    );
    for (const buffer of [v, z, energies]) buffer.checkGuards();
    const want = energyTwin(one.v0, one.weights, rows, visible, units);
    expectWithin(energies.values, want, () => 1e-6 * (visible + units + 4));
  });
});

it.each(COUNTS)("%i weights climb with momentum and decay", (count) => {
  const [weights, velocity, direction] = [1, 2, 3].map((seed) => distinct(count, seed));
  const [a, b, c] = [weights, velocity, direction].map((values) => new Buffer32(values));
  const [rate, decay, momentum] = [0.1, 0.25, 0.9].map(Math.fround);
  kernels.climb(a.pointer, b.pointer, c.pointer, rate, decay, momentum, count);
  for (const buffer of [a, b, c]) buffer.checkGuards();
  const want = Array.from(velocity, (speed, i) =>
    climbTwin(weights[i], speed, direction[i], rate, decay, momentum),
  );
  expectWithin(b.values, want, () => 2e-7);
  expectWithin(
    a.values,
    want.map((speed, i) => weights[i] + speed),
    () => 3e-7,
  );
  const difference = kernels.reconstructionDifference(a.pointer, b.pointer, count);
  const squares = a.values.reduce((sum, value, i) => sum + (value - b.values[i]) ** 2, 0);
  expect(Math.abs(difference - squares)).toBeLessThan(1e-12 * (1 + squares));
});
