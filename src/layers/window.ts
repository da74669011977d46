import { LanegradError, show, showShape } from "../errors.js";
import type { Shape } from "../graph/symbolic.js";
import { convolutionKernels } from "../runtime/kernels/convolution.js";
import { spatialShape } from "./spatial.js";
import type { SpatialRank } from "./spatial.js";

/** Floats that the kernels' description of a window takes. */
export const WINDOW_FLOATS = 16;

/** How a window moves along the axes of an image or a sequence; each array has a number for each axis. */
export interface Movement {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  readonly padding: "valid" | "same" | "causal";
}

/** How many outputs an axis has, and how many zeros are before it. */
function along(length: number, axis: number, { size, strides, dilation, padding }: Movement): number[] {
  const extent = (size[axis] - 1) * dilation[axis] + 1;
  if (padding === "valid") return [Math.floor((length - extent) / strides[axis]) + 1, 0];
  const count = Math.ceil(length / strides[axis]);
  if (padding === "causal") return [count, extent - 1];
  const zeros = Math.max((count - 1) * strides[axis] + extent - length, 0);
  return [count, Math.floor(zeros / 2)];
}

/** A window over images of one size; sequences are images of one row. */
export class Window {
  readonly rank: SpatialRank;
  /** The lengths of the axes of the input, without channels. */
  readonly lengths: readonly number[];
  readonly channels: number;
  /** The lengths of the axes of the output. */
  readonly counts: readonly number[];
  readonly #numbers: readonly number[];

  constructor(
    lengths: readonly number[],
    channels: number,
    counts: readonly number[],
    before: readonly number[],
    movement: Movement,
  ) {
    this.rank = lengths.length as SpatialRank;
    this.lengths = lengths;
    this.channels = channels;
    this.counts = counts;
    const plane = (numbers: readonly number[], missing: number): number[] =>
      this.rank === 1 ? [missing, numbers[0]] : [...numbers];
    this.#numbers = [
      ...plane(lengths, 1),
      channels,
      ...plane(movement.size, 1),
      ...plane(movement.strides, 1),
      ...plane(movement.dilation, 1),
      ...plane(before, 0),
      ...plane(counts, 1),
    ];
  }

  /** Positions in an output. */
  get positions(): number {
    return this.counts.reduce((product, count) => product * count, 1);
  }

  /** Writes the window down for the kernels that are called next. */
  describe(address: number): void {
    const n = this.#numbers;
    convolutionKernels().describeWindow(
      address, n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7], n[8], n[9], n[10], n[11], n[12],
    ); // prettier-ignore
  }
}

/**
 * The window of a layer over inputs of a shape.
 *
 * @throws LanegradError SHAPE_MISMATCH if the shape has other axes or is smaller than the window
 */
export function windowOver(layer: string, shape: Shape, movement: Movement): Window {
  const lengths = spatialShape(layer, shape, movement.size.length as SpatialRank);
  const channels = lengths.pop() as number;
  const places = lengths.map((length, axis) => along(length, axis, movement));
  if (places.some(([count]) => count < 1)) {
    const extents = movement.size.map((size, axis) => (size - 1) * movement.dilation[axis] + 1);
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${layer} has a window of ${showShape(extents)}, which must fit within the input. Received: shape ${showShape(shape)}`,
    );
  }
  const counts = places.map(([count]) => count);
  return new Window(
    lengths,
    channels,
    counts,
    places.map(([, before]) => before),
    movement,
  );
}

/**
 * The window of the transposed layer: it moves over the output, and the input has its positions. Where `outputPadding`
 * does not say how much of the output is behind the last of them, it is as much as the window or the stride needs.
 *
 * @throws LanegradError SHAPE_MISMATCH if the shape has other axes or nothing is left of the output
 */
export function windowUnder(
  layer: string,
  shape: Shape,
  channels: number,
  movement: Movement,
  outputPadding: readonly number[] | null,
): Window {
  const counts = spatialShape(layer, shape, movement.size.length as SpatialRank).slice(0, -1);
  const { size, strides, dilation, padding } = movement;
  const extents = size.map((length, axis) => (length - 1) * dilation[axis] + 1);
  /** What the output has from the place of the last position on. */
  const rests = extents.map((extent, axis) => {
    const isValid = padding === "valid";
    if (outputPadding === null) return isValid ? Math.max(extent, strides[axis]) : strides[axis];
    return (isValid ? extent : extent % 2) + outputPadding[axis];
  });
  const lengths = counts.map((count, axis) => (count - 1) * strides[axis] + rests[axis]);
  if (lengths.some((length) => length < 1)) {
    throw new LanegradError(
      "SHAPE_MISMATCH",
      `${layer} must leave something of its output; outputPadding=${show(outputPadding)}. Received: shape ${showShape(shape)}`,
    );
  }
  const before = rests.map((rest, axis) => Math.floor(Math.max(extents[axis] - rest, 0) / 2));
  return new Window(lengths, channels, counts, before, movement);
}
