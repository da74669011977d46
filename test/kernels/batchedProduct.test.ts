import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { batchedMatMulTwin, unitNormTwin, type ProductShape } from "./twins/layers.js";

const UNIT = 2 ** -24;
/** Every tail in each of the three sizes, vectors as Dot has them, and several rounds. */
const SIZES = [
  [1, 1, 1],
  [1, 1, 7],
  [1, 1, 100],
  [2, 3, 4],
  [3, 2, 5],
  [4, 4, 4],
  [5, 8, 3],
  [6, 9, 2],
  [8, 5, 9],
  [3, 16, 33],
  [3, 33, 16],
  [17, 6, 8],
] as const;
const LAYOUTS = [false, true].flatMap((transposedA) =>
  [false, true].map((transposedB) => ({ transposedA, transposedB })),
);

beforeEach(freeAll);

describe.each(LAYOUTS)("batchedMatMul, $transposedA and $transposedB", ({ transposedA, transposedB }) => {
  const numbers = ({ batches, m, n, k }: ProductShape) => [
    batches,
    m,
    n,
    k,
    Number(transposedA),
    Number(transposedB),
  ];

  it.each(SIZES)("m=%i n=%i k=%i within (k + 4) 2^-24, gradients likewise", (m, n, k) => {
    const shape = { batches: 3, m, n, k, transposedA, transposedB };
    const [aValues, bValues] = [distinct(3 * m * k, 1), distinct(3 * k * n, 2)];
    const slope = distinct(3 * m * n, 3);
    const [a, b, c] = [new Buffer32(aValues), new Buffer32(bValues), new Buffer32(3 * m * n)];
    kernels.batchedMatMul(a.pointer, b.pointer, c.pointer, ...numbers(shape));
    expectWithin(c.values, batchedMatMulTwin(aValues, bValues, shape), () => (k + 4) * UNIT);

    const dC = new Buffer32(slope);
    const [dA, dB] = [new Buffer32(a.length), new Buffer32(b.length)];
    const pointers = [a.pointer, b.pointer, dC.pointer];
    kernels.batchedMatMulBackward(...pointers, dA.pointer, 0, ...numbers(shape));
    kernels.batchedMatMulBackward(...pointers, 0, dB.pointer, ...numbers(shape));
    // Differences of a product in float64: exact but for 1e-16 / step of the whole sum.
    const wantA = slopes((x) => batchedMatMulTwin(x, bValues, shape), aValues, slope);
    const wantB = slopes((x) => batchedMatMulTwin(aValues, x, shape), bValues, slope);
    expectWithin(dA.values, wantA, () => (n + 4) * UNIT + 1e-7);
    expectWithin(dB.values, wantB, () => (m + 4) * UNIT + 1e-7);

    const both = [new Buffer32(a.length), new Buffer32(b.length)];
    kernels.batchedMatMulBackward(...pointers, both[0].pointer, both[1].pointer, ...numbers(shape));
    expect(Array.from(both[0].values)).toEqual(Array.from(dA.values));
    expect(Array.from(both[1].values)).toEqual(Array.from(dB.values));
    for (const buffer of [a, b, c, dC, dA, dB, ...both]) buffer.checkGuards();
  });

  it("keeps NaN and infinities to the elements they reach", () => {
    const shape = { batches: 2, m: 3, n: 5, k: 6, transposedA, transposedB };
    const [aValues, bValues] = [distinct(36, 1), distinct(60, 2)];
    aValues[7] = NaN;
    bValues[13] = Infinity;
    const [a, b, c] = [new Buffer32(aValues), new Buffer32(bValues), new Buffer32(30)];
    kernels.batchedMatMul(a.pointer, b.pointer, c.pointer, ...numbers(shape));
    expectWithin(c.values, batchedMatMulTwin(aValues, bValues, shape), () => 10 * UNIT);
  });
});

describe("unitNorm", () => {
  const EPSILON = 1e-7;
  const cases = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33].flatMap((size) => [
    { outer: 3, length: size, inner: 1 },
    { outer: 2, length: 3, inner: size },
  ]);

  function forward(values: Float32Array, outer: number, length: number, inner: number, epsilon = EPSILON) {
    const [x, y] = [new Buffer32(values), new Buffer32(values.length)];
    kernels.unitNormAlongForward(x.pointer, y.pointer, outer, length, inner, epsilon);
    for (const buffer of [x, y]) buffer.checkGuards();
    return y.values;
  }

  function backward(
    values: Float32Array,
    slope: Float32Array,
    [outer, length, inner]: number[],
    epsilon = EPSILON,
  ) {
    const [x, dY, dX] = [new Buffer32(values), new Buffer32(slope), new Buffer32(values.length)];
    kernels.unitNormAlongBackward(x.pointer, dY.pointer, dX.pointer, outer, length, inner, epsilon);
    const apart = Array.from(dX.values);
    kernels.unitNormAlongBackward(x.pointer, dY.pointer, dY.pointer, outer, length, inner, epsilon);
    expect(Array.from(dY.values)).toEqual(apart);
    for (const buffer of [x, dY, dX]) buffer.checkGuards();
    return dX.values;
  }

  it.each(cases)("[$outer, $length, $inner]: y within 2^-23, dX within 2^-20", ({ outer, length, inner }) => {
    const values = distinct(outer * length * inner, 1, 0.5, 1);
    for (let i = 0; i < values.length; i += 2) values[i] = -values[i];
    const want = unitNormTwin(values, length, inner, EPSILON);
    expectWithin(forward(values, outer, length, inner), want, () => 2 * UNIT);
    const slope = distinct(values.length, 2);
    const wantX = slopes((x) => unitNormTwin(x, length, inner, EPSILON), values, slope);
    expectWithin(backward(values, slope, [outer, length, inner]), wantX, () => 16 * UNIT);
  });

  it("has the slope 1 / epsilon where the norm is below it, and zeros stay zeros", () => {
    for (const inner of [1, 2]) {
      const values = new Float32Array(6 * inner).fill(0);
      values[3 * inner] = 0.01;
      const want = unitNormTwin(values, 3, inner, 0.5);
      expectWithin(forward(values, 2, 3, inner, 0.5), want, () => UNIT);
      const slope = distinct(values.length, 2);
      const dX = backward(values, slope, [2, 3, inner], 0.5);
      expectWithin(
        dX,
        slope.map((value) => value / 0.5),
        () => 0,
      );
    }
  });

  it("loses no norm whose squares float32 cannot hold", () => {
    for (const scale of [1e-6, 1e30]) {
      const values = distinct(7, 1, scale);
      expectWithin(forward(values, 1, 7, 1), unitNormTwin(values, 7, 1, EPSILON), () => 2 * UNIT);
    }
  });

  it("NaN fills its own group", () => {
    const values = distinct(12, 1);
    values[5] = NaN;
    forward(values, 3, 4, 1).forEach((y, i) => expect(Number.isNaN(y)).toBe(Math.floor(i / 4) === 1));
    backward(values, distinct(12, 2), [3, 4, 1]).forEach((dX, i) =>
      expect(Number.isNaN(dX)).toBe(Math.floor(i / 4) === 1),
    );
    forward(values, 1, 6, 2).forEach((y, i) => expect(Number.isNaN(y)).toBe(i % 2 === 1));
  });
});
