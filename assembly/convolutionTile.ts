/**
 * Between images and matrices, a tile of rows at a time: row r of a tile holds the values that output position r reads,
 * in the order of the kernel [kernelHeight, kernelWidth, channels of the group]; padding is 0. ("im2col" and "col2im",
 * after Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document Processing, 2006.)
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";
import { Window, imageBytes } from "./window";

/** Copies floats in whole vectors: reads and writes up to three more. */
// @ts-ignore: decorator
@inline function copyVectors(from: usize, to: usize, count: i32): void {
  const end = to + <usize>count * FLOAT_BYTES;
  for (; to < end; from += VECTOR_BYTES, to += VECTOR_BYTES) v128.store(to, v128.load(from));
}

/** Zeros in whole vectors: writes up to three more. */
// @ts-ignore: decorator
@inline function clearVectors(to: usize, count: i32): void {
  const end = to + <usize>count * FLOAT_BYTES;
  for (; to < end; to += VECTOR_BYTES) v128.store(to, f32x4.splat(0));
}

/** to += from. */
// @ts-ignore: decorator
@inline function addFloats(from: usize, to: usize, count: i32): void {
  for (; count >= LANES; count -= LANES, from += VECTOR_BYTES, to += VECTOR_BYTES) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
  }
  if (count) storeTail(to, f32x4.add(loadTail(to, count), loadTail(from, count)), count);
}

/**
 * The values that `rows` output positions read, from position `row` of the batch on.
 *
 * @param x [samples, height, width, channels]
 * @param channel the first channel of the group
 * @param channels how many channels it has
 * @param tile [rows, kernelHeight * kernelWidth * channels], overwritten, and up to three floats more
 */
export function gatherTile(w: Window, x: usize, row: i32, rows: i32, channel: i32, channels: i32, tile: usize): void {
  const positions = w.outHeight * w.outWidth;
  const sample = row / positions;
  let outY = (row - sample * positions) / w.outWidth;
  let outX = row - sample * positions - outY * w.outWidth;
  let image = x + <usize>sample * imageBytes(w) + <usize>channel * FLOAT_BYTES;
  for (; rows > 0; rows--) {
    tile = gatherWindow(w, image, outY * w.strideY - w.top, outX * w.strideX - w.left, channels, tile);
    if (++outX == w.outWidth) {
      outX = 0;
      if (++outY == w.outHeight) {
        outY = 0;
        image += imageBytes(w);
      }
    }
  }
}

/** One row of a tile; returns where the next one begins. */
function gatherWindow(w: Window, image: usize, y: i32, x: i32, channels: i32, tile: usize): usize {
  const pixelBytes = <usize>w.channels * FLOAT_BYTES, channelBytes = <usize>channels * FLOAT_BYTES;
  const width = w.width, kernelWidth = w.kernelWidth, dilationX = w.dilationX;
  const lineBytes = <usize>kernelWidth * channelBytes;
  const isTogether = dilationX == 1 && channels == w.channels;
  const before = max(0, -x), after = min(kernelWidth, width - x);
  for (let ky = 0, inY = y; ky < w.kernelHeight; ky++, inY += w.dilationY, tile += lineBytes) {
    if (<u32>inY >= <u32>w.height) {
      clearVectors(tile, kernelWidth * channels);
      continue;
    }
    const line = image + <usize>(inY * width) * pixelBytes;
    if (isTogether) {
      // Left of the image, in it, right of it; each piece overwrites what the one before wrote beyond its end.
      if (before) clearVectors(tile, min(before, kernelWidth) * channels);
      if (after > before) {
        copyVectors(line + <usize>(x + before) * pixelBytes, tile + <usize>before * channelBytes, (after - before) * channels);
      }
      const right = max(after, 0);
      if (right < kernelWidth) clearVectors(tile + <usize>right * channelBytes, (kernelWidth - right) * channels);
    } else {
      for (let kx = 0, inX = x, to = tile; kx < kernelWidth; kx++, inX += dilationX, to += channelBytes) {
        if (<u32>inX < <u32>width) copyVectors(line + <usize>inX * pixelBytes, to, channels);
        else clearVectors(to, channels);
      }
    }
  }
  return tile;
}

/**
 * Adds the rows of a tile to the values that they stand for: the transpose of gatherTile.
 *
 * @param tile [rows, kernelHeight * kernelWidth * channels]
 * @param dX [samples, height, width, channels], added to
 */
export function scatterTile(w: Window, tile: usize, row: i32, rows: i32, channel: i32, channels: i32, dX: usize): void {
  const positions = w.outHeight * w.outWidth;
  const sample = row / positions;
  let outY = (row - sample * positions) / w.outWidth;
  let outX = row - sample * positions - outY * w.outWidth;
  let image = dX + <usize>sample * imageBytes(w) + <usize>channel * FLOAT_BYTES;
  for (; rows > 0; rows--) {
    tile = scatterWindow(w, tile, image, outY * w.strideY - w.top, outX * w.strideX - w.left, channels);
    if (++outX == w.outWidth) {
      outX = 0;
      if (++outY == w.outHeight) {
        outY = 0;
        image += imageBytes(w);
      }
    }
  }
}

/** One row of a tile; returns where the next one begins. */
function scatterWindow(w: Window, tile: usize, image: usize, y: i32, x: i32, channels: i32): usize {
  const pixelBytes = <usize>w.channels * FLOAT_BYTES, channelBytes = <usize>channels * FLOAT_BYTES;
  const width = w.width, kernelWidth = w.kernelWidth, dilationX = w.dilationX;
  const lineBytes = <usize>kernelWidth * channelBytes;
  const isTogether = dilationX == 1 && channels == w.channels;
  const before = max(0, -x), after = min(kernelWidth, width - x);
  for (let ky = 0, inY = y; ky < w.kernelHeight; ky++, inY += w.dilationY, tile += lineBytes) {
    if (<u32>inY >= <u32>w.height) continue;
    const line = image + <usize>(inY * width) * pixelBytes;
    if (isTogether) {
      if (after > before) {
        addFloats(tile + <usize>before * channelBytes, line + <usize>(x + before) * pixelBytes, (after - before) * channels);
      }
    } else {
      for (let kx = 0, inX = x, from = tile; kx < kernelWidth; kx++, inX += dilationX, from += channelBytes) {
        if (<u32>inX < <u32>width) addFloats(from, line + <usize>inX * pixelBytes, channels);
      }
    }
  }
  return tile;
}
