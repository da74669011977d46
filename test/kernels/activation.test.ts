import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { activations } from "./twins/activation.js";

/** Two rounds of a vector and each tail. */
const SIZES = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];

const ALPHAS = [0.3, 1, 1.5];

/** 2^-23 is one ulp of a number a little above 1. */
const ULP = 2 ** -23;

/** Rounding in the argument of geluTanh's exponential, up to 40, counts that many times in its tail. */
const FORWARD_ULPS: Record<string, number> = { geluTanh: 100 };

/** Where a gate is subnormal, x times it is off by up to |x| times half the smallest number, and rounded. */
const underflow = (x: number) => (1 + Math.abs(x)) * 2 ** -149;

/** f(Infinity) and f(-Infinity), with alpha 0.5. */
const LIMITS: Record<string, [number, number]> = {
  linear: [Infinity, -Infinity],
  relu: [Infinity, 0],
  leakyRelu: [Infinity, -Infinity],
  sigmoid: [1, 0],
  tanh: [1, -1],
  exponential: [Infinity, 0],
  elu: [Infinity, -0.5],
  selu: [Infinity, -1.7580993408473766],
  softplus: [Infinity, 0],
  softsign: [1, -1],
  gelu: [Infinity, 0],
  geluTanh: [Infinity, 0],
  silu: [Infinity, 0],
  mish: [Infinity, 0],
  hardSigmoid: [1, 0],
  piecewiseLinear: [1, 0],
  unitStep: [1, 0],
  sign: [1, -1],
};

/** Inputs from far left to far right, dense near 0, with signed zeros and subnormal numbers. */
function grid(): Float32Array {
  const dense = distinct(3000, 3, 8);
  const wide = distinct(1000, 4, 130);
  const edges = [0, 1e-40, 1e-20, 1e-7, 0.499, 0.501, 2.999, 3.001, 14.4, 20, 88.7, 89, 104, 120];
  return Float32Array.from([...dense, ...wide, ...edges, ...edges.map((x) => -x)]);
}

function forward(kind: number, x: number, y: number, count: number, alpha: number): void {
  const rare = activations[kind]?.rare;
  if (rare === undefined) kernels.activationForward(kind, x, y, count, alpha);
  else kernels.rareActivationForward(rare, x, y, count, 0, 0, 0);
}

function backward(
  kind: number,
  x: number,
  y: number,
  dY: number,
  dX: number,
  count: number,
  alpha: number,
): void {
  const { rare } = activations[kind];
  if (rare === undefined) kernels.activationBackward(kind, x, y, dY, dX, count, alpha);
  else kernels.rareActivationBackward(rare, x, dY, dX, count, 0, 0, 0);
}

/** Runs forward and backward on buffers with guards. Kernels that need not read x or y get 0. */
function run(kind: number, values: Float32Array, gradients: Float32Array, alpha: number) {
  const x = new Buffer32(values);
  const y = new Buffer32(values.length);
  const dY = new Buffer32(gradients);
  const dX = new Buffer32(values.length);
  const count = values.length;
  forward(kind, x.pointer, y.pointer, count, alpha);
  const fromResult = activations[kind].fromResult === true;
  const [source, result] = fromResult ? [0, y.pointer] : [x.pointer, 0];
  backward(kind, source, result, dY.pointer, dX.pointer, count, alpha);
  expect(Array.from(x.values)).toEqual(Array.from(values));
  expect(Array.from(dY.values)).toEqual(Array.from(gradients));
  y.checkGuards();
  dX.checkGuards();
  return { x, y, dY, dX };
}

beforeEach(freeAll);

describe.each(activations.map((activation, kind) => ({ ...activation, kind })))(
  "$name",
  ({ name, f, slope, kind, fromResult }) => {
    const forwardUlps = FORWARD_ULPS[name] ?? 5;
    const values = grid();
    const gradients = distinct(values.length, 9);

    it.each(ALPHAS)(`is within ${forwardUlps} 2^-23 |y|, alpha %f`, (alpha) => {
      const { y } = run(kind, values, gradients, alpha);
      const rounded = Math.fround(alpha);
      const want = Array.from(values, (x) => Math.fround(f(x, rounded)));
      expectWithin(y.values, want, (i) => forwardUlps * ULP * Math.abs(want[i]) + underflow(values[i]));
    });

    it.each(ALPHAS)("has a gradient within 4 2^-23 |dY| (1 + |f'|), alpha %f", (alpha) => {
      const { dX } = run(kind, values, gradients, alpha);
      const rounded = Math.fround(alpha);
      const slopes = Array.from(values, (x) => Math.fround(slope(x, rounded)));
      const want = slopes.map((value, i) => Math.fround(value * gradients[i]));
      expectWithin(dX.values, want, (i) => 4 * ULP * Math.abs(gradients[i]) * (1 + Math.abs(slopes[i])));
    });

    it.each(SIZES)("writes %i elements and nothing else, in place too", (count) => {
      const part = distinct(count, 11, 2);
      const { x, y, dY, dX } = run(kind, part, gradients.subarray(0, count), 0.3);
      const want = Array.from(part, (value) => f(value, Math.fround(0.3)));
      expectWithin(y.values, want, (i) => forwardUlps * ULP * Math.abs(want[i]));
      const source = fromResult === true ? y.pointer : x.pointer;
      backward(kind, source, source, dY.pointer, dY.pointer, count, 0.3);
      expect(Array.from(dY.values)).toEqual(Array.from(dX.values));
      forward(kind, x.pointer, x.pointer, count, 0.3);
      expect(Array.from(x.values)).toEqual(Array.from(y.values));
      x.checkGuards();
      dY.checkGuards();
    });

    it("gives its limits at the infinities, numbers for huge numbers, and NaN for NaN", () => {
      const special = Float32Array.from([Infinity, -Infinity, NaN, 3.4e38, -3.4e38, 1e20, -1e20]);
      const { y, dX } = run(
        kind,
        special,
        Float32Array.from(special, () => 1),
        0.5,
      );
      const want = [...LIMITS[name], NaN, ...Array.from(special.subarray(3), (x) => f(x, 0.5))];
      expectWithin(y.values, want.map(Math.fround), (i) => ULP * Math.abs(want[i]));
      expect(Array.from(dX.values.subarray(3)).filter(Number.isNaN)).toEqual([]);
    });
  },
);

it("an unknown kind is linear", () => {
  const values = distinct(5, 2);
  const x = new Buffer32(values);
  const y = new Buffer32(5);
  forward(99, x.pointer, y.pointer, 5, 0);
  expect(Array.from(y.values)).toEqual(Array.from(values));
  y.checkGuards();
});
