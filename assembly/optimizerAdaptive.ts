/**
 * Updates that divide each gradient by what has been accumulated of its squares, without momentum.
 * Each kernel makes one pass: every stream is read once and written once. Formulas as in Keras 3.
 */
import { LANES, VECTOR_BYTES, loadLanes, storeLanes, wholeVectorBytes, flushTiny, madd, nmadd } from "./simd";

// @ts-ignore: decorator
@inline function adagradStep(w: usize, g: usize, accumulator: usize, rate: v128, epsilon: v128, lanes: i32): void {
  const gradient = loadLanes(g, lanes);
  const total = madd(gradient, gradient, loadLanes(accumulator, lanes));
  storeLanes(accumulator, total, lanes);
  const root = f32x4.sqrt(f32x4.add(total, epsilon));
  const increment = f32x4.div(f32x4.mul(rate, gradient), root);
  storeLanes(w, f32x4.sub(loadLanes(w, lanes), increment), lanes);
}

/**
 * Adagrad (Duchi, Hazan and Singer 2011; Keras Adagrad): accumulator += g^2;
 * w -= learningRate g / sqrt(accumulator + epsilon).
 *
 * @param w [count], updated
 * @param g [count], read
 * @param accumulator [count], updated; in Keras it starts at 0.1
 */
export function adagrad(w: usize, g: usize, accumulator: usize, count: i32, learningRate: f32, epsilon: f32): void {
  const rate = f32x4.splat(learningRate);
  const small = f32x4.splat(epsilon);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) adagradStep(w + at, g + at, accumulator + at, rate, small, LANES);
  const tail = count & (LANES - 1);
  if (tail) adagradStep(w + at, g + at, accumulator + at, rate, small, tail);
}

// @ts-ignore: decorator
@inline function adadeltaStep(
  w: usize, g: usize, meanSquare: usize, meanSquareStep: usize,
  rate: v128, oneMinusRho: v128, epsilon: v128, lanes: i32,
): void {
  const gradient = loadLanes(g, lanes);
  const oldSquare = loadLanes(meanSquare, lanes);
  const square = flushTiny(madd(f32x4.sub(f32x4.mul(gradient, gradient), oldSquare), oneMinusRho, oldSquare));
  storeLanes(meanSquare, square, lanes);
  const oldStep = loadLanes(meanSquareStep, lanes);
  const ratio = f32x4.sqrt(f32x4.div(f32x4.add(oldStep, epsilon), f32x4.add(square, epsilon)));
  const step = f32x4.mul(ratio, gradient);
  const stepSquare = flushTiny(madd(f32x4.sub(f32x4.mul(step, step), oldStep), oneMinusRho, oldStep));
  storeLanes(meanSquareStep, stepSquare, lanes);
  storeLanes(w, nmadd(rate, step, loadLanes(w, lanes)), lanes);
}

/**
 * Adadelta (Zeiler 2012; Keras Adadelta): meanSquare += (g^2 - meanSquare) oneMinusRho;
 * step = g sqrt((meanSquareStep + epsilon) / (meanSquare + epsilon));
 * meanSquareStep += (step^2 - meanSquareStep) oneMinusRho; w -= learningRate step.
 *
 * @param w [count], updated
 * @param g [count], read
 * @param meanSquare [count], updated: the mean of the squares of the gradients
 * @param meanSquareStep [count], updated: the mean of the squares of the steps
 * @param oneMinusRho 1 - rho, which a float32 holds better than what is left of rho
 */
export function adadelta(
  w: usize, g: usize, meanSquare: usize, meanSquareStep: usize, count: i32,
  learningRate: f32, oneMinusRho: f32, epsilon: f32,
): void {
  const rate = f32x4.splat(learningRate);
  const fresh = f32x4.splat(oneMinusRho);
  const small = f32x4.splat(epsilon);
  const end = wholeVectorBytes(count);
  let at: usize = 0;
  for (; at < end; at += VECTOR_BYTES) {
    adadeltaStep(w + at, g + at, meanSquare + at, meanSquareStep + at, rate, fresh, small, LANES);
  }
  const tail = count & (LANES - 1);
  if (tail) adadeltaStep(w + at, g + at, meanSquare + at, meanSquareStep + at, rate, fresh, small, tail);
}
