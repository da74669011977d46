import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, it, test } from "vitest";
import { Buffer32, distinct, expectWithin, freeAll, kernels } from "./harness.js";
import {
  brightnessTwin,
  contrastGradientTwin,
  contrastTwin,
  drawnTwin,
  FILL_MODES,
  mixGradientTwin,
  mixTwin,
  mixtureTwin,
  transformTwin,
} from "./twins/images.js";
import type { FillMode, Mixture } from "./twins/images.js";
import type { Words } from "./twins/random.js";

const KEY: Words = [0x243f6a88, 0x85a308d3];
const STEP = 0xfffffff0;
const UNIT = 2 ** -24;
const IMAGES = 3;
const FILL = 0.75;

/** Height, width, channels: single rows, columns and pixels, odd and even. */
const SIZES = [
  [1, 1, 1], [1, 9, 2], [7, 1, 3], [2, 2, 1], [3, 5, 4], [4, 3, 5], [8, 8, 1], [5, 6, 9], [16, 11, 2],
] as const; // prettier-ignore

interface Reference {
  kind: string;
  factors: number[];
  fillMode: FillMode;
  interpolation: string;
  shape: [number, number, number];
  size: [number, number];
  transform: number[];
  amount: number;
  range: [number, number];
  x: number[];
  y: number[];
  dY: number[];
  dX: number[];
}

const references = JSON.parse(
  readFileSync(new URL("../references/images.json", import.meta.url), "utf8"),
) as Record<"moved" | "resized" | "colours", Reference[]>;

/** The float64 numbers of transforms in a buffer. */
function doubles(buffer: Buffer32): Float64Array {
  return new Float64Array(buffer.words.slice().buffer);
}

function transformsOf(numbers: readonly number[]): Buffer32 {
  const buffer = new Buffer32(2 * numbers.length);
  buffer.words.set(new Uint32Array(Float64Array.from(numbers).buffer));
  return buffer;
}

/** Calls a kernel on buffers and other numbers and checks the surroundings of the buffers. */
function call(name: string, ...args: (Buffer32 | number)[]): void {
  const before = args.map((arg) => (typeof arg === "number" ? null : arg));
  kernels[name](...args.map((arg) => (typeof arg === "number" ? arg : arg.pointer)));
  for (const buffer of before) buffer?.checkGuards();
}

const close = (got: Float32Array, want: readonly number[], tolerance = 1e-6): void =>
  expectWithin(got, want, () => tolerance * Math.max(1, ...want.map(Math.abs)));

/** Each term costs at most three roundings: of its weight, its product and the sum. */
function checkForward(
  got: Float32Array,
  mixture: Mixture,
  x: Float32Array,
  channels: number,
  fill: number,
): void {
  const sizes = mixTwin(mixture, x.map(Math.abs), channels, Math.abs(fill));
  expectWithin(got, mixTwin(mixture, x, channels, fill), (i) => 6 * UNIT * sizes[i]);
}

function checkBackward(got: Float32Array, mixture: Mixture, dY: Float32Array, channels: number): void {
  const sizes = mixGradientTwin(mixture, dY.map(Math.abs), channels);
  const terms = (i: number): number =>
    mixture.weights.filter((mixed) => mixed[Math.floor(i / channels)] !== 0).length;
  expectWithin(got, mixGradientTwin(mixture, dY, channels), (i) => (terms(i) + 3) * UNIT * sizes[i]);
}

beforeEach(freeAll);

describe("images that move, by SciPy", () => {
  const titled = references.moved.map((entry) => ({
    ...entry,
    title: `${entry.kind} ${entry.factors.join(" ")} ${entry.fillMode} ${entry.interpolation}`,
  }));

  test.each(titled)("$title", ({ kind, factors, fillMode, interpolation, shape, transform, ...values }) => {
    const twin = transformTwin(
      ["translation", "rotation", "zoom"].indexOf(kind), factors[0], factors[1], shape[0], shape[1],
    ); // prettier-ignore
    expectWithin(twin, transform, () => 1e-12);
    const [x, dY] = [new Buffer32(values.x), new Buffer32(values.dY)];
    const [y, dX] = [new Buffer32(x.length), new Buffer32(x.length)];
    const transforms = transformsOf(transform);
    const [mode, isNearest] = [FILL_MODES.indexOf(fillMode), interpolation === "nearest" ? 1 : 0];
    call("resampleForward", x, transforms, y, 1, ...shape, mode, FILL, isNearest);
    close(y.values, values.y);
    call("resampleBackward", dY, transforms, dX, 1, ...shape, mode, isNearest);
    close(dX.values, values.dX);
  });
});

describe.each(SIZES)("images of %i x %i, %i channels", (height, width, channels) => {
  const imageSize = height * width * channels;
  const sizes = [height, width, channels] as const;

  it.each([0, 1, 2])("movement %i draws its transforms for each image", (kind) => {
    for (const isTied of [0, 1]) {
      const transforms = new Buffer32(IMAGES * 12);
      call(
        "transformImages",
        transforms,
        IMAGES,
        height,
        width,
        kind,
        -0.3,
        0.7,
        0.1,
        0.9,
        isTied,
        ...KEY,
        STEP,
      );
      const want = Array.from({ length: IMAGES }, (_, image) => {
        const [first, second] = drawnTwin(image, KEY, STEP);
        const r = -0.3 + first;
        return transformTwin(kind, r, isTied ? r : 0.1 + 0.8 * second, height, width);
      }).flat();
      expectWithin(doubles(transforms), want, () => 1e-13 * Math.max(height, width));
    }
  });

  it.each(FILL_MODES)("resampling is its definition, and backward its transpose: %s", (fillMode) => {
    const [x, dY] = [distinct(IMAGES * imageSize, 1), distinct(IMAGES * imageSize, 2)];
    // A movement back and forth, a turn, and one that shrinks, shears and moves.
    const maps = [
      [1, 0, -0.4 * width, 0, 1, 1.3 * height],
      transformTwin(1, 0.19, 0, height, width),
      [1.7, -0.2, -0.3, 0.1, 0.6, 0.2],
    ];
    const mode = FILL_MODES.indexOf(fillMode);
    for (const isNearest of [0, 1]) {
      const [source, gradient] = [new Buffer32(x), new Buffer32(dY)];
      const [y, dX] = [new Buffer32(x.length), new Buffer32(x.length)];
      const transforms = transformsOf(maps.flat());
      call("resampleForward", source, transforms, y, IMAGES, ...sizes, mode, FILL, isNearest);
      call("resampleBackward", gradient, transforms, dX, IMAGES, ...sizes, mode, isNearest);
      maps.forEach(([a0, a1, a2, b0, b1, b2], image) => {
        const at = (i: number, j: number) => [a0 * i + a1 * j + a2, b0 * i + b1 * j + b2] as const;
        const mixture = mixtureTwin([height, width], [height, width], at, fillMode, isNearest === 1);
        const part = (values: Float32Array) => values.slice(image * imageSize, (image + 1) * imageSize);
        checkForward(part(y.values), mixture, part(x), channels, FILL);
        checkBackward(part(dX.values), mixture, part(dY), channels);
      });
    }
  });

  it.each([[1, 1], [2, 3], [7, 4], [9, 13]] as const)("resizing to %i x %i", (newHeight, newWidth) => {
    const newSize = newHeight * newWidth * channels;
    const [x, dY] = [distinct(IMAGES * imageSize, 3), distinct(IMAGES * newSize, 4)];
    const at = (i: number, j: number) =>
      [((i + 0.5) * width) / newWidth - 0.5, ((j + 0.5) * height) / newHeight - 0.5] as const;
    for (const isNearest of [0, 1]) {
      const [source, gradient] = [new Buffer32(x), new Buffer32(dY)];
      const [y, dX] = [new Buffer32(dY.length), new Buffer32(x.length)];
      call("resizeForward", source, y, IMAGES, height, width, newHeight, newWidth, channels, isNearest);
      call("resizeBackward", gradient, dX, IMAGES, height, width, newHeight, newWidth, channels, isNearest);
      const mixture = mixtureTwin([height, width], [newHeight, newWidth], at, "nearest", isNearest === 1);
      for (let image = 0; image < IMAGES; image++) {
        const of = (values: Float32Array, size: number) => values.slice(image * size, (image + 1) * size);
        checkForward(of(y.values, newSize), mixture, of(x, imageSize), channels, 0);
        checkBackward(of(dX.values, imageSize), mixture, of(dY, newSize), channels);
      }
    }
  }); // prettier-ignore

  it.each([[1, 0], [0, 1], [1, 1]])("flips half of the images: %i %i", (isHorizontal, isVertical) => {
    const images = 9;
    const [x, y] = [new Buffer32(distinct(images * imageSize, 5)), new Buffer32(images * imageSize)];
    call("flipImages", x, y, images, ...sizes, isHorizontal, isVertical, ...KEY, STEP);
    const want = Array.from({ length: images * imageSize }, (_, i) => {
      const [image, row, column, channel] = [
        Math.floor(i / imageSize), Math.floor(i / (width * channels)) % height,
        Math.floor(i / channels) % width, i % channels,
      ]; // prettier-ignore
      const isFlipped = drawnTwin(image, KEY, STEP)[0] < 0.5;
      const from = isFlipped && isVertical ? height - 1 - row : row;
      const beside = isFlipped && isHorizontal ? width - 1 - column : column;
      return x.values[((image * height + from) * width + beside) * channels + channel];
    });
    expectWithin(y.values, want, () => 0);
  }); // prettier-ignore

  it("contrast and brightness are their definitions", () => {
    const range = [-0.6, 0.8] as const;
    const [x, dY] = [distinct(IMAGES * imageSize, 6), distinct(IMAGES * imageSize, 7)];
    const [source, gradient] = [new Buffer32(x), new Buffer32(dY)];
    const [y, dX] = [new Buffer32(x.length), new Buffer32(x.length)];
    const positions = height * width;
    call("contrastForward", source, y, IMAGES, positions, channels, 0.2, 1.9, ...range, ...KEY, STEP);
    call("contrastBackward", source, gradient, dX, IMAGES, positions, channels, 0.2, 1.9, ...range, ...KEY, STEP);
    for (let image = 0; image < IMAGES; image++) {
      const factor = 0.2 + 1.7 * drawnTwin(image, KEY, STEP)[0];
      for (let channel = 0; channel < channels; channel++) {
        const of = (values: Float32Array) =>
          Array.from({ length: positions }, (_, i) => values[(image * positions + i) * channels + channel]);
        close(Float32Array.from(of(y.values)), contrastTwin(of(x), factor, range), 2 * UNIT);
        close(Float32Array.from(of(dX.values)), contrastGradientTwin(of(x), of(dY), factor, range), 4 * UNIT);
      }
    }
    call("brightnessForward", source, y, IMAGES, imageSize, -0.5, 0.7, ...range, ...KEY, STEP);
    call("brightnessBackward", source, gradient, dX, IMAGES, imageSize, -0.5, 0.7, ...range, ...KEY, STEP);
    const shifts = Array.from({ length: IMAGES }, (_, image) => -0.5 + 1.2 * drawnTwin(image, KEY, STEP)[0]);
    const moved = Array.from(x, (value, i) => value + shifts[Math.floor(i / imageSize)]);
    close(y.values, brightnessTwin(moved, 0, range), 2 * UNIT);
    expectWithin(dX.values, dY.map((d, i) => (moved[i] < range[0] || moved[i] > range[1] ? 0 : d)), () => 0);
    expectWithin(source.values, x, () => 0);
  }); // prettier-ignore
});

describe("by PyTorch", () => {
  test.each(references.resized)(
    "$shape to $size, $interpolation",
    ({ shape, size, interpolation, ...values }) => {
      const [x, dY] = [new Buffer32(values.x), new Buffer32(values.dY)];
      const [y, dX] = [new Buffer32(dY.length), new Buffer32(x.length)];
      const [height, width, channels] = shape;
      const isNearest = interpolation === "nearest" ? 1 : 0;
      call("resizeForward", x, y, 1, height, width, ...size, channels, isNearest);
      close(y.values, values.y);
      call("resizeBackward", dY, dX, 1, height, width, ...size, channels, isNearest);
      close(dX.values, values.dX);
    },
  );

  test.each(references.colours)("$kind $amount", ({ kind, amount, shape, range, ...values }) => {
    const [x, dY] = [new Buffer32(values.x), new Buffer32(values.dY)];
    const [y, dX] = [new Buffer32(x.length), new Buffer32(x.length)];
    const [height, width, channels] = shape;
    const sizes = kind === "contrast" ? [height * width, channels] : [x.length];
    call(`${kind}Forward`, x, y, 1, ...sizes, amount, amount, ...range, ...KEY, STEP);
    close(y.values, values.y);
    call(`${kind}Backward`, x, dY, dX, 1, ...sizes, amount, amount, ...range, ...KEY, STEP);
    close(dX.values, values.dX);
  });
});

/** FNV-1a over words. */
function hash(buffer: Buffer32): string {
  let state = 0x811c9dc5;
  for (const word of buffer.words) state = Math.imul(state ^ word, 0x01000193) >>> 0;
  return state.toString(16);
}

test("the bits are the same in both builds and on every engine", () => {
  const sizes = [9, 7, 3] as const;
  const count = 4 * 9 * 7 * 3;
  const [x, dY] = [new Buffer32(distinct(count, 8)), new Buffer32(distinct(count, 9))];
  const [y, transforms] = [new Buffer32(count), new Buffer32(4 * 12)];
  const hashes: string[] = [];
  for (const kind of [0, 1, 2]) {
    call("transformImages", transforms, 4, 9, 7, kind, -0.3, 0.4, -0.2, 0.5, 0, ...KEY, STEP);
    call("resampleForward", x, transforms, y, 4, ...sizes, kind, FILL, 0);
    hashes.push(hash(transforms), hash(y));
    call("resampleBackward", dY, transforms, y, 4, ...sizes, kind, 0);
    hashes.push(hash(y));
  }
  call("contrastForward", x, y, 4, 63, 3, 0.2, 1.9, -0.6, 0.8, ...KEY, STEP);
  hashes.push(hash(y));
  call("contrastBackward", x, dY, y, 4, 63, 3, 0.2, 1.9, -0.6, 0.8, ...KEY, STEP);
  hashes.push(hash(y));
  expect(hashes).toEqual([
    "d3fc9461", "db201d62", "b2969b3b", "186a6829", "2ef4ad7f", "2668c569", "b3f17af2", "1e06bae5", "ab49b7f4",
    "386e2148", "695e28e4",
  ]); // prettier-ignore
});

describe("NaN and infinities", () => {
  const still = [1, 0, 0, 0, 1, 0];
  const half = [1, 0, 0.5, 0, 1, 0];

  test("stay where they are, and spread no further than the interpolation", () => {
    for (const bad of [NaN, Infinity]) {
      const [x, y] = [new Buffer32([1, bad, 3, 4, 5, 6]), new Buffer32(6)];
      call("resampleForward", x, transformsOf(still), y, 1, 1, 6, 1, 0, 0, 0);
      expect(Array.from(y.values)).toEqual([1, bad, 3, 4, 5, 6]);
      call("resampleForward", x, transformsOf(half), y, 1, 1, 6, 1, 0, 0, 0);
      expect(Array.from(y.values)).toEqual([bad, bad, 3.5, 4.5, 5.5, 6]);
    }
  });

  test("brightness keeps NaN, and contrast has it wherever the mean has", () => {
    const [x, y] = [new Buffer32([1, NaN, 3, 4]), new Buffer32(4)];
    call("brightnessForward", x, y, 1, 4, 1, 1, 0, 4.5, ...KEY, 0);
    expect(Array.from(y.values)).toEqual([2, NaN, 4, 4.5]);
    call("contrastForward", x, y, 1, 2, 2, 1, 1, 0, 9, ...KEY, 0);
    expect(Array.from(y.values)).toEqual([1, NaN, 3, NaN]);
  });
});
