import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { Buffer32, columnTotals, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { maskedStatisticsTwin, normalizeGradientTwin, normalizeTwin } from "./twins/batchNorm.js";

const CHANNELS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33];
const EPSILON = Math.fround(1e-3);
const MOMENTUM = Math.fround(0.9);
const UNIT = 2 ** -24;
/** In the place of epsilon: the inverse standard deviation is given. */
const INVERSE = -1;

/** Some steps, the first and the last of which do not count; one; none; more than a tile of the sums. What counts need not be a 1. */
const MASKS = {
  some: [0, 1, 1, 0, 2, 1, 0],
  one: [0, 0, 1],
  none: [0, 0],
  many: Array.from({ length: 50 }, (_, i) => ((i * 7) % 5 < 3 ? 1 : 0)),
};

beforeEach(freeAll);

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33])("steps of %i values", (columns) => {
  it("that count are gathered, and nothing else is written", () => {
    const mask = MASKS.some;
    const values = distinct(mask.length * columns, 1);
    const rest = distinct(mask.length * columns, 2);
    const [x, given, y] = [new Buffer32(values), new Buffer32(mask), new Buffer32(rest)];
    expect(kernels.gatherSteps(x.pointer, given.pointer, y.pointer, mask.length, columns)).toBe(4);
    const kept = values.filter((_, i) => mask[Math.floor(i / columns)] !== 0);
    expect(y.values).toEqual(Float32Array.of(...kept, ...rest.slice(kept.length)));
    for (const buffer of [x, given, y]) buffer.checkGuards();
  });

  it("are one step of zeros where none counts", () => {
    const rest = distinct(2 * columns, 2);
    const [x, given] = [new Buffer32(new Float32Array(2 * columns).fill(NaN)), new Buffer32(MASKS.none)];
    const y = new Buffer32(rest);
    expect(kernels.gatherSteps(x.pointer, given.pointer, y.pointer, 2, columns)).toBe(1);
    expect(y.values).toEqual(rest.map((value, i) => (i < columns ? 0 : value)));
    for (const buffer of [x, given, y]) buffer.checkGuards();
  });
});

/** The calls of a layer, forward and backward, and what they leave. */
function run(
  mask: readonly number[],
  inner: number,
  channels: number,
  parameters: boolean,
  inPlace: boolean,
) {
  const rows = mask.length * inner;
  const values = {
    x: distinct(rows * channels, 1, 2, 0.5),
    dY: distinct(rows * channels, 2),
    gamma: parameters ? distinct(channels, 3, 0.5, 1) : null,
    beta: parameters ? distinct(channels, 4) : null,
  };
  const [x, dY, given] = [new Buffer32(values.x), new Buffer32(values.dY), new Buffer32(mask)];
  const [gamma, beta] = [values.gamma, values.beta].map((array) => (array ? new Buffer32(array).pointer : 0));
  const y = new Buffer32(rows * channels);
  const [mean, inverse, dGamma, dBeta] = [1, 2, 3, 4].map(() => new Buffer32(channels));
  const [movingMean, movingVariance] = [new Buffer32(distinct(channels, 5)), new Buffer32(distinct(channels, 6, 0.5, 1))]; // prettier-ignore
  const moving = { mean: movingMean.values.slice(), variance: movingVariance.values.slice() };
  const totals = columnTotals(channels);
  const columns = inner * channels;
  const counting = inner * kernels.gatherSteps(x.pointer, given.pointer, y.pointer, mask.length, columns);
  const statistics = [mean.pointer, inverse.pointer];
  kernels.batchNormForwardTraining(
    y.pointer, gamma, beta, y.pointer, ...statistics, movingMean.pointer, movingVariance.pointer,
    counting, channels, MOMENTUM, EPSILON, totals.pointer,
  ); // prettier-ignore
  kernels.batchNormForwardInference(
    x.pointer, gamma, beta, ...statistics, y.pointer, rows, channels, INVERSE, totals.pointer,
  ); // prettier-ignore
  const sums = [dGamma.pointer, dBeta.pointer];
  kernels.batchNormBackwardInference(
    x.pointer, dY.pointer, gamma, ...statistics, 0, ...sums, rows, channels, INVERSE, totals.pointer,
  ); // prettier-ignore
  const dX = inPlace ? dY : new Buffer32(rows * channels);
  kernels.batchNormBackwardSteps(
    x.pointer, dY.pointer, given.pointer, gamma, ...statistics, ...sums, dX.pointer,
    mask.length, inner, channels, counting,
  ); // prettier-ignore
  const buffers = { x, y, given, mean, inverse, movingMean, movingVariance, dGamma, dBeta, dX, totals };
  for (const buffer of Object.values(buffers)) buffer.checkGuards();
  return { ...buffers, values, moving };
}

describe.each(Object.keys(MASKS) as (keyof typeof MASKS)[])("%s of the steps count", (which) => {
  const mask = MASKS[which];
  // Finite differences of many values take their time.
  const cases = CHANNELS.filter((channels) => channels * mask.length < 500).flatMap((channels) => [
    { channels, inner: 1, parameters: true, inPlace: false },
    { channels, inner: 1 + (channels % 3), parameters: false, inPlace: true },
  ]);

  it.each(cases)("Keras's statistics and gradients: %j", ({ channels, inner, parameters, inPlace }) => {
    const got = run(mask, inner, channels, parameters, inPlace);
    const { x, dY, gamma, beta } = got.values;
    const statistics = maskedStatisticsTwin(x, mask, channels);
    const { mean, variance } = statistics;
    const inverse = variance.map((value) => 1 / Math.sqrt(value + EPSILON));
    expectWithin(got.mean.values, mean, () => 16 * UNIT);
    // Of one row alone the twin has a variance of (1e-7 x)^2.
    expectWithin(got.inverse.values, inverse, (c) => 16 * UNIT * inverse[c]);
    const moved = (old: Float32Array, batch: Float64Array) =>
      batch.map((value, c) => MOMENTUM * old[c] + (1 - MOMENTUM) * value);
    expectWithin(got.movingMean.values, moved(got.moving.mean, mean), () => 4 * UNIT);
    expectWithin(got.movingVariance.values, moved(got.moving.variance, variance), () => 4 * UNIT);

    const forward = (values: ArrayLike<number>): Float64Array =>
      normalizeTwin(values, gamma, beta, maskedStatisticsTwin(values, mask, channels), EPSILON);
    const largestInverse = Math.max(1, ...inverse);
    expectWithin(got.y.values, forward(x), () => 64 * UNIT * largestInverse);

    const rows = mask.length * inner;
    const sums = normalizeGradientTwin(x, dY, gamma, statistics, EPSILON, false);
    expectWithin(got.dBeta.values, sums.dBeta, () => 16 * UNIT * rows);
    expectWithin(got.dGamma.values, sums.dGamma, () => 32 * UNIT * rows * largestInverse);
    const dX = slopes(forward, x, dY);
    const largest = dX.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    expectWithin(got.dX.values, dX, () => 64 * UNIT * largest + 1e-7 * largestInverse);
  });
});

it("a row that does not count is in no statistic and in no other row's gradient, NaN or not", () => {
  const channels = 5;
  const x = distinct(4 * channels, 1);
  x.fill(NaN, channels, 2 * channels);
  const [given, values, gathered] = [new Buffer32([1, 0, 1, 1]), new Buffer32(x), new Buffer32(4 * channels)];
  expect(kernels.gatherSteps(values.pointer, given.pointer, gathered.pointer, 4, channels)).toBe(3);
  expect(gathered.values.slice(0, 3 * channels).every(Number.isFinite)).toBe(true);
  const [mean, inverse, sums, dY, dX] = [5, 5, 5, 20, 20].map((count, i) => new Buffer32(distinct(count, 7 + i))); // prettier-ignore
  kernels.batchNormBackwardSteps(
    values.pointer, dY.pointer, given.pointer, 0, mean.pointer, inverse.pointer, sums.pointer, sums.pointer,
    dX.pointer, 4, 1, channels, 3,
  ); // prettier-ignore
  expect(dX.values.every(Number.isFinite)).toBe(true);
});
