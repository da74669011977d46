/** Learning without a schedule: the weights lie between where the gradients lead and the mean of those places. */
import { LANES, VECTOR_BYTES, loadLanes, storeLanes, wholeVectorBytes, madd, nmadd } from "./simd";

// @ts-ignore: decorator
@inline function scheduleFreeStep(
  w: usize, g: usize, z: usize, v: usize, rate: v128, squareFactor: v128, beta1: v128, oneMinusBeta1: v128,
  oneMinusBeta2: v128, epsilon: v128, share: v128, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const oldSquare = loadLanes(v, lanes);
  const square = madd(f32x4.sub(f32x4.mul(gradient, gradient), oldSquare), oneMinusBeta2, oldSquare);
  storeLanes(v, square, lanes);
  const root = f32x4.add(f32x4.sqrt(f32x4.mul(square, squareFactor)), epsilon);
  const old = loadLanes(z, lanes);
  const lead = f32x4.sub(old, f32x4.div(f32x4.mul(rate, gradient), root));
  storeLanes(z, lead, lanes);
  const oldMean = f32x4.div(nmadd(oneMinusBeta1, old, loadLanes(w, lanes)), beta1);
  const mean = madd(f32x4.sub(lead, oldMean), share, oldMean);
  storeLanes(w, madd(beta1, mean, f32x4.mul(oneMinusBeta1, lead)), lanes);
}

/**
 * Schedule-free AdamW (Defazio et al. 2024; Keras ScheduleFreeAdamW): v += (g^2 - v) oneMinusBeta2;
 * x = (w - (1 - beta1) z) / beta1, the mean that w was made of; z -= learningRate g / (sqrt(squareFactor v) +
 * epsilon); x += (z - x) share; w = (1 - beta1) z + beta1 x.
 *
 * @param w [count], updated
 * @param g [count], read
 * @param z [count], updated; it starts as w
 * @param v [count], updated
 * @param squareFactor 1 / (1 - beta2^t), t from 1
 * @param beta1 not 0
 * @param share 1 / t
 */
export function scheduleFreeAdamw(
  w: usize, g: usize, z: usize, v: usize, count: i32, learningRate: f32, squareFactor: f32, beta1: f32,
  oneMinusBeta2: f32, epsilon: f32, share: f32,
): void {
  const rate = f32x4.splat(learningRate);
  const ofSquare = f32x4.splat(squareFactor);
  const ofMean = f32x4.splat(beta1);
  const ofLead = f32x4.splat(1 - beta1);
  const fresh = f32x4.splat(oneMinusBeta2);
  const small = f32x4.splat(epsilon);
  const part = f32x4.splat(share);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    scheduleFreeStep(w + at, g + at, z + at, v + at, rate, ofSquare, ofMean, ofLead, fresh, small, part, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) scheduleFreeStep(w + at, g + at, z + at, v + at, rate, ofSquare, ofMean, ofLead, fresh, small, part, tail);
}
