import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { rareActivations } from "./twins/activationRare.js";

type Numbers = readonly [number, number, number];

/** Two rounds of a vector and each tail. */
const SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 16, 33];

/** 2^-23 is one ulp of a number a little above 1. */
const ULP = 2 ** -23;

/** Half the smallest number, and a factor that rounds it away. */
const UNDERFLOW = 2 ** -148;

/** Inputs from far left to far right, dense near 0, with every corner, signed zeros and subnormal numbers. */
function grid(): Float32Array {
  const dense = distinct(3000, 3, 8);
  const wide = distinct(1000, 4, 130);
  const corners = [0, 0.3, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 6.5];
  const beside = corners.flatMap((x) => [x, x * (1 + ULP), x * (1 - ULP)]);
  const edges = [...beside, 1e-40, 1e-20, 1e-7, 14.4, 20, 88.7, 89, 104, 120, 1e4, 3e7];
  return Float32Array.from([...dense, ...wide, ...edges, ...edges.map((x) => -x)]);
}

const rounded = (numbers: Numbers) => numbers.map(Math.fround) as unknown as Numbers;

/** Runs forward and backward on buffers with guards. */
function run(kind: number, values: Float32Array, gradients: Float32Array, numbers: Numbers) {
  const x = new Buffer32(values);
  const y = new Buffer32(values.length);
  const dY = new Buffer32(gradients);
  const dX = new Buffer32(values.length);
  const count = values.length;
  kernels.rareActivationForward(kind, x.pointer, y.pointer, count, ...numbers);
  kernels.rareActivationBackward(kind, x.pointer, dY.pointer, dX.pointer, count, ...numbers);
  expect(Array.from(x.values)).toEqual(Array.from(values));
  expect(Array.from(dY.values)).toEqual(Array.from(gradients));
  y.checkGuards();
  dX.checkGuards();
  return { x, y, dY, dX };
}

beforeEach(freeAll);

describe.each(rareActivations.map((activation, kind) => ({ ...activation, kind })))(
  "$name",
  ({ f, slope, kind, numbers: sets, limits, ulps = 5, inputUlps = 0 }) => {
    const values = grid();
    const gradients = distinct(values.length, 9);
    const bound = (want: number, x: number) =>
      ULP * (ulps * Math.abs(want) + inputUlps * Math.abs(x)) + UNDERFLOW;

    it.each(sets)(`is within ${ulps} 2^-23 |y| + ${inputUlps} 2^-23 |x|, numbers %f %f %f`, (...numbers) => {
      const { y } = run(kind, values, gradients, numbers);
      const want = Array.from(values, (x) => f(x, rounded(numbers)));
      expectWithin(y.values, want, (i) => bound(want[i], values[i]));
    });

    it.each(sets)("has a gradient within 4 2^-23 |dY| (1 + |f'|), numbers %f %f %f", (...numbers) => {
      const { dX } = run(kind, values, gradients, numbers);
      const slopes = Array.from(values, (x) => slope(x, rounded(numbers)));
      const want = slopes.map((value, i) => value * gradients[i]);
      expectWithin(dX.values, want, (i) => 4 * ULP * Math.abs(gradients[i]) * (1 + Math.abs(slopes[i])));
    });

    it("has a twin whose slope is that of central differences away from the corners", () => {
      const step = 1e-5;
      for (const numbers of sets) {
        for (let x = -7.97; x < 8; x += 0.1) {
          const difference = (f(x + step, numbers) - f(x - step, numbers)) / (2 * step);
          expect(Math.abs(slope(x, numbers) - difference), `x = ${x}`).toBeLessThan(1e-6);
        }
      }
    });

    it.each(SIZES)("writes %i elements and nothing else, in place too", (count) => {
      const part = distinct(count, 11, 2);
      const { x, y, dY, dX } = run(kind, part, gradients.subarray(0, count), sets[0]);
      const want = Array.from(part, (value) => f(value, rounded(sets[0])));
      expectWithin(y.values, want, (i) => bound(want[i], part[i]));
      kernels.rareActivationBackward(kind, x.pointer, dY.pointer, dY.pointer, count, ...sets[0]);
      expect(Array.from(dY.values)).toEqual(Array.from(dX.values));
      kernels.rareActivationForward(kind, x.pointer, x.pointer, count, ...sets[0]);
      expect(Array.from(x.values)).toEqual(Array.from(y.values));
      x.checkGuards();
      dY.checkGuards();
    });

    it("gives its limits at the infinities, numbers for huge numbers, and NaN for NaN", () => {
      const special = Float32Array.from([
        Infinity,
        -Infinity,
        NaN,
        3.4e38,
        -3.4e38,
        1e20,
        -1e20,
        1.8e19,
        -9e18,
      ]);
      const ones = Float32Array.from(special, () => 1);
      sets.forEach((numbers, set) => {
        const { y, dX } = run(kind, special, ones, numbers);
        const huge = Array.from(special.subarray(3), (x) => f(x, rounded(numbers)));
        const want = [...limits[set], NaN, ...huge].map(Math.fround);
        expectWithin(y.values, want, (i) => ULP * Math.abs(want[i]) + UNDERFLOW);
        const slopes = Array.from(special.subarray(3), (x) => slope(x, rounded(numbers)));
        expectWithin(dX.values.subarray(3), slopes, () => 4 * ULP);
        expect(Array.from(dX.values.subarray(0, 2)).filter(Number.isNaN)).toEqual([]);
      });
    });
  },
);

it("an unknown kind is linear", () => {
  const { y, dX } = run(99, distinct(5, 2), distinct(5, 3), [0, 0, 0]);
  expect(Array.from(y.values)).toEqual(Array.from(distinct(5, 2)));
  expect(Array.from(dX.values)).toEqual(Array.from(distinct(5, 3)));
});
