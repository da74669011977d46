import { afterEach, describe, expect, test } from "vitest";
import { build, Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { product, productBound } from "./twins/gemm.js";

/** [m, n, k] on both sides of everything that the products do by size. */
const SIZES: [number, number, number][] = [];
// Tiles of 4 x 8, what is left of them, and strips of 16 columns of a row.
for (const m of [1, 2, 3, 4, 5, 8, 11]) {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 25, 33]) SIZES.push([m, n, 13]);
}
// Tiles of six rows, from a depth of 32 on, and what is left of them in rows and columns.
for (const m of [6, 7, 8, 9, 10, 11, 12, 13, 17, 25, 32]) {
  for (const n of [8, 9, 10, 11, 13, 16, 25]) SIZES.push([m, n, 40]);
}
// Blocks of 256 of the depth; packed transposed A from a depth of 64 on, and where a block of it takes more than 16 KB.
for (const k of [0, 1, 2, 3, 4, 5, 31, 63, 64, 65, 255, 256, 257, 515]) SIZES.push([6, 11, k], [21, 37, k]);
SIZES.push([64, 37, 64], [65, 37, 64], [21, 33, 195], [21, 33, 196], [16, 40, 512]);
// B packed: from 16 rows and 32 KB of a block on. Rows streamed: from 128 columns on, 1024 at a time.
SIZES.push([33, 71, 300], [16, 129, 65], [259, 41, 66], [261, 70, 260], [2, 127, 300], [1, 100, 600]);
SIZES.push([263, 35, 70], [264, 33, 64], [265, 34, 70], [100, 9, 300], [1, 1030, 20]);
// Blocks of 192 rows and of 512 columns of a packed B, of 528 rows where nothing is packed, and what is left of them.
SIZES.push(
  [192, 33, 256],
  [192, 33, 257],
  [193, 515, 66],
  [199, 530, 33],
  [387, 1029, 34],
  [529, 9, 40],
  [532, 11, 65],
);
for (const k of [1, 3, 4, 9, 257]) SIZES.push([1, 128, k], [3, 135, k], [5, 257, k], [130, 1, k]);

/** An operand at an address that is a multiple of 4 and no more, with NaN before and after it. */
function operand(values: Float32Array): { pointer: number; values: Float32Array } {
  const buffer = new Buffer32(values.length + 1 + 16);
  buffer.values.fill(Number.NaN).set(values, 1);
  return { pointer: buffer.pointer + 4, values: buffer.values.subarray(1, 1 + values.length) };
}

/** A packing workspace full of NaN. */
function workspace(): Buffer32 {
  const buffer = new Buffer32(kernels.workspaceBytes() / 4);
  buffer.values.fill(Number.NaN);
  return buffer;
}

/** Each product with the strides of its operands: A(i, kk) and B(kk, j). */
const PRODUCTS: [string, string, (m: number, k: number) => number[], (k: number, n: number) => number[]][] = [
  ["A.B", "matMul", (_m, k) => [k, 1], (_k, n) => [n, 1]],
  ["At.B", "matMulTransposedA", (m) => [1, m], (_k, n) => [n, 1]],
  ["A.Bt", "matMulTransposedB", (_m, k) => [k, 1], (k) => [1, k]],
];

afterEach(freeAll);

test("runs the build that the environment names", () => {
  expect(["simd", "relaxed-simd"]).toContain(build);
});

describe.each(PRODUCTS)(`%s, ${build}: within 2 k 2^-24 sum |a||b|`, (_title, name, aStrides, bStrides) => {
  test.each(SIZES)("[%i, %i], depth %i", (m, n, k) => {
    const [a, b] = [operand(distinct(m * k, 1)), operand(distinct(k * n, 2))];
    const [aBefore, bBefore] = [a.values.slice(), b.values.slice()];
    const [c, space] = [new Buffer32(m * n), workspace()];
    kernels[name](a.pointer, b.pointer, c.pointer, m, n, k, space.pointer);

    const [aRow, aDepth] = aStrides(m, k);
    const [bDepth, bColumn] = bStrides(k, n);
    const aAt = (i: number, kk: number): number => aBefore[i * aRow + kk * aDepth];
    const bAt = (kk: number, j: number): number => bBefore[kk * bDepth + j * bColumn];
    const want = product(m, n, k, aAt, bAt);
    expectWithin(c.values, want.values, productBound(k, want.magnitudes));
    expect(a.values).toEqual(aBefore);
    expect(b.values).toEqual(bBefore);
    c.checkGuards();
    space.checkGuards();
  });
});

test.each(PRODUCTS)("%s reads no more than 64 bytes beyond its operands", (_title, name) => {
  // Each operand in turn ends 64 bytes before the end of the memory, where a read further on traps.
  for (const [m, n, k] of [
    [5, 9, 13],
    [7, 33, 3],
    [3, 17, 70],
    [70, 37, 66],
    [2, 130, 5],
    [33, 65, 257],
  ]) {
    const [a, b, c, space] = [new Buffer32(m * k), new Buffer32(k * n), new Buffer32(m * n), workspace()];
    const end = c.values.buffer.byteLength - 64;
    kernels[name](end - 4 * m * k, b.pointer, c.pointer, m, n, k, space.pointer);
    kernels[name](a.pointer, end - 4 * k * n, c.pointer, m, n, k, space.pointer);
  }
});

test.each([1, 6, 45, 140])("a row of A.B has the same bits alone and in a batch, %i columns", (n) => {
  const [m, k] = [23, 300];
  const [a, b] = [operand(distinct(m * k, 7)), operand(distinct(k * n, 8))];
  const [together, alone, space] = [new Buffer32(m * n), new Buffer32(m * n), workspace()];
  kernels.matMul(a.pointer, b.pointer, together.pointer, m, n, k, space.pointer);
  for (let i = 0; i < m; i++) {
    kernels.matMul(a.pointer + 4 * i * k, b.pointer, alone.pointer + 4 * i * n, 1, n, k, space.pointer);
  }
  expect(alone.words).toEqual(together.words);
});

test.each([1, 4, 6, 7])("the error grows with the depth of a block, not of the product, %i rows", (m) => {
  // In one sum, the roundings of equal terms go one way for long: 4e-5 of it at this depth.
  const [n, k] = [9, 4096];
  const [a, b] = [operand(new Float32Array(m * k).fill(1)), operand(new Float32Array(k * n).fill(0.1))];
  const [c, space] = [new Buffer32(m * n), workspace()];
  kernels.matMul(a.pointer, b.pointer, c.pointer, m, n, k, space.pointer);
  const want = k * Math.fround(0.1);
  expectWithin(c.values, new Float64Array(m * n).fill(want), () => 5e-6 * want);
});

test("NaN and infinity stay in their row and column", () => {
  const [m, n, k] = [5, 9, 6];
  const [a, b] = [operand(distinct(m * k, 9)), operand(distinct(k * n, 10))];
  const [c, space] = [new Buffer32(m * n), workspace()];
  a.values[2 * k + 1] = Number.NaN;
  b.values[3 * n + 8] = Number.POSITIVE_INFINITY;
  kernels.matMul(a.pointer, b.pointer, c.pointer, m, n, k, space.pointer);
  c.values.forEach((value, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    if (i === 2) expect(value, `C[${i},${j}]`).toBeNaN();
    else expect(Number.isFinite(value), `C[${i},${j}]`).toBe(j !== 8);
  });
});
