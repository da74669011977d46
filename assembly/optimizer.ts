/**
 * Updates of weights. Each kernel makes one pass: every stream is read once and written once.
 * The formulas are those of Keras 3.
 */
import {
  LANES, MAGNITUDE_BITS, SMALLEST_NORMAL_BITS, VECTOR_BYTES, flushBelow, flushTiny, loadLanes, loadTail, madd, nmadd,
  resident, storeLanes, storeTail, wholeVectorBytes,
} from "./simd";

/**
 * Gradient descent: w -= learningRate g. (Robbins and Monro 1951; Keras SGD without momentum.)
 *
 * @param w [count], updated
 * @param g [count], read
 */
export function sgd(w: usize, g: usize, count: i32, learningRate: f32): void {
  const rate = f32x4.splat(learningRate);
  const end = w + wholeVectorBytes(count);
  while (w < end) {
    v128.store(w, nmadd(rate, v128.load(g), v128.load(w)));
    w += VECTOR_BYTES;
    g += VECTOR_BYTES;
  }
  const tail = count & (LANES - 1);
  if (tail) storeTail(w, nmadd(rate, loadTail(g, tail), loadTail(w, tail)), tail);
}

// @ts-ignore: decorator
@inline function momentumStep(
  w: usize, g: usize, velocity: usize, rate: v128, momentum: v128, nesterov: bool, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const next = flushTiny(nmadd(rate, gradient, f32x4.mul(momentum, loadLanes(velocity, lanes))));
  storeLanes(velocity, next, lanes);
  const weight = loadLanes(w, lanes);
  if (nesterov) storeLanes(w, nmadd(rate, gradient, madd(momentum, next, weight)), lanes);
  else storeLanes(w, f32x4.add(weight, next), lanes);
}

// @ts-ignore: decorator
@inline function momentumPass(
  w: usize, g: usize, velocity: usize, count: i32, learningRate: f32, momentum: f32, nesterov: bool,
): void {
  const rate = f32x4.splat(learningRate);
  const decay = f32x4.splat(momentum);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    momentumStep(w + at, g + at, velocity + at, rate, decay, nesterov, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) momentumStep(w + at, g + at, velocity + at, rate, decay, nesterov, tail);
}

/**
 * Gradient descent with momentum (Polyak 1964; Nesterov 1983 as in Sutskever et al. 2013; Keras SGD):
 * velocity = momentum velocity - learningRate g, then w += velocity, or with `nesterov`
 * w += momentum velocity - learningRate g.
 *
 * @param w [count], updated
 * @param g [count], read
 * @param velocity [count], updated
 * @param nesterov 0 or 1
 */
export function sgdMomentum(
  w: usize, g: usize, velocity: usize, count: i32, learningRate: f32, momentum: f32, nesterov: i32,
): void {
  if (nesterov) momentumPass(w, g, velocity, count, learningRate, momentum, true);
  else momentumPass(w, g, velocity, count, learningRate, momentum, false);
}

// @ts-ignore: decorator
@inline function rmspropStep(
  w: usize, g: usize, meanSquare: usize, meanGradient: usize, momentumBuffer: usize,
  rate: v128, rho: v128, oneMinusRho: v128, momentum: v128, epsilon: v128,
  centered: bool, withMomentum: bool, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const scaled = f32x4.mul(oneMinusRho, gradient);
  const square = flushTiny(madd(rho, loadLanes(meanSquare, lanes), f32x4.mul(scaled, gradient)));
  storeLanes(meanSquare, square, lanes);
  let variance = square;
  if (centered) {
    const mean = flushTiny(madd(rho, loadLanes(meanGradient, lanes), scaled));
    storeLanes(meanGradient, mean, lanes);
    // Never below 0 but for rounding, which a large and constant gradient can lift over epsilon.
    variance = f32x4.max(nmadd(mean, mean, square), f32x4.splat(0));
  }
  const root = f32x4.sqrt(f32x4.add(variance, epsilon));
  let increment = f32x4.div(f32x4.mul(rate, gradient), root);
  if (withMomentum) {
    increment = flushTiny(madd(momentum, loadLanes(momentumBuffer, lanes), increment));
    storeLanes(momentumBuffer, increment, lanes);
  }
  storeLanes(w, f32x4.sub(loadLanes(w, lanes), increment), lanes);
}

/**
 * RMSprop (Tieleman and Hinton 2012; centered: Graves 2013; Keras RMSprop):
 * meanSquare = rho meanSquare + (1 - rho) g^2; q = meanSquare, if centered minus meanGradient^2 with
 * meanGradient = rho meanGradient + (1 - rho) g; increment = learningRate g / sqrt(q + epsilon);
 * w -= increment, or with momentum: buffer = momentum buffer + increment; w -= buffer.
 *
 * @param w [count], updated
 * @param g [count], read
 * @param meanSquare [count], updated
 * @param meanGradient [count], updated, or 0 if not centered
 * @param momentumBuffer [count], updated, or 0 without momentum
 */
export function rmsprop(
  w: usize, g: usize, meanSquare: usize, meanGradient: usize, momentumBuffer: usize, count: i32,
  learningRate: f32, rho: f32, momentum: f32, epsilon: f32,
): void {
  const rate = f32x4.splat(learningRate);
  const decay = f32x4.splat(rho);
  const fresh = f32x4.splat(1 - rho);
  const carry = f32x4.splat(momentum);
  const small = f32x4.splat(epsilon);
  const centered = meanGradient != 0;
  const withMomentum = momentumBuffer != 0;
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  if (centered || withMomentum) {
    for (; at < end; at += VECTOR_BYTES) {
      rmspropStep(w + at, g + at, meanSquare + at, meanGradient + at, momentumBuffer + at,
        rate, decay, fresh, carry, small, centered, withMomentum, LANES);
    }
  } else {
    for (; at < end; at += VECTOR_BYTES) {
      rmspropStep(w + at, g + at, meanSquare + at, 0, 0, rate, decay, fresh, carry, small, false, false, LANES);
    }
  }
  const tail = count & (LANES - 1);
  if (tail) {
    rmspropStep(w + at, g + at, meanSquare + at, meanGradient + at, momentumBuffer + at,
      rate, decay, fresh, carry, small, centered, withMomentum, tail);
  }
}

// @ts-ignore: decorator
@inline function adamStep(
  w: usize, g: usize, m: usize, v: usize, vMax: usize,
  stepSize: v128, oneMinusBeta1: v128, oneMinusBeta2: v128, epsilon: v128,
  smallest: v128, magnitude: v128, amsgrad: bool, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const oldMean = loadLanes(m, lanes);
  const mean = flushBelow(madd(f32x4.sub(gradient, oldMean), oneMinusBeta1, oldMean), smallest, magnitude);
  storeLanes(m, mean, lanes);
  const oldSquare = loadLanes(v, lanes);
  const fresh = f32x4.sub(f32x4.mul(gradient, gradient), oldSquare);
  let square = flushBelow(madd(fresh, oneMinusBeta2, oldSquare), smallest, magnitude);
  storeLanes(v, square, lanes);
  if (amsgrad) {
    square = f32x4.max(loadLanes(vMax, lanes), square);
    storeLanes(vMax, square, lanes);
  }
  const ratio = f32x4.div(mean, f32x4.add(f32x4.sqrt(square), epsilon));
  storeLanes(w, nmadd(stepSize, ratio, loadLanes(w, lanes)), lanes);
}

// @ts-ignore: decorator
@inline function adamPass(
  w: usize, g: usize, m: usize, v: usize, vMax: usize, count: i32,
  stepSize: f32, oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32, amsgrad: bool,
): void {
  const step = f32x4.splat(stepSize);
  const fresh1 = f32x4.splat(oneMinusBeta1);
  const fresh2 = f32x4.splat(oneMinusBeta2);
  const small = f32x4.splat(epsilon);
  const smallest = resident(SMALLEST_NORMAL_BITS, count);
  const magnitude = resident(MAGNITUDE_BITS, count);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    adamStep(w + at, g + at, m + at, v + at, vMax + at,
      step, fresh1, fresh2, small, smallest, magnitude, amsgrad, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) {
    adamStep(w + at, g + at, m + at, v + at, vMax + at,
      step, fresh1, fresh2, small, smallest, magnitude, amsgrad, tail);
  }
}

/**
 * Adam (Kingma and Ba 2015; AMSGrad: Reddi et al. 2018; Keras Adam): m += (g - m) oneMinusBeta1;
 * v += (g^2 - v) oneMinusBeta2; with vMax: vMax = max(vMax, v), used in the place of v;
 * w -= stepSize m / (sqrt(v) + epsilon). Epsilon goes to the uncorrected sqrt(v).
 *
 * @param w [count], updated
 * @param g [count], read
 * @param m [count], updated
 * @param v [count], updated
 * @param vMax [count], updated, or 0 for plain Adam
 * @param stepSize learningRate sqrt(1 - beta2^t) / (1 - beta1^t), t from 1
 * @param oneMinusBeta1 1 - beta1, which a float32 holds better than what is left of beta1
 */
export function adam(
  w: usize, g: usize, m: usize, v: usize, vMax: usize, count: i32,
  stepSize: f32, oneMinusBeta1: f32, oneMinusBeta2: f32, epsilon: f32,
): void {
  if (vMax) adamPass(w, g, m, v, vMax, count, stepSize, oneMinusBeta1, oneMinusBeta2, epsilon, true);
  else adamPass(w, g, m, v, 0, count, stepSize, oneMinusBeta1, oneMinusBeta2, epsilon, false);
}
