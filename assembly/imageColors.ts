/**
 * Random contrast and brightness of images, in float64 and rounded once. What happens to an image is a function of
 * (key, step, index of the image) only, so backward draws it again.
 */
import { between } from "./imageTransforms";
import { FLOAT_BYTES } from "./simd";
import { threefry } from "./threefry";

/** The mean of every `channels`-th number. */
function meanOf(x: usize, positions: i32, stride: usize): f64 {
  let sum: f64 = 0;
  for (let left = positions; left > 0; left--, x += stride) sum += <f64>load<f32>(x);
  return sum / positions;
}

/** Within [low, high]; NaN stays. */
// @ts-ignore: decorator
@inline function clipped(value: f64, low: f64, high: f64): f64 {
  return value < low ? low : value > high ? high : value;
}

/** dY where the value was not clipped, else 0. */
// @ts-ignore: decorator
@inline function passed(value: f64, dY: f64, low: f64, high: f64): f64 {
  return value < low || value > high ? 0 : dY;
}

/**
 * y = clip(f (x - mean) + mean), the mean being that of the channel of the image and f drawn evenly from
 * [lowFactor, highFactor) for each image (Keras's RandomContrast).
 *
 * @param x [images, positions, channels], read
 * @param y as x, overwritten; may be x
 * @param low the least value that is left; `high` the largest
 */
export function contrastForward(
  x: usize, y: usize, images: i32, positions: i32, channels: i32, lowFactor: f64, highFactor: f64, low: f64,
  high: f64, key0: u32, key1: u32, step: u32,
): void {
  const stride = <usize>channels * FLOAT_BYTES;
  for (let image = 0; image < images; image++) {
    const factor = between(<u32>threefry(image, step, key0, key1), lowFactor, highFactor);
    for (let channel = 0; channel < channels; channel++) {
      const offset = (<usize>image * positions * channels + channel) * FLOAT_BYTES;
      const mean = meanOf(x + offset, positions, stride);
      const end = offset + <usize>positions * stride;
      for (let at = offset; at < end; at += stride) {
        const value = (<f64>load<f32>(x + at) - mean) * factor + mean;
        store<f32>(y + at, <f32>clipped(value, low, high));
      }
    }
  }
}

/**
 * dX = f d + (1 - f) mean(d), where d is dY at values that were not clipped, else 0.
 *
 * @param x [images, positions, channels], read
 * @param dY as x, read
 * @param dX as x, overwritten; neither x nor dY
 */
export function contrastBackward(
  x: usize, dY: usize, dX: usize, images: i32, positions: i32, channels: i32, lowFactor: f64, highFactor: f64,
  low: f64, high: f64, key0: u32, key1: u32, step: u32,
): void {
  const stride = <usize>channels * FLOAT_BYTES;
  for (let image = 0; image < images; image++) {
    const factor = between(<u32>threefry(image, step, key0, key1), lowFactor, highFactor);
    for (let channel = 0; channel < channels; channel++) {
      const offset = (<usize>image * positions * channels + channel) * FLOAT_BYTES;
      const mean = meanOf(x + offset, positions, stride);
      const end = offset + <usize>positions * stride;
      let sum: f64 = 0;
      for (let at = offset; at < end; at += stride) {
        const value = (<f64>load<f32>(x + at) - mean) * factor + mean;
        const gradient = passed(value, load<f32>(dY + at), low, high);
        sum += gradient;
        store<f32>(dX + at, <f32>(factor * gradient));
      }
      const shift = ((1 - factor) * sum) / positions;
      for (let at = offset; at < end; at += stride) store<f32>(dX + at, <f32>(<f64>load<f32>(dX + at) + shift));
    }
  }
}

/**
 * y = clip(x + d), with d drawn evenly from [lowShift, highShift) for each image (Keras's RandomBrightness).
 *
 * @param x [images, count], read
 * @param y as x, overwritten; may be x
 * @param low the least value that is left; `high` the largest
 */
export function brightnessForward(
  x: usize, y: usize, images: i32, count: i32, lowShift: f64, highShift: f64, low: f64, high: f64, key0: u32,
  key1: u32, step: u32,
): void {
  for (let image = 0; image < images; image++) {
    const shift = between(<u32>threefry(image, step, key0, key1), lowShift, highShift);
    for (let left = count; left > 0; left--, x += FLOAT_BYTES, y += FLOAT_BYTES) {
      store<f32>(y, <f32>clipped(<f64>load<f32>(x) + shift, low, high));
    }
  }
}

/**
 * dX = dY at values that were not clipped, else 0.
 *
 * @param x [images, count], read
 * @param dY as x, read
 * @param dX as x, overwritten; may be dY
 */
export function brightnessBackward(
  x: usize, dY: usize, dX: usize, images: i32, count: i32, lowShift: f64, highShift: f64, low: f64, high: f64,
  key0: u32, key1: u32, step: u32,
): void {
  for (let image = 0; image < images; image++) {
    const shift = between(<u32>threefry(image, step, key0, key1), lowShift, highShift);
    for (let left = count; left > 0; left--, x += FLOAT_BYTES, dY += FLOAT_BYTES, dX += FLOAT_BYTES) {
      store<f32>(dX, <f32>passed(<f64>load<f32>(x) + shift, load<f32>(dY), low, high));
    }
  }
}
