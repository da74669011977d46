/**
 * Convolutions in which each filter reads a channel of its own, as many filters as channels: nothing is shared that a
 * matrix product could profit from, so they are computed in place. Images are [samples, height, width, channels], the
 * kernel is [kernelHeight, kernelWidth, 1, channels].
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes } from "./simd";
import { Window, imageBytes } from "./window";

/** z = bias + the products of one window, up to four channels. */
// @ts-ignore: decorator
@inline function windowSum(w: Window, image: usize, y: i32, x: i32, kernel: usize, pixelBytes: usize, start: v128, lanes: i32): v128 {
  const width = w.width, dilationX = w.dilationX;
  let z = start;
  for (let ky = 0; ky < w.kernelHeight; ky++, y += w.dilationY) {
    const line = image + <usize>(y * width) * pixelBytes;
    for (let kx = 0, inX = x; kx < w.kernelWidth; kx++, inX += dilationX, kernel += pixelBytes) {
      if (<u32>y < <u32>w.height && <u32>inX < <u32>width) {
        z = madd(loadLanes(line + <usize>inX * pixelBytes, lanes), loadLanes(kernel, lanes), z);
      }
    }
  }
  return z;
}

/** The channels of one window. */
function windowSums(w: Window, image: usize, y: i32, x: i32, kernel: usize, bias: usize, z: usize): void {
  const pixelBytes = <usize>w.channels * FLOAT_BYTES;
  let channels = w.channels;
  for (; channels >= LANES; channels -= LANES, image += VECTOR_BYTES, kernel += VECTOR_BYTES, z += VECTOR_BYTES) {
    const start = bias ? v128.load(bias) : f32x4.splat(0);
    v128.store(z, windowSum(w, image, y, x, kernel, pixelBytes, start, LANES));
    if (bias) bias += VECTOR_BYTES;
  }
  if (channels) {
    const start = bias ? loadLanes(bias, channels) : f32x4.splat(0);
    storeLanes(z, windowSum(w, image, y, x, kernel, pixelBytes, start, channels), channels);
  }
}

/** to += a b, channel by channel. */
function addProducts(a: usize, b: usize, to: usize, channels: i32): void {
  for (; channels >= LANES; channels -= LANES, a += VECTOR_BYTES, b += VECTOR_BYTES, to += VECTOR_BYTES) {
    v128.store(to, madd(v128.load(a), v128.load(b), v128.load(to)));
  }
  if (channels) storeLanes(to, madd(loadLanes(a, channels), loadLanes(b, channels), loadLanes(to, channels)), channels);
}

/**
 * z = x * kernel + bias for some output positions.
 *
 * @param x [samples, height, width, channels]
 * @param kernel [kernelHeight, kernelWidth, 1, channels]
 * @param bias [channels], or 0 for none
 * @param row the first output position of the batch
 * @param z [rows, channels], overwritten
 */
export function depthwiseForward(w: Window, x: usize, kernel: usize, bias: usize, z: usize, row: i32, rows: i32): void {
  const positions = w.outHeight * w.outWidth;
  for (const end = row + rows; row < end; row++, z += <usize>w.channels * FLOAT_BYTES) {
    const sample = row / positions, position = row % positions;
    const outY = position / w.outWidth, outX = position % w.outWidth;
    const image = x + <usize>sample * imageBytes(w);
    windowSums(w, image, outY * w.strideY - w.top, outX * w.strideX - w.left, kernel, bias, z);
  }
}

/**
 * The gradient of the kernel or of the input: for every place of every window, sums += dZ x, or dX += dZ kernel.
 *
 * @param image x, or dX, [samples, height, width, channels]
 * @param kernel [kernelHeight, kernelWidth, 1, channels], or sums of its shape
 * @param dZ [rows, channels]
 * @param row the first output position of the batch
 * @param isInput whether dX is added to, else the kernel's sums
 */
export function depthwiseBackward(w: Window, image: usize, kernel: usize, dZ: usize, row: i32, rows: i32, isInput: bool): void {
  const channels = w.channels, positions = w.outHeight * w.outWidth;
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  for (const end = row + rows; row < end; row++, dZ += pixelBytes) {
    const sample = row / positions, position = row % positions;
    const outY = position / w.outWidth, outX = position % w.outWidth;
    const top = image + <usize>sample * imageBytes(w);
    let at = kernel;
    for (let ky = 0, y = outY * w.strideY - w.top; ky < w.kernelHeight; ky++, y += w.dilationY) {
      for (let kx = 0, x = outX * w.strideX - w.left; kx < w.kernelWidth; kx++, x += w.dilationX, at += pixelBytes) {
        if (<u32>y >= <u32>w.height || <u32>x >= <u32>w.width) continue;
        const pixel = top + <usize>(y * w.width + x) * pixelBytes;
        if (isInput) addProducts(dZ, at, pixel, channels);
        else addProducts(dZ, pixel, at, channels);
      }
    }
  }
}
