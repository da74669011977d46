/**
 * The circle loss (Sun et al. 2020): embeddings of one class are to be alike, those of different classes
 * are not. Formula as in Keras 3, where the gradient goes through the weights of the similarities too.
 * Scalar, in float64. Similarities are computed once for the losses and again for the gradient rather
 * than stored: the time is in O(rows^2 columns), and no memory is needed.
 *
 * With s_ij = e_i . e_j, not normalised here, and x_ij = max(1 - s_ij, 0) for a pair of one class, 1 minus
 * that for others; a pair costs
 *
 *   z_ij = gamma max(x_ij + margin, 0) (x_ij - margin)
 *
 * and a row, with the sums over the rows j of its class and over those of others,
 *
 *   loss_i = log(1 + sum_same e^z_ij sum_other e^z_ij)
 *
 * which is 0 where either sum is empty.
 */
import { FLOAT_BYTES } from "./simd";
import { exp64, log64 } from "./mathScalar";
import { weightOfRow } from "./lossLanes";

/** a . b */
function similarity(a: usize, b: usize, rowBytes: usize): f64 {
  let sum: f64 = 0;
  for (let at: usize = 0; at < rowBytes; at += FLOAT_BYTES) sum += <f64>load<f32>(a + at) * <f64>load<f32>(b + at);
  return sum;
}

/** x_ij, the larger the worse. */
// @ts-ignore: decorator
@inline function violation(product: f64, isSame: bool): f64 {
  const distance = max<f64>(1 - product, 0);
  return isSame ? distance : 1 - distance;
}

/** z_ij */
// @ts-ignore: decorator
@inline function costOf(x: f64, gamma: f64, margin: f64): f64 {
  return gamma * max<f64>(x + margin, 0) * (x - margin);
}

/** log(1 + y), for y from 0 to 1: where 1 + y is rounded, so is the quotient, by as much (Kahan). */
// @ts-ignore: decorator
@inline function log1pOf(y: f64): f64 {
  const sum = 1 + y;
  return sum == 1 ? y : (log64(sum) * y) / (sum - 1);
}

/** Whether rows i and j are of one class. */
// @ts-ignore: decorator
@inline function areSame(yTrue: usize, i: i32, j: i32): bool {
  return load<f32>(yTrue + (<usize>i) * FLOAT_BYTES) == load<f32>(yTrue + (<usize>j) * FLOAT_BYTES);
}

/** The log of the sum of e^z_ij over the pairs of one kind; -Infinity if there are none. */
function logSumOfPairs(yTrue: usize, yPred: usize, row: i32, rows: i32, rowBytes: usize,
  isSame: bool, gamma: f64, margin: f64, withItself: i32): f64 {
  let largest = -Infinity;
  let sum: f64 = 0;
  for (let j = 0; j < rows; j++) {
    if (areSame(yTrue, row, j) != isSame || (j == row && !withItself)) continue;
    const product = similarity(yPred + (<usize>row) * rowBytes, yPred + (<usize>j) * rowBytes, rowBytes);
    const cost = costOf(violation(product, isSame), gamma, margin);
    if (cost > largest) {
      sum = sum * exp64(largest - cost) + 1;
      largest = cost;
    } else sum += exp64(cost - largest);
  }
  return largest + log64(sum);
}

/** Adds to dPred the gradient of one row's loss, times `factor`, by every pair with the row. */
function addGradient(yTrue: usize, yPred: usize, dPred: usize, row: i32, rows: i32, rowBytes: usize,
  gamma: f64, margin: f64, withItself: i32, logSame: f64, logOther: f64, factor: f64): void {
  const embedding = yPred + (<usize>row) * rowBytes;
  const gradient = dPred + (<usize>row) * rowBytes;
  for (let j = 0; j < rows; j++) {
    if (j == row && !withItself) continue;
    const isSame = areSame(yTrue, row, j);
    const other = yPred + (<usize>j) * rowBytes;
    const dOther = dPred + (<usize>j) * rowBytes;
    const product = similarity(embedding, other, rowBytes);
    const x = violation(product, isSame);
    const share = exp64(costOf(x, gamma, margin) - (isSame ? logSame : logOther));
    // Where a maximum is 0 nothing passes through it.
    const slope = product > 1 || x + margin < 0 ? 0 : 2 * gamma * x;
    const dProduct = factor * share * (isSame ? -slope : slope);
    for (let at: usize = 0; at < rowBytes; at += FLOAT_BYTES) {
      store<f32>(gradient + at, <f32>(<f64>load<f32>(gradient + at) + dProduct * <f64>load<f32>(other + at)));
      store<f32>(dOther + at, <f32>(<f64>load<f32>(dOther + at) + dProduct * <f64>load<f32>(embedding + at)));
    }
  }
}

/**
 * Returns sum_i weight_i loss_i, in float64, not divided by anything. perSample[i] = loss_i, without its
 * weight. dPred = the gradient of the returned sum, by both sides of every pair, times gradientScale.
 *
 * @param yTrue [rows] of labels: whole numbers
 * @param yPred [rows, columns] embeddings
 * @param sampleWeight 0, or [rows]
 * @param perSample 0, or [rows], overwritten
 * @param dPred 0, or [rows, columns], overwritten; not yPred
 * @param withItself 1 if a row is one of its class for itself, else 0
 */
export function circleLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, gradientScale: f64, gamma: f64, margin: f64, withItself: i32): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  if (dPred) memory.fill(dPred, 0, (<usize>rows) * rowBytes);
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const logSame = logSumOfPairs(yTrue, yPred, row, rows, rowBytes, true, gamma, margin, withItself);
    const logOther = logSumOfPairs(yTrue, yPred, row, rows, rowBytes, false, gamma, margin, withItself);
    const sum = logSame + logOther;
    const small = exp64(-abs(sum));
    const loss = max<f64>(sum, 0) + log1pOf(small);
    const weight = <f64>weightOfRow(sampleWeight, row, 1);
    // A row whose loss is 0 has no slope, and its sums may be empty.
    if (dPred && <f32>loss != 0) {
      const factor = gradientScale * weight * (sum < 0 ? small : 1) / (1 + small);
      addGradient(yTrue, yPred, dPred, row, rows, rowBytes, gamma, margin, withItself, logSame, logOther, factor);
    }
    if (perSample) store<f32>(perSample + (<usize>row) * FLOAT_BYTES, <f32>loss);
    total += weight * loss;
  }
  return total;
}
