import { afterEach, describe, expect, test } from "vitest";
import { build, Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { product, productBound } from "./twins/gemm.js";

const workspace = (): number => new Buffer32(kernels.workspaceBytes() / 4).pointer;

/** Rows and columns around a tile (4 x 8), a panel and a row of 32; depths around a block of 256. */
const SIZES: [number, number, number][] = [];
for (const m of [1, 2, 3, 4, 5, 8, 11]) {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 25, 33, 70]) SIZES.push([m, n, 13]);
}
for (const k of [0, 1, 2, 3, 4, 5, 31, 63, 64, 65, 255, 256, 257, 515]) SIZES.push([6, 11, k], [21, 37, k]);
// Packed: enough rows, and a block of B beyond 32 KB; transposed A in more than one row block.
SIZES.push([33, 71, 300], [16, 129, 65], [259, 41, 66], [300, 33, 270], [2, 64, 300], [1, 100, 600]);

afterEach(freeAll);

test("runs the build that the environment names", () => {
  expect(["simd", "relaxed-simd"]).toContain(build);
});

describe(`matrix products, ${build}: within 2 k 2^-24 sum |a||b|`, () => {
  test.each(SIZES)("A.B, [%i, %i], depth %i", (m, n, k) => {
    const [a, b, c] = [
      new Buffer32(distinct(m * k, 1)),
      new Buffer32(distinct(k * n, 2)),
      new Buffer32(m * n),
    ];
    const [aBefore, bBefore] = [a.values.slice(), b.values.slice()];
    kernels.matMul(a.pointer, b.pointer, c.pointer, m, n, k, workspace());
    const want = product(
      m,
      n,
      k,
      (i, kk) => aBefore[i * k + kk],
      (kk, j) => bBefore[kk * n + j],
    );
    expectWithin(c.values, want.values, productBound(k, want.magnitudes));
    expect(a.values).toEqual(aBefore);
    expect(b.values).toEqual(bBefore);
    for (const buffer of [a, b, c]) buffer.checkGuards();
  });

  test.each(SIZES)("A.Bt, [%i, %i], depth %i", (m, n, k) => {
    const [a, b, c] = [
      new Buffer32(distinct(m * k, 3)),
      new Buffer32(distinct(n * k, 4)),
      new Buffer32(m * n),
    ];
    kernels.matMulTransposedB(a.pointer, b.pointer, c.pointer, m, n, k, workspace());
    const want = product(
      m,
      n,
      k,
      (i, kk) => a.values[i * k + kk],
      (kk, j) => b.values[j * k + kk],
    );
    expectWithin(c.values, want.values, productBound(k, want.magnitudes));
    for (const buffer of [a, b, c]) buffer.checkGuards();
  });

  test.each(SIZES)("At.B, [%i, %i], depth %i", (m, n, k) => {
    const [a, b, c] = [
      new Buffer32(distinct(k * m, 5)),
      new Buffer32(distinct(k * n, 6)),
      new Buffer32(m * n),
    ];
    kernels.matMulTransposedA(a.pointer, b.pointer, c.pointer, m, n, k, workspace());
    const want = product(
      m,
      n,
      k,
      (i, kk) => a.values[kk * m + i],
      (kk, j) => b.values[kk * n + j],
    );
    expectWithin(c.values, want.values, productBound(k, want.magnitudes));
    for (const buffer of [a, b, c]) buffer.checkGuards();
  });
});

test("a row has the same bits alone and in a batch", () => {
  const [m, n, k] = [7, 45, 300];
  const [a, b] = [new Buffer32(distinct(m * k, 7)), new Buffer32(distinct(k * n, 8))];
  const [together, alone] = [new Buffer32(m * n), new Buffer32(m * n)];
  kernels.matMul(a.pointer, b.pointer, together.pointer, m, n, k, workspace());
  for (let i = 0; i < m; i++) {
    kernels.matMul(a.pointer + 4 * i * k, b.pointer, alone.pointer + 4 * i * n, 1, n, k, workspace());
  }
  expect(alone.words).toEqual(together.words);
});

test("NaN and infinity stay in their row and column", () => {
  const [m, n, k] = [5, 9, 6];
  const a = new Buffer32(distinct(m * k, 9));
  const b = new Buffer32(distinct(k * n, 10));
  const c = new Buffer32(m * n);
  a.values[2 * k + 1] = Number.NaN;
  b.values[3 * n + 8] = Number.POSITIVE_INFINITY;
  kernels.matMul(a.pointer, b.pointer, c.pointer, m, n, k, workspace());
  c.values.forEach((value, index) => {
    const [i, j] = [Math.floor(index / n), index % n];
    if (i === 2) expect(value, `C[${i},${j}]`).toBeNaN();
    else expect(Number.isFinite(value), `C[${i},${j}]`).toBe(j !== 8);
  });
});
