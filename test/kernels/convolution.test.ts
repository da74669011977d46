import { beforeEach, describe, expect, it } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import {
  averagePoolTwin,
  convolutionTwin,
  inputGradientTwin,
  kernelGradientTwin,
  maxPoolTwin,
} from "./twins/convolution.js";
import type { WindowTwin } from "./twins/convolution.js";

const UNIT = 2 ** -24;
const RELU = 1;

beforeEach(freeAll);

/** A window of a size over an image, with as much padding as it is given. */
function windowOf(
  [height, width, channels]: number[],
  [kernelHeight, kernelWidth]: number[],
  {
    strides = [1, 1],
    dilation = [1, 1],
    before = [0, 0],
    after,
  }: Partial<Record<"strides" | "dilation" | "before" | "after", number[]>> = {},
): WindowTwin {
  const count = (length: number, kernel: number, axis: number): number =>
    Math.floor(
      (length + before[axis] + (after ?? before)[axis] - (kernel - 1) * dilation[axis] - 1) / strides[axis],
    ) + 1;
  return {
    height, width, channels, kernelHeight, kernelWidth,
    strideY: strides[0], strideX: strides[1], dilationY: dilation[0], dilationX: dilation[1],
    top: before[0], left: before[1],
    outHeight: count(height, kernelHeight, 0), outWidth: count(width, kernelWidth, 1),
  }; // prettier-ignore
}

function scratchOf(w: WindowTwin, floats: number): Buffer32 {
  const scratch = new Buffer32(floats);
  scratch.values.fill(NaN);
  kernels.describeWindow(scratch.pointer, ...Object.values(w));
  return scratch;
}

interface Case {
  title: string;
  window: WindowTwin;
  samples: number;
  filters: number;
  groups: number;
}

function convolution(
  title: string,
  window: WindowTwin,
  filters: number,
  { samples = 2, groups = 1 } = {},
): Case {
  return { title, window, samples, filters, groups };
}

const CONVOLUTIONS: Case[] = [
  ...[1, 2, 3, 4, 5, 8, 9, 17].map((filters) =>
    convolution(`${filters} filters`, windowOf([6, 5, 3], [3, 3], { before: [1, 1] }), filters),
  ),
  ...[1, 2, 4, 5, 8, 9].map((channels) =>
    convolution(
      `${channels} channels`,
      windowOf([5, 7, channels], [2, 3], { before: [0, 1], after: [1, 1] }),
      6,
    ),
  ),
  convolution("one pixel", windowOf([1, 1, 1], [1, 1]), 1, { samples: 1 }),
  convolution("pixels in place", windowOf([7, 5, 6], [1, 1]), 9, { samples: 3 }),
  convolution("pixels in place, one channel", windowOf([7, 5, 1], [1, 1]), 5),
  convolution("pixels in place, several tiles", windowOf([40, 40, 3], [1, 1]), 5),
  convolution("every second pixel", windowOf([7, 5, 6], [1, 1], { strides: [2, 2] }), 9),
  convolution("strides", windowOf([9, 8, 3], [3, 2], { strides: [2, 3], before: [1, 0] }), 7),
  convolution("a window smaller than its stride", windowOf([9, 9, 2], [2, 2], { strides: [3, 3] }), 3),
  convolution("dilation", windowOf([9, 8, 3], [3, 2], { dilation: [2, 3], before: [2, 1] }), 7),
  convolution("a window wider than the image", windowOf([2, 3, 5], [5, 9], { before: [2, 4] }), 4),
  convolution("a window that is the image", windowOf([4, 6, 3], [4, 6]), 5),
  convolution("a sequence", windowOf([1, 21, 4], [1, 5], { before: [0, 4], after: [0, 0] }), 6),
  convolution("groups", windowOf([6, 5, 6], [3, 3], { before: [1, 1] }), 9, { groups: 3 }),
  convolution("groups and strides", windowOf([6, 7, 8], [2, 3], { strides: [2, 1] }), 10, { groups: 2 }),
  convolution("a group for each channel", windowOf([6, 5, 5], [3, 3], { before: [1, 1] }), 5, { groups: 5 }),
  ...[2, 3, 4, 7, 8, 9].map((groups) =>
    convolution(
      `${groups} channels apart`,
      windowOf([7, 6, groups], [3, 2], { dilation: [2, 1], before: [2, 1] }),
      groups,
      { groups },
    ),
  ),
  convolution("pixels apart", windowOf([4, 4, 6], [1, 1]), 6, { groups: 6 }),
  convolution(
    "several tiles of channels apart",
    windowOf([30, 30, 5], [3, 3], { strides: [1, 1], before: [1, 1] }),
    5,
    { groups: 5 },
  ),
  convolution("groups of pixels", windowOf([6, 5, 4], [1, 1]), 6, { groups: 2 }),
  convolution("two filters for each channel", windowOf([6, 5, 5], [3, 2]), 10, { groups: 5 }),
  convolution("several tiles of 1024 rows", windowOf([28, 28, 1], [5, 5], { before: [2, 2] }), 6),
  convolution("tiles of 96 rows, depth of three blocks", windowOf([13, 12, 80], [3, 3]), 5),
  convolution("several tiles of groups", windowOf([30, 30, 4], [3, 3], { before: [1, 1] }), 4, { groups: 2 }),
];

describe.each(CONVOLUTIONS)("convolution: $title", ({ window: w, samples, filters, groups }) => {
  const shape = { samples, filters, groups };
  const depth = w.kernelHeight * w.kernelWidth * (w.channels / groups);
  const outputs = samples * w.outHeight * w.outWidth * filters;
  const scratchFloats = kernels.convolutionScratchFloats(depth, filters);
  const xValues = distinct(samples * w.height * w.width * w.channels, 1);
  const kernelValues = distinct(depth * filters, 2);
  const abs = (values: Float32Array): Float32Array => values.map(Math.abs);
  const workspace = (): Buffer32 => new Buffer32(kernels.workspaceBytes() / 4);

  it("forward within 2 (depth + 1) 2^-24 of the sum of |x kernel| and |bias|", () => {
    const [x, kernel, bias] = [
      new Buffer32(xValues),
      new Buffer32(kernelValues),
      new Buffer32(distinct(filters, 3)),
    ];
    const [y, z, scratch, work] = [
      new Buffer32(outputs),
      new Buffer32(outputs),
      scratchOf(w, scratchFloats),
      workspace(),
    ];
    const want = convolutionTwin(w, shape, xValues, kernelValues);
    const size = convolutionTwin(w, shape, abs(xValues), abs(kernelValues));
    const bound = (i: number): number => 2 * (depth + 1) * UNIT * (size[i] + 1);
    const run = (biasPointer: number, zPointer: number, kind: number): void => {
      kernels.convolutionForward(
        x.pointer, kernel.pointer, biasPointer, zPointer, y.pointer, samples, filters, groups, kind, 0, scratch.pointer, work.pointer,
      ); // prettier-ignore
    };
    run(0, 0, 0);
    expectWithin(y.values, want, bound);
    run(bias.pointer, 0, 0);
    const biased = want.map((value, i) => value + bias.values[i % filters]);
    expectWithin(y.values, biased, bound);
    const plain = Array.from(y.values);
    run(bias.pointer, z.pointer, RELU);
    expect(Array.from(z.values)).toEqual(plain);
    expect(Array.from(y.values)).toEqual(plain.map((value) => Math.max(value, 0)));
    for (const buffer of [x, kernel, bias, y, z, scratch, work]) buffer.checkGuards();
  });

  it("a sample has the same bits alone", () => {
    const [x, kernel, y] = [new Buffer32(xValues), new Buffer32(kernelValues), new Buffer32(outputs)];
    const [scratch, work] = [scratchOf(w, scratchFloats), workspace()];
    const run = (xPointer: number, count: number): number[] => {
      kernels.convolutionForward(
        xPointer, kernel.pointer, 0, 0, y.pointer, count, filters, groups, 0, 0, scratch.pointer, work.pointer,
      ); // prettier-ignore
      return Array.from(y.values.subarray(0, (outputs / samples) * count));
    };
    const all = run(x.pointer, samples);
    const last = run(x.pointer + (4 * x.length * (samples - 1)) / samples, 1);
    expect(last).toEqual(all.slice(-last.length));
  });

  it("gradients of kernel, bias and input within twice the terms times 2^-24 of their size", () => {
    const slope = distinct(outputs, 4);
    const [x, kernel, dZ] = [new Buffer32(xValues), new Buffer32(kernelValues), new Buffer32(slope)];
    const [dKernel, dBias, dX] = [new Buffer32(kernel.length), new Buffer32(filters), new Buffer32(x.length)];
    const [scratch, work] = [scratchOf(w, scratchFloats), workspace()];
    const run = (biasPointer: number): void => {
      kernels.convolutionBackwardKernel(
        x.pointer, dZ.pointer, dKernel.pointer, biasPointer, samples, filters, groups, scratch.pointer, work.pointer,
      ); // prettier-ignore
    };
    run(0);
    const alone = Array.from(dKernel.values);
    run(dBias.pointer);
    expect(Array.from(dKernel.values)).toEqual(alone);
    const positions = outputs / filters;
    const kernelSize = kernelGradientTwin(w, shape, abs(xValues), abs(slope));
    expectWithin(
      dKernel.values,
      kernelGradientTwin(w, shape, xValues, slope),
      (i) => 2 * positions * UNIT * (kernelSize[i] + UNIT),
    );
    const sums = new Float64Array(filters);
    slope.forEach((value, i) => (sums[i % filters] += value));
    expectWithin(dBias.values, sums, () => positions * positions * UNIT);
    kernels.convolutionBackwardInput(
      dZ.pointer, kernel.pointer, 0, dX.pointer, samples, filters, groups, scratch.pointer, work.pointer,
    ); // prettier-ignore
    const terms = filters * w.kernelHeight * w.kernelWidth + 2;
    const inputSize = inputGradientTwin(w, shape, abs(slope), abs(kernelValues));
    const want = inputGradientTwin(w, shape, slope, kernelValues);
    expectWithin(dX.values, want, (i) => 2 * terms * UNIT * inputSize[i]);
    const start = new Buffer32(distinct(w.channels, 5));
    kernels.convolutionBackwardInput(
      dZ.pointer, kernel.pointer, start.pointer, dX.pointer, samples, filters, groups, scratch.pointer, work.pointer,
    ); // prettier-ignore
    const biased = want.map((value, i) => value + start.values[i % w.channels]);
    expectWithin(dX.values, biased, (i) => 2 * terms * UNIT * (inputSize[i] + 1));
    for (const buffer of [x, kernel, dZ, dKernel, dBias, dX, start, scratch, work]) buffer.checkGuards();
  });
});

describe("NaN and infinity reach the outputs that read them, and no others", () => {
  it.each([NaN, Infinity])("%f", (bad) => {
    const w = windowOf([6, 6, 3], [3, 3], { before: [1, 1] });
    const xValues = distinct(108, 1);
    xValues[(2 * 6 + 3) * 3 + 1] = bad;
    const kernelValues = distinct(27 * 5, 2);
    const [x, kernel, y] = [new Buffer32(xValues), new Buffer32(kernelValues), new Buffer32(36 * 5)];
    const scratch = scratchOf(w, kernels.convolutionScratchFloats(27, 5));
    const work = new Buffer32(kernels.workspaceBytes() / 4);
    kernels.convolutionForward(
      x.pointer, kernel.pointer, 0, 0, y.pointer, 1, 5, 1, 0, 0, scratch.pointer, work.pointer,
    ); // prettier-ignore
    const want = convolutionTwin(w, { samples: 1, filters: 5, groups: 1 }, xValues, kernelValues);
    expectWithin(y.values, want, () => 1e-4);
  });
});

const POOLS = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33].map((channels) => ({
    title: `${channels} channels`,
    window: windowOf([6, 7, channels], [2, 3], { strides: [2, 2] }),
  })),
  ...[2, 3, 5, 6, 7, 9].map((channels) => ({
    title: `${channels} channels, apart`,
    window: windowOf([5, 8, channels], [2, 2], { strides: [2, 3] }),
  })),
  { title: "overlapping", window: windowOf([6, 5, 5], [3, 3], { before: [1, 1] }) },
  { title: "padding behind", window: windowOf([5, 5, 4], [2, 2], { strides: [2, 2], after: [1, 1] }) },
  { title: "all of the image", window: windowOf([9, 4, 6], [9, 4]) },
  { title: "a sequence", window: windowOf([1, 11, 3], [1, 4], { strides: [1, 3] }) },
];

describe.each(POOLS)("pools: $title", ({ window: w }) => {
  const samples = 2;
  const xValues = distinct(samples * w.height * w.width * w.channels, 1);
  const slope = distinct(samples * w.outHeight * w.outWidth * w.channels, 2);

  function run(kind: "max" | "average", values: Float32Array): { y: Float32Array; dX: Float32Array } {
    const [x, y, dY, dX] = [
      new Buffer32(values),
      new Buffer32(slope.length),
      new Buffer32(slope),
      new Buffer32(values.length),
    ];
    const window = scratchOf(w, 16);
    kernels[`${kind}PoolForward`](window.pointer, x.pointer, y.pointer, samples);
    const operands = kind === "max" ? [x.pointer, y.pointer] : [];
    kernels[`${kind}PoolBackward`](window.pointer, ...operands, dY.pointer, dX.pointer, samples);
    for (const buffer of [x, y, dY, dX, window]) buffer.checkGuards();
    return { y: y.values, dX: dX.values };
  }

  it("the largest exactly, its gradient within 8 2^-24", () => {
    const [got, want] = [run("max", xValues), maxPoolTwin(w, samples, xValues, slope)];
    expectWithin(got.y, want.y, () => 0);
    expectWithin(got.dX, want.dX, () => 8 * UNIT);
  });

  it("the first of equal ones gets the gradient, and a NaN wins", () => {
    const ties = xValues.map((value) => Math.round(2 * value));
    ties[3] = NaN;
    ties[Math.floor(ties.length / 2)] = NaN;
    const [got, want] = [run("max", ties), maxPoolTwin(w, samples, ties, slope)];
    expectWithin(got.y, want.y, () => 0);
    expectWithin(got.dX, want.dX, () => 16 * UNIT);
  });

  it("the mean within n 2^-24, its gradient within 8 2^-24", () => {
    const [got, want] = [run("average", xValues), averagePoolTwin(w, samples, xValues, slope)];
    expectWithin(got.y, want.y, () => w.kernelHeight * w.kernelWidth * UNIT);
    expectWithin(got.dX, want.dX, () => 8 * UNIT);
  });
});

describe.each([1, 2, 3, 4, 5, 8, 9, 33])("pixels of %i channels", (channels) => {
  const [samples, height, width] = [2, 3, 4];
  const xValues = distinct(samples * height * width * channels, 1);
  const at = (sample: number, y: number, x: number, channel: number, h: number, v: number): number =>
    ((sample * h + y) * v + x) * channels + channel;
  /** An image of another size whose pixels come from places of x, or are 0. */
  function moved(h: number, v: number, source: (y: number, x: number) => [number, number]): number[] {
    const out: number[] = [];
    for (let i = 0; i < samples * h * v * channels; i++) {
      const [channel, pixel] = [i % channels, Math.floor(i / channels)];
      const [y, x] = source(Math.floor(pixel / v) % h, pixel % v);
      const isInside = y >= 0 && y < height && x >= 0 && x < width;
      out.push(isInside ? xValues[at(Math.floor(pixel / (v * h)), y, x, channel, height, width)] : 0);
    }
    return out;
  }

  it("are padded, cropped and repeated exactly; sums of copies within 6 2^-24", () => {
    const x = new Buffer32(xValues);
    const padded = new Buffer32(samples * 6 * 7 * channels);
    kernels.pad(x.pointer, padded.pointer, samples, height, width, channels, 1, 2, 6, 7);
    expect(Array.from(padded.values)).toEqual(moved(6, 7, (y, v) => [y - 1, v - 2]));
    const cropped = new Buffer32(samples * 2 * 1 * channels);
    kernels.crop(x.pointer, cropped.pointer, samples, height, width, channels, 1, 2, 2, 1);
    expect(Array.from(cropped.values)).toEqual(moved(2, 1, (y, v) => [y + 1, v + 2]));
    const repeated = new Buffer32(samples * 6 * 12 * channels);
    kernels.repeatPixels(x.pointer, repeated.pointer, samples * height, width, channels, 2, 3);
    expect(Array.from(repeated.values)).toEqual(
      moved(6, 12, (y, v) => [Math.floor(y / 2), Math.floor(v / 3)]),
    );
    const dY = new Buffer32(distinct(repeated.length, 2));
    const dX = new Buffer32(x.length);
    kernels.sumPixels(dY.pointer, dX.pointer, samples * height, width, channels, 2, 3);
    const want = new Float64Array(x.length);
    dY.values.forEach((value, i) => {
      const [channel, pixel] = [i % channels, Math.floor(i / channels)];
      const [v, y, sample] = [pixel % 12, Math.floor(pixel / 12) % 6, Math.floor(pixel / 72)];
      want[at(sample, Math.floor(y / 2), Math.floor(v / 3), channel, height, width)] += value;
    });
    expectWithin(dX.values, want, () => 6 * 6 * UNIT);
    for (const buffer of [x, padded, cropped, repeated, dY, dX]) buffer.checkGuards();
  });

  it("are interpolated within 2^-21, gradients likewise", () => {
    for (const [scaleY, scaleX] of [
      [1, 1],
      [2, 3],
      [4, 1],
    ]) {
      const [h, v] = [height * scaleY, width * scaleX];
      const [slope, want] = [
        distinct(samples * h * v * channels, 2),
        new Float64Array(samples * h * v * channels),
      ];
      const wantX = new Float64Array(xValues.length);
      const near = (out: number, scale: number, length: number): [number, number][] => {
        const place = Math.max(0, Math.min(length - 1, (out + 0.5) / scale - 0.5));
        const before = Math.floor(place);
        return [
          [before, 1 - (place - before)],
          [Math.min(before + 1, length - 1), place - before],
        ];
      };
      want.forEach((_, i) => {
        const [channel, pixel] = [i % channels, Math.floor(i / channels)];
        for (const [y, weightY] of near(Math.floor(pixel / v) % h, scaleY, height)) {
          for (const [x, weightX] of near(pixel % v, scaleX, width)) {
            const from = at(Math.floor(pixel / (v * h)), y, x, channel, height, width);
            want[i] += weightY * weightX * xValues[from];
            wantX[from] += weightY * weightX * slope[i];
          }
        }
      });
      const [x, y] = [new Buffer32(xValues), new Buffer32(want.length)];
      const [dY, dX] = [new Buffer32(slope), new Buffer32(xValues.length)];
      const numbers = [samples, height, width, channels, scaleY, scaleX];
      kernels.interpolatePixels(x.pointer, y.pointer, ...numbers);
      kernels.interpolatePixelsBackward(dY.pointer, dX.pointer, ...numbers);
      expectWithin(y.values, want, () => 8 * UNIT);
      expectWithin(dX.values, wantX, () => 8 * scaleY * scaleX * UNIT);
      for (const buffer of [x, y, dY, dX]) buffer.checkGuards();
    }
  });

  it("are multiplied by the factors of their channels; a factor of 0 gives 0, whatever it meets", () => {
    const factorValues = distinct(samples * channels, 3);
    const given = xValues.slice();
    factorValues[0] = 0;
    given[0] = NaN;
    const [x, factors, y] = [new Buffer32(given), new Buffer32(factorValues), new Buffer32(given.length)];
    kernels.multiplyChannels(x.pointer, factors.pointer, y.pointer, samples, height * width, channels);
    const row = height * width * channels;
    const want = given.map((value, i) => {
      const factor = factorValues[Math.floor(i / row) * channels + (i % channels)];
      return factor === 0 ? 0 : value * factor;
    });
    expectWithin(y.values, want, () => 0);
    for (const buffer of [x, factors, y]) buffer.checkGuards();
  });
});
