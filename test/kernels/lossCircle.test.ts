import { beforeEach, describe, expect, test } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { circleTwin, differences } from "./twins/lossCircle.js";
import type { CircleParameters } from "./twins/lossCircle.js";

const SCALE = 0.37;

/** Bound: 1e-6 of the largest loss of the batch, or of 1; 3e-6 of the largest slope, or of 1. */
const LOSSES = 1e-6;
const SLOPES = 3e-6;

const largest = (values: number[]) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 1);

/** Rows of length 1, or another, as float32. */
function unitRows(rows: number, columns: number, seed: number, length = 1): number[][] {
  const flat = distinct(rows * columns, seed);
  return Array.from({ length: rows }, (_, i) => {
    const row = Array.from(flat.subarray(i * columns, (i + 1) * columns));
    const norm = Math.hypot(...row);
    return row.map((x) => Math.fround((x * length) / norm));
  });
}

interface Options {
  weights?: Float32Array;
  perSample?: boolean;
  gradient?: boolean;
}

function check(
  labels: number[],
  embeddings: number[][],
  parameters: CircleParameters,
  { weights, perSample = true, gradient = true }: Options = {},
): void {
  const [rows, columns] = [embeddings.length, embeddings[0].length];
  const [yTrue, yPred] = [new Buffer32(labels), new Buffer32(embeddings.flat())];
  const [each, dPred] = [new Buffer32(rows), new Buffer32(rows * columns)];
  const total = kernels.circleLoss(
    yTrue.pointer,
    yPred.pointer,
    weights ? new Buffer32(weights).pointer : 0,
    perSample ? each.pointer : 0,
    gradient ? dPred.pointer : 0,
    rows,
    columns,
    SCALE,
    parameters.gamma,
    parameters.margin,
    Number(parameters.withItself),
  );
  const weighted = (values: number[]): number =>
    values.reduce((sum, loss, i) => sum + (weights ? weights[i] : 1) * loss, 0);
  const want = circleTwin(labels, embeddings, parameters);
  expectWithin([total], [weighted(want)], () => LOSSES * rows * largest(want));
  if (perSample) expectWithin(each.values, want, () => LOSSES * largest(want));
  if (gradient) {
    const slopes = differences(
      (moved) => SCALE * weighted(circleTwin(labels, moved, parameters)),
      embeddings,
    );
    expectWithin(dPred.values, slopes, () => SLOPES * largest(slopes));
  }
  for (const buffer of [each, dPred, yTrue, yPred]) buffer.checkGuards();
  expect(Array.from(yPred.values), "yPred is only read").toEqual(embeddings.flat());
  freeAll();
}

const keras: CircleParameters = { gamma: 80, margin: 0.4, withItself: false };
const classes = (rows: number, seed = 3) => Array.from(distinct(rows, seed, 1.5, 0), Math.floor);

beforeEach(freeAll);

describe("circleLoss, within 1e-6 of the largest loss and 3e-6 of the largest slope, or of 1", () => {
  test("1 to 33 rows of 1 to 17 columns", () => {
    for (const rows of [1, 2, 3, 4, 5, 9, 16, 33]) {
      for (const columns of [1, 2, 3, 4, 5, 9, 17]) {
        // On a circle unit vectors come too close to each other: where they are equal the formula has a kink.
        check(classes(rows), unitRows(rows, columns, rows, columns < 3 ? 0.9 : 1), keras);
      }
    }
  });

  test("with weights, with itself, other scales and margins, any length", () => {
    for (const rows of [2, 5, 9]) {
      const weights = distinct(rows, 9, 1, 1);
      const flat = distinct(rows * 3, 6, 1.5);
      const free = Array.from({ length: rows }, (_, i) => Array.from(flat.subarray(3 * i, 3 * i + 3)));
      for (const gamma of [0, 1, 80]) {
        for (const margin of [0, 0.25, -0.3]) {
          check(classes(rows), unitRows(rows, 3, 5), { gamma, margin, withItself: false }, { weights });
          if (gamma <= 1) check(classes(rows), free, { gamma, margin, withItself: true }, { weights });
        }
      }
    }
  });

  test("all of one class, all of different ones", () => {
    check(Array(6).fill(3), unitRows(6, 3, 1), keras);
    check([1, 2, 3, 4, 5, 6], unitRows(6, 3, 1), keras);
  });

  test("without perSample, without a gradient", () => {
    check(classes(5), unitRows(5, 3, 1), keras, { perSample: false });
    check(classes(5), unitRows(5, 3, 1), keras, { gradient: false });
    check(classes(5), unitRows(5, 3, 1), keras, { perSample: false, gradient: false });
  });

  test("NaN in one row reaches every row that is compared with it", () => {
    const embeddings = unitRows(4, 2, 1);
    embeddings[1][0] = NaN;
    const [each, dPred] = [new Buffer32(4), new Buffer32(8)];
    const [yTrue, yPred] = [new Buffer32([1, 1, 2, 2]), new Buffer32(embeddings.flat())];
    const total = kernels.circleLoss(
      yTrue.pointer,
      yPred.pointer,
      0,
      each.pointer,
      dPred.pointer,
      4,
      2,
      1,
      80,
      0.4,
      0,
    );
    expect(total).toBeNaN();
    expect(Array.from(each.values, Number.isNaN)).toEqual([true, true, true, true]);
    expect(Array.from(dPred.values).every(Number.isNaN)).toBe(true);
  });

  test("a loss far below the smallest float64 next to 1 keeps its digits", () => {
    // Costs -0.16 gamma of the equal pair and of each orthogonal one.
    const gamma = 200;
    const [yTrue, yPred] = [new Buffer32([1, 1, 2]), new Buffer32([1, 0, 1, 0, 0, 1])];
    const each = new Buffer32(3);
    kernels.circleLoss(yTrue.pointer, yPred.pointer, 0, each.pointer, 0, 3, 2, 1, gamma, 0.4, 0);
    const want = Math.exp(-0.32 * gamma);
    expectWithin(each.values, [want, want, 0], () => 1e-6 * want);
  });
});
