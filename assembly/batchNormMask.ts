/**
 * Batch normalisation of sequences with a mask, as Keras has it: the statistics are those of the steps that count, and all
 * steps are normalised by them. What is the same without a mask is left to the kernels of batchNorm.ts.
 */
import { FLOAT_BYTES } from "./simd";

/**
 * The steps that count, one after another; if none does, one step of zeros, which has the mean and the variance 0 that Keras
 * gives to nothing.
 *
 * @param x [count, columns]
 * @param mask [count], at least one
 * @param y [count, columns], the first of which are overwritten; not overlapping x
 * @returns the number of steps in y, at least 1
 */
export function gatherSteps(x: usize, mask: usize, y: usize, count: i32, columns: i32): i32 {
  const bytes = <usize>columns * FLOAT_BYTES;
  let gathered = 0;
  for (; count > 0; count--, mask += FLOAT_BYTES, x += bytes) {
    if (load<f32>(mask) == 0) continue;
    memory.copy(y + <usize>gathered * bytes, x, bytes);
    gathered++;
  }
  if (gathered) return gathered;
  memory.fill(y, 0, bytes);
  return 1;
}

/**
 * The gradient with respect to x where mean and variance are those of the rows that count, of which there are n. With
 * u = (x - mean) * inverseStandardDeviation, and dGamma and dBeta the sums over all rows (batchNormBackwardInference):
 *
 *     dX = gamma * inverseStandardDeviation * (dY - dBeta / n - u * dGamma / n)    in a row that counts
 *     dX = gamma * inverseStandardDeviation * dY                                   in another
 *
 * @param x [steps, inner, channels]
 * @param dY [steps, inner, channels]
 * @param mask [steps]
 * @param gamma [channels] or 0
 * @param mean [channels], from the forward pass
 * @param inverseStandardDeviation [channels], from the forward pass
 * @param dGamma [channels]
 * @param dBeta [channels]
 * @param dX [steps, inner, channels] or 0, overwritten; may be dY
 * @param counting n, at least 1
 */
export function batchNormBackwardSteps(
  x: usize, dY: usize, mask: usize, gamma: usize, mean: usize, inverseStandardDeviation: usize,
  dGamma: usize, dBeta: usize, dX: usize, steps: i32, inner: i32, channels: i32, counting: i32,
): void {
  if (!dX) return;
  const bytes = <usize>channels * FLOAT_BYTES;
  const share: f32 = 1 / <f32>counting;
  for (; steps > 0; steps--, mask += FLOAT_BYTES) {
    const counts = load<f32>(mask) != 0;
    for (let row = 0; row < inner; row++) {
      for (let at: usize = 0; at < bytes; at += FLOAT_BYTES, x += FLOAT_BYTES, dY += FLOAT_BYTES, dX += FLOAT_BYTES) {
        const inverse = load<f32>(inverseStandardDeviation + at);
        const unit = (load<f32>(x) - load<f32>(mean + at)) * inverse;
        const ofStatistics = (load<f32>(dBeta + at) + unit * load<f32>(dGamma + at)) * share;
        const slope = counts ? load<f32>(dY) - ofStatistics : load<f32>(dY);
        store<f32>(dX, (gamma ? load<f32>(gamma + at) * inverse : inverse) * slope);
      }
    }
  }
}
