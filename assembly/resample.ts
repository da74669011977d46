/**
 * Images whose pixels lie elsewhere. The centre of the pixel in row i and column j is at y = i, x = j; the output
 * at (x, y) is the input at (u, v), where u and v are linear in x and y (Keras's ops.image.affine_transform). An
 * image is continued beyond its edges by whole pixels. Both directions move the same values with the same
 * weights: forward adds from the input to the output, backward from the gradient of the output to that of the
 * input, which makes it the transpose. Float32 sums of at most 4 terms forward, of as many as use a pixel backward.
 */
import { FLOAT_BYTES } from "./simd";

// How an image goes on beyond its edges; src/layers/imageOptions.ts has the same order.
// @ts-ignore: decorator
@inline const REFLECT: i32 = 0;
// @ts-ignore: decorator
@inline const WRAP: i32 = 1;
// @ts-ignore: decorator
@inline const CONSTANT: i32 = 2;
// @ts-ignore: decorator
@inline const NEAREST: i32 = 3;

/** The place of a pixel outside a constant continuation. */
// @ts-ignore: decorator
@inline const OUTSIDE: i32 = -1;

/** The numbers of a transform. */
// @ts-ignore: decorator
@inline const TRANSFORM_BYTES: usize = 6 * sizeof<f64>();

/** index modulo size, from 0. */
// @ts-ignore: decorator
@inline function modulo(index: i32, size: i32): i32 {
  const rest = index % size;
  return rest < 0 ? rest + size : rest;
}

/** Which pixel of a row or a column of `size` stands at an index that may lie outside. */
function placeOf(index: i32, size: i32, fillMode: i32): i32 {
  if (index >= 0 && index < size) return index;
  if (fillMode == CONSTANT) return OUTSIDE;
  if (fillMode == NEAREST) return index < 0 ? 0 : size - 1;
  if (fillMode == WRAP) return modulo(index, size);
  const place = modulo(index, 2 * size);
  return place < size ? place : 2 * size - 1 - place;
}

/** to += weight from. */
function addPixel(from: usize, to: usize, channels: i32, weight: f32): void {
  for (let left = channels; left > 0; left--, from += FLOAT_BYTES, to += FLOAT_BYTES) {
    store<f32>(to, load<f32>(to) + weight * load<f32>(from));
  }
}

/** to += value. */
function addConstant(to: usize, channels: i32, value: f32): void {
  for (let left = channels; left > 0; left--, to += FLOAT_BYTES) store<f32>(to, load<f32>(to) + value);
}

/**
 * One of the pixels that an output is made of: forward to its sum, backward from its gradient. A weight of 0 is
 * left out, so that what lies beside a position that is hit exactly does not matter, even if it is NaN.
 */
function visit(
  image: usize, row: i32, column: i32, width: i32, channels: i32, output: usize, weight: f64, fillValue: f32,
  isBackward: bool,
): void {
  if (weight == 0) return;
  const factor = <f32>weight;
  if (row == OUTSIDE || column == OUTSIDE) {
    if (!isBackward) addConstant(output, channels, factor * fillValue);
    return;
  }
  const pixel = image + (<usize>row * width + column) * channels * FLOAT_BYTES;
  if (isBackward) addPixel(output, pixel, channels, factor);
  else addPixel(pixel, output, channels, factor);
}

/** The one or four pixels that the output at (u, v) is made of. */
function visitAll(
  image: usize, u: f64, v: f64, height: i32, width: i32, channels: i32, output: usize, fillMode: i32,
  fillValue: f32, isNearest: bool, isBackward: bool,
): void {
  const left = floor<f64>(isNearest ? u + 0.5 : u);
  const top = floor<f64>(isNearest ? v + 0.5 : v);
  const right = isNearest ? 0 : u - left;
  const bottom = isNearest ? 0 : v - top;
  const column0 = placeOf(<i32>left, width, fillMode);
  const column1 = placeOf(<i32>left + 1, width, fillMode);
  const row0 = placeOf(<i32>top, height, fillMode);
  const row1 = placeOf(<i32>top + 1, height, fillMode);
  visit(image, row0, column0, width, channels, output, (1 - bottom) * (1 - right), fillValue, isBackward);
  visit(image, row0, column1, width, channels, output, (1 - bottom) * right, fillValue, isBackward);
  visit(image, row1, column0, width, channels, output, bottom * (1 - right), fillValue, isBackward);
  visit(image, row1, column1, width, channels, output, bottom * right, fillValue, isBackward);
}

/** `images` images by their transforms; backward, `image` and `output` are gradients. */
function resample(
  image: usize, transforms: usize, output: usize, images: i32, height: i32, width: i32, channels: i32,
  fillMode: i32, fillValue: f32, isNearest: bool, isBackward: bool,
): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const imageBytes = <usize>height * width * pixelBytes;
  memory.fill(isBackward ? image : output, 0, <usize>images * imageBytes);
  for (; images > 0; images--, image += imageBytes, transforms += TRANSFORM_BYTES) {
    const a0 = load<f64>(transforms);
    const a1 = load<f64>(transforms, 8);
    const a2 = load<f64>(transforms, 16);
    const b0 = load<f64>(transforms, 24);
    const b1 = load<f64>(transforms, 32);
    const b2 = load<f64>(transforms, 40);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, output += pixelBytes) {
        const u = a0 * x + a1 * y + a2;
        const v = b0 * x + b1 * y + b2;
        visitAll(image, u, v, height, width, channels, output, fillMode, fillValue, isNearest, isBackward);
      }
    }
  }
}

/**
 * y(x, y) = x(a0 x + a1 y + a2, b0 x + b1 y + b2), between pixels by bilinear interpolation or the nearest one
 * (halfway the next), as Keras's affine_transform has it.
 *
 * @param x [images, height, width, channels], read
 * @param transforms [images, 6] of f64: a0, a1, a2, b0, b1, b2 of each image; u and v must stay within 2^31
 * @param y as x, overwritten
 * @param fillMode 0 reflect (d c b a | a b c d | d c b a), 1 wrap, 2 constant, 3 nearest
 * @param fillValue what lies beyond the edges of a constant continuation
 * @param isNearest 1: the nearest pixel
 */
export function resampleForward(
  x: usize, transforms: usize, y: usize, images: i32, height: i32, width: i32, channels: i32, fillMode: i32,
  fillValue: f32, isNearest: i32,
): void {
  resample(x, transforms, y, images, height, width, channels, fillMode, fillValue, isNearest != 0, false);
}

/**
 * The transpose of `resampleForward`.
 *
 * @param dY [images, height, width, channels], read
 * @param transforms [images, 6] of f64
 * @param dX as dY, overwritten; not dY
 */
export function resampleBackward(
  dY: usize, transforms: usize, dX: usize, images: i32, height: i32, width: i32, channels: i32, fillMode: i32,
  isNearest: i32,
): void {
  resample(dX, transforms, dY, images, height, width, channels, fillMode, 0, isNearest != 0, true);
}

/**
 * Where the centre of a pixel lies in an image of another size, both images being as wide: one rounding, so that
 * what is halfway is so exactly.
 */
// @ts-ignore: decorator
@inline function resized(index: i32, size: i32, newSize: i32): f64 {
  return ((<f64>index + 0.5) * size) / newSize - 0.5;
}

/** Backward, `image` and `output` are gradients. */
function resize(
  image: usize, output: usize, images: i32, height: i32, width: i32, newHeight: i32, newWidth: i32,
  channels: i32, isNearest: bool, isBackward: bool,
): void {
  const pixelBytes = <usize>channels * FLOAT_BYTES;
  const imageBytes = <usize>height * width * pixelBytes;
  const newBytes = <usize>newHeight * newWidth * pixelBytes;
  memory.fill(isBackward ? image : output, 0, <usize>images * (isBackward ? imageBytes : newBytes));
  for (; images > 0; images--, image += imageBytes) {
    for (let y = 0; y < newHeight; y++) {
      const v = resized(y, height, newHeight);
      for (let x = 0; x < newWidth; x++, output += pixelBytes) {
        const u = resized(x, width, newWidth);
        visitAll(image, u, v, height, width, channels, output, NEAREST, 0, isNearest, isBackward);
      }
    }
  }
}

/**
 * Images in another size, without antialiasing: y(x, y) = x((x + 1/2) width / newWidth - 1/2, ...), bilinear or
 * the nearest pixel; beyond the edges lies the nearest one (Keras's ops.image.resize, half-pixel centres).
 *
 * @param x [images, height, width, channels], read
 * @param y [images, newHeight, newWidth, channels], overwritten
 * @param isNearest 1: the nearest pixel
 */
export function resizeForward(
  x: usize, y: usize, images: i32, height: i32, width: i32, newHeight: i32, newWidth: i32, channels: i32,
  isNearest: i32,
): void {
  resize(x, y, images, height, width, newHeight, newWidth, channels, isNearest != 0, false);
}

/**
 * The transpose of `resizeForward`.
 *
 * @param dY [images, newHeight, newWidth, channels], read
 * @param dX [images, height, width, channels], overwritten; not dY
 */
export function resizeBackward(
  dY: usize, dX: usize, images: i32, height: i32, width: i32, newHeight: i32, newWidth: i32, channels: i32,
  isNearest: i32,
): void {
  resize(dX, dY, images, height, width, newHeight, newWidth, channels, isNearest != 0, true);
}
