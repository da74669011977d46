// What layers of images [height, width, channels] and of sequences [steps, channels] have in common. To the kernels a
// sequence is an image of one row.
import { LanegradError, showShape } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import { invalidOption, positiveInteger } from "../options.js";

/** A number for each axis of an image, height first; one number is for both. */
export type Pair = number | readonly [number, number];

/** A number for the one axis of a sequence. */
export type Single = number | readonly [number];

/**
 * Whether a window keeps within the values ("valid"), or takes zeros around them, so that there are as many outputs as
 * inputs for each stride ("same"): half of the zeros before, the odd one behind, as in Keras.
 */
export type Padding = "valid" | "same";

/** How many axes a window moves along: those of a sequence or of an image. */
export type SpatialRank = 1 | 2;

/** An integer for each axis, a positive one unless `check` allows others. */
export function sizesOption(
  name: string,
  value: unknown,
  rank: SpatialRank,
  check: (name: string, value: unknown) => number = positiveInteger,
): number[] {
  const sizes: unknown[] = Array.isArray(value) ? value : Array.from({ length: rank }, () => value);
  if (sizes.length !== rank) {
    const expected = rank === 1 ? "an integer" : "an integer or an array of two";
    throw invalidOption(name, expected, value);
  }
  return sizes.map((size) => check(name, size));
}

/** One of the paddings that a layer takes. */
export function paddingOption<Allowed extends string>(value: unknown, allowed: readonly Allowed[]): Allowed {
  if (allowed.includes(value as Allowed)) return value as Allowed;
  const names = allowed.map((padding) => `"${padding}"`).join(" or ");
  throw invalidOption("padding", names, value);
}

/**
 * The lengths of the axes and the number of channels.
 *
 * @throws LanegradError SHAPE_MISMATCH unless the shape has the right axes and all lengths are known
 */
export function spatialShape(layer: string, shape: Shape, rank: SpatialRank): number[] {
  const lengths = shape.slice(1).filter((length) => length !== null);
  if (shape.length === rank + 2 && lengths.length === rank + 1) return lengths;
  const expected = rank === 1 ? "[batch, steps, channels]" : "[batch, height, width, channels]";
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${layer} needs inputs of shape ${expected}. Received: shape ${showShape(shape)}`,
  );
}

/** [height, width, channels] of a shape whose lengths are known, as the kernels see it. */
export function imageOf(shape: Shape): number[] {
  const lengths = shape.slice(1).map(Number);
  return lengths.length === 2 ? [1, ...lengths] : lengths;
}
