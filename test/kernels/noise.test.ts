import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { alphaDropoutTwin, noiseTwin } from "./twins/layers.js";
import { keptTwin, type Words } from "./twins/random.js";

const KEY: Words = [0x243f6a88, 0x85a308d3];
const COUNTS = [...Array.from({ length: 18 }, (_, i) => i), 33, 103];
const MANY = 200_000;
const UNIT = 2 ** -24;
const NAMES = ["gaussianNoise", "gaussianDropout", "alphaDropoutForward", "alphaDropoutBackward"];

function call(name: string, x: Buffer32, y: Buffer32, amount: number, step: number): void {
  kernels[name](x.pointer, y.pointer, x.length, amount, KEY[0], KEY[1], step);
  for (const buffer of [x, y]) buffer.checkGuards();
}

function applied(name: string, values: Float32Array, amount: number, step: number): Float32Array {
  const [x, y] = [new Buffer32(values), new Buffer32(values.length)];
  call(name, x, y, amount, step);
  expectWithin(x.values, values, () => 0);
  return y.values;
}

/** FNV-1a over words. */
function hash(values: Float32Array): string {
  let state = 0x811c9dc5;
  const words = new Uint32Array(values.slice().buffer);
  for (const word of words) state = Math.imul(state ^ word, 0x01000193) >>> 0;
  return state.toString(16);
}

const mean = (x: Float32Array) => x.reduce((sum, value) => sum + value, 0) / x.length;
const variance = (x: Float32Array) => {
  const center = mean(x);
  return x.reduce((sum, value) => sum + (value - center) ** 2, 0) / x.length;
};

beforeEach(freeAll);

describe("Gaussian noise", () => {
  it.each(COUNTS)("on %i elements is its definition within one rounding", (count) => {
    const values = distinct(count, 1);
    for (const [amount, step] of [
      [0.3, 0],
      [0.9, 0xffffffff],
    ]) {
      const normal = noiseTwin(count, KEY, step);
      const sums = normal.map((n, i) => values[i] + amount * n);
      const bound = (i: number) => UNIT * Math.abs(sums[i]) + 1e-12;
      expectWithin(applied("gaussianNoise", values, amount, step), sums, bound);
      const spread = Math.sqrt(amount / (1 - amount));
      const products = normal.map((n, i) => values[i] * (1 + spread * n));
      const productBound = (i: number) => UNIT * Math.abs(products[i]) + 1e-12;
      expectWithin(applied("gaussianDropout", values, amount, step), products, productBound);
    }
  });

  it("has its mean and variance within 5 standard errors, and changes with the step", () => {
    const ones = new Float32Array(MANY).fill(1);
    for (const [name, amount, want] of [
      ["gaussianNoise", 0.5, 0.25],
      ["gaussianDropout", 0.2, 0.25],
    ] as const) {
      const y = applied(name, ones, amount, 1);
      expect(Math.abs(mean(y) - 1)).toBeLessThan(5 * Math.sqrt(want / MANY));
      expect(Math.abs(variance(y) - want)).toBeLessThan(5 * want * Math.sqrt(2 / MANY));
      const next = applied(name, ones, amount, 2);
      const covariance = y.reduce((sum, value, i) => sum + (value - 1) * (next[i] - 1), 0) / MANY;
      expect(Math.abs(covariance)).toBeLessThan((5 * want) / Math.sqrt(MANY));
    }
  });

  it("of amount 0 copies", () => {
    const values = distinct(9, 1);
    expect(Array.from(applied("gaussianNoise", values, 0, 1))).toEqual(Array.from(values));
    expect(Array.from(applied("gaussianDropout", values, 0, 1))).toEqual(Array.from(values));
  });

  it("keeps NaN and infinities", () => {
    for (const bad of [NaN, Infinity]) {
      const y = applied("gaussianNoise", new Float32Array(5).fill(bad), 0.5, 1);
      expect(Array.from(y)).toEqual(Array.from({ length: 5 }, () => bad));
      expect(Number.isFinite(applied("gaussianDropout", new Float32Array([bad]), 0.5, 1)[0])).toBe(false);
    }
  });
});

describe("alpha dropout", () => {
  it.each(COUNTS)("of %i has the mask of dropout and Keras's formula within 2^-22", (count) => {
    const values = distinct(count, 1, 2);
    for (const [rate, step] of [
      [0.5, 0],
      [0.25, 9],
      [0.1, 0xffffffff],
    ]) {
      const kept = keptTwin(count, rate, KEY, step);
      const want = alphaDropoutTwin(values, kept, rate);
      expectWithin(applied("alphaDropoutForward", values, rate, step), want, () => 4 * UNIT);
      // It is linear in what it keeps: its gradient is the difference that a unit makes.
      const above = alphaDropoutTwin(
        values.map((value) => value + 1),
        kept,
        rate,
      );
      const below = alphaDropoutTwin(
        values.map((value) => value - 1),
        kept,
        rate,
      );
      const dY = distinct(count, 2);
      const wantX = dY.map((slope, i) => (slope * (above[i] - below[i])) / 2);
      expectWithin(applied("alphaDropoutBackward", dY, rate, step), wantX, () => 4 * UNIT);
    }
  });

  it("keeps the mean 0 and the variance 1 of its input within 6 standard errors", () => {
    const x = new Buffer32(MANY);
    kernels.randomNormal(x.pointer, MANY, 0, 1, 1, 2, 0);
    for (const rate of [0.1, 0.5]) {
      const y = applied("alphaDropoutForward", x.values.slice(), rate, 3);
      expect(Math.abs(mean(y))).toBeLessThan(6 / Math.sqrt(MANY));
      expect(Math.abs(variance(y) - 1)).toBeLessThan(6 * Math.sqrt(2 / MANY));
    }
  });

  it("of rate 0 copies, and drops even NaN", () => {
    const values = distinct(9, 1);
    expect(Array.from(applied("alphaDropoutForward", values, 0, 1))).toEqual(Array.from(values));
    expect(Array.from(applied("alphaDropoutBackward", values, 0, 1))).toEqual(Array.from(values));
    const kept = keptTwin(103, 0.5, KEY, 1);
    const bad = new Float32Array(103).fill(NaN);
    applied("alphaDropoutForward", bad, 0.5, 1).forEach((y, i) => expect(Number.isNaN(y)).toBe(kept[i]));
    applied("alphaDropoutBackward", bad, 0.5, 1).forEach((dX, i) => expect(Object.is(dX, 0)).toBe(!kept[i]));
  });
});

describe.each(NAMES)("%s", (name) => {
  it("works in place", () => {
    const values = distinct(103, 1);
    const apart = applied(name, values, 0.5, 3);
    const x = new Buffer32(values);
    call(name, x, x, 0.5, 3);
    expect(Array.from(x.values)).toEqual(Array.from(apart));
  });

  it("depends on the index alone: the start of a longer tensor gets the same", () => {
    const values = distinct(103, 1);
    const long = applied(name, values, 0.5, 5);
    for (const count of [1, 2, 5, 36, 37]) {
      const short = applied(name, values.subarray(0, count), 0.5, 5);
      expect(Array.from(short)).toEqual(Array.from(long.subarray(0, count)));
    }
  });

  it("gives these bits in every build", () => {
    expect(hash(applied(name, distinct(10_001, 1), 0.5, 1))).toBe(BITS[name]);
  });
});

const BITS: Readonly<Record<string, string>> = {
  gaussianNoise: "74ca441a",
  gaussianDropout: "828d21cb",
  alphaDropoutForward: "aaac434a",
  alphaDropoutBackward: "be79f6d2",
};
