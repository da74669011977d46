import { afterEach, describe, expect, test } from "vitest";
import { build, Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { product, productBound } from "./twins/gemm.js";

const LINEAR = 0;
const RELU = 1;

const workspace = (): number => new Buffer32(kernels.workspaceBytes() / 4).pointer;

const SIZES = [
  [1, 1, 1],
  [3, 5, 7],
  [4, 8, 8],
  [9, 13, 6],
  [32, 8, 16],
  [33, 65, 17],
  [1, 300, 10],
  [40, 270, 50],
  [9, 6, 1],
  [2, 9, 140],
  [300, 9, 13],
  [12, 1, 2],
  [300, 40, 9],
];

afterEach(freeAll);

describe(`dense layer, ${build}: within 2 k 2^-24 sum |a||b|`, () => {
  test.each(SIZES)("forward, %i rows, %i inputs, %i units", (rows, inputs, units) => {
    const x = new Buffer32(distinct(rows * inputs, 1));
    const kernel = new Buffer32(distinct(inputs * units, 2));
    const bias = new Buffer32(distinct(units, 3));
    const [y, z] = [new Buffer32(rows * units), new Buffer32(rows * units)];
    const run = (preactivation: number, kind: number): void => {
      kernels.denseForward(
        x.pointer,
        kernel.pointer,
        bias.pointer,
        preactivation,
        y.pointer,
        rows,
        inputs,
        units,
        kind,
        0,
        workspace(),
      );
    };
    const want = product(
      rows,
      units,
      inputs,
      (i, kk) => x.values[i * inputs + kk],
      (kk, j) => kernel.values[kk * units + j],
      bias.values,
    );
    const bound = productBound(inputs + 1, want.magnitudes);
    run(0, LINEAR);
    expectWithin(y.values, want.values, bound);
    run(z.pointer, RELU);
    expectWithin(z.values, want.values, bound);
    expectWithin(
      y.values,
      z.values.map((value) => Math.max(value, 0)),
      () => 0,
    );
    for (const buffer of [x, kernel, bias, y, z]) buffer.checkGuards();
  });

  test.each(SIZES)("backward, %i rows, %i inputs, %i units", (rows, inputs, units) => {
    const x = new Buffer32(distinct(rows * inputs, 4));
    const kernel = new Buffer32(distinct(inputs * units, 5));
    const dZ = new Buffer32(distinct(rows * units, 6));
    const [dX, dKernel, dBias] = [
      new Buffer32(rows * inputs),
      new Buffer32(inputs * units),
      new Buffer32(units),
    ];
    kernels.denseBackwardInput(dZ.pointer, kernel.pointer, dX.pointer, rows, inputs, units, workspace());
    kernels.denseBackwardWeights(
      x.pointer,
      dZ.pointer,
      dKernel.pointer,
      dBias.pointer,
      rows,
      inputs,
      units,
      workspace(),
    );
    const zAt = (i: number, j: number): number => dZ.values[i * units + j];
    const wantX = product(rows, inputs, units, zAt, (kk, j) => kernel.values[j * units + kk]);
    const wantKernel = product(inputs, units, rows, (i, kk) => x.values[kk * inputs + i], zAt);
    const wantBias = product(1, units, rows, () => 1, zAt);
    expectWithin(dX.values, wantX.values, productBound(units, wantX.magnitudes));
    expectWithin(dKernel.values, wantKernel.values, productBound(rows, wantKernel.magnitudes));
    expectWithin(dBias.values, wantBias.values, productBound(rows, wantBias.magnitudes));
    for (const buffer of [x, kernel, dZ, dX, dKernel, dBias]) buffer.checkGuards();
  });

  test("without a bias", () => {
    const [x, kernel] = [new Buffer32([1, 2, 3, 4]), new Buffer32([5, 6])];
    const y = new Buffer32(2);
    const dKernel = new Buffer32(2);
    kernels.denseForward(x.pointer, kernel.pointer, 0, 0, y.pointer, 2, 2, 1, LINEAR, 0, workspace());
    expect([...y.values]).toEqual([17, 39]);
    kernels.denseBackwardWeights(x.pointer, y.pointer, dKernel.pointer, 0, 2, 2, 1, workspace());
    expect([...dKernel.values]).toEqual([17 + 3 * 39, 2 * 17 + 4 * 39]);
  });
});

describe(`sumRows, ${build}: the bits of sums in single precision, row after row`, () => {
  // Blocks of 16 rows; four vectors of columns, one, and its rest.
  const rows = [0, 1, 2, 15, 16, 17, 31, 32, 33, 100];
  const columns = [1, 2, 3, 4, 5, 8, 15, 16, 17, 33, 40];
  test.each(rows.flatMap((m) => columns.map((n) => [m, n])))("[%i, %i]", (m, n) => {
    const x = new Buffer32(distinct(m * n, 7, 100));
    const sums = new Buffer32(new Float32Array(n).fill(NaN));
    kernels.sumRows(x.pointer, sums.pointer, m, n);
    const want = new Float32Array(n);
    x.values.forEach((value, i) => (want[i % n] += value));
    expect(sums.values).toEqual(want);
    for (const buffer of [x, sums]) buffer.checkGuards();
  });
});
