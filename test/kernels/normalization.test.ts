import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import {
  groupsLayout,
  KINDS,
  normalizeGradientTwin,
  normalizeTwin,
  rowsLayout,
} from "./twins/normalization.js";
import type { Kind, Layout } from "./twins/normalization.js";

/** Every tail with and without rounds, one block of 256 elements, one and a rest, and several. */
const COLUMNS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 31, 33, 64, 100, 256, 259, 300, 1027];
/** One row, less than a tile of 16 rows, one tile, and two with a rest. */
const ROWS = [1, 5, 16, 37];
const EPSILON = Math.fround(1e-3);
const UNIT = 2 ** -24;

type RowKind = keyof typeof KINDS;

/** Pointers that both directions share, and what the kernels write. */
class Run {
  readonly x: Buffer32;
  readonly dY: Buffer32;
  readonly gamma: Buffer32 | null;
  readonly beta: Buffer32 | null;
  readonly values: {
    x: Float32Array;
    dY: Float32Array;
    gamma: Float32Array | null;
    beta: Float32Array | null;
  };

  constructor(count: number, parameters: number, has: { gamma: boolean; beta: boolean }, offset = 0.5) {
    this.values = {
      x: distinct(count, 1, 2, offset),
      dY: distinct(count, 2),
      gamma: has.gamma ? distinct(parameters, 3, 0.5, 1) : null,
      beta: has.beta ? distinct(parameters, 4) : null,
    };
    this.x = new Buffer32(this.values.x);
    this.dY = new Buffer32(this.values.dY);
    this.gamma = this.values.gamma && new Buffer32(this.values.gamma);
    this.beta = this.values.beta && new Buffer32(this.values.beta);
  }

  /** Inputs unchanged, no byte beside any tensor. */
  check(...written: Buffer32[]): void {
    const { x, dY, gamma, beta } = this;
    for (const buffer of [x, dY, gamma, beta, ...written]) buffer?.checkGuards();
    for (const name of ["x", "dY", "gamma", "beta"] as const) {
      const buffer = this[name];
      if (buffer && !written.includes(buffer)) expectWithin(buffer.values, this.values[name]!, () => 0);
    }
  }
}

const address = (buffer: Buffer32 | null) => buffer?.pointer ?? 0;

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
  if (kind === "layer") {
    const mean = saved.mean.pointer;
    kernels.layerNormBackward(x, dY, gamma, mean, inverse, dX, dGamma, dBeta, rows, columns);
  } else if (kind === "rms") {
    kernels.rmsNormBackward(x, dY, gamma, inverse, dX, dGamma, rows, columns);
  } else kernels.unitNormBackward(x, dY, inverse, dX, rows, columns, epsilon);
}

const largest = (values: Float64Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

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

interface GroupShape {
  batch: number;
  positions: number;
  channels: number;
  groups: number;
}

function runGroups({ batch, positions, channels, groups }: GroupShape, has: boolean, offset?: number) {
  const count = batch * positions * channels;
  const run = new Run(count, channels, { gamma: has, beta: has }, offset);
  const [mean, inverse] = [new Buffer32(batch * channels), new Buffer32(batch * channels)];
  const forward = (y: Buffer32) =>
    kernels.groupNormForward(
      run.x.pointer,
      address(run.gamma),
      address(run.beta),
      y.pointer,
      mean.pointer,
      inverse.pointer,
      batch,
      positions,
      channels,
      groups,
      EPSILON,
    );
  const sums = new Buffer32(2 * batch * channels);
  const backward = (dX: Buffer32 | null, dGamma: Buffer32 | null, dBeta: Buffer32 | null) =>
    kernels.groupNormBackward(
      run.x.pointer,
      run.dY.pointer,
      address(run.gamma),
      mean.pointer,
      inverse.pointer,
      address(dX),
      address(dGamma),
      address(dBeta),
      sums.pointer,
      batch,
      positions,
      channels,
      groups,
    );
  return {
    run,
    mean,
    inverse,
    sums,
    forward,
    backward,
    layout: groupsLayout(batch, positions, channels, groups),
  };
}

describe("group normalisation", () => {
  const shapes: GroupShape[] = [];
  for (const [channels, groups] of [[1, 1], [3, 3], [3, 1], [4, 2], [6, 2], [6, 3], [8, 8], [10, 5], [20, 4], [36, 3], [64, 32]]) {
    for (const [batch, positions] of [[1, 1], [3, 5], [2, 16], [2, 37], [18, 2]]) shapes.push({ batch, positions, channels, groups });
  } // prettier-ignore

  it.each(shapes)("$batch x $positions x $channels in $groups groups", (shape) => {
    for (const has of [true, false]) {
      freeAll();
      const { batch, positions, channels } = shape;
      const { run, mean, inverse, sums, forward, backward, layout } = runGroups(shape, has);
      const y = new Buffer32(run.x.length);
      forward(y);
      const { x, dY, gamma, beta } = run.values;
      const want = normalizeTwin(KINDS.layer, layout, x, gamma, beta, EPSILON);
      const most = Math.max(1, largest(want.inverse));
      expectWithin(y.values, want.y, () => 64 * UNIT * most);
      const setOf = (i: number) => {
        const group = Math.floor((i % channels) / (channels / shape.groups));
        return Math.floor(i / channels) * shape.groups + group;
      };
      expectWithin(
        mean.values,
        Float64Array.from(mean.values, (_, i) => want.mean[setOf(i)]),
        () => 4 * UNIT,
      );
      expectWithin(
        inverse.values,
        Float64Array.from(mean.values, (_, i) => want.inverse[setOf(i)]),
        () => 4 * UNIT * most,
      );
      run.check(y, mean, inverse);

      const [dX, dGamma, dBeta] = [
        new Buffer32(run.x.length),
        new Buffer32(channels),
        new Buffer32(channels),
      ];
      backward(dX, dGamma, dBeta);
      const divisor = layout.sets[0].length;
      const gradients = normalizeGradientTwin(KINDS.layer, layout, x, dY, gamma, EPSILON, divisor);
      expectWithin(dX.values, gradients.dX, () => 64 * UNIT * most);
      expectWithin(dGamma.values, gradients.dGamma, () => 16 * UNIT * batch * positions * most);
      expectWithin(dBeta.values, gradients.dBeta, () => 16 * UNIT * batch * positions);
      run.check(dX, dGamma, dBeta, mean, inverse, sums);

      const before = [y.values.slice(), dX.values.slice()];
      backward(run.dY, null, null);
      expectWithin(run.dY.values, before[1], () => 0);
      forward(run.x);
      expectWithin(run.x.values, before[0], () => 0);
      run.check(run.x, run.dY, mean, inverse, sums);
    }
  });

  it("NaN stays in its example and group", () => {
    const { run, forward } = runGroups({ batch: 2, positions: 3, channels: 6, groups: 2 }, false);
    run.x.values[18 + 6 + 4] = NaN;
    const y = new Buffer32(36);
    forward(y);
    y.values.forEach((value, i) => expect(Number.isNaN(value)).toBe(i >= 18 && i % 6 >= 3));
  });

  it("100000 positions at offset 1000: mean within 2 ulp, inverse within 1e-6", () => {
    const { run, mean, inverse, forward, layout } = runGroups(
      { batch: 1, positions: 100_000, channels: 6, groups: 2 },
      false,
      1000,
    );
    forward(run.x);
    const want = normalizeTwin(KINDS.layer, layout, run.values.x, null, null, EPSILON);
    expectWithin([mean.values[0], mean.values[5]], want.mean, () => 4000 * UNIT);
    expectWithin([inverse.values[0], inverse.values[5]], want.inverse, (s) => 1e-6 * want.inverse[s]);
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

/** Gradients of the twin against central differences of the twin's output times dY. */
function checkTwin(kind: Kind, layout: Layout, count: number, divisor: number): void {
  const parameters = 1 + Math.max(...layout.sets.flat().map(layout.parameter));
  const [x, dY] = [distinct(count, 1, 2, 0.5), distinct(count, 2)].map((v) => Float64Array.from(v));
  const [gamma, beta] = [distinct(parameters, 3, 0.5, 1), distinct(parameters, 4)].map((v) =>
    Float64Array.from(v),
  );
  const loss = () =>
    normalizeTwin(kind, layout, x, gamma, beta, EPSILON).y.reduce((total, y, i) => total + y * dY[i], 0);
  const { dX, dGamma, dBeta } = normalizeGradientTwin(kind, layout, x, dY, gamma, EPSILON, divisor);
  const step = 1e-5;
  for (const [values, gradient] of [[x, dX], [gamma, dGamma], [beta, dBeta]]) {
    const want = values.map((value, i) => {
      values[i] = value + step;
      const above = loss();
      values[i] = value - step;
      const below = loss();
      values[i] = value;
      return (above - below) / (2 * step);
    });
    expectWithin(gradient, want, () => 1e-7);
  } // prettier-ignore
}

it.each(Object.keys(KINDS) as RowKind[])(
  "the twin's gradients are those of finite differences: %s",
  (kind) => {
    checkTwin(KINDS[kind], rowsLayout(3, 7), 21, kind === "unit" ? 1 : 7);
    checkTwin(KINDS[kind], groupsLayout(2, 3, 6, 2), 36, kind === "unit" ? 1 : 9);
  },
);

interface Reference {
  kind: RowKind | "group";
  shape: number[];
  axes?: number;
  groups?: number;
  [tensor: string]: unknown;
}

const references = JSON.parse(
  readFileSync(new URL("../references/normalization.json", import.meta.url), "utf8"),
) as Reference[];

/** The epsilon of each kind in the references: Keras's. */
const EPSILONS = { layer: 1e-3, group: 1e-3, rms: 1e-6, unit: 1e-12 };

it.each(references)("the twin agrees with PyTorch within 1e-8: $kind $shape", (reference) => {
  const { kind, shape, axes = 1, groups = 1 } = reference;
  const size = (lengths: number[]) => lengths.reduce((product, length) => product * length, 1);
  const columns = size(shape.slice(-axes));
  const count = size(shape);
  const layout =
    kind === "group"
      ? groupsLayout(shape[0], size(shape.slice(1, -1)), columns, groups)
      : rowsLayout(count / columns, columns);
  const twin = KINDS[kind === "group" ? "layer" : kind];
  const tensor = (name: string) => (reference[name] as number[] | undefined) ?? null;
  const [x, dY, gamma, beta] = [tensor("x")!, tensor("dY")!, tensor("gamma"), tensor("beta")];
  const epsilon = EPSILONS[kind];
  expectWithin(normalizeTwin(twin, layout, x, gamma, beta, epsilon).y, tensor("y")!, () => 1e-8);
  const divisor = kind === "unit" ? 1 : layout.sets[0].length;
  const gradients = normalizeGradientTwin(twin, layout, x, dY, gamma, epsilon, divisor);
  for (const name of ["dX", "dGamma", "dBeta"] as const) {
    const want = tensor(name);
    if (want) expectWithin(gradients[name], want, () => 1e-8);
  }
});
