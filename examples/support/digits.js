// The handwritten digits of MNIST, as many of them as examples/data has.
import { readIdx } from "./idx.js";

/** The values of an image, 28 x 28. */
export const PIXELS = 784;

/**
 * @param {"train10k" | "test2k"} part
 * @returns {{ images: Float32Array, labels: Uint8Array }} images as rows of 784 numbers from 0 (paper) to 1 (ink)
 */
export function readDigits(part) {
  const file = (kind) => new URL(`../data/mnist-${part}-${kind}-ubyte.gz`, import.meta.url);
  const pixels = readIdx(file("images-idx3")).values;
  return {
    images: Float32Array.from(pixels, (pixel) => pixel / 255),
    labels: readIdx(file("labels-idx1")).values,
  };
}

/** The first images of a list of values, each as values of its own. */
export function firstImages(values, count, pixels = PIXELS) {
  return Array.from({ length: count }, (_, i) => values.slice(i * pixels, (i + 1) * pixels));
}

/** The mean of the squared differences between two lists of values. */
export function meanSquaredError(a, b) {
  return a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length;
}

/**
 * Prints how far lists of pixels are from what they should be.
 *
 * @param {Record<string, Float32Array>} made by what made them
 * @param {Float32Array} wanted
 * @returns {Record<string, number>} the mean squared error of each
 */
export function printErrors(made, wanted) {
  const width = Math.max(...Object.keys(made).map((name) => name.length));
  console.log(
    `\nMean squared error of a pixel, on ${wanted.length / PIXELS} digits that no network has seen:`,
  );
  const errors = {};
  for (const [name, values] of Object.entries(made)) {
    errors[name] = meanSquaredError(values, wanted);
    const bar = "#".repeat(Math.round(400 * errors[name]));
    console.log(`  ${name.padEnd(width)}  ${errors[name].toFixed(4)}  ${bar}`);
  }
  return errors;
}
