/**
 * Focal cross-entropies: what is predicted well already counts less (Lin et al. 2017). Formulas as in
 * Keras 3. Scalar, in float64: these losses are rare, so their code is small rather than fast.
 *
 * Both kernels share one form, which is that of lossElements.ts but for the parameters:
 *
 *   returns sum_i weight_i loss_i, in float64, not divided by the number of rows
 *   perSample[i] = loss_i, without its weight
 *   dPred[i, j] = gradientScale weight_i d loss_i / d yPred[i, j]
 *
 * yTrue         [rows, columns]
 * yPred         [rows, columns], probabilities, or logits if fromLogits is not 0
 * sampleWeight  0, or weights: that of row i is sampleWeight[i / rowsPerWeight]
 * perSample     0, or [rows], overwritten
 * dPred         0, or [rows, columns], overwritten; may be yPred
 * gamma         the power of 1 - p; 0 makes the loss an ordinary cross-entropy
 * smoothing     moves labels this far towards uniform
 *
 * Logarithms see p clipped to [1e-7, 1 - 1e-7]. The slope passes through the clip, so that a saturated wrong
 * answer still learns.
 */
import { FLOAT_BYTES } from "./simd";
import { exp64, log64, pow64 } from "./mathScalar";
import { weightOfRow } from "./lossLanes";

// @ts-ignore: decorator
@inline const SMALLEST_PROBABILITY: f64 = 1e-7;

/** p within [1e-7, 1 - 1e-7]. NaN stays. */
// @ts-ignore: decorator
@inline function clipped(p: f64): f64 {
  return min(max(p, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY);
}

/** d rest^gamma / d rest. Where rest vanishes the slope stays finite for a gamma below 1 too. */
// @ts-ignore: decorator
@inline function slopeOfFactor(rest: f64, gamma: f64): f64 {
  return gamma * pow64(max(rest, SMALLEST_PROBABILITY), gamma - 1);
}

/**
 * loss_i = mean_j m u^gamma (-t log p - (1 - t) log(1 - p)), with t = yTrue (1 - smoothing) + smoothing / 2,
 * p = yPred or sigmoid(yPred), u = t (1 - p) + (1 - t) p and m = t positive + (1 - t) negative.
 *
 * @param positive the factor of the class 1
 * @param negative the factor of the class 0
 */
export function binaryFocalCrossentropyLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64,
  positive: f64, negative: f64, gamma: f64, smoothing: f64, fromLogits: i32): f64 {
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    const scale = gradientScale * weight / <f64>columns;
    let sum: f64 = 0;
    for (let column = 0; column < columns; column++) {
      const t = <f64>load<f32>(yTrue) * (1 - smoothing) + 0.5 * smoothing;
      const x = <f64>load<f32>(yPred);
      const p = fromLogits ? 1 / (1 + exp64(-x)) : x;
      const rest = fromLogits ? 1 / (1 + exp64(x)) : 1 - x;
      const q = clipped(p), r = clipped(rest);
      const crossentropy = -t * log64(q) - (1 - t) * log64(r);
      const u = t * rest + (1 - t) * p;
      const factor = pow64(u, gamma);
      const m = t * positive + (1 - t) * negative;
      sum += m * factor * crossentropy;
      if (dPred) {
        const ofFactor = slopeOfFactor(u, gamma) * (1 - 2 * t) * crossentropy;
        const slope = fromLogits
          ? ofFactor * p * rest + factor * (p - t)
          : ofFactor + factor * ((1 - t) / r - t / q);
        store<f32>(dPred, <f32>(m * slope * scale));
        dPred += FLOAT_BYTES;
      }
      yTrue += FLOAT_BYTES;
      yPred += FLOAT_BYTES;
    }
    const loss = sum / <f64>columns;
    if (perSample) store<f32>(perSample + (<usize>row) * FLOAT_BYTES, <f32>loss);
    total += weight * loss;
  }
  return total;
}

/** The largest of a row, for logits; 0 for probabilities, which need no shift. */
function shiftOf(yPred: usize, columns: i32, fromLogits: i32): f64 {
  if (!fromLogits) return 0;
  let largest = -Infinity;
  for (let column = 0; column < columns; column++) {
    largest = max(largest, <f64>load<f32>(yPred + (<usize>column) * FLOAT_BYTES));
  }
  return largest;
}

/** What an output adds to the sum of its row: e^(logit - shift), or the probability itself. */
// @ts-ignore: decorator
@inline function massOf(yPred: usize, column: i32, shift: f64, fromLogits: i32): f64 {
  const x = <f64>load<f32>(yPred + (<usize>column) * FLOAT_BYTES);
  return fromLogits ? exp64(x - shift) : x;
}

/** The smoothed target of a column. */
// @ts-ignore: decorator
@inline function targetOf(yTrue: usize, column: i32, columns: i32, smoothing: f64): f64 {
  return <f64>load<f32>(yTrue + (<usize>column) * FLOAT_BYTES) * (1 - smoothing) + smoothing / <f64>columns;
}

/** t d(-(1 - q)^gamma log q) / dq at q = clipped(share); for logits times the share, which may be as small as 0. */
function classSlope(t: f64, share: f64, gamma: f64, fromLogits: i32): f64 {
  if (t == 0) return 0;
  const q = clipped(share);
  const ofFactor = slopeOfFactor(1 - q, gamma) * log64(q);
  const factor = pow64(1 - q, gamma);
  return t * (fromLogits ? ofFactor * share - factor : ofFactor - factor / q);
}

/**
 * loss_i = sum_j alpha (1 - q)^gamma (-t log q), with t = yTrue (1 - smoothing) + smoothing / columns and q the
 * clipped share of an output in the sum of its row, or its softmax. Two passes over a row; where t is 0 an
 * output costs an addition, or an exponential.
 *
 * @param alpha a factor of all classes
 */
export function categoricalFocalCrossentropyLoss(yTrue: usize, yPred: usize, sampleWeight: usize, perSample: usize, dPred: usize,
  rows: i32, columns: i32, rowsPerWeight: i32, gradientScale: f64,
  alpha: f64, gamma: f64, smoothing: f64, fromLogits: i32): f64 {
  const rowBytes = (<usize>columns) * FLOAT_BYTES;
  let total: f64 = 0;
  for (let row = 0; row < rows; row++) {
    const shift = shiftOf(yPred, columns, fromLogits);
    let sum: f64 = 0;
    for (let column = 0; column < columns; column++) sum += massOf(yPred, column, shift, fromLogits);
    let loss: f64 = 0, common: f64 = 0;
    for (let column = 0; column < columns; column++) {
      const t = targetOf(yTrue, column, columns, smoothing);
      if (t == 0) continue;
      const share = massOf(yPred, column, shift, fromLogits) / sum;
      const q = clipped(share);
      loss -= alpha * t * pow64(1 - q, gamma) * log64(q);
      const slope = classSlope(t, share, gamma, fromLogits);
      common += fromLogits ? slope : slope * share;
    }
    const weight = <f64>weightOfRow(sampleWeight, row, rowsPerWeight);
    if (dPred) {
      const scale = gradientScale * weight * alpha;
      for (let column = 0; column < columns; column++) {
        const share = massOf(yPred, column, shift, fromLogits) / sum;
        const t = targetOf(yTrue, column, columns, smoothing);
        const own = classSlope(t, share, gamma, fromLogits);
        const slope = fromLogits ? own - share * common : (own - common) / sum;
        store<f32>(dPred + (<usize>column) * FLOAT_BYTES, <f32>(slope * scale));
      }
      dPred += rowBytes;
    }
    if (perSample) store<f32>(perSample + (<usize>row) * FLOAT_BYTES, <f32>loss);
    total += weight * loss;
    yTrue += rowBytes;
    yPred += rowBytes;
  }
  return total;
}
