/**
 * Random movements of images. What happens to an image is a function of (key, step, index of the image) only.
 */
import { cos64, sin64 } from "./mathScalar";
import { FLOAT_BYTES } from "./simd";
import { threefry } from "./threefry";

// What moves; src/layers/randomAffine.ts has the same order.
// @ts-ignore: decorator
@inline const TRANSLATION: i32 = 0;
// @ts-ignore: decorator
@inline const ROTATION: i32 = 1;
// @ts-ignore: decorator
@inline const ZOOM: i32 = 2;

// @ts-ignore: decorator
@inline const TWO_TO_32: f64 = 4294967296;
// @ts-ignore: decorator
@inline const TWO_PI: f64 = 6.283185307179586;

/** A number from low up to high. */
// @ts-ignore: decorator
@inline export function between(word: u32, low: f64, high: f64): f64 {
  return low + (high - low) * (<f64>word * (1 / TWO_TO_32));
}

// @ts-ignore: decorator
@inline function storeTransform(
  destination: usize, a0: f64, a1: f64, a2: f64, b0: f64, b1: f64, b2: f64,
): void {
  store<f64>(destination, a0);
  store<f64>(destination, a1, 8);
  store<f64>(destination, a2, 16);
  store<f64>(destination, b0, 24);
  store<f64>(destination, b1, 32);
  store<f64>(destination, b2, 40);
}

/**
 * Random transforms for `resampleForward`, which say where an output comes from (Keras's RandomTranslation,
 * RandomRotation and RandomZoom). With r and s drawn evenly from [low, high) and [lowOther, highOther), and the
 * centre of the image at (cx, cy) = ((width - 1) / 2, (height - 1) / 2):
 * translation: u = x - s width, v = y - r height;
 * rotation by t = 2 pi r: u = cx + cos t (x - cx) - sin t (y - cy), v = cy + sin t (x - cx) + cos t (y - cy);
 * zoom: u = cx + (1 + s) (x - cx), v = cy + (1 + r) (y - cy).
 *
 * @param transforms [images, 6] of f64: a0, a1, a2, b0, b1, b2; overwritten
 * @param kind 0 translation, 1 rotation, 2 zoom
 * @param isTied 1: s is r
 */
export function transformImages(
  transforms: usize, images: i32, height: i32, width: i32, kind: i32, low: f64, high: f64, lowOther: f64,
  highOther: f64, isTied: i32, key0: u32, key1: u32, step: u32,
): void {
  const cx = <f64>(width - 1) / 2;
  const cy = <f64>(height - 1) / 2;
  for (let image = 0; image < images; image++, transforms += 6 * sizeof<f64>()) {
    const words = threefry(image, step, key0, key1);
    const r = between(<u32>words, low, high);
    const s = isTied ? r : between(<u32>(words >> 32), lowOther, highOther);
    if (kind == TRANSLATION) {
      storeTransform(transforms, 1, 0, -s * width, 0, 1, -r * height);
    } else if (kind == ROTATION) {
      const cosine = cos64(TWO_PI * r);
      const sine = sin64(TWO_PI * r);
      storeTransform(
        transforms, cosine, -sine, cx - cx * cosine + cy * sine, sine, cosine, cy - cx * sine - cy * cosine,
      );
    } else {
      storeTransform(transforms, 1 + s, 0, -cx * s, 0, 1 + r, -cy * r);
    }
  }
}

/** An image with its columns, its rows or both in the opposite order. */
function mirror(
  x: usize, y: usize, height: i32, width: i32, pixelBytes: usize, isHorizontal: bool, isVertical: bool,
): void {
  for (let row = 0; row < height; row++) {
    const source = x + <usize>(isVertical ? height - 1 - row : row) * width * pixelBytes;
    for (let column = 0; column < width; column++, y += pixelBytes) {
      memory.copy(y, source + <usize>(isHorizontal ? width - 1 - column : column) * pixelBytes, pixelBytes);
    }
  }
}

/**
 * Mirrors half of the images, in both directions if both are asked for (Keras's RandomFlip); copies the others. The
 * same call on dY gives dX.
 *
 * @param x [images, height, width, channels], read
 * @param y as x, overwritten; not x
 * @param isHorizontal 1: left and right change places
 * @param isVertical 1: top and bottom change places
 */
export function flipImages(
  x: usize, y: usize, images: i32, height: i32, width: i32, channels: i32, isHorizontal: i32, isVertical: i32,
  key0: u32, key1: u32, step: u32,
): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const imageBytes = <usize>height * width * pixelBytes;
  for (let image = 0; image < images; image++, x += imageBytes, y += imageBytes) {
    if (<u32>threefry(image, step, key0, key1) >> 31) memory.copy(y, x, imageBytes);
    else mirror(x, y, height, width, pixelBytes, isHorizontal != 0, isVertical != 0);
  }
}
