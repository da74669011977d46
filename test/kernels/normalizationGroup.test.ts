import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, expectWithin, freeAll, kernels } from "./harness.js";
import { address, EPSILON, largest, Run, UNIT } from "./normalizationRun.js";
import { groupsLayout, KINDS, normalizeGradientTwin, normalizeTwin } from "./twins/normalization.js";

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
  const totals = new Buffer32(2 * 16 * Math.ceil(channels / 4));
  const groupMeans = new Buffer32(2 * channels);
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
      totals.pointer,
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
      totals.pointer,
      groupMeans.pointer,
    );
  return {
    run,
    mean,
    inverse,
    sums,
    totals,
    groupMeans,
    forward,
    backward,
    layout: groupsLayout(batch, positions, channels, groups),
  };
}

beforeEach(freeAll);

describe("group normalisation", () => {
  const shapes: GroupShape[] = [];
  for (const [channels, groups] of [[1, 1], [3, 3], [3, 1], [4, 2], [6, 2], [6, 3], [8, 8], [10, 5], [20, 4], [36, 3], [64, 32]]) {
    for (const [batch, positions] of [[1, 1], [3, 5], [2, 16], [2, 37], [18, 2]]) shapes.push({ batch, positions, channels, groups });
  } // prettier-ignore

  it.each(shapes)("$batch x $positions x $channels in $groups groups", (shape) => {
    for (const has of [true, false]) {
      freeAll();
      const { batch, positions, channels } = shape;
      const { run, mean, inverse, sums, totals, groupMeans, forward, backward, layout } = runGroups(
        shape,
        has,
      );
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
      run.check(dX, dGamma, dBeta, mean, inverse, sums, totals, groupMeans);

      const before = [y.values.slice(), dX.values.slice()];
      backward(run.dY, null, null);
      expectWithin(run.dY.values, before[1], () => 0);
      forward(run.x);
      expectWithin(run.x.values, before[0], () => 0);
      run.check(run.x, run.dY, mean, inverse, sums, totals, groupMeans);
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

  it("a first position 1000 away from the others: mean within 2 ulp, inverse within 1e-6", () => {
    const [positions, channels] = [10_001, 6];
    const { run, mean, inverse, forward, layout } = runGroups(
      { batch: 2, positions, channels, groups: 2 },
      false,
    );
    for (let i = 0; i < run.x.length; i++) {
      if (i % (positions * channels) < channels) run.x.values[i] = run.values.x[i] += 1000;
    }
    forward(new Buffer32(run.x.length));
    const want = normalizeTwin(KINDS.layer, layout, run.values.x, null, null, EPSILON);
    const setsOf = (values: Float32Array) => [0, 3, 6, 9].map((channel) => values[channel]);
    expectWithin(setsOf(mean.values), want.mean, () => 4 * UNIT);
    expectWithin(setsOf(inverse.values), want.inverse, (s) => 1e-6 * want.inverse[s]);
  });
});
