/**
 * Pools: the largest or the mean of the values in a window, channel by channel. Padding takes no part. A window that is
 * the whole image makes a global pool. Images are [samples, height, width, channels].
 */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, storeLanes } from "./simd";
import { Window, imageBytes } from "./window";

/** The largest value of four channels; NaN wins. */
// @ts-ignore: decorator
@inline function largest(x: usize, lineBytes: usize, pixelBytes: usize, height: i32, width: i32, lanes: i32): v128 {
  let y = loadLanes(x, lanes);
  for (; height > 0; height--, x += lineBytes) {
    if (width == 2) {
      y = f32x4.max(f32x4.max(y, loadLanes(x, lanes)), loadLanes(x + pixelBytes, lanes));
    } else {
      for (let at = x, end = x + <usize>width * pixelBytes; at < end; at += pixelBytes) y = f32x4.max(y, loadLanes(at, lanes));
    }
  }
  return y;
}

/** The sum of four channels, row after row. */
// @ts-ignore: decorator
@inline function total(x: usize, lineBytes: usize, pixelBytes: usize, height: i32, width: i32, lanes: i32): v128 {
  let y = f32x4.splat(0);
  for (; height > 0; height--, x += lineBytes) {
    let line = f32x4.splat(0);
    for (let at = x, end = x + <usize>width * pixelBytes; at < end; at += pixelBytes) line = f32x4.add(line, loadLanes(at, lanes));
    y = f32x4.add(y, line);
  }
  return y;
}

/** The gradient of the largest value goes to the first that equals it; others, and where windows share none, get 0. */
// @ts-ignore: decorator
@inline function spreadLargest(x: usize, y: v128, dY: v128, dX: usize, lineBytes: usize, pixelBytes: usize, height: i32,
  width: i32, lanes: i32, open: v128, isAlone: bool): void {
  for (; height > 0; height--, x += lineBytes, dX += lineBytes) {
    for (let kx = 0, at = x, to = dX; kx < width; kx++, at += pixelBytes, to += pixelBytes) {
      const value = loadLanes(at, lanes);
      const isIt = v128.and(open, v128.or(f32x4.eq(value, y), f32x4.ne(value, value)));
      open = v128.andnot(open, isIt);
      const share = v128.and(dY, isIt);
      storeLanes(to, isAlone ? share : f32x4.add(loadLanes(to, lanes), share), lanes);
    }
  }
}

/** The same gradient for all values of a window. */
// @ts-ignore: decorator
@inline function spread(dY: v128, dX: usize, lineBytes: usize, pixelBytes: usize, height: i32, width: i32, lanes: i32): void {
  for (; height > 0; height--, dX += lineBytes) {
    for (let at = dX, end = dX + <usize>width * pixelBytes; at < end; at += pixelBytes) {
      storeLanes(at, f32x4.add(loadLanes(at, lanes), dY), lanes);
    }
  }
}

/** The channels of the largest values of one window. */
function largestOf(x: usize, y: usize, lineBytes: usize, channels: i32, height: i32, width: i32): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  if (channels < LANES) {
    storeLanes(y, largest(x, lineBytes, pixelBytes, height, width, channels), channels);
    return;
  }
  // The last vector ends where the channels end, and may share some with the one before.
  const last = <usize>(channels - LANES) * FLOAT_BYTES;
  for (let at: usize = 0; ; at = min(at + VECTOR_BYTES, last)) {
    v128.store(y + at, largest(x + at, lineBytes, pixelBytes, height, width, LANES));
    if (at == last) break;
  }
}

/** The channels of the means of one window. */
function meansOf(x: usize, y: usize, lineBytes: usize, channels: i32, height: i32, width: i32): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const count = f32x4.splat(<f32>(height * width));
  for (; channels >= LANES; channels -= LANES, x += VECTOR_BYTES, y += VECTOR_BYTES) {
    v128.store(y, f32x4.div(total(x, lineBytes, pixelBytes, height, width, LANES), count));
  }
  if (channels) storeLanes(y, f32x4.div(total(x, lineBytes, pixelBytes, height, width, channels), count), channels);
}

/** The gradients of the largest values of one window, added to dX, or stored there if no other window shares its values. */
function spreadLargestOf(x: usize, y: usize, dY: usize, dX: usize, lineBytes: usize, channels: i32, height: i32,
  width: i32, isAlone: bool): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  let open = f32x4.eq(f32x4.splat(0), f32x4.splat(0));
  if (channels < LANES) {
    spreadLargest(x, loadLanes(y, channels), loadLanes(dY, channels), dX, lineBytes, pixelBytes, height, width, channels,
      open, isAlone);
    return;
  }
  // As in largestOf; what two vectors share may be stored twice, but is added once.
  const last = <usize>(channels - LANES) * FLOAT_BYTES;
  for (let at: usize = 0; ; at = min(at + VECTOR_BYTES, last)) {
    if (at == last && !isAlone) open = i32x4.gt_s(i32x4(1, 2, 3, 4), i32x4.splat(-channels & (LANES - 1)));
    spreadLargest(x + at, v128.load(y + at), v128.load(dY + at), dX + at, lineBytes, pixelBytes, height, width, LANES, open,
      isAlone);
    if (at == last) break;
  }
}

/** The gradients of the means of one window, added to dX. */
function spreadMeansOf(dY: usize, dX: usize, lineBytes: usize, channels: i32, height: i32, width: i32): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const count = f32x4.splat(<f32>(height * width));
  for (; channels >= LANES; channels -= LANES, dY += VECTOR_BYTES, dX += VECTOR_BYTES) {
    spread(f32x4.div(v128.load(dY), count), dX, lineBytes, pixelBytes, height, width, LANES);
  }
  if (channels) spread(f32x4.div(loadLanes(dY, channels), count), dX, lineBytes, pixelBytes, height, width, channels);
}

/** Which of the four passes a walk over all windows makes. */
// @ts-ignore: decorator
@inline const MAX_FORWARD: i32 = 0;
// @ts-ignore: decorator
@inline const AVERAGE_FORWARD: i32 = 1;
// @ts-ignore: decorator
@inline const MAX_BACKWARD: i32 = 2;

/** Visits all windows, cut to what of them lies within the image. */
function walk(pass: i32, w: Window, x: usize, y: usize, dY: usize, dX: usize, samples: i32): void {
  const channels = w.channels;
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const lineBytes = <usize>w.width * pixelBytes;
  const isAlone = w.strideY >= w.kernelHeight && w.strideX >= w.kernelWidth;
  for (let image: usize = 0, end = <usize>samples * imageBytes(w); image < end; image += imageBytes(w)) {
    for (let outY = 0; outY < w.outHeight; outY++) {
      const startY = outY * w.strideY - w.top;
      const top = max(0, startY), height = min(w.height, startY + w.kernelHeight) - top;
      for (let outX = 0; outX < w.outWidth; outX++, y += pixelBytes, dY += pixelBytes) {
        const startX = outX * w.strideX - w.left;
        const left = max(0, startX), width = min(w.width, startX + w.kernelWidth) - left;
        const at = image + <usize>top * lineBytes + <usize>left * pixelBytes;
        if (pass == MAX_FORWARD) largestOf(x + at, y, lineBytes, channels, height, width);
        else if (pass == AVERAGE_FORWARD) meansOf(x + at, y, lineBytes, channels, height, width);
        else if (pass == MAX_BACKWARD) spreadLargestOf(x + at, y, dY, dX + at, lineBytes, channels, height, width, isAlone);
        else spreadMeansOf(dY, dX + at, lineBytes, channels, height, width);
      }
    }
  }
}

/**
 * y = the largest value of each window; NaN if one is.
 *
 * @param window written by describeWindow, with dilations of 1
 * @param x [samples, height, width, channels]
 * @param y [samples, outHeight, outWidth, channels], overwritten
 */
export function maxPoolForward(window: usize, x: usize, y: usize, samples: i32): void {
  walk(MAX_FORWARD, changetype<Window>(window), x, y, 0, 0, samples);
}

/**
 * dX = dY where x was the largest of its window, the first of several; finding it again takes less than keeping it.
 *
 * @param x as in maxPoolForward
 * @param y what maxPoolForward made of it
 * @param dY [samples, outHeight, outWidth, channels]
 * @param dX [samples, height, width, channels], overwritten
 */
export function maxPoolBackward(window: usize, x: usize, y: usize, dY: usize, dX: usize, samples: i32): void {
  const w = changetype<Window>(window);
  memory.fill(dX, 0, <usize>samples * imageBytes(w));
  walk(MAX_BACKWARD, w, x, y, dY, dX, samples);
}

/**
 * y = the mean of the values of each window that lie within the image.
 *
 * @param x [samples, height, width, channels]
 * @param y [samples, outHeight, outWidth, channels], overwritten
 */
export function averagePoolForward(window: usize, x: usize, y: usize, samples: i32): void {
  walk(AVERAGE_FORWARD, changetype<Window>(window), x, y, 0, 0, samples);
}

/**
 * dX = the sum, over the windows that hold a value, of dY / values in the window.
 *
 * @param dY [samples, outHeight, outWidth, channels]
 * @param dX [samples, height, width, channels], overwritten
 */
export function averagePoolBackward(window: usize, dY: usize, dX: usize, samples: i32): void {
  const w = changetype<Window>(window);
  memory.fill(dX, 0, <usize>samples * imageBytes(w));
  walk(MAX_BACKWARD + 1, w, 0, 0, dY, dX, samples);
}
