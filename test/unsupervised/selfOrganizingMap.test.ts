// Self-organizing maps. Numbers by NumPy in float64: test/references/selfOrganizingMap.py.
import { configure, backend, loadModel, SelfOrganizingMap, selfOrganizingMap, tensor } from "lanegrad";
import type { SelfOrganizingMapOptions } from "lanegrad";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { rows as randomRows } from "../support/data.js";
import { expectError } from "../support/errors.js";

interface Case {
  options: SelfOrganizingMapOptions;
  start: number[];
  quantizationError: number;
  topographicError: number;
  uMatrix: number[];
  weights: number[];
}

const reference = JSON.parse(
  readFileSync(new URL("../references/selfOrganizingMap.json", import.meta.url), "utf8"),
) as { x: number[]; cases: Case[] };
const iris = tensor(reference.x, [150, 4]);
/** What an untyped program may pass. */
const loose = (value: unknown): never => value as never;

const started = ({ options, start }: Case): SelfOrganizingMap =>
  selfOrganizingMap({ ...options, initialWeights: tensor(start, [start.length / 4, 4]), seed: 1 });

async function fitted(options: Partial<SelfOrganizingMapOptions> = {}): Promise<SelfOrganizingMap> {
  const map = selfOrganizingMap({ rows: 3, columns: 4, epochs: 5, seed: 7, ...options });
  await map.fit(iris);
  return map;
}

describe("batch maps of iris are NumPy's", () => {
  test.each(reference.cases.map((one) => [JSON.stringify(one.options), one] as const))(
    "%s",
    async (_, one) => {
      const map = started(one);
      const errorAtStart = map.quantizationError(iris);
      const { history, epoch } = await map.fit(iris);
      expect(epoch.length).toBe(one.options.epochs);
      const error = map.quantizationError(iris);
      expect(Math.abs(error / one.quantizationError - 1)).toBeLessThan(0.05);
      expect(history.quantizationError[0]).toBe(errorAtStart);
    },
  );

  test.each(reference.cases.map((one) => [JSON.stringify(one.options), one] as const))(
    "errors and U-matrix of the weights of %s",
    (_, one) => {
      const map = selfOrganizingMap({
        ...one.options,
        initialWeights: tensor(one.weights, [one.weights.length / 4, 4]),
      });
      expect(map.quantizationError(iris)).toBeCloseTo(one.quantizationError, 5);
      expect(Math.abs(map.topographicError(iris) - one.topographicError)).toBeLessThan(1.5 / 150);
      const { data, shape } = map.uMatrix();
      expect(shape).toEqual([one.options.rows, one.options.columns]);
      one.uMatrix.forEach((want, i) => expect(data[i]).toBeCloseTo(want, 5));
    },
  );
});

describe("what a map tells of rows", () => {
  test("units as indices, as rows and columns, and the distances they follow from", async () => {
    const map = await fitted();
    const units = map.predict(iris);
    const places = map.transform(iris);
    const distances = map.transform(iris, { output: "distances" });
    expect([places.shape, distances.shape]).toEqual([
      [150, 2],
      [150, 12],
    ]);
    expect(map.weights.shape).toEqual([3, 4, 4]);
    let sum = 0;
    units.forEach((unit, i) => {
      expect(places.data[2 * i] * 4 + places.data[2 * i + 1]).toBe(unit);
      const row = distances.data.subarray(12 * i, 12 * i + 12);
      expect(row[unit] - Math.min(...row)).toBeLessThan(1e-5);
      sum += row[unit];
    });
    expect(map.quantizationError(iris)).toBeCloseTo(sum / 150, 5);
  });

  test("weights given serve before fit; a map of one unit becomes the mean", async () => {
    const given = selfOrganizingMap({
      rows: 1,
      columns: 2,
      initialWeights: [
        [
          [0, 0],
          [1, 1],
        ],
      ],
    });
    expect(
      Array.from(
        given.predict([
          [0.9, 0.8],
          [0.1, 0],
          [0.5, 0.5],
        ]),
      ),
    ).toEqual([1, 0, 0]);
    const one = selfOrganizingMap({ rows: 1, columns: 1, epochs: 2 });
    await one.fit([
      [1, 2],
      [3, 6],
    ]);
    expect(Array.from(one.weights.data)).toEqual([2, 4]);
    expect(one.topographicError([[1, 2]])).toBe(0);
    expect(Array.from(one.uMatrix().data)).toEqual([0]);
  });
});

describe("training", () => {
  test.each(["batch", "online"] as const)(
    "%s lessens the error, and the seed settles the bits",
    async (mode) => {
      const options = { mode, epochs: 30, rows: 5, columns: 5 };
      const [map, again, other] = [
        await fitted(options),
        await fitted(options),
        await fitted({ ...options, seed: 8 }),
      ];
      expect(map.weights.data).toEqual(again.weights.data);
      expect(map.weights.data).not.toEqual(other.weights.data);
      expect(map.quantizationError(iris)).toBeLessThan(0.62);
      await map.fit(iris);
      expect(map.weights.data).toEqual(again.weights.data);
    },
  );

  test.each(["batch", "online"] as const)(
    "%s has these bits in the plain build on every engine",
    async (mode) => {
      const before = backend();
      configure({ deterministic: true });
      const map = await fitted({ mode, grid: "hexagonal", epochs: 20 });
      configure({ deterministic: before.deterministic });
      let hash = 0x811c9dc5;
      for (const word of new Uint32Array(map.weights.data.buffer))
        hash = Math.imul(hash ^ word, 0x01000193) >>> 0;
      expect(hash.toString(16)).toBe({ batch: "b975d0d4", online: "488a823a" }[mode]);
    },
  );

  test("more units than rows, epochs reported, an end by a signal, and BUSY meanwhile", async () => {
    const map = selfOrganizingMap({ rows: 4, columns: 4, epochs: 9, seed: 1 });
    const controller = new AbortController();
    const seen: number[] = [];
    const running = map.fit(randomRows(5, 3), {
      signal: controller.signal,
      onEpochEnd: async (epoch, { quantizationError }) => {
        seen.push(epoch);
        expect(quantizationError).toBeGreaterThanOrEqual(0);
        if (epoch === 0) await expect(map.fit([[1, 2, 3]])).rejects.toMatchObject({ code: "BUSY" });
        if (epoch === 2) controller.abort();
      },
    });
    const history = await running;
    expect([seen, history.epoch, history.stopped]).toEqual([[0, 1, 2], [0, 1, 2], true]);
  });
});

test("data far from 0 are mapped as well as data around it", async () => {
  const measurements = (iris.toArray() as number[][]).map((row) => row.map((value) => value + 10_000));
  for (const mode of ["batch", "online"] as const) {
    const options = { rows: 5, columns: 5, epochs: 30, seed: 7, mode };
    const [near, far] = [selfOrganizingMap(options), selfOrganizingMap(options)];
    await near.fit(iris);
    await far.fit(measurements);
    expect(far.quantizationError(measurements)).toBeLessThan(1.03 * near.quantizationError(iris));
  }
});

describe("files", () => {
  test("hold the map: the same bytes again, the same units, the same training", async () => {
    for (const initialWeights of [undefined, tensor(reference.cases[0].start.slice(0, 48), [12, 4])]) {
      const map = await fitted({ mode: "online", ...(initialWeights && { initialWeights }) });
      const bytes = map.save();
      const loaded = SelfOrganizingMap.load(bytes);
      expect(loaded.save()).toEqual(bytes);
      expect(loaded.predict(iris)).toEqual(map.predict(iris));
      await loaded.fit(iris);
      expect(loaded.save()).toEqual(bytes);
    }
  });

  test("that are damaged or of something else are refused", async () => {
    const bytes = (await fitted()).save();
    const text = new TextDecoder("latin1").decode(bytes);
    const edited = (from: string, to: string): Uint8Array =>
      Uint8Array.from(text.replace(from, to), (letter) => letter.charCodeAt(0));
    const refuse = (file: Uint8Array, message: RegExp): void =>
      expectError(() => SelfOrganizingMap.load(file), "INVALID_FILE", message);
    for (const length of [0, 7, 40, bytes.length - 1])
      refuse(bytes.slice(0, length), /safetensors|cut short/);
    refuse(edited('"kind":"self', '"kind":"else'), /must be of kind selfOrganizingMap/);
    refuse(edited('\\"rows\\":3', '\\"rows\\":4'), /tensor weights of shape/);
    refuse(edited('\\"rows\\":3', '\\"rows\\":0'), /metadata.config/);
    refuse(edited('\\"rows\\":3', '\\"rowz\\":3'), /metadata.config/);
    refuse(edited('"weights"', '"weighty"'), /must have|alone/);
    refuse(edited('\\"grid\\"', '\\"grid\\\\'), /JSON/);
    const broken = bytes.slice();
    broken.set([0, 0, 0xc0, 0x7f], bytes.length - 4);
    refuse(broken, /must be finite/);
    expectError(() => loadModel(bytes), "INVALID_FILE", /kind "selfOrganizingMap"/);
    expectError(() => SelfOrganizingMap.load(loose(3)), "INVALID_DATA", /Uint8Array/);
  });
});

test("wrong options and data are refused", async () => {
  const make = (options: object) => () => selfOrganizingMap(loose({ rows: 2, columns: 2, ...options }));
  for (const options of [
    { rows: 0 },
    { columns: 1.5 },
    { rows: 200, columns: 200 },
    { epochs: 0 },
    { initialRadius: 0 },
    { finalRadius: -1 },
    { initialLearningRate: 1.5 },
    { seed: -1 },
  ]) {
    expectError(make(options), "INVALID_OPTION", new RegExp(Object.keys(options).at(-1)!));
  }
  expectError(make({ gird: "hexagonal" }), "UNKNOWN_OPTION", /grid/);
  expectError(make({ grid: "hex" }), "UNKNOWN_NAME", /hexagonal/);
  expectError(make({ initialWeights: [[1, 2]] }), "SHAPE_MISMATCH", /\[2, 2, features\]/);
  expectError(make({ initialWeights: [[1], [2], [NaN], [3]] }), "INVALID_DATA", /finite/);
  const map = selfOrganizingMap({ rows: 2, columns: 2, epochs: 1 });
  for (const work of [() => map.weights, () => map.save(), () => map.uMatrix(), () => map.predict([[1]])]) {
    expectError(work, "NOT_BUILT", /fit/);
  }
  await expect(map.fit([1, 2])).rejects.toMatchObject({ code: "SHAPE_MISMATCH" });
  await expect(map.fit([[1, NaN]])).rejects.toMatchObject({ code: "INVALID_DATA" });
  await expect(map.fit([[1]], loose({ epochs: 3 }))).rejects.toMatchObject({ code: "UNKNOWN_OPTION" });
  await map.fit([[1, 2]]);
  expectError(() => map.predict([[1]]), "SHAPE_MISMATCH", /\[rows, 2\]/);
  expectError(() => map.transform([[1, 2]], loose({ output: "unit" })), "INVALID_OPTION", /distances/);
});
