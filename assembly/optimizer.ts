/**
 * Updates of weights. Each kernel goes through a table of weights, [rows, 6] words of 4 bytes: the addresses of a weight w
 * and of its gradient g, count, which is the number of values in each of both, and the addresses of up to three arrays
 * [count] that are remembered for the weight. What a kernel does not name it does not read. For each weight it makes one
 * pass: every stream is read once and written once. The formulas are those of Keras 3.
 */
import { exp64, log64 } from "./mathScalar";
import {
  LANES, MAGNITUDE_BITS, SMALLEST_NORMAL_BITS, VECTOR_BYTES, flushBelow, flushTiny, loadLanes, loadTail, madd, nmadd,
  resident, storeLanes, storeTail, wholeVectorBytes,
} from "./simd";

/** Bytes of a row of a table of weights. */
// @ts-ignore: decorator
@inline const ROW_BYTES: usize = 24;

// @ts-ignore: decorator
@inline function endOf(table: usize, rows: i32): usize {
  return table + <usize>rows * ROW_BYTES;
}

// @ts-ignore: decorator
@inline function weightOf(row: usize): usize {
  return load<usize>(row);
}

// @ts-ignore: decorator
@inline function gradientOf(row: usize): usize {
  return load<usize>(row, 4);
}

// @ts-ignore: decorator
@inline function countOf(row: usize): i32 {
  return load<i32>(row, 8);
}

// @ts-ignore: decorator
@inline function firstOf(row: usize): usize {
  return load<usize>(row, 12);
}

// @ts-ignore: decorator
@inline function secondOf(row: usize): usize {
  return load<usize>(row, 16);
}

// @ts-ignore: decorator
@inline function thirdOf(row: usize): usize {
  return load<usize>(row, 20);
}

// @ts-ignore: decorator
@inline function sgdPass(w: usize, g: usize, count: i32, rate: v128): void {
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
  w: usize, g: usize, velocity: usize, count: i32, rate: v128, decay: v128, nesterov: bool,
): void {
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    momentumStep(w + at, g + at, velocity + at, rate, decay, nesterov, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) momentumStep(w + at, g + at, velocity + at, rate, decay, nesterov, tail);
}

/**
 * Gradient descent (Robbins and Monro 1951; Keras SGD): w -= learningRate g. With momentum (Polyak 1964; Nesterov 1983 as
 * in Sutskever et al. 2013): velocity = momentum velocity - learningRate g, then w += velocity, or with `nesterov`
 * w += momentum velocity - learningRate g.
 *
 * @param table the weights to update; remembered if momentum is over 0: velocity, updated
 * @param momentum in double precision: it may be over 0 and yet none of a float32
 * @param nesterov 0 or 1
 */
export function sgd(table: usize, rows: i32, learningRate: f32, momentum: f64, nesterov: i32): void {
  const rate = f32x4.splat(learningRate);
  const decay = f32x4.splat(<f32>momentum);
  const end = endOf(table, rows);
  for (let row = table; row < end; row += ROW_BYTES) {
    const w = weightOf(row);
    const g = gradientOf(row);
    const count = countOf(row);
    if (momentum == 0) sgdPass(w, g, count, rate);
    else if (nesterov) momentumPass(w, g, firstOf(row), count, rate, decay, true);
    else momentumPass(w, g, firstOf(row), count, rate, decay, false);
  }
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

// @ts-ignore: decorator
@inline function rmspropPass(
  w: usize, g: usize, meanSquare: usize, meanGradient: usize, momentumBuffer: usize, count: i32,
  rate: v128, decay: v128, fresh: v128, carry: v128, small: v128,
): void {
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

/**
 * RMSprop (Tieleman and Hinton 2012; centered: Graves 2013; Keras RMSprop):
 * meanSquare = rho meanSquare + (1 - rho) g^2; q = meanSquare, if centered minus meanGradient^2 with
 * meanGradient = rho meanGradient + (1 - rho) g; increment = learningRate g / sqrt(q + epsilon);
 * w -= increment, or with momentum: buffer = momentum buffer + increment; w -= buffer.
 *
 * @param table the weights to update; remembered: meanSquare, then the buffer if momentum is over 0, then meanGradient
 * if centered; all updated
 * @param momentum in double precision: it may be over 0 and yet none of a float32
 * @param centered 0 or 1
 */
export function rmsprop(
  table: usize, rows: i32, learningRate: f32, rho: f32, momentum: f64, epsilon: f32, centered: i32,
): void {
  const rate = f32x4.splat(learningRate);
  const decay = f32x4.splat(rho);
  const fresh = f32x4.splat(1 - rho);
  const carry = f32x4.splat(<f32>momentum);
  const small = f32x4.splat(epsilon);
  const end = endOf(table, rows);
  for (let row = table; row < end; row += ROW_BYTES) {
    const buffer: usize = momentum > 0 ? secondOf(row) : 0;
    let meanGradient: usize = 0;
    if (centered) meanGradient = momentum > 0 ? thirdOf(row) : secondOf(row);
    rmspropPass(weightOf(row), gradientOf(row), firstOf(row), meanGradient, buffer, countOf(row),
      rate, decay, fresh, carry, small);
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
  step: v128, fresh1: v128, fresh2: v128, small: v128, amsgrad: bool,
): void {
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

/** 1 - beta^step: the share of a running mean from 0 that is there after so many steps (Kingma and Ba 2015, section 3). */
// @ts-ignore: decorator
@inline function biasCorrection(beta: f64, step: f64): f64 {
  return 1 - exp64(step * log64(beta));
}

/**
 * Adam (Kingma and Ba 2015; AMSGrad: Reddi et al. 2018; Keras Adam): m += (g - m) (1 - beta1);
 * v += (g^2 - v) (1 - beta2); with amsgrad: vMax = max(vMax, v), used in the place of v; w -= s m / (sqrt(v) + epsilon) with
 * s = learningRate sqrt(1 - beta2^step) / (1 - beta1^step). Epsilon goes to the uncorrected sqrt(v).
 *
 * @param table the weights to update; remembered: m, v and with amsgrad vMax, all updated
 * @param beta1 in double precision, as beta2: a float32 holds 1 - beta1 better than what is left of beta1
 * @param step from 1
 * @param amsgrad 0 or 1
 */
export function adam(
  table: usize, rows: i32, learningRate: f64, beta1: f64, beta2: f64, epsilon: f32, step: f64, amsgrad: i32,
): void {
  const correction = sqrt(biasCorrection(beta2, step)) / biasCorrection(beta1, step);
  const stepSize = f32x4.splat(<f32>(learningRate * correction));
  const fresh1 = f32x4.splat(<f32>(1 - beta1));
  const fresh2 = f32x4.splat(<f32>(1 - beta2));
  const small = f32x4.splat(epsilon);
  const end = endOf(table, rows);
  for (let row = table; row < end; row += ROW_BYTES) {
    const w = weightOf(row);
    const g = gradientOf(row);
    const m = firstOf(row);
    const v = secondOf(row);
    const count = countOf(row);
    if (amsgrad) adamPass(w, g, m, v, thirdOf(row), count, stepSize, fresh1, fresh2, small, true);
    else adamPass(w, g, m, v, 0, count, stepSize, fresh1, fresh2, small, false);
  }
}
