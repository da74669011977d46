// The softmax of attention's scores at its edges: NaN, infinities, what is hidden, and its bits.
import { beforeEach, describe, expect, it } from "vitest";
import { build, Buffer32, distinct, freeAll, kernels } from "./harness.js";

/** o and p for one head of scores that are given: keys are 1 wide, queries 1. */
function attend(scores: number[], values: number[], mask: number[] | undefined, averagesAll = 1) {
  const count = scores.length;
  const scratch = new Buffer32(kernels.attentionScratchFloats(1, count));
  const workspace = new Buffer32(kernels.workspaceBytes() / 4);
  const [q, k, v, p, o] = [[1], scores, values, count, 1].map((given) => new Buffer32(given));
  kernels.describeAttention(scratch.pointer, 1, 1, count, 1, 1, 0, averagesAll);
  if (mask !== undefined) {
    kernels.describeAttentionMasks(scratch.pointer, new Buffer32(mask).pointer, 1, 0, 0, 0);
  }
  const pointers = [scratch, q, k, v, p, o].map(({ pointer }) => pointer);
  kernels.attentionForward(...pointers, 1, 0, 0, 0, 0, workspace.pointer);
  return { p: [...p.values], o: o.values[0] };
}

beforeEach(freeAll);

describe(`the softmax of attention, ${build}`, () => {
  it("scores of any size, and hidden ones that are NaN", () => {
    expect(attend([1e30, -1e30, 1e30, 0, 5], [1, 2, 3, 4, 5], undefined)).toEqual({
      p: [0.5, 0, 0.5, 0, 0],
      o: 2,
    });
    const { p } = attend([NaN, 3, Infinity, 3, NaN], [1, 2, 3, 4, 5], [0, -2, 0, 1e-30, 0]);
    expect(p).toEqual([0, 0.5, 0, 0.5, 0]);
    expect(attend([-Infinity, 3, -Infinity, 3, -Infinity], [1, 2, 3, 4, 5], undefined).p).toEqual(p);
  });

  it("what is small is there down to the smallest number, and 0 below", () => {
    const scores = [0, -80, -87.5, -95, -103, -104.5, -1e5];
    const { p } = attend(scores, scores, undefined);
    scores.forEach((score, i) => {
      const want = Math.exp(score);
      expect(Math.abs(p[i] - want)).toBeLessThanOrEqual(2e-6 * want + 2 ** -149);
    });
    expect(p.map((value) => value > 0)).toEqual(scores.map((score) => score > -104));
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17])(
    "%i scores of -1e4 share what there is, none of it lost",
    (count) => {
      const lowest = Array<number>(count).fill(-1e4);
      expect(attend(lowest, lowest, undefined).p).toEqual(lowest.map(() => Math.fround(1 / count)));
    },
  );

  it.each([1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 17])(
    "NaN, Infinity, or nothing but -Infinity, make a row of %i scores NaN, wherever they are",
    (count) => {
      const values = Array.from({ length: count }, (_, i) => i);
      for (const bad of [NaN, Infinity]) {
        for (let place = 0; place < count; place++) {
          freeAll();
          const scores = values.map((value) => (value === place ? bad : value - 4));
          expect(attend(scores, values, undefined)).toEqual({ p: values.map(() => NaN), o: NaN });
          // Behind a mask it is as if it were any other number.
          const shown = values.map((value) => Number(value !== place));
          const others = scores.map((score, i) => (i === place ? 0 : score));
          expect(attend(scores, values, shown)).toEqual(attend(others, values, shown));
        }
      }
      const [lowest, ones] = [values.map(() => -Infinity), values.map(() => 1)];
      for (const mask of [undefined, ones]) {
        expect(attend(lowest, values, mask).p).toEqual(values.map(() => NaN));
      }
    },
  );

  it("a NaN that the order of steps hides stays hidden, and where it is seen the row is NaN", () => {
    const steps = 11;
    const bad = 6;
    const [scratch, workspace] = [kernels.attentionScratchFloats(steps, steps), kernels.workspaceBytes() / 4].map((count) => new Buffer32(count)); // prettier-ignore
    const [q, k, v, p, o] = [distinct(steps, 1), distinct(steps, 2).fill(NaN, bad, bad + 1), distinct(steps, 3), steps * steps, steps].map((given) => new Buffer32(given)); // prettier-ignore
    kernels.describeAttention(scratch.pointer, 1, steps, steps, 1, 1, 1, 0);
    const pointers = [scratch, q, k, v, p, o].map(({ pointer }) => pointer);
    kernels.attentionForward(...pointers, 1, 0, 0, 0, 0, workspace.pointer);
    for (let target = 0; target < steps; target++) {
      const row = p.values.subarray(target * steps, (target + 1) * steps);
      expect(row.subarray(0, target + 1).every(Number.isNaN)).toBe(target >= bad);
      expect([...row.subarray(target + 1)]).toEqual(Array(steps - target - 1).fill(0));
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 100])(
    "%i scores have the bits of a softmax of scores scaled before",
    (count) => {
      const keyDim = 3;
      const scale = Math.fround(1 / Math.sqrt(keyDim));
      const scores = distinct(count, 6, 40);
      const keys = new Float32Array(count * keyDim);
      scores.forEach((score, i) => (keys[i * keyDim] = score));
      const buffers = [kernels.attentionScratchFloats(1, count), [1, 0, 0], keys, distinct(count, 7), count, 1].map((given) => new Buffer32(given)); // prettier-ignore
      const workspace = new Buffer32(kernels.workspaceBytes() / 4);
      const [scratch] = buffers;
      kernels.describeAttention(scratch.pointer, 1, 1, count, keyDim, 1, 0, 0);
      kernels.attentionForward(...buffers.map(({ pointer }) => pointer), 1, 0, 0, 0, 0, workspace.pointer);
      const scaled = new Buffer32(scores.map((score) => score * scale));
      kernels.softmaxForward(scaled.pointer, scaled.pointer, 1, count);
      expect(buffers[4].words).toEqual(scaled.words);
    },
  );

  it("a target that sees nothing gets the mean of all values, or zeros", () => {
    const hidden = [0, -0, 0, 0, 0];
    const mean = attend([1, 2, 3, 4, 5], [1, 2, 3, 4, 10], hidden);
    expect(mean.p).toEqual(Array(5).fill(Math.fround(0.2)));
    expect(mean.o).toBeCloseTo(4, 6);
    expect(attend([1, 2, 3, 4, 5], [1, 2, 3, 4, 10], hidden, 0)).toEqual({ p: [0, 0, 0, 0, 0], o: 0 });
  });
});
