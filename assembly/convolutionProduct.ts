/**
 * Convolution as matrix products, a tile of output positions at a time (convolutionTile.ts): z = tile.kernel + bias. Each
 * group of filters reads its own channels; where each filter has a channel of its own, depthwise.ts does it. Images are
 * [samples, height, width, channels], the kernel is [kernelHeight, kernelWidth, channels / groups, filters].
 *
 * An output has the same bits alone and in a batch, since a row of a product has.
 */
import { activationForward } from "./activationForward";
import { scatterTile, gatherTile } from "./convolutionTile";
import { sumRows } from "./dense";
import { depthwiseBackward, depthwiseForward } from "./depthwise";
import { multiply } from "./gemm";
import { multiplyColumn } from "./gemmRow";
import { multiplyByTransposed } from "./gemmTransposed";
import { addInPlace } from "./reduce";
import { FLOAT_BYTES } from "./simd";
import { WINDOW_BYTES, Window } from "./window";

/** Floats of a tile, 256 KB, so that it stays in a second-level cache between gathering and multiplying, ... */
// @ts-ignore: decorator
@inline const TILE_FLOATS: i32 = 64 * 1024;

/** ... unless it then had fewer rows than this, for each of which the kernel would be packed too often, ... */
// @ts-ignore: decorator
@inline const LEAST_ROWS: i32 = 96;

/** ... and no more rows than this: the outputs are to stay near until the activation has passed over them. */
// @ts-ignore: decorator
@inline const MOST_ROWS: i32 = 1024;

/** Output positions in a tile whose rows have `depth` values. */
function tileRows(depth: i32): i32 {
  return min(MOST_ROWS, max(LEAST_ROWS, TILE_FLOATS / depth));
}

/**
 * The floats that a convolution needs aside: the window, a tile of at most 256 KB or 96 rows, and sums of the filters.
 *
 * @param depth kernelHeight * kernelWidth * channels / groups
 */
export function convolutionScratchFloats(depth: i32, filters: i32): i32 {
  return <i32>(WINDOW_BYTES / FLOAT_BYTES) + tileRows(depth) * depth + filters;
}

/** Values that an output reads. */
// @ts-ignore: decorator
@inline function depthOf(w: Window, groups: i32): i32 {
  return w.kernelHeight * w.kernelWidth * (w.channels / groups);
}

/** Whether the rows of a tile are the pixels themselves. */
// @ts-ignore: decorator
@inline function readsInPlace(w: Window, groups: i32): bool {
  return w.kernelHeight * w.kernelWidth * w.strideY * w.strideX * groups == 1 &&
    w.outHeight == w.height && w.outWidth == w.width;
}

/** How many groups are products: none where each filter has a channel of its own. */
// @ts-ignore: decorator
@inline function productGroups(w: Window, filters: i32, groups: i32): i32 {
  return groups > 1 && groups == filters && groups == w.channels ? 0 : groups;
}

/**
 * z = x * kernel + bias; y = activation(z).
 *
 * @param x [samples, height, width, channels]
 * @param kernel [kernelHeight, kernelWidth, channels / groups, filters]
 * @param bias [filters], or 0 for none
 * @param preactivation [samples, outHeight, outWidth, filters] where z is kept for the backward pass, or 0
 * @param y [samples, outHeight, outWidth, filters], overwritten
 * @param activation a kind of activationKinds.ts
 * @param alpha the activation's number, if it has one
 * @param scratch convolutionScratchFloats(...) floats that begin with the window
 * @param workspace workspaceBytes() bytes
 */
export function convolutionForward(x: usize, kernel: usize, bias: usize, preactivation: usize, y: usize, samples: i32,
  filters: i32, groups: i32, activation: i32, alpha: f32, scratch: usize, workspace: usize): void {
  const w = changetype<Window>(scratch);
  const channels = w.channels / groups, groupFilters = filters / groups;
  const depth = depthOf(w, groups);
  const rows = samples * w.outHeight * w.outWidth;
  const isInPlace = readsInPlace(w, groups), products = productGroups(w, filters, groups);
  const tile = scratch + WINDOW_BYTES;
  const step = tileRows(depth);
  const depthBytes = <usize>depth * FLOAT_BYTES, filterBytes = <usize>filters * FLOAT_BYTES;
  for (let row = 0; row < rows; row += step) {
    const count = min(step, rows - row);
    const offset = <usize>row * filterBytes;
    const z = (preactivation ? preactivation : y) + offset;
    if (!products) depthwiseForward(w, x, kernel, bias, z, row, count);
    for (let group = 0; group < products; group++) {
      const first = <usize>(group * groupFilters) * FLOAT_BYTES;
      let a = tile;
      if (isInPlace) a = x + <usize>row * depthBytes;
      else gatherTile(w, x, row, count, group * channels, channels, tile);
      const from = bias ? bias + first : 0;
      if (filters == 1) multiplyColumn(a, depthBytes, kernel, from, z, count, depth);
      else {
        multiply(a, depthBytes, FLOAT_BYTES, kernel + first, filterBytes, false, from, z + first, filterBytes, count,
          groupFilters, depth, 0, workspace);
      }
    }
    activationForward(activation, z, y + offset, count * filters, alpha);
  }
}

/**
 * dKernel = the sum over tiles of tileT.dZ; dBias = the sum of dZ over all positions.
 *
 * @param x [samples, height, width, channels]
 * @param dZ [samples, outHeight, outWidth, filters]
 * @param dKernel [kernelHeight, kernelWidth, channels / groups, filters], overwritten
 * @param dBias [filters], overwritten, or 0 for none
 * @param scratch as in convolutionForward
 */
export function convolutionBackwardKernel(x: usize, dZ: usize, dKernel: usize, dBias: usize, samples: i32, filters: i32,
  groups: i32, scratch: usize, workspace: usize): void {
  const w = changetype<Window>(scratch);
  const channels = w.channels / groups, groupFilters = filters / groups;
  const depth = depthOf(w, groups);
  const rows = samples * w.outHeight * w.outWidth;
  const isInPlace = readsInPlace(w, groups), products = productGroups(w, filters, groups);
  const step = tileRows(depth);
  const sums = scratch + WINDOW_BYTES;
  const tile = sums + <usize>filters * FLOAT_BYTES;
  const depthBytes = <usize>depth * FLOAT_BYTES, filterBytes = <usize>filters * FLOAT_BYTES;
  if (!products) memory.fill(dKernel, 0, depthBytes * <usize>filters);
  for (let row = 0; row < rows; row += step, dZ += <usize>step * filterBytes) {
    const count = min(step, rows - row);
    if (!products) depthwiseBackward(w, x, dKernel, dZ, row, count, false);
    for (let group = 0; group < products; group++) {
      const first = <usize>(group * groupFilters) * FLOAT_BYTES;
      let a = tile;
      if (isInPlace) a = x + <usize>row * depthBytes;
      else gatherTile(w, x, row, count, group * channels, channels, tile);
      multiply(a, FLOAT_BYTES, depthBytes, dZ + first, filterBytes, false, 0, dKernel + first, filterBytes, depth,
        groupFilters, count, row > 0 ? 1 : 0, workspace);
    }
    if (dBias) {
      sumRows(dZ, row ? sums : dBias, count, filters);
      if (row) addInPlace(dBias, sums, filters);
    }
  }
}

/** Rows of a bias, or zeros. */
function fillRows(bias: usize, y: usize, rows: i32, columns: i32): void {
  const rowBytes = <usize>columns * FLOAT_BYTES;
  if (!bias) memory.fill(y, 0, <usize>rows * rowBytes);
  else for (; rows > 0; rows--, y += rowBytes) memory.copy(y, bias, rowBytes);
}

/**
 * dX = the tiles dZ.kernelT, each added to the places it stands for. With another name for its operands this is the
 * transposed convolution, which has a bias.
 *
 * @param dZ [samples, outHeight, outWidth, filters]
 * @param kernel [kernelHeight, kernelWidth, channels / groups, filters]
 * @param bias [channels] that dX starts from, or 0 for zeros
 * @param dX [samples, height, width, channels], overwritten
 * @param scratch as in convolutionForward
 */
export function convolutionBackwardInput(dZ: usize, kernel: usize, bias: usize, dX: usize, samples: i32, filters: i32,
  groups: i32, scratch: usize, workspace: usize): void {
  const w = changetype<Window>(scratch);
  const channels = w.channels / groups, groupFilters = filters / groups;
  const depth = depthOf(w, groups);
  const rows = samples * w.outHeight * w.outWidth;
  const isInPlace = !bias && readsInPlace(w, groups), products = productGroups(w, filters, groups);
  const step = tileRows(depth);
  const tile = scratch + WINDOW_BYTES;
  const depthBytes = <usize>depth * FLOAT_BYTES, filterBytes = <usize>filters * FLOAT_BYTES;
  if (!isInPlace) fillRows(bias, dX, samples * w.height * w.width, w.channels);
  for (let row = 0; row < rows; row += step, dZ += <usize>step * filterBytes) {
    const count = min(step, rows - row);
    if (!products) depthwiseBackward(w, dX, kernel, dZ, row, count, true);
    for (let group = 0; group < products; group++) {
      const first = <usize>(group * groupFilters) * FLOAT_BYTES;
      const c = isInPlace ? dX + <usize>(row * depth) * FLOAT_BYTES : tile;
      multiplyByTransposed(dZ + first, filterBytes, kernel + first, filterBytes, c, depthBytes, count, depth,
        groupFilters, workspace);
      if (!isInPlace) scatterTile(w, tile, row, count, group * channels, channels, dX);
    }
  }
}
