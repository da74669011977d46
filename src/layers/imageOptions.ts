// What layers of images take, and its checks.
import { LanegradError, showShape } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import { finiteNumber, invalidOption } from "../options.js";

/** A number, or the least and the largest number of a range, in either order. */
export type Factor = number | readonly [number, number];

/** A range of numbers: its least and its largest. */
export type Range = readonly [low: number, high: number];

/** In the order that the kernels know. */
export const FILL_MODES = ["reflect", "wrap", "constant", "nearest"] as const;

/**
 * How an image goes on beyond its edges, a row a b c d being: "reflect" d c b a | a b c d | d c b a; "wrap"
 * a b c d | a b c d | a b c d; "nearest" a a a a | a b c d | d d d d; "constant" a value of its own.
 */
export type FillMode = (typeof FILL_MODES)[number];

const INTERPOLATIONS = ["bilinear", "nearest"] as const;

/** What lies between pixels: a mixture of the four around it, or the nearest one. */
export type Interpolation = (typeof INTERPOLATIONS)[number];

/** One of some texts. */
export function choice<Name extends string>(option: string, names: readonly Name[], value: unknown): Name {
  const found = names.find((name) => name === value);
  if (found !== undefined) return found;
  throw invalidOption(option, `one of ${names.join(", ")}`, value);
}

export function fillModeOption(value: unknown): FillMode {
  return choice("fillMode", FILL_MODES, value);
}

export function interpolationOption(value: unknown): Interpolation {
  return choice("interpolation", INTERPOLATIONS, value);
}

/** A number from `low` to `high`, or a copy of a pair of such numbers. */
export function factorOption(name: string, value: unknown, [low, high]: Range): Factor {
  const isFine = (number: unknown): number is number =>
    typeof number === "number" && number >= low && number <= high;
  if (isFine(value)) return value;
  if (Array.isArray(value) && value.length === 2) {
    const [first, second] = value as unknown[];
    if (isFine(first) && isFine(second)) return [first, second];
  }
  throw invalidOption(name, `a number from ${low} to ${high} or a pair of such numbers`, value);
}

/** The range of a factor: a number f means from -|f| to |f|. */
export function rangeOf(factor: Factor): Range {
  if (typeof factor === "number") return [-Math.abs(factor), Math.abs(factor)];
  return [Math.min(...factor), Math.max(...factor)];
}

/** A pair of finite numbers, the first less than the second. */
export function valueRangeOption(value: unknown): Range {
  if (Array.isArray(value) && value.length === 2) {
    const low = finiteNumber("valueRange[0]", value[0]);
    const high = finiteNumber("valueRange[1]", value[1]);
    if (low < high) return [low, high];
  }
  throw invalidOption("valueRange", "a pair of numbers, the least one first", value);
}

/** The sizes of images [batch, height, width, channels]. */
export interface ImageSizes {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/**
 * Checks that inputs are images.
 *
 * @throws LanegradError SHAPE_MISMATCH
 */
export function imageSizes(layerName: string, shape: Shape): ImageSizes {
  const [, height, width, channels] = shape;
  if (shape.length === 4 && height !== null && width !== null && channels !== null) {
    return { height, width, channels };
  }
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${layerName} needs images of shape [batch, height, width, channels]. Received: shape ${showShape(shape)}`,
  );
}
