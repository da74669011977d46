/**
 * Adam's relatives: updates from a running mean of the gradients, with another norm than Adam's (Adamax),
 * a look ahead (Nadam), the sign alone (Lion), or a step as long as the weights (Lamb). Each kernel makes one pass: every
 * stream is read once and written once. Formulas as in Keras 3.
 */
import { LANES, VECTOR_BYTES, loadLanes, storeLanes, wholeVectorBytes, flushTiny, madd, nmadd } from "./simd";
import { copySign } from "./math";

/** old + (fresh - old) share. */
// @ts-ignore: decorator
@inline function follow(old: v128, fresh: v128, share: v128): v128 {
  return flushTiny(madd(f32x4.sub(fresh, old), share, old));
}

// @ts-ignore: decorator
@inline function adamaxStep(
  w: usize, g: usize, m: usize, u: usize, stepSize: v128, oneMinusBeta1: v128, beta2: v128, epsilon: v128, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const mean = follow(loadLanes(m, lanes), gradient, oneMinusBeta1);
  storeLanes(m, mean, lanes);
  const largest = flushTiny(f32x4.max(f32x4.mul(beta2, loadLanes(u, lanes)), f32x4.abs(gradient)));
  storeLanes(u, largest, lanes);
  const ratio = f32x4.div(mean, f32x4.add(largest, epsilon));
  storeLanes(w, nmadd(stepSize, ratio, loadLanes(w, lanes)), lanes);
}

/**
 * Adamax (Kingma and Ba 2015, section 7; Keras Adamax): m += (g - m) oneMinusBeta1;
 * u = max(beta2 u, |g|); w -= stepSize m / (u + epsilon).
 *
 * @param w [count], updated
 * @param g [count], read
 * @param m [count], updated
 * @param u [count], updated
 * @param stepSize learningRate / (1 - beta1^t), t from 1
 * @param oneMinusBeta1 1 - beta1, which a float32 holds better than what is left of beta1
 */
export function adamax(
  w: usize, g: usize, m: usize, u: usize, count: i32, stepSize: f32, oneMinusBeta1: f32, beta2: f32, epsilon: f32,
): void {
  const step = f32x4.splat(stepSize);
  const fresh = f32x4.splat(oneMinusBeta1);
  const decay = f32x4.splat(beta2);
  const small = f32x4.splat(epsilon);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    adamaxStep(w + at, g + at, m + at, u + at, step, fresh, decay, small, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) adamaxStep(w + at, g + at, m + at, u + at, step, fresh, decay, small, tail);
}

// @ts-ignore: decorator
@inline function nadamStep(
  w: usize, g: usize, m: usize, v: usize, meanFactor: v128, gradientFactor: v128, squareFactor: v128,
  oneMinusBeta1: v128, oneMinusBeta2: v128, epsilon: v128, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const mean = follow(loadLanes(m, lanes), gradient, oneMinusBeta1);
  storeLanes(m, mean, lanes);
  const square = follow(loadLanes(v, lanes), f32x4.mul(gradient, gradient), oneMinusBeta2);
  storeLanes(v, square, lanes);
  const ahead = madd(meanFactor, mean, f32x4.mul(gradientFactor, gradient));
  const root = f32x4.sqrt(f32x4.mul(square, squareFactor));
  const increment = f32x4.div(ahead, f32x4.add(root, epsilon));
  storeLanes(w, f32x4.sub(loadLanes(w, lanes), increment), lanes);
}

/**
 * Nadam (Dozat 2016; Keras Nadam): m += (g - m) oneMinusBeta1; v += (g^2 - v) oneMinusBeta2;
 * w -= (meanFactor m + gradientFactor g) / (sqrt(squareFactor v) + epsilon). With
 * u_t = beta1 (1 - 0.96^t / 2), P_t = u_1 u_2 ... u_t and t from 1:
 *
 * @param w [count], updated
 * @param g [count], read
 * @param m [count], updated
 * @param v [count], updated
 * @param meanFactor learningRate u_(t+1) / (1 - P_(t+1))
 * @param gradientFactor learningRate (1 - u_t) / (1 - P_t)
 * @param squareFactor 1 / (1 - beta2^t)
 * @param oneMinusBeta1 1 - beta1, which a float32 holds better than what is left of beta1
 */
export function nadam(
  w: usize, g: usize, m: usize, v: usize, count: i32, meanFactor: f32, gradientFactor: f32, squareFactor: f32,
  oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32,
): void {
  const ofMean = f32x4.splat(meanFactor);
  const ofGradient = f32x4.splat(gradientFactor);
  const ofSquare = f32x4.splat(squareFactor);
  const fresh1 = f32x4.splat(oneMinusBeta1);
  const fresh2 = f32x4.splat(oneMinusBeta2);
  const small = f32x4.splat(epsilon);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    nadamStep(w + at, g + at, m + at, v + at, ofMean, ofGradient, ofSquare, fresh1, fresh2, small, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) nadamStep(w + at, g + at, m + at, v + at, ofMean, ofGradient, ofSquare, fresh1, fresh2, small, tail);
}

// @ts-ignore: decorator
@inline function lionStep(
  w: usize, g: usize, m: usize, rate: v128, oneMinusBeta1: v128, oneMinusBeta2: v128, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const mean = loadLanes(m, lanes);
  const direction = follow(mean, gradient, oneMinusBeta1);
  storeLanes(m, follow(mean, gradient, oneMinusBeta2), lanes);
  const signed = v128.and(copySign(rate, direction), f32x4.ne(direction, f32x4.splat(0)));
  const step = v128.or(signed, f32x4.ne(direction, direction)); // all bits set is a NaN
  storeLanes(w, f32x4.sub(loadLanes(w, lanes), step), lanes);
}

/**
 * Lion (Chen et al. 2023; Keras Lion): w -= learningRate sign(m + (g - m) oneMinusBeta1), with the old m;
 * m += (g - m) oneMinusBeta2. The sign of 0 is 0.
 *
 * @param w [count], updated
 * @param g [count], read
 * @param m [count], updated
 * @param oneMinusBeta1 1 - beta1
 * @param oneMinusBeta2 1 - beta2
 */
export function lion(
  w: usize, g: usize, m: usize, count: i32, learningRate: f32, oneMinusBeta1: f32, oneMinusBeta2: f32,
): void {
  const rate = f32x4.splat(learningRate);
  const fresh1 = f32x4.splat(oneMinusBeta1);
  const fresh2 = f32x4.splat(oneMinusBeta2);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) lionStep(w + at, g + at, m + at, rate, fresh1, fresh2, LANES);
  const tail = count & (LANES - 1);
  if (tail) lionStep(w + at, g + at, m + at, rate, fresh1, fresh2, tail);
}

// @ts-ignore: decorator
@inline function lambStep(
  g: usize, m: usize, v: usize, meanFactor: v128, squareFactor: v128,
  oneMinusBeta1: v128, oneMinusBeta2: v128, epsilon: v128, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const mean = follow(loadLanes(m, lanes), gradient, oneMinusBeta1);
  storeLanes(m, mean, lanes);
  const square = follow(loadLanes(v, lanes), f32x4.mul(gradient, gradient), oneMinusBeta2);
  storeLanes(v, square, lanes);
  const root = f32x4.sqrt(f32x4.mul(square, squareFactor));
  storeLanes(g, f32x4.div(f32x4.mul(mean, meanFactor), f32x4.add(root, epsilon)), lanes);
}

/**
 * The direction of a step of LAMB (You et al. 2020; Keras Lamb): m += (g - m) oneMinusBeta1;
 * v += (g^2 - v) oneMinusBeta2; g = meanFactor m / (sqrt(squareFactor v) + epsilon). The length of the step
 * depends on the norms of all of w and g: the caller's.
 *
 * @param g [count], the gradient, overwritten by the direction
 * @param m [count], updated
 * @param v [count], updated
 * @param meanFactor 1 / (1 - beta1^t), t from 1
 * @param squareFactor 1 / (1 - beta2^t)
 */
export function lambDirection(
  g: usize, m: usize, v: usize, count: i32, meanFactor: f32, squareFactor: f32,
  oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32,
): void {
  const ofMean = f32x4.splat(meanFactor);
  const ofSquare = f32x4.splat(squareFactor);
  const fresh1 = f32x4.splat(oneMinusBeta1);
  const fresh2 = f32x4.splat(oneMinusBeta2);
  const small = f32x4.splat(epsilon);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    lambStep(g + at, m + at, v + at, ofMean, ofSquare, fresh1, fresh2, small, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) lambStep(g + at, m + at, v + at, ofMean, ofSquare, fresh1, fresh2, small, tail);
}
