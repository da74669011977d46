import { beforeEach, describe, expect, it } from "vitest";
import { slopes } from "./finiteDifferences.js";
import { build, Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import { attentionGradientTwin, attentionTwin } from "./twins/attention.js";
import type { AttentionSetting, AttentionSizes, Seen } from "./twins/attention.js";
import { keptTwin, threefryTwin } from "./twins/random.js";

const UNIT = 2 ** -24;
const KEY = [123, 456] as const;
const STEP = 7;

const sizesOf = ([
  samples,
  heads,
  targets,
  sources,
  keyDim,
  valueDim,
]: readonly number[]): AttentionSizes => ({
  samples,
  heads,
  targets,
  sources,
  keyDim,
  valueDim,
});

/** Every tail of each size; several blocks of causal rows (24) and of a product's depth (256). */
const SIZES = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [2, 2, n, 10 - n, n, 1 + (n % 4)]),
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [1, 3, n, n, 5, n]),
  [1, 2, 16, 33, 8, 16],
  [2, 1, 100, 100, 3, 5],
  [1, 2, 97, 53, 6, 4],
  [1, 1, 49, 260, 7, 2],
];

/** The masks that a case has, as the kernels take them. */
interface Masks {
  causal?: boolean;
  /** Rows of the mask for each sample: as many as targets, or 1. */
  attention?: "targets" | "one";
  queries?: boolean;
  keys?: boolean;
  values?: boolean;
}

interface Given extends Masks {
  averagesAll?: boolean;
  rate?: number;
  /** Gradients of the scores as an output. */
  dScores?: boolean;
}

/** Numbers of which some are 0. */
const flags = (count: number, seed: number): Float32Array =>
  distinct(count, seed).map((value) => (value < -0.3 ? 0 : value));

/** The masks in memory, and what they mean. */
function takeMasks(sizes: AttentionSizes, { causal, attention, queries, keys, values }: Masks) {
  const { samples, targets, sources } = sizes;
  const rows = attention === "one" ? 1 : targets;
  const all = [
    attention === undefined ? undefined : new Buffer32(flags(samples * rows * sources, 21)),
    queries ? new Buffer32(flags(samples * targets, 22)) : undefined,
    keys ? new Buffer32(flags(samples * sources, 23)) : undefined,
    values ? new Buffer32(flags(samples * sources, 24)) : undefined,
  ];
  const [ofScores, ofQueries, ofKeys, ofValues] = all;
  const shows = (mask: Buffer32 | undefined, at: number): boolean => mask?.values[at] !== 0;
  const seen: Seen = (sample, target, source) =>
    (!causal || source <= target) &&
    shows(ofScores, (sample * rows + (rows === 1 ? 0 : target)) * sources + source) &&
    shows(ofQueries, sample * targets + target) &&
    shows(ofKeys, sample * sources + source) &&
    shows(ofValues, sample * sources + source);
  const [a, q, k, v] = all.map((mask) => mask?.pointer ?? 0);
  return { seen, pointers: [a, rows, q, k, v], guards: all.filter((mask) => mask !== undefined) };
}

/** What dropout multiplies each tile by. */
function dropFactors({ samples, heads, targets, sources }: AttentionSizes, rate: number): Float32Array {
  const size = targets * sources;
  const factors = new Float32Array(samples * heads * size);
  for (let tile = 0; tile < samples * heads; tile++) {
    const kept = keptTwin(size, rate, threefryTwin([tile, STEP], KEY), 0);
    factors.set(
      kept.map((isKept) => (isKept ? 1 / (1 - rate) : 0)),
      tile * size,
    );
  }
  return factors;
}

function check(sizes: AttentionSizes, given: Given): void {
  const { samples, heads, targets, sources, keyDim, valueDim } = sizes;
  const { causal = false, averagesAll = false, rate = 0, dScores = false } = given;
  const scratch = new Buffer32(kernels.attentionScratchFloats(targets, sources));
  const workspace = new Buffer32(kernels.workspaceBytes() / 4);
  const [q, k, v] = [
    new Buffer32(distinct(samples * targets * heads * keyDim, 1, 2)),
    new Buffer32(distinct(samples * sources * heads * keyDim, 2, 2)),
    new Buffer32(distinct(samples * sources * heads * valueDim, 3)),
  ];
  const [p, o] = [samples * heads * targets * sources, samples * targets * heads * valueDim].map(
    (count) => new Buffer32(count),
  );
  const masks = takeMasks(sizes, given);
  const setting: AttentionSetting = {
    sizes,
    seen: masks.seen,
    averagesAll,
    ...(rate > 0 ? { factors: dropFactors(sizes, rate) } : {}),
  };
  const describeSizes = (): void => {
    const flagsOfLayer = [Number(causal), Number(averagesAll)];
    kernels.describeAttention(scratch.pointer, heads, targets, sources, keyDim, valueDim, ...flagsOfLayer);
    if (masks.guards.length > 0) kernels.describeAttentionMasks(scratch.pointer, ...masks.pointers);
  };
  const drop = [rate, ...KEY, STEP];
  const forward = (to: number): void => {
    describeSizes();
    const ends = [to, o.pointer, samples, ...drop, workspace.pointer];
    kernels.attentionForward(scratch.pointer, q.pointer, k.pointer, v.pointer, ...ends);
  };

  // Scores of up to 4 keyDim terms, rounded as often, and what an exponential makes of that; then a sum of products.
  const rounding = (8 * keyDim * Math.sqrt(keyDim) + 24 + sources) * UNIT;
  const most = 1 / (1 - rate);
  forward(p.pointer);
  const want = attentionTwin(q.values, k.values, v.values, setting);
  expectWithin(p.values, want.p, (i) => rounding * want.p[i]);
  expectWithin(o.values, want.o, () => rounding * most);
  const made = o.values.slice();
  o.values.fill(NaN);
  forward(0);
  expect(o.values, "the same without room for scores").toEqual(made);

  const dO = new Buffer32(distinct(o.length, 4));
  const dP = new Buffer32(distinct(p.length, 5));
  const [dQ, dK, dV] = [q, k, v].map(({ length }) => new Buffer32(length));
  const backward = (...sinks: number[]): void => {
    describeSizes();
    const starts = [q, k, v, p, dO].map(({ pointer }) => pointer);
    const ends = [dScores ? dP.pointer : 0, ...sinks, samples, ...drop, workspace.pointer];
    kernels.attentionBackward(scratch.pointer, ...starts, ...ends);
  };
  const gradients = attentionGradientTwin(
    {
      q: q.values,
      k: k.values,
      v: v.values,
      p: want.p,
      dO: dO.values,
      ...(dScores ? { dP: dP.values } : {}),
    },
    setting,
  );
  backward(dQ.pointer, dK.pointer, dV.pointer);
  // A slope of a score is at most 2 (valueDim + 1) of p, and a query or key 2; targets add up in dK and dV.
  const bound = 8 * (valueDim * most + 1) * (rounding + (targets + valueDim) * UNIT);
  const sums = (count: number) => () => bound * Math.max(1, count / Math.min(count, sources));
  expectWithin(dQ.values, gradients.dQ, () => bound);
  expectWithin(dK.values, gradients.dK, sums(targets));
  expectWithin(dV.values, gradients.dV, sums(targets));
  const all = [dQ, dK, dV];
  const apart = all.map(({ values }) => values.slice());
  all.forEach((sink, place) => {
    for (const { values } of all) values.fill(NaN);
    backward(...all.map(({ pointer }, i) => (i === place ? pointer : 0)));
    all.forEach(({ values }, i) => expect(values.every(Number.isNaN)).toBe(i !== place && values.length > 0));
    expect(sink.values).toEqual(apart[place]);
  });
  for (const buffer of [scratch, workspace, q, k, v, p, o, dO, dP, dQ, dK, dV, ...masks.guards]) {
    buffer.checkGuards();
  }
}

beforeEach(freeAll);

describe(`attention, ${build}: within the rounding of scores, exponentials and sums`, () => {
  const all = SIZES.map((numbers) => ({ numbers, sizes: sizesOf(numbers) }));

  it.each(all)("$numbers: no mask, and causal", ({ sizes }) => {
    check(sizes, {});
    check(sizes, { causal: true, dScores: true });
  });

  it.each(all)("$numbers: masks, of which some hide everything", ({ sizes }) => {
    check(sizes, { attention: "targets", averagesAll: true });
    check(sizes, { attention: "one", queries: true, keys: true, values: true });
  });

  it.each(all.slice(0, 6))("$numbers: causal with masks, and dropout", ({ sizes }) => {
    check(sizes, { causal: true, keys: true, averagesAll: true, dScores: true });
    check(sizes, { causal: true, queries: true, values: true });
    check(sizes, { rate: 0.3 });
    check(sizes, { causal: true, rate: 0.5, attention: "one", dScores: true });
  });

  it("causal with dropout over several blocks", () => {
    check(sizesOf([1, 2, 61, 61, 5, 6]), { causal: true, rate: 0.25 });
  });
});

describe("attention", () => {
  const sizes = sizesOf([2, 2, 3, 4, 3, 2]);

  it("the gradients of the twin are those of its values", () => {
    const factors = flags(48, 9);
    const seen: Seen = (sample, target, source) =>
      (sample + target + source) % 3 !== 0 && sample + target !== 3;
    const setting = { sizes, seen, averagesAll: true, factors };
    const [q, k, v] = [distinct(36, 1), distinct(48, 2), distinct(32, 3)];
    const [dO, dP] = [distinct(24, 4), distinct(48, 5)];
    const both = (x: typeof q | Float64Array, place: number): Float64Array => {
      const given = [q, k, v].map((values, i) => (i === place ? x : values));
      const { o, p } = attentionTwin(given[0], given[1], given[2], setting);
      return Float64Array.of(...o, ...p);
    };
    const { p } = attentionTwin(q, k, v, setting);
    const got = attentionGradientTwin({ q, k, v, p, dO, dP }, setting);
    [got.dQ, got.dK, got.dV].forEach((gradient, place) => {
      const want = slopes((x) => both(x, place), [q, k, v][place], [...dO, ...dP]);
      expectWithin(gradient, want, () => 1e-8);
    });
  });

  it("scores that are the only output have gradients of their own", () => {
    const [scratch, workspace] = [new Buffer32(kernels.attentionScratchFloats(3, 4)), new Buffer32(kernels.workspaceBytes() / 4)]; // prettier-ignore
    const [q, k, v] = [distinct(36, 1), distinct(48, 2), distinct(32, 3)];
    const setting: AttentionSetting = { sizes, seen: () => true, averagesAll: false };
    const { p } = attentionTwin(q, k, v, setting);
    const dP = distinct(48, 5);
    const want = attentionGradientTwin({ q, k, v, p, dP }, setting);
    const given = [q, k, v, Float32Array.from(p), dP].map((values) => new Buffer32(values));
    const [qs, ks, vs, ps, dPs] = given.map(({ pointer }) => pointer);
    const sinks = [q, k, v].map(({ length }) => new Buffer32(length));
    const to = sinks.map(({ pointer }) => pointer);
    kernels.describeAttention(scratch.pointer, 2, 3, 4, 3, 2, 0, 0);
    kernels.attentionBackward(
      scratch.pointer,
      qs,
      ks,
      vs,
      ps,
      0,
      dPs,
      ...to,
      2,
      0,
      0,
      0,
      0,
      workspace.pointer,
    );
    [want.dQ, want.dK, want.dV].forEach((gradient, i) =>
      expectWithin(sinks[i].values, gradient, () => 20 * UNIT),
    );
    for (const buffer of [scratch, workspace, ...given, ...sinks]) buffer.checkGuards();
  });
});
