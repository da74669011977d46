// Self-organizing maps: grid, search and steps, against their formulas in float64.
import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import {
  areNeighboursTwin,
  batchStepTwin,
  distanceTwin,
  neighbourhoodTwin,
  onlineTwin,
  rankingTwin,
} from "./twins/map.js";

const GRIDS: [number, number][] = [
  [1, 1],
  [1, 5],
  [4, 1],
  [2, 3],
  [3, 3],
  [5, 7],
];
const FEATURES = [1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 100];

beforeEach(freeAll);

/** Searches, and gives both lists of units and the sum of the distances. */
function search(x: Buffer32, weights: Buffer32, rows: number, features: number, units: number) {
  const [best, second] = [new Buffer32(rows), new Buffer32(rows)];
  const scratch = new Buffer32(kernels.matchingScratch(features, units));
  const workspace = new Buffer32(kernels.workspaceBytes() / 4);
  const total = kernels.bestMatchingUnits(
    x.pointer,
    weights.pointer,
    best.pointer,
    second.pointer,
    rows,
    features,
    units,
    scratch.pointer,
    workspace.pointer,
  );
  for (const buffer of [x, weights, best, second, scratch, workspace]) buffer.checkGuards();
  return { best, second, total };
}

describe.each([0, 1])("on grid %i", (hexagonal) => {
  const isHexagonal = hexagonal === 1;

  it.each(GRIDS)("shares of %i x %i units are those of the formulas, and symmetric", (rows, columns) => {
    const units = rows * columns;
    for (const kind of [0, 1, 2]) {
      for (const radius of [0.4, 1, 2.3, 40]) {
        const shares = new Buffer32(units * units);
        kernels.mapNeighbourhood(shares.pointer, rows, columns, hexagonal, kind, radius);
        shares.checkGuards();
        const want = neighbourhoodTwin(units, columns, isHexagonal, kind, Math.fround(radius));
        const bound = (i: number): number => (want[i] < 1e-30 ? 1e-30 : 5e-6 * want[i] + 2e-7);
        expectWithin(shares.values, want, bound);
        const { values } = shares;
        values.forEach((value, i) => expect(value).toBe(values[(i % units) * units + Math.floor(i / units)]));
      }
    }
  });

  it("a share below 2^-100 is none", () => {
    const shares = new Buffer32(14 * 14);
    kernels.mapNeighbourhood(shares.pointer, 1, 14, hexagonal, 0, 1);
    expect(shares.values[11]).toBeGreaterThan(0);
    expect(shares.values[12]).toBe(0);
  });

  it.each(GRIDS)("the U-matrix of %i x %i", (rows, columns) => {
    const units = rows * columns;
    for (const features of [1, 4, 7]) {
      const weights = new Buffer32(distinct(units * features, 3));
      const means = new Buffer32(units);
      kernels.neighbourDistances(weights.pointer, means.pointer, rows, columns, hexagonal, features);
      means.checkGuards();
      const want = Array.from({ length: units }, (_, a) => {
        const all = Array.from({ length: units }, (__, b) => b);
        const around = all.filter((b) => areNeighboursTwin(a, b, columns, isHexagonal));
        const sum = around.reduce(
          (s, b) => s + distanceTwin(weights.values, a, weights.values, b, features),
          0,
        );
        return around.length === 0 ? 0 : sum / around.length;
      });
      expectWithin(means.values, want, (i) => 1e-6 * want[i]);
    }
  });

  it("topographic errors are second units that are no neighbours; none where there is no second", () => {
    const [rows, columns] = [4, 5];
    const pairs = Array.from({ length: 400 }, (_, i) => [Math.floor(i / 20), i % 20]).filter(
      ([a, b]) => a !== b,
    );
    const [best, second] = [new Buffer32(pairs.length + 1), new Buffer32(pairs.length + 1)];
    best.words.set([...pairs.map(([a]) => a), 3]);
    second.words.set([...pairs.map(([, b]) => b), -1]);
    const want = pairs.filter(([a, b]) => !areNeighboursTwin(a, b, columns, isHexagonal)).length;
    const got = kernels.topographicErrors(best.pointer, second.pointer, best.length, columns, hexagonal);
    expect(got).toBe(want);
    expect(rows * columns).toBe(20);
  });
});

describe("the search", () => {
  it.each(FEATURES)("of %i features finds the nearest and the second nearest unit", (features) => {
    for (const [rows, units] of [
      [1, 1],
      [2, 3],
      [5, 17],
      [300, 35],
    ]) {
      freeAll();
      const [x, weights] = [
        new Buffer32(distinct(rows * features, 1)),
        new Buffer32(distinct(units * features, 2)),
      ];
      const { best, second, total } = search(x, weights, rows, features, units);
      let want = 0;
      for (let row = 0; row < rows; row++) {
        const ranking = rankingTwin(x.values, row, weights.values, features, units);
        const near = (unit: number): number =>
          distanceTwin(x.values, row, weights.values, unit, features) ** 2;
        want += Math.sqrt(near(ranking[0]));
        expect(near(best.words[row])).toBeLessThanOrEqual(near(ranking[0]) + 1e-6 * features);
        const other = second.words[row] | 0;
        if (units === 1) expect(other).toBe(-1);
        else expect(near(other)).toBeLessThanOrEqual(near(ranking[1]) + 1e-6 * features);
        expect(other).not.toBe(best.words[row]);
      }
      expect(Math.abs(total - want)).toBeLessThan(1e-5 * want + 1e-6 * rows);
    }
  });

  it.each(FEATURES)(
    "of %i features far from 0 loses what float32 loses of them, not their squares",
    (features) => {
      const [rows, units, far] = [40, 17, 4096];
      const [x, weights] = [rows, units].map(
        (n, i) => new Buffer32(distinct(n * features, i + 1).map((value) => far + value)),
      );
      const { best } = search(x, weights, rows, features, units);
      for (let row = 0; row < rows; row++) {
        const near = (unit: number): number =>
          distanceTwin(x.values, row, weights.values, unit, features) ** 2;
        const [nearest] = rankingTwin(x.values, row, weights.values, features, units);
        expect(near(best.words[row])).toBeLessThanOrEqual(near(nearest) + 2e-7 * far * features);
      }
    },
  );

  it("takes the lowest of units with the same weights, wherever they are", () => {
    for (const features of [1, 3, 4, 9]) {
      for (const units of [2, 5, 16, 35, 67]) {
        freeAll();
        const row = distinct(features, 9);
        const weights = new Float32Array(units * features);
        for (let unit = 0; unit < units; unit++) weights.set(row, unit * features);
        for (const rows of [1, 3, 4, 19]) {
          const x = new Float32Array(rows * features);
          for (let i = 0; i < rows; i++) x.set(row, i * features);
          const { best, second } = search(new Buffer32(x), new Buffer32(weights), rows, features, units);
          expect(Array.from(best.words)).toEqual(Array<number>(rows).fill(0));
          expect(Array.from(second.words)).toEqual(Array<number>(rows).fill(1));
        }
      }
    }
  });

  it("finds the same units in a row alone and in a batch", () => {
    const [rows, features, units] = [41, 13, 23];
    const [x, weights] = [
      new Buffer32(distinct(rows * features, 4)),
      new Buffer32(distinct(units * features, 5)),
    ];
    const { best } = search(x, weights, rows, features, units);
    for (let row = 0; row < rows; row++) {
      const alone = new Buffer32(x.values.slice(row * features, (row + 1) * features));
      expect(search(alone, weights, 1, features, units).best.words[0]).toBe(best.words[row]);
    }
  });

  it.each(FEATURES)("distances of %i features to every unit", (features) => {
    const [rows, units] = [6, 11];
    const [x, weights] = [
      new Buffer32(distinct(rows * features, 1)),
      new Buffer32(distinct(units * features, 2)),
    ];
    const distances = new Buffer32(rows * units);
    kernels.unitDistances(x.pointer, weights.pointer, distances.pointer, rows, features, units);
    distances.checkGuards();
    const want = Float64Array.from({ length: rows * units }, (_, i) =>
      distanceTwin(x.values, Math.floor(i / units), weights.values, i % units, features),
    );
    expectWithin(distances.values, want, (i) => 2e-6 * want[i]);
  });
});

describe("steps", () => {
  it.each(FEATURES)("a batch step of %i features; a unit without a share stays", (features) => {
    const [rows, columns] = [3, 4];
    const [n, units] = [37, 12];
    for (const [kind, radius] of [
      [0, 1.3],
      [1, 1],
      [2, 1.5],
    ]) {
      freeAll();
      const [x, start] = [distinct(n * features, 1), distinct(units * features, 2)];
      const best = Array.from({ length: n }, (_, i) => (i * i) % 3);
      const [data, weights, units32] = [new Buffer32(x), new Buffer32(start), new Buffer32(n)];
      units32.words.set(best);
      const shares = new Buffer32(units * units);
      const [sums, totals] = [new Buffer32(units * (features + 1)), new Buffer32(units * (features + 1))];
      const workspace = new Buffer32(kernels.workspaceBytes() / 4);
      kernels.mapNeighbourhood(shares.pointer, rows, columns, 0, kind, radius);
      kernels.takeUnitSums(data.pointer, units32.pointer, sums.pointer, n, features, units);
      kernels.moveUnits(
        weights.pointer,
        shares.pointer,
        sums.pointer,
        totals.pointer,
        features,
        units,
        workspace.pointer,
      );
      for (const buffer of [data, weights, sums, totals, shares]) buffer.checkGuards();
      expectWithin(weights.values, batchStepTwin(x, best, start, shares.values, features, units), () => 4e-6);
      if (kind === 1) expect(weights.values.slice(-features)).toEqual(start.slice(-features));
    }
  });

  it.each(FEATURES)("online steps of %i features", (features) => {
    const [n, units] = [9, 6];
    const [x, start] = [distinct(n * features, 1), distinct(units * features, 2)];
    const [data, weights, order] = [new Buffer32(x), new Buffer32(start), new Buffer32(n)];
    const rows = Array.from({ length: n }, (_, i) => (i * 4) % n);
    order.words.set(rows);
    const shares = new Buffer32(units * units);
    kernels.mapNeighbourhood(shares.pointer, 2, 3, 1, 2, 1.5);
    const rate = Math.fround(0.3);
    const total = kernels.trainMapOnline(
      data.pointer,
      order.pointer,
      weights.pointer,
      shares.pointer,
      rate,
      n,
      features,
      units,
    );
    for (const buffer of [data, weights, order, shares]) buffer.checkGuards();
    const want = onlineTwin(x, rows, start, shares.values, rate, features, units);
    expectWithin(weights.values, want.weights, () => 1e-6);
    expect(Math.abs(total - want.total)).toBeLessThan(1e-5 * want.total);
  });
});
