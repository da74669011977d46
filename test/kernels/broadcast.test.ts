import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { broadcastTwin, MERGES, ownSizes, product } from "./twins/layers.js";

const ALL = 0b11111;
const MAXIMUM = 3;
const MINIMUM = 4;
const PRELU = 5;
const UNIT = 2 ** -24;

/** Every tail, with none, one and several rounds of a vector. */
const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33];

/** Which axes the inputs have of [n0, n1, n2, n3, width]; bit 4 is the last one. */
const PATTERNS: readonly (readonly [string, readonly number[], number, number])[] = [
  ["equal shapes", [1, 1, 1, 2], ALL, ALL],
  ["b has one column", [1, 1, 1, 3], ALL, 0b01111],
  ["a has one column", [1, 1, 1, 3], 0b01111, ALL],
  ["b is one row, as alpha of PReLU", [1, 1, 1, 3], ALL, 0b10000],
  ["a is one number", [1, 1, 1, 3], 0, ALL],
  ["a lacks a middle axis", [1, 1, 2, 3], 0b10111, ALL],
  ["b has the middle axis alone, as alpha shared around it", [1, 1, 2, 3], ALL, 0b01000],
  ["each lacks what the other has", [1, 1, 2, 3], 0b10111, 0b01111],
  ["both lack an axis", [1, 1, 2, 3], 0b10111, 0b10101],
  ["five axes in turns", [2, 2, 3, 2], 0b10101, 0b01011],
];

type Case = (typeof PATTERNS)[number];
const sizesOf = ([, outer]: Case, width: number) => [...outer, width];

function run(name: string, kind: number, buffers: Buffer32[], sizes: number[], aAxes: number, bAxes: number) {
  kernels[name](kind, ...buffers.map((buffer) => buffer.pointer), ...sizes, aAxes, bAxes);
  for (const buffer of buffers) buffer.checkGuards();
}

beforeEach(freeAll);

describe.each(MERGES.map(([name, f], kind) => ({ name, f, kind })))("$name", ({ f, kind }) => {
  for (const pattern of PATTERNS) {
    const [label, , aAxes, bAxes] = pattern;

    it.each(WIDTHS)(`${label}, width %i: forward rounded once`, (width) => {
      const sizes = sizesOf(pattern, width);
      const aValues = distinct(product(ownSizes(sizes, aAxes)), 1);
      const bValues = distinct(product(ownSizes(sizes, bAxes)), 2);
      const [a, b, y] = [new Buffer32(aValues), new Buffer32(bValues), new Buffer32(product(sizes))];
      run("broadcastForward", kind, [a, b, y], sizes, aAxes, bAxes);
      const want = broadcastTwin(f, aValues, bValues, sizes, aAxes, bAxes);
      expectWithin(y.values, Float32Array.from(want), () => 0);
      expectWithin(a.values, aValues, () => 0);
      expectWithin(b.values, bValues, () => 0);
    });

    it.each(WIDTHS)(`${label}, width %i: gradients within 2^-22 of each term`, (width) => {
      const sizes = sizesOf(pattern, width);
      const count = product(sizes);
      const aValues = distinct(product(ownSizes(sizes, aAxes)), 3);
      const bValues = distinct(product(ownSizes(sizes, bAxes)), 4);
      const slope = distinct(count, 5);
      const [a, b, dY] = [new Buffer32(aValues), new Buffer32(bValues), new Buffer32(slope)];
      // What is overwritten does not start at zero.
      const [dA, dB] = [new Buffer32(distinct(a.length, 6)), new Buffer32(distinct(b.length, 7))];
      run("broadcastBackwardFirst", kind, [a, b, dY, dA], sizes, aAxes, bAxes);
      run("broadcastBackwardSecond", kind, [a, b, dY, dB], sizes, aAxes, bAxes);
      const wantA = slopes((x) => broadcastTwin(f, x, bValues, sizes, aAxes, bAxes), aValues, slope);
      const wantB = slopes((x) => broadcastTwin(f, aValues, x, sizes, aAxes, bAxes), bValues, slope);
      expectWithin(dA.values, wantA, () => (4 * UNIT * count) / a.length + 2e-9 * count);
      expectWithin(dB.values, wantB, () => (4 * UNIT * count) / b.length + 2e-9 * count);
      expectWithin(dY.values, slope, () => 0);
    });
  }

  it("works in place of an input of equal shape, and of dY", () => {
    const sizes = [1, 1, 1, 1, 11];
    const [aValues, bValues, slope] = [distinct(11, 1), distinct(11, 2), distinct(11, 3)];
    const [a, b] = [new Buffer32(aValues), new Buffer32(bValues)];
    const dA = new Buffer32(slope);
    run("broadcastBackwardFirst", kind, [a, b, dA, dA], sizes, ALL, ALL);
    expectWithin(
      dA.values,
      slopes((x) => broadcastTwin(f, x, bValues, sizes, ALL, ALL), aValues, slope),
      () => 4 * UNIT,
    );
    run("broadcastForward", kind, [a, b, a], sizes, ALL, ALL);
    const want = broadcastTwin(f, aValues, bValues, sizes, ALL, ALL);
    expectWithin(a.values, Float32Array.from(want), () => 0);
  });

  it("gives NaN where either is NaN", () => {
    const [a, b] = [distinct(9, 1), distinct(9, 2)];
    a[1] = a[8] = b[2] = NaN;
    a[2] = -1; // so that PReLU needs its alpha
    const y = new Buffer32(9);
    run("broadcastForward", kind, [new Buffer32(a), new Buffer32(b), y], [1, 1, 1, 1, 9], ALL, ALL);
    y.values.forEach((value, i) => expect(Number.isNaN(value)).toBe(i === 1 || i === 2 || i === 8));
  });
});

describe("where the slope jumps", () => {
  // Six elements: equal, larger, smaller, equal, NaN in a, NaN in b.
  const sizes = [1, 1, 1, 1, 6];
  const a = [1, 2, 3, -4, NaN, 6];
  const b = [1, 1, 4, -4, 5, NaN];

  it.each([
    [MAXIMUM, [1, 1, 0, 1, 0, 0]],
    [MINIMUM, [1, 0, 1, 1, 0, 0]],
  ])("kind %i: ties go to a, NaN to b, as in TensorFlow", (kind, shareOfA) => {
    const dY = new Buffer32([10, 20, 30, 40, 50, 60]);
    const [dA, dB] = [new Buffer32(6), new Buffer32(6)];
    const inputs = [new Buffer32(a), new Buffer32(b), dY];
    run("broadcastBackwardFirst", kind, [...inputs, dA], sizes, ALL, ALL);
    run("broadcastBackwardSecond", kind, [...inputs, dB], sizes, ALL, ALL);
    expect(Array.from(dA.values)).toEqual(shareOfA.map((share, i) => share * dY.values[i]));
    expect(Array.from(dB.values)).toEqual(shareOfA.map((share, i) => (1 - share) * dY.values[i]));
  });

  it("PReLU has no slope at 0, and that of NaN is not lost", () => {
    const x = new Buffer32([0, -0, NaN, -2, 2]);
    const alpha = new Buffer32(new Float32Array(5).fill(0.25));
    const dY = new Buffer32([1, 2, 3, 4, 5]);
    const [dX, dAlpha] = [new Buffer32(5), new Buffer32(5)];
    run("broadcastBackwardFirst", PRELU, [x, alpha, dY, dX], [1, 1, 1, 1, 5], ALL, ALL);
    run("broadcastBackwardSecond", PRELU, [x, alpha, dY, dAlpha], [1, 1, 1, 1, 5], ALL, ALL);
    expect(Array.from(dX.values)).toEqual([0, 0, 0.75, 1, 5]);
    expect(Array.from(dAlpha.values, (value) => value + 0)).toEqual([0, 0, NaN, -8, 0]);
  });
});

it("sums over a short axis that both inputs lack take no lane beyond it: 0 * Infinity is not in them", () => {
  const [a, b] = [new Buffer32([Infinity]), new Buffer32([2])];
  const [dY, dB] = [new Buffer32([1, 2, 3]), new Buffer32(1)];
  run("broadcastBackwardSecond", 2, [a, b, dY, dB], [1, 1, 1, 1, 3], 0b01111, 0b01111);
  expect(dB.values[0]).toBe(Infinity);
});

it.each([0, 1, 3, 4, 7, 8, 9, 14])("a row added to %i rows: its gradient is their sum", (rows) => {
  for (const width of WIDTHS) {
    // Whole numbers, so that the sum is exact in any order.
    const values = Array.from({ length: rows * width }, (_, i) => ((i * 37) % 1009) - 300);
    const [dY, row, dRow] = [new Buffer32(values), new Buffer32(width), new Buffer32(width)];
    const sums = Array.from({ length: width }, (_, column) =>
      values.reduce((sum, value, i) => (i % width === column ? sum + value : sum), 0),
    );
    for (const kind of [0, 1]) {
      const sign = kind === 0 ? 1 : -1;
      run("broadcastBackwardSecond", kind, [dY, row, dY, dRow], [1, 1, 1, rows, width], ALL, 0b10000);
      expect(Array.from(dRow.values, (value) => value + 0)).toEqual(sums.map((sum) => sign * sum + 0));
    }
  }
});
