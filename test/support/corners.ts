// Values that keep away from the corners of piecewise functions.
import { values } from "./data.js";

/** Distinct pseudo-random values in [-scale, scale), each more than `gap` from every corner. */
export function awayFrom(
  corners: readonly number[],
  count: number,
  { seed = 0, scale = 1.5, gap = 0.2 } = {},
): Float32Array {
  const drawn = values(20 * count, seed, scale);
  const kept = drawn.filter((value) => corners.every((corner) => Math.abs(value - corner) > gap));
  if (kept.length < count) throw new Error(`too few values between the corners ${corners.join(", ")}`);
  return kept.slice(0, count);
}

const direction = [0.7, -0.1, 0.5, -0.5];

/** I - 2 v v^T: a kernel of four columns, without zeros, that is its own inverse: x . kernel . kernel is x. */
export const mirror = direction.map((a, i) => direction.map((b, j) => (i === j ? 1 : 0) - 2 * a * b));
