/**
 * Between images and matrices, a tile of rows at a time: row r of a tile holds the values that output position r reads,
 * in the order of the kernel [kernelHeight, kernelWidth, channels of the group]; padding is 0. ("im2col" and "col2im",
 * after Chellapilla, Puri and Simard, High Performance Convolutional Neural Networks for Document Processing, 2006.)
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadTail, storeTail } from "./simd";
import { Window, imageBytes } from "./window";

/** Copies floats, writing none beyond them; reads up to three more where they are fewer than four. */
// @ts-ignore: decorator
@inline function copyFloats(from: usize, to: usize, count: i32): void {
  if (count < LANES) {
    storeTail(to, v128.load(from), count);
  } else {
    // The last vector ends where the floats end, and may share some with the one before.
    const last = <usize>(count - LANES) * FLOAT_BYTES;
    for (let at: usize = 0; at < last; at += VECTOR_BYTES) v128.store(to + at, v128.load(from + at));
    v128.store(to + last, v128.load(from + last));
  }
}

/** Writes zeros: a call of memory.fill takes longer than a short piece does. */
// @ts-ignore: decorator
@inline function zeroFloats(to: usize, count: i32): void {
  const zero = f32x4.splat(0);
  if (count < LANES) {
    storeTail(to, zero, count);
  } else {
    const last = <usize>(count - LANES) * FLOAT_BYTES;
    for (let at: usize = 0; at < last; at += VECTOR_BYTES) v128.store(to + at, zero);
    v128.store(to + last, zero);
  }
}

/** to += from. */
// @ts-ignore: decorator
@inline function addFloats(from: usize, to: usize, count: i32): void {
  if (count < LANES) {
    storeTail(to, f32x4.add(loadTail(to, count), loadTail(from, count)), count);
  } else {
    // As in copyFloats; the last sum is made before the loop changes what it shares.
    const last = <usize>(count - LANES) * FLOAT_BYTES;
    const sum = f32x4.add(v128.load(to + last), v128.load(from + last));
    for (let at: usize = 0; at < last; at += VECTOR_BYTES) {
      v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
    }
    v128.store(to + last, sum);
  }
}

/**
 * The values that `rows` output positions read, from position `row` of the batch on.
 *
 * @param x [samples, height, width, channels]
 * @param channel the first channel of the group
 * @param channels how many channels it has
 * @param tile [rows, kernelHeight * kernelWidth * channels], overwritten
 */
export function gatherTile(w: Window, x: usize, row: i32, rows: i32, channel: i32, channels: i32, tile: usize): void {
  const positions = w.outHeight * w.outWidth;
  const sample = row / positions;
  const rowBytes = <usize>(w.kernelHeight * w.kernelWidth * channels) * FLOAT_BYTES;
  let outY = (row - sample * positions) / w.outWidth;
  let outX = row - sample * positions - outY * w.outWidth;
  let image = x + <usize>sample * imageBytes(w) + <usize>channel * FLOAT_BYTES;
  while (rows > 0) {
    const count = min(rows, w.outWidth - outX);
    gatherLine(w, image, outY * w.strideY - w.top, outX * w.strideX - w.left, count, channels, tile, rowBytes);
    tile += <usize>count * rowBytes;
    rows -= count;
    outX = 0;
    if (++outY == w.outHeight) {
      outY = 0;
      image += imageBytes(w);
    }
  }
}

/**
 * Positions beside each other, the first of which has its window at (y, x). What lies together in the image is copied
 * together: a line of the window, or single pixels where these are apart.
 */
function gatherLine(w: Window, image: usize, y: i32, x: i32, count: i32, channels: i32, tile: usize, rowBytes: usize): void {
  const pixelBytes = <usize>w.channels * FLOAT_BYTES;
  const width = w.width;
  const pixels = w.dilationX == 1 && channels == w.channels ? w.kernelWidth : 1;
  const pieces = w.kernelWidth / pixels;
  const pieceBytes = <usize>(pixels * channels) * FLOAT_BYTES;
  for (let ky = 0; ky < w.kernelHeight; ky++, y += w.dilationY) {
    const line = <u32>y < <u32>w.height ? image + <usize>(y * width) * pixelBytes : 0;
    for (let piece = 0, inX = x; piece < pieces; piece++, inX += w.dilationX, tile += pieceBytes) {
      gatherPieces(line, inX, w.strideX, width, pixelBytes, pixels, channels, tile, rowBytes, count);
    }
  }
}

/**
 * One piece of each of `count` windows.
 *
 * @param line a line of the image, or 0 for zeros
 * @param pixels how many pixels make a piece
 */
function gatherPieces(line: usize, x: i32, stride: i32, width: i32, pixelBytes: usize, pixels: i32, channels: i32,
  to: usize, rowBytes: usize, count: i32): void {
  const last = width - pixels;
  for (; count > 0 && (!line || x < 0 || x > last); count--, x += stride, to += rowBytes) {
    gatherCut(line, x, width, pixelBytes, pixels, channels, to);
  }
  if (!count) return;
  let inside = min(count, (last - x) / stride + 1);
  count -= inside;
  const floats = pixels * channels;
  const stepBytes = <usize>stride * pixelBytes;
  let from = line + <usize>x * pixelBytes;
  x += inside * stride;
  if (floats >= LANES && floats <= 2 * LANES) {
    // The second vector ends where the piece ends, and may share elements with the first.
    const second = <usize>(floats - LANES) * FLOAT_BYTES;
    for (; inside > 0; inside--, from += stepBytes, to += rowBytes) {
      v128.store(to, v128.load(from));
      v128.store(to + second, v128.load(from + second));
    }
  } else {
    for (; inside > 0; inside--, from += stepBytes, to += rowBytes) copyFloats(from, to, floats);
  }
  for (; count > 0; count--, x += stride, to += rowBytes) gatherCut(line, x, width, pixelBytes, pixels, channels, to);
}

/** A piece of which only some pixels, or none, are in the image. */
function gatherCut(line: usize, x: i32, width: i32, pixelBytes: usize, pixels: i32, channels: i32, to: usize): void {
  const bytes = <usize>channels * FLOAT_BYTES;
  const end = line ? min(pixels, width - x) : 0;
  const from = max(0, -x);
  zeroFloats(to, pixels * channels);
  if (end > from) copyFloats(line + <usize>(x + from) * pixelBytes, to + <usize>from * bytes, (end - from) * channels);
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
