/**
 * What a convolution or a pool reads for each of its outputs: a window that moves over an image. The numbers lie in
 * memory, since they are too many to hand on from function to function.
 */
import { FLOAT_BYTES } from "./simd";

/** A window and the image [height, width, channels] that it moves over; all counts are elements. */
@unmanaged
export class Window {
  height: i32;
  width: i32;
  channels: i32;
  kernelHeight: i32;
  kernelWidth: i32;
  strideY: i32;
  strideX: i32;
  dilationY: i32;
  dilationX: i32;
  /** Rows of padding above the image: the first window begins at row -top. */
  top: i32;
  /** Columns of padding to its left. */
  left: i32;
  outHeight: i32;
  outWidth: i32;
}

/** Bytes that a window takes at the front of scratch memory. */
// @ts-ignore: decorator
@inline export const WINDOW_BYTES: usize = 64;

/**
 * Writes the numbers of a window down.
 *
 * @param window WINDOW_BYTES bytes, overwritten
 */
export function describeWindow(window: usize, height: i32, width: i32, channels: i32, kernelHeight: i32,
  kernelWidth: i32, strideY: i32, strideX: i32, dilationY: i32, dilationX: i32, top: i32, left: i32, outHeight: i32,
  outWidth: i32): void {
  const w = changetype<Window>(window);
  w.height = height;
  w.width = width;
  w.channels = channels;
  w.kernelHeight = kernelHeight;
  w.kernelWidth = kernelWidth;
  w.strideY = strideY;
  w.strideX = strideX;
  w.dilationY = dilationY;
  w.dilationX = dilationX;
  w.top = top;
  w.left = left;
  w.outHeight = outHeight;
  w.outWidth = outWidth;
}

/** Bytes of one image that the window moves over. */
// @ts-ignore: decorator
@inline export function imageBytes(w: Window): usize {
  return <usize>(w.height * w.width * w.channels) * FLOAT_BYTES;
}
