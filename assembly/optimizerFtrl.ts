/** Follow the regularized leader. */
import { FLOAT_BYTES } from "./simd";
import { pow64 } from "./mathScalar";

/** x^power; most use the square root. */
// @ts-ignore: decorator
@inline function powerOf(x: f64, power: f64): f64 {
  return power == 0.5 ? sqrt(x) : pow64(x, power);
}

/** Two elements in float64. */
// @ts-ignore: decorator
@inline function loadPair(x: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(x));
}

// @ts-ignore: decorator
@inline function storePair(x: usize, pair: v128): void {
  v128.store64_lane(x, f32x4.demote_f64x2_zero(pair), 0);
}

/** `ftrl` of an even number of elements, with the square root as power. */
function ftrlOfRoots(
  w: usize, g: usize, accumulator: usize, linear: usize, bytes: usize,
  learningRate: f64, l1: f64, l2: f64, l2Shrinkage: f64,
): void {
  const inverseRate = f64x2.splat(1 / learningRate);
  const shrinkage = f64x2.splat(2 * l2Shrinkage);
  const twiceL2 = f64x2.splat(2 * l2);
  const upper = f64x2.splat(l1);
  const lower = f64x2.splat(-l1);
  for (let at: usize = 0; at < bytes; at += 2 * FLOAT_BYTES) {
    const weight = loadPair(w + at);
    const gradient = loadPair(g + at);
    const old = loadPair(accumulator + at);
    const total = f64x2.add(old, f64x2.mul(gradient, gradient));
    const root = f64x2.sqrt(total);
    const sigma = f64x2.mul(f64x2.sub(root, f64x2.sqrt(old)), inverseRate);
    const added = f64x2.add(gradient, f64x2.mul(shrinkage, weight));
    const sum = f64x2.sub(f64x2.add(loadPair(linear + at), added), f64x2.mul(sigma, weight));
    storePair(linear + at, sum);
    storePair(accumulator + at, total);
    const clipped = f64x2.pmin(f64x2.pmax(sum, lower), upper);
    const curvature = f64x2.add(f64x2.mul(root, inverseRate), twiceL2);
    storePair(w + at, f64x2.div(f64x2.sub(clipped, sum), curvature));
  }
}

/**
 * FTRL-Proximal (McMahan et al. 2013; Keras Ftrl), n being the accumulator: n' = n + g^2;
 * linear += g + 2 l2Shrinkage w - (n'^power - n^power) / learningRate w;
 * w = (clip(linear, -l1, l1) - linear) / (n'^power / learningRate + 2 l2); n = n'.
 * In float64: the difference of two powers cancels. One element at a time unless the power is a square root.
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
  let at: usize = 0;
  if (power == 0.5) {
    at = <usize>(count & ~1) * FLOAT_BYTES;
    ftrlOfRoots(w, g, accumulator, linear, at, learningRate, l1, l2, l2Shrinkage);
  }
  for (; at < end; at += FLOAT_BYTES) {
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
