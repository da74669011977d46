/** Moves and repeats the pixels of images, and scales their channels. */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";

/**
 * y = the part of x that begins at (top, left).
 *
 * @param x [samples, height, width, channels]
 * @param y [samples, outHeight, outWidth, channels], overwritten; within x
 */
export function crop(x: usize, y: usize, samples: i32, height: i32, width: i32, channels: i32, top: i32, left: i32,
  outHeight: i32, outWidth: i32): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const lineBytes = <usize>width * pixelBytes, outBytes = <usize>outWidth * pixelBytes;
  const imageBytes = <usize>height * lineBytes;
  x += <usize>top * lineBytes + <usize>left * pixelBytes;
  for (; samples > 0; samples--, x += imageBytes) {
    for (let row = 0, from = x; row < outHeight; row++, from += lineBytes, y += outBytes) memory.copy(y, from, outBytes);
  }
}

/**
 * y = x with zeros around it: the transpose of crop.
 *
 * @param x [samples, height, width, channels]
 * @param y [samples, outHeight, outWidth, channels], overwritten; x begins at (top, left)
 */
export function pad(x: usize, y: usize, samples: i32, height: i32, width: i32, channels: i32, top: i32, left: i32,
  outHeight: i32, outWidth: i32): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const lineBytes = <usize>width * pixelBytes, outBytes = <usize>outWidth * pixelBytes;
  const imageBytes = <usize>outHeight * outBytes;
  memory.fill(y, 0, <usize>samples * imageBytes);
  y += <usize>top * outBytes + <usize>left * pixelBytes;
  for (; samples > 0; samples--, y += imageBytes) {
    for (let row = 0, to = y; row < height; row++, to += outBytes, x += lineBytes) memory.copy(to, x, lineBytes);
  }
}

/**
 * y = x with each pixel `scaleY` times below and `scaleX` times beside itself.
 *
 * @param x [lines, width, channels], the lines of all images
 * @param y [lines * scaleY, width * scaleX, channels], overwritten
 */
export function repeatPixels(x: usize, y: usize, lines: i32, width: i32, channels: i32, scaleY: i32, scaleX: i32): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const outBytes = <usize>(width * scaleX) * pixelBytes;
  for (; lines > 0; lines--) {
    const line = y;
    for (let column = 0; column < width; column++, x += pixelBytes) {
      for (let copy = 0; copy < scaleX; copy++, y += pixelBytes) memory.copy(y, x, pixelBytes);
    }
    for (let copy = 1; copy < scaleY; copy++, y += outBytes) memory.copy(y, line, outBytes);
  }
}

/** The sum of the copies of one pixel, up to four channels. */
// @ts-ignore: decorator
@inline function sumOfCopies(y: usize, lineBytes: usize, pixelBytes: usize, scaleY: i32, scaleX: i32, lanes: i32): v128 {
  let sum = f32x4.splat(0);
  for (; scaleY > 0; scaleY--, y += lineBytes) {
    for (let copy = 0, at = y; copy < scaleX; copy++, at += pixelBytes) sum = f32x4.add(sum, loadLanes(at, lanes));
  }
  return sum;
}

/**
 * dX = the sum of dY over the copies of each pixel: the transpose of repeatPixels.
 *
 * @param dY [lines * scaleY, width * scaleX, channels]
 * @param dX [lines, width, channels], overwritten
 */
export function sumPixels(dY: usize, dX: usize, lines: i32, width: i32, channels: i32, scaleY: i32, scaleX: i32): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const lineBytes = <usize>(width * scaleX) * pixelBytes;
  for (; lines > 0; lines--, dY += <usize>scaleY * lineBytes) {
    for (let column = 0, from = dY; column < width; column++, from += <usize>scaleX * pixelBytes) {
      let at = from, left = channels;
      for (; left >= LANES; left -= LANES, at += VECTOR_BYTES, dX += VECTOR_BYTES) {
        v128.store(dX, sumOfCopies(at, lineBytes, pixelBytes, scaleY, scaleX, LANES));
      }
      if (left) {
        storeLanes(dX, sumOfCopies(at, lineBytes, pixelBytes, scaleY, scaleX, left), left);
        dX += <usize>left * FLOAT_BYTES;
      }
    }
  }
}

/** x times factors, 0 where a factor is 0, even for a NaN or an infinity. */
// @ts-ignore: decorator
@inline function scaled(x: v128, factors: v128): v128 {
  return v128.and(f32x4.mul(x, factors), f32x4.ne(factors, f32x4.splat(0)));
}

/**
 * y = x times the factor of its channel, 0 where that is 0, even for a NaN or an infinity; its own transpose.
 *
 * @param x [samples, positions, channels]
 * @param factors [samples, channels]
 * @param y [samples, positions, channels], overwritten; may be x
 */
export function multiplyChannels(x: usize, factors: usize, y: usize, samples: i32, positions: i32, channels: i32): void {
  const rowBytes = <usize>channels * FLOAT_BYTES;
  const wholeBytes = <usize>(channels & ~(LANES - 1)) * FLOAT_BYTES;
  const tail = channels & (LANES - 1);
  for (; samples > 0; samples--, factors += rowBytes) {
    for (let position = 0; position < positions; position++, x += rowBytes, y += rowBytes) {
      let at: usize = 0;
      for (; at < wholeBytes; at += VECTOR_BYTES) v128.store(y + at, scaled(v128.load(x + at), v128.load(factors + at)));
      if (tail) storeLanes(y + at, scaled(loadLanes(x + at, tail), loadLanes(factors + at, tail)), tail);
    }
  }
}
