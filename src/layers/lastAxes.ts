// Axes to normalise along: the last one, or the last few together.
import { LanegradError, show, showShape } from "../errors.js";
import { invalidOption } from "../options.js";
import type { Shape } from "../graph/symbolic.js";

/** An axis or several; negative ones count from the end. */
export type Axis = number | readonly number[];

/** @throws LanegradError INVALID_OPTION unless it is an integer or an array of different integers */
export function axisOption(value: unknown): Axis {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every(Number.isInteger) || new Set(list).size !== list.length) {
    throw invalidOption("axis", "an integer or an array of different integers", value);
  }
  return Array.isArray(value) ? [...(value as number[])] : (value as number);
}

/**
 * The lengths of the axes.
 *
 * @throws LanegradError SHAPE_MISMATCH unless they are the last axes of the shape, without the batch
 */
export function lastAxes(layer: string, axis: Axis, shape: Shape): number[] {
  const given = typeof axis === "number" ? [axis] : axis;
  const axes = new Set(given.map((index) => (index < 0 ? index + shape.length : index)));
  const first = shape.length - given.length;
  const sizes = shape.slice(Math.max(first, 1)).filter((size) => size !== null);
  const isLast = sizes.length === given.length && sizes.every((_, i) => axes.has(first + i));
  if (!isLast) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${layer} normalises along the last axes of inputs of shape [batch, ..., features], and axis=${show(axis)} are not those. Received: shape ${showShape(shape)}`,
    );
  }
  return sizes;
}

/**
 * The same for a layer with weights of those lengths.
 *
 * @throws LanegradError SHAPE_MISMATCH also if the weights have another shape
 */
export function checkLastAxes(
  layer: string,
  axis: Axis,
  shape: Shape,
  built: readonly number[] | undefined,
): void {
  const sizes = lastAxes(layer, axis, shape);
  if (built === undefined || sizes.every((size, i) => size === built[i])) return;
  throw new LanegradError(
    "SHAPE_MISMATCH",
    `${layer} was built for inputs whose last axes are ${showShape(built)}. Received: shape ${showShape(shape)}`,
  );
}
