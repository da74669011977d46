import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, columnTotals, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { normalizeGradientTwin, normalizeTwin, statisticsTwin } from "./twins/batchNorm.js";

/** Every tail, one strip of 16 channels and parts of a second and third, and a wide layer. */
const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 15, 16, 17, 21, 29, 33, 39, 512];
/** One row, less than a tile of 16 rows, one tile, two, and two with a rest. */
const ROWS = [1, 5, 16, 32, 37];
const SHAPES = CHANNELS.flatMap((channels) => ROWS.map((rows) => ({ rows, channels })));
const EPSILON = Math.fround(1e-3);
const MOMENTUM = Math.fround(0.9);
const UNIT = 2 ** -24;

interface Options {
  scale?: number;
  offset?: number;
  parameters?: boolean;
  inPlace?: boolean;
}

/** The tensor's address in linear memory, 0 if there is none. */
const pointer = (array: Float32Array | null) => (array ? new Buffer32(array).pointer : 0);

function tensors(
  rows: number,
  channels: number,
  { scale = 2, offset = 0.5, parameters = true }: Options = {},
) {
  const values = {
    x: distinct(rows * channels, 1, scale, offset),
    dY: distinct(rows * channels, 2),
    gamma: parameters ? distinct(channels, 3, 0.5, 1) : null,
    beta: parameters ? distinct(channels, 4) : null,
    movingMean: distinct(channels, 5, 1, offset),
    movingVariance: distinct(channels, 6, 0.5, 1),
  };
  return { values, x: new Buffer32(values.x), gamma: pointer(values.gamma), beta: pointer(values.beta) };
}

function trainForward(rows: number, channels: number, options: Options = {}) {
  const { values, x, gamma, beta } = tensors(rows, channels, options);
  const [mean, inverse] = [new Buffer32(channels), new Buffer32(channels)];
  const [movingMean, movingVariance] = [new Buffer32(values.movingMean), new Buffer32(values.movingVariance)];
  const y = options.inPlace ? x : new Buffer32(rows * channels);
  const vectors = [mean, inverse, movingMean, movingVariance];
  const pointers = vectors.map((buffer) => buffer.pointer);
  const totals = columnTotals(channels);
  kernels.batchNormForwardTraining(
    x.pointer,
    gamma,
    beta,
    y.pointer,
    ...pointers,
    rows,
    channels,
    MOMENTUM,
    EPSILON,
    totals.pointer,
  );
  for (const buffer of [x, y, totals, ...vectors]) buffer.checkGuards();
  if (!options.inPlace) expectWithin(x.values, values.x, () => 0);
  const statistics = statisticsTwin(values.x, rows, channels);
  return { values, x, y, gamma, mean, inverse, movingMean, movingVariance, statistics };
}

/** Gradients of `kernel`, with two [channels] tensors of statistics, against the twin's. */
function checkGradients(
  kernel: string,
  run: { values: ReturnType<typeof tensors>["values"]; x: Buffer32; gamma: number },
  given: [Buffer32, Buffer32],
  want: ReturnType<typeof normalizeGradientTwin>,
  inPlace: boolean,
): void {
  const channels = given[0].length;
  const rows = run.x.length / channels;
  const dY = new Buffer32(run.values.dY);
  const [dGamma, dBeta] = [new Buffer32(channels), new Buffer32(channels)];
  const dX = inPlace ? dY : new Buffer32(rows * channels);
  const totals = columnTotals(channels);
  const last = kernel.endsWith("Inference") ? [EPSILON, totals.pointer] : [totals.pointer];
  const call = (slopes: number) =>
    kernels[kernel](
      run.x.pointer,
      dY.pointer,
      run.gamma,
      given[0].pointer,
      given[1].pointer,
      slopes,
      dGamma.pointer,
      dBeta.pointer,
      rows,
      channels,
      ...last,
    );
  call(0);
  expectWithin(dY.values, run.values.dY, () => 0);
  const withoutDX = [...dGamma.values, ...dBeta.values];
  call(dX.pointer);
  expect([...dGamma.values, ...dBeta.values]).toEqual(withoutDX);
  expectWithin(dBeta.values, want.dBeta, () => 16 * UNIT * rows);
  expectWithin(dGamma.values, want.dGamma, () => 32 * UNIT * rows);
  const largest = want.dX.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  expectWithin(dX.values, want.dX, () => 64 * UNIT * largest);
  for (const buffer of [run.x, dY, dX, dGamma, dBeta, totals, ...given]) buffer.checkGuards();
}

/** The moving statistic after a batch. */
const moved = (old: Float32Array, batch: Float64Array) =>
  batch.map((value, c) => MOMENTUM * old[c] + (1 - MOMENTUM) * value);

beforeEach(freeAll);

describe.each(SHAPES)("$rows rows, $channels channels", ({ rows, channels }) => {
  for (const parameters of [true, false]) {
    const inPlace = !parameters;
    const options = { parameters, inPlace };
    const label = parameters ? "gamma and beta" : "neither gamma nor beta, in place";

    it(`training forward within 64*2^-24, statistics within 16*2^-24; ${label}`, () => {
      const run = trainForward(rows, channels, options);
      const { mean, variance } = run.statistics;
      expectWithin(run.mean.values, mean, () => 16 * UNIT);
      const inverse = variance.map((v) => 1 / Math.sqrt(v + EPSILON));
      expectWithin(run.inverse.values, inverse, (c) => 16 * UNIT * inverse[c]);
      expectWithin(run.movingMean.values, moved(run.values.movingMean, mean), () => 4 * UNIT);
      expectWithin(run.movingVariance.values, moved(run.values.movingVariance, variance), () => 4 * UNIT);
      const { x, gamma, beta } = run.values;
      const want = normalizeTwin(x, gamma, beta, run.statistics, EPSILON);
      expectWithin(run.y.values, want, (i) => 64 * UNIT * Math.max(1, inverse[i % channels]));
    });

    it(`training backward: dBeta 16, dGamma 32 * rows*2^-24, dX 64*2^-24 of the largest; ${label}`, () => {
      const run = trainForward(rows, channels, { parameters });
      const { x, dY, gamma } = run.values;
      const want = normalizeGradientTwin(x, dY, gamma, run.statistics, EPSILON, true);
      checkGradients("batchNormBackwardTraining", run, [run.mean, run.inverse], want, inPlace);
    });

    it(`inference forward within 32*2^-24; ${label}`, () => {
      const { values, x, gamma, beta } = tensors(rows, channels, options);
      const mean = new Buffer32(values.movingMean);
      const variance = new Buffer32(values.movingVariance);
      const y = inPlace ? x : new Buffer32(rows * channels);
      const totals = columnTotals(channels);
      kernels.batchNormForwardInference(
        x.pointer,
        gamma,
        beta,
        mean.pointer,
        variance.pointer,
        y.pointer,
        rows,
        channels,
        EPSILON,
        totals.pointer,
      );
      const statistics = {
        mean: Float64Array.from(values.movingMean),
        variance: Float64Array.from(values.movingVariance),
      };
      const want = normalizeTwin(values.x, values.gamma, values.beta, statistics, EPSILON);
      expectWithin(y.values, want, () => 32 * UNIT);
      expectWithin(mean.values, values.movingMean, () => 0);
      expectWithin(variance.values, values.movingVariance, () => 0);
      for (const buffer of [x, y, mean, variance, totals]) buffer.checkGuards();
    });

    it(`inference backward: dBeta 16, dGamma 32 * rows*2^-24, dX 64*2^-24 of the largest; ${label}`, () => {
      const run = tensors(rows, channels, { parameters });
      const { x, dY, gamma, movingMean, movingVariance } = run.values;
      const statistics = { mean: Float64Array.from(movingMean), variance: Float64Array.from(movingVariance) };
      const want = normalizeGradientTwin(x, dY, gamma, statistics, EPSILON, false);
      const given: [Buffer32, Buffer32] = [new Buffer32(movingMean), new Buffer32(movingVariance)];
      checkGradients("batchNormBackwardInference", run, given, want, inPlace);
    });
  }
});

describe("hard columns", () => {
  it.each([0, 1000, -1000])("100000 rows at offset %i: mean within 1 ulp, variance within 1e-6", (offset) => {
    const run = trainForward(100_000, 5, { offset, scale: 1 });
    const { mean, variance } = run.statistics;
    expectWithin(run.mean.values, mean, () => Math.max(1, Math.abs(offset)) * 2 * UNIT);
    const inverse = variance.map((v) => 1 / Math.sqrt(v + EPSILON));
    expectWithin(run.inverse.values, inverse, (c) => 1e-6 * inverse[c]);
  });

  it("100000 rows backward: dBeta and dGamma within 1e-7 of the sum of the sizes of their terms", () => {
    const rows = 100_000;
    const run = trainForward(rows, 3);
    run.values.dY.forEach((value, i, all) => (all[i] = value + 0.7));
    const dY = new Buffer32(run.values.dY);
    const [dGamma, dBeta] = [new Buffer32(3), new Buffer32(3)];
    kernels.batchNormBackwardTraining(
      run.x.pointer,
      dY.pointer,
      0,
      run.mean.pointer,
      run.inverse.pointer,
      0,
      dGamma.pointer,
      dBeta.pointer,
      rows,
      3,
      columnTotals(3).pointer,
    );
    const want = normalizeGradientTwin(run.values.x, run.values.dY, null, run.statistics, EPSILON, true);
    expectWithin(dBeta.values, want.dBeta, () => 1e-7 * rows);
    expectWithin(dGamma.values, want.dGamma, () => 1e-7 * rows);
  });

  it("a constant channel has its mean and variance 0 exactly, and y is beta", () => {
    const rows = 1000;
    const x = new Buffer32(new Float32Array(rows).fill(0.1));
    const [y, mean, inverse] = [new Buffer32(rows), new Buffer32(1), new Buffer32(1)];
    const [beta, moving] = [new Buffer32([0.25]), new Buffer32([1, 1])];
    kernels.batchNormForwardTraining(
      x.pointer,
      0,
      beta.pointer,
      y.pointer,
      mean.pointer,
      inverse.pointer,
      moving.pointer,
      moving.pointer + 4,
      rows,
      1,
      MOMENTUM,
      EPSILON,
      columnTotals(1).pointer,
    );
    expect(mean.values[0]).toBe(Math.fround(0.1));
    expect(inverse.values[0]).toBe(Math.fround(1 / Math.sqrt(EPSILON)));
    expect(y.values.every((value) => value === 0.25)).toBe(true);
  });

  it("NaN stays in its channel", () => {
    const values = distinct(40 * 6, 7);
    values[20 * 6 + 4] = NaN;
    const x = new Buffer32(values);
    const y = new Buffer32(values.length);
    const vectors = Array.from({ length: 4 }, () => new Buffer32(new Float32Array(6)));
    const pointers = vectors.map((buffer) => buffer.pointer);
    const last = [40, 6, MOMENTUM, EPSILON, columnTotals(6).pointer];
    kernels.batchNormForwardTraining(x.pointer, 0, 0, y.pointer, ...pointers, ...last);
    y.values.forEach((value, i) => expect(Number.isNaN(value)).toBe(i % 6 === 4));
  });
});
