// Initializers: what random weights must show, over many draws.
import { find, camelCase, toOptions } from "./case.js";

const FEWEST_VALUES = 40_000;

/** Enough values of an initializer, with their mean and variance. */
function draw(make, options, shape) {
  const values = [];
  for (let seed = 1; values.length < FEWEST_VALUES; seed++) {
    values.push(...make({ ...options, seed }).sample(shape).data);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const spread = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { values, count: values.length, mean, spread };
}

function variance(testCase) {
  const { initializer, shape, ...options } = testCase.params;
  const make = find("initializers", camelCase(initializer));
  const { expected, tolerance } = testCase;
  const { values, count, mean, spread } = draw(make, toOptions(options), shape);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const meanRoom = 5 * Math.sqrt(expected.variance / count);
  testCase.expect(
    Math.abs(mean - expected.mean) <= meanRoom,
    `the mean is ${mean}, expected ${expected.mean}`,
  );
  testCase.expect(
    Math.abs(spread - expected.variance) <= tolerance.atol + tolerance.rtol * expected.variance,
    `the variance is ${spread}, expected ${expected.variance}`,
  );
  // A bound of float64 may lie just below the float32 number it stands for. So many values come near it.
  const isBound = largest <= expected.bound * (1 + 2 ** -23) && largest >= 0.95 * expected.bound;
  testCase.expect(
    expected.bound === null || isBound,
    `the largest value is ${largest}, the bound ${expected.bound}`,
  );
  compareFans(testCase, shape);
  if (expected.s !== undefined) {
    const share = values.filter((value) => Math.abs(value) <= expected.s).length / count;
    const room = 5 * Math.sqrt((expected.share_within_s * (1 - expected.share_within_s)) / count);
    testCase.expect(
      Math.abs(share - expected.share_within_s) <= room,
      `the share within s is ${share}, expected ${expected.share_within_s}`,
    );
  }
}

/** The variance of `varianceScaling` is 1 / fan. */
function compareFans(testCase, shape) {
  const fans = { fan_in: "fanIn", fan_out: "fanOut" };
  for (const [key, mode] of Object.entries(fans)) {
    const fan = testCase.expected[key];
    if (fan === undefined) continue;
    const { spread } = draw(find("initializers", "varianceScaling"), { mode }, shape);
    const isRight = Math.abs(spread * fan - 1) <= testCase.tolerance.rtol;
    testCase.expect(isRight, `${key} is about ${(1 / spread).toPrecision(3)}, expected ${fan}`);
  }
}

/** The rows or columns, whichever are fewer, must be orthogonal and of length gain. */
function orthogonal(testCase) {
  const { shape, gain } = testCase.params;
  const { data } = find("initializers", "orthogonal")({ gain, seed: 1 }).sample(shape);
  const columns = shape.at(-1);
  const rows = data.length / columns;
  const at =
    rows >= columns ? (vector, i) => data[i * columns + vector] : (vector, i) => data[vector * columns + i];
  const [vectors, length] = rows >= columns ? [columns, rows] : [rows, columns];
  let deviation = 0;
  for (let v = 0; v < vectors; v++) {
    for (let w = 0; w < vectors; w++) {
      let product = 0;
      for (let i = 0; i < length; i++) product += at(v, i) * at(w, i);
      deviation = Math.max(deviation, Math.abs(product - (v === w ? gain * gain : 0)));
    }
  }
  const most = testCase.expected.max_deviation;
  testCase.expect(deviation <= most, `Q'Q deviates by ${deviation}, at most ${most} is allowed`);
}

export const initializerRuns = { variance, orthogonal };
