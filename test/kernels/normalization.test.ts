import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, columnTotals, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { address, EPSILON, largest, Run, UNIT } from "./normalizationRun.js";
import { KINDS, normalizeGradientTwin, normalizeTwin, rowsLayout } from "./twins/normalization.js";

/** Every tail with and without rounds, one block of 256 elements, one and a rest, and several. */
const COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 31, 33, 64, 100, 256, 259, 300, 1027];
/** One row, less than a tile of 16 rows, one tile, and two with a rest. */
const ROWS = [1, 5, 16, 37];

type RowKind = keyof typeof KINDS;

/** Calls the forward kernel of a kind on rows. `saved` gets mean and inverse, where the kind has them. */
function rowsForward(
  kind: RowKind,
  run: Run,
  y: Buffer32,
  saved: { mean: Buffer32 | null; inverse: Buffer32 | null },
  [rows, columns]: [number, number],
  epsilon: number,
): void {
  const [x, gamma, beta] = [run.x.pointer, address(run.gamma), address(run.beta)];
  const [mean, inverse] = [address(saved.mean), address(saved.inverse)];
  if (kind === "layer") {
    kernels.layerNormForward(x, gamma, beta, y.pointer, mean, inverse, rows, columns, epsilon);
  } else if (kind === "rms") {
    kernels.rmsNormForward(x, gamma, y.pointer, inverse, rows, columns, epsilon);
  } else kernels.unitNormForward(x, y.pointer, inverse, rows, columns, epsilon);
}

function rowsBackward(
  kind: RowKind,
  run: Run,
  saved: { mean: Buffer32; inverse: Buffer32 },
  wanted: { dX: Buffer32 | null; dGamma: Buffer32 | null; dBeta: Buffer32 | null },
  [rows, columns]: [number, number],
  epsilon: number,
): void {
  const [x, dY, gamma, inverse] = [run.x.pointer, run.dY.pointer, address(run.gamma), saved.inverse.pointer];
  const [dX, dGamma, dBeta] = [address(wanted.dX), address(wanted.dGamma), address(wanted.dBeta)];
  const totals = columnTotals(columns);
  if (kind === "layer") {
    const mean = saved.mean.pointer;
    kernels.layerNormBackward(x, dY, gamma, mean, inverse, dX, dGamma, dBeta, rows, columns, totals.pointer);
  } else if (kind === "rms") {
    kernels.rmsNormBackward(x, dY, gamma, inverse, dX, dGamma, rows, columns, totals.pointer);
  } else kernels.unitNormBackward(x, dY, inverse, dX, rows, columns, epsilon);
  totals.checkGuards();
}

/** Parameters that a kind may have: both, one, none. */
const PARAMETERS: Record<RowKind, { gamma: boolean; beta: boolean }[]> = {
  layer: [
    { gamma: true, beta: true },
    { gamma: true, beta: false },
    { gamma: false, beta: true },
    { gamma: false, beta: false },
  ],
  rms: [
    { gamma: true, beta: false },
    { gamma: false, beta: false },
  ],
  unit: [{ gamma: false, beta: false }],
};

beforeEach(freeAll);

describe.each(Object.keys(KINDS) as RowKind[])("%s normalisation of rows", (kind) => {
  const shapes = COLUMNS.flatMap((columns) => ROWS.map((rows): [number, number] => [rows, columns]));

  it.each(shapes)("[%i, %i] forward within 32*2^-24 of the largest", (rows, columns) => {
    for (const has of PARAMETERS[kind]) {
      freeAll();
      const run = new Run(rows * columns, columns, has);
      const saved = { mean: new Buffer32(rows), inverse: new Buffer32(rows) };
      const y = new Buffer32(rows * columns);
      rowsForward(kind, run, y, saved, [rows, columns], EPSILON);
      const { x, gamma, beta } = run.values;
      const want = normalizeTwin(KINDS[kind], rowsLayout(rows, columns), x, gamma, beta, EPSILON);
      // A row of one element is its mean up to rounding, which 1 / sqrt(epsilon) multiplies.
      const most = Math.max(1, largest(want.inverse), largest(want.y));
      expectWithin(y.values, want.y, () => 32 * UNIT * most);
      expectWithin(saved.inverse.values, want.inverse, (row) => 4 * UNIT * want.inverse[row]);
      if (kind === "layer") expectWithin(saved.mean.values, want.mean, () => 4 * UNIT);
      run.check(y, saved.mean, saved.inverse);
      const before = y.values.slice();
      rowsForward(kind, run, run.x, { mean: null, inverse: null }, [rows, columns], EPSILON);
      expectWithin(run.x.values, before, () => 0);
      run.check(run.x);
    }
  });

  it.each(shapes)("[%i, %i] backward: dX within 64, sums 16 * rows, times 2^-24", (rows, columns) => {
    for (const has of PARAMETERS[kind]) {
      freeAll();
      const run = new Run(rows * columns, columns, has);
      const saved = { mean: new Buffer32(rows), inverse: new Buffer32(rows) };
      const y = new Buffer32(rows * columns);
      rowsForward(kind, run, y, saved, [rows, columns], EPSILON);
      const wanted = {
        dX: new Buffer32(rows * columns),
        dGamma: new Buffer32(columns),
        dBeta: new Buffer32(columns),
      };
      rowsBackward(kind, run, saved, wanted, [rows, columns], EPSILON);
      const { x, dY, gamma } = run.values;
      const layout = rowsLayout(rows, columns);
      const divisor = kind === "unit" ? 1 : columns;
      const want = normalizeGradientTwin(KINDS[kind], layout, x, dY, gamma, EPSILON, divisor);
      const { inverse } = normalizeTwin(KINDS[kind], layout, x, null, null, EPSILON);
      const most = Math.max(1, largest(inverse));
      expectWithin(wanted.dX.values, want.dX, () => 64 * UNIT * most);
      if (kind !== "unit") expectWithin(wanted.dGamma.values, want.dGamma, () => 16 * UNIT * rows * most);
      if (kind === "layer") expectWithin(wanted.dBeta.values, want.dBeta, () => 16 * UNIT * rows);
      run.check(...Object.values(wanted));
      const before = wanted.dX.values.slice();
      rowsBackward(kind, run, saved, { dX: run.dY, dGamma: null, dBeta: null }, [rows, columns], EPSILON);
      expectWithin(run.dY.values, before, () => 0);
      run.check(run.dY);
    }
  });

  it("NaN and infinity make their own row NaN and no other", () => {
    for (const wrong of [NaN, Infinity]) {
      for (const place of [0, 5, 20]) {
        const run = new Run(3 * 21, 21, { gamma: false, beta: false });
        run.x.values[21 + place] = wrong;
        const y = new Buffer32(3 * 21);
        rowsForward(kind, run, y, { mean: null, inverse: null }, [3, 21], EPSILON);
        const isNaNAt = Array.from(y.values, Number.isNaN);
        expect(isNaNAt.slice(0, 21).concat(isNaNAt.slice(42)).includes(true)).toBe(false);
        expect(isNaNAt[21 + place]).toBe(true);
        if (Number.isNaN(wrong)) expect(isNaNAt.slice(21, 42).includes(false)).toBe(false);
      }
    }
  });
});

describe("hard rows", () => {
  it.each([0, 1000, -1000])(
    "65543 columns at offset %i: mean within 2 ulp, inverse within 1e-6",
    (offset) => {
      const columns = 65_543;
      const run = new Run(columns, 1, { gamma: false, beta: false }, offset);
      const saved = { mean: new Buffer32(1), inverse: new Buffer32(1) };
      rowsForward("layer", run, run.x, saved, [1, columns], EPSILON);
      const want = normalizeTwin(KINDS.layer, rowsLayout(1, columns), run.values.x, null, null, EPSILON);
      expectWithin(saved.mean.values, want.mean, () => 4 * UNIT * Math.max(1, Math.abs(offset)));
      expectWithin(saved.inverse.values, want.inverse, () => 1e-6 * want.inverse[0]);
    },
  );

  it.each([1, 7, 300])("%i columns after a first one of 1e6: inverse within 4 ulp, y within 16", (more) => {
    const columns = more + 1;
    const run = new Run(3 * columns, columns, { gamma: true, beta: true });
    run.values.x[columns] = 1e6;
    run.x.values.set(run.values.x);
    const saved = { mean: new Buffer32(3), inverse: new Buffer32(3) };
    const y = new Buffer32(3 * columns);
    rowsForward("layer", run, y, saved, [3, columns], EPSILON);
    const { x, gamma, beta } = run.values;
    const want = normalizeTwin(KINDS.layer, rowsLayout(3, columns), x, gamma, beta, EPSILON);
    expectWithin(saved.inverse.values, want.inverse, (row) => 8 * UNIT * want.inverse[row]);
    expectWithin(y.values, want.y, () => 32 * UNIT * Math.max(largest(want.inverse), largest(want.y)));
  });

  it("50000 rows: dGamma and dBeta within 1e-7 of the sum of the sizes of their terms", () => {
    const [rows, columns] = [50_000, 6];
    const run = new Run(rows * columns, columns, { gamma: false, beta: false });
    run.values.dY.forEach((value, i, all) => (all[i] = value + 0.7));
    run.dY.values.set(run.values.dY);
    const saved = { mean: new Buffer32(rows), inverse: new Buffer32(rows) };
    const [y, dGamma, dBeta] = [new Buffer32(rows * columns), new Buffer32(columns), new Buffer32(columns)];
    rowsForward("layer", run, y, saved, [rows, columns], EPSILON);
    rowsBackward("layer", run, saved, { dX: null, dGamma, dBeta }, [rows, columns], EPSILON);
    const { x, dY } = run.values;
    const layout = rowsLayout(rows, columns);
    const want = { dGamma: new Float64Array(columns), dBeta: new Float64Array(columns) };
    const { y: unit } = normalizeTwin(KINDS.layer, layout, x, null, null, EPSILON);
    dY.forEach((slope, i) => {
      want.dGamma[i % columns] += slope * unit[i];
      want.dBeta[i % columns] += slope;
    });
    expectWithin(dBeta.values, want.dBeta, () => 1e-7 * rows);
    expectWithin(dGamma.values, want.dGamma, () => 1e-7 * rows);
  });

  it("a constant row has its value as mean and variance 0 exactly, and y is beta", () => {
    const x = new Buffer32(new Float32Array(1003).fill(0.1));
    const beta = new Buffer32(distinct(1003, 9));
    const [y, mean, inverse] = [new Buffer32(1003), new Buffer32(1), new Buffer32(1)];
    const pointers = [x, null, beta, y, mean, inverse].map(address);
    kernels.layerNormForward(...pointers, 1, 1003, EPSILON);
    expect(mean.values[0]).toBe(Math.fround(0.1));
    expect(inverse.values[0]).toBe(Math.fround(1 / Math.sqrt(EPSILON)));
    expectWithin(y.values, beta.values, () => 0);
  });

  it("a norm below 1e-12 counts as 1e-12 and has no slope", () => {
    const tiny = Math.fround(1e-12);
    const x = new Buffer32([0, 0, 0, 3e-13, 0, -4e-13, 3e-12, 0, -4e-12]);
    const dY = new Buffer32(distinct(9, 10));
    const [y, inverse, dX] = [new Buffer32(9), new Buffer32(3), new Buffer32(9)];
    kernels.unitNormForward(x.pointer, y.pointer, inverse.pointer, 3, 3, tiny);
    expectWithin(y.values, [0, 0, 0, 0.3, 0, -0.4, 0.6, 0, -0.8], () => 4 * UNIT);
    kernels.unitNormBackward(x.pointer, dY.pointer, inverse.pointer, dX.pointer, 3, 3, tiny);
    const g = dY.values;
    const dot = 0.6 * g[6] - 0.8 * g[8];
    const want = [...g.subarray(0, 6)].map((slope) => slope / tiny);
    want.push((g[6] - 0.6 * dot) / 5e-12, g[7] / 5e-12, (g[8] + 0.8 * dot) / 5e-12);
    expectWithin(dX.values, want, () => 16 * UNIT * 1e12);
  });
});
