/** Larger images between whose pixels values are interpolated. Images are [samples, height, width, channels]. */
import { FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, storeLanes } from "./simd";

/** to += weight from, channel by channel. */
function addScaled(from: usize, weight: f32, to: usize, channels: i32): void {
  const weights = f32x4.splat(weight);
  for (; channels >= LANES; channels -= LANES, from += VECTOR_BYTES, to += VECTOR_BYTES) {
    v128.store(to, madd(v128.load(from), weights, v128.load(to)));
  }
  if (channels) storeLanes(to, madd(loadLanes(from, channels), weights, loadLanes(to, channels)), channels);
}

/** Where the middle of an output pixel lies among the middles of input pixels, within the image. */
// @ts-ignore: decorator
@inline function placeOf(out: i32, scale: i32, length: i32): f32 {
  return max<f32>(0, min<f32>(<f32>(length - 1), (<f32>out + 0.5) / <f32>scale - 0.5));
}

/** Visits every output pixel with the four input pixels around it: large += weight small, or the other way round. */
function walk(small: usize, large: usize, samples: i32, height: i32, width: i32, channels: i32, scaleY: i32, scaleX: i32,
  isForward: bool): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES, lineBytes = <usize>width * pixelBytes;
  for (; samples > 0; samples--, small += <usize>height * lineBytes) {
    for (let outY = 0; outY < height * scaleY; outY++) {
      const y = placeOf(outY, scaleY, height);
      const top = <i32>y;
      for (let outX = 0; outX < width * scaleX; outX++, large += pixelBytes) {
        const x = placeOf(outX, scaleX, width);
        const left = <i32>x;
        for (let corner = 0; corner < 4; corner++) {
          const down = corner >> 1, right = corner & 1;
          const weightY = down ? y - <f32>top : 1 - (y - <f32>top);
          const weight = weightY * (right ? x - <f32>left : 1 - (x - <f32>left));
          const pixel = small + <usize>min(top + down, height - 1) * lineBytes + <usize>min(left + right, width - 1) * pixelBytes;
          // Beyond the last pixel, whose weight is 0, a NaN has no influence either.
          if (weight == 0) continue;
          if (isForward) addScaled(pixel, weight, large, channels);
          else addScaled(large, weight, pixel, channels);
        }
      }
    }
  }
}

/**
 * y = x with linear interpolation between the middles of pixels, along both axes; constant beyond the outermost ones.
 *
 * @param x [samples, height, width, channels]
 * @param y [samples, height * scaleY, width * scaleX, channels], overwritten
 */
export function interpolatePixels(x: usize, y: usize, samples: i32, height: i32, width: i32, channels: i32, scaleY: i32,
  scaleX: i32): void {
  memory.fill(y, 0, <usize>(samples * height * scaleY * width * scaleX * channels) * FLOAT_BYTES);
  walk(x, y, samples, height, width, channels, scaleY, scaleX, true);
}

/**
 * dX = the sum of dY by the weights that interpolatePixels gave: its transpose.
 *
 * @param dY [samples, height * scaleY, width * scaleX, channels]
 * @param dX [samples, height, width, channels], overwritten
 */
export function interpolatePixelsBackward(dY: usize, dX: usize, samples: i32, height: i32, width: i32, channels: i32,
  scaleY: i32, scaleX: i32): void {
  memory.fill(dX, 0, <usize>(samples * height * width * channels) * FLOAT_BYTES);
  walk(dX, dY, samples, height, width, channels, scaleY, scaleX, false);
}
