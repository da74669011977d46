/** Follow the regularized leader. */
import { FLOAT_BYTES } from "./simd";
import { pow64 } from "./mathScalar";

/** x^power; most use the square root. */
// @ts-ignore: decorator
@inline function powerOf(x: f64, power: f64): f64 {
  return power == 0.5 ? sqrt(x) : pow64(x, power);
}

/**
 * FTRL-Proximal (McMahan et al. 2013; Keras Ftrl), n being the accumulator: n' = n + g^2;
 * linear += g + 2 l2Shrinkage w - (n'^power - n^power) / learningRate w;
 * w = (clip(linear, -l1, l1) - linear) / (n'^power / learningRate + 2 l2); n = n'.
 * In float64, one element at a time: the difference of two powers cancels.
 *
 * @param w [count], overwritten
 * @param g [count], read
 * @param accumulator [count], updated
 * @param linear [count], updated
 * @param power minus Keras's learning_rate_power, not negative
 * @param l2 with beta / (2 learningRate) added
 */
export function ftrl(
  w: usize, g: usize, accumulator: usize, linear: usize, count: i32,
  learningRate: f64, power: f64, l1: f64, l2: f64, l2Shrinkage: f64,
): void {
  const end = <usize>count * FLOAT_BYTES;
  for (let at: usize = 0; at < end; at += FLOAT_BYTES) {
    const weight = <f64>load<f32>(w + at);
    const gradient = <f64>load<f32>(g + at);
    const old = <f64>load<f32>(accumulator + at);
    const total = old + gradient * gradient;
    const root = powerOf(total, power);
    const sigma = (root - powerOf(old, power)) / learningRate;
    const sum = <f64>load<f32>(linear + at) + gradient + 2 * l2Shrinkage * weight - sigma * weight;
    store<f32>(linear + at, <f32>sum);
    store<f32>(accumulator + at, <f32>total);
    const clipped = min(max(sum, -l1), l1);
    store<f32>(w + at, <f32>((clipped - sum) / (root / learningRate + 2 * l2)));
  }
}
