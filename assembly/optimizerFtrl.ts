/** Follow the regularized leader. */
import {
  FLOAT_BYTES, LANES, VECTOR_BYTES, loadLanes, madd, nmadd, storeLanes, wholeVectorBytes,
} from "./simd";
import { pow64 } from "./mathScalar";

/**
 * `ftrl` of up to four elements, with the square root as power. The difference of the roots of n' and n, in which
 * digits would cancel, is g^2 / (root of n' + root of n).
 */
// @ts-ignore: decorator
@inline function updateLanes(
  w: usize, g: usize, accumulator: usize, linear: usize,
  inverseRate: v128, l1: v128, twiceL2: v128, shrinkage: v128, lanes: i32,
): void {
  const weight = loadLanes(w, lanes);
  const gradient = loadLanes(g, lanes);
  const old = loadLanes(accumulator, lanes);
  const square = f32x4.mul(gradient, gradient);
  const total = f32x4.add(old, square);
  const root = f32x4.sqrt(total);
  // Where both roots are 0, so is the square.
  const roots = f32x4.pmax(f32x4.add(root, f32x4.sqrt(old)), f32x4.splat(f32.MIN_NORMAL_VALUE));
  const sigma = f32x4.mul(f32x4.div(square, roots), inverseRate);
  const added = f32x4.add(loadLanes(linear, lanes), madd(shrinkage, weight, gradient));
  const sum = nmadd(sigma, weight, added);
  storeLanes(linear, sum, lanes);
  storeLanes(accumulator, total, lanes);
  const clipped = f32x4.pmin(f32x4.pmax(sum, f32x4.neg(l1)), l1);
  storeLanes(w, f32x4.div(f32x4.sub(clipped, sum), madd(root, inverseRate, twiceL2)), lanes);
}

/** `ftrl` with the square root as power. */
function ftrlOfRoots(
  w: usize, g: usize, accumulator: usize, linear: usize, count: i32,
  inverseRate: f32, l1: f32, twiceL2: f32, shrinkage: f32,
): void {
  const rates = f32x4.splat(inverseRate);
  const limits = f32x4.splat(l1);
  const floors = f32x4.splat(twiceL2);
  const shrinkages = f32x4.splat(shrinkage);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES)
    updateLanes(w + at, g + at, accumulator + at, linear + at, rates, limits, floors, shrinkages, LANES);
  const tail = count & (LANES - 1);
  if (tail) updateLanes(w + at, g + at, accumulator + at, linear + at, rates, limits, floors, shrinkages, tail);
}

/**
 * FTRL-Proximal (McMahan et al. 2013; Keras Ftrl), n being the accumulator: n' = n + g^2;
 * linear += g + 2 l2Shrinkage w - (n'^power - n^power) / learningRate w;
 * w = (clip(linear, -l1, l1) - linear) / (n'^power / learningRate + 2 l2); n = n'.
 * One element at a time and in float64, where the difference of two powers cancels less, unless the power is a
 * square root.
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
  if (power == 0.5) {
    ftrlOfRoots(
      w, g, accumulator, linear, count,
      <f32>(1 / learningRate), <f32>l1, <f32>(2 * l2), <f32>(2 * l2Shrinkage));
    return;
  }
  const end = <usize>count * FLOAT_BYTES;
  for (let at: usize = 0; at < end; at += FLOAT_BYTES) {
    const weight = <f64>load<f32>(w + at);
    const gradient = <f64>load<f32>(g + at);
    const old = <f64>load<f32>(accumulator + at);
    const total = old + gradient * gradient;
    const root = pow64(total, power);
    const sigma = (root - pow64(old, power)) / learningRate;
    const sum = <f64>load<f32>(linear + at) + gradient + 2 * l2Shrinkage * weight - sigma * weight;
    store<f32>(linear + at, <f32>sum);
    store<f32>(accumulator + at, <f32>total);
    const clipped = min(max(sum, -l1), l1);
    store<f32>(w + at, <f32>((clipped - sum) / (root / learningRate + 2 * l2)));
  }
}
